// The till's own book: what was sold here lately, what still waits for the network, what a person must decide.
import { app, tell } from "./app.js";
import * as base from "./base.js";
import { showMoment } from "./days.js";
import { $, ask, h, icon, put } from "./dom.js";
import { dong } from "./money.js";
import { DECISION, SENT } from "./outbox.js";
import * as outgoing from "./outgoing.js";
import { tellProblem } from "./pads.js";
import { printPaper, receiptPaper } from "./receipt.js";
import { t } from "./words.js";

const MOST = 60;

export async function openSales() {
  await draw();
  await ask($("sales"));
}

async function draw() {
  const all = await base.latestEntries(MOST);
  const order = [...all.filter((one) => one.state === DECISION && !one.is_seen), ...all.filter((one) => one.state !== DECISION || one.is_seen)];
  put($("sales"), h("div", { class: "till-sheet" }, h("h2", {}, t("sales_title")),
    app.waiting > 0 && h("p", { class: "notice warn" }, icon("alert"), h("div", {}, t("sales_waiting", { n: app.waiting }))),
    order.length ? h("ul", { class: "till-rows" }, order.map(row)) : h("p", { class: "soft" }, t("sales_none")),
    h("div", { class: "actions" }, app.waiting > 0 && h("button", { type: "button", class: "button ghost", onclick: async () => { await outgoing.sendDue(true); await draw(); } }, t("send_now")),
      h("button", { type: "button", class: "button quiet", onclick: () => $("sales").close() }, t("close")))));
}

function row(one) {
  const paper = one.answer?.lines && one.answer.code ? one.answer : one.print;
  const badge = { [SENT]: ["good", t("state_sent")], [DECISION]: ["bad", t("state_decision")] }[one.state] ?? ["warn", t("state_waiting")];
  return h("li", { class: "sale-row" }, h("div", {}, h("b", {}, paper.code ?? t("slip_later")),
    h("small", {}, [showMoment(one.made_at), paper.cashier, t(one.kind === "return" ? "is_return" : "is_sale")].join(" · ")),
    one.state === DECISION && h("small", { class: "line-why" }, whyOf(one))),
  h("span", { class: `badge ${badge[0]}` }, badge[1]), h("b", { class: "figures" }, dong(paper.total)),
  h("button", { type: "button", class: "round", "aria-label": t("print_again"), onclick: () => printPaper(receiptPaper(paper, { isCopy: true })) }, icon("print")),
  one.kind === "sale" && paper.code && h("button", { type: "button", class: "round", "aria-label": t("return_this"), onclick: () => { $("sales").close(); tell("return", { code: paper.code }); } }, icon("undo")),
  one.state === DECISION && !one.is_seen && h("button", { type: "button", class: "button small ghost", onclick: () => seen(one) }, t("seen")));
}

const whyOf = (one) => one.answer?.exception ? t(`trouble_${one.answer.exception.kind}`, { code: one.answer.exception.code }) : tellProblem(one.answer);

// The cashier has read it; the manager's desk decides. What the server never took stays in this book until it is taken.
async function seen(one) {
  await base.putEntry({ ...(await base.getEntry(one.uuid)), is_seen: true });
  await outgoing.count();
  await draw();
}

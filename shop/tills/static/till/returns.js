// Goods that come back against their receipt: found by its QR or number, chosen by line, given back as they were paid.
import * as api from "./api.js";
import { app, now, tell } from "./app.js";
import { approve } from "./approve.js";
import * as base from "./base.js";
import { read } from "./codes.js";
import { showMoment } from "./days.js";
import { $, ask, h, icon, put } from "./dom.js";
import { refreshList } from "./incoming.js";
import { amountOf, dong } from "./money.js";
import { DECISION, SENT } from "./outbox.js";
import * as outgoing from "./outgoing.js";
import { beep, say, tellProblem } from "./pads.js";
import { t } from "./words.js";

let state = null;

const home = () => `/stores/${app.till.store.code}`;

// `known`: what a scanned receipt said, {code} or {uuid}; without it the number is asked for.
export async function openReturn(known = null) {
  if (app.isLocked) return;
  if (!app.isOnline) { say(t("needs_network"), "warn"); return; }
  if (!app.till.shift) { say(t("no_shift"), "bad"); return; }
  const mine = { sale: null, wanted: new Map(), quote: null, way: "cash" };
  state = mine;
  drawFind();
  const asked = ask($("return"));
  if (known) await find(known);
  await asked;
  if (state === mine) state = null;
}

// A scanner's burst while the question is open.
export function scanned(text) {
  const means = read(text);
  if (state && means.kind === "receipt") find(means);
  else beep(false);
}

function drawFind(problem = "") {
  const field = h("input", { class: "input", autocomplete: "off", maxlength: "300", autofocus: true, placeholder: "BL-…", "aria-label": t("return_number") });
  put($("return"), h("form", { class: "till-sheet", novalidate: true, onsubmit: (event) => {
    event.preventDefault();
    const means = read(field.value);
    if (means.kind === "receipt") find(means);
    else drawFind(t("return_number_wrong"));
  } }, h("h2", {}, t("return_title")), h("p", { class: "soft" }, t("return_hint")),
  h("label", { class: "field" }, h("span", { class: "label" }, t("return_number")), field),
  problem && h("p", { class: "field-error", role: "alert" }, icon("alert"), problem),
  h("div", { class: "actions" }, h("button", { class: "button" }, t("find")),
    h("button", { type: "button", class: "button quiet", onclick: () => $("return").close() }, t("cancel")))));
  $("return").querySelector("input").focus();
}

async function find({ code, uuid }) {
  const own = uuid ? await base.getEntry(uuid) : null;
  const name = code ?? own?.answer?.code ?? uuid;
  const answer = await api.get(`${home()}/sales/${encodeURIComponent(name)}`);
  if (!state) return;
  if (!answer || answer.status !== 200) { beep(false); drawFind(answer ? tellProblem(answer.body) : t("no_network")); return; }
  if (answer.body.kind === "return") { drawFind(t("return_of_return")); return; }
  state.sale = answer.body;
  const { tenders } = answer.body; // money goes back by the way it came
  state.way = tenders.length && tenders.every((one) => one.way === "card") ? "card" : "cash";
  drawLines();
}

const left = (line) => line.quantity - (line.returned ?? 0);

function drawLines(problem = "") {
  const { sale, wanted, quote } = state;
  put($("return"), h("form", { class: "till-sheet", novalidate: true, onsubmit: (event) => { event.preventDefault(); give(); } },
    h("h2", {}, t("return_of", { code: sale.code })), h("p", { class: "soft" }, `${showMoment(Date.parse(sale.sold_at))} · ${sale.cashier} · ${dong(sale.total)}`),
    h("ul", { class: "till-rows" }, sale.lines.map(row)),
    h("div", { class: "choices", role: "group", "aria-label": t("given_back_by") }, ["cash", ...paidBy(sale)].map((way) => h("button", {
      type: "button", class: "choice", "aria-pressed": String(way === state.way), "data-way": way, onclick: () => { state.way = way; ask_(); },
    }, t(`way_${way}`)))),
    quote && wanted.size > 0 && h("p", { class: "pay-total" }, dong(quote.total)),
    problem && h("p", { class: "field-error", role: "alert" }, icon("alert"), problem),
    h("div", { class: "actions" }, h("button", { class: "button", disabled: !quote || !wanted.size, "data-act": "give" }, t("give_back")),
      h("button", { type: "button", class: "button quiet", onclick: () => $("return").close() }, t("cancel")))));
}

// Cash is always possible; a card goes back on the terminal, under its slip's number.
const paidBy = (sale) => [...new Set(sale.tenders.map((one) => one.way))].filter((way) => way === "card");

function row(line) {
  const most = left(line), chosen = state.wanted.get(line.position);
  const set = (quantity) => {
    if (quantity > 0) state.wanted.set(line.position, { position: line.position, quantity: Math.min(quantity, most), to: chosen?.to ?? "shelf" });
    else state.wanted.delete(line.position);
    ask_();
  };
  const by = line.unit === "gram" ? most : 1;
  return h("li", { class: "return-line" }, h("div", {}, h("b", {}, line.name), h("small", {}, `${line.label} · ${t("return_left", { n: amountOf(most, line.unit) })} · ${dong(line.total)}`)),
    h("div", { class: "line-many" },
      h("button", { type: "button", class: "round", "aria-label": t("less"), disabled: !chosen, onclick: () => set((chosen?.quantity ?? 0) - by) }, icon("minus")),
      h("span", { class: "figures" }, amountOf(chosen?.quantity ?? 0, line.unit)),
      h("button", { type: "button", class: "round", "aria-label": t("more"), disabled: most <= (chosen?.quantity ?? 0), "data-more": line.position, onclick: () => set((chosen?.quantity ?? 0) + by) }, icon("plus"))),
    chosen && h("select", { class: "input short", "aria-label": t("return_to"), onchange: (event) => { chosen.to = event.target.value; ask_(); } },
      ["shelf", "damage"].map((to) => h("option", { value: to, selected: chosen.to === to }, t(`return_to_${to}`)))));
}

// What comes back in money is the server's word: discounts and rounding of the sale are in it.
async function ask_() {
  const { sale, wanted } = state;
  state.quote = null;
  drawLines();
  if (!wanted.size) return;
  const asked = { sale: sale.code, lines: [...wanted.values()], is_cash: state.way === "cash" };
  const answer = await api.post(`${home()}/returns/quote`, asked);
  if (!state) return;
  if (answer?.status !== 200) { drawLines(answer ? tellProblem(answer.body) : t("no_network")); return; }
  state.quote = answer.body;
  drawLines();
}

async function give() {
  const { sale, wanted, quote, way } = state;
  if (!quote || state.isBusy) return;
  const approvals = [];
  if (quote.needs_approval) {
    const given = await approve("return", quote.total);
    if (!given) return;
    approvals.push(given.token);
  }
  state.isBusy = true;
  const reference = way === "card" ? sale.tenders.find((one) => one.way === "card").reference : null;
  const body = {
    uuid: crypto.randomUUID(), sale: sale.code, lines: [...wanted.values()], approvals,
    tenders: quote.total ? [{ way, amount: quote.total, reference }] : [],
  };
  const paper = paperOf(sale, body, quote);
  await outgoing.keep("return", `${home()}/returns`, body, paper);
  const tried = await outgoing.send(body.uuid);
  if (state) state.isBusy = false;
  if (tried?.status >= 400 && tried.status < 500) {
    await outgoing.takeBack(body.uuid);
    beep(false);
    drawLines(tellProblem(tried.problem));
    return;
  }
  await outgoing.markPrinted(body.uuid);
  $("return").close();
  const isTaken = tried && (tried.state === SENT || tried.state === DECISION);
  tell("sold", { paper: isTaken ? tried.answer : paper, state: tried?.state, uuid: body.uuid, change: quote.total });
  await outgoing.count();
  refreshList();
}

function paperOf(sale, body, quote) {
  const amounts = new Map(quote.lines.map((one) => [one.position, one.amount]));
  const lines = body.lines.map((one) => {
    const line = sale.lines.find((each) => each.position === one.position), amount = amounts.get(one.position);
    return { ...line, quantity: one.quantity, line_total: amount, discount: 0, total: amount };
  });
  return {
    state: "local", uuid: body.uuid, code: null, kind: "return", of_sale: sale.code, store: app.till.store, till: app.till.till.name,
    cashier: app.till.cashier.name, sold_at: new Date(now()).toISOString(), lines, lines_total: quote.total - quote.rounding,
    discount: 0, rounding: quote.rounding, total: quote.total, tenders: body.tenders, cash_given: null, change: null,
  };
}

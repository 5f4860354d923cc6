// After the money: the change in large figures, the paper, and on to the next customer.
import { app, on, setBasket } from "./app.js";
import * as base from "./base.js";
import { $, ask, h, icon, put } from "./dom.js";
import { dong } from "./money.js";
import { DECISION, SENT } from "./outbox.js";
import { askNumber, say } from "./pads.js";
import { printPaper, receiptPaper } from "./receipt.js";
import { spoken } from "./text.js";
import { t } from "./words.js";

let settings = { autoPrint: true };

export async function start() {
  settings = { ...settings, ...(await base.getMeta("settings")) };
  on("sold", tellSold);
}

export const doesPrint = () => settings.autoPrint;

export async function setPrint(does) {
  settings.autoPrint = does;
  await base.setMeta("settings", settings);
}

async function tellSold({ paper, state, change }) {
  if (settings.autoPrint) printPaper(receiptPaper(paper));
  const note = state === DECISION ? t("sold_decision") : state === SENT ? (paper.code ?? "") : t("sold_offline");
  put($("sold"), h("div", { class: "sold" }, icon("check"), h("h2", {}, t(paper.kind === "return" ? "taken_back" : "sold")), h("p", { class: "soft" }, note),
    h("p", { class: "soft" }, t(paper.kind === "return" ? "given_back" : change > 0 ? "change" : "total")), h("p", { class: "pay-total" }, dong(change > 0 ? change : paper.total)),
    paper.customer_phone && h("p", { class: "soft" }, t("sold_message", { phone: spoken(paper.customer_phone) })),
    h("div", { class: "actions" },
      h("button", { type: "button", class: "button ghost", onclick: () => printPaper(receiptPaper(paper)) }, icon("print"), t(settings.autoPrint ? "print_again" : "print")),
      h("button", { type: "button", class: "button", autofocus: true, "data-act": "next", onclick: () => $("sold").close() }, t("next_customer")))));
  await ask($("sold"));
  $("find").focus();
}

// The customer's phone: the receipt is sent there as a message.
export async function askPhone() {
  const said = await askNumber({
    title: t("phone_title"), hint: t("phone_hint"), value: app.basket.phone,
    check: (text) => (text.trim() === "" || /^(0|\+84)[\d\s.]{9,13}$/.test(text.trim()) ? "" : t("phone_wrong")),
  });
  if (said === null) return;
  await setBasket({ ...app.basket, phone: said.trim() });
  if (said.trim()) say(t("phone_kept"));
}

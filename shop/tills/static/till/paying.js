// Taking the money: cash with its change, VietQR seen by the cashier, a card's slip, or several of them.
import * as api from "./api.js";
import { app, now, setBasket, tell } from "./app.js";
import { empty, kept, settleTenders, sums } from "./basket.js";
import { $, ask, h, icon, put } from "./dom.js";
import { dong, grouped } from "./money.js";
import { DECISION, SENT, WAITING } from "./outbox.js";
import * as outgoing from "./outgoing.js";
import { amountIn, beep, grouping, pad, say, tellProblem } from "./pads.js";
import { localReceipt } from "./receipt.js";
import { approved, hindrances, mayRing } from "./selling.js";
import { t } from "./words.js";

const NOTES = [500_000, 200_000, 100_000, 50_000];
const PATIENCE = 6_000;
let state = null;

// Open the counter for the basket, when nothing stands in its way.
export async function pay() {
  if (!app.basket.lines.length || !mayRing()) return;
  if (hindrances().length) {
    beep(false);
    say(t("basket_blocked"), "bad");
    return;
  }
  const basket = await approved(app.basket);
  if (!basket) return;
  if (basket !== app.basket) await setBasket(basket);
  const mine = { tenders: [], way: "cash", qr: null, isBusy: false };
  state = mine;
  draw();
  await ask($("pay"));
  if (state === mine) state = null;
}

// The sum: rounded while cash alone is on the counter or about to be.
function due() {
  const ways = new Set([state.way, ...state.tenders.map((one) => one.way)]);
  const isCash = ways.size === 1 && ways.has("cash");
  return sums(app.basket, { cashOnly: isCash, step: app.till.limits.cash_step });
}

function draw() {
  const { total } = due();
  const { missing } = settleTenders(total, state.tenders);
  const ways = app.till.limits.ways.filter((way) => way !== "vietqr" || (app.till.limits.can_transfer && app.isOnline));
  put($("pay"), h("div", { class: "paying" },
    h("header", { class: "pay-head" }, h("p", { class: "soft" }, t("to_pay")), h("p", { class: "pay-total" }, dong(total)),
      h("button", { type: "button", class: "round", "aria-label": t("close"), onclick: () => $("pay").close() }, icon("close"))),
    h("div", { class: "choices", role: "tablist" }, ways.map((way) => h("button", {
      type: "button", role: "tab", class: "choice", "aria-selected": String(way === state.way), "data-way": way,
      onclick: () => { state.way = way; state.qr = null; draw(); },
    }, t(`way_${way}`)))),
    taken(), { cash, vietqr, card }[state.way](missing || 0)));
  $("pay").querySelector("[autofocus]")?.select?.();
  $("pay").querySelector("[autofocus]")?.focus();
}

// What lies on the counter already, of a sale that is paid in several ways.
function taken() {
  if (!state.tenders.length) return null;
  return h("ul", { class: "tenders" }, state.tenders.map((one, place) => h("li", {},
    h("span", {}, t(`way_${one.way}`), one.reference && h("small", {}, one.reference)), h("b", {}, dong(one.amount)),
    h("button", {
      type: "button", class: "link-button danger",
      onclick: () => { state.tenders.splice(place, 1); state.laid = null; draw(); },
    }, t("remove")))));
}

function cash(missing) {
  const field = amountField(state.laid ?? missing); // what was laid down stands after a refusal too
  const back = h("output", { class: "pay-change", "aria-live": "polite" });
  let isFresh = true;
  const tellBack = () => {
    const given = amountIn(field) ?? 0;
    put(back, given >= missing ? t("change_is") : t("still_missing"), h("b", {}, dong(Math.abs(given - missing))));
    back.classList.toggle("short", given < missing);
    done.textContent = given >= missing ? t("finish") : t("take_part");
  };
  // Notes are counted up as they are laid down; the first one replaces the sum that stood there.
  const lay = (note) => () => {
    field.value = grouped((isFresh ? 0 : amountIn(field) ?? 0) + note);
    isFresh = false;
    tellBack();
  };
  const exact = () => { field.value = grouped(missing); isFresh = true; tellBack(); };
  const done = h("button", { class: "button pay-done", "data-act": "finish" }, t("finish"));
  field.addEventListener("input", () => { isFresh = false; tellBack(); });
  const form = h("form", { class: "pay-body", novalidate: true, onsubmit: (event) => {
    event.preventDefault();
    const given = amountIn(field);
    if (!given && missing) return wrong(form, t("amount_wrong"));
    return add(given ? { way: "cash", amount: given } : null);
  } },
  h("div", { class: "pay-side" }, h("label", { class: "field" }, h("span", { class: "label" }, t("cash_given")), field), back,
    h("div", { class: "notes-keys" }, h("button", { type: "button", class: "key", onclick: exact }, t("exact")),
      NOTES.map((note) => h("button", { type: "button", class: "key", onclick: lay(note) }, `${note / 1000}k`))),
    h("p", { class: "field-error", role: "alert" }), done), pad(field));
  tellBack();
  return form;
}

function card(missing) {
  // The terminal has taken the sum already: what is left to type is the number of its slip.
  const field = amountField(missing, false);
  const slip = h("input", { class: "input", autocomplete: "off", maxlength: "60", autofocus: true, inputmode: "none", "aria-label": t("card_slip") });
  slip.addEventListener("pointerdown", () => { slip.inputMode = "text"; }); // whoever taps it wants letters
  let at = slip;
  for (const one of [field, slip]) one.addEventListener("focus", () => { at = one; });
  const form = h("form", { class: "pay-body", novalidate: true, onsubmit: (event) => {
    event.preventDefault();
    const amount = amountIn(field);
    if (!amount || amount > missing) return wrong(form, t("amount_beyond"));
    if (!slip.value.trim()) { slip.focus(); return wrong(form, t("card_slip_missing")); }
    return add({ way: "card", amount, reference: slip.value.trim() });
  } },
  h("div", { class: "pay-side" }, h("p", { class: "soft" }, t("card_hint")),
    h("label", { class: "field" }, h("span", { class: "label" }, t("amount")), field),
    h("label", { class: "field" }, h("span", { class: "label" }, t("card_slip")), slip),
    h("p", { class: "field-error", role: "alert" }), h("button", { class: "button pay-done" }, t("card_done"))), pad(() => at));
  return form;
}

function vietqr(missing) {
  if (state.qr) return shown(state.qr);
  const field = amountField(missing);
  const form = h("form", { class: "pay-body", novalidate: true, onsubmit: async (event) => {
    event.preventDefault();
    const amount = amountIn(field);
    if (!amount || amount > missing) return wrong(form, t("amount_beyond"));
    const answer = await api.post("/till/qr", { amount });
    if (!answer || answer.status >= 300) return wrong(form, answer ? tellProblem(answer.body) : t("no_network"));
    state.qr = answer.body;
    return draw();
  } },
  h("div", { class: "pay-side" }, h("p", { class: "soft" }, t("qr_hint")),
    h("label", { class: "field" }, h("span", { class: "label" }, t("amount")), field),
    h("p", { class: "field-error", role: "alert" }), h("button", { class: "button pay-done" }, t("qr_show"))), pad(field));
  return form;
}

// The code for the buyer. Nothing is paid by showing it: the cashier says that she has seen the money, by name.
function shown(one) {
  const picture = `data:image/svg+xml;base64,${btoa(String.fromCharCode(...new TextEncoder().encode(one.svg)))}`;
  return h("form", { class: "pay-body pay-qr", onsubmit: (event) => {
    event.preventDefault();
    state.qr = null;
    add({ way: "vietqr", amount: one.amount, reference: one.reference });
  } },
  h("img", { src: picture, alt: t("qr_alt", { amount: dong(one.amount) }), width: "320", height: "320" }),
  h("div", { class: "pay-side" }, h("p", { class: "pay-total small" }, dong(one.amount)),
    h("dl", { class: "facts" }, h("dt", {}, t("qr_payee")), h("dd", {}, one.payee), one.account && [h("dt", {}, t("qr_account")), h("dd", { class: "figures" }, one.account)],
      h("dt", {}, t("qr_memo")), h("dd", { class: "figures" }, h("b", {}, one.memo))),
    h("p", { class: "soft" }, t("qr_see")),
    h("button", { class: "button pay-done", "data-act": "seen", autofocus: true }, t("qr_seen", { name: app.till.cashier.name })),
    h("button", { type: "button", class: "button quiet", onclick: () => { state.qr = null; draw(); } }, t("qr_not_seen"))));
}

function amountField(missing, autofocus = true) {
  return grouping(h("input", {
    class: "input figures big", inputmode: "none", autocomplete: "off", value: grouped(missing), autofocus, "aria-label": t("amount"),
  }));
}

function wrong(form, text) {
  put(form.querySelector(".field-error"), icon("alert"), text);
  beep(false);
}

async function add(tender) {
  const mine = state;
  if (!mine || mine.isBusy) return;
  if (tender) state.tenders.push(tender);
  const { total } = due();
  if (settleTenders(total, state.tenders).missing > 0) {
    state.laid = null;
    draw();
    return;
  }
  mine.isBusy = true;
  try {
    if (!(await finish(total))) {
      if (tender) mine.tenders.pop();
      mine.laid = tender?.way === "cash" ? tender.amount : null;
      if (state === mine) draw();
      if (mine.said) say(mine.said, "bad");
    }
  } finally {
    mine.isBusy = false;
  }
}

// Write the sale down, offer it to the server, and print: what is printed is written, and what is refused is not sold.
async function finish(total) {
  const basket = app.basket, body = bodyOf(basket, total);
  const paper = localReceipt(app.till, basket, body);
  await outgoing.keep("sale", `/stores/${app.till.store.code}/sales`, body, paper);
  const tried = app.isOnline ? await outgoing.send(body.uuid, { patience: PATIENCE }) : null;
  if (tried && tried.status >= 400 && tried.status < 500) {
    await outgoing.takeBack(body.uuid);
    if (state) state.said = tried.status === 401 ? t("signed_out") : tellProblem(tried.problem);
    beep(false);
    if (tried.status === 401 || tried.status === 403) tell("signed out");
    return false;
  }
  await outgoing.markPrinted(body.uuid);
  await setBasket(empty(), -1);
  $("pay").close();
  const isTaken = tried && (tried.state === SENT || tried.state === DECISION);
  tell("sold", { paper: isTaken && tried.answer.code ? tried.answer : paper, state: tried?.state ?? WAITING, uuid: body.uuid, change: paper.change });
  await outgoing.count();
  return true;
}

function bodyOf(basket, total) {
  const onCounter = state.tenders.filter((one) => one.way === "cash").reduce((sum, one) => sum + one.amount, 0);
  const { rounding } = due();
  return {
    uuid: crypto.randomUUID(), shift: app.till.shift.code, sold_at: `${new Date(now()).toISOString().slice(0, 19)}Z`,
    is_offline: !app.isOnline, list: app.list.token, cashier: app.till.cashier.id,
    lines: basket.lines.map((one) => ({ sku: one.sku, quantity: one.quantity, unit_price: one.price, discount: one.discount, lot: one.lot })),
    discount: sums(basket).whole, rounding, total, tenders: kept(total, state.tenders), cash_given: onCounter || null,
    customer_phone: basket.phone || null, is_adult: basket.adult, approvals: basket.approvals.map((one) => one.token),
  };
}


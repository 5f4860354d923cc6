// Adding goods to the basket, and what stands in the way of it at the till itself.
import { app, now, setBasket, tell, trust } from "./app.js";
import { add, blocked, discountBp, discountLine, discountWhole, empty, givenDiscount, readDiscount, remove, setQuantity, sums, totalOf } from "./basket.js";
import { read } from "./codes.js";
import { showDay, whyNot } from "./days.js";
import { approve } from "./approve.js";
import { amountOf, dong, grouped, readAmount } from "./money.js";
import { askNumber, askYes, beep, say } from "./pads.js";
import { t } from "./words.js";

// Whether goods can be rung up at all now: signed in, a shift open, a list that may be trusted. Says why not.
export function mayRing() {
  if (app.isLocked) return false;
  const why = !app.till?.shift ? "no_shift" : { stopped: "list_stopped", missing: "list_missing" }[trust()];
  if (why) refuse(t(why));
  return !why;
}

// A code from the scanner or the camera, or what was typed and sent with Enter.
export async function take(said, times = 1) {
  const means = read(said);
  if (means.kind === "pickup") {
    tell("pickup", means.code);
    return true;
  }
  if (means.kind === "receipt") {
    tell("return", means);
    return true;
  }
  const found = app.list?.find(means);
  if (!found) {
    refuse(t(means.kind === "text" ? "not_found" : "code_unknown", { code: said }));
    return false;
  }
  return ring(found.item, found.item.unit === "piece" ? found.quantity * times : means.kind === "weight" ? found.quantity : 0, found.lot);
}

// One item into the basket. Weighed goods without a weight ask for it; wine asks the age, once a basket.
export async function ring(item, quantity = 1, lot = null) {
  if (!mayRing()) return false;
  const why = whyNot(item, lot, now());
  if (why) {
    refuse(t(`why_${why}`, { name: item.name, day: showDay(item.sellable_until) }));
    return false;
  }
  if (item.is_alcohol && !app.basket.adult && !(await isAdult())) return false;
  const many = item.unit === "gram" && quantity <= 0 ? await askWeight(item) : Math.max(1, quantity);
  if (!many) return false;
  const basket = add({ ...app.basket, adult: app.basket.adult || item.is_alcohol }, item, many, lot);
  const place = basket.lines.findLastIndex((one) => one.sku === item.sku && one.lot === lot);
  await setBasket(basket, place);
  beep();
  const taken = basket.lines.filter((one) => one.sku === item.sku).reduce((sum, one) => sum + one.quantity, 0);
  if (taken > item.available) say(t("more_than_known", { n: amountOf(item.available, item.unit) }), "warn");
  return true;
}

async function isAdult() {
  beep(false);
  return askYes(t("adult_title"), t("adult_text"), t("adult_yes"), { no: t("adult_no") });
}

async function askWeight(item) {
  const said = await askNumber({
    title: t("weight_title", { name: item.name }), hint: t("weight_hint", { price: dong(item.price) }), unit: "g",
    check: (text) => (gramsOf(text) ? "" : t("weight_wrong")),
  });
  return said === null ? 0 : gramsOf(said);
}

// "750" grams, "0,75" or "1,2" kilograms.
export function gramsOf(text) {
  const said = text.trim().replace(/\s*(kg|g)$/i, "");
  const isKilos = /[.,]/.test(said) || /kg$/i.test(text.trim());
  if (!/^\d{1,6}([.,]\d{1,3})?$/.test(said)) return 0;
  const number = Number(said.replace(",", "."));
  return Math.round(isKilos ? number * 1000 : number);
}

export async function askQuantity(place = app.selected) {
  const line = app.basket.lines[place];
  if (!line) return;
  if (line.unit === "gram") {
    const many = await askWeight(line);
    if (many) await setBasket(setQuantity(app.basket, place, many), place);
    return;
  }
  const isGood = (text) => /^\d{1,2}$/.test(text.trim());
  const said = await askNumber({
    title: t("quantity_title", { name: line.name }), value: String(line.quantity),
    check: (text) => (isGood(text) ? "" : t("quantity_wrong")),
  });
  if (said !== null) await setBasket(setQuantity(app.basket, place, Number(said)), place);
}

export const step = (place, by) => {
  const line = app.basket.lines[place];
  return line && setBasket(setQuantity(app.basket, place, line.quantity + by * (line.unit === "gram" ? 50 : 1)), place);
};

export const drop = (place = app.selected) => app.basket.lines[place] && setBasket(remove(app.basket, place));

// A discount of one line or, without a place, of the whole sale; beyond the cashier's limit a manager's PIN.
export async function askDiscount(place = null) {
  const line = place === null ? null : app.basket.lines[place];
  const { lines, discount, whole } = sums(app.basket);
  const most = line ? totalOf(line) : lines - (discount - whole);
  if (!most) return;
  const said = await askNumber({
    title: line ? t("discount_line", { name: line.name }) : t("discount_whole"), hint: t("discount_hint", { most: dong(most) }),
    value: grouped(line ? line.discount : whole), isMoney: true, more: "%",
    check: (text) => (readDiscount(text, most, readAmount) === null ? t("discount_wrong") : ""),
  });
  if (said === null) return;
  const amount = readDiscount(said, most, readAmount);
  const wanted = line ? discountLine(app.basket, place, amount) : discountWhole(app.basket, amount);
  const basket = await approved(wanted);
  if (basket) await setBasket(basket);
}

// The basket with the approval that its discount needs; null when nobody gave it.
export async function approved(basket) {
  const discount = givenDiscount(basket);
  const { discount_bp: alone, manager_discount_bp: most } = app.till.limits;
  const bp = discountBp(basket);
  if (bp > most) {
    refuse(t("discount_beyond", { percent: most / 100 }));
    return null;
  }
  if (bp <= alone || basket.approvals.some((one) => one.amount >= discount)) return basket;
  const given = await approve("discount", discount);
  return given ? { ...basket, approvals: [given] } : null;
}

// What must be gone from the basket before it can be paid.
export const hindrances = () => blocked(app.basket, now());

export async function clear() {
  if (app.basket.lines.length && !(await askYes(t("clear_title"), t("clear_text"), t("clear_yes"), { grave: true }))) return;
  await setBasket(empty(), -1);
}

function refuse(text) {
  beep(false);
  say(text, "bad");
}

// A basket on plain values: nothing here draws, stores or sends. Every function answers a new basket.
import { whyNot } from "./days.js";
import { allocate, lineTotal, percentOf, rounding } from "./money.js";

export const MOST = { piece: 99, gram: 100_000 };

export const empty = () => ({ lines: [], discount: 0, phone: "", adult: false, approvals: [] });

// Add a quantity of an item of the list: to the last line of the same goods and lot, or as a new line.
export function add(basket, item, quantity = 1, lot = null) {
  const place = basket.lines.findIndex((one) => one.sku === item.sku && one.lot === lot && (one.off || !one.discount));
  if (place >= 0 && item.unit === "piece") return setQuantity(basket, place, basket.lines[place].quantity + quantity);
  const line = {
    sku: item.sku, name: item.name, label: item.label, unit: item.unit, price: item.price, stars: item.stars,
    sellable_until: item.sellable_until, lots: item.lots, lots_until: item.lots_until, is_alcohol: item.is_alcohol,
    available: item.available, image: item.image,
    quantity: Math.min(quantity, MOST[item.unit]), discount: 0, lot, off: item.lots_off?.[lot] ?? null,
  };
  return { ...basket, lines: [...basket.lines, marked(line)] };
}

// Nothing of a line is no line; a discount never exceeds what its line costs.
export function setQuantity(basket, place, quantity) {
  if (quantity <= 0) return remove(basket, place);
  return change(basket, place, (line) => {
    const kept = { ...line, quantity: Math.min(quantity, MOST[line.unit]) };
    return marked({ ...kept, discount: Math.min(kept.discount, totalOf(kept)) });
  });
}

export const remove = (basket, place) => settle({ ...basket, lines: basket.lines.filter((_one, at) => at !== place) });

export const discountLine = (basket, place, amount) =>
  change(basket, place, (line) => ({ ...line, discount: within(amount, totalOf(line)) }));

export const discountWhole = (basket, amount) => settle({ ...basket, discount: amount });

// "10%" or "5.000" of an amount, in whole đồng; null when it is neither.
export function readDiscount(text, amount, readAmount) {
  const percent = /^(\d{1,2}(?:[.,]\d{1,2})?|100)\s*%$/.exec(text.trim());
  if (percent) return percentOf(amount, Number(percent[1].replace(",", ".")));
  const plain = readAmount(text);
  return plain === null || plain > amount ? null : plain;
}

// What a lot that the store marked down costs less: the server takes as much without anybody's approval.
const offOf = (line) => (line.off ? Math.max(0, lineTotal(line.price - line.off, line.quantity, line.unit)) : 0);
const marked = (line) => (line.off ? { ...line, discount: offOf(line) } : line);

// Discounts that somebody gives, beside those of marked down lots.
export const givenDiscount = (basket) =>
  sums(basket).discount - basket.lines.reduce((sum, line) => sum + Math.min(line.discount, offOf(line)), 0);

export const totalOf = (line) => lineTotal(line.price, line.quantity, line.unit);

// All sums of a basket. `step`: what cash alone is rounded to.
export function sums(basket, { cashOnly = false, step = 0 } = {}) {
  const lines = basket.lines.reduce((sum, line) => sum + totalOf(line), 0);
  const ofLines = basket.lines.reduce((sum, line) => sum + line.discount, 0);
  const whole = within(basket.discount, lines - ofLines);
  const net = lines - ofLines - whole;
  const rounded = cashOnly ? rounding(net, step) : 0;
  return { lines, discount: ofLines + whole, whole, rounding: rounded, total: net + rounded, count: basket.lines.length };
}

// What each line is paid with, after its share of the whole discount: as the server allocates it.
export function paidLines(basket) {
  const nets = basket.lines.map((line) => totalOf(line) - line.discount);
  const { whole } = sums(basket);
  if (!whole) return nets;
  return allocate(whole, nets).map((share, place) => nets[place] - share);
}

// The discount in basis points of the lines, rounded up: what the role's limit is compared with.
export function discountBp(basket) {
  const { lines } = sums(basket);
  return lines ? Math.ceil((givenDiscount(basket) * 10_000) / lines) : 0;
}

// What is still to pay, and the change, of a sum and the money on the counter; only cash is given back.
export function settleTenders(total, tenders) {
  const given = tenders.reduce((sum, one) => sum + one.amount, 0);
  const cash = tenders.filter((one) => one.way === "cash").reduce((sum, one) => sum + one.amount, 0);
  const over = given - total;
  return { given, missing: Math.max(0, -over), change: Math.max(0, Math.min(over, cash)), tooMuch: over > cash };
}

// Cash as it stays in the drawer: what was given less the change, as one tender.
export function kept(total, tenders) {
  const { change } = settleTenders(total, tenders);
  const others = tenders.filter((one) => one.way !== "cash");
  const cash = tenders.filter((one) => one.way === "cash").reduce((sum, one) => sum + one.amount, 0);
  return cash - change > 0 ? [{ way: "cash", amount: cash - change }, ...others] : others;
}

// Lines that may not be sold at an instant, by their place, and why: the local midnight counts at the till itself.
export function blocked(basket, at) {
  return basket.lines.flatMap((line, place) => {
    const why = whyNot(line, line.lot, at);
    return why ? [{ place, why }] : [];
  });
}

function change(basket, place, work) {
  return settle({ ...basket, lines: basket.lines.map((line, at) => (at === place ? work(line) : line)) });
}

// The whole discount never exceeds what is left to pay.
function settle(basket) {
  const left = basket.lines.reduce((sum, line) => sum + totalOf(line) - line.discount, 0);
  return { ...basket, discount: within(basket.discount, left) };
}

const within = (amount, most) => Math.max(0, Math.min(amount, most));

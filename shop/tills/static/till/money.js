// Whole đồng only. The same rules as core/money.py and shop/carts/rules.py; the same test vectors.

// 125000 -> "125.000 ₫" (no-break space).
export const dong = (amount) => `${grouped(amount)}\u00a0₫`;

export function grouped(number) {
  const digits = String(Math.abs(number)).replace(/\B(?=(\d{3})+$)/g, ".");
  return number < 0 ? `-${digits}` : digits;
}

// What a quantity costs: pieces at the price, grams at the price of a kilogram, half up.
export function lineTotal(price, quantity, unit) {
  if (unit === "piece") return price * quantity;
  return Math.floor((price * quantity + 500) / 1000);
}

// Split a total over integer weights so that the parts add up: largest remainder, ties to the earlier part.
export function allocate(total, weights) {
  if (!weights.length || Math.min(...weights) < 0) throw new RangeError("weights must be non-negative and not empty");
  const shares = weights.some((one) => one > 0) ? weights.map(BigInt) : weights.map(() => 1n);
  const whole = shares.reduce((sum, one) => sum + one, 0n);
  const parts = shares.map((one) => Number((BigInt(total) * one) / whole));
  const rests = shares.map((one) => Number((BigInt(total) * one) % whole));
  const order = rests.map((_rest, place) => place).sort((a, b) => rests[b] - rests[a] || a - b);
  const missing = total - parts.reduce((sum, one) => sum + one, 0);
  for (const place of order.slice(0, missing)) parts[place] += 1;
  return parts;
}

// A share in percent of an amount, half up to whole đồng.
export const percentOf = (amount, percent) => Math.floor((amount * percent * 100 + 5000) / 10000);

// What cash rounding adds (+) or takes (-) so that the amount is a multiple of the step; half up; 0 is no rounding.
export function rounding(amount, step) {
  if (!step) return 0;
  return Math.floor((amount + Math.floor(step / 2)) / step) * step - amount;
}

// Amounts that a customer is likely to hand over: the exact one, then the next round sums of notes.
export function likelyNotes(due) {
  const steps = [10_000, 50_000, 100_000, 200_000, 500_000];
  const sums = steps.map((step) => Math.ceil(due / step) * step).filter((sum) => sum > due);
  return [...new Set(sums)].sort((a, b) => a - b).slice(0, 4);
}

// The notes and coins of Việt Nam, largest first: what a drawer is counted in.
export const NOTES = [500_000, 200_000, 100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200];

// A typed amount: "250.000", "250k", "0,5tr" -> đồng; null when it is no amount.
export function readAmount(text) {
  const said = text.trim().toLowerCase().replace(/[₫đ\s\u00a0]/g, "");
  const short = /^(\d{1,6})(?:[.,](\d{1,3}))?(k|tr)$/.exec(said);
  if (short) {
    const unit = short[3] === "k" ? 1000 : 1_000_000;
    const rest = short[2] ? Number(short[2]) / 10 ** short[2].length : 0;
    return Math.round((Number(short[1]) + rest) * unit);
  }
  const plain = said.replace(/[.,](?=\d{3}(?:\D|$))/g, "");
  return /^\d{1,12}$/.test(plain) ? Number(plain) : null;
}

// "3", "500 g" or "1,5 kg".
export function amountOf(quantity, unit) {
  if (unit === "piece") return grouped(quantity);
  if (quantity < 1000) return `${quantity}\u00a0g`;
  return `${(quantity / 1000).toFixed(3).replace(/\.?0+$/, "").replace(".", ",")}\u00a0kg`;
}

// Vietnamese letters alone: lower case, no marks, đ as d. The same as core/text.py: fold.
export const fold = (text) => text.normalize("NFKD").toLowerCase().replace(/[\u0300-\u036f\u200b-\u200f\ufeff]/g, "")
  .replace(/đ/g, "d").replace(/\s+/g, " ").trim();

// A telephone number as people write it: +84912345678 is 0912 345 678. The same as core/masks.py: spoken.
export function spoken(phone) {
  const digits = phone.replace(/^\+84/, "0").replace(/\D/g, "");
  return [digits.slice(0, 4), digits.slice(4, 7), digits.slice(7)].filter(Boolean).join(" ");
}

// Words of a plain message with its facts put in: fill("Còn %(n)s", {n: 3}).
export const fill = (text, facts = {}) => text.replace(/%\((\w+)\)s/g, (whole, name) => facts[name] ?? whole);

// Vietnamese letters alone: lower case, no marks, đ as d. The same as core/text.py: fold.
export const fold = (text) => text.normalize("NFKD").toLowerCase().replace(/[\u0300-\u036f\u200b-\u200f\ufeff]/g, "")
  .replace(/đ/g, "d").replace(/\s+/g, " ").trim();

// Words of a plain message with its facts put in: fill("Còn %(n)s", {n: 3}).
export const fill = (text, facts = {}) => text.replace(/%\((\w+)\)s/g, (whole, name) => facts[name] ?? whole);

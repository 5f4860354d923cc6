// The list of goods in memory: found by code, by lot, and as one types. 50,000 of them are searched in milliseconds.
import { plainGtin } from "./codes.js";
import { fold } from "./text.js";

export class List {
  constructor(known) {
    this.issued_at = known.issued_at;
    this.good_until = known.good_until;
    this.token = known.token;
    this.items = known.items;
    this.bySku = new Map();
    this.byGtin = new Map();
    this.byPlu = new Map();
    this.byLot = new Map();
    this.folded = known.items.map((item) => this.index(item));
  }

  index(item) {
    this.bySku.set(item.sku, item);
    for (const code of item.barcodes) {
      if (/^2\d{6}$/.test(code)) this.byPlu.set(code, item);
      else if (/^\d{8,14}$/.test(code)) this.byGtin.set(plainGtin(code), item);
      if (/^2\d{12}$/.test(code) && item.unit === "gram") this.byPlu.set(code.slice(0, 7), item);
    }
    for (const lot of item.lots) this.byLot.set(lot, item);
    return fold(`${item.name} ${item.label} ${item.sku}`);
  }

  // {item, quantity, lot} of something read by `codes.read`, or null. A weight of zero is to be asked for.
  find(means) {
    if (means.kind === "lot") return this.hit(this.byLot.get(means.lot), 1, means.lot);
    if (means.kind === "gtin") return this.hit(this.byGtin.get(means.gtin), 1, null);
    if (means.kind === "weight") {
      return this.hit(this.byPlu.get(means.plu), means.grams, null) ?? this.hit(this.byGtin.get(means.gtin), 1, null);
    }
    return this.hit(this.bySku.get((means.text ?? means.code ?? "").toUpperCase()), 1, null);
  }

  hit(item, quantity, lot) {
    return item ? { item, quantity, lot } : null;
  }

  // Items whose name, pack or code holds every typed word; those beginning with the first word come first, and what
  // the shelf has before what it has not.
  search(typed, most = 24) {
    const words = fold(typed).split(" ").filter(Boolean);
    if (!words.length) return [];
    const first = [], rest = [], none = [];
    for (let place = 0; place < this.folded.length; place += 1) {
      const said = this.folded[place];
      if (!words.every((word) => said.includes(word))) continue;
      const item = this.items[place];
      (item.available <= 0 ? none : said.startsWith(words[0]) ? first : rest).push(item);
      if (first.length >= most) break;
    }
    return [...first, ...rest, ...none].slice(0, most);
  }

  get favourites() {
    return this.items.filter((item) => item.is_favourite);
  }
}

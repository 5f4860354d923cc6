// The other column: search as one types, picture keys, number keys for the chosen line.
import { app, now, on, setBasket } from "./app.js";
import { setQuantity } from "./basket.js";
import { read } from "./codes.js";
import { whyNot } from "./days.js";
import { $, h, put, show } from "./dom.js";
import { amountOf, dong } from "./money.js";
import { askDiscount, askQuantity, drop, gramsOf, ring, step, take } from "./selling.js";
import { FASTEST_HAND } from "./wedge.js";
import { t } from "./words.js";

const PICTURES = 24;
let chosen = 0; // of the results
let typed = ""; // on the number keys

export function start() {
  const find = $("find");
  find.addEventListener("input", () => { chosen = 0; drawFound(); });
  find.addEventListener("keydown", onKey);
  $("find-form").addEventListener("submit", (event) => { event.preventDefault(); enter(); });
  $("pad").append(...padKeys());
  on("list", drawFound);
  on("till", drawFound);
  on("basket", drawEntry);
  drawFound();
}

// "3*mật ong": three of it.
function parts() {
  const found = /^(\d{1,2})\s*[*x×]\s*(.*)$/i.exec($("find").value.trim());
  return found ? { times: Math.max(1, Number(found[1])), text: found[2] } : { times: 1, text: $("find").value.trim() };
}

const results = () => (app.list && parts().text ? app.list.search(parts().text) : []);

async function enter() {
  const { times, text } = parts();
  if (!text) return;
  const means = read(text), found = results();
  const isCode = means.kind !== "text" || app.list?.find(means);
  const item = !isCode && found[Math.min(chosen, found.length - 1)];
  const isTaken = item ? await ring(item, item.unit === "gram" ? 0 : times) : await take(text, times);
  if (isTaken) clearFind();
  else $("find").select();
}

export function clearFind() {
  $("find").value = "";
  chosen = 0;
  drawFound();
}

let before = 0; // when the last key came: a scanner's minus ("LO-…") is no wish for one less

function onKey(event) {
  const isBurst = event.timeStamp - before < FASTEST_HAND;
  before = event.timeStamp;
  const found = results();
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by) {
    event.preventDefault();
    if (found.length) { chosen = Math.max(0, Math.min(found.length - 1, chosen + by)); drawFound(); } else move(by);
    return;
  }
  if (event.key === "Escape" && $("find").value) { event.preventDefault(); clearFind(); }
  if ($("find").value || isBurst) return;
  if (event.key === "+" || event.key === "-") {
    event.preventDefault();
    step(app.selected, event.key === "+" ? 1 : -1);
  }
  if (event.key === "Delete") { event.preventDefault(); drop(); }
}

export function move(by) {
  if (!app.basket.lines.length) return;
  setBasket(app.basket, Math.max(0, Math.min(app.basket.lines.length - 1, app.selected + by)));
}

function drawFound() {
  const { text, times } = parts();
  if (!app.list) { put($("found"), h("p", { class: "soft found-none" }, t(app.till ? "list_coming" : "list_missing"))); return; }
  const items = text ? results() : favourites();
  const isNone = text && !items.length && read(text).kind === "text";
  show($("found-head"), !text);
  put($("found"), items.map((item, place) => key(item, text && place === chosen, times)),
    isNone && h("p", { class: "soft found-none" }, t("none_found")),
    !text && !items.length && h("p", { class: "soft found-none" }, t("no_favourites")));
}

function favourites() {
  const wanted = app.till?.favourites ?? [];
  const found = wanted.map((sku) => app.list.bySku.get(sku)).filter(Boolean);
  return (found.length ? found : app.list.favourites).slice(0, PICTURES);
}

function key(item, isChosen, times) {
  const why = whyNot(item, null, now());
  return h("button", {
    type: "button", class: `ware${why ? " bad" : item.available > 0 ? "" : " out"}${item.image ? "" : " plain"}`, "aria-current": isChosen ? "true" : null, "data-sku": item.sku,
    onclick: async () => { if (await ring(item, item.unit === "gram" ? 0 : times)) clearFind(); },
  },
  item.image ? h("img", { src: item.image, alt: "", loading: "lazy", width: "64", height: "48" }) : null,
  h("span", { class: "ware-name" }, item.name),
  h("span", { class: "ware-label" }, why ? t(`short_${why}`) : `${item.label} · ${item.available > 0 ? t("left", { n: amountOf(item.available, item.unit) }) : t("sold_out")}`),
  h("b", { class: "ware-price" }, `${dong(item.price)}${item.unit === "gram" ? "/kg" : ""}`));
}

// Number keys: type a quantity, then say what it is for.
function padKeys() {
  const digit = (text) => h("button", { type: "button", class: "key", onclick: () => { typed = (typed + text).slice(0, 6); drawEntry(); }, tabindex: "-1" }, text);
  const act = (name, work, kind = "") => h("button", { type: "button", class: `key act ${kind}`, onclick: work, "data-act": name }, t(`key_${name}`));
  const rub = h("button", { type: "button", class: "key", "aria-label": t("rub"), onclick: () => { typed = typed.slice(0, -1); drawEntry(); }, tabindex: "-1" }, "⌫");
  return [digit("7"), digit("8"), digit("9"), act("quantity", quantity), digit("4"), digit("5"), digit("6"),
    act("discount", () => askDiscount(app.selected < 0 ? null : app.selected)), digit("1"), digit("2"), digit("3"),
    act("whole", () => askDiscount(null)), digit("0"), digit(","), rub, act("drop", () => drop(), "danger")];
}

async function quantity() {
  const line = app.basket.lines[app.selected];
  if (!line) return;
  const many = line.unit === "gram" ? gramsOf(typed) : Number(/^\d+$/.test(typed) ? typed : 0);
  typed = "";
  if (many > 0) await setBasket(setQuantity(app.basket, app.selected, many), app.selected);
  else await askQuantity();
  drawEntry();
}

function drawEntry() {
  const line = app.basket.lines[app.selected];
  put($("entry"), h("span", { class: "entry-line" }, line ? line.name : t("entry_none")), h("output", { class: "figures" }, typed));
}


// Baskets on hold: somebody forgot her purse. Those of closed tabs come here too, so nothing rung up is lost.
import { app, on, setBasket, tab, tellAll } from "./app.js";
import * as base from "./base.js";
import { empty, sums } from "./basket.js";
import { localDay, showMoment } from "./days.js";
import { $, ask, h, put } from "./dom.js";
import { dong } from "./money.js";
import { askNumber, say } from "./pads.js";
import { t } from "./words.js";

export async function start() {
  on("held", count);
  await adopt();
  const own = await base.getBasket(tab);
  if (own?.state === "open") await setBasket(own.basket, own.basket.lines.length - 1);
  await count();
}

// A tab that lives holds a lock under its name; baskets of tabs that do not are put on hold.
async function adopt() {
  if (!navigator.locks) return;
  navigator.locks.request(`till-tab-${tab}`, () => new Promise(() => {}));
  const { held } = await navigator.locks.query();
  const living = new Set(held.map((one) => one.name));
  for (const one of await base.allBaskets()) {
    if (one.state !== "open" || one.id === tab || living.has(`till-tab-${one.id}`)) continue;
    await base.dropBasket(one.id);
    if (one.basket.lines.length) await putAside(one.basket, "");
  }
}

const putAside = (basket, note) =>
  base.putBasket({ id: crypto.randomUUID(), state: "held", basket, note, at: Date.now(), by: app.till?.cashier?.name ?? "" });

export async function hold() {
  if (!app.basket.lines.length) return;
  const note = await askNumber({ title: t("hold_title"), hint: t("hold_hint"), isText: true });
  if (note === null || !app.basket.lines.length) return;
  await putAside(app.basket, note.trim());
  await setBasket(empty(), -1);
  say(t("held_done"));
  tellAll("held");
}

async function list() {
  return (await base.allBaskets()).filter((one) => one.state === "held").sort((a, b) => b.at - a.at);
}

async function count() {
  const before = app.held;
  app.held = (await list()).length;
  if (before !== app.held) $("count-held").textContent = app.held || "";
}

export async function openHeld() {
  const all = await list();
  put($("held"), h("div", {}, h("h2", {}, t("held_title")),
    all.length ? h("ul", { class: "till-rows" }, all.map(row)) : h("p", { class: "soft" }, t("held_none")),
    h("div", { class: "actions" }, h("button", { type: "button", class: "button quiet", onclick: () => $("held").close() }, t("close")))));
  await ask($("held"));
}

const shortened = (text) => (text.length > 60 ? `${text.slice(0, 60).replace(/[\s,]+\S*$/, "")}…` : text);

function row(one) {
  const day = localDay(one.at) === localDay(Date.now()) ? showMoment(one.at).slice(11) : showMoment(one.at);
  return h("li", {}, h("button", { type: "button", class: "till-row", onclick: () => resume(one) },
    h("span", {}, h("b", {}, one.note || shortened(one.basket.lines.map((line) => line.name).join(", "))),
      h("small", {}, [day, one.by, t("n_lines", { n: one.basket.lines.length })].filter(Boolean).join(" · "))),
    h("b", {}, dong(sums(one.basket).total))));
}

async function resume(one) {
  if (app.basket.lines.length) await putAside(app.basket, "");
  await base.dropBasket(one.id);
  // Prices are those of today's list: what was rung up yesterday is not sold at yesterday's price.
  const lines = one.basket.lines.flatMap((line) => {
    const item = app.list?.bySku.get(line.sku);
    return item ? [{ ...line, price: item.price, sellable_until: item.sellable_until, lots_until: item.lots_until, available: item.available }] : [];
  });
  await setBasket({ ...one.basket, lines, approvals: [] }, lines.length - 1);
  $("held").close();
  if (lines.length < one.basket.lines.length) say(t("held_gone"), "warn");
  tellAll("held");
}

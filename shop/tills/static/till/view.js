// The frame of the page: who sells where, the network, the banners, the basket and its sums.
import { app, now, on, trust } from "./app.js";
import { sums, totalOf } from "./basket.js";
import { localDay, showDay } from "./days.js";
import { $, h, icon, put, show } from "./dom.js";
import { listAge } from "./incoming.js";
import { amountOf, dong, grouped } from "./money.js";
import { hindrances, step } from "./selling.js";
import { spoken } from "./text.js";
import { config, t } from "./words.js";

const SOON = 3; // days

export function start(pick) {
  on("basket", () => drawBasket(pick));
  on("clock", () => { drawBasket(pick); drawBanners(); });
  for (const name of ["till", "network", "outbox", "list", "held"]) on(name, () => { drawTop(); drawBanners(); });
  drawTop();
  drawBasket(pick);
}

function drawTop() {
  const { till } = app;
  put($("where"), till ? [h("b", {}, till.store.name), h("span", {}, [till.till.name, till.shift ? t("shift_n", { n: till.shift.number }) : t("no_shift_short")].join(" · "))] : "");
  put($("who"), icon("lock"), h("span", {}, till?.cashier?.name ?? t("locked")));
  const state = app.isOnline ? (app.waiting ? "sending" : "online") : "offline";
  $("net").dataset.state = state;
  put($("net"), t(`net_${state}`, { n: app.waiting }));
  put($("count-held"), app.held || "");
  put($("count-sales"), app.decisions || "");
}

// What the cashier must know: no network, an old list, sales that a person must decide.
function drawBanners() {
  const found = [];
  if (!app.isOnline) found.push(["warn", t("banner_offline", { n: app.waiting }), app.waiting ? "sales" : null]);
  const said = trust();
  if (app.till?.cashier && said === "old") found.push(["warn", t("banner_old", { n: listAge() }), null]);
  if (app.till?.cashier && said === "stopped") found.push(["bad", t("banner_stopped", { n: listAge() }), null]);
  if (Math.abs(app.drift) > 5 * 60_000) found.push(["warn", t("banner_clock", { n: Math.round(Math.abs(app.drift) / 60_000) }), null]);
  if (app.decisions) found.push(["bad", t("banner_decisions", { n: app.decisions }), "sales"]);
  if (config.store && app.till && app.till.store.code !== config.store) found.push(["warn", t("banner_store", { name: app.till.store.name }), null]);
  put($("banners"), found.map(([kind, text, act]) => h("div", { class: `banner ${kind}` }, icon("alert"), h("span", {}, text),
    act && h("button", { type: "button", class: "link-button", "data-open": act }, t("see")))));
}

function drawBasket(pick) {
  const { basket } = app;
  const bad = new Map(hindrances().map((one) => [one.place, one.why]));
  put($("lines"), basket.lines.map((line, place) => row(line, place, bad.get(place), pick)));
  show($("empty"), !basket.lines.length);
  $("lines").querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  const step_ = app.till?.limits.cash_step ?? 0;
  const all = sums(basket, { cashOnly: true, step: step_ });
  put($("sums"), [
    all.discount > 0 && [t("subtotal"), dong(all.lines)], all.discount > 0 && [t("discount"), `-${dong(all.discount)}`],
    all.rounding !== 0 && [t("rounding_cash"), `${all.rounding > 0 ? "+" : ""}${dong(all.rounding)}`],
    basket.phone && [t("phone"), spoken(basket.phone)],
  ].filter(Boolean).map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
  put($("total"), dong(all.total));
  put($("total-count"), basket.lines.length ? t("n_lines", { n: basket.lines.length }) : "");
  $("pay-key").disabled = !basket.lines.length || bad.size > 0;
}

function row(line, place, why, pick) {
  const isChosen = place === app.selected;
  const day = localDay(now());
  const known = app.list?.bySku.get(line.sku);
  const taken = app.basket.lines.reduce((sum, one) => sum + (one.sku === line.sku ? one.quantity : 0), 0);
  const isSoon = line.sellable_until && line.sellable_until <= plus(day, SOON);
  return h("li", { class: `rung${why ? " bad" : ""}`, "aria-current": isChosen ? "true" : null, "data-place": place },
    h("button", { type: "button", class: "line-name", onclick: () => pick(place) },
      h("b", {}, line.name), h("span", { class: "soft" }, [line.label, t("stars", { n: line.stars }), line.lot].filter(Boolean).join(" · ")),
      why && h("span", { class: "line-why" }, icon("stop"), t(`line_${why}`, { day: showDay(line.sellable_until) })),
      !why && known && taken > known.available && h("span", { class: "line-why line-short" }, icon("alert"), t("line_short", { n: amountOf(Math.max(0, known.available), known.unit) })),
      !why && isSoon && h("span", { class: "line-soon" }, t("line_soon", { day: showDay(line.sellable_until) })),
      line.discount > 0 && h("span", { class: "line-off" }, t("line_discount", { amount: dong(line.discount) }))),
    h("div", { class: "line-many" },
      h("button", { type: "button", class: "round", "aria-label": t("less"), onclick: () => step(place, -1) }, icon("minus")),
      h("span", { class: "figures" }, amountOf(line.quantity, line.unit)),
      h("button", { type: "button", class: "round", "aria-label": t("more"), onclick: () => step(place, 1) }, icon("plus"))),
    h("div", { class: "line-sum" }, h("b", {}, grouped(totalOf(line) - line.discount)),
      h("small", {}, line.unit === "gram" ? `${grouped(line.price)}/kg` : line.quantity > 1 || line.discount ? `${grouped(line.price)}` : "")));
}

// A day some days later.
const plus = (day, days) => new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

// The till begins: what this machine remembers first, then what the server says.
import { app, on, setBasket } from "./app.js";
import { look } from "./camera.js";
import { $, ask, h, icon, isAsking, put } from "./dom.js";
import * as base from "./base.js";
import * as held from "./held.js";
import * as incoming from "./incoming.js";
import * as keys from "./keys.js";
import { lock, start as startLock } from "./lock.js";
import * as outgoing from "./outgoing.js";
import { beep, say } from "./pads.js";
import { pay } from "./paying.js";
import { openReturn, scanned } from "./returns.js";
import { openSales } from "./sales.js";
import { askDiscount, askQuantity, clear, drop, take } from "./selling.js";
import { openShifts } from "./shifts.js";
import { askPhone, start as startSold } from "./sold.js";
import * as view from "./view.js";
import { listen } from "./wedge.js";
import { config, t } from "./words.js";

const ACTS = {
  pay, hold: held.hold, held: held.openHeld, return: () => openReturn(), sales: openSales, shift: openShifts, help: () => ask($("help")), lock,
  clear, phone: askPhone, camera, find: () => { $("find").focus(); $("find").select(); }, quantity: () => askQuantity(), drop: () => drop(),
  discount: () => askDiscount(app.selected < 0 ? null : app.selected), whole: () => askDiscount(null),
};
// Keys that neither a scanner nor a Vietnamese keyboard types.
const SHORT = {
  F1: "help", F2: "find", F3: "hold", F4: "held", F5: "quantity", F6: "discount", F7: "whole", F8: "phone", F9: "pay", F10: "lock",
  F11: "return", F12: "sales",
};

async function start() {
  view.start((place) => { setBasket(app.basket, place); $("find").focus({ preventScroll: true }); });
  startLock();
  keys.start();
  bind();
  await startSold();
  await incoming.recallTill();
  await incoming.recallList();
  await held.start();
  await outgoing.start();
  const answer = await incoming.refreshTill();
  if (answer?.status === 200 && !app.isLocked) await incoming.refreshList();
  incoming.start();
  outgoing.sendDue(true);
  base.keepForever();
  document.documentElement.dataset.ready = "yes";
  if (!app.isLocked) $("find").focus();
  install();
}

function bind() {
  document.addEventListener("click", (event) => {
    const name = event.target.closest?.("[data-open]")?.dataset.open;
    if (name) ACTS[name]?.();
  });
  document.addEventListener("keydown", (event) => {
    const name = SHORT[event.key];
    if (!name || app.isLocked || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    if (!isAsking()) ACTS[name]();
  });
  listen(onCode);
  on("pickup", (code) => { window.open(`${config.pickup}?q=${encodeURIComponent(code)}`, "_blank") ?? say(t("popup_blocked"), "warn"); });
  on("return", openReturn);
  for (const dialog of document.querySelectorAll("dialog")) dialog.addEventListener("close", () => { if (!isAsking() && !app.isLocked) $("find").focus({ preventScroll: true }); });
}

// A scan goes where the cashier is: into the basket, or into the question about a receipt.
function onCode(text) {
  if (app.isLocked) return;
  if ($("return").open) scanned(text);
  else if (isAsking() && !$("sold").open && !$("camera").open) { beep(false); say(t("scan_not_now"), "warn"); }
  else {
    if ($("sold").open) $("sold").close();
    take(text);
    keys.clearFind();
  }
}

async function camera() {
  const video = h("video", { playsinline: true, muted: true }), said = h("p", { role: "status" });
  put($("camera"), h("div", { class: "till-sheet" }, h("h2", {}, t("camera")), video, said,
    h("div", { class: "actions" }, h("button", { type: "button", class: "button", onclick: () => $("camera").close() }, icon("close"), t("close")))));
  const asked = ask($("camera"));
  const stop = await look(video, onCode, (text) => put(said, text));
  if (!$("camera").open) stop();
  await asked;
  stop();
}

// The page works without the network once it has been opened with it.
async function install() {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register(config.worker, { scope: config.scope });
  } catch {
    say(t("not_installed"), "warn");
  }
}

start();

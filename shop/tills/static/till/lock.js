// Who stands at the till: pick a name, type six digits. Locking ends the session, so the next one types her own.
import * as api from "./api.js";
import { app, on } from "./app.js";
import * as base from "./base.js";
import { $, h, icon, put } from "./dom.js";
import { refreshList, refreshTill } from "./incoming.js";
import { noteNetwork, sendDue } from "./outgoing.js";
import { askYes, pad, tellProblem } from "./pads.js";
import { config, t } from "./words.js";

let chosen = null;

export function start() {
  on("till", draw);
  on("network", () => app.isLocked && draw());
  $("lock").addEventListener("cancel", (event) => event.preventDefault()); // Escape opens no till
  draw();
}

function draw() {
  const dialog = $("lock");
  if (!app.isLocked) {
    if (dialog.open) { dialog.close(); $("find").focus(); }
    return;
  }
  document.querySelectorAll("dialog[open]").forEach((one) => one !== dialog && one.close());
  // What is being typed stays: a refresh of the till's state does not wipe half a PIN.
  if (dialog.open && dialog.querySelector("input")?.value) return;
  put(dialog, app.till && app.isOwner ? people() : unknown());
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("[autofocus]")?.focus();
}

function unknown() {
  const isAway = !app.isOnline;
  return h("div", { class: "lock" }, h("p", { class: "lock-mark" }, icon("till")),
    h("h1", {}, t(isAway ? "lock_away" : "lock_unknown")), h("p", { class: "soft" }, t(isAway ? "lock_away_text" : "lock_unknown_text")),
    h("div", { class: "actions" }, !isAway && h("a", { class: "button", href: config.register }, t("lock_register")),
      h("button", { type: "button", class: "button ghost", onclick: () => refreshTill().then(() => app.isLocked && draw()) }, t("try_again"))));
}

function people() {
  const all = app.till.cashiers;
  if (chosen && !all.some((one) => one.id === chosen.id)) chosen = null;
  if (!chosen && all.length === 1) [chosen] = all;
  return h("div", { class: "lock" }, h("p", { class: "lock-mark" }, icon("lock")),
    h("h1", {}, app.till.store.name), h("p", { class: "soft" }, app.till.till.name),
    !app.isOnline && h("p", { class: "notice warn" }, icon("alert"), h("span", {}, t("lock_offline"))),
    app.waiting > 0 && h("p", { class: "notice warn" }, icon("alert"), h("span", {}, t("lock_waiting", { n: app.waiting }))),
    all.length ? null : h("p", { class: "notice warn" }, icon("alert"), h("span", {}, t("lock_nobody"))),
    h("div", { class: "people" }, all.map((one) => h("button", {
      type: "button", class: "person", "aria-pressed": String(chosen?.id === one.id), "data-person": one.id,
      onclick: () => { chosen = one; const field = $("lock").querySelector("input"); if (field) field.value = ""; draw(); },
    }, h("span", { class: "person-mark", "aria-hidden": "true" }, initials(one.name)), h("span", {}, one.name)))),
    chosen && pinForm());
}

function pinForm() {
  const pin = h("input", {
    class: "input figures big", type: "password", inputmode: "none", autocomplete: "off", maxlength: "6", autofocus: true,
    "aria-label": t("pin_of", { name: chosen.name }),
  });
  const wrong = h("p", { class: "field-error", role: "alert" });
  let isBusy = false;
  const send = async (event) => {
    event?.preventDefault();
    if (isBusy || pin.value.length !== 6) return;
    isBusy = true;
    const answer = await api.post("/till/cashier", { user: chosen.id, pin: pin.value });
    isBusy = false;
    pin.value = "";
    noteNetwork(answer !== null);
    if (answer && answer.status < 300) {
      api.keepToken(null);
      await refreshTill();
      await refreshList();
      sendDue(true);
      return;
    }
    put(wrong, icon("alert"), answer ? tellProblem(answer.body) : t("no_network"));
    pin.focus();
  };
  pin.addEventListener("input", () => { if (pin.value.length === 6) send(); });
  return h("form", { class: "pin", onsubmit: send, novalidate: true },
    h("label", { class: "field" }, h("span", { class: "label" }, t("pin_of", { name: chosen.name })), pin), wrong, pad(pin, null));
}

const initials = (name) => name.replace(/\(.*?\)/g, "").trim().split(/\s+/).slice(-2).map((one) => one[0]).join("").toUpperCase();

// Away from the till. Without the network nobody could come back before it does, so this is asked first.
export async function lock() {
  if (app.isLocked) return;
  if (!app.isOnline && !(await askYes(t("lock_title"), t("lock_offline_ask"), t("lock_yes"), { grave: true }))) return;
  const answer = await api.call("DELETE", "/till/cashier");
  api.keepToken(null);
  noteNetwork(answer !== null);
  chosen = null;
  app.isLocked = true;
  if (app.till) app.till = { ...app.till, cashier: null };
  await forget();
  draw();
  if (answer) await refreshTill();
}

// The till's own memory says "nobody" too: a reload without the network lets nobody on.
async function forget() {
  const known = await base.getMeta("till");
  if (known) await base.setMeta("till", { ...known, cashier: null });
}

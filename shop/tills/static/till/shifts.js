// The drawer: opening with its float, money in and out beside sales, the count, X and Z.
import * as api from "./api.js";
import { app, tell } from "./app.js";
import { approve } from "./approve.js";
import { $, ask, h, icon, put } from "./dom.js";
import { refreshTill } from "./incoming.js";
import { dong, readAmount } from "./money.js";
import { sendDue } from "./outgoing.js";
import { amountIn, askNumber, askYes, pad, say, tellProblem } from "./pads.js";
import { printPaper, reportPaper } from "./receipt.js";
import { doesPrint, setPrint } from "./sold.js";
import { t } from "./words.js";

export async function openShifts() {
  draw();
  await ask($("shift"));
}

function draw() {
  const shift = app.till?.shift;
  const act = (name, work, kind = "ghost") => h("button", { type: "button", class: `button ${kind}`, onclick: work, "data-act": name }, t(name));
  put($("shift"), h("div", { class: "till-sheet" }, h("h2", {}, shift ? t("shift_n", { n: shift.number }) : t("shift_none")),
    shift ? h("p", { class: "soft" }, t("shift_since", { who: shift.opened_by, float: dong(shift.float) })) : h("p", { class: "soft" }, t("shift_none_text")),
    !app.isOnline && h("p", { class: "notice warn" }, icon("alert"), h("span", {}, t("needs_network"))),
    h("div", { class: "acts" }, shift
      ? [act("pay_in", () => cash("pay_in")), act("pay_out", () => cash("pay_out")), act("x_report", x), act("close_shift", close, "")]
      : act("open_shift", open, "")),
    h("label", { class: "tick" }, h("input", { type: "checkbox", checked: doesPrint(), onchange: (event) => setPrint(event.target.checked) }), h("span", {}, t("auto_print"))),
    h("div", { class: "actions" }, h("button", { type: "button", class: "button quiet", onclick: () => $("shift").close() }, t("close")))));
}

async function open() {
  const said = await askNumber({
    title: t("float_title"), hint: t("float_hint"), unit: "₫", isMoney: true,
    check: (text) => (readAmount(text) === null ? t("amount_wrong") : ""),
  });
  if (said === null) return;
  const answer = await api.post("/till/shifts", { float: readAmount(said) }, once());
  if (!told(answer)) return;
  await refreshTill();
  $("shift").close();
  say(t("shift_opened", { n: app.till.shift?.number ?? "" }));
}

async function cash(kind) {
  const said = await askNumber({
    title: t(kind), hint: t(`${kind}_hint`), unit: "₫", isMoney: true,
    check: (text) => (readAmount(text) ? "" : t("amount_wrong")),
  });
  if (said === null) return;
  const reason = await askNumber({ title: t("reason"), hint: t(`${kind}_reason`), isText: true, check: (text) => (text.trim() ? "" : t("reason_missing")) });
  if (reason === null) return;
  const amount = readAmount(said), approvals = [];
  if (kind === "pay_out" && amount > app.till.limits.pay_out_limit) {
    const given = await approve("cash", amount);
    if (!given) return;
    approvals.push(given.token);
  }
  const answer = await api.post(`/till/shifts/${app.till.shift.code}/cash`, { kind, amount, reason: reason.trim(), approvals }, once());
  if (told(answer)) say(t("cash_booked", { amount: dong(amount) }));
}

async function x() {
  const answer = await api.get(`/till/shifts/${app.till.shift.code}/report`);
  if (told(answer)) showReport(answer.body);
}

function showReport(report) {
  put($("report"), h("div", { class: "till-sheet" }, h("div", { class: "paper-view" }, reportPaper(report)),
    h("div", { class: "actions" }, h("button", { type: "button", class: "button", onclick: () => printPaper(reportPaper(report)) }, icon("print"), t("print")),
      h("button", { type: "button", class: "button quiet", onclick: () => $("report").close() }, t("close")))));
  return ask($("report"));
}

// Counted by denomination, and blind: what should be there is told when the count is given, not before.
async function close() {
  await sendDue(true);
  if (app.waiting && !(await askYes(t("close_shift"), t("close_waiting", { n: app.waiting }), t("close_anyway"), { grave: true }))) return;
  const fields = new Map();
  const sum = h("output", { class: "pay-total" });
  let at = null;
  const add = () => put(sum, dong([...fields].reduce((all, [note, field]) => all + note * (amountIn(field) ?? 0), 0)));
  const rows = app.till.limits.denominations.map((note) => {
    const field = h("input", { class: "input figures", inputmode: "none", autocomplete: "off", maxlength: "6", "aria-label": t("count_of", { note: dong(note) }), "data-note": note });
    field.addEventListener("focus", () => { at = field; });
    field.addEventListener("input", add);
    fields.set(note, field);
    return h("label", { class: "count-row" }, h("span", {}, dong(note)), h("span", { class: "soft" }, "×"), field);
  });
  const note = h("input", { class: "input", maxlength: "300", "aria-label": t("close_note") });
  const keys = h("input", { type: "hidden" });
  keys.addEventListener("input", () => {
    if (at) { at.value = keys.value === "" ? at.value.slice(0, -1) : at.value + keys.value; at.dispatchEvent(new Event("input")); }
    keys.value = "";
  });
  const wrong = h("p", { class: "field-error", role: "alert" });
  let isBusy = false;
  const send = async (event) => {
    event.preventDefault();
    if (isBusy) return;
    const counted = Object.fromEntries([...fields].map(([one, field]) => [String(one), amountIn(field) ?? 0]).filter(([, n]) => n > 0));
    if (!Object.keys(counted).length && !(await askYes(t("count_none"), t("count_none_text"), t("count_none_yes"), { grave: true }))) return;
    isBusy = true;
    const answer = await api.post(`/till/shifts/${app.till.shift.code}/closing`, { counted, note: note.value.trim() || null }, once());
    isBusy = false;
    if (!answer || answer.status >= 300) { put(wrong, icon("alert"), answer ? tellProblem(answer.body) : t("no_network")); return; }
    $("count").close("closed");
    await closed(answer.body);
  };
  put($("count"), h("form", { class: "till-sheet counting", onsubmit: send, novalidate: true }, h("h2", {}, t("count_title")), h("p", { class: "soft" }, t("count_hint")),
    h("div", { class: "count-body" }, h("div", { class: "count-rows" }, rows),
      h("div", { class: "count-end" }, h("div", {}, h("p", { class: "soft" }, t("counted")), sum), pad(keys, null),
        h("label", { class: "field" }, h("span", { class: "label" }, t("close_note")), note), wrong,
        h("div", { class: "actions" }, h("button", { class: "button" }, t("close_now")),
          h("button", { type: "button", class: "button quiet", onclick: () => $("count").close("") }, t("cancel")))))));
  add();
  const asked = ask($("count"));
  rows[0].querySelector("input").focus();
  await asked;
}

async function closed(report) {
  $("shift").close();
  if (doesPrint() && report.ways) printPaper(reportPaper(report));
  await showReport(report);
  await refreshTill();
  tell("till");
}

// A shift opened twice, or cash laid in twice, by a tap too many or an answer lost: the key makes it one.
const once = () => ({ headers: { "Idempotency-Key": crypto.randomUUID() } });

function told(answer) {
  if (answer && answer.status < 300) return true;
  say(answer ? tellProblem(answer.body) : t("no_network"), "bad");
  return false;
}


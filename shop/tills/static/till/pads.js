// Number keys for fingers, amounts that write themselves in groups, and the small questions of the till.
import { $, ask, h, icon, put } from "./dom.js";
import { grouped, readAmount } from "./money.js";
import { t } from "./words.js";

// Twelve keys that type into a field, or into whichever of two a function says; `more` is the key beside the zero
// ("000" for money).
export function pad(target, more = "000") {
  const at = typeof target === "function" ? target : () => target;
  // What stands marked is written over, as by a keyboard.
  const kept = (input) => (input.selectionStart === 0 && input.selectionEnd === input.value.length ? "" : input.value);
  const type = (text) => () => {
    const input = at();
    input.value = kept(input) + text;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.focus(); // Enter answers, it does not press the key again
  };
  const rub = () => {
    const input = at();
    input.value = kept(input).slice(0, -1).replace(/[.,\s]$/, "");
    input.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const key = (text) => h("button", { type: "button", class: "key", onclick: type(text), tabindex: "-1" }, text);
  const back = h("button", { type: "button", class: "key", onclick: rub, "aria-label": t("rub"), tabindex: "-1" }, "⌫");
  return h("div", { class: "pad", "aria-label": t("pad"), role: "group" },
    [..."789456123"].map(key), more ? key(more) : h("span"), key("0"), back);
}

// Digits are grouped as they are typed: 250000 -> 250.000; other signs (250k, 10%) stay as they are.
export function grouping(input) {
  input.addEventListener("input", () => {
    const digits = input.value.replace(/[.,\s\u00a0]/g, "");
    if (/^\d{1,12}$/.test(digits)) input.value = grouped(Number(digits));
  });
  return input;
}

export const amountIn = (input) => readAmount(input.value);

// Ask for one number, or for a few words; answers what was typed, or null when the question was left.
// `check` answers what is wrong, or ""; `more` is the key beside the zero.
export async function askNumber({ title, hint = "", value = "", unit = "", isMoney = false, isText = false, more = isMoney ? "000" : ",", check = () => "" }) {
  const dialog = $("ask-number"), input = h("input", {
    class: isText ? "input" : "input figures big", inputmode: isText ? "text" : "none", maxlength: isText ? "200" : null, autocomplete: "off", value, "aria-label": title, autofocus: true,
  });
  if (isMoney) grouping(input);
  const wrong = h("p", { class: "field-error", role: "alert" });
  const form = h("form", { method: "dialog", novalidate: true, onsubmit: (event) => {
    const said = check(input.value);
    if (!said) { dialog.returnValue = input.value; return; }
    event.preventDefault();
    put(wrong, icon("alert"), said);
  } },
  h("h2", {}, title), hint && h("p", { class: "soft" }, hint),
  h("div", { class: "affix wide" }, input, unit && h("span", {}, unit)), wrong, isText ? null : pad(input, more),
  h("div", { class: "actions" },
    h("button", { class: "button", value: "ok" }, t("ok")),
    h("button", { type: "button", class: "button quiet", onclick: () => dialog.close("") }, t("cancel"))));
  put(dialog, form);
  const answered = ask(dialog);
  input.select();
  await answered;
  return dialog.returnValue ? input.value : null;
}

// A yes or a no. `grave`: the yes is the red key.
export async function askYes(title, text, yes, { grave = false, no = t("cancel") } = {}) {
  const dialog = $("ask-yes");
  put(dialog, h("form", { method: "dialog" }, h("h2", {}, title), text && h("p", {}, text),
    h("div", { class: "actions" },
      h("button", { class: `button${grave ? " danger" : ""}`, value: "yes", autofocus: true }, yes),
      h("button", { class: "button quiet", value: "" }, no))));
  return (await ask(dialog)) === "yes";
}

// Say something for a few seconds; errors stay longer and are read out at once.
export function say(text, kind = "good") {
  const note = h("div", { class: `notice ${kind}`, role: kind === "bad" ? "alert" : "status" },
    icon({ good: "check", warn: "alert", bad: "alert" }[kind]), h("div", {}, text));
  // A dialog lies above the page: what is said while one is open is said in it.
  const open = [...document.querySelectorAll("dialog[open]")].at(-1);
  const place = open ?? $("notes");
  if (open) { open.querySelector(".notice.said")?.remove(); note.classList.add("said"); open.firstElementChild.prepend(note); } else put(place, note);
  setTimeout(() => note.remove(), kind === "good" ? 3_000 : 9_000);
}

// What a refusal of the server says, with the fields that it names.
export function tellProblem(problem) {
  if (!problem) return t("failed");
  const lines = (problem.lines ?? []).map((one) => one.name ?? one.sku).filter(Boolean);
  const said = problem.detail ?? problem.title ?? t("failed");
  return lines.length ? `${said.replace(/[.:]$/, "")}: ${lines.join(", ")}` : said;
}

let sound = null;

// A short high tone for "taken", a low one for "no".
export function beep(isGood = true) {
  try {
    sound ??= new AudioContext();
    const tone = sound.createOscillator(), loud = sound.createGain();
    tone.frequency.value = isGood ? 1320 : 220;
    loud.gain.value = 0.08;
    tone.connect(loud).connect(sound.destination);
    tone.start();
    tone.stop(sound.currentTime + (isGood ? 0.07 : 0.35));
  } catch { sound = null; /* a till without loudspeakers sells all the same */ }
}

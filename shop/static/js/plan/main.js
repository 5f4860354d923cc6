// The editor of a floor plan. Everything happens in this page until the organizer asks to see what changes; what is drawn is
// kept in this browser meanwhile, so that a closed tab loses nothing.
import * as acts from "./acts.js";
import { draw, fit, svg, zoom } from "./draw.js";
import { canRedo, canUndo, commit, documentOf, on, opened, redo, select, selection, start, state, tell, textOf, undo } from "./model.js";
import { $, ask, say, words } from "./page.js";
import { showJudgement, showPanel } from "./panel.js";
import { cancel, closePath, isBusy } from "./pointer.js";
import { showUnderlay } from "./underlay.js";

const { data } = words;
const draft = `plan:${data.slug}`;
let asked = 0, waiting = null, isLeaving = false;

const check = async () => {
  const mine = (asked += 1);
  if (!state.doc.halls.length) return showJudgement({ faults: [{ codes: [], text: words.no_hall }], warnings: [], drops: [], unlets: [], breaks: [] });
  const found = await words.send(data.preview, documentOf(state.doc));
  if (mine !== asked) return;
  if (found.ok) showJudgement(found.body);
  else if (found.body) showJudgement({ faults: [{ codes: [], text: found.text }], warnings: [], drops: [], unlets: [], breaks: [] });
};
const checkSoon = () => {
  clearTimeout(waiting);
  waiting = setTimeout(check, 500);
};
const keepDraft = () => {
  try {
    localStorage.setItem(draft, JSON.stringify({ version: data.version, at: Date.now(), document: documentOf(state.doc) }));
  } catch { /* a browser that keeps nothing */ }
};
const forget = () => { try { localStorage.removeItem(draft); } catch { /* as above */ } };

const setTool = (tool) => {
  cancel();
  state.tool = tool;
  tell("tool");
};
const addHall = async () => {
  const answer = await ask("hall");
  if (!answer) return;
  const code = answer.code.trim().toUpperCase();
  if (state.doc.halls.some((one) => one.code === code)) return say(words.code_taken.replace("#", code));
  const hall = { code, name: answer.name.trim() || code, width: Math.round(Number(answer.width) * 100), height: Math.round(Number(answer.height) * 100), aisle: 200 };
  state.hall = code;
  state.view = null;
  commit({ ...state.doc, halls: [...state.doc.halls, hall] });
};
const dropHall = () => {
  const here = state.doc.things.filter((one) => one.hall === state.hall);
  if (here.length) return say(words.hall_full);
  commit({ ...state.doc, halls: state.doc.halls.filter((one) => one.code !== state.hall) });
};
const undone = (way, none) => (way() ? null : say(none));

const ACTS = {
  undo: () => undone(undo, words.nothing), redo: () => undone(redo, words.nothing), remove: acts.remove, duplicate: acts.duplicate,
  turn: () => acts.turn(90), number: acts.number, grid: () => (state.hall ? acts.grid() : addHall()), all: acts.selectAll,
  in: () => { zoom(1 / 1.4); draw(); }, out: () => { zoom(1.4); draw(); }, fit: () => { fit(); draw(); },
  left: () => acts.align("left"), top: () => acts.align("top"), right: () => acts.align("right"), bottom: () => acts.align("bottom"),
  "add-hall": addHall, "drop-hall": dropHall, measure: () => setTool("measure"), help: () => $("ask-help").showModal(),
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act], [data-tool]");
  if (!button) return;
  if (button.dataset.tool) setTool(button.dataset.tool);
  else ACTS[button.dataset.act]?.();
});
$("plan-feature").addEventListener("change", ({ target }) => {
  if (target.value) setTool(`feature:${target.value}`);
  target.value = "";
});
$("plan-step").addEventListener("change", ({ target }) => { state.step = Number(target.value); });
$("plan-hall").addEventListener("change", ({ target }) => {
  state.hall = target.value;
  state.view = null;
  select([]);
  showUnderlay();
});

const KEYS = {
  v: () => setTool("select"), b: () => setTool("booth"), p: () => setTool("polygon"), g: ACTS.grid, n: acts.number, r: () => acts.turn(90),
  R: () => acts.turn(15), Delete: acts.remove, Backspace: acts.remove, "+": ACTS.in, "=": ACTS.in, "-": ACTS.out, 0: ACTS.fit,
  "[": () => acts.beside(-1), "]": () => acts.beside(1), "?": ACTS.help,
  Enter: () => (state.tool === "polygon" ? closePath() : $("p-code").offsetParent && $("p-code").focus()),
  Escape: () => { cancel(); if (state.tool !== "select") setTool("select"); else select([]); },
};
const CONTROL = { z: ACTS.undo, y: ACTS.redo, Z: ACTS.redo, d: acts.duplicate, a: acts.selectAll };
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea, dialog");
  if (typing || event.altKey || isBusy() && event.key !== "Escape") return;
  const control = event.ctrlKey || event.metaKey, arrow = ARROWS[event.key];
  const run = control ? CONTROL[event.key] : KEYS[event.key];
  if (run) run();
  else if (arrow && selection().length) acts.nudge(...arrow.map((one) => one * (event.shiftKey ? 1 : state.step || 10)));
  else if (arrow && event.target === svg) {
    state.view.x += arrow[0] * state.view.w * 0.1;
    state.view.y += arrow[1] * state.view.w * 0.1;
    draw();
  } else return;
  event.preventDefault();
});

$("plan-form").addEventListener("submit", () => {
  $("plan-form").elements.document.value = JSON.stringify(documentOf(state.doc));
  keepDraft();
  isLeaving = true;
});
addEventListener("pageshow", () => { isLeaving = false; });
addEventListener("beforeunload", (event) => canUndo() && !isLeaving && event.preventDefault());
new ResizeObserver(() => draw()).observe(svg);

on((what) => {
  draw();
  showPanel();
  for (const button of document.querySelectorAll("[data-tool]")) button.setAttribute("aria-pressed", button.dataset.tool === state.tool);
  document.querySelector("[data-act=undo]").disabled = !canUndo();
  document.querySelector("[data-act=redo]").disabled = !canRedo();
  svg.dataset.tool = state.tool;
  if (what !== "doc") return;
  showUnderlay();
  keepDraft();
  checkSoon();
});

const found = (() => {
  try { return JSON.parse(localStorage.getItem(draft) ?? "null"); } catch { return null; }
})();
if (found && textOf(found.document) !== textOf(documentOf(opened(data.plan)))) {
  $("plan-draft").hidden = false;
  $("draft-open").addEventListener("click", () => { $("plan-draft").hidden = true; state.view = null; commit(opened(found.document)); });
  $("draft-drop").addEventListener("click", () => { $("plan-draft").hidden = true; forget(); });
}
state.holders = data.holders;
for (const one of data.underlays) state.underlays.set(one.hall, one);
start(opened(data.plan), new URLSearchParams(location.search).get("nha") ?? undefined);
tell("start");
showUnderlay();
check();
if (!state.doc.halls.length) addHall();

// The drawing: one SVG in the hall's own centimetres. Only what changed is made anew.
import { hallNow, held, selection, state, things } from "./model.js";
import * as shape from "./shape.js";

const NS = "http://www.w3.org/2000/svg";
export const svg = document.getElementById("plan-canvas");
const layers = Object.fromEntries(["under", "things", "marks"].map((name) => [name, svg.querySelector(`[data-layer=${name}]`)]));
const drawn = new Map(); // id -> {thing, node, look}
export const rubber = { ring: null, path: null, guides: [], preview: null, line: null };

export const node = (tag, facts = {}, text = null) => {
  const made = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(facts)) if (value !== null && value !== false) made.setAttribute(name, value);
  if (text !== null) made.textContent = text;
  return made;
};

export const unit = () => state.view.w / svg.clientWidth; // centimetres of one point of the screen
export const fit = () => {
  const hall = hallNow();
  if (!hall) return;
  const ratio = svg.clientHeight / svg.clientWidth || 0.6;
  const w = Math.max(hall.width, hall.height / ratio) * 1.06;
  state.view = { x: (hall.width - w) / 2, y: (hall.height - w * ratio) / 2, w };
};
export const zoom = (by, at = null) => {
  const view = state.view, h = (view.w * svg.clientHeight) / svg.clientWidth;
  const [x, y] = at ?? [view.x + view.w / 2, view.y + h / 2];
  const w = Math.min(Math.max(view.w * by, 100), 300_000), real = w / view.w;
  state.view = { x: x - (x - view.x) * real, y: y - (y - view.y) * real, w };
};

const label = (thing, ring, words) => {
  const [x, y] = shape.middle(ring);
  const [left, top, right, bottom] = shape.bounds(ring);
  const room = Math.min(right - left, bottom - top);
  const parts = [node("text", { class: "ed-code", x, y, "font-size": Math.max(20, Math.min(80, room * 0.28, ((right - left) / Math.max(2, words.length)) * 1.5)) }, words)];
  const names = held(thing);
  if (thing.type === "booth" && names.length && room >= 150) {
    parts.push(node("text", { class: "ed-holder", x, y: y + room * 0.24, "font-size": Math.min(36, room * 0.11) }, names.join(", ").slice(0, 16)));
  }
  return parts;
};

const look = (thing, bad) => [
  thing.type === "booth" ? `ed-booth use-${thing.use ?? "exhibitor"} kind-${thing.kind}` : `ed-feature ${thing.kind}`,
  state.selected.has(thing.id) ? "is-selected" : "", bad.has(thing.code ?? thing.label) ? "is-bad" : "", held(thing).length ? "is-held" : "",
].join(" ").trim();

const make = (thing, ring, dressed) => {
  const words = thing.code ?? thing.label;
  const group = node("g", { class: dressed, "data-id": thing.id, role: "button", tabindex: -1, "aria-pressed": state.selected.has(thing.id) });
  group.append(node("title", {}, [words, shape.sizeText(ring), ...held(thing)].join(" · ")), node("polygon", { points: shape.points(ring) }));
  const sides = thing.open_sides ?? [];
  if (sides.length) {
    ring.forEach((corner, side) => {
      const next = ring[(side + 1) % ring.length];
      if (!sides.includes(side)) group.append(node("line", { class: "ed-wall", x1: corner[0], y1: corner[1], x2: next[0], y2: next[1] }));
    });
  }
  group.append(...label(thing, ring, words));
  return group;
};

// Everything; `live` gives the rings of things that are being moved just now.
export const draw = (live = new Map()) => {
  const hall = hallNow();
  svg.classList.toggle("is-empty", !hall);
  if (!hall) return layers.things.replaceChildren(), layers.marks.replaceChildren(), layers.under.replaceChildren(), drawn.clear();
  if (!state.view) fit();
  const { x, y, w } = state.view;
  svg.setAttribute("viewBox", `${x} ${y} ${w} ${(w * svg.clientHeight) / svg.clientWidth || w}`);
  under(hall);
  const bad = new Set(state.faults.flatMap((one) => one.codes));
  const now = things(), seen = new Set();
  now.sort((a, b) => (a.type === b.type ? 0 : a.type === "feature" ? -1 : 1));
  for (const thing of now) {
    seen.add(thing.id);
    const ring = live.get(thing.id) ?? thing.ring, dressed = look(thing, bad), was = drawn.get(thing.id);
    if (was && was.thing === thing && was.ring === ring && was.dressed === dressed) continue;
    const made = make(thing, ring, dressed);
    if (was) was.node.replaceWith(made);
    else layers.things.append(made);
    drawn.set(thing.id, { thing, ring, dressed, node: made });
  }
  for (const [id, one] of drawn) if (!seen.has(id)) { one.node.remove(); drawn.delete(id); }
  marks(hall, live);
};

const under = (hall) => {
  const parts = [node("rect", { class: "ed-floor", width: hall.width, height: hall.height })];
  const below = state.underlays.get(hall.code);
  if (below) parts.push(node("image", { class: "ed-underlay", href: below.url, x: below.x, y: below.y, width: below.width, height: below.height, opacity: below.opacity ?? 0.6, preserveAspectRatio: "none" }));
  const step = unit() > 12 ? 1000 : unit() > 3 ? 500 : 100;
  svg.querySelector("#ed-grid").setAttribute("width", step);
  svg.querySelector("#ed-grid").setAttribute("height", step);
  svg.querySelector("#ed-grid path").setAttribute("d", `M${step} 0H0V${step}`);
  parts.push(node("rect", { class: "ed-lines", width: hall.width, height: hall.height, fill: "url(#ed-grid)" }));
  layers.under.replaceChildren(...parts);
};

export const handles = (thing, ring = thing.ring) => {
  const [left, top, right, bottom] = shape.bounds(ring), mx = (left + right) / 2, my = (top + bottom) / 2;
  const found = shape.isUpright(ring)
    ? [["nw", left, top], ["n", mx, top], ["ne", right, top], ["e", right, my], ["se", right, bottom], ["s", mx, bottom], ["sw", left, bottom], ["w", left, my]]
    : ring.map(([x, y], corner) => [`c${corner}`, x, y]);
  if (shape.rectangle(ring)) found.push(["turn", mx, top - 28 * unit()]);
  return found;
};

const marks = (hall, live) => {
  const parts = [], size = 5.5 * unit();
  const chosen = selection();
  if (chosen.length === 1 && state.tool === "select") {
    for (const [name, x, y] of handles(chosen[0], live.get(chosen[0].id))) {
      const facts = { class: `ed-handle at-${name}`, "data-handle": name };
      parts.push(name === "turn" ? node("circle", { ...facts, cx: x, cy: y, r: size * 1.15 }) : node("rect", { ...facts, x: x - size, y: y - size, width: 2 * size, height: 2 * size }));
    }
  }
  for (const [axis, at] of rubber.guides) {
    parts.push(axis === "x" ? node("line", { class: "ed-guide", x1: at, x2: at, y1: 0, y2: hall.height }) : node("line", { class: "ed-guide", y1: at, y2: at, x1: 0, x2: hall.width }));
  }
  if (rubber.ring) parts.push(node("polygon", { class: "ed-rubber", points: shape.points(rubber.ring) }));
  if (rubber.path) parts.push(node("polyline", { class: "ed-rubber", points: shape.points(rubber.path) }));
  if (rubber.preview) for (const ring of rubber.preview) parts.push(node("polygon", { class: "ed-rubber", points: shape.points(ring) }));
  if (rubber.line) parts.push(node("line", { class: "ed-measure", x1: rubber.line[0][0], y1: rubber.line[0][1], x2: rubber.line[1][0], y2: rubber.line[1][1] }));
  layers.marks.replaceChildren(...parts);
};

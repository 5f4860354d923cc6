// Mouse, pen and fingers: choose, move, stretch, turn, draw; one finger on empty ground moves the sheet, two pinch it.
import { draw, rubber, svg, unit, zoom } from "./draw.js";
import { changed, commit, freeCode, hallNow, inHall, makeId, select, selection, state, tell, things, withThings } from "./model.js";
import { say, words } from "./page.js";
import * as shape from "./shape.js";
import { measured, underlayMoved } from "./underlay.js";

const fingers = new Map();
let act = null; // what the pointer is doing: {kind, from, …}
let pinch = 0;

const at = (event) => {
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  return [point.x, point.y];
};
const stepped = (value) => (state.step ? Math.round(value / state.step) * state.step : Math.round(value));
const corner = ([x, y]) => {
  const hall = hallNow();
  return [Math.min(Math.max(stepped(x), 0), hall.width), Math.min(Math.max(stepped(y), 0), hall.height)];
};
const between = ([x1, y1], [x2, y2]) => shape.box(Math.min(x1, x2), Math.min(y1, y2), Math.abs(x2 - x1), Math.abs(y2 - y1));
const reach = () => 8 * unit();

export const isDrawing = () => !["select", "underlay"].includes(state.tool);
export const isBusy = () => act !== null;

// A new thing of the tool in hand.
export const made = (ring) => {
  const hall = hallNow();
  if (state.tool.startsWith("feature:")) {
    const kind = state.tool.slice(8);
    return { id: makeId(), type: "feature", hall: hall.code, kind, label: words.features[kind], ring };
  }
  const last = things().filter((one) => one.type === "booth").at(-1);
  const like = last ?? { kind: "standard", services: ["power"], price: 0, use: "exhibitor", open_sides: [] };
  return {
    id: makeId(), type: "booth", hall: hall.code, code: freeCode(last?.code ?? `${hall.code.replace(/[^A-Z0-9]/g, "") || "A"}00`), kind: like.kind === "corner" ? "standard" : like.kind,
    services: like.services, price: like.price, use: "exhibitor", zone: like.zone ?? null, open_sides: [], ring,
  };
};
const place = (ring) => {
  const thing = made(inHall(ring));
  commit(withThings([thing]));
  select([thing.id]);
  say(`${thing.code ?? thing.label}: ${shape.sizeText(thing.ring)}`);
};

const begin = (event) => {
  const hall = hallNow();
  if (!hall) return null;
  const from = at(event), handle = event.target.closest("[data-handle]")?.dataset.handle, id = event.target.closest("[data-id]")?.dataset.id;
  if (event.button === 1) return { kind: "pan", from };
  if (state.tool === "measure") return { kind: "measure", from };
  if (state.tool === "underlay") return { kind: "underlay", from, was: { ...state.underlays.get(hall.code) } };
  if (state.tool === "polygon") return { kind: "corner", from };
  if (isDrawing()) return { kind: "draw", from: corner(from) };
  if (handle) return { kind: handle === "turn" ? "turn" : handle.startsWith("c") && handle !== "c" ? "bend" : "stretch", handle, from, thing: selection()[0] };
  if (id) {
    const more = event.shiftKey || event.ctrlKey || event.metaKey;
    if (more) {
      const chosen = new Set(state.selected);
      if (!chosen.delete(id)) chosen.add(id);
      select(chosen);
    } else if (!state.selected.has(id)) select([id]);
    return { kind: "move", from, id, more };
  }
  return event.pointerType === "mouse" ? { kind: "frame", from, more: event.shiftKey } : { kind: "pan", from };
};

const RUN = {
  pan: (now) => {
    state.view.x -= now[0] - act.from[0];
    state.view.y -= now[1] - act.from[1];
    draw();
  },
  frame: (now) => {
    rubber.ring = between(act.from, now);
    draw();
  },
  move: (now) => {
    if (!act.far && Math.hypot(now[0] - act.from[0], now[1] - act.from[1]) < 4 * unit()) return;
    act.far = true;
    const chosen = selection(), others = things().filter((one) => !state.selected.has(one.id));
    const hall = hallNow(), all = shape.boundsOf(chosen);
    const ring = shape.box(all[0], all[1], all[2] - all[0], all[3] - all[1]);
    const { dx, dy, guides } = shape.caught(ring, now[0] - act.from[0], now[1] - act.from[1], others, state.step, state.step ? reach() : 0, hall);
    const x = Math.min(Math.max(dx, -all[0]), hall.width - all[2]), y = Math.min(Math.max(dy, -all[1]), hall.height - all[3]);
    rubber.guides = guides;
    act.live = new Map(chosen.map((one) => [one.id, shape.moved(one.ring, x, y)]));
    draw(act.live);
  },
  stretch: (now) => {
    const [left, top, right, bottom] = shape.bounds(act.thing.ring), [x, y] = corner(now), way = act.handle;
    const box = [way.includes("w") ? Math.min(x, right - 20) : left, way.includes("n") ? Math.min(y, bottom - 20) : top,
      way.includes("e") ? Math.max(x, left + 20) : right, way.includes("s") ? Math.max(y, top + 20) : bottom];
    live(shape.box(box[0], box[1], box[2] - box[0], box[3] - box[1]));
  },
  bend: (now) => live(act.thing.ring.map((one, index) => (`c${index}` === act.handle ? corner(now) : one))),
  turn: (now) => {
    const [mx, my] = shape.middle(act.thing.ring), is = shape.rectangle(act.thing.ring);
    const angle = (Math.atan2(now[1] - my, now[0] - mx) * 180) / Math.PI + 90;
    live(inHall(shape.turned(act.thing.ring, Math.round(angle / 5) * 5 - Math.round(is?.angle ?? 0))));
  },
  draw: (now) => {
    rubber.ring = between(act.from, corner(now));
    draw();
  },
  measure: (now) => {
    rubber.line = [act.from, now];
    draw();
  },
  underlay: (now) => {
    const under = state.underlays.get(state.hall);
    if (!under) return;
    under.x = Math.round(act.was.x + now[0] - act.from[0]);
    under.y = Math.round(act.was.y + now[1] - act.from[1]);
    draw();
  },
};
const live = (ring) => {
  act.live = new Map([[act.thing.id, ring]]);
  draw(act.live);
};

const END = {
  move: () => {
    if (act.live) commit(changed((one) => ({ ...one, ring: act.live.get(one.id) ?? one.ring })));
    else if (!act.more) select([act.id]);
  },
  stretch: () => act.live && commit(changed((one) => ({ ...one, ring: act.live.get(one.id) ?? one.ring }))),
  frame: (now) => {
    const [left, top, right, bottom] = shape.bounds(between(act.from, now));
    const found = things().filter((one) => {
      const box = shape.bounds(one.ring);
      return box[0] < right && box[2] > left && box[1] < bottom && box[3] > top;
    }).map((one) => one.id);
    select(act.more ? [...state.selected, ...found] : found);
  },
  draw: (now) => {
    const ring = between(act.from, corner(now)), [left, top, right, bottom] = shape.bounds(ring);
    if (right - left >= 20 && bottom - top >= 20) place(ring);
    else place(shape.box(act.from[0], act.from[1], 300, 300));
  },
  corner: () => {
    const point = corner(act.from), path = rubber.path ?? [];
    const [first] = path;
    if (path.length > 2 && Math.hypot(point[0] - first[0], point[1] - first[1]) <= Math.max(reach() * 1.5, 10)) return closePath();
    rubber.path = [...path, point];
  },
  measure: (now) => measured(act.from, now),
  underlay: () => underlayMoved(),
};
END.bend = END.turn = END.stretch;

// The corners of a free shape are all there.
export const closePath = () => {
  const path = rubber.path ?? [];
  rubber.path = null;
  if (path.length > 2) place(path);
  draw();
};
export const cancel = () => {
  act = null;
  Object.assign(rubber, { ring: null, path: null, guides: [], line: null });
  draw();
};

svg.addEventListener("pointerdown", (event) => {
  if (event.button > 1) return;
  svg.setPointerCapture(event.pointerId);
  fingers.set(event.pointerId, event);
  if (fingers.size === 2) {
    cancel();
    pinch = 0;
    return;
  }
  if (fingers.size > 2) return;
  svg.focus({ preventScroll: true });
  act = begin(event);
});
svg.addEventListener("pointermove", (event) => {
  if (!fingers.has(event.pointerId)) return;
  fingers.set(event.pointerId, event);
  if (fingers.size === 2) {
    const [a, b] = [...fingers.values()];
    const apart = Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
    if (pinch) zoom(pinch / apart, at({ clientX: (a.clientX + b.clientX) / 2, clientY: (a.clientY + b.clientY) / 2 }));
    pinch = apart;
    return draw();
  }
  if (act) RUN[act.kind]?.(at(event));
});
const finish = (event) => {
  fingers.delete(event.pointerId);
  const done = act;
  if (!done || fingers.size) return;
  if (event.type === "pointerup") END[done.kind]?.(at(event));
  act = null;
  Object.assign(rubber, { ring: null, guides: [], line: null });
  draw();
  tell("pointer");
};
svg.addEventListener("pointerup", finish);
svg.addEventListener("pointercancel", finish);
svg.addEventListener("dblclick", () => rubber.path && closePath());
svg.addEventListener("wheel", (event) => {
  event.preventDefault();
  if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) state.view.x += (event.deltaX || event.deltaY) * unit();
  else zoom(event.deltaY > 0 ? 1.15 : 1 / 1.15, at(event));
  draw();
}, { passive: false });

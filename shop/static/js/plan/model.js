// The plan as it is being drawn: halls and things (booths and features), never changed in place, so that undo is a pointer.
import * as shape from "./shape.js";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const MOST_STEPS = 100;

export const makeId = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  return "G-" + [...bytes].map((one) => ALPHABET[one % 32]).join("");
};

// {halls: [{code, name, width, height, aisle}], things: [{id, type, hall, ring, …}]} from the document of the server, and back.
export const opened = (document) => ({
  halls: document.halls.map(({ features, ...hall }) => hall),
  things: [
    ...document.halls.flatMap((hall) => (hall.features ?? []).map((one) => (
      { id: makeId(), type: "feature", hall: hall.code, kind: one.kind, label: one.label, ring: one.polygon }))),
    ...document.booths.map(({ polygon, uid, ...booth }) => ({ ...booth, id: uid ?? makeId(), type: "booth", ring: polygon })),
  ],
});

export const documentOf = (doc) => ({
  halls: doc.halls.map((hall) => ({
    ...hall,
    features: doc.things.filter((one) => one.type === "feature" && one.hall === hall.code)
      .map(({ kind, label, ring }) => ({ kind, label, polygon: ring })),
  })),
  booths: doc.things.filter((one) => one.type === "booth").map((one) => ({
    code: one.code, hall: one.hall, polygon: one.ring, kind: one.kind, services: one.services, price: one.price, use: one.use,
    open_sides: one.open_sides, uid: one.id, ...(one.zone ? { zone: one.zone } : {}),
  })),
});

// Two documents that say the same are the same text.
export const textOf = (document) => JSON.stringify([
  document.halls.map(({ code, name, width, height, aisle, features }) => [code, name, width, height, aisle, features.map((one) => JSON.stringify([one.kind, one.label, one.polygon])).sort()]),
  [...document.booths].sort((a, b) => (a.uid < b.uid ? -1 : 1)),
]);

export const state = {
  doc: { halls: [], things: [] }, hall: "", selected: new Set(), tool: "select", step: 50, view: null, faults: [], holders: {}, underlays: new Map(),
};

const past = [], future = [];
const listeners = new Set();

export const on = (listener) => listeners.add(listener);
export const tell = (what = "view") => { for (const listener of listeners) listener(what); };

// A change that can be undone. `doc` is the plan after it.
export const commit = (doc) => {
  if (doc === state.doc) return;
  past.push(state.doc);
  if (past.length > MOST_STEPS) past.shift();
  future.length = 0;
  state.doc = doc;
  settle();
  tell("doc");
};

const step = (from, to) => {
  if (!from.length) return false;
  to.push(state.doc);
  state.doc = from.pop();
  settle();
  tell("doc");
  return true;
};
export const undo = () => step(past, future);
export const redo = () => step(future, past);
export const canUndo = () => past.length > 0;
export const canRedo = () => future.length > 0;

// After a change: a hall that is gone is not looked at, a thing that is gone is not selected.
const settle = () => {
  if (!state.doc.halls.some((one) => one.code === state.hall)) state.hall = state.doc.halls[0]?.code ?? "";
  const there = new Set(state.doc.things.filter((one) => one.hall === state.hall).map((one) => one.id));
  state.selected = new Set([...state.selected].filter((id) => there.has(id)));
};

export const start = (doc, hall) => {
  state.doc = doc;
  state.hall = hall ?? doc.halls[0]?.code ?? "";
};

export const hallNow = () => state.doc.halls.find((one) => one.code === state.hall) ?? null;
export const things = () => state.doc.things.filter((one) => one.hall === state.hall);
export const selection = () => things().filter((one) => state.selected.has(one.id));
export const select = (ids) => { state.selected = new Set(ids); tell("selection"); };

// The plan with some of its things made anew.
export const changed = (change, ids = state.selected) => ({
  ...state.doc, things: state.doc.things.map((one) => (ids.has(one.id) ? change(one) : one)),
});
export const withThings = (added) => ({ ...state.doc, things: [...state.doc.things, ...added] });
export const without = (ids) => ({ ...state.doc, things: state.doc.things.filter((one) => !ids.has(one.id)) });
export const withHall = (code, change) => ({
  ...state.doc, halls: state.doc.halls.map((one) => (one.code === code ? { ...one, ...change } : one)),
});

// The next free number: A01 is followed by A02, a new row begins where none is.
export const freeCode = (like = "A00", taken = new Set(state.doc.things.map((one) => one.code))) => {
  const [, head, tail] = /^(.*?)(\d*)$/.exec(like);
  for (let number = Number(tail || 0) + 1; ; number += 1) {
    const code = head + String(number).padStart(Math.max(2, tail.length), "0");
    if (!taken.has(code)) return code;
  }
};

export const held = (thing) => state.holders[thing.code] ?? [];
export const inHall = (ring) => {
  const hall = hallNow();
  const [left, top, right, bottom] = shape.bounds(ring);
  const dx = left < 0 ? -left : right > hall.width ? Math.max(hall.width - right, -left) : 0;
  const dy = top < 0 ? -top : bottom > hall.height ? Math.max(hall.height - bottom, -top) : 0;
  return dx || dy ? shape.moved(ring, dx, dy) : ring;
};

// What buttons and keys do to the selected things.
import { changed, commit, freeCode, hallNow, held, inHall, makeId, select, selection, state, tell, things, withThings, without } from "./model.js";
import * as shape from "./shape.js";
import { ask, say, words } from "./page.js";

export const remove = () => {
  const chosen = selection();
  const kept = chosen.filter((one) => held(one).length);
  if (kept.length) return say(words.held.replace("#", kept.map((one) => one.code).join(", ")));
  if (chosen.length) commit(without(new Set(chosen.map((one) => one.id))));
};

export const duplicate = () => {
  const chosen = selection();
  if (!chosen.length) return;
  const [left, top, right] = shape.boundsOf(chosen);
  const hall = hallNow(), width = right - left;
  const dx = right + width <= hall.width ? width : 0, dy = dx ? 0 : Math.min(50, hall.height - top);
  const taken = new Set(state.doc.things.map((one) => one.code));
  const copies = chosen.map((one) => {
    const copy = { ...one, id: makeId(), ring: shape.moved(one.ring, dx, dy) };
    if (one.type === "booth") taken.add(copy.code = freeCode(one.code, taken));
    return copy;
  });
  commit(withThings(copies));
  select(copies.map((one) => one.id));
};

export const turn = (degrees) => {
  const chosen = selection();
  if (!chosen.length) return;
  const [left, top, right, bottom] = shape.boundsOf(chosen);
  const about = [(left + right) / 2, (top + bottom) / 2];
  commit(changed((one) => ({ ...one, ring: inHall(shape.turned(one.ring, degrees, about)) })));
};

export const nudge = (dx, dy) => {
  const chosen = selection();
  if (!chosen.length) return;
  const [left, top, right, bottom] = shape.boundsOf(chosen), hall = hallNow();
  const x = Math.min(Math.max(dx, -left), hall.width - right), y = Math.min(Math.max(dy, -top), hall.height - bottom);
  if (x || y) commit(changed((one) => ({ ...one, ring: shape.moved(one.ring, x, y) })));
};

export const align = (edge) => {
  const chosen = selection();
  if (chosen.length < 2) return;
  const all = shape.boundsOf(chosen), side = { left: 0, top: 1, right: 2, bottom: 3 }[edge];
  commit(changed((one) => {
    const by = all[side] - shape.bounds(one.ring)[side];
    return { ...one, ring: side % 2 ? shape.moved(one.ring, 0, by) : shape.moved(one.ring, by, 0) };
  }));
};

export const selectAll = () => select(things().map((one) => one.id));

// The thing beside: by number, so that a keyboard reaches every one.
export const beside = (by) => {
  const order = things().map((one) => [one.code ?? one.label, one.id]).sort(([a], [b]) => a.localeCompare(b, "vi", { numeric: true }));
  if (!order.length) return;
  const at = order.findIndex(([, id]) => state.selected.has(id));
  const next = order[at < 0 ? (by > 0 ? 0 : order.length - 1) : (at + by + order.length) % order.length];
  select([next[1]]);
  say(next[0]);
};

// Numbers for the selected booths, or for all of the hall: in rows from above, each row from the left.
export const number = async () => {
  const chosen = (selection().length ? selection() : things()).filter((one) => one.type === "booth");
  if (!chosen.length) return say(words.none);
  const answer = await ask("number");
  if (!answer) return;
  const { way, first } = answer;
  const start = first.toUpperCase();
  const rows = inRows(chosen, way === "columns");
  const taken = new Set(state.doc.things.filter((one) => one.type === "booth" && !chosen.includes(one)).map((one) => one.code));
  const codes = new Map();
  let last = start;
  rows.forEach((row, index) => {
    const order = way === "snake" && index % 2 ? [...row].reverse() : row;
    const [, head] = /^(.*?)(\d*)$/.exec(start);
    if (way === "letters") last = `${letter(head, index)}00`;
    order.forEach((one, at) => {
      const code = index === 0 && at === 0 && way !== "letters" && !taken.has(start) && /\d$/.test(start) ? start : freeCode(last, taken);
      taken.add(code);
      codes.set(one.id, last = code);
    });
  });
  commit(changed((one) => ({ ...one, code: codes.get(one.id) }), new Set(codes.keys())));
};
const letter = (head, index) => {
  const last = head.slice(-1) || "A";
  return head.slice(0, -1) + String.fromCharCode(Math.min(90, (/[A-Z]/.test(last) ? last.charCodeAt(0) : 65) + index));
};
const inRows = (booths, down) => {
  const line = down ? 0 : 1, along = down ? 1 : 0;
  const placed = booths.map((one) => [one, shape.middle(one.ring)]).sort((a, b) => a[1][line] - b[1][line]);
  const rows = [];
  for (const one of placed) {
    const row = rows.at(-1);
    if (row && Math.abs(row[0][1][line] - one[1][line]) < 100) row.push(one);
    else rows.push([one]);
  }
  return rows.map((row) => row.sort((a, b) => a[1][along] - b[1][along]).map(([one]) => one));
};

// A block of booths from a few numbers; the server says where they stand.
export const grid = async () => {
  const hall = hallNow();
  const answer = await ask("grid");
  if (!answer) return;
  const { data } = words;
  const wanted = { hall: hall.code, services: ["power"] };
  for (const name of ["rows", "columns", "aisle", "booth_width", "booth_depth", "price"]) wanted[name] = Number(answer[name]);
  if (answer.prefix) wanted.prefix = answer.prefix.toUpperCase();
  const found = await words.send(data.grid, wanted);
  if (!found.ok) return say(found.text);
  const made = found.body, taken = new Set(state.doc.things.map((one) => one.code));
  const booths = made.booths.map(({ polygon, ...one }) => {
    const code = taken.has(one.code) ? freeCode(one.code, taken) : one.code;
    taken.add(code);
    return { ...one, code, id: makeId(), type: "booth", ring: polygon, hall: hall.code };
  });
  const larger = { width: Math.max(hall.width, made.width), height: Math.max(hall.height, made.height) };
  const doc = withThings(booths);
  commit({ ...doc, halls: doc.halls.map((one) => (one.code === hall.code ? { ...one, ...larger } : one)) });
  select(booths.map((one) => one.id));
  state.view = null;
  tell("view");
  say(words.made.replace("#", booths.length));
};

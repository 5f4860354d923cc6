// The fields beside the drawing: of what is selected, of the hall when nothing is, and what the server says of the plan.
import { draw } from "./draw.js";
import { changed, commit, hallNow, held, inHall, select, selection, state, things, withHall } from "./model.js";
import { $, say, words } from "./page.js";
import * as shape from "./shape.js";

const FIELDS = ["kind", "use", "zone", "price"];
const same = (things, value) => {
  const [first, ...rest] = things.map(value);
  return rest.every((one) => one === first) ? first ?? "" : "";
};

export const showPanel = () => {
  const chosen = selection(), booths = chosen.filter((one) => one.type === "booth"), features = chosen.filter((one) => one.type === "feature");
  $("panel-hall").hidden = chosen.length > 0;
  $("panel-thing").hidden = !chosen.length;
  $("panel-booth").hidden = !booths.length || features.length > 0;
  $("panel-feature").hidden = features.length !== 1 || booths.length > 0;
  showHall();
  if (!chosen.length) return;
  const [one] = chosen;
  $("panel-title").textContent = chosen.length === 1 ? one.code ?? one.label : words.several.replace("#", chosen.length);
  const names = chosen.flatMap(held);
  $("panel-holder").hidden = !names.length;
  $("panel-holder").textContent = names.join(", ");
  $("p-code").disabled = booths.length !== 1;
  $("p-code").value = booths.length === 1 ? booths[0].code : "";
  for (const name of FIELDS) $(`p-${name}`).value = same(booths, (booth) => booth[name]);
  for (const box of document.querySelectorAll("[name=p-service]")) {
    const with_it = booths.filter((booth) => booth.services.includes(box.value)).length;
    box.checked = with_it > 0 && with_it === booths.length;
    box.indeterminate = with_it > 0 && with_it < booths.length;
  }
  showSides(booths);
  if (features.length === 1) {
    $("p-label").value = features[0].label;
    $("p-feature").value = features[0].kind;
  }
  const is = chosen.length === 1 ? shape.rectangle(one.ring) : null, [left, top, right, bottom] = shape.boundsOf(chosen);
  $("p-x").value = left;
  $("p-y").value = top;
  $("p-width").value = Math.round(is ? is.width : right - left);
  $("p-depth").value = Math.round(is ? is.depth : bottom - top);
  $("p-angle").value = is ? Math.round(is.angle) : "";
  for (const name of ["width", "depth", "angle"]) $(`p-${name}`).disabled = chosen.length !== 1 || (name === "angle" && !is);
};

const showSides = (booths) => {
  const place = $("p-sides"), corners = booths.length ? Math.min(...booths.map((one) => one.ring.length)) : 0;
  place.replaceChildren(...Array.from({ length: corners }, (_, side) => {
    const label = document.createElement("label"), box = document.createElement("input");
    label.className = "tick";
    Object.assign(box, { type: "checkbox", name: "p-side", value: side, checked: booths.every((one) => one.open_sides.includes(side)) });
    label.append(box, Object.assign(document.createElement("span"), { textContent: corners === 4 ? words.sides[side] : `${words.side} ${side + 1}` }));
    return label;
  }));
};

const showHall = () => {
  const hall = hallNow(), list = $("plan-hall");
  list.replaceChildren(...state.doc.halls.map((one) => new Option(one.name, one.code, false, one.code === state.hall)));
  for (const name of ["code", "name", "width", "height", "aisle"]) $(`h-${name}`).value = hall?.[name] ?? "";
  const booths = things().filter((one) => one.type === "booth");
  $("plan-count").textContent = words.count.replace("#", booths.length);
};

const boothsOnly = (change) => commit(changed((one) => (one.type === "booth" ? { ...one, ...change(one) } : one)));

const CHANGE = {
  "p-code": (value) => {
    const code = value.trim().toUpperCase();
    if (!/^[A-Z0-9]([A-Z0-9-]{0,18}[A-Z0-9])?$/.test(code)) return say(words.bad_code);
    if (state.doc.things.some((one) => one.code === code && !state.selected.has(one.id))) return say(words.code_taken.replace("#", code));
    boothsOnly(() => ({ code }));
  },
  "p-kind": (kind) => kind && boothsOnly(() => ({ kind })),
  "p-use": (use) => {
    const kept = selection().filter((one) => held(one).length);
    if (use !== "exhibitor" && kept.length) return say(words.held.replace("#", kept.map((one) => one.code).join(", ")));
    if (use) boothsOnly(() => ({ use }));
  },
  "p-zone": (zone) => boothsOnly(() => ({ zone: zone.trim() || null })),
  "p-price": (price) => boothsOnly(() => ({ price: Math.max(0, Math.round(Number(price.replace(/[.\s]/g, "")) || 0)) })),
  "p-label": (label) => label.trim() && commit(changed((one) => ({ ...one, label: label.trim() }))),
  "p-feature": (kind) => commit(changed((one) => ({ ...one, kind }))),
  "p-x": (x) => move(Number(x) - shape.boundsOf(selection())[0], 0),
  "p-y": (y) => move(0, Number(y) - shape.boundsOf(selection())[1]),
  "p-width": (width) => size(Number(width), null, null),
  "p-depth": (depth) => size(null, Number(depth), null),
  "p-angle": (angle) => size(null, null, Number(angle)),
  "h-name": (name) => name.trim() && commit(withHall(state.hall, { name: name.trim() })),
  "h-width": (width) => Number(width) > 0 && commit(withHall(state.hall, { width: Math.round(Number(width)) })),
  "h-height": (height) => Number(height) > 0 && commit(withHall(state.hall, { height: Math.round(Number(height)) })),
  "h-aisle": (aisle) => Number(aisle) >= 0 && commit(withHall(state.hall, { aisle: Math.round(Number(aisle)) })),
};
const move = (dx, dy) => commit(changed((one) => ({ ...one, ring: shape.moved(one.ring, dx, dy) })));
const size = (width, depth, angle) => {
  if ([width, depth].some((one) => one !== null && !(one >= 20))) return say(words.too_small);
  commit(changed((one) => ({ ...one, ring: inHall(shape.sized(one.ring, width, depth, angle)) })));
};

$("plan-panel").addEventListener("change", ({ target }) => {
  if (target.name === "p-service") boothsOnly((one) => ({ services: target.checked ? [...new Set([...one.services, target.value])] : one.services.filter((name) => name !== target.value) }));
  else if (target.name === "p-side") {
    const side = Number(target.value);
    boothsOnly((one) => ({ open_sides: (target.checked ? [...new Set([...one.open_sides, side])] : one.open_sides.filter((here) => here !== side)).sort((a, b) => a - b) }));
  } else CHANGE[target.id]?.(target.value);
  showPanel();
});

// What the server says; a line leads to its booth.
export const showJudgement = (found) => {
  state.faults = found.faults;
  const lines = [...found.faults.map((one) => [one, "bad"]), ...found.warnings.map((one) => [one, "warn"])];
  for (const [codes, text] of [[found.drops, words.drops], [found.unlets, words.unlets], [found.breaks, words.breaks]]) {
    if (codes.length) lines.unshift([{ codes, text: text.replace("#", codes.join(", ")) }, "bad"]);
  }
  $("plan-fine").hidden = lines.length > 0;
  $("plan-faults").replaceChildren(...lines.slice(0, 80).map(([one, kind]) => {
    const line = document.createElement("li"), button = document.createElement("button");
    Object.assign(button, { type: "button", className: `ed-line ${kind}`, textContent: one.text });
    button.addEventListener("click", () => {
      const there = state.doc.things.filter((thing) => one.codes.includes(thing.code ?? thing.label));
      if (!there.length) return;
      state.hall = there[0].hall;
      select(there.map((thing) => thing.id));
    });
    line.append(button);
    return line;
  }));
  draw();
};

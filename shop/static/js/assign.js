// Exhibitors are dragged on the plan by mouse, finger or keyboard. A drop sends the form below the plan; the page comes
// back in pieces, so that the plan stays where it is. Without this script the form does the same.
const board = document.querySelector("[data-assign]"), form = document.getElementById("keo-form");
const words = JSON.parse(board?.dataset.words ?? "{}");
let pieces = new Map(), held = null, ghost = null, start = null, busy = false;

const say = (text) => { document.getElementById("keo-noi").textContent = text; };
const booths = () => board.querySelectorAll("#keo-so-do .plan-drawing > .booth");
const code_of = (booth) => booth.id.replace(/^plan-/, "");
const booth_at = (x, y) => document.elementFromPoint(x, y)?.closest("#keo-so-do .plan-drawing > .booth");

const read = () => {
  const data = document.getElementById("keo-quan");
  pieces = new Map(data ? JSON.parse(data.textContent).pieces.map((one) => [one.booth, one]) : []);
  for (const booth of booths()) {
    const piece = pieces.get(code_of(booth));
    const open = !["sponsor", "service", "closed"].some((name) => booth.classList.contains(name));
    if (!open) continue;
    booth.setAttribute("tabindex", "0");
    booth.setAttribute("role", "button");
    booth.classList.toggle("can-move", Boolean(piece?.can_move));
    booth.classList.toggle("is-pinned", piece?.kind === "pinned");
    booth.dataset.open = "";
  }
};

const mark = () => {
  for (const one of board.querySelectorAll(".is-picked, .is-target")) one.classList.remove("is-picked", "is-target");
  held?.from?.classList.add("is-picked");
};
const drop_ghost = () => { ghost?.remove(); ghost = null; start = null; };
const let_go = () => { held = null; drop_ghost(); mark(); };

const pick = (from, piece) => {
  held = { from, application: piece.application, source: piece.booth ?? "", name: piece.name };
  mark();
  say(words.held.replace("{name}", piece.name));
};
const piece_of = (element) => {
  const chip = element.closest(".assign-chip");
  if (chip) return [chip, { application: chip.dataset.application, name: chip.dataset.name }];
  const booth = element.closest("#keo-so-do .plan-drawing > .booth");
  return booth ? [booth, pieces.get(code_of(booth))] : [null, null];
};

const send = async (booth) => {
  if (busy || !held) return;
  const { application, source } = held;
  let_go();
  if (source && source === booth) return;
  busy = true;
  board.classList.add("is-busy");
  const body = new FormData(form);
  body.set("application", application);
  body.set("source", source);
  body.set("booth", booth);
  try {
    const answer = await fetch(form.action, { method: "POST", body });
    show(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    location.reload();
  } finally {
    busy = false;
    board.classList.remove("is-busy");
  }
};

// What changed comes from the answer: booths one by one, so that the plan keeps its view; lists and forms whole.
const show = (page) => {
  if (!page.getElementById("bang-keo")) return location.reload();
  for (const booth of booths()) {
    const fresh = page.getElementById(booth.id);
    if (fresh) booth.replaceWith(document.importNode(fresh, true));
  }
  for (const id of ["keo-tin", "keo-cho", "keo-quan", "ghim"]) {
    const old = document.getElementById(id), fresh = page.getElementById(id);
    if (old && fresh) old.replaceWith(document.importNode(fresh, true));
  }
  for (const name of ["version", "application", "csrf_token"]) {
    const old = form.elements[name], fresh = page.querySelector(`#keo-form [name="${name}"]`);
    if (old && fresh) old.replaceWith(document.importNode(fresh, true));
  }
  const bar = document.getElementById("flashes"), news = page.getElementById("flashes");
  if (bar && news) bar.replaceWith(document.importNode(news, true));
  read();
  say((page.querySelector("#keo-tin .notice") ?? news)?.textContent.trim() ?? "");
};

const begin = (event) => {
  if (event.button || busy) return;
  const [from, piece] = piece_of(event.target);
  if (!from || !piece || piece.can_move === false) return;
  // The plan does not pan while somebody is carried.
  event.stopPropagation();
  start = { x: event.clientX, y: event.clientY, from, piece, id: event.pointerId };
};
const carry = (event) => {
  if (!start || event.pointerId !== start.id) return;
  if (!ghost) {
    if (Math.hypot(event.clientX - start.x, event.clientY - start.y) < 6) return;
    pick(start.from, start.piece);
    ghost = document.body.appendChild(Object.assign(document.createElement("div"), { className: "assign-ghost", textContent: start.piece.name }));
  }
  event.preventDefault();
  ghost.style.transform = `translate(${event.clientX + 12}px, ${event.clientY + 12}px)`;
  mark();
  booth_at(event.clientX, event.clientY)?.classList.add("is-target");
};
const end = (event) => {
  if (!start || event.pointerId !== start.id) return;
  if (!ghost) { start = null; return; }
  const booth = booth_at(event.clientX, event.clientY), under = document.elementFromPoint(event.clientX, event.clientY);
  drop_ghost();
  if (booth && "open" in booth.dataset) send(code_of(booth));
  else if (under?.closest("#keo-cho") && held.source) send("");
  else { let_go(); say(words.off); }
  board.dataset.dragged = "1";
  setTimeout(() => delete board.dataset.dragged, 0);
};

// A tap or Enter takes somebody up, the next one puts her down.
const choose = (element) => {
  const [from, piece] = piece_of(element);
  if (!from) return;
  if (held) {
    if (from === held.from) { let_go(); say(words.off); }
    else if ("open" in from.dataset) send(code_of(from));
    else if (piece) pick(from, piece);
    return;
  }
  if (!piece) say(words.none);
  else if (piece.can_move === false) say(words.stays);
  else pick(from, piece);
};

if (board && form) {
  read();
  board.addEventListener("pointerdown", begin, true);
  addEventListener("pointermove", carry, { passive: false });
  addEventListener("pointerup", end);
  addEventListener("pointercancel", () => { if (ghost) let_go(); start = null; });
  // A finger on somebody who can be carried carries her; elsewhere it scrolls the page.
  board.addEventListener("touchmove", (event) => { if (start) event.preventDefault(); }, { passive: false });
  board.addEventListener("click", (event) => { if (!board.dataset.dragged) choose(event.target); });
  board.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && held) { let_go(); say(words.off); }
    else if ((event.key === "Enter" || event.key === " ") && event.target.matches(".booth")) { event.preventDefault(); choose(event.target); }
    else if (event.key === "Delete" && held?.source) send("");
  });
}

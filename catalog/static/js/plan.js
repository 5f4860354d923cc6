// A drawn plan can be moved with a finger or the mouse, pinched, and enlarged by buttons; a page scrolls over it as always
// until it is enlarged. Without this script the plan scrolls in its frame.
const MOST = 8;

const live = (figure) => {
  const frame = figure.querySelector(".plan-scroll"), drawing = figure.querySelector(".plan-drawing"), tools = figure.querySelector("[data-plan-tools]");
  if (!frame || !drawing || !tools) return;
  const [, , width, height] = drawing.getAttribute("viewBox").split(" ").map(Number);
  const view = { x: 0, y: 0, scale: 1 };
  const fingers = new Map();
  let moved = 0, before = 0;

  const show = () => {
    const w = width / view.scale, h = height / view.scale;
    view.x = Math.min(Math.max(view.x, 0), width - w);
    view.y = Math.min(Math.max(view.y, 0), height - h);
    drawing.setAttribute("viewBox", `${view.x} ${view.y} ${w} ${h}`);
    figure.classList.toggle("is-live", view.scale > 1);
  };
  const at = (x, y) => {
    const box = drawing.getBoundingClientRect();
    return [view.x + ((x - box.left) / box.width) * (width / view.scale), view.y + ((y - box.top) / box.height) * (height / view.scale)];
  };
  const zoom = (by, x, y) => {
    const [px, py] = at(x, y);
    const scale = Math.min(Math.max(view.scale * by, 1), MOST);
    view.x = px - (px - view.x) * (view.scale / scale);
    view.y = py - (py - view.y) * (view.scale / scale);
    view.scale = scale;
    show();
  };
  const middle = () => {
    const box = drawing.getBoundingClientRect();
    return [box.left + box.width / 2, box.top + box.height / 2];
  };
  const pan = (dx, dy) => {
    const box = drawing.getBoundingClientRect();
    view.x -= (dx / box.width) * (width / view.scale);
    view.y -= (dy / box.height) * (height / view.scale);
    show();
  };
  const chosen = drawing.querySelector(".booth.chosen .booth-base");
  const whole = () => { Object.assign(view, { x: 0, y: 0, scale: 1 }); show(); };

  drawing.removeAttribute("width");
  drawing.style.width = "100%";
  tools.hidden = false;
  figure.classList.add("has-tools");
  tools.addEventListener("click", (event) => {
    const way = event.target.closest("[data-plan-zoom]")?.dataset.planZoom;
    if (way === "all") whole();
    else if (way) zoom(way === "in" ? 1.6 : 1 / 1.6, ...middle());
  });
  frame.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2, event.clientX, event.clientY);
  }, { passive: false });
  frame.addEventListener("keydown", (event) => {
    if (event.target !== frame) return;
    const step = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[event.key];
    if (event.key === "+" || event.key === "=") zoom(1.4, ...middle());
    else if (event.key === "-") zoom(1 / 1.4, ...middle());
    else if (event.key === "0") whole();
    else if (step && view.scale > 1) pan(...step);
    else return;
    event.preventDefault();
  });
  // Whoever goes from booth to booth by keys on an enlarged plan sees the one she is at.
  frame.addEventListener("focusin", ({ target }) => {
    if (view.scale <= 1 || target === frame || !target.getBBox || !target.matches(":focus-visible")) return;
    const box = target.getBBox(), w = width / view.scale, h = height / view.scale;
    if (box.x >= view.x && box.y >= view.y && box.x + box.width <= view.x + w && box.y + box.height <= view.y + h) return;
    view.x = box.x + box.width / 2 - w / 2;
    view.y = box.y + box.height / 2 - h / 2;
    show();
  });
  frame.addEventListener("pointerdown", (event) => {
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
    moved = 0;
    before = 0;
  });
  frame.addEventListener("pointermove", (event) => {
    const last = fingers.get(event.pointerId);
    if (!last) return;
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
    const [a, b] = [...fingers.values()];
    if (b) {
      const apart = Math.hypot(a[0] - b[0], a[1] - b[1]);
      if (before) zoom(apart / before, (a[0] + b[0]) / 2, (a[1] + b[1]) / 2);
      before = apart;
      moved = 99;
    } else if (view.scale > 1) {
      moved += Math.abs(event.clientX - last[0]) + Math.abs(event.clientY - last[1]);
      if (moved > 6) {
        frame.classList.add("is-held");
        pan(event.clientX - last[0], event.clientY - last[1]);
      }
    }
  });
  const let_go = (event) => {
    fingers.delete(event.pointerId);
    before = 0;
    frame.classList.remove("is-held");
  };
  frame.addEventListener("pointerup", let_go);
  frame.addEventListener("pointercancel", let_go);
  frame.addEventListener("pointerleave", let_go);
  // What was dragged is no click on a booth.
  frame.addEventListener("click", (event) => { if (moved > 6) { event.preventDefault(); event.stopPropagation(); } }, true);
  frame.addEventListener("dragstart", (event) => event.preventDefault());
  // Two fingers on a plan that is not enlarged yet: the page does not zoom, the plan does.
  frame.addEventListener("touchmove", (event) => { if (event.touches.length > 1) event.preventDefault(); }, { passive: false });
  if (chosen && frame.clientWidth < 700) {
    const box = chosen.getBBox();
    view.scale = Math.min(4, Math.max(1, width / 1800));
    view.x = box.x + box.width / 2 - width / view.scale / 2;
    view.y = box.y + box.height / 2 - height / view.scale / 2;
    show();
  }
};

for (const figure of document.querySelectorAll(".plan")) live(figure);

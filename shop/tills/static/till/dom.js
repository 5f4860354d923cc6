// Small helpers to build the page: no text ever becomes markup.

export const $ = (id) => document.getElementById(id);

// h("button", {class: "key", onclick: f, "aria-label": "…"}, "text", node, null)
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((one) => one !== null && one !== undefined && one !== false));
  return node;
}

export const show = (node, is = true) => { node.hidden = !is; };

export function put(node, ...children) {
  node.replaceChildren(...children.flat().filter((one) => one !== null && one !== undefined && one !== false));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

export function icon(name) {
  const source = document.querySelector(`[data-icon="${name}"]`);
  return source ? source.content.firstElementChild.cloneNode(true) : h("span");
}

export function svg(tag, props = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(props)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

// Open a <dialog>; answers what it was closed with ("" when it was left). The event of an earlier closing may come
// late, when the dialog is open again: it answers nobody.
export function ask(dialog) {
  dialog.returnValue = "";
  if (!dialog.open) dialog.showModal();
  return new Promise((done) => {
    const closed = () => {
      if (dialog.open) return;
      dialog.removeEventListener("close", closed);
      done(dialog.returnValue);
    };
    dialog.addEventListener("close", closed);
  });
}

export const isAsking = () => document.querySelector("dialog[open]") !== null;

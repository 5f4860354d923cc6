// Small comforts; every page works without them.

// A menu closes when one clicks elsewhere or presses Escape.
const openMenus = () => document.querySelectorAll("details[data-menu][open]");
document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// After a refused form the eye and the reader begin at the list of what is wrong.
document.querySelector("[data-error-summary]")?.focus();

// The present tab of a long row, and the present line of a long menu, are seen without a swipe.
const bringIn = (row, one) => {
  const [inner, outer] = [one.getBoundingClientRect(), row.getBoundingClientRect()];
  row.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2;
  if (inner.bottom > outer.bottom) row.scrollTop += inner.top - outer.top - (outer.height - inner.height) / 2;
};
document.querySelectorAll(".tabs [aria-current]").forEach((tab) => bringIn(tab.parentElement, tab));
document.querySelectorAll(".desk-side [aria-current]").forEach((line) => bringIn(line.closest("nav"), line));

// One press, one sending.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

// A form that the server keeps goes along when one leaves it by a link of ours: the link is its button.
const kept = document.querySelector("form[data-keeps]");
kept?.addEventListener("input", () => { kept.dataset.typed = "1"; });
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='/']");
  if (!kept?.dataset.typed || !link || link.target || event.defaultPrevented) return;
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const to = Object.assign(document.createElement("input"), { type: "hidden", name: "to", value: link.getAttribute("href") });
  kept.append(to);
  kept.submit();
  to.remove();
});

// Plus and minus beside a number.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-step]");
  if (!button) return;
  const input = button.parentElement.querySelector("input");
  const before = input.value;
  if (button.dataset.step === "up") input.stepUp(); else input.stepDown();
  if (input.value !== before) input.dispatchEvent(new Event("change", { bubbles: true }));
});

// Fields that send their form when changed (quantities, sort orders); the button for it hides.
document.querySelectorAll("[data-auto-submit]").forEach((field) => {
  field.form.querySelectorAll("[data-auto-hide]").forEach((button) => { button.hidden = true; });
  field.addEventListener("change", () => field.form.requestSubmit());
});

// All of a table's boxes at once, or of a form's; a label of its own shows only where it can work.
document.querySelectorAll("[data-tick-all]").forEach((box) => box.closest("label")?.removeAttribute("hidden"));
document.addEventListener("change", (event) => {
  const all = event.target.closest("[data-tick-all]");
  if (!all) return;
  (all.closest("table") ?? all.closest("form")).querySelectorAll(`input[type=checkbox][name="${all.dataset.tickAll}"]`).forEach((box) => { box.checked = all.checked; });
});

// Print and copy buttons show only where they can work.
document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => print());
});
if (navigator.clipboard) document.querySelectorAll("[data-copy]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    const words = button.textContent;
    button.textContent = button.dataset.copied;
    setTimeout(() => { button.textContent = words; }, 2000);
  });
});

// Forms that keep the page (htmx): what was said floats for a while; a refusal is shown by sending the plain way.
let toast = 0;
document.addEventListener("htmx:before:swap", (event) => {
  const { sourceElement: form, response } = event.detail.ctx;
  if (!form?.hasAttribute?.("data-keeps-page") || response.status < 400) return;
  event.preventDefault();
  form.submit();
});
document.addEventListener("htmx:after:swap", (event) => {
  if (!event.detail.ctx.sourceElement?.hasAttribute?.("data-keeps-page")) return;
  const said = document.getElementById("flashes");
  said.classList.add("toast");
  clearTimeout(toast);
  toast = setTimeout(() => { said.classList.remove("toast"); said.replaceChildren(); }, 5000);
});

// The search box as a combobox (WAI-ARIA APG, list autocomplete): suggestions while one types, recent searches while it is
// empty. Recent searches stay in this browser. Without scripts, or without an answer, it is a plain search form.
const RECENT = "recent-searches", MOST_RECENT = 6, LEAST = 2, PATIENCE = 180;

// Letters alone, each with the place in the text that it came from: marks, đ and case do not matter to the eye that compares.
const letters = (text) => [...text].flatMap((sign, at) =>
  [...sign.normalize("NFD").toLowerCase().replace(/[\u0300-\u036f]/g, "").replaceAll("đ", "d")].map((letter) => ({ letter, at })));

// The text with the typed words marked where a word of it begins with them.
const marked = (text, typed) => {
  const signs = [...text], found = letters(text), line = found.map((one) => one.letter).join(""), hit = new Set();
  const words = letters(typed).map((one) => one.letter).join("").split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  for (const word of words) {
    for (let from = line.indexOf(word); from >= 0; from = line.indexOf(word, from + 1)) {
      if (from > 0 && /[\p{L}\p{N}]/u.test(line[from - 1])) continue;
      for (let i = from; i < from + word.length; i++) hit.add(found[i].at);
      break;
    }
  }
  const parts = [];
  signs.forEach((sign, at) => {
    const last = parts.at(-1);
    if (last && last.is === hit.has(at)) last.text += sign; else parts.push({ is: hit.has(at), text: sign });
  });
  return parts.map((part) => {
    if (!part.is) return part.text;
    const mark = document.createElement("mark");
    mark.textContent = part.text;
    return mark;
  });
};

const recent = {
  all() {
    try { return JSON.parse(localStorage.getItem(RECENT) ?? "[]").filter((one) => typeof one === "string").slice(0, MOST_RECENT); } catch { return []; }
  },
  keep(text) { // what looks like a telephone number, a paper or an address is nobody's business, this browser's either
    if (text.length < LEAST || /@/.test(text) || (text.match(/\d/g) ?? []).length > 7) return;
    try { localStorage.setItem(RECENT, JSON.stringify([text, ...this.all().filter((one) => one !== text)].slice(0, MOST_RECENT))); } catch { /* a browser that keeps nothing */ }
  },
  forget() { try { localStorage.removeItem(RECENT); } catch { /* as above */ } },
};

const element = (name, attributes = {}, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
};

for (const form of document.querySelectorAll("form[data-suggest]")) {
  const input = form.querySelector("input[type=search]"), clear = form.querySelector("[data-search-clear]");
  const words = JSON.parse(form.dataset.words ?? "{}");
  const list = element("ul", { class: "suggestions lines", id: `${input.id}-list`, role: "listbox", "aria-label": words.suggestions });
  const said = element("p", { class: "visually-hidden", role: "status" });
  list.hidden = true;
  form.append(list, said);
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
  for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list" })) input.setAttribute(name, value);

  const answers = new Map();
  let chosen = -1, timer = 0, asked = null, stopped = null, composing = false;
  const options = () => [...list.querySelectorAll("[role=option]")];
  const isOpen = () => !list.hidden;
  const choose = (index) => {
    chosen = index;
    options().forEach((option, i) => option.setAttribute("aria-selected", String(i === index)));
    const option = options()[index];
    if (!option) { input.removeAttribute("aria-activedescendant"); return; }
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  };
  const close = () => { list.hidden = true; input.setAttribute("aria-expanded", "false"); choose(-1); };
  const search = (text) => { input.value = text; form.requestSubmit(); };
  const show = (entries, title) => {
    list.replaceChildren(...entries.map((entry, i) => {
      const option = element("li", { id: `${list.id}-${i}`, role: "option", "aria-selected": "false", class: entry.kind ?? "" }, ...entry.parts);
      option.addEventListener("click", entry.take);
      return option;
    }));
    list.setAttribute("aria-label", title);
    list.hidden = entries.length === 0;
    input.setAttribute("aria-expanded", String(isOpen()));
    choose(-1);
  };
  const showRecent = () => {
    const known = recent.all();
    const entries = known.map((text) => ({ parts: [text], kind: "past", take: () => search(text) }));
    if (known.length) entries.push({ parts: [words.forget], kind: "act", take: () => { recent.forget(); close(); said.textContent = ""; input.focus(); } });
    show(entries, words.recent);
  };
  const draw = (items, typed) => {
    const entries = items.map((item) => ({ parts: [element("span", {}, ...marked(item.text, typed))], take: () => {
      recent.keep(typed);
      if (form.dataset.suggested && item.slug) location.assign(form.dataset.suggested.replace("__", encodeURIComponent(item.slug)));
      else search(item.text);
    } }));
    if (items.length) entries.push({ parts: [words.all.replace("#", typed)], kind: "act", take: () => search(typed) });
    show(entries, words.suggestions);
    said.textContent = items.length ? words.some.replace("#", items.length) : words.none;
  };
  const ask = async () => {
    const text = input.value.trim();
    stopped?.abort();
    if (text.length < LEAST) { asked = null; if (text === "" && document.activeElement === input) showRecent(); else close(); return; }
    if (text === asked && isOpen()) return;
    asked = text;
    try {
      if (!answers.has(text)) {
        stopped = new AbortController();
        const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(text)}`, { headers: { Accept: "application/json" }, signal: stopped.signal });
        if (!answer.ok) { close(); return; }
        answers.set(text, (await answer.json()).items);
      }
      if (text === input.value.trim() && document.activeElement === input) draw(answers.get(text), text);
    } catch (error) {
      if (error.name !== "AbortError") close(); // without suggestions the box still searches
    }
  };
  const later = () => { clearTimeout(timer); timer = setTimeout(ask, PATIENCE); };
  const typed = () => {
    clear.hidden = input.value === "";
    choose(-1);
    if (composing) return;
    if (input.value) later(); else { clearTimeout(timer); ask(); } // an empty box asks nobody; a late list would undo a choice
  };

  input.addEventListener("compositionstart", () => { composing = true; clearTimeout(timer); });
  input.addEventListener("compositionend", () => { composing = false; typed(); });
  input.addEventListener("input", (event) => { composing = event.isComposing; typed(); });
  input.addEventListener("focus", () => { if (input.value === "") showRecent(); });
  input.addEventListener("click", () => { if (!isOpen()) ask(); });
  input.addEventListener("blur", () => { clearTimeout(timer); stopped?.abort(); close(); });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return; // these keys belong to the keyboard for Vietnamese
    const count = options().length;
    const keys = {
      ArrowDown: () => { if (isOpen()) choose(event.altKey ? chosen : chosen + 1 < count ? chosen + 1 : -1); else { asked = null; ask(); } },
      ArrowUp: () => { if (!isOpen()) return; if (event.altKey) close(); else choose(chosen < 0 ? count - 1 : chosen - 1); },
      Enter: () => options()[chosen]?.click(),
      Escape: () => { if (isOpen()) close(); else { input.value = ""; typed(); } },
    };
    const act = keys[event.key];
    if (!act || (event.key === "Enter" && (!isOpen() || chosen < 0))) return;
    event.preventDefault();
    act();
  });
  form.addEventListener("submit", () => { recent.keep(input.value.trim()); close(); });
  clear.addEventListener("click", () => { input.value = ""; input.focus(); typed(); });
  clear.hidden = input.value === "";
}

// "/" leads to the search box from anywhere that takes no letters.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
  const input = document.querySelector("form[data-suggest] input[type=search]");
  if (!input) return;
  event.preventDefault();
  input.focus();
  input.select();
});

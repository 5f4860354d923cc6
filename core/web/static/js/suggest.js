// Suggestions under a search box: a combobox with a list, fed by the address in data-suggest.
for (const form of document.querySelectorAll("form[data-suggest]")) {
  const input = form.querySelector("input[type=search]");
  const list = document.createElement("ul");
  list.className = "suggestions lines";
  list.id = `${input.id}-list`;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.querySelector("label").textContent);
  form.append(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list" })) input.setAttribute(name, value);

  let chosen = -1, timer = 0, asked = "";
  const options = () => [...list.children];
  const show = (open) => { list.hidden = !open; input.setAttribute("aria-expanded", String(open)); if (!open) choose(-1); };
  const choose = (index) => {
    chosen = index;
    options().forEach((option, i) => option.setAttribute("aria-selected", String(i === index)));
    if (index < 0) input.removeAttribute("aria-activedescendant"); else input.setAttribute("aria-activedescendant", options()[index].id);
  };
  const take = (option) => { input.value = option.textContent; show(false); form.requestSubmit(); };
  const draw = (items) => {
    list.replaceChildren(...items.map((item, i) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${i}`;
      option.setAttribute("role", "option");
      option.textContent = item.text;
      option.addEventListener("pointerdown", (event) => { event.preventDefault(); take(option); });
      return option;
    }));
    choose(-1);
    show(items.length > 0);
  };
  const ask = async () => {
    const text = input.value.trim();
    if (text.length < 2) { asked = ""; show(false); return; }
    if (text === asked) return;
    asked = text;
    try {
      const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(text)}`, { headers: { Accept: "application/json" } });
      if (answer.ok && text === input.value.trim()) draw((await answer.json()).items);
    } catch { show(false); } // without suggestions the box still searches
  };
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 160); });
  input.addEventListener("blur", () => show(false));
  input.addEventListener("keydown", (event) => {
    const count = options().length;
    if (list.hidden || !count) return;
    if (event.key === "ArrowDown") choose((chosen + 1) % count);
    else if (event.key === "ArrowUp") choose((chosen - 1 + count) % count);
    else if (event.key === "Enter" && chosen >= 0) take(options()[chosen]);
    else if (event.key === "Escape") show(false);
    else return;
    event.preventDefault();
  });
}

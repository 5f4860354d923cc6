// Counting on a phone: a label is scanned (a scanner types and sends Enter; or the camera), a number typed, and the entry
// kept on this phone until the shop has it. Each entry has a UUID of its own, so sending it twice is sending it once.
(() => {
  const form = document.querySelector("[data-counting]");
  if (!form || !window.crypto?.randomUUID) return;
  const $ = (selector) => form.querySelector(selector) ?? document.querySelector(selector);
  const say = form.dataset;
  const store = `counting:${say.counting}`;
  const lot = $("#f-lot");
  const quantity = $("#f-quantity");
  const lines = [...document.querySelectorAll("[data-lines] > li")];
  let sending = false;

  const waiting = () => JSON.parse(localStorage.getItem(store) ?? "[]");
  const keep = (entries) => {
    if (entries.length) localStorage.setItem(store, JSON.stringify(entries));
    else localStorage.removeItem(store);
    $("[data-waiting]").hidden = !entries.length;
    $("[data-waiting-count]").textContent = entries.length;
  };
  const tell = (text) => ($("[data-said]").textContent = text);
  const problem = (text, twice = false) => {
    $("[data-problem]").textContent = text;
    $("[data-problem]").hidden = !text;
    $("[data-once-more]").hidden = !twice;
    $("[data-first]").hidden = twice;
  };
  const place = () => form.elements.place.value;
  const label = (text) => {
    const said = text.trim();
    const path = /^https?:\/\/[^/]+\/(?:.*\/)?([^/?#]+)\/?(?:[?#].*)?$/.exec(said);
    return (path ? path[1] : said).toUpperCase();
  };
  const matching = (code) => lines.filter((line) => {
    const codes = line.dataset.codes.split("|");
    const bare = code.replace(/^0+/, "");
    return codes.includes(code) || (/^\d{8,14}$/.test(code) && codes.some((one) => one && one.replace(/^0+/, "") === bare));
  });
  const choose = (line) => {
    lot.value = line.dataset.lot;
    for (const one of form.querySelectorAll("[name=place]")) {
      if (one.type === "radio") one.checked = one.value === line.dataset.place;
    }
    $("[data-chosen]").textContent = line.querySelector("b").textContent;
    $("[data-chosen]").hidden = false;
    $("[data-unit]").textContent = line.dataset.unit === "gram" ? "(g)" : "";
    problem("");
    tell("");
    quantity.focus();
    quantity.select();
  };
  const find = () => {
    const code = label(lot.value);
    if (!code) return;
    const all = matching(code);
    const here = all.filter((line) => line.dataset.place === place());
    const found = here.length ? here : all;
    for (const line of lines) line.hidden = found.length > 1 && !found.includes(line);
    if (found.length === 1) return choose(found[0]);
    if (found.length > 1) return tell(say.sayWhich);
    lot.value = code; // the shop may know a lot that the books had none of here
    quantity.focus();
  };
  const done = (entry) => {
    const line = lines.find((one) => one.dataset.lot === entry.lot && one.dataset.place === entry.place);
    if (!line || "done" in line.dataset) return;
    line.dataset.done = "";
    line.querySelector(".count-state").replaceChildren(document.querySelector("[data-done-badge]").content.cloneNode(true));
    line.parentElement.append(line);
    $("[data-done]").textContent = Number($("[data-done]").textContent) + 1;
  };
  const clear = () => {
    lot.value = quantity.value = "";
    $("[data-chosen]").hidden = true;
    $("[data-unit]").textContent = "";
    for (const line of lines) line.hidden = false;
    lot.focus();
  };
  // What the shop refused is kept too, and shown one at a time as soon as nothing else is being typed.
  const refusedOnes = () => JSON.parse(localStorage.getItem(`${store}:refused`) ?? "[]");
  const keepRefused = (all) => localStorage.setItem(`${store}:refused`, JSON.stringify(all));
  const showRefused = () => {
    const [first, ...rest] = refusedOnes();
    if (!first || lot.value || quantity.value) return;
    keepRefused(rest);
    lot.value = first.lot;
    quantity.value = first.quantity;
    for (const one of form.querySelectorAll("[name=place]")) if (one.type === "radio") one.checked = one.value === first.place;
    problem(first.detail, first.code === "stocktake.counted");
    tell("");
  };
  const send = async () => {
    const entries = waiting();
    if (sending || !entries.length) return;
    sending = true;
    const now = Date.now();
    const counts = entries.slice(0, 100).map(({ at, ...entry }) => ({ ...entry, age: Math.max(0, Math.floor((now - at) / 1000)) }));
    let answer = null;
    try {
      answer = await fetch(say.url, {
        method: "POST", credentials: "same-origin", signal: AbortSignal.timeout?.(15000),
        headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrf_token.value },
        body: JSON.stringify({ counts }),
      });
    } catch {
      tell(say.sayWait);
    }
    sending = false;
    if (!answer) return;
    if (answer.status === 401 || answer.status === 403) return tell(say.saySignin);
    if (!answer.ok) return tell(say.sayWait);
    const { items } = await answer.json();
    const told = new Map(items.map((item) => [item.uuid, item]));
    keep(waiting().filter((entry) => !told.has(entry.uuid)));
    for (const entry of entries.filter((one) => told.has(one.uuid))) {
      const item = told.get(entry.uuid);
      if (!item.is_kept) keepRefused([...refusedOnes(), { ...entry, code: item.code, detail: item.detail }]);
      else {
        done({ ...entry, lot: item.lot });
        tell(`${say.sayKept}: ${item.lot}, ${entry.quantity}`);
      }
    }
    showRefused();
    if (waiting().length) send();
  };

  lot.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    find();
  });
  lot.addEventListener("change", find);
  for (const line of lines) line.querySelector("[data-pick]").addEventListener("click", () => choose(line));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const number = quantity.value.trim();
    if (!lot.value.trim()) return lot.focus();
    if (!/^\d{1,8}$/.test(number)) {
      problem(say.sayHowMany);
      return quantity.focus();
    }
    // Enter presses the form's first button, seen or not: only a choice that was offered counts.
    const mode = ($("[data-once-more]").hidden ? "" : event.submitter?.value) || "first";
    const entry = { uuid: crypto.randomUUID(), lot: label(lot.value), place: place(), quantity: Number(number), mode, at: Date.now() };
    keep([...waiting(), entry]);
    problem("");
    clear();
    showRefused();
    send();
  });
  addEventListener("online", send);
  setInterval(send, 10000);
  addEventListener("beforeunload", (event) => waiting().length && event.preventDefault());
  keep(waiting());
  showRefused();
  send();

  // The camera, where the browser reads codes by itself.
  (async () => {
    const button = $("[data-camera]");
    const view = $("[data-view]");
    if (!("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return;
    const formats = await BarcodeDetector.getSupportedFormats().catch(() => []);
    if (!formats.length) return;
    const detector = new BarcodeDetector({ formats });
    let stream = null;
    const stop = () => {
      stream?.getTracks().forEach((track) => track.stop());
      stream = null;
      view.hidden = true;
    };
    const look = async () => {
      if (!stream) return;
      const [seen] = await detector.detect(view).catch(() => []);
      if (!seen) return void setTimeout(look, 200);
      lot.value = seen.rawValue;
      stop();
      find();
    };
    button.hidden = false;
    button.addEventListener("click", async () => {
      if (stream) return stop();
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }).catch(() => null);
      if (!stream) return;
      view.srcObject = stream;
      view.hidden = false;
      await view.play();
      look();
    });
  })();
})();

// What the page says and asks: its words, its dialogs, its answers from the server.
const place = document.getElementById("plan-editor");
export const $ = (id) => document.getElementById(id);
export const words = JSON.parse(place.dataset.words);
words.data = JSON.parse(place.dataset.plan);

export const say = (text) => {
  const line = $("plan-said");
  line.textContent = "";
  requestAnimationFrame(() => (line.textContent = text));
};

// A dialog of the page; answers its fields, or null when it is closed without.
export const ask = (name) => new Promise((done) => {
  const dialog = $(`ask-${name}`), form = dialog.querySelector("form");
  form.onsubmit = (event) => {
    event.preventDefault();
    if (!form.reportValidity()) return;
    dialog.returnValue = "yes";
    dialog.close("yes");
  };
  dialog.onclose = () => done(dialog.returnValue === "yes" ? Object.fromEntries(new FormData(form)) : null);
  dialog.returnValue = "";
  dialog.showModal();
});
for (const button of document.querySelectorAll("dialog [data-close]")) button.addEventListener("click", () => button.closest("dialog").close(""));

words.send = async (url, body) => {
  try {
    const answer = await fetch(url, {
      method: "POST", credentials: "same-origin", body: JSON.stringify(body),
      headers: { "Content-Type": "application/json", "X-CSRFToken": document.querySelector("input[name=csrf_token]").value },
    });
    const found = await answer.json();
    return { ok: answer.ok, body: found, text: found.detail ?? found.title ?? words.lost };
  } catch {
    return { ok: false, body: null, text: words.lost };
  }
};

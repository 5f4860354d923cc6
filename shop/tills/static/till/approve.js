// A manager's yes in place: she picks her name, types her PIN, and the act goes on under both names.
import * as api from "./api.js";
import { app } from "./app.js";
import { $, ask, h, icon, put } from "./dom.js";
import { dong } from "./money.js";
import { pad, say, tellProblem } from "./pads.js";
import { t } from "./words.js";

// Answers {token, amount, manager}, or null. Nothing that needs approval happens without the network.
export async function approve(act, amount) {
  if (!app.isOnline) {
    say(t("approval_needs_network"), "warn");
    return null;
  }
  const managers = app.till.cashiers.filter((one) => one.is_manager);
  if (!managers.length) {
    say(t("approval_nobody"), "warn");
    return null;
  }
  const dialog = $("approve");
  let given = null;
  const who = h("select", { class: "input", "aria-label": t("manager") },
    managers.map((one) => h("option", { value: one.id }, one.name)));
  const pin = h("input", {
    class: "input figures big", type: "password", inputmode: "none", autocomplete: "off", maxlength: "6",
    "aria-label": t("pin"), autofocus: true,
  });
  const wrong = h("p", { class: "field-error", role: "alert" });
  const send = async (event) => {
    event.preventDefault();
    const asked = { act, manager: Number(who.value), pin: pin.value, amount };
    const answer = await api.post("/till/approvals", asked);
    if (answer?.status === 201 || answer?.status === 200) {
      given = answer.body;
      dialog.close("given");
      return;
    }
    pin.value = "";
    pin.focus();
    put(wrong, icon("alert"), answer ? tellProblem(answer.body) : t("no_network"));
  };
  put(dialog, h("form", { onsubmit: send, novalidate: true },
    h("h2", {}, t("approval_title")), h("p", { class: "soft" }, t(`approval_${act}`, { amount: dong(amount) })),
    h("label", { class: "field" }, h("span", { class: "label" }, t("manager")), who),
    h("label", { class: "field" }, h("span", { class: "label" }, t("pin")), pin), wrong, pad(pin, null),
    h("div", { class: "actions" }, h("button", { class: "button" }, t("approve")),
      h("button", { type: "button", class: "button quiet", onclick: () => dialog.close("") }, t("cancel")))));
  await ask(dialog);
  return given;
}

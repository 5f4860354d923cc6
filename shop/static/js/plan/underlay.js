// The drawing under the hall: shown paler or stronger, moved, and scaled by two points whose distance is known.
import { draw } from "./draw.js";
import { hallNow, state, tell } from "./model.js";
import { $, ask, say, words } from "./page.js";

const now = () => state.underlays.get(state.hall);

const keep = async () => {
  const under = now();
  if (!under) return;
  const { x, y, width, version } = under;
  const answer = await words.send(`${words.data.underlay}${encodeURIComponent(state.hall)}/cho`, { x, y, width, version });
  if (!answer.ok) return say(answer.text);
  Object.assign(under, answer.body);
  draw();
};
export const underlayMoved = keep;

export const measured = async ([x1, y1], [x2, y2]) => {
  const under = now(), drawn = Math.hypot(x2 - x1, y2 - y1);
  state.tool = "select";
  tell("tool");
  if (!under || drawn < 10) return;
  const answer = await ask("scale");
  const real = Number(answer?.metres?.replace(",", ".")) * 100;
  if (!(real > 0)) return;
  const by = real / drawn;
  under.width = Math.max(1, Math.min(1_000_000, Math.round(under.width * by)));
  under.height *= by;
  under.x = Math.round(x1 - (x1 - under.x) * by);
  under.y = Math.round(y1 - (y1 - under.y) * by);
  await keep();
};

export const showUnderlay = () => {
  const under = now(), hall = hallNow();
  for (const one of document.querySelectorAll("[data-under]")) one.hidden = !under;
  for (const one of document.querySelectorAll("[name=hall][data-of-hall]")) one.value = hall?.code ?? "";
  if (under) $("under-drop").setAttribute("formaction", `${words.data.underlay}${encodeURIComponent(state.hall)}/bo`);
};

$("under-opacity").addEventListener("input", (event) => {
  const under = now();
  if (!under) return;
  under.opacity = Number(event.target.value) / 100;
  draw();
});

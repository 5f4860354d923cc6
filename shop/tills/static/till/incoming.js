// What the till hears from the server: its own state, and the signed list of goods. Both are kept for a day without it.
import * as api from "./api.js";
import { app, now, tell, trust } from "./app.js";
import * as base from "./base.js";
import { List } from "./list.js";
import { noteNetwork, sendDue } from "./outgoing.js";

const STATE_EVERY = 45_000;
const LIST_EVERY = 5 * 60_000;

// Ask for the till's state. 401 and 403 say that this browser is no till, or no longer one.
export async function refreshTill() {
  const answer = await api.get("/till");
  noteNetwork(answer !== null && answer.status < 500);
  if (answer === null || answer.status >= 500) return answer;
  app.isOwner = answer.status === 200;
  if (app.isOwner) {
    app.till = answer.body;
    app.drift = Date.now() - Date.parse(answer.body.now);
    api.keepToken(answer.body.csrf);
    app.isLocked = !answer.body.cashier;
    const { csrf: _secret, ...kept } = answer.body;
    await base.setMeta("till", { ...kept, drift: app.drift });
  } else app.isLocked = true;
  tell("till");
  return answer;
}

// Without the network only the cashier who was signed in goes on.
export async function recallTill() {
  const known = await base.getMeta("till");
  if (!known) return false;
  app.till = known;
  app.drift = known.drift ?? 0;
  app.isLocked = !known.cashier;
  tell("till");
  return true;
}

export async function recallList() {
  const known = await base.getMeta("list");
  if (known && (!app.till || known.store === app.till.store.code)) take(known);
}

// The list, or what changed since the one we have; put away whole, in one step.
export async function refreshList() {
  const known = app.list ? await base.getMeta("list") : null;
  const isOurs = known && known.store === app.till?.store.code;
  const query = isOurs ? `?since=${encodeURIComponent(known.token)}` : "";
  const answer = await api.get(`/till/list${query}`, { patience: 60_000 });
  if (answer?.status !== 200) {
    if (query && answer && answer.status >= 400 && answer.status < 500) await base.dropMeta("list");
    return;
  }
  const fresh = answer.body;
  const items = fresh.is_delta && isOurs ? merged(known.items, fresh) : fresh.items;
  const kept = { ...fresh, items, gone: [], store: app.till.store.code };
  await base.setMeta("list", kept);
  take(kept);
}

export function merged(items, delta) {
  const changed = new Map(delta.items.map((one) => [one.sku, one])), gone = new Set(delta.gone);
  const kept = items.filter((one) => !gone.has(one.sku)).map((one) => {
    const next = changed.get(one.sku) ?? one;
    changed.delete(one.sku);
    return next;
  });
  return [...kept, ...changed.values()];
}

function take(known) {
  app.list = new List(known);
  tell("list");
}

export function start() {
  setInterval(() => !document.hidden && refreshTill(), STATE_EVERY);
  setInterval(() => !app.isLocked && refreshList(), LIST_EVERY);
  setInterval(() => tell("clock"), 20_000); // the local midnight, and the age of the list
  addEventListener("online", async () => { await refreshTill(); await sendDue(true); if (!app.isLocked) await refreshList(); });
}

export const listAge = () => (app.list ? Math.floor((now() - Date.parse(app.list.issued_at)) / 3600_000) : null);
export { trust };

// Sales on their way: written down first, sent until the server has answered, by one tab at a time.
import * as api from "./api.js";
import { app, on, tell, tellAll } from "./app.js";
import * as base from "./base.js";
import { after, DECISION, due, SENT, stale, WAITING } from "./outbox.js";

const EVERY = 3_000;

// Write an entry down. From here on the sale exists, whatever becomes of the page, the machine or the network.
export async function keep(kind, path, body, print) {
  const entry = {
    uuid: body.uuid, kind, path, body, print, state: WAITING, tries: 0, next_at: 0, made_at: Date.now(),
    is_printed: false, answer: null,
  };
  await base.addEntry(entry);
  await count();
  return entry;
}

// Try one entry now; answers it as it stands afterwards. One tab at a time: an entry under way elsewhere is left alone.
export function send(uuid, options) {
  const attempt = async (lock) => {
    const entry = await base.getEntry(uuid);
    if (!lock || !entry || entry.state !== WAITING) return entry;
    const answer = await api.post(entry.path, entry.body, options);
    const next = after((await base.getEntry(uuid)) ?? entry, answer, Date.now());
    await base.putEntry(next);
    noteNetwork(answer !== null && answer.status < 500);
    return { ...next, status: answer?.status ?? 0, problem: answer?.status >= 400 ? answer.body : null };
  };
  if (!navigator.locks) return attempt(true); // the server knows each UUID once, so twice does no harm
  return navigator.locks.request(`till-sale-${uuid}`, { ifAvailable: true }, attempt);
}

// A sale that was refused while its buyer still stands there: it never was one.
export async function takeBack(uuid) {
  await base.dropEntry(uuid);
  await count();
}

// The customer has her receipt: from now on the sale must reach the server, as one or as a case to decide.
export async function markPrinted(uuid) {
  const entry = await base.getEntry(uuid);
  if (entry) await base.putEntry({ ...entry, is_printed: true });
}

let isSending = false;

// Send what is due, the oldest first. The first silence of the network ends the round; `all`: whatever its turn.
export async function sendDue(all = false) {
  if (isSending || app.isLocked) return;
  isSending = true;
  try {
    const waiting = await base.entriesIn(WAITING);
    const ready = due(all ? waiting.map((one) => ({ ...one, next_at: 0 })) : waiting, Date.now());
    for (const entry of ready.filter((one) => one.is_printed || one.made_at < Date.now() - 60_000)) {
      const tried = await send(entry.uuid);
      if (tried?.status === 0 || tried?.status === 401) break;
    }
  } finally {
    isSending = false;
    await count();
  }
}

export async function count() {
  await recount();
  tellAll("outbox");
}

async function recount() {
  app.waiting = await base.countIn(WAITING);
  app.decisions = (await base.entriesIn(DECISION)).filter((one) => !one.is_seen).length;
}

// What was sent long ago goes when the page opens.
async function tidy() {
  const old = stale(await base.entriesIn(SENT), Date.now());
  await Promise.all(old.map((one) => base.dropEntry(one.uuid)));
}

export function noteNetwork(isOnline) {
  const before = app.isOnline;
  app.isOnline = isOnline;
  if (before === isOnline) return;
  tell("network");
  if (isOnline) sendDue(true);
}

export function start() {
  setInterval(sendDue, EVERY);
  addEventListener("online", () => sendDue(true));
  addEventListener("offline", () => noteNetwork(false));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && sendDue(true));
  navigator.serviceWorker?.addEventListener("message", (event) => event.data === "send" && sendDue(true));
  on("outbox", async (from) => {
    if (from !== "other tab") return;
    await recount();
    tell("network");
  });
  tidy();
  return count();
}

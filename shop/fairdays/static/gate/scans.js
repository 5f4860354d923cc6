// Scans on their way: each is written down with an id of its own before anybody is told, and sent until it is answered.
import * as base from "./base.js";
import { post } from "./net.js";
import { judge, noteArrival, refresh } from "./roster.js";
import { config } from "./words.js";

// One scan: answers what the gate shows. With an answer of the server its word counts, else the roster's. A scan whose
// answer was lost goes again under a new id and says that it was judged here: the server compares both.
export async function scan(text, byHand) {
  const entry = made(text, byHand, false);
  await base.putScan(entry);
  const answer = await send(entry);
  if (answer?.status === 200) {
    await base.dropScan(entry.uuid);
    noteArrival(answer.body);
    return { ...answer.body, is_offline: false };
  }
  const said = await judge(text, byHand);
  const later = { ...made(text, byHand, true), scanned_at: entry.scanned_at, was_let_in: said.outcome !== "refused" };
  await base.swapScan(entry.uuid, later);
  return { ...said, uuid: later.uuid, is_offline: true, status: answer?.status ?? 0 };
}

// Send what waits, the oldest first; answers what the server said to each. Silence, or nobody signed in, ends the round.
export async function sendWaiting(onAnswer) {
  const attempt = async (lock) => {
    if (!lock) return 0;
    for (const entry of (await waiting()).sort((a, b) => a.scanned_at.localeCompare(b.scanned_at))) {
      const answer = await send(entry);
      if (answer?.status === 200) {
        await base.dropScan(entry.uuid);
        onAnswer(answer.body);
      } else if ([409, 413, 415, 422].includes(answer?.status) && answer.body?.code !== "busy") {
        await base.putScan({ ...entry, refused: answer.body?.detail ?? String(answer.status) });
      } else return answer?.status ?? 0;
    }
    return 200;
  };
  if (!navigator.locks) return attempt(true); // the server knows each id once, so twice does no harm
  return navigator.locks.request("ocop-gate", { ifAvailable: true }, attempt);
}

export const waiting = async () => (await base.allScans()).filter((one) => one.fair === config.fair && !one.refused);

function made(text, byHand, isOffline) {
  return {
    uuid: crypto.randomUUID(), fair: config.fair, text: text.slice(0, 300), scanned_at: new Date().toISOString(),
    by_hand: byHand, is_offline: isOffline, was_let_in: true,
  };
}

async function send({ fair, refused, ...body }) {
  const answer = await post(`/fairs/${fair}/scans`, body);
  if (answer?.status !== 403 || answer.body?.code !== "csrf.failed") return answer;
  return (await refresh()) === 200 ? post(`/fairs/${fair}/scans`, body) : answer;
}

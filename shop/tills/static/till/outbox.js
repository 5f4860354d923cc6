// What becomes of a sale on its way to the server. Pure: the answer of one attempt in, the entry's next state out.

export const WAITING = "waiting"; // not yet taken by the server: sent again and again
export const SENT = "sent"; // taken: the answer is kept with it
export const DECISION = "decision"; // taken, or not to be taken, without a person's decision
const FIRST = 2_000;
const LONGEST = 60_000;

// 2 s, 4 s, 8 s … one minute.
export const pause = (tries) => Math.min(LONGEST, FIRST * 2 ** Math.min(tries, 10));

// `answer`: null when none came; else {status, body}.
export function after(entry, answer, at) {
  const tried = { ...entry, tries: entry.tries + 1 };
  if (answer === null || isTrouble(answer.status)) return { ...tried, next_at: at + pause(entry.tries) };
  if (answer.status < 300) {
    const state = answer.status === 202 ? DECISION : SENT;
    return { ...tried, state, answer: answer.body, next_at: null };
  }
  // It was refused, so it was not stored. The goods are gone with the customer all the same: sent once more as what it
  // was, a sale without the network, it becomes a row that a person decides.
  if (entry.is_printed && entry.kind === "sale" && !entry.body.is_offline) {
    return { ...tried, body: { ...entry.body, is_offline: true }, next_at: at };
  }
  return { ...tried, state: DECISION, answer: answer.body, next_at: null };
}

// The server is out of breath, or wants the cashier to sign in again: no word about the sale itself.
const isTrouble = (status) => status >= 500 || [401, 403, 408, 425, 429].includes(status);

// Entries whose turn has come, the oldest first: shifts and sales reach the server in the order in which they were made.
export const due = (entries, at) =>
  entries.filter((one) => one.state === WAITING && one.next_at <= at).sort((a, b) => a.made_at - b.made_at);

// Sent entries are kept for reprints for a week; what waits or needs a decision stays.
export const KEEP = 7 * 24 * 3600_000;
export const stale = (entries, at) => entries.filter((one) => one.state === SENT && one.made_at < at - KEEP);

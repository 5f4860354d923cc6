// Who may come in today: fetched while there is a network, kept for when there is none. Codes stand in it as digests.
import * as base from "./base.js";
import { fold, keyOf, readCode } from "./codes.js";
import { get, keepToken } from "./net.js";
import { config, t } from "./words.js";

export const roster = { data: null, byKey: new Map() };

export async function recall() {
  take(await base.getMeta(config.fair));
}

// Answers the status; 0 when no answer came. Nobody signed in: what was kept of people goes, the scans stay.
export async function refresh() {
  const answer = await get(`/fairs/${config.fair}/roster`);
  if (answer?.status === 200) {
    keepToken(answer.body.csrf);
    const { csrf, ...kept } = answer.body;
    take(kept);
    await base.setMeta(config.fair, kept);
  } else if ([401, 403, 404].includes(answer?.status)) {
    take(null);
    await base.dropMeta(config.fair);
  }
  return answer?.status ?? 0;
}

// What the gate says without the network. The roster is of one day: on another it says no and why.
export async function judge(text, byHand) {
  const code = readCode(text, byHand);
  const entry = code && roster.byKey.get(await keyOf(code));
  const found = { booth: entry?.booth ?? "", producer: entry?.producer ?? "", name: entry?.name ?? "", title: entry?.title ?? "" };
  if (!roster.data || roster.data.day !== localDay()) return { ...found, outcome: "refused", words: t("roster_old") };
  if (!entry) return { ...found, outcome: "refused", reason: "unknown", words: config.troubles.unknown };
  if (entry.reason) return { ...found, outcome: "refused", reason: entry.reason, words: config.troubles[entry.reason] };
  const outcome = entry.came ? "repeated" : "accepted";
  entry.came = true;
  for (const one of roster.data.entries) if (one.booth === entry.booth && one.producer === entry.producer) one.is_here = true;
  await base.setMeta(config.fair, roster.data);
  return { ...found, outcome, words: config.outcomes[outcome] };
}

export function noteArrival(answer) {
  for (const one of roster.data?.entries ?? []) if (one.booth === answer.booth) one.is_here = true;
}

// Booths by number or name, for who forgot her badge.
export function search(words) {
  const wanted = fold(words.trim());
  if (!wanted) return [];
  const found = (roster.data?.entries ?? []).filter((one) => one.booking && fold(`${one.booth} ${one.producer}`).includes(wanted));
  return found.slice(0, 12);
}

export const localDay = () =>
  new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Ho_Chi_Minh", year: "numeric", month: "2-digit", day: "2-digit" }).format(new Date());

function take(data) {
  roster.data = data ?? null;
  roster.byKey = new Map((data?.entries ?? []).map((one) => [one.key, one]));
}

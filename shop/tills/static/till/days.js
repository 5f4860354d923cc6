// Days are Việt Nam's: UTC+7 all year round since 1975, whatever zone the machine stands in.
const SEVEN_HOURS = 7 * 3600_000;
const HOUR = 3600_000;
export const WARN_AFTER = 24 * HOUR;
export const STOP_AFTER = 72 * HOUR;

// The local day of an instant in milliseconds, as "2026-11-30".
export const localDay = (at) => new Date(at + SEVEN_HOURS).toISOString().slice(0, 10);

// "30/11/2026".
export const showDay = (day) => day.split("-").reverse().join("/");

// "30/11/2026 14:05" of an instant.
export function showMoment(at) {
  const said = new Date(at + SEVEN_HOURS).toISOString();
  return `${showDay(said.slice(0, 10))} ${said.slice(11, 16)}`;
}

// How far the signed list may be trusted (certificate case C10): "good", "old" after a day, "stopped" after three or
// past its own end. A clock that stands before the list was made is not believed either.
export function trustOf(list, at) {
  if (!list) return "missing";
  const age = at - Date.parse(list.issued_at);
  if (age < -5 * 60_000) return "stopped";
  if (age > STOP_AFTER || (list.good_until && at >= Date.parse(list.good_until))) return "stopped";
  return age > WARN_AFTER ? "old" : "good";
}

// Whether goods may be sold on the local day of an instant: their last day itself is still a day of sale.
export const isCovered = (item, at) => item.sellable_until === null || item.sellable_until >= localDay(at);

// Why an item cannot be sold now: "lapsed" (its star), "expired" (the scanned lot, or every lot known), or null.
export function whyNot(item, lot, at) {
  if (!isCovered(item, at)) return "lapsed";
  const until = item.lots_until ?? {}, day = localDay(at);
  const isPast = (code) => until[code] !== undefined && until[code] < day;
  if (lot) return isPast(lot) ? "expired" : null;
  return item.lots?.length && item.lots.every(isPast) ? "expired" : null;
}

// What stands in a code, as `shop/fairdays/rules.py: read_code` reads it; and how the roster calls it.
const BADGE = /TD-[0-9A-HJKMNP-TV-Z]{12}/, BOOKING = /BK-[0-9A-HJKMNP-TV-Z]{8}/;

export function readCode(text, byHand) {
  const wanted = text.trim().toUpperCase();
  return wanted.match(BADGE)?.[0] ?? (byHand ? wanted.match(BOOKING)?.[0] : null) ?? null;
}

export async function keyOf(code) {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(code));
  return [...new Uint8Array(bytes)].map((one) => one.toString(16).padStart(2, "0")).join("").slice(0, 32);
}

// Without marks and in small letters, so that "gom" finds "Gốm".
export const fold = (text) =>
  text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replaceAll("đ", "d").replaceAll("Đ", "D").toLowerCase();

// What a scanned or typed text means. Pure; shop/tills has the same rules in Python, over the same test vectors.

const OURS = /(?:^|[^A-Z0-9])((?:LO|SP|CN|BL|TL)-[0-9A-TV-Z]{8})(?![A-Z0-9])/;
const PICKUP = /DH-[0-9A-Z]{8}\.[0-9]{6}/;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/i;
const LINK = /\/01\/(\d{8,14})(?:\/10\/([^/?#\s]{1,60}))?(?=[/?#]|$)/;
const ELEMENTS = /^\(01\)(\d{14})(?=\(|$)(?:.*?\(10\)([^()\s]{1,20}))?/;

// The check digit of the digits before it (GS1: weights 3 and 1 from the right).
export function checkDigit(body) {
  const sum = [...body].reverse().reduce((all, one, place) => all + Number(one) * (place % 2 ? 1 : 3), 0);
  return (10 - (sum % 10)) % 10;
}

export const isGtin = (digits) =>
  /^(\d{8}|\d{12,14})$/.test(digits) && checkDigit(digits.slice(0, -1)) === Number(digits.at(-1));

// One GTIN in one length, so that a zero in front changes nothing.
export const plainGtin = (digits) => digits.replace(/^0+/, "").padStart(14, "0");

// {kind: gtin | weight | lot | receipt | pickup | code | text, ...}
export function read(said) {
  const text = said.normalize("NFC").trim();
  const upper = text.toUpperCase();
  const pickup = PICKUP.exec(upper);
  if (pickup) return { kind: "pickup", code: pickup[0] };
  const uuid = UUID.exec(text);
  if (uuid) return { kind: "receipt", uuid: uuid[0].toLowerCase() };
  const link = LINK.exec(text) ?? ELEMENTS.exec(text);
  if (link && isGtin(link[1])) return { kind: "gtin", gtin: plainGtin(link[1]), ...(link[2] ? { number: decode(link[2]) } : {}) };
  const ours = OURS.exec(upper);
  if (ours) return ofOurs(ours[1]);
  const digits = text.replace(/[\s-]/g, "");
  if (isGtin(digits)) return ofDigits(digits);
  return { kind: "text", text };
}

function ofOurs(code) {
  if (code.startsWith("LO-")) return { kind: "lot", lot: code };
  if (code.startsWith("BL-") || code.startsWith("TL-")) return { kind: "receipt", code };
  return { kind: "code", code };
}

// A number of the shop's own scale (GS1 prefixes 20-29) carries five digits of goods and five of grams.
function ofDigits(digits) {
  if (digits.length === 13 && digits.startsWith("2")) {
    return { kind: "weight", plu: digits.slice(0, 7), grams: Number(digits.slice(7, 12)), gtin: plainGtin(digits) };
  }
  return { kind: "gtin", gtin: plainGtin(digits) };
}

function decode(text) {
  try { return decodeURIComponent(text); } catch { return text; }
}

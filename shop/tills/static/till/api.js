// Calls to the server: the token of the session with each write, a limit of time, problems as they came.
import { config } from "./words.js";

const PATIENCE = 8_000;
let token = null;

// {status, body, etag, date}; null when no answer came (no network, too slow, cut off).
export async function call(method, path, body, { headers = {}, patience = PATIENCE } = {}) {
  const first = await attempt(method, path, body, headers, patience);
  if (first?.status !== 403 || first.body?.code !== "csrf.failed") return first;
  token = null;
  return attempt(method, path, body, headers, patience);
}

export const get = (path, options) => call("GET", path, undefined, options);
export const post = (path, body, options) => call("POST", path, body, options);

// The token of the session, as the server last told it; a session began or ended: null.
export const keepToken = (known) => { token = known; };

async function attempt(method, path, body, headers, patience) {
  const sent = { Accept: "application/json", "Accept-Language": config.language, ...headers };
  if (body !== undefined) sent["Content-Type"] = "application/json";
  if (method !== "GET") {
    const known = await tokenOf(patience);
    if (known === null) return null;
    sent["X-CSRFToken"] = known;
  }
  return ask(config.api + path, {
    method, headers: sent, body: body === undefined ? undefined : JSON.stringify(body), credentials: "same-origin",
  }, patience);
}

async function tokenOf(patience) {
  if (token !== null) return token;
  const answer = await ask(`${config.api}/till`, { credentials: "same-origin", cache: "no-store" }, patience);
  if (answer?.status !== 200) return null;
  token = answer.body.csrf;
  return token;
}

async function ask(address, request, patience) {
  const limit = AbortSignal.timeout(patience);
  try {
    const answer = await fetch(address, { ...request, signal: limit });
    const text = await answer.text();
    const isJson = /json/.test(answer.headers.get("Content-Type") ?? "");
    return {
      status: answer.status, body: isJson && text ? JSON.parse(text) : null, etag: answer.headers.get("ETag"),
      date: Date.parse(answer.headers.get("Date") ?? "") || null,
    };
  } catch {
    return null; // the caller keeps what it wanted to send
  }
}

// Calls to the server, with a limit of time; null when no answer came.
import { config } from "./words.js";

const PATIENCE = 6_000;
let token = null;

export const keepToken = (known) => { token = known; };

export async function get(path) {
  return ask(config.api + path, { credentials: "same-origin", cache: "no-store", headers: heads() });
}

export async function post(path, body) {
  return ask(config.api + path, {
    method: "POST", credentials: "same-origin", body: JSON.stringify(body),
    headers: { ...heads(), "Content-Type": "application/json", "X-CSRFToken": token ?? "" },
  });
}

const heads = () => ({ Accept: "application/json", "Accept-Language": config.language });

async function ask(address, request) {
  try {
    const answer = await fetch(address, { ...request, signal: AbortSignal.timeout(PATIENCE) });
    const text = await answer.text();
    const isJson = /json/.test(answer.headers.get("Content-Type") ?? "");
    return { status: answer.status, body: isJson && text ? JSON.parse(text) : null };
  } catch {
    return null; // the caller keeps what it wanted to send
  }
}

// The gate begins: what this phone remembers first, then what the server says.
import * as base from "./base.js";
import { look } from "./camera.js";
import { recall, refresh, roster, search } from "./roster.js";
import { scan, sendWaiting, waiting } from "./scans.js";
import { config, t } from "./words.js";

const EVERY = 15_000;
const ROSTER_EACH = 4; // rounds: the list of a large fair is fetched once a minute
const LAST = "ocop-gate-fair";
const $ = (id) => document.getElementById(id);
let stop = null, rounds = 0, chain = Promise.resolve();

async function start() {
  if (config.fair.startsWith("-")) return home();
  localStorage.setItem(LAST, config.fair);
  await recall();
  bind();
  draw(await refresh());
  await send();
  base.keepForever();
  setInterval(() => round((rounds += 1) % ROSTER_EACH === 0), EVERY);
  document.documentElement.dataset.ready = "yes";
  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register(config.worker, { scope: config.scope }).catch(() => tell("bad", t("not_installed")));
  }
}

// The installed page begins without a fair: with the one at whose gate this phone stood last.
function home() {
  const last = localStorage.getItem(LAST);
  location.replace(last ? `${config.scope}/${encodeURIComponent(last)}` : config.choose);
}

function bind() {
  $("type").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = $("code").value;
    $("code").value = "";
    if (text.trim()) take(text, true);
  });
  $("code").addEventListener("input", () => drawFound($("code").value));
  $("camera").addEventListener("click", camera);
  addEventListener("online", () => round(true));
  addEventListener("offline", () => net(false));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && round(true));
}

// One after the other, however fast the badges come.
function take(text, byHand) {
  chain = chain.then(() => one(text, byHand)).catch(() => tell("bad", t("not_kept")));
  return chain;
}

async function one(text, byHand) {
  const said = await scan(text, byHand);
  show(said);
  net(!said.is_offline);
  if (said.status === 401 || said.status === 403) needSignIn(true);
  drawFound("");
  await count();
}

async function round(withRoster) {
  if (withRoster) draw(await refresh());
  await send();
}

async function send() {
  const status = await sendWaiting((answer) => {
    if (answer.outcome === "conflict") log(answer, "conflict");
  });
  if (status === 401 || status === 403) needSignIn(true);
  await count();
}

async function camera() {
  if (stop) { stop(); stop = null; $("view").hidden = true; $("camera").textContent = t("camera"); return; }
  $("view").hidden = false;
  stop = await look($("video"), (text) => take(text, false), (text) => { $("seen").textContent = text; });
  if (stop) $("camera").textContent = t("camera_stop");
}

function draw(status) {
  needSignIn([401, 403, 404].includes(status));
  net(status === 200);
  $("fair").textContent = roster.data?.name ?? t("gate");
  const days = (roster.data?.entries ?? []).filter((entry) => entry.booking);
  $("counts").textContent = roster.data
    ? t("counts", { here: days.filter((entry) => entry.is_here).length, all: days.filter((entry) => entry.reason !== "not_today").length })
    : "";
  $("closed").hidden = !roster.data || roster.data.is_open;
}

function net(is) {
  $("net").dataset.state = is ? "online" : "offline";
  $("net").textContent = t(is ? "online" : "offline");
}

async function count() {
  const left = (await waiting()).length;
  $("waiting").hidden = !left;
  $("waiting").textContent = t("waiting", { count: left });
  document.documentElement.dataset.waiting = String(left);
}

function needSignIn(is) {
  $("sign-in").hidden = !is;
}

const LOOKS = { accepted: "good", repeated: "good", refused: "bad", conflict: "warn" };

function show(said) {
  const panel = $("result");
  panel.dataset.look = LOOKS[said.outcome];
  panel.dataset.outcome = said.outcome;
  $("said").textContent = said.words;
  $("booth").textContent = said.booth;
  $("whose").textContent = [said.name, said.title].filter(Boolean).join(" · ");
  $("producer").textContent = said.producer;
  log(said, said.outcome);
  beep(said.outcome !== "refused");
}

function log(said, outcome) {
  const line = document.createElement("li");
  line.dataset.look = LOOKS[outcome];
  const at = new Date().toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" });
  const offline = said.is_offline ? ` · ${t("judged_here")}` : "";
  line.textContent = `${at} · ${[said.booth, said.name || said.producer, said.words].filter(Boolean).join(" · ")}${offline}`;
  $("log").prepend(line);
  while ($("log").children.length > 30) $("log").lastChild.remove();
}

function tell(look, text) {
  log({ words: text, booth: "", name: "", producer: "" }, look === "bad" ? "refused" : "accepted");
}

// Booths for who forgot her badge: one press checks her in by hand.
function drawFound(words) {
  $("found").replaceChildren(...search(words).map((entry) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button ghost";
    button.dataset.booth = entry.booth;
    button.textContent = `${entry.booth} · ${entry.producer}${entry.is_here ? ` · ${t("here")}` : ""}`;
    button.addEventListener("click", () => { $("code").value = ""; take(entry.booking, true); });
    const line = document.createElement("li");
    line.append(button);
    return line;
  }));
}

let sound = null;

function beep(isGood) {
  navigator.vibrate?.(isGood ? 60 : [120, 60, 120]);
  try {
    sound ??= new AudioContext();
    const tone = sound.createOscillator();
    tone.frequency.value = isGood ? 880 : 220;
    tone.connect(sound.destination);
    tone.start();
    tone.stop(sound.currentTime + (isGood ? 0.09 : 0.35));
  } catch { /* a phone without sound still shows it */ }
}

start();

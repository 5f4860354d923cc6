// What the page knows, in one place, and who wants to hear when it changes.
import * as base from "./base.js";
import { empty } from "./basket.js";
import { trustOf } from "./days.js";

export const app = {
  till: null, // the last answer of GET /till
  list: null, // the goods (list.js)
  basket: empty(),
  selected: -1, // place of the line that the keys work on
  isOnline: true, // whether the server answered the last time it was asked
  isOwner: true, // whether the till accepts this browser
  drift: 0, // ms that the till's clock is ahead of the server's
  waiting: 0, // sales not yet taken by the server
  decisions: 0, // sales that a person must decide
  held: 0,
  isLocked: true,
};

const hears = new Map();

export const on = (name, work) => hears.set(name, [...(hears.get(name) ?? []), work]);
export const tell = (name, value) => (hears.get(name) ?? []).forEach((work) => work(value));

// The till's own clock, put right by what the server last said: evidence, and the local midnight.
export const now = () => Date.now() - app.drift;

export const trust = () => trustOf(app.list, now());

// Each tab has a basket of its own; a reload of the tab keeps it.
export const tab = (() => {
  const known = sessionStorage.getItem("till-tab") ?? crypto.randomUUID();
  sessionStorage.setItem("till-tab", known);
  return known;
})();

export function setBasket(basket, selected = null) {
  app.basket = basket;
  if (selected !== null) app.selected = selected;
  app.selected = Math.min(app.selected, basket.lines.length - 1);
  tell("basket");
  return base.putBasket({ id: tab, state: "open", basket, at: Date.now() });
}

const channel = new BroadcastChannel("ocop-till");
channel.addEventListener("message", (event) => tell(event.data, "other tab"));

// Tell this tab and the others.
export function tellAll(name) {
  tell(name);
  channel.postMessage(name);
}

// A scanner that pretends to be a keyboard: a burst of keys faster than any hand, ended by Enter (or Tab).
// Wherever the cursor stands, what the burst typed into a field is taken out again.

export const FASTEST_HAND = 60; // ms between two keys; scanners take 1 to 30
const SHORTEST = 6;

export function listen(onScan, target = document) {
  let burst = null;
  const begin = (key, at, field) => {
    burst = { text: key, since: at, last: at, field, before: field ? field.value : null };
  };
  target.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const at = event.timeStamp;
    if (event.key.length === 1) {
      const field = isField(event.target) ? event.target : null;
      if (burst && at - burst.last <= FASTEST_HAND) {
        burst.text += event.key;
        burst.last = at;
      } else begin(event.key, at, field);
      return;
    }
    if (event.key === "Shift") return; // capitals of a Code 128
    if ((event.key === "Enter" || event.key === "Tab") && isScan(burst, at)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      const { text, field, before } = burst;
      if (field) {
        field.value = before;
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
      burst = null;
      onScan(text);
      return;
    }
    burst = null;
  }, { capture: true });
}

function isScan(burst, at) {
  if (!burst || burst.text.length < SHORTEST || at - burst.last > FASTEST_HAND * 2) return false;
  return (burst.last - burst.since) / (burst.text.length - 1) < FASTEST_HAND / 1.5;
}

const isField = (node) => node instanceof HTMLInputElement || node instanceof HTMLTextAreaElement;

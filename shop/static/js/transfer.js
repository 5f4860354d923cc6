// The time that is left for a transfer, counted down beside the written one; and where the eye begins when money has come.
const countdowns = [...document.querySelectorAll("[data-countdown]")];
const two = (number) => String(number).padStart(2, "0");
const tick = () => {
  for (const place of countdowns) {
    const left = Math.floor((new Date(place.dataset.countdown) - Date.now()) / 1000);
    const days = Math.floor(left / 86400); // nobody counts in hundreds of hours
    const hours = Math.floor(left / 3600) - days * 24;
    const time = `${days ? two(hours) : hours}:${two(Math.floor(left / 60) % 60)}:${two(left % 60)}`;
    const clock = days > 0 ? `${place.dataset.days.replace("#", days)} ${time}` : time;
    place.textContent = `(${left > 0 ? place.dataset.words.replace("#", clock) : place.dataset.over})`;
  }
};
if (countdowns.length) { tick(); setInterval(tick, 1000); }

// The page loads itself again when the state of the transfer changes; whoever waited is told first.
const waited = "ocop-transfer-waited", arrived = document.querySelector("[data-arrived]");
try {
  if (document.querySelector(".transfer")) sessionStorage.setItem(waited, location.pathname);
  else if (sessionStorage.getItem(waited) === location.pathname) {
    sessionStorage.removeItem(waited);
    arrived?.focus();
  }
} catch { /* a browser that keeps nothing */ }

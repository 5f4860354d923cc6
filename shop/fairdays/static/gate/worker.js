// The service worker: the shell of the gate and its files, one version at a time. Never an answer of the API, so nothing
// of one steward is ever shown to another. VERSION, SHELL, SCOPE and FILES are written above by the server.

const CACHE = `ocop-gate-${VERSION}`;
const PATIENCE = 4_000;

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll([SHELL, ...FILES].map((address) => new Request(address, { cache: "reload" })));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith("ocop-gate-") && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event, address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate" && address.pathname.startsWith(`${SCOPE}/`)) event.respondWith(shell(request));
  else if (FILES.includes(address.pathname + address.search)) event.respondWith(file(request));
});

// The page of the day from the server; the one we keep when it does not come in time. Both are the same for every fair.
async function shell(request) {
  try {
    const fresh = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    if (fresh.status < 500) return fresh;
  } catch { /* no network: the kept page */ }
  return (await caches.match(SHELL)) ?? Response.error();
}

async function file(request) {
  return (await caches.match(request)) ?? fetch(request);
}

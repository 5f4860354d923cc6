// The service worker: the shell of the page and its static files, one version at a time. Never an answer of the API,
// so nothing of one cashier is ever shown to another. VERSION, SHELL and FILES are written above by the server.

const CACHE = `ocop-till-${VERSION}`;
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
    const old = (await caches.keys()).filter((name) => name.startsWith("ocop-till-") && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event, address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate" && isShell(address.pathname)) event.respondWith(shell(request));
  else if (FILES.includes(address.pathname + address.search)) event.respondWith(file(request));
});

self.addEventListener("sync", (event) => {
  event.waitUntil(self.clients.matchAll().then((all) => all.forEach((one) => one.postMessage("send"))));
});

const isShell = (path) => path === SHELL || (path.startsWith(`${SHELL}/`) && !path.includes("/", SHELL.length + 1));

// The page of the day from the server; the one we keep when it does not come in time.
async function shell(request) {
  try {
    const fresh = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    if (fresh.ok) return fresh;
    if (fresh.status < 500) return fresh;
  } catch { /* no network: the kept page */ }
  return (await caches.match(SHELL)) ?? Response.error();
}

async function file(request) {
  return (await caches.match(request)) ?? fetch(request);
}

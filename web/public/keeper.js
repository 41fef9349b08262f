// Keeps the pages of an emergency for when no server answers: the page itself
// (the server's copy whenever there is one), its built files, whose names carry a
// hash, and the ground of the map. It never keeps an answer of the API: what is
// known and what is queued is the page's own affair, in its database.
const PAGES = "pages-1";
const FILES = "files-1";
const GROUND = "ground-1";
const GROUND_LIMIT = 1500;
const PATIENCE_MS = 6000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  const { page, files } = event.data ?? {};
  if (typeof page !== "string" || !Array.isArray(files)) return;
  const work = Promise.all([
    caches.open(PAGES).then((cache) => fetch(page, { credentials: "same-origin" }).then((answer) => answer.ok && cache.put(page, answer))),
    caches.open(FILES).then((cache) => Promise.all(files.map((file) => cache.match(file).then((kept) => kept ?? cache.add(file).catch(() => undefined))))),
  ]);
  event.waitUntil(work);
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(newest(request, PAGES, pathname));
  else if (pathname.startsWith("/assets/")) event.respondWith(kept(request));
  else if (pathname.startsWith("/tiles/") || pathname.startsWith("/styles/")) event.respondWith(newest(request, GROUND, request.url));
});

async function kept(request) {
  const cache = await caches.open(FILES);
  const found = await cache.match(request.url);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request.url, answer.clone());
  return answer;
}

/** The server's answer, or the last one it gave. */
async function newest(request, name, key) {
  const cache = await caches.open(name);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (answer.ok) {
      await cache.put(key, answer.clone());
      if (name === GROUND) void trim(cache);
    }
    if (answer.status >= 500) return (await cache.match(key)) ?? answer;
    return answer;
  } catch (cause) {
    const found = await cache.match(key);
    if (found) return found;
    throw cause;
  }
}

async function trim(cache) {
  const keys = await cache.keys();
  for (const key of keys.slice(0, Math.max(0, keys.length - GROUND_LIMIT))) await cache.delete(key);
}

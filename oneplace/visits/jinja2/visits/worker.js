// Lets the frame of the phone open without signal. It keeps the files named here and nothing else:
// no page about anybody, and nothing that was asked of the house, ever enters its store.
"use strict";
const KEPT = "oneplace-phone-{{ name }}";
const FILES = {{ keeps }};
const [FRAME] = FILES;

self.addEventListener("install", (event) => {
  // Asked without the session, so that what is kept is the same for everybody.
  const asked = FILES.map((file) => new Request(file, { credentials: "omit", cache: "reload" }));
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll(asked)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = caches.keys().then((names) =>
    Promise.all(names.filter((name) => name.startsWith("oneplace-phone-") && name !== KEPT).map((name) => caches.delete(name))));
  event.waitUntil(old.then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return;
  const { pathname, origin } = new URL(event.request.url);
  if (origin !== self.location.origin || !FILES.includes(pathname)) return;
  // The frame and its scripts belong together: all of them from the store, renewed with the worker.
  event.respondWith(caches.open(KEPT).then((kept) => kept.match(pathname)).then((found) => found || fetch(event.request)));
});

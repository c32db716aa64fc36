// The outbox: what was written and is on its way. An entry gets its name here, so that sent twice it
// is taken once; it lies here twice, under the phone's key to be read, and sealed for the house.
import * as lock from "visits/lock";
import * as store from "visits/store";

const PATIENCE = 12000;
const AT_ONCE = 40;
const addresses = document.body.dataset;
export const news = new EventTarget();
export const state = { isOnline: navigator.onLine, mustSignIn: false, notYours: 0, hello: null };
const text = new TextEncoder();

function tell() { news.dispatchEvent(new Event("change")); }

function base64(bytes) {
  let letters = "";
  for (const byte of new Uint8Array(bytes)) letters += String.fromCharCode(byte);
  return btoa(letters);
}

// --- sealing: to our house alone (oneplace/visits/sealing.py) ---

async function seal(value, id, point) {
  const ours = await crypto.subtle.importKey(
    "raw", Uint8Array.from(atob(point), (letter) => letter.charCodeAt(0)), { name: "ECDH", namedCurve: "P-256" }, false, [],
  );
  const once = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, false, ["deriveBits"]);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: ours }, once.privateKey, 256);
  const half = new Uint8Array(await crypto.subtle.exportKey("raw", once.publicKey));
  const base = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const secret = await crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: half, info: text.encode("oneplace visits entry 1") },
    base, { name: "AES-GCM", length: 256 }, false, ["encrypt"],
  );
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const closed = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv, additionalData: text.encode(id) }, secret, text.encode(JSON.stringify(value)),
  );
  const box = new Uint8Array(half.length + iv.length + closed.byteLength);
  box.set(half);
  box.set(iv, half.length);
  box.set(new Uint8Array(closed), half.length + iv.length);
  return base64(box);
}

// --- writing ---

// Keeps one thing for good and tries to send it; its name.
export async function add(pack, { kind, personId, visitId, payload = {}, label }) {
  const id = crypto.randomUUID();
  const made = new Date();
  const opened = {
    account: pack.account, kind, person_id: personId, visit_id: visitId, payload, made_at: made.toISOString(),
  };
  const entries = await store.all("outbox");
  const entry = {
    id,
    place: Math.max(0, ...entries.map((other) => other.place)) + 1,
    made: made.getTime(),
    account: pack.account,
    isConcern: kind === "concern",
    status: "waiting",
    sealed: await seal(opened, id, pack.seal.point),
    own: await lock.hide({ ...opened, label }),
  };
  await store.put("outbox", id, entry);
  tell();
  flush();
  return id;
}

// Everything written, first to last, with its words where this key may read them.
export async function entries() {
  const kept = (await store.all("outbox")).sort((one, other) => one.place - other.place);
  return Promise.all(kept.map(async (entry) => ({
    ...entry, opened: await lock.reveal(entry.own), answer: await lock.reveal(entry.said),
  })));
}

export async function waiting() {
  return (await store.all("outbox")).filter((entry) => entry.status === "waiting");
}

export async function unsentConcern() {
  return (await waiting()).find((entry) => entry.isConcern) ?? null;
}

export async function noteRung(id) {
  const entry = await store.get("outbox", id);
  if (entry) await store.put("outbox", id, { ...entry, rung: Date.now() });
  tell();
}

export async function settle(id) {
  await store.remove("outbox", id);
  tell();
}

// What the pack that was just taken already knows of needs no place here any more.
export async function dropTaken() {
  for (const entry of await store.all("outbox")) {
    if (entry.status === "taken") await store.remove("outbox", entry.id);
  }
  tell();
}

// --- sending ---

export async function ask(address, body) {
  const options = { redirect: "manual", headers: { Accept: "application/json" } };
  if (typeof AbortSignal.timeout === "function") options.signal = AbortSignal.timeout(PATIENCE);
  if (body !== undefined) {
    options.method = "POST";
    options.headers["Content-Type"] = "application/json";
    options.headers["X-CSRFToken"] = state.hello?.key ?? "";
    options.body = JSON.stringify(body);
  }
  let answer;
  try {
    answer = await fetch(address, options);
  } catch {
    state.isOnline = false;
    tell();
    return null;
  }
  state.isOnline = true;
  // A signed-out session is answered by leading to the sign-in page.
  state.mustSignIn = answer.type === "opaqueredirect" || answer.status === 403;
  tell();
  return answer.ok ? answer.json() : null;
}

export async function hello() {
  state.hello = await ask(addresses.hello) ?? state.hello;
  tell();
  return state.mustSignIn ? null : state.hello;
}

let sending = null;
let again = false;
export function flush() {
  if (sending) { again = true; return sending; }
  sending = send().finally(() => {
    sending = null;
    if (again) { again = false; flush(); }
  });
  return sending;
}

async function send() {
  let left = await waiting();
  if (left.length === 0) return;
  if (!await hello()) return;
  left.sort((one, other) => one.place - other.place);
  left = left.filter((entry) => entry.account === state.hello.account);
  state.notYours = (await waiting()).length - left.length;
  let most = AT_ONCE;
  while (left.length > 0) {
    const some = left.slice(0, most);
    const told = await ask(addresses.sent, {
      sent_at: new Date().toISOString(), entries: some.map(({ id, sealed }) => ({ id, sealed })),
    });
    if (!told) {
      if (!state.isOnline || state.mustSignIn || most === 1) break;
      // Something in this handful broke the house: send one by one, so that the others arrive.
      most = 1;
      continue;
    }
    for (const answer of told.answers) await heard(answer);
    left = left.slice(some.length);
  }
  tell();
}

async function heard(answer) {
  const entry = await store.get("outbox", answer.id);
  if (!entry || answer.outcome === "not_yours") return;
  const said = lock.isOpen() ? await lock.hide({ why: answer.why, theirs: answer.theirs, field: answer.field }) : null;
  await store.put("outbox", entry.id, { ...entry, status: answer.outcome, said, sealed: answer.outcome === "taken" ? "" : entry.sealed });
}

// Other pages of the house ask before somebody signs out with work unsent; they read this count.
async function localStorageCount() {
  try {
    localStorage.setItem("oneplace:phone:unsent", String((await waiting()).length));
  } catch {
    // Without it those pages do not ask; nothing is lost either way.
  }
}
news.addEventListener("change", localStorageCount);

window.addEventListener("online", () => { state.isOnline = true; tell(); flush(); });
window.addEventListener("offline", () => { state.isOnline = false; tell(); });
document.addEventListener("visibilitychange", () => { if (!document.hidden) flush(); });
setInterval(flush, 20000);

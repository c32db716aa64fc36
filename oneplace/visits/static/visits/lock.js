// The lock: one random key opens everything on this phone, and it lies here only wrapped, under the
// holder's PIN and, where the browser offers it, a passkey. Five wrong PINs destroy the wrapping; the
// pack is gone after a day. What is not yet sent survives both, for it is sealed for the house too.
import * as store from "visits/store";

const PIN = /^\d{6}$/;
const MOST_WRONG = 5;
// PBKDF2-SHA-256, as OWASP's password storage cheat sheet advised in 2023.
const ROUNDS = 600000;
const CLOCK_MAY_STEP_BACK = 5 * 60 * 1000;
const text = new TextEncoder();
let key = null;

export const isPin = (pin) => PIN.test(pin);
export const isOpen = () => key !== null;
export function close() { key = null; }

export const held = () => store.get("lock", "lock");

// --- wrapping the key ---

async function underPin(pin, { salt, device }) {
  // A key that never leaves this browser goes in first: a copied file alone cannot be guessed at.
  const bound = await crypto.subtle.sign("HMAC", device, text.encode(pin));
  const base = await crypto.subtle.importKey("raw", bound, "PBKDF2", false, ["deriveKey"]);
  return crypto.subtle.deriveKey(
    { name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS },
    base, { name: "AES-GCM", length: 256 }, false, ["wrapKey", "unwrapKey"],
  );
}

async function underSecret(secret) {
  const base = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const salt = text.encode("oneplace phone passkey 1");
  return crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt, info: new Uint8Array() },
    base, { name: "AES-GCM", length: 256 }, false, ["wrapKey", "unwrapKey"],
  );
}

async function wrap(inner, outer) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, data: await crypto.subtle.wrapKey("raw", inner, outer, { name: "AES-GCM", iv }) };
}

function unwrap(wrapped, outer) {
  return crypto.subtle.unwrapKey(
    "raw", wrapped.data, outer, { name: "AES-GCM", iv: wrapped.iv },
    { name: "AES-GCM" }, false, ["encrypt", "decrypt"],
  );
}

// Makes a new lock for one account. `withPasskey` offers the phone's own lock as well as the PIN.
export async function make({ pin, account, worker, withPasskey }) {
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt", "decrypt"]);
  const device = await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const lock = { account, worker, salt, device, wrong: 0, passkey: null };
  lock.byPin = await wrap(made, await underPin(pin, lock));
  if (withPasskey) lock.passkey = await makePasskey(made, worker);
  await store.clear("drafts");
  await store.put("lock", "lock", lock);
  const raw = await crypto.subtle.exportKey("raw", made);
  key = await crypto.subtle.importKey("raw", raw, { name: "AES-GCM" }, false, ["encrypt", "decrypt"]);
}

// Opens with a PIN: `open`, or how many tries are left; none left means that the lock is gone.
export async function openWith(pin) {
  const lock = await held();
  if (!lock) return { open: false, left: 0 };
  // Counted before it is tried: whoever closes the page in between gains no try.
  lock.wrong += 1;
  await store.put("lock", "lock", lock);
  try {
    key = await unwrap(lock.byPin, await underPin(pin, lock));
  } catch {
    if (lock.wrong >= MOST_WRONG) await destroy();
    return { open: false, left: Math.max(0, MOST_WRONG - lock.wrong) };
  }
  lock.wrong = 0;
  await store.put("lock", "lock", lock);
  return { open: true, left: MOST_WRONG };
}

export async function destroy() {
  key = null;
  await store.clear("lock");
  await store.clear("pack");
  await store.clear("drafts");
}

// --- passkeys ---

export async function hasPasskeys() {
  try {
    return Boolean(await window.PublicKeyCredential?.isUserVerifyingPlatformAuthenticatorAvailable?.());
  } catch {
    return false;
  }
}

async function secretOf(id, salt) {
  const asked = await navigator.credentials.get({
    publicKey: {
      challenge: crypto.getRandomValues(new Uint8Array(32)),
      allowCredentials: [{ type: "public-key", id }],
      userVerification: "required",
      extensions: { prf: { eval: { first: salt } } },
    },
  });
  return asked.getClientExtensionResults().prf?.results?.first ?? null;
}

// A passkey of this phone alone: it signs nobody in, it only yields the secret that wraps our key.
async function makePasskey(inner, worker) {
  try {
    const made = await navigator.credentials.create({
      publicKey: {
        challenge: crypto.getRandomValues(new Uint8Array(32)),
        rp: { name: "Visits" },
        user: { id: crypto.getRandomValues(new Uint8Array(16)), name: worker, displayName: worker },
        pubKeyCredParams: [{ type: "public-key", alg: -7 }, { type: "public-key", alg: -257 }],
        authenticatorSelection: { authenticatorAttachment: "platform", userVerification: "required", residentKey: "discouraged" },
        extensions: { prf: {} },
      },
    });
    if (!made.getClientExtensionResults().prf?.enabled) return null;
    const salt = crypto.getRandomValues(new Uint8Array(32));
    const secret = await secretOf(made.rawId, salt);
    if (!secret) return null;
    return { id: made.rawId, salt, byPasskey: await wrap(inner, await underSecret(secret)) };
  } catch {
    // Declined, or not offered by this phone: the PIN stands alone.
    return null;
  }
}

export async function openWithPasskey() {
  const lock = await held();
  if (!lock?.passkey) return false;
  try {
    const secret = await secretOf(lock.passkey.id, lock.passkey.salt);
    key = await unwrap(lock.passkey.byPasskey, await underSecret(secret));
    return true;
  } catch {
    return false;
  }
}

// --- what lies under the key ---

export async function hide(value) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = text.encode(JSON.stringify(value));
  return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, plain) };
}

// What was hidden under this key; nothing where it was hidden under another.
export async function reveal(hidden) {
  if (!hidden || !key) return null;
  try {
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: hidden.iv }, key, hidden.data);
    return JSON.parse(new TextDecoder().decode(plain));
  } catch {
    return null;
  }
}

// --- the pack ---

export async function keepPack(pack) {
  const now = Date.now();
  await store.put("pack", "pack", { taken: now, dies: now + pack.lives_s * 1000, hidden: await hide(pack) });
}

// The pack with the moment it was taken; nothing once it is a day old, or the clock was turned back.
export async function pack() {
  const kept = await store.get("pack", "pack");
  if (!kept) return null;
  const now = Date.now();
  if (now > kept.dies || now < kept.taken - CLOCK_MAY_STEP_BACK) {
    await store.clear("pack");
    await store.clear("drafts");
    return null;
  }
  const found = await reveal(kept.hidden);
  return found && { ...found, taken: kept.taken, dies: kept.dies };
}

// --- drafts: what is being typed ---

export async function keepDraft(name, fields) {
  if (!key) return;
  await store.put("drafts", name, await hide(fields));
}
export const draft = async (name) => reveal(await store.get("drafts", name));
export const dropDraft = (name) => store.remove("drafts", name);

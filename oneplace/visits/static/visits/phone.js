// The phone without signal: asks for the PIN, takes the visits along, and puts up one screen at a
// time. Nothing about anybody is in this page's own files; it all comes from what the PIN opens.
import { draw, drawForPerson } from "visits/fill";
import * as lock from "visits/lock";
import * as outbox from "visits/outbox";
import * as page from "visits/page";
import * as screens from "visits/screens";
import * as store from "visits/store";
import { h, plural } from "visits/words";

const addresses = document.body.dataset;
const band = document.querySelector("[data-band]");
const links = document.querySelector("[data-links]");
const HIDDEN_FOR = 2 * 60 * 1000;
let pack = null;
let idle = 15 * 60 * 1000;
let lastTouch = Date.now();
let isHandedOver = false;
let words = "";

// --- putting up ---

// Each drawing waits for the store, and the next thing may be asked for meanwhile. Only the latest is
// put up: an older one would take away a question, empty a PIN half typed, or show a visit once more
// after the phone was locked.
let turn = 0;
let drawn = Promise.resolve();

function put(parts, marks) {
  turn += 1;
  page.putUp(parts, marks);
}

// What somebody asked for, by a press, an address or a PIN.
function show() {
  clearTimeout(refreshing);
  const mine = ++turn;
  drawn = (async () => {
    await showBand();
    const now = await drawing();
    if (mine !== turn) return;
    accept(now);
    put(now.parts, now.marks);
  })();
  return drawn;
}

function accept(now) {
  pack = now.pack;
  if (pack) idle = Math.min(pack.idle_s * 1000, idle);
  links.hidden = !lock.isOpen() || isHandedOver;
}

// How the place in the address looks now: its parts, and the pack they were drawn from.
async function drawing() {
  const concern = await outbox.unsentConcern();
  if (concern && !concern.rung && !isHandedOver && Date.now() - concern.made > 4000) return { pack, parts: await notSent(concern), marks: "sheet--risk" };
  if (!lock.isOpen()) return { pack: null, parts: await locked() };
  const open = await lock.pack();
  return { pack: open, parts: await placeOf(open) };
}

async function placeOf(open) {
  const [place, ...rest] = location.hash.slice(1).split("/");
  if (place === "sign-out") return leaving();
  const entries = await outbox.entries();
  if (place === "written") return screens.writtenHere(open, entries, { again, away, anyway });
  if (!open) return noPack();
  const found = open.visits.find((visit) => visit.id === rest[0]);
  const standing = found && screens.standing(open, found, entries);
  if (place === "visit" && standing) return screens.visit(open, standing, { write, go });
  if (place === "fill" && standing) return formOf(standing, Number(rest[1]), Number(rest[2]));
  if (place === "concern" && standing) return screens.concern(open, standing, { send: (payload) => worry(standing, payload) });
  if (place === "sent") return sentWorry(open);
  return [...screens.today(open, entries), renewal()];
}

const go = (place) => { if (location.hash === `#${place}`) show(); else location.hash = place; };

async function showBand() {
  const left = await outbox.waiting();
  const mine = left.length;
  document.querySelector("[data-waiting]").textContent = mine ? `(${mine})` : "";
  const saved = mine ? `${plural(mine, "thing")} saved on this phone` : "";
  const state = outbox.state;
  band.className = `band band--${state.isOnline ? (mine ? "waits" : "fine") : "offline"}`;
  const parts = [];
  if (!state.isOnline) parts.push(`Offline: ${saved || "what you write is saved on this phone"}.`);
  else if (state.mustSignIn) parts.push(saved ? `${saved}, not sent: ` : "Signed out: ", signInLink());
  else if (mine) parts.push(`${saved}; sending.`);
  else if (words) parts.push(words);
  else parts.push("Everything you wrote is sent.");
  // Said again, it would be read out again.
  const said = h("p", {}, parts);
  if (said.innerHTML !== band.innerHTML) band.replaceChildren(...said.childNodes);
}

function signInLink() {
  return h("a", { href: `${addresses.signIn}?next=${encodeURIComponent(location.pathname)}` }, "sign in");
}

// --- the lock ---

async function locked() {
  const held = await lock.held();
  if (!held) return noPack();
  const problem = h("p", { class: "field-error", role: "alert" });
  const form = pinForm("Open", async (pin) => {
    const { open, left } = await lock.openWith(pin);
    if (open) { isHandedOver = false; lastTouch = Date.now(); await outbox.hello(); return show(); }
    if (!left) { words = "Five wrong PINs: the visits are gone from this phone. What you wrote is not lost: sign in, and it is sent."; return show(); }
    problem.textContent = `This is not the PIN. ${plural(left, "try", "tries")} left, then the visits are gone from this phone.`;
  });
  const parts = [
    h("h1", {}, isHandedOver ? "Thank you. Please give the phone back." : "Locked"),
    h("p", { class: "quiet" }, `${held.worker}’s visits are on this phone.`),
    form, problem,
  ];
  if (held.passkey) parts.push(h("p", {}, h("button", { type: "button", class: "button button--quiet", onclick: async () => { if (await lock.openWithPasskey()) { isHandedOver = false; show(); } } }, "Open with this phone’s own lock")));
  if (!isHandedOver) parts.push(h("details", {}, h("summary", {}, "I have forgotten my PIN"),
    h("p", {}, "Sign in and take your visits along again with a new PIN. What you wrote and is not sent yet is kept, and sent once you are signed in."),
    h("p", {}, h("button", { type: "button", class: "button button--quiet", onclick: async () => { await lock.destroy(); show(); } }, "Take them off this phone"))));
  return parts;
}

function pinForm(button, done, second = false) {
  const box = (name, label) => h("div", { class: "field" }, h("label", { for: name }, label),
    h("input", { id: name, name, type: "password", inputmode: "numeric", autocomplete: "off", maxlength: 6, class: "pin", pattern: "[0-9]*" }));
  const error = h("p", { class: "field-error", role: "alert" });
  const form = h("form", { class: "form", novalidate: true }, box("pin", second ? "Choose a PIN of six digits" : "Your PIN"), second && box("pin-again", "The same PIN again"), error);
  if (second) {
    const row = h("div", { class: "field pick", hidden: true }, h("input", { type: "checkbox", id: "own-lock", name: "own-lock" }), h("label", { for: "own-lock" }, "Open with this phone’s own lock too"));
    form.append(row);
    lock.hasPasskeys().then((has) => { row.hidden = !has; });
  }
  form.append(h("button", { type: "submit", class: "button" }, button));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const typed = new FormData(form);
    const pin = String(typed.get("pin"));
    if (!lock.isPin(pin)) { error.textContent = "A PIN has six digits."; return; }
    if (second && pin !== typed.get("pin-again")) { error.textContent = "The two are not the same. Type them again."; return; }
    error.textContent = "";
    const press = form.querySelector("button[type=submit]");
    press.disabled = true;
    press.textContent = "One moment";
    await done(pin, typed.has("own-lock"));
    press.disabled = false;
    press.textContent = button;
    form.reset();
  });
  return form;
}

function closeUp() {
  lock.close();
  pack = null;
  links.hidden = true;
  // At once: what stood here is not to be read while the lock is being drawn.
  page.clear();
  show();
}

// --- taking along ---

async function noPack() {
  const held = await lock.held();
  const told = outbox.state.isOnline ? await outbox.hello() : null;
  const parts = [h("h1", {}, "Take your visits along")];
  if (words) parts.push(h("p", { class: "problem" }, words));
  if (!outbox.state.isOnline) {
    parts.push(h("p", {}, "There is no signal here, and no visits are on this phone. They are taken along where there is one."));
    parts.push(h("p", {}, h("button", { type: "button", class: "button", onclick: show }, "Try again")));
    return parts;
  }
  if (!told) {
    parts.push(h("p", {}, "Sign in first; then today’s visits can be read on this phone without signal, for a day."));
    parts.push(h("p", {}, h("a", { class: "button", href: `${addresses.signIn}?next=${encodeURIComponent(location.pathname)}` }, "Sign in")));
    return parts;
  }
  outbox.flush();
  if (held && held.account !== told.account) {
    parts.push(h("p", { class: "problem" }, `${held.worker}’s lock is on this phone. Taking your own visits along takes theirs off; what they wrote and is not sent stays sealed until they sign in.`));
  }
  parts.push(h("p", { class: "lead" }, `${told.name}: today’s visits are put on this phone, under a PIN, and are gone after a day.`));
  if (held && held.account === told.account && lock.isOpen()) {
    parts.push(h("p", {}, h("button", { type: "button", class: "button", onclick: takePack }, "Take today’s visits along")));
    return parts;
  }
  parts.push(pinForm("Take them along", async (pin, withPasskey) => {
    await lock.make({ pin, account: told.account, worker: told.name, withPasskey });
    store.askToKeep();
    await takePack();
  }, true));
  return parts;
}

async function takePack() {
  await outbox.flush();
  if (!await outbox.hello()) return show();
  const taken = await outbox.ask(addresses.pack, {});
  if (taken) {
    await lock.keepPack(taken);
    // Whom to ring stands in the clear: it must be read with the phone locked.
    await store.put("lock", "duty", taken.duty);
    await outbox.dropTaken();
    words = "";
    lastTouch = Date.now();
  } else {
    words = outbox.state.isOnline ? "The visits could not be fetched. Try again in a minute." : "";
  }
  return go("today");
}

function renewal() {
  return h("p", { class: "actions" },
    h("button", { type: "button", class: "button button--quiet", onclick: takePack }, "Fetch the newest"),
    h("button", { type: "button", class: "button button--quiet", onclick: signOut }, "Sign out"));
}

async function signOut() {
  if ((await outbox.waiting()).length > 0) return go("sign-out");
  return leave();
}

async function leave() {
  await lock.destroy();
  if (!await outbox.hello()) return show();
  const form = h("form", { method: "post", action: addresses.signOut, hidden: true }, h("input", { type: "hidden", name: "csrfmiddlewaretoken", value: outbox.state.hello.key }));
  document.body.append(form);
  form.submit();
}

// A place like any other, so that nothing that happens meanwhile answers the question by itself.
async function leaving() {
  const left = (await outbox.waiting()).length;
  return [
    h("h1", {}, left ? `${plural(left, "thing is", "things are")} not sent yet` : "Everything you wrote is sent"),
    h("p", {}, left
      ? "The visits would be taken off this phone. What you wrote stays on it, sealed, and is sent when you sign in here again."
      : "Signing out takes the visits off this phone."),
    h("p", { class: "actions" },
      h("button", { type: "button", class: "button", onclick: () => go("today") }, "Stay signed in"),
      h("button", { type: "button", class: "button button--quiet", onclick: leave }, left ? "Sign out all the same" : "Sign out")),
  ];
}

// --- writing ---

async function write(found, kind, payload, label) {
  await outbox.add(pack, { kind, personId: found.person.id, visitId: found.id, payload, label });
  go(`visit/${found.id}`);
}

async function formOf(found, leafNumber, formNumber) {
  const leaf = found.leaves[leafNumber];
  const shape = leaf?.forms[formNumber];
  if (!shape) return [h("h1", {}, "This form is not here any more"), h("p", {}, h("a", { href: `#visit/${found.id}` }, `Back to ${found.person.name}`))];
  const name = `${found.id}:${shape.kind}:${JSON.stringify(shape.hidden)}`;
  const save = (payload) => write(found, shape.kind, payload, shape.title);
  if (!shape.is_for_person) {
    const form = await draw(shape, { name, save });
    return [
      h("p", { class: "crumb" }, h("a", { href: `#visit/${found.id}` }, `Back to ${found.person.name}`)),
      h("h1", {}, shape.title), shape.lead && h("p", { class: "lead" }, shape.lead), form,
    ];
  }
  const first = found.person.called;
  return [
    h("p", { class: "crumb" }, h("a", { href: `#visit/${found.id}` }, `Back to ${found.person.name}`)),
    h("h1", {}, shape.title),
    h("p", { class: "lead" }, `Give the phone to ${first}. It shows one question at a time and nothing else; afterwards your PIN opens it again.`),
    h("p", {}, h("button", { type: "button", class: "button", onclick: () => handOver(found, shape, name) }, `Begin with ${first}`)),
  ];
}

async function handOver(found, shape, name) {
  isHandedOver = true;
  links.hidden = true;
  turn += 1;
  const finish = async (payload) => {
    await outbox.add(pack, { kind: shape.kind, personId: found.person.id, visitId: found.id, payload, label: shape.title });
    history.replaceState(null, "", `#visit/${found.id}`);
    closeUp();
  };
  const stop = () => { history.replaceState(null, "", `#visit/${found.id}`); closeUp(); };
  put(await drawForPerson(shape, { name, person: found.person.name, save: finish, stop }), "sheet--person");
}

async function worry(found, payload) {
  const id = await outbox.add(pack, { kind: "concern", personId: found.person.id, visitId: found.id, payload, label: "A worry about their safety" });
  put([h("h1", {}, "Sending"), h("p", {}, "One moment.")]);
  const until = Date.now() + 6000;
  while (Date.now() < until) {
    const entry = await store.get("outbox", id);
    if (entry && entry.status !== "waiting") break;
    if (!outbox.state.isOnline) break;
    await new Promise((done) => setTimeout(done, 200));
  }
  const entry = await store.get("outbox", id);
  if (entry?.status === "taken") return go("sent");
  if (entry?.status === "refused") return go("written");
  return put(await notSent(entry), "sheet--risk");
}

function sentWorry(open) {
  return [
    h("h1", {}, "Sent"),
    h("p", { class: "lead" }, `${open.duty.name} has it now.`),
    h("p", {}, h("a", { class: "button", href: `tel:${open.duty.phone.replace(/[^\d+]/g, "")}` }, `Ring ${open.duty.phone}`)),
    h("p", {}, h("a", { href: "#today" }, "Back to the visits")),
  ];
}

async function notSent(entry) {
  const duty = pack?.duty ?? (await store.get("lock", "duty")) ?? { name: "", phone: addresses.help, hours: "" };
  return screens.notSent(entry, duty, { rung: async () => { await outbox.noteRung(entry.id); go("today"); } });
}

async function again(entry) {
  const said = entry.opened;
  const found = pack?.visits.find((visit) => visit.id === said.visit_id);
  if (!found) return;
  const theirs = entry.answer?.theirs ?? "";
  await outbox.add(pack, { kind: said.kind, personId: said.person_id, visitId: said.visit_id, payload: { ...said.payload, words: `${theirs}\n\n${said.payload.words}`, seen: theirs }, label: said.label });
  await outbox.settle(entry.id);
}

async function anyway(entry) {
  const said = entry.opened;
  await outbox.add(pack, { kind: "came_anyway", personId: said.person_id, visitId: said.visit_id, payload: {}, label: "There all the same" });
  await outbox.settle(entry.id);
}

async function away(entry) {
  await outbox.settle(entry.id);
}

// --- the demonstration's bar ---

async function showStory() {
  const told = outbox.state.hello?.story;
  const place = document.querySelector("[data-story]");
  place.hidden = !told;
  if (!told || place.childElementCount) return;
  place.replaceChildren(h("form", { class: "story", method: "post", action: told.next },
    h("input", { type: "hidden", name: "csrfmiddlewaretoken", value: outbox.state.hello.key }),
    h("details", {}, h("summary", {}, `Chapter ${told.chapter} of ${told.of}: ${told.title}`), h("p", {}, told.look_for)),
    h("button", { type: "submit", class: "button button--quiet" }, "Next")));
}

// --- keeping watch ---

let isPressing = false;
function watch(kinds, pressing) {
  for (const kind of kinds) window.addEventListener(kind, () => { lastTouch = Date.now(); isPressing = pressing; }, { passive: true, capture: true });
}
watch(["pointerdown", "keydown"], true);
watch(["pointerup", "pointercancel", "keyup", "input"], false);
window.addEventListener("blur", () => { isPressing = false; });
setInterval(() => {
  if (lock.isOpen() && Date.now() - lastTouch > idle) closeUp();
}, 5000);
let hiddenSince = 0;
document.addEventListener("visibilitychange", () => {
  if (document.hidden) hiddenSince = Date.now();
  else if (hiddenSince && Date.now() - hiddenSince > HIDDEN_FOR && lock.isOpen()) closeUp();
});
document.querySelector("[data-locks]").addEventListener("click", closeUp);
window.addEventListener("hashchange", () => { if (!isHandedOver) show(); });

// --- what changes by itself ---

// It must not take the page from under a finger, a word half typed, or somebody who reads.
const SOON = 150;
const AFTER_A_PRESS = 300;
const isBusy = () => isHandedOver || Boolean(document.activeElement?.closest("form, textarea, input, select"));
const isPressed = () => isPressing || Date.now() - lastTouch < AFTER_A_PRESS;
const mayRefresh = () => lock.isOpen() && pack && !isBusy() && ["written", "visit", "today", "sign-out", ""].includes(location.hash.slice(1).split("/")[0]);
let refreshing = null;
let refreshes = 0;
outbox.news.addEventListener("change", () => {
  showBand();
  showStory();
  soon();
});

function soon() {
  clearTimeout(refreshing);
  refreshing = setTimeout(refresh, SOON);
}

// Takes no turn: whatever is asked for meanwhile goes first.
async function refresh() {
  const newest = ++refreshes;
  await drawn.catch(() => null);
  if (!mayRefresh()) return;
  if (isPressed()) return soon();
  const mine = turn;
  const now = await drawing();
  if (mine !== turn || newest !== refreshes || !mayRefresh()) return;
  if (isPressed()) return soon();
  accept(now);
  page.exchange(now.parts, now.marks);
}

setInterval(async () => {
  const concern = await outbox.unsentConcern();
  if (concern && !concern.rung && !page.isMarked("sheet--risk") && !isHandedOver && Date.now() - concern.made > 8000) show();
}, 3000);

if ("serviceWorker" in navigator) navigator.serviceWorker.register(addresses.worker, { scope: location.pathname, updateViaCache: "none" });
await outbox.hello();
showStory();
show();

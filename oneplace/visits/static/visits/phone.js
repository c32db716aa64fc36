// The phone without signal: asks for the PIN, takes the visits along, and puts up one screen at a
// time. Nothing about anybody is in this page's own files; it all comes from what the PIN opens.
import { draw, drawForPerson } from "visits/fill";
import * as lock from "visits/lock";
import * as outbox from "visits/outbox";
import * as screens from "visits/screens";
import * as store from "visits/store";
import { h, plural } from "visits/words";

const addresses = document.body.dataset;
const screen = document.querySelector("[data-screen]");
const band = document.querySelector("[data-band]");
const links = document.querySelector("[data-links]");
const HIDDEN_FOR = 2 * 60 * 1000;
let pack = null;
let idle = 15 * 60 * 1000;
let lastTouch = Date.now();
let isHandedOver = false;
let words = "";

// --- putting up ---

let turn = 0;
async function put(parts, marks = "") {
  screen.className = `sheet ${marks}`;
  screen.replaceChildren(...[parts].flat(3).filter(Boolean));
  const heading = screen.querySelector("h1");
  if (heading) { heading.tabIndex = -1; heading.focus({ preventScroll: true }); }
  window.scrollTo(0, 0);
}

async function show() {
  const mine = ++turn;
  const concern = await outbox.unsentConcern();
  await showBand();
  if (mine !== turn) return;
  if (concern && !concern.rung && !isHandedOver && Date.now() - concern.made > 4000) return put(await notSent(concern), "sheet--risk");
  links.hidden = !lock.isOpen() || isHandedOver;
  if (!lock.isOpen()) return put(await locked());
  pack = await lock.pack();
  if (mine !== turn) return;
  const [place, ...rest] = location.hash.slice(1).split("/");
  if (place === "written") return put(screens.writtenHere(pack, await outbox.entries(), { again, away, anyway }));
  if (!pack) return put(await noPack());
  idle = Math.min(pack.idle_s * 1000, idle);
  const entries = await outbox.entries();
  const found = pack.visits.find((visit) => visit.id === rest[0]);
  const standing = found && screens.standing(pack, found, entries);
  if (mine !== turn) return;
  if (place === "visit" && standing) return put(await screens.visit(pack, standing, { write, go }));
  if (place === "fill" && standing) return fill(standing, Number(rest[1]), Number(rest[2]));
  if (place === "concern" && standing) return put(await screens.concern(pack, standing, { send: (payload) => worry(standing, payload) }));
  if (place === "sent") return put(sentWorry());
  return put([...screens.today(pack, entries), renewal()]);
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
  band.replaceChildren(...parts);
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
  const left = await outbox.waiting();
  const leave = async () => {
    await lock.destroy();
    if (await outbox.hello()) {
      const form = h("form", { method: "post", action: addresses.signOut, hidden: true }, h("input", { type: "hidden", name: "csrfmiddlewaretoken", value: outbox.state.hello.key }));
      document.body.append(form);
      form.submit();
    } else show();
  };
  if (left.length === 0) return leave();
  return put([
    h("h1", {}, `${plural(left.length, "thing is", "things are")} not sent yet`),
    h("p", {}, "The visits would be taken off this phone. What you wrote stays on it, sealed, and is sent when you sign in here again."),
    h("p", { class: "actions" },
      h("button", { type: "button", class: "button", onclick: () => show() }, "Stay signed in"),
      h("button", { type: "button", class: "button button--quiet", onclick: leave }, "Sign out all the same")),
  ]);
}

// --- writing ---

async function write(found, kind, payload, label) {
  await outbox.add(pack, { kind, personId: found.person.id, visitId: found.id, payload, label });
  go(`visit/${found.id}`);
}

async function fill(found, leafNumber, formNumber) {
  const leaf = found.leaves[leafNumber];
  const shape = leaf?.forms[formNumber];
  if (!shape) return go(`visit/${found.id}`);
  const name = `${found.id}:${shape.kind}:${JSON.stringify(shape.hidden)}`;
  const save = (payload) => write(found, shape.kind, payload, shape.title);
  if (!shape.is_for_person) {
    const form = await draw(shape, { name, save });
    return put([
      h("p", { class: "crumb" }, h("a", { href: `#visit/${found.id}` }, `Back to ${found.person.name}`)),
      h("h1", {}, shape.title), shape.lead && h("p", { class: "lead" }, shape.lead), form,
    ]);
  }
  const first = found.person.called;
  return put([
    h("p", { class: "crumb" }, h("a", { href: `#visit/${found.id}` }, `Back to ${found.person.name}`)),
    h("h1", {}, shape.title),
    h("p", { class: "lead" }, `Give the phone to ${first}. It shows one question at a time and nothing else; afterwards your PIN opens it again.`),
    h("p", {}, h("button", { type: "button", class: "button", onclick: () => handOver(found, shape, name) }, `Begin with ${first}`)),
  ]);
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

function sentWorry() {
  return [
    h("h1", {}, "Sent"),
    h("p", { class: "lead" }, `${pack.duty.name} has it now.`),
    h("p", {}, h("a", { class: "button", href: `tel:${pack.duty.phone.replace(/[^\d+]/g, "")}` }, `Ring ${pack.duty.phone}`)),
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

function touched() { lastTouch = Date.now(); }
for (const kind of ["pointerdown", "keydown", "input"]) document.addEventListener(kind, touched, { passive: true });
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

// What changes while somebody types must not take the page from under them.
const isBusy = () => isHandedOver || Boolean(document.activeElement?.closest("form, textarea, input, select"));
outbox.news.addEventListener("change", () => {
  showBand();
  showStory();
  const place = location.hash.slice(1).split("/")[0];
  if (lock.isOpen() && !isBusy() && ["written", "visit", "today", ""].includes(place) && pack) refresh();
});
let refreshing = null;
function refresh() {
  clearTimeout(refreshing);
  refreshing = setTimeout(() => { if (!isBusy()) show(); }, 150);
}
setInterval(async () => {
  const concern = await outbox.unsentConcern();
  if (concern && !concern.rung && !screen.classList.contains("sheet--risk") && !isHandedOver && Date.now() - concern.made > 8000) show();
}, 3000);

if ("serviceWorker" in navigator) navigator.serviceWorker.register(addresses.worker, { scope: location.pathname, updateViaCache: "none" });
await outbox.hello();
showStory();
show();

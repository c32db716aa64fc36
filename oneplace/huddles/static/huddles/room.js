// A meeting under way: takes every change from the stream, sends the scribe's lines, and keeps what
// was typed while the network was away. Without this script the page is plain forms.
import { Kept } from "kit/kept";
import { formKey, onKey } from "kit/keys";

const room = document.querySelector("[data-room]");
const reader = document.documentElement.dataset.reader || "";
const kept = new Kept({ reader, secret: room?.dataset.seal });
const KINDS = { a: "action", d: "decision", s: "step_down", g: "goal", r: "referral", l: "lead", w: "note", 0: "no_change" };

// --- what the screen shows ---

function put(region, item, html) {
  const places = document.querySelectorAll(`[data-region="${region}"]`);
  for (const place of places) {
    if (item && place.dataset.item !== item) continue;
    if (region === "told" && saysTheSame(place, html)) continue;
    const known = new Set([...place.querySelectorAll("[id^=line-]")].map((line) => line.id));
    const typed = typedIn(place);
    place.innerHTML = html;
    putBack(place, typed);
    if (region === "lines") {
      for (const line of place.querySelectorAll("[id^=line-]")) {
        if (!known.has(line.id)) { line.classList.add("is-fresh"); line.scrollIntoView({ block: "nearest" }); }
      }
    }
    if (region === "screen") follow();
  }
}

// Somebody may be writing there while others' lines come: only what it says makes it new.
function saysTheSame(place, html) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  const words = (root) => root.querySelector(".turn__told")?.textContent.trim();
  return words(place) === words(fresh.content);
}

// What is half typed in a small form of the person on the screen outlives a new drawing of it.
function typedIn(place) {
  const turn = place.querySelector(".turn[data-item]") ?? place.closest(".turn[data-item]");
  return {
    item: turn?.dataset.item,
    open: [...place.querySelectorAll("details[open] form")].map((form) => form.action),
    fields: [...place.querySelectorAll(".turn__asked input, .turn__asked select")].map((field) =>
      [field.form.action, field.name, field.type === "radio" ? field.value : null, field.type === "radio" ? field.checked : field.value]),
    focus: place.contains(document.activeElement) ? document.activeElement.id : "",
  };
}

function putBack(place, typed) {
  if (!typed.item || (place.querySelector(".turn[data-item]") ?? place.closest(".turn[data-item]"))?.dataset.item !== typed.item) return;
  for (const field of place.querySelectorAll(".turn__asked input, .turn__asked select")) {
    const isChoice = field.type === "radio";
    const row = typed.fields.find(([action, name, value]) => action === field.form.action && name === field.name && (!isChoice || value === field.value));
    if (!row) continue;
    if (isChoice) field.checked = row[3];
    else field.value = row[3];
  }
  for (const form of place.querySelectorAll("details form")) {
    if (typed.open.includes(form.action)) form.closest("details").open = true;
  }
  if (typed.focus) document.getElementById(typed.focus)?.focus();
}

function current() {
  return document.querySelector(".turn[data-item]");
}

function follow() {
  const turn = current();
  const form = document.querySelector("[data-scribe]");
  if (form) {
    form.hidden = !turn;
    if (turn) form.action = turn.dataset.lineAction;
  }
  const link = document.querySelector("[data-outcome-link]");
  if (link) link.hidden = !turn;
  if (link && turn) link.href = turn.dataset.outcome;
  tick();
}

function tick() {
  const timer = document.querySelector("[data-timer]");
  if (!timer?.dataset.since) return;
  const spent = Math.max(0, Math.floor((Date.now() - Date.parse(timer.dataset.since)) / 1000));
  timer.textContent = `${Math.floor(spent / 60)}:${String(spent % 60).padStart(2, "0")}`;
  timer.classList.toggle("is-over", spent > Number(timer.dataset.budget));
}

function say(words) {
  const place = document.querySelector("[data-problem]") || document.querySelector("[data-stream-state]");
  if (place) place.textContent = words;
}

// --- the stream ---

function listen() {
  if (!room.dataset.stream) return;
  const state = document.querySelector("[data-stream-state]");
  const source = new EventSource(`${room.dataset.stream}?after=${room.dataset.number || 0}`);
  source.addEventListener("open", () => {
    room.dataset.live = "yes";
    if (state) state.textContent = "";
    flush();
  });
  source.addEventListener("error", () => {
    room.dataset.live = "";
    if (state) state.textContent = "The network is away. What you type is kept in this browser, sealed.";
  });
  source.addEventListener("change", (event) => {
    const told = JSON.parse(event.data);
    if (told.over) { source.close(); location.assign(location.pathname.replace(/(room|order)\/$/, "")); return; }
    room.dataset.number = told.n;
    for (const piece of told.regions) put(piece.region, piece.item, piece.html);
  });
}

// --- lines: kept until the house has them ---

function draw() {
  const place = document.querySelector("[data-waiting]");
  if (place) {
    const waiting = kept.waiting;
    place.hidden = waiting.length === 0;
    place.textContent = waiting.length
      ? `${waiting.length === 1 ? "One line waits" : `${waiting.length} lines wait`} for the network: ${waiting.map((line) => line.words || line.kind).join(" · ")}`
      : "";
  }
  const list = document.querySelector("[data-refused]");
  if (!list) return;
  const shown = kept.refused.map((line) => line.line).join();
  if (list.dataset.shown === shown) return;
  list.dataset.shown = shown;
  list.hidden = kept.refused.length === 0;
  list.querySelector("ul").replaceChildren(...kept.refused.map(refusedRow));
}

// A line the house refused stays with its reason until it is written again or let go.
function refusedRow(line) {
  const row = document.createElement("li");
  const words = document.createElement("b");
  words.textContent = line.words || line.kind;
  const button = (name, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "text-button";
    made.textContent = name;
    const of = document.createElement("span");
    of.className = "nhsuk-u-visually-hidden";
    of.textContent = `: ${line.words || line.kind}`;
    made.append(of);
    made.addEventListener("click", act);
    return made;
  };
  row.append(
    words, ` was not saved${line.name ? ` (${line.name})` : ""}. ${line.refused} `,
    button("Change it", () => mend(line)),
    " ",
    button("Let it go", () => { kept.remove(line.line); draw(); box()?.focus(); }),
  );
  return row;
}

const box = () => document.querySelector("[data-scribe] [name=words]");
let mending = null;

// Back into the line where it was typed; whatever is sent from there stands in its place.
function mend(line) {
  const field = box();
  if (!field || current()?.dataset.lineAction !== line.action) {
    say(`This was written of ${line.name || "somebody else"}: turn to them to change it.`);
    return;
  }
  mending = line.line;
  field.value = line.words;
  field.form.elements.is_sensitive.checked = Boolean(line.sensitive);
  mark(line.kind);
  field.focus();
}

async function post(address, fields) {
  return fetch(address, {
    method: "POST",
    headers: { Accept: "application/json", "X-CSRFToken": formKey() },
    body: new URLSearchParams(fields),
    redirect: "manual",
  });
}

let flushing = false;
async function flush() {
  if (flushing) return;
  flushing = true;
  try {
    for (let [line] = kept.waiting; line; [line] = kept.waiting) {
      let answer;
      try {
        answer = await post(line.action, { kind: line.kind, words: line.words, line: line.line, ...(line.sensitive ? { is_sensitive: "on" } : {}) });
      } catch {
        draw();
        setTimeout(flush, 3000);
        return;
      }
      if (answer.status >= 500 || answer.type === "opaqueredirect" || answer.status === 403) {
        draw();
        say(answer.status >= 500 ? "The line could not be saved yet. It is kept here and sent again." : "You are signed out. Sign in again in this tab: your line is kept here.");
        if (answer.status >= 500) setTimeout(flush, 5000);
        return;
      }
      if (answer.ok) {
        kept.remove(line.line);
        say("");
      } else {
        const refused = await answer.json().catch(() => ({}));
        kept.refuse(line.line, refused.reason || "The person is no longer on this screen.");
      }
      draw();
      // Whoever is not typing meanwhile changes it by Enter.
      if (!answer.ok && document.activeElement === document.body) document.querySelector("[data-refused] li:last-child button")?.focus();
    }
  } finally {
    flushing = false;
  }
}

function write(kind, words, sensitive) {
  const turn = current();
  if (!turn) return;
  if (mending) { kept.remove(mending); mending = null; }
  const name = turn.querySelector("h1")?.firstChild?.textContent.trim() || "";
  kept.add({ action: turn.dataset.lineAction, name, kind, words, sensitive, line: crypto.randomUUID?.() ?? idOfOwn() });
  // A line that the house has within half a second never flickers here.
  setTimeout(draw, 500);
  flush();
}

function idOfOwn() {
  const bytes = [...crypto.getRandomValues(new Uint8Array(16))];
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  return bytes.map((one) => one.toString(16).padStart(2, "0")).join("").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

let chosen = "";
function mark(kind) {
  chosen = kind;
  for (const button of document.querySelectorAll("[data-kind]")) {
    button.classList.toggle("choice--on", button.value === kind);
  }
}

function startScribe() {
  const form = document.querySelector("[data-scribe]");
  if (!form) return;
  const box = form.elements.words;
  const send = (kind) => {
    const words = box.value.trim();
    if (!kind && /^[nN]$/.test(words)) { box.value = ""; document.querySelector("[data-turns]")?.click(); return; }
    if (!kind && words === "0") { box.value = ""; write("no_change", "", false); return; }
    const as = kind || chosen || (words.startsWith("@") ? "action" : "note");
    if (!words && as !== "no_change") { mark(as); box.focus(); return; }
    write(as, words, form.elements.is_sensitive.checked);
    box.value = "";
    form.elements.is_sensitive.checked = false;
    mark("");
    box.blur();
  };
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); send(""); }
    if (event.key === "Escape") { mark(""); mending = null; box.blur(); }
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(event.submitter?.value || "");
  });
  for (const [key, kind] of Object.entries(KINDS)) {
    const act = () => { if (kind === "no_change") write("no_change", box.value.trim(), false); else { mark(kind); box.focus(); } };
    onKey(key, act);
    onKey(key.toUpperCase(), act);
  }
  const next = () => document.querySelector("[data-turns]")?.click();
  onKey("n", next);
  onKey("N", next);
  // Undo is of one's own: the newest line one wrote, in the order the house received them.
  const undo = () => [...document.querySelectorAll("[data-takes-back][data-own]")].pop()?.click();
  onKey("u", undo);
  onKey("U", undo);
}

// --- presses: forms that need no page of their own ---

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-press]");
  if (!form || !room?.dataset.stream) return;
  event.preventDefault();
  const fields = new FormData(form, event.submitter);
  if (fields.has("seen")) fields.set("seen", current()?.dataset.item || "");
  try {
    const answer = await post(form.action, fields);
    if (answer.type === "opaqueredirect") { location.reload(); return; }
    if (answer.ok) {
      say("");
      form.reset();
      const folded = form.closest(".turn__asked details");
      if (folded) folded.open = false;
      return;
    }
    const refused = await answer.json().catch(() => ({ reason: "That was not done. Try again." }));
    say(refused.reason);
  } catch {
    say("The network is away: that was not done. Try again in a moment.");
  }
});

// --- the order, by hand ---

let dragged = null;
document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest("[data-drag]");
  if (dragged) event.dataTransfer.effectAllowed = "move";
});
document.addEventListener("dragover", (event) => {
  const over = event.target.closest("[data-drag]");
  if (!dragged || !over) return;
  event.preventDefault();
  for (const row of document.querySelectorAll(".is-over")) row.classList.remove("is-over");
  over.classList.add("is-over");
});
document.addEventListener("drop", async (event) => {
  const over = event.target.closest("[data-drag]");
  if (!dragged || !over || over === dragged) return;
  event.preventDefault();
  const address = dragged.dataset.place;
  dragged = null;
  const answer = await post(address, { to: over.dataset.number }).catch(() => null);
  if (!room?.dataset.stream || !answer?.ok) location.reload();
});

if (room) {
  startScribe();
  listen();
  follow();
  kept.load().then(() => { draw(); flush(); });
  setInterval(tick, 1000);
  addEventListener("online", flush);
  room.dataset.ready = "yes";
}

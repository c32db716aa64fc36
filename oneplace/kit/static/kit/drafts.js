// Nothing typed is lost: a form marked data-keep is remembered in this tab (never beyond it, and
// never a secret) until it has been saved, and put back after a session ended or a page was closed.

const PREFIX = "oneplace:kept:";
const SENT = "oneplace:sent";
const SECRET = /password|passcode|otp|token|secret|^code$/i;

function reader() {
  return document.documentElement.dataset.reader || "";
}

function keyOf(form) {
  return PREFIX + location.pathname + "#" + (form.id || form.getAttribute("action") || "");
}

function fieldsOf(form) {
  return [...form.elements].filter(
    (field) =>
      field.name &&
      !["hidden", "password", "file", "submit", "button"].includes(field.type) &&
      field.tagName !== "BUTTON" &&
      !SECRET.test(field.name) &&
      !field.closest("[data-keep-nothing]"),
  );
}

function read(form) {
  return fieldsOf(form).map((field) =>
    ["checkbox", "radio"].includes(field.type)
      ? [field.name, field.value, field.checked]
      : [field.name, null, field.value],
  );
}

function store(key, value) {
  try {
    if (value === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(value));
  } catch {
    // A full or forbidden store only means that nothing is kept.
  }
}

function load(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null;
  }
}

export function forgetAll() {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(PREFIX) || key === SENT) sessionStorage.removeItem(key);
  }
}

// Whoever signs in next in this tab must not find what somebody else had begun to write.
function forgetOthers() {
  if (!reader()) return;
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(PREFIX) && load(key)?.reader !== reader()) store(key, null);
  }
}

function putBack(form, kept) {
  let changed = false;
  for (const field of fieldsOf(form)) {
    const isChoice = ["checkbox", "radio"].includes(field.type);
    const row = kept.find(([name, value]) => name === field.name && (!isChoice || value === field.value));
    if (!row) continue;
    if (isChoice) {
      if (field.checked !== row[2]) { field.checked = row[2]; changed = true; }
    } else if (field.value !== row[2]) {
      field.value = row[2];
      changed = true;
    }
  }
  return changed;
}

function say(form, key) {
  const note = document.createElement("div");
  note.className = "kept-words";
  note.setAttribute("role", "status");
  note.append("We kept what you typed here. It is not saved yet. ");
  const clear = document.createElement("button");
  clear.type = "button";
  clear.className = "text-button";
  clear.textContent = "Clear it";
  clear.addEventListener("click", () => {
    store(key, null);
    form.reset();
    note.remove();
  });
  note.append(clear);
  form.before(note);
}

// What was written on this phone at visits and waits for a signal (visits/outbox.js counts it).
const UNSENT = "Something you wrote at a visit is still on this phone and not sent. It stays there, sealed, and is sent when you sign in again. Sign out all the same?";
const WORRY = "Your worry about somebody’s safety has NOT been sent. Ring the team first. Sign out all the same?";
// What was typed in a huddle and waits for the network, or was refused (kit/kept.js counts it).
const LINES = "Lines you wrote are still in this browser and not saved. They stay there, sealed, and wait until you sign in again. Sign out all the same?";
function leavesLinesUnsent() {
  try {
    return Number(localStorage.getItem(`oneplace:lines:unsent:${reader()}`)) > 0;
  } catch {
    return false;
  }
}
function leavesWorryUnsent() {
  try {
    return JSON.parse(sessionStorage.getItem("oneplace:kept:concern"))?.isWaiting === true;
  } catch {
    return false;
  }
}
function leavesWorkUnsent() {
  try {
    return Number(localStorage.getItem("oneplace:phone:unsent")) > 0;
  } catch {
    return false;
  }
}

export function startDrafts() {
  for (const form of document.querySelectorAll("form[data-signs-out]")) {
    form.addEventListener("submit", (event) => {
      if (leavesWorryUnsent() && !window.confirm(WORRY)) event.preventDefault();
      else if (leavesWorkUnsent() && !window.confirm(UNSENT)) event.preventDefault();
      else if (leavesLinesUnsent() && !window.confirm(LINES)) event.preventDefault();
      else forgetAll();
    });
  }
  forgetOthers();
  const sent = load(SENT);
  const hasErrors = document.querySelector(".nhsuk-error-summary") !== null;
  if (sent) {
    // Signed in, no errors, not a page for errors: what was sent has been saved. A sign-in page or
    // a refusal on the way means that it has not, and the words stay.
    if (reader() && !hasErrors && !document.querySelector("[data-not-saved]")) store(sent.key, null);
    store(SENT, null);
  }
  for (const form of document.querySelectorAll("form[data-keep]")) {
    const key = keyOf(form);
    const kept = load(key);
    if (kept && kept.reader === reader() && !hasErrors && putBack(form, kept.fields)) say(form, key);
    let timer;
    const remember = () => store(key, { reader: reader(), fields: read(form) });
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(remember, 300); });
    form.addEventListener("submit", () => {
      clearTimeout(timer);
      remember();
      store(SENT, { key });
    });
    window.addEventListener("pagehide", () => { if (timer) remember(); });
  }
}

// A worry about somebody's safety leaves from any page, and says so when it could not: NOT SENT, and
// whom to ring. What was typed is kept in this tab until it has gone. Without this script the link
// and the form are plain ones.
import { formKey } from "kit/keys";

const KEPT = "oneplace:kept:concern";
const AGAIN_MS = 10_000;
const WAIT_MS = 15_000;
const template = document.getElementById("concern-away");
const reader = document.documentElement.dataset.reader || "";

// --- kept in this tab, for this reader alone ---

function load() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT));
    return kept?.reader === reader ? kept : null;
  } catch {
    return null;
  }
}

function keep(kept) {
  try {
    if (kept) sessionStorage.setItem(KEPT, JSON.stringify({ ...kept, reader }));
    else sessionStorage.removeItem(KEPT);
  } catch {
    // A full or forbidden store only means that nothing outlives the page.
  }
}

function read(form) {
  const fields = Object.fromEntries(new FormData(form));
  delete fields.csrfmiddlewaretoken;
  return fields;
}

function fill(form, fields) {
  for (const field of form.elements) {
    if (!(field.name in fields) || field.name === "csrfmiddlewaretoken") continue;
    if (field.type === "radio") field.checked = field.value === fields[field.name];
    else field.value = fields[field.name];
  }
}

// --- sending ---

function place(form) {
  return form.closest("dialog, .form-column").querySelector("[data-concern-state]");
}

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function call(number) {
  return element("a", { class: "nhsuk-button", href: `tel:${number.replaceAll(" ", "")}` }, `Ring ${number}`);
}

function notSent(form, why) {
  const { name, phone, hours } = template.dataset;
  const rung = element("button", { type: "button", class: "text-button" }, "I have rung them");
  const state = place(form);
  rung.addEventListener("click", () => {
    keep({ ...load(), hasRung: true });
    state.replaceChildren(element("p", {}, "You have rung them. It is still sent as soon as there is a network, while this tab is open."));
  });
  state.className = "not-sent";
  state.hidden = false;
  state.replaceChildren(
    element("h2", {}, "NOT SENT"),
    element("p", {}, `Your worry has not reached anybody: ${why}`),
    element("p", {}, call(phone), " ", element("span", {}, [name, hours].filter(Boolean).join(", "))),
    element("p", {}, element("a", { href: "tel:999" }, "In danger now: ring 999")),
    element("p", {}, "What you typed stays here, and is sent as soon as it can be while this tab is open. ", rung),
  );
  state.scrollIntoView({ block: "nearest" });
}

let sending = false;
let timer = null;
async function send(form, isAgain = false) {
  if (sending) return;
  sending = true;
  clearTimeout(timer);
  const address = form.getAttribute("action") || location.pathname;
  const fields = read(form);
  keep({ address, fields, isWaiting: true, hasRung: isAgain && Boolean(load()?.hasRung) });
  try {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "X-CSRFToken": formKey() },
      body: new URLSearchParams(fields),
      signal: AbortSignal.timeout(WAIT_MS),
    });
    const arrived = new URL(answer.url).pathname;
    if (answer.redirected && /\/concerns\/[0-9a-f-]{36}\/$/.test(arrived)) {
      keep(null);
      forgetDraft();
      location.assign(arrived);
      return;
    }
    if (answer.status >= 500) throw new Error("not taken");
    // Something is missing, or the session ended: the page itself says it, with what was typed.
    keep({ address, fields });
    setKey(form);
    HTMLFormElement.prototype.submit.call(form);
  } catch (problem) {
    const isDown = problem instanceof Error && problem.message === "not taken";
    if (!load()?.hasRung) notSent(form, isDown ? "the service cannot take it just now." : "there is no network here.");
    timer = setTimeout(() => send(form, true), AGAIN_MS);
  } finally {
    sending = false;
  }
}

// The page's own form is remembered by kit/drafts as well; once sent, it is sent.
function forgetDraft() {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(`oneplace:kept:${location.pathname}#`)) sessionStorage.removeItem(key);
  }
}

function setKey(form) {
  let key = form.elements.csrfmiddlewaretoken;
  if (!key) {
    key = element("input", { type: "hidden", name: "csrfmiddlewaretoken" });
    form.append(key);
  }
  key.value = formKey();
}

function watch(form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const missing = [...form.querySelectorAll("[required]")].find((field) => !field.validity.valid);
    if (missing) { missing.reportValidity(); return; }
    send(form);
  });
  addEventListener("online", () => { if (load()?.isWaiting) send(form, true); });
}

// --- from any page, where that page's link would lead nowhere ---

let dialog = null;
function open(address, kept) {
  if (!dialog) {
    dialog = template.content.cloneNode(true).querySelector("dialog");
    document.body.append(dialog);
    const form = dialog.querySelector("form");
    form.elements.concern_id.value = crypto.randomUUID();
    watch(form);
    form.addEventListener("input", () => keep({ ...load(), address: form.getAttribute("action"), fields: read(form) }));
    dialog.querySelector("[data-closes]").addEventListener("click", () => dialog.close());
  }
  const form = dialog.querySelector("form");
  form.setAttribute("action", address);
  if (kept) fill(form, kept.fields);
  else if (/\/person\//.test(address) && !form.elements.who.value) form.elements.who.value = document.querySelector("h1")?.innerText.split("\n")[0].slice(0, 300) ?? "";
  if (!dialog.open) dialog.showModal();
  return form;
}

async function isReached() {
  if (navigator.onLine === false) return false;
  try {
    return (await fetch("/live/health", { cache: "no-store", signal: AbortSignal.timeout(4000) })).ok;
  } catch {
    return false;
  }
}

function isOfConcern(path) {
  return path === template.dataset.raise || /^\/person\/[0-9a-f-]{36}\/concern\/$/.test(path);
}

function start() {
  const own = document.querySelector("form[data-concern]");
  if (own) watch(own);
  document.addEventListener("click", async (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const path = new URL(link.href, location.href).pathname;
    if (!isOfConcern(path)) return;
    event.preventDefault();
    if (await isReached()) location.assign(path);
    else open(path, load());
  });
  const kept = load();
  if (!kept?.isWaiting) return;
  if (own && (own.getAttribute("action") || location.pathname) === kept.address) {
    fill(own, kept.fields);
    send(own, true);
  } else {
    send(open(kept.address, kept), true);
  }
}

if (template) start();

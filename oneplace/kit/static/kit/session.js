// Warns before a session ends for want of anything happening, and keeps it alive while somebody
// types. When it is over the page is hidden, so that a desk left alone shows nobody's record.

import { formKey } from "kit/keys";

const HEARD = "oneplace:heard";

export function startSession() {
  const page = document.documentElement;
  const band = document.getElementById("session-warning");
  const idle = Number(page.dataset.idle);
  if (!band || !idle) return;
  const warn = Number(page.dataset.warn);
  const endsForGood = Date.now() + Number(page.dataset.left) * 1000;
  const part = (name) => band.querySelector(`[data-session-${name}]`);
  let announced = null;
  let asking = false;

  // Several tabs share one session: what one of them hears from the server counts for all.
  function heard() {
    try {
      localStorage.setItem(HEARD, String(Date.now()));
    } catch {
      // Without a store each tab counts for itself.
    }
    last = Date.now();
  }
  let last = Date.now();
  heard();

  function lastHeard() {
    try {
      return Math.max(last, Number(localStorage.getItem(HEARD)) || 0);
    } catch {
      return last;
    }
  }

  async function stay() {
    if (asking) return;
    asking = true;
    try {
      const headers = { "X-CSRFToken": formKey() };
      const answer = await fetch(page.dataset.stay, { method: "POST", headers, redirect: "manual" });
      if (answer.status === 204) {
        heard();
        hide();
      } else if (answer.type === "opaqueredirect" || answer.status === 403) {
        over();
      }
    } catch {
      // No network: the warning stays, and the next press tries again.
    } finally {
      asking = false;
    }
  }

  function hide() {
    if (band.hidden) return;
    const held = band.contains(document.activeElement);
    band.hidden = true;
    announced = null;
    if (held) document.getElementById("main").focus();
  }

  function announce(words) {
    if (announced === words) return;
    announced = words;
    part("announce").textContent = words;
  }

  function show(seconds, forGood) {
    band.hidden = false;
    const minutes = Math.ceil(seconds / 60);
    const left = minutes > 1 ? `${minutes} minutes` : "less than a minute";
    const why = forGood ? "You have been signed in for as long as is allowed." : "Nothing has happened here for a while.";
    const kept = "What you typed is kept in this tab.";
    part("title").textContent = `You will be signed out in ${left}.`;
    part("words").textContent = `${why} ${kept}`;
    part("stay").hidden = forGood;
    announce(`You will be signed out in ${left}. ${why} ${kept}`);
  }

  function over() {
    clearInterval(ticking);
    for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
    page.classList.add("session-over");
    band.hidden = true;
    const words = document.getElementById("session-over").content.cloneNode(true);
    words.querySelector("a").href = location.href;
    const main = document.getElementById("main");
    main.append(words);
    main.querySelector(".session-over-words h1").focus();
  }

  function tick() {
    const now = Date.now();
    const untilIdle = (lastHeard() + idle * 1000 - now) / 1000;
    const untilEnd = (endsForGood - now) / 1000;
    const left = Math.min(untilIdle, untilEnd);
    if (left <= 0) over();
    else if (left <= warn) show(left, untilEnd < untilIdle);
    else hide();
  }
  const ticking = setInterval(tick, 1000);
  tick();

  part("stay").addEventListener("click", stay);
  document.body.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) heard(); });
  // Somebody typing or pressing is at work: tell the server long before the limit.
  const busy = () => {
    if (band.hidden && Date.now() - lastHeard() > (idle * 1000) / 3) stay();
  };
  document.addEventListener("input", busy, { passive: true });
  document.addEventListener("pointerdown", busy, { passive: true });
}

// What is up on the screen. What was asked for is put up from its top, its heading read out; what only
// changed by itself is exchanged in place: nobody loses the line they read, an opened part, the
// button under their finger or the one they reached by keyboard.
import { h } from "visits/words";

const screen = document.querySelector("[data-screen]");

export const isMarked = (mark) => screen.classList.contains(mark);
export const clear = () => screen.replaceChildren();

function sheetOf(parts) {
  const sheet = h("main", {}, [parts].flat(3));
  sheet.querySelector("h1")?.setAttribute("tabindex", "-1");
  return sheet;
}

export function putUp(parts, marks = "") {
  screen.className = `sheet ${marks}`;
  screen.replaceChildren(...sheetOf(parts).childNodes);
  screen.querySelector("h1")?.focus({ preventScroll: true });
  window.scrollTo(0, 0);
}

export function exchange(parts, marks = "") {
  const sheet = sheetOf(parts);
  keepOpen(sheet);
  // A page that says the same stays as it is.
  if (sheet.innerHTML === screen.innerHTML) return;
  const focused = screen.contains(document.activeElement) ? document.activeElement : null;
  const top = window.scrollY;
  screen.className = `sheet ${marks}`;
  screen.replaceChildren(...sheet.childNodes);
  if (focused) (alike(focused) ?? screen.querySelector("h1"))?.focus({ preventScroll: true });
  window.scrollTo(0, top);
}

function keepOpen(sheet) {
  const open = new Set([...screen.querySelectorAll("details[open] > summary")].map((summary) => summary.textContent));
  for (const summary of sheet.querySelectorAll("details > summary")) {
    if (open.has(summary.textContent)) summary.parentElement.open = true;
  }
}

function alike(element) {
  return [...screen.querySelectorAll(element.tagName)].find((other) => other.textContent === element.textContent);
}

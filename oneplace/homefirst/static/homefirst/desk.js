// The desk as it changes: each change comes by the stream as the rows it altered. Only while there is
// no stream does the page ask again every few seconds. Without this script it is a plain page.
const desk = document.getElementById("desk-rows");
const state = document.querySelector("[data-stream-state]");
const ASK_AGAIN = 5000;
let asking = 0;

function say(words) {
  if (state && state.textContent !== words) state.textContent = words;
}

function parsed(html) {
  const made = document.createElement("template");
  made.innerHTML = html;
  return made.content;
}

// Whoever reads by keyboard stays where they were, though the row beneath them was drawn anew.
function keepingPlace(change) {
  const at = document.activeElement;
  const row = at && desk.contains(at) ? at.closest("[id^=case-]") : null;
  const where = row ? [row.id, [...row.querySelectorAll("a")].indexOf(at)] : null;
  const part = !row && at && desk.contains(at) ? at.getAttribute("href") : null;
  change();
  if (where) document.getElementById(where[0])?.querySelectorAll("a")[where[1]]?.focus({ preventScroll: true });
  else if (part) [...desk.querySelectorAll("a")].find((link) => link.getAttribute("href") === part)?.focus({ preventScroll: true });
}

function putRow(piece) {
  const list = document.getElementById(piece.in);
  const made = parsed(piece.html).firstElementChild;
  if (!list || !made) return;
  document.getElementById(piece.id)?.remove();
  const before = piece.before ? document.getElementById(piece.before) : null;
  list.insertBefore(made, before && before.parentElement === list ? before : null);
  made.classList.add("is-fresh");
}

function putWhole(html) {
  const fresh = parsed(html);
  const lists = [...fresh.querySelectorAll("[id^=rows]")];
  const isSame = lists.length > 0 && lists.every((list) => document.getElementById(list.id));
  if (!isSame) {
    desk.replaceChildren(fresh);
    return;
  }
  for (const part of fresh.querySelectorAll("[data-region]")) {
    const place = desk.querySelector(`[data-region="${part.dataset.region}"]`);
    if (place && place.innerHTML !== part.innerHTML) place.innerHTML = part.innerHTML;
  }
  // Rows that say the same stay the elements they are.
  for (const list of lists) {
    const now = document.getElementById(list.id);
    const rows = [...list.children].map((row) => {
      const old = document.getElementById(row.id);
      return old && plain(old) === row.outerHTML ? old : row;
    });
    now.replaceChildren(...rows);
  }
}

function plain(row) {
  const copy = row.cloneNode(true);
  copy.classList.remove("is-fresh");
  if (!copy.classList.length) copy.removeAttribute("class");
  return copy.outerHTML;
}

function count() {
  for (const number of desk.querySelectorAll("[data-counts]")) {
    number.textContent = document.getElementById(number.dataset.counts)?.children.length ?? 0;
  }
}

function put(pieces) {
  keepingPlace(() => {
    for (const piece of pieces) {
      if (piece.region === "whole") putWhole(piece.html);
      else if (piece.region === "gone") document.getElementById(piece.id)?.remove();
      else if (piece.region === "row") putRow(piece);
      else {
        const place = desk.querySelector(`[data-region="${piece.region}"]`);
        if (place) place.innerHTML = piece.html;
      }
    }
    count();
  });
  const came = pieces.filter((piece) => piece.new).map((piece) => piece.new);
  if (came.length) say(`New here: ${came.join(", ")}`);
}

function askAgain(isNeeded) {
  if (isNeeded && !asking) {
    asking = setInterval(() => desk.dispatchEvent(new CustomEvent("ask-again")), ASK_AGAIN);
  } else if (!isNeeded && asking) {
    clearInterval(asking);
    asking = 0;
  }
}

function listen() {
  const source = new EventSource(desk.dataset.stream);
  source.addEventListener("open", () => {
    desk.dataset.live = "yes";
    askAgain(false);
    say("");
  });
  source.addEventListener("error", () => {
    desk.dataset.live = "";
    say("The connection is away: this list is asked for again every five seconds.");
    askAgain(true);
  });
  source.addEventListener("change", (event) => {
    const told = JSON.parse(event.data);
    if (told.over) { source.close(); askAgain(true); return; }
    put(told.regions);
  });
}

if (desk?.dataset.stream) {
  if ("EventSource" in window) listen();
  else askAgain(true);
}

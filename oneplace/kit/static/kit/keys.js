// Single keys on the keyboard: "/" goes to the search box, "?" shows the keys. Other modules add theirs.

const actions = new Map();

export function onKey(key, act) {
  actions.set(key, act);
}

// The key every form of ours carries; what scripts send carries the same.
export function formKey() {
  return document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
}

function isTyping(element) {
  return element?.closest("input, textarea, select, [contenteditable]") !== null;
}

export function startKeys() {
  const dialog = document.getElementById("keys");
  const box = document.getElementById("global-search");
  if (box) onKey("/", () => { box.focus(); box.select(); });
  if (dialog) {
    onKey("?", () => { if (!dialog.open) dialog.showModal(); });
    for (const opener of document.querySelectorAll("[data-shows-keys]")) {
      opener.hidden = false;
      opener.addEventListener("click", () => dialog.showModal());
    }
  }
  // A button that names its key is pressed by it.
  for (const button of document.querySelectorAll("[data-key]")) {
    onKey(button.dataset.key, () => button.click());
    onKey(button.dataset.key.toUpperCase(), () => button.click());
  }
  for (const button of document.querySelectorAll("[data-prints]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (isTyping(event.target) || document.documentElement.classList.contains("session-over")) return;
    const act = actions.get(event.key);
    if (!act) return;
    event.preventDefault();
    act();
  });
}

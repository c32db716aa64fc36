// Menus are details elements and open without us; here they also close by Escape and by leaving.

export function startMenus() {
  const menus = () => document.querySelectorAll("details[data-menu][open]");

  document.addEventListener("click", (event) => {
    for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
    const suggestions = document.getElementById("suggestions");
    if (suggestions && !suggestions.parentElement.contains(event.target)) suggestions.replaceChildren();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus()) {
      const held = menu.contains(document.activeElement);
      menu.open = false;
      if (held) menu.querySelector("summary").focus();
    }
    const suggestions = document.getElementById("suggestions");
    if (suggestions?.firstChild) {
      suggestions.replaceChildren();
      document.getElementById("global-search").focus();
    }
  });

  document.addEventListener("focusin", (event) => {
    for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
    const suggestions = document.getElementById("suggestions");
    if (suggestions && !suggestions.parentElement.contains(event.target)) suggestions.replaceChildren();
  });

  // Up and down walk through what the search box suggests.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const links = [...document.querySelectorAll("#suggestions a")];
    const box = document.getElementById("global-search");
    const here = links.indexOf(document.activeElement);
    if (!links.length || (here < 0 && document.activeElement !== box)) return;
    event.preventDefault();
    const next = here + (event.key === "ArrowDown" ? 1 : -1);
    (next < 0 ? box : links[Math.min(next, links.length - 1)]).focus();
  });
}

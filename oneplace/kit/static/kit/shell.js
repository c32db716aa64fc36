// Starts what every page has: menus, keys, kept words, the session's warning, NHS.UK components.
// Everything here makes a working page better; nothing here is needed for the page to work.
import { startDrafts } from "kit/drafts";
import { formKey, startKeys } from "kit/keys";
import { startMenus } from "kit/menus";
import { startSession } from "kit/session";

document.documentElement.classList.add("has-script");
startMenus();
startKeys();
startDrafts();
startSession();

document.body.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = formKey();
});

// The components' own script is fetched only by a page that has one of them.
const components = "[data-module^='nhsuk-']:not([data-module='nhsuk-skip-link'])";
async function startComponents(scope) {
  if (!scope.querySelector(components)) return;
  document.body.classList.add("nhsuk-frontend-supported", "js-enabled");
  const { initAll } = await import("nhsuk-frontend");
  initAll({ scope });
}
startComponents(document.body);
document.body.addEventListener("htmx:load", (event) => {
  if (event.detail.elt !== document.body) startComponents(event.detail.elt);
});

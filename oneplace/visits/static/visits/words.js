// Making parts of a page out of words, never out of markup: nothing that was typed can become any.

export function h(tag, marks = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(marks)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "value") made.value = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...inside.flat(3).filter((part) => part !== null && part !== undefined && part !== false && part !== ""));
  return made;
}

export const plural = (count, one, many) => (count === 1 ? `1 ${one}` : `${count} ${many ?? `${one}s`}`);

const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Europe/London" });
const DAY = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", timeZone: "Europe/London" });

// What the time is for the people cared for: the house's clock, counted on by this phone's.
export const careTime = (pack, moment = Date.now()) => new Date(Date.parse(pack.at) + (moment - pack.taken));
export const clock = (moment) => CLOCK.format(moment);
export const day = (moment) => DAY.format(moment);

export const ring = (phone) => `tel:${phone.replace(/[^\d+]/g, "")}`;
export const map = (address) => `geo:0,0?q=${encodeURIComponent(address)}`;

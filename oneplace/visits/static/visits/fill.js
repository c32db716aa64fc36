// Forms on the phone, drawn from the shapes of the pack: rooms say what is asked, this draws it.
// What is being typed is kept as it is typed, under the phone's key.
import * as lock from "visits/lock";
import { h } from "visits/words";

const WAIT = 400;

function scale(field, value, put) {
  const numbers = [];
  for (let number = Number(field.least); number <= Number(field.most); number += 1) {
    const id = `${field.name}-${number}`;
    numbers.push(h("span", { class: "scale__one" },
      h("input", { type: "radio", name: field.name, id, value: String(number), checked: String(value) === String(number), onchange: put }),
      h("label", { for: id }, String(number))));
  }
  return h("fieldset", { class: "field scale" },
    h("legend", {}, field.label),
    field.hint && h("p", { class: "hint" }, field.hint),
    h("div", { class: "scale__row" }, numbers),
    h("div", { class: "scale__ends" }, h("span", {}, field.least_label), h("span", {}, field.most_label)));
}

function choice(field, value, put) {
  return h("fieldset", { class: "field" },
    h("legend", {}, field.label),
    field.hint && h("p", { class: "hint" }, field.hint),
    field.options.map(([word, label], place) => {
      const id = `${field.name}-${place}`;
      return h("div", { class: "pick" },
        h("input", { type: "radio", name: field.name, id, value: word, checked: value === word, onchange: put }),
        h("label", { for: id }, label));
    }));
}

function many(field, value, put) {
  const id = `field-${field.name}`;
  return h("div", { class: "field" },
    h("label", { for: id }, field.label),
    field.hint && h("p", { class: "hint", id: `${id}-hint` }, field.hint),
    h("select", { id, name: field.name, onchange: put },
      h("option", { value: "" }, "Not said"),
      field.options.map(([word, label]) => h("option", { value: word, selected: word === value }, label))));
}

function line(field, value, put) {
  const id = `field-${field.name}`;
  const kinds = { number: "number", date: "date", tick: "checkbox" };
  const marks = { id, name: field.name, oninput: put, "aria-describedby": field.hint ? `${id}-hint` : null, autocomplete: "off" };
  const box = field.kind === "words"
    ? h("textarea", { ...marks, rows: 4 })
    : h("input", { ...marks, type: kinds[field.kind] ?? "text", inputmode: field.kind === "number" ? "numeric" : null });
  if (field.kind === "tick") box.checked = value === "yes";
  else box.value = value ?? "";
  return h("div", { class: field.kind === "tick" ? "field pick" : "field" },
    field.kind === "tick" ? [box, h("label", { for: id }, field.label)] : [h("label", { for: id }, field.label), field.hint && h("p", { class: "hint", id: `${id}-hint` }, field.hint), box]);
}

// A choice of more than this many is a list to open, not a page of buttons.
const MOST_BUTTONS = 6;
function drawn(field, value, put) {
  if (field.kind === "scale") return scale(field, value, put);
  if (field.kind === "choice") return (field.options.length > MOST_BUTTONS ? many : choice)(field, value, put);
  return line(field, value, put);
}

export function read(form, fields) {
  const found = {};
  const typed = new FormData(form);
  for (const field of fields) {
    found[field.name] = field.kind === "tick" ? (typed.has(field.name) ? "yes" : "") : String(typed.get(field.name) ?? "").trim();
  }
  return found;
}

// The first thing that is missing, said where it is missing; nothing where all is there.
function complain(form, fields, found) {
  for (const old of form.querySelectorAll(".field-error")) old.remove();
  let first = null;
  for (const field of fields) {
    if (!field.missing || found[field.name] !== "") continue;
    const box = form.elements.namedItem(field.name);
    const one = box instanceof RadioNodeList ? box[0] : box;
    const place = one?.closest(".field");
    place?.prepend(h("p", { class: "field-error", role: "alert" }, field.missing));
    first ??= one;
  }
  first?.focus();
  return first === null;
}

// A whole form: `save` gets what was filled in, with what was hidden. `name` names its draft.
export async function draw(shape, { name, save, quiet }) {
  const kept = (await lock.draft(name)) ?? {};
  let timer = null;
  let keeping = null;
  const form = h("form", { class: "form", novalidate: true });
  const keep = () => {
    timer = null;
    keeping = lock.keepDraft(name, read(form, shape.fields));
  };
  const put = () => {
    clearTimeout(timer);
    timer = setTimeout(keep, WAIT);
  };
  // Whoever looks up from the field may find the page drawn anew: with the last word they typed.
  form.addEventListener("focusout", () => { if (timer) { clearTimeout(timer); keep(); } });
  form.append(
    ...shape.fields.map((field) => drawn(field, kept[field.name] ?? field.value, put)),
    h("button", { type: "submit", class: quiet ? "button button--quiet" : "button" }, shape.button),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const found = read(form, shape.fields);
    if (!complain(form, shape.fields, found)) return;
    clearTimeout(timer);
    timer = null;
    form.querySelector("button[type=submit]").disabled = true;
    // A draft still on its way must not outlive what is sent.
    await keeping;
    await lock.dropDraft(name);
    await save({ ...shape.hidden, ...found });
  });
  return form;
}

// One question at a time, in big text, for the person whose answers these are.
export async function drawForPerson(shape, { name, person, save, stop }) {
  const answers = (await lock.draft(name)) ?? {};
  let at = Math.max(0, shape.fields.findIndex((field) => !answers[field.name]));
  const place = h("div", { class: "person" });
  function show() {
    const field = shape.fields[at];
    const isLast = at === shape.fields.length - 1;
    const form = h("form", { class: "form", novalidate: true },
      h("p", { class: "person__count" }, `${at + 1} of ${shape.fields.length}`),
      drawn(field, answers[field.name] ?? field.value, () => {}),
      h("button", { type: "submit", class: "button" }, isLast ? shape.button : "Next"),
      at > 0 && h("button", { type: "button", class: "button button--quiet", onclick: () => { at -= 1; show(); } }, "Back"),
      h("button", { type: "button", class: "link", onclick: stop }, "Stop here"));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const found = read(form, [field]);
      if (!complain(form, [field], found)) return;
      Object.assign(answers, found);
      await lock.keepDraft(name, answers);
      if (!isLast) { at += 1; show(); return; }
      await lock.dropDraft(name);
      await save({ ...shape.hidden, ...answers });
    });
    place.replaceChildren(h("h1", { tabindex: "-1" }, shape.title), shape.lead && at === 0 ? h("p", { class: "lead" }, shape.lead) : "", form);
    place.querySelector("h1").focus();
  }
  place.dataset.person = person;
  show();
  return place;
}

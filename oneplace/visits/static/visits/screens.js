// The screens of the phone: today, one visit, what was written, a worry. Each answers with its parts;
// phone.js puts them up. What was done without signal is laid over the pack, so that the screen
// always says what the worker last said.
import { draw } from "visits/fill";
import * as outbox from "visits/outbox";
import { careTime, clock, h, map, plural, ring } from "visits/words";

const STATES = {
  booked: "", set_out: "On the way", arrived: "There", finished: "Done",
  no_answer: "No answer at the door", cancelled: "Cancelled", moved: "Moved",
};
const AFTER = { set_out: "set_out", arrive: "arrived", came_anyway: "arrived", no_answer: "no_answer", finish: "finished" };
const STEPS = [
  ["rang", "Rang them"],
  ["contact", "Rang somebody close to them"],
  ["key_safe", "Tried the key safe or a neighbour"],
  ["coordinator", "Told the coordinator"],
  ["welfare_check", "Asked for a welfare check"],
];
const OUT_IN = [30, 45, 60, 90];
const LATE_BY = [10, 20, 30, 45, 60];

// A visit as it stands with everything written here since the pack was taken.
export function standing(pack, visit, entries) {
  const now = { ...visit, done: [], steps: {}, inUntil: null, problems: [] };
  for (const entry of entries) {
    const said = entry.opened;
    if (!said || said.visit_id !== visit.id) continue;
    if (entry.status === "conflict" || entry.status === "refused") { now.problems.push(entry); continue; }
    const at = clock(careTime(pack, entry.made));
    if (AFTER[said.kind]) now.state = AFTER[said.kind];
    if (said.kind === "set_out") now.set_out = at;
    if (said.kind === "arrive" || said.kind === "came_anyway") now.arrived = at;
    if (said.kind === "finish") { now.finished = at; now.inUntil = null; }
    if (said.kind === "door_step") {
      now.steps[said.payload.step] = at;
      if (said.payload.step === "found") now.state = "finished";
    }
    if (said.kind === "check_in") now.inUntil = clock(careTime(pack, entry.made + Number(said.payload.minutes) * 60000));
    if (said.kind === "check_out") now.inUntil = null;
    if (said.kind === "say_late") now.expected = clock(laterBy(visit, Number(said.payload.minutes), careTime(pack, entry.made)));
    if (said.kind === "note") now.note = said.payload.words;
    now.done.push({ ...said, at, status: entry.status, id: entry.id });
  }
  return now;
}

// When somebody so many minutes late is there: later than planned, or than now where that is over.
function laterBy(visit, minutes, now) {
  return new Date(Math.max(Date.parse(visit.planned_at ?? visit.opens_at), now.getTime()) + minutes * 60000);
}

export function today(pack, entries) {
  const visits = pack.visits.map((visit) => standing(pack, visit, entries));
  const left = visits.filter((visit) => ["booked", "set_out", "arrived", "no_answer"].includes(visit.state));
  const title = left.length ? `${plural(left.length, "visit")} to make` : visits.length ? "All visits made" : "No visits today";
  return [
    h("h1", { tabindex: "-1" }, title),
    h("p", { class: "quiet" }, `${pack.worker} · taken along at ${clock(new Date(pack.at))}, gone from this phone at ${clock(careTime(pack, pack.dies))} tomorrow`),
    visits.length ? h("ol", { class: "visits" }, visits.map(row)) : h("p", {}, "Visits booked for you today will stand here once you have taken them along."),
  ];
}

function row(visit) {
  const isComing = visit.state === "booked" || visit.state === "set_out";
  const state = [STATES[visit.state], isComing && visit.expected && `late, about ${visit.expected}`].filter(Boolean).join(", ");
  return h("li", { class: `visits__one visits__one--${visit.state}` },
    h("a", { href: `#visit/${visit.id}` },
      h("span", { class: "visits__time" }, visit.day === "Today" ? visit.planned || visit.window : `${visit.day} ${visit.planned || visit.window}`),
      h("span", { class: "visits__name" }, visit.person.name),
      h("span", { class: "quiet" }, [visit.purpose, visit.with && `with ${visit.with}`, state].filter(Boolean).join(" · ")),
      visit.problems.length > 0 && h("strong", { class: "mark" }, "look again")));
}

// --- one visit ---

export async function visit(pack, found, { write, go }) {
  const person = found.person;
  const parts = [
    h("p", { class: "crumb" }, h("a", { href: "#today" }, "All visits")),
    h("h1", { tabindex: "-1" }, person.name, person.age && h("span", { class: "quiet" }, `, ${person.age}`)),
    !person.name.startsWith(person.called) && h("p", { class: "quiet" }, `Called ${person.called}`),
    h("p", { class: "facts" }, [found.day === "Today" ? found.window : `${found.day} ${found.window}`, found.purpose, STATES[found.state]].filter(Boolean).join(" · ")),
    found.planned && h("p", { class: "facts" }, `Planned for ${found.planned}${found.with ? `, together with ${found.with}: you begin at the same time` : ""}`),
    found.promised_by && h("p", { class: "promise" }, `Promised to be seen by ${found.promised_by}`),
    person.safety && h("section", { class: "hazard" }, h("h2", {}, "Take care"), h("p", {}, person.safety)),
    found.problems.map((entry) => h("p", { class: "problem" }, h("strong", {}, `${entry.opened.label}: `), entry.answer?.why || "could not be saved", " ", h("a", { href: "#written" }, "Look at both"))),
    stage(pack, found, { write }),
    found.why && h("section", {}, h("h2", {}, "Why I am here"), h("p", {}, found.why)),
    h("section", { class: "reach" },
      h("h2", {}, "How to reach them"),
      person.address ? h("p", {}, h("a", { class: "tap", href: map(person.address) }, person.address)) : h("p", { class: "quiet" }, "The address is not for this phone. Ring your team."),
      person.phone && h("p", {}, h("a", { class: "tap", href: ring(person.phone) }, `Ring ${person.phone}`)),
      person.how_to_talk && h("p", {}, h("strong", {}, "How to talk: "), person.how_to_talk)),
    ...found.leaves.map((leaf) => leafOf(found, leaf)),
    written(found),
    h("details", { class: "prompts" },
      h("summary", {}, "Things to talk about"),
      h("ul", {}, found.prompts.map((words) => h("li", {}, words)))),
    await noteOf(found, { write }),
    h("p", { class: "actions" }, h("a", { class: "button button--risk", href: `#concern/${found.id}` }, `Worried about ${person.called}?`)),
  ];
  return parts.flat();
}

function leafOf(found, leaf) {
  const place = found.leaves.indexOf(leaf);
  return h("section", { class: "leaf" },
    h("h2", {}, leaf.title),
    leaf.quote && h("blockquote", {}, h("p", {}, `“${leaf.quote}”`), leaf.quote_from && h("footer", { class: "quiet" }, leaf.quote_from)),
    leaf.lines.length > 0 && h("ul", { class: "lines" }, leaf.lines.map((line) => h("li", {}, line.text, line.mark && h("strong", { class: "mark" }, line.mark), line.facts && h("span", { class: "quiet" }, line.facts)))),
    !leaf.quote && leaf.lines.length === 0 && leaf.nothing && h("p", { class: "quiet" }, leaf.nothing),
    leaf.forms.map((form, number) => h("p", { class: "actions" }, h("a", { class: "button button--quiet", href: `#fill/${found.id}/${place}/${number}` }, form.title))));
}

function written(found) {
  const own = new Set(["set_out", "arrive", "finish", "no_answer", "door_step", "check_in", "check_out", "note", "came_anyway", "say_late"]);
  const done = found.done.filter((said) => !own.has(said.kind));
  if (done.length === 0) return null;
  return h("section", { class: "leaf" }, h("h2", {}, "Written at this visit"),
    h("ul", { class: "lines" }, done.map((said) => h("li", {}, said.label, h("span", { class: "quiet" }, `${said.at} · ${said.status === "taken" ? "saved" : "on this phone"}`)))));
}

// Where the visit stands, and the one thing to press next.
function stage(pack, found, { write }) {
  const press = (kind, label, words, payload = {}) => h("button", { type: "button", class: "button", onclick: () => write(found, kind, payload, words) }, label);
  const quietly = (kind, label, words, payload = {}) => h("button", { type: "button", class: "button button--quiet", onclick: () => write(found, kind, payload, words) }, label);
  const closed = () => quietly("no_answer", "Nobody answers", "Nobody answers the door");
  if (found.state === "booked") {
    return h("div", { class: "stage" }, press("set_out", "I am on my way", "On the way"), quietly("arrive", "I am there", "Arrived"), runningLate(pack, found, { write }), closed());
  }
  if (found.state === "set_out") {
    return h("div", { class: "stage" }, h("p", {}, `On the way since ${found.set_out}`), press("arrive", "I am there", "Arrived"), runningLate(pack, found, { write }), closed());
  }
  if (found.state === "arrived") {
    const alone = found.inUntil
      ? h("div", { class: "alone" }, h("p", {}, `You said you would be out by ${found.inUntil}. If you are not, you are rung, and then your team.`), quietly("check_out", "I am out, and well", "Out again"))
      : h("details", { class: "alone" }, h("summary", {}, "I am here alone"),
          h("p", { class: "quiet" }, "Needs a signal to watch over you. When do you expect to be out?"),
          h("div", { class: "alone__times" }, OUT_IN.map((minutes) => quietly("check_in", `in ${minutes} min`, `Alone, out in ${minutes} minutes`, { minutes: String(minutes) }))));
    return h("div", { class: "stage" }, h("p", {}, `There since ${found.arrived}`), alone, press("finish", "Done here", "Done"));
  }
  if (found.state === "no_answer") return closedDoor(found, { write, press, quietly });
  if (found.state === "finished") return h("p", { class: "stage stage--done" }, found.finished ? `Done at ${found.finished}` : "Done");
  return h("p", { class: "stage" }, STATES[found.state]);
}

// How late, with the time that makes; why, and whether the person gets a text.
function runningLate(pack, found, { write }) {
  const now = careTime(pack);
  const words = h("input", { id: "late-words", maxlength: 200, autocomplete: "off" });
  const tells = h("input", { type: "checkbox", id: "late-tells" });
  const late = (minutes) => h("button", { type: "button", class: "button button--quiet", onclick: () => write(found, "say_late",
    { minutes: String(minutes), words: words.value.trim(), tells_person: tells.checked ? "yes" : "" }, `Running late, ${minutes} minutes`) },
    `${minutes} min: about ${clock(laterBy(found, minutes, now))}`);
  return h("details", { class: "alone late" },
    h("summary", {}, found.expected ? `Running late: about ${found.expected}` : "Running late"),
    h("p", { class: "quiet" }, "Your team is told as soon as there is a signal."),
    h("div", { class: "field" }, h("label", { for: "late-words" }, "Why, if you like"), words),
    found.person.phone && h("div", { class: "field pick" }, tells, h("label", { for: "late-tells" }, `Send ${found.person.called} a text`)),
    h("div", { class: "alone__times" }, LATE_BY.map(late)));
}

function closedDoor(found, { write, press }) {
  const words = h("textarea", { id: "found-words", rows: 2 });
  return h("div", { class: "stage stage--door" },
    h("h2", {}, "Nobody answers: until they are found"),
    h("ol", { class: "door" }, STEPS.map(([step, label]) => h("li", {}, found.steps[step]
      ? h("p", {}, h("strong", {}, label), h("span", { class: "quiet" }, found.steps[step]))
      : press("door_step", label, label, { step })))),
    h("div", { class: "field" },
      h("label", { for: "found-words" }, "Found: where are they, and how are they?"), words,
      h("button", { type: "button", class: "button", onclick: () => {
        if (words.value.trim()) write(found, "door_step", { step: "found", words: words.value.trim() }, "Found");
        else words.focus();
      } }, "They are found")),
    h("button", { type: "button", class: "button button--quiet", onclick: () => write(found, "arrive", {}, "The door opened after all") }, "The door opened after all"));
}

async function noteOf(found, { write }) {
  const shape = {
    button: "Save the note", hidden: { seen: found.note ?? "" },
    fields: [{ name: "words", label: "What happened, in five minutes", kind: "words", hint: "Type it, or speak it with your keyboard’s microphone.", missing: "Write what happened.", value: found.note }],
  };
  const form = await draw(shape, { name: `note:${found.id}`, quiet: true, save: (payload) => write(found, "note", payload, "The note") });
  return h("section", { class: "leaf" }, h("h2", {}, "Note"), form);
}

// --- a worry about somebody's safety ---

export const CONCERN = {
  title: "Worried about their safety", button: "Send it now", hidden: {},
  fields: [
    { name: "what", label: "What worries you?", kind: "words", missing: "Write what you saw or heard." },
    { name: "is_safe_now", label: "Are they safe now?", kind: "choice", options: [["no", "No, they are in danger"], ["not_sure", "I am not sure"], ["yes", "Yes, for now"]], missing: "Say whether they are safe now, as far as you know." },
    { name: "wishes", label: "What do they want to happen?", kind: "words", hint: "Leave it empty if you could not ask." },
  ],
};

export async function concern(pack, found, { send }) {
  const form = await draw(
    { ...CONCERN, fields: [CONCERN.fields[0], { name: "who", label: "Whom is it about?", kind: "line", missing: "Write whom it is about.", value: found.person.name }, ...CONCERN.fields.slice(1)] },
    { name: `concern:${found.id}`, save: send },
  );
  return [
    h("p", { class: "crumb" }, h("a", { href: `#visit/${found.id}` }, "Back to the visit")),
    h("h1", { tabindex: "-1" }, CONCERN.title),
    h("p", { class: "lead" }, "If somebody is in danger, ring ", h("a", { href: "tel:999" }, "999"), " first."),
    form,
  ];
}

// Fills the screen until it is sent, or somebody was rung.
export function notSent(entry, duty, { rung }) {
  return [
    h("h1", { tabindex: "-1" }, "NOT SENT"),
    h("p", { class: "big" }, "Your worry has not reached anybody: there is no signal here."),
    h("p", {}, h("a", { class: "button button--big", href: ring(duty.phone) }, `Ring ${duty.phone}`)),
    h("p", {}, [duty.name, duty.hours].filter(Boolean).join(", ")),
    h("p", {}, h("a", { class: "button button--big button--quiet", href: "tel:999" }, "In danger now: ring 999")),
    h("p", {}, h("button", { type: "button", class: "button button--quiet", onclick: rung }, "I have rung them")),
    h("p", { class: "quiet" }, "It stays on this phone and is sent as soon as there is a signal."),
  ];
}

// --- what was written ---

const OUTCOME = { waiting: "waits for a signal", taken: "saved", conflict: "somebody else was quicker", refused: "could not be saved" };

export function writtenHere(pack, entries, { again, away, anyway }) {
  const name = (said) => pack?.visits.find((visit) => visit.id === said.visit_id)?.person.name ?? "";
  const shown = entries.filter((entry) => entry.opened).reverse();
  return [
    h("h1", { tabindex: "-1" }, "Written on this phone"),
    outbox.state.notYours > 0 && h("p", { class: "problem" }, `${plural(outbox.state.notYours, "thing")} somebody else wrote on this phone waits until they sign in.`),
    shown.length ? h("ul", { class: "lines written" }, shown.map((entry) => h("li", { class: `written--${entry.status}` },
      h("strong", {}, `${entry.opened.label}`), h("span", { class: "quiet" }, [name(entry.opened), pack && clock(careTime(pack, entry.made)), OUTCOME[entry.status]].filter(Boolean).join(" · ")),
      entry.status === "conflict" || entry.status === "refused" ? both(entry, { again, away, anyway }) : null)))
      : h("p", {}, "Nothing waits here. What you write on a visit stands here until it is saved."),
  ];
}

const COULD_HAVE_COME = new Set(["arrive", "finish", "no_answer"]);

function both(entry, { again, away, anyway }) {
  const said = entry.opened;
  const words = Object.entries(said.payload).filter(([name, value]) => value && !["seen", "visit_id"].includes(name) && String(value).length < 2000).map(([, value]) => String(value)).join(" · ");
  return h("div", { class: "both" },
    h("p", {}, entry.answer?.why || "It could not be saved."),
    words && h("p", {}, h("strong", {}, "You wrote: "), words),
    entry.answer?.theirs && h("p", {}, h("strong", {}, "Now stands: "), entry.answer.theirs),
    h("p", { class: "actions" },
      entry.status === "conflict" && said.kind === "note" && h("button", { type: "button", class: "button button--quiet", onclick: () => again(entry) }, "Put mine below theirs"),
      entry.status === "conflict" && COULD_HAVE_COME.has(said.kind) && h("button", { type: "button", class: "button button--quiet", onclick: () => anyway(entry) }, "I was there all the same"),
      h("button", { type: "button", class: "button button--quiet", onclick: () => away(entry) }, entry.status === "conflict" ? "Leave theirs" : "Put it away")));
}

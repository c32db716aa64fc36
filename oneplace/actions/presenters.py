"""Turns actions into what their pages show; asks the database nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Final

from django.urls import reverse

from oneplace.access.viewer import Viewer
from oneplace.actions import rules
from oneplace.actions.cards import ActionRow, action_row
from oneplace.actions.models import Action, Away, Step
from oneplace.actions.permissions import ASK_ACTION
from oneplace.actions.queries import Choice, Counts, Listed, Tab
from oneplace.actions.quick_line import Names
from oneplace.kit.clock import local_day
from oneplace.kit.formats import day, moment, plural, weekday
from oneplace.kit.words import say
from oneplace.vocabulary.terms import ActionState

MOST_WORDS: Final = 400
_NOTHING: Mapping[Tab, tuple[str, str]] = {
    Tab.MINE: (
        "What colleagues ask of you comes here",
        "From {huddles}, visits and plans, each with who asked, for whom and by when.",
    ),
    Tab.OURS: (
        "What is asked of your team or organisation comes here",
        "Anybody of you takes it on; until then it is nobody’s promise.",
    ),
    Tab.ASKED_OF_OTHERS: (
        "What you ask of others stays here until you know what came of it",
        "Ask from a person’s page, in a {huddle}, or with the button above.",
    ),
}


@dataclass(frozen=True)
class TabLink:
    """One of the three lists, and how many are open in it."""

    label: str
    address: str
    count: int
    is_current: bool


@dataclass(frozen=True)
class Actions:
    """One of the three lists."""

    tab: Tab
    rows: Sequence[ActionRow]
    total: int
    counts: Counts
    choice: Choice
    show: str
    at: datetime
    may_ask: bool
    address: str
    print_address: str

    @classmethod
    def of(
        cls,
        tab: Tab,
        found: Listed,
        counts: Counts,
        choice: Choice,
        *,
        show: str,
        viewer: Viewer,
        at: datetime,
    ) -> "Actions":
        """The list as its page shows it."""
        given = {"show": show, "origin": choice.origin.value if choice.origin else ""}
        words = "&".join(f"{name}={value}" for name, value in given.items() if value)
        return cls(
            tab=tab,
            rows=[action_row(action, viewer=viewer, at=at) for action in found.actions],
            total=found.total,
            counts=counts,
            choice=choice,
            show=show,
            at=at,
            may_ask=viewer.may(ASK_ACTION),
            address=_address(tab),
            print_address=f"{reverse('actions:print_actions')}?list={tab.value}"
            + (f"&{words}" if words else ""),
        )

    @property
    def title(self) -> str:
        """What the page is called."""
        return f"Actions: {self.tab.label.lower()}"

    @property
    def tabs(self) -> Iterator[TabLink]:
        """The three lists."""
        counts = {
            Tab.MINE: self.counts.mine,
            Tab.OURS: self.counts.ours,
            Tab.ASKED_OF_OTHERS: self.counts.asked,
        }
        for tab, count in counts.items():
            yield TabLink(tab.label, _address(tab), count, tab is self.tab)

    @property
    def is_narrowed(self) -> bool:
        """Whether something was chosen or searched."""
        return self.choice != Choice()

    @property
    def says(self) -> str:
        """How many are listed, in words."""
        if not self.total:
            return "Nothing like this" if self.is_narrowed else "Nothing is open here"
        late = sum(bool(row.late) for row in self.rows)
        shown = "" if self.total <= len(self.rows) else f", the first {len(self.rows)} shown"
        tail = f", {late} late" if late else ""
        return f"{plural(self.total, 'action')}{tail}{shown}"

    @property
    def nothing(self) -> tuple[str, str]:
        """What will come here, and from whom."""
        title, words = _NOTHING[self.tab]
        return title, say(words)

    @property
    def by_day(self) -> list[tuple[str, list[ActionRow]]]:
        """The rows under the day they are due, for paper."""
        groups = groupby(self.rows, key=lambda row: row.action.due_on)
        return [(_heading(due, local_day(self.at)), list(rows)) for due, rows in groups]


def _address(tab: Tab) -> str:
    return reverse("actions:actions") if tab is Tab.MINE else reverse(f"actions:{tab.value}")


def _heading(due: date, today: date) -> str:
    if due < today:
        return f"Was due {weekday(due)}"
    return f"Today, {weekday(due)}" if due == today else weekday(due)


@dataclass(frozen=True)
class StepLine:
    """One step as a line of the history."""

    when: str
    says: str
    words: str


@dataclass(frozen=True)
class Deed:
    """Something the viewer may do with the action now."""

    label: str
    address: str
    is_post: bool
    is_main: bool = False


@dataclass(frozen=True)
class ActionPage:
    """One action: where it stands, what was done, what may be done now."""

    row: ActionRow
    steps: Sequence[StepLine]
    deeds: Sequence[Deed]
    undo: Deed | None
    phone: str
    asked_of: str
    """Whose number that is."""

    @classmethod
    def of(
        cls,
        action: Action,
        steps: Sequence[Step],
        *,
        phone: str,
        viewer: Viewer,
        at: datetime,
    ) -> "ActionPage":
        """The page for one who reads it."""
        is_unanswered = action.state in (ActionState.ASKED, ActionState.PASSED_ON)
        is_urgent = action.is_same_day and is_unanswered
        return cls(
            row=action_row(action, viewer=viewer, at=at),
            steps=[_line(step) for step in steps],
            deeds=list(_deeds(action, viewer)),
            undo=_undo(action, steps, viewer, at),
            phone=phone if is_urgent and not rules.is_owner(action, viewer) else "",
            asked_of=action.owner_name,
            may_tell=action.person_id is not None
            and rules.why_not_tell_person(action, "", viewer) is None,
        )

    may_tell: bool = False
    """Whether the viewer may write on the person's own page what is asked here."""

    @property
    def title(self) -> str:
        """What is asked."""
        return self.row.action.text

    @property
    def told_words(self) -> str:
        """What the person reads of it on their own page; empty while they read nothing."""
        return self.row.action.told_words

    @property
    def told_by(self) -> str:
        """Who wrote that, and when."""
        action = self.row.action
        return f"{action.told_by_name}, {day(action.told_at)}" if action.told_at else ""

    @property
    def tell_address(self) -> str:
        """Where it is written."""
        return reverse("actions:tell_person", args=[self.row.action.pk])

    @property
    def is_same_day(self) -> bool:
        """Whether it was asked for the same day and nobody has answered."""
        return self.row.action.is_same_day and self.row.is_unanswered


_DID: Mapping[str, str] = {
    ActionState.ACCEPTED.value: "accepted",
    ActionState.DECLINED.value: "declined",
    ActionState.DONE.value: "said that it is done",
    ActionState.NO_LONGER_NEEDED.value: "said that it is no longer needed",
    ActionState.COULD_NOT_REACH.value: "could not reach the person",
}


def _line(step: Step) -> StepLine:
    by = step.taken_by_name
    if step.before == "":
        says = f"{by} asked {step.owner_name}"
    elif step.after == ActionState.PASSED_ON:
        says = f"{by} passed it on to {step.owner_name}"
    elif step.after == ActionState.ASKED:
        says = f"Back with {step.owner_name}"
    elif step.after == ActionState.ACCEPTED and step.was:
        says = f"{by} took it on"
    else:
        says = f"{by} {_DID[step.after]}"
    return StepLine(moment(step.taken_at), says, step.words)


def _deeds(action: Action, viewer: Viewer) -> Iterator[Deed]:
    """What the rules let this viewer do, the most likely first."""

    def to(name: str) -> str:
        return reverse(f"actions:{name}", args=[action.pk])

    mine = rules.is_owner(action, viewer) or rules.is_colleague(action, viewer)
    is_person_asked = action.owner_account_id == viewer.account_id
    if action.is_open and mine:
        is_promise = action.state == ActionState.ACCEPTED
        if not is_promise and is_person_asked:
            yield Deed("Accept", to("accept"), True, is_main=True)
        if not is_person_asked:
            yield Deed("I take this on", to("take_on"), True, is_main=not is_promise)
        yield Deed("Done", to("finish"), False, is_main=is_promise and is_person_asked)
        yield Deed("Pass it on", to("pass_on"), False)
        if not is_promise:
            yield Deed("Decline", to("decline"), False)
        if action.person_id is not None:
            yield Deed("Could not reach them", to("could_not_reach"), False)
    if action.is_open and (mine or rules.is_asker(action, viewer)):
        yield Deed("No longer needed", to("no_longer_needed"), False)


def _undo(action: Action, steps: Sequence[Step], viewer: Viewer, at: datetime) -> Deed | None:
    """Taking back what this viewer did minutes ago."""
    last = steps[-1] if steps else None
    if last is None:
        return None
    if last.before == "":
        if rules.why_not_take_back(action, viewer, at=at) is None:
            return Deed("Take it back", reverse("actions:take_back", args=[action.pk]), True)
        return None
    if rules.why_not_undo(action, last.taken_by_id, last.taken_at, viewer, at=at) is None:
        return Deed("Undo", reverse("actions:undo_answer", args=[action.pk]), True)
    return None


def known_words(names: Names) -> list[str]:
    """What can be typed for somebody, each once, the nearest first."""
    nearest = sorted(names.candidates, key=lambda candidate: candidate.rank)
    return list(dict.fromkeys(word for each in nearest for word in each.words[:3]))[:MOST_WORDS]


@dataclass(frozen=True)
class AskPage:
    """Asking somebody something."""

    person: str
    cancel: str
    known: Sequence[str]
    """What can be typed for somebody: roles, teams, names."""
    row: ActionRow | None = None

    @property
    def title(self) -> str:
        """What the page is for."""
        return "Ask somebody"


@dataclass(frozen=True)
class PassOnPage:
    """Passing an action on."""

    row: ActionRow
    known: Sequence[str]
    cancel: str
    title: str = "Pass it on"

    @property
    def person(self) -> str:
        """Whom it is for."""
        return self.row.person


@dataclass(frozen=True)
class AwayPage:
    """One's absences, and the form for another."""

    rows: Sequence[Away]
    known: Sequence[str]
    title: str = "When I am away"

    def stands_in(self, away: Away) -> str:
        """Who stands in, in words."""
        if away.stands_in is not None:
            return str(away.stands_in.name)
        return away.team.name if away.team is not None else "your team"

    def days(self, away: Away) -> str:
        """From when until when."""
        return f"{day(away.from_on)} to {day(away.until_on)}"

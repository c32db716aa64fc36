"""The coordinators' caseload and one person's work as they read. Asks the database nothing."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings

from oneplace.actions import running
from oneplace.kit.clock import local_day
from oneplace.kit.formats import day
from oneplace.people.models import Person
from oneplace.plans import counting
from oneplace.plans.answers import ScaleShown, latest
from oneplace.plans.models import PicStep, PicWork, WorkHappened
from oneplace.plans.presenters import name_of
from oneplace.plans.queries import PLACES, Coordinator, WholePlan
from oneplace.plans.rules import last_day
from oneplace.referrals.models import Referral
from oneplace.science import clocks
from oneplace.vocabulary.terms import PIC_WORK, PicState, PicWeight

FIRST_CONTACT: Final = "coordinator_first_contact"
QUIET_AFTER: Final = 14
"""Days without a line after which an active person is shown as quiet."""

NEXT: Final[Mapping[PicState, tuple[str, str]]] = {
    PicState.REFERRED: ("try_contact", "Ring them"),
    PicState.WAITING: ("allocate_work", "Give them to a coordinator"),
    PicState.CONTACT_ATTEMPTED: ("book_first_visit", "The visit is booked"),
    PicState.VISIT_BOOKED: ("agree_work_plan", "The plan is agreed"),
    PicState.PLAN_AGREED: ("start_support", "Support has begun"),
    PicState.ACTIVE: ("hold_exit_review", "Hold the last review"),
    PicState.PAUSED: ("resume_work", "It goes on"),
    PicState.EXIT_REVIEW: ("close_work", "Close and send the summary"),
}
"""What comes next in each state, and what the button says."""

_FROM: Final[Mapping[str, PicState]] = {
    "let_wait": PicState.WAITING,
    "try_contact": PicState.CONTACT_ATTEMPTED,
    "give_up_reaching": PicState.COULD_NOT_REACH,
    "book_first_visit": PicState.VISIT_BOOKED,
    "agree_work_plan": PicState.PLAN_AGREED,
    "start_support": PicState.ACTIVE,
    "pause_work": PicState.PAUSED,
    "hold_exit_review": PicState.EXIT_REVIEW,
    "close_work": PicState.CLOSED,
    "decline_work": PicState.DECLINED,
    "end_as_unsuitable": PicState.UNSUITABLE,
}
"""Where each act leads."""

ALSO: Final = {
    "allocate_work": "Give them to somebody else",
    "try_contact": "Try to reach them again",
    "note_work": "Write a note",
    "weigh_work": "Change how much they take",
    "let_wait": "Put them on the waiting list",
    "give_up_reaching": "They cannot be reached",
    "pause_work": "Let it rest",
    "decline_work": "They do not want it",
    "end_as_unsuitable": "Not what they need",
    "close_work": "Close it",
}


def may_follow(work: PicWork) -> list[str]:
    """The acts this work's state allows, besides the next step, in the order they are offered."""
    state = PicState(work.state)
    if not work.is_open:
        return []
    found = [
        act
        for act in ALSO
        if act not in _FROM or PIC_WORK.may(state, _FROM[act]) or act in ("note_work", "weigh_work")
    ]
    if state is PicState.PAUSED:
        found = [act for act in found if act not in ("try_contact",)]
    return [act for act in found if act != _next_of(work)[0]]


def _next_of(work: PicWork) -> tuple[str, str]:
    state = PicState(work.state)
    if state is PicState.REFERRED and work.hat_id is None:
        return "allocate_work", "Give them to a coordinator"
    return NEXT.get(state, ("", ""))


@dataclass(frozen=True)
class Waiting:
    """A referral nobody has taken up."""

    referral: Referral
    name: str
    since: str
    due: str
    is_late: bool


@dataclass(frozen=True)
class CaseRow:
    """One person on the caseload."""

    work: PicWork
    name: str
    state: str
    since: str
    coordinator: str
    clock: str
    is_late: bool
    weight: str
    last: str
    next_act: str
    next_words: str


@dataclass(frozen=True)
class CaseloadPage:
    """The board of the coordinators."""

    waiting: tuple[Waiting, ...]
    rows: tuple[CaseRow, ...]
    coordinators: tuple[Coordinator, ...]
    mine: bool
    late: int
    room: float
    most: int

    @classmethod
    def of(
        cls,
        *,
        waiting: Sequence[Referral],
        works: Sequence[PicWork],
        coordinators: Sequence[Coordinator],
        mine: bool,
        at: datetime,
    ) -> "CaseloadPage":
        """The board at a moment: who is late first, then by how long they wait."""
        here = {one.hat.pk for one in coordinators}
        rows = sorted(
            (case_row(work, at=at, here=here) for work in works),
            key=lambda row: (not row.is_late, row.work.referred_at),
        )
        not_taken = tuple(_waiting(referral, at=at) for referral in waiting)
        return cls(
            waiting=not_taken,
            rows=tuple(rows),
            coordinators=tuple(coordinators),
            mine=mine,
            late=sum(row.is_late for row in rows) + sum(one.is_late for one in not_taken),
            room=sum(max(0.0, one.room) for one in coordinators),
            most=settings.PLACE.thresholds.pic_caseload,
        )


def first_contact_due(received_at: datetime, *, at: datetime) -> datetime | None:
    """By when somebody must have been tried, by the place's clock; None where it has none."""
    rule = running.rule_of(FIRST_CONTACT)
    if rule is None:
        return None
    terms = clocks.Terms(rule.kind, rule.target, rule.least, rule.days)
    run = clocks.Run(received_at)
    return clocks.read(run, terms, running.service_of(FIRST_CONTACT), at=at).due_at


def _waiting(referral: Referral, *, at: datetime) -> Waiting:
    due_at = first_contact_due(referral.asked_at, at=at)
    return Waiting(
        referral=referral,
        name=name_of(referral.person.current),
        since=day(referral.asked_at),
        due=f"first contact by {day(last_day(due_at))}" if due_at else "",
        is_late=due_at is not None and due_at < at,
    )


def case_row(work: PicWork, *, at: datetime, here: Collection[uuid.UUID] | None = None) -> CaseRow:
    """One person's row; `here` are the hats of who coordinates today, to tell who has left."""
    state = PicState(work.state)
    steps: list[PicStep] = work.in_order  # type: ignore[attr-defined]
    last = steps[-1] if steps else None
    is_late, clock = _clock(work, at=at)
    quiet = last is not None and (at - last.happened_at).days > QUIET_AFTER
    if not clock and state is PicState.ACTIVE and quiet:
        clock = f"Quiet since {day(last.happened_at)}" if last else ""
    act, words = _next_of(work)
    coordinator = work.coordinator_name
    if here is not None and work.hat_id is not None and work.hat_id not in here:
        coordinator = f"{coordinator} is no longer here"
        act, words = "allocate_work", "Give them to somebody else"
    return CaseRow(
        work=work,
        name=name_of(work.person.current),
        state=state.label,
        since=day(work.state_at),
        coordinator=coordinator,
        clock=clock,
        is_late=is_late,
        weight=f"{PLACES[PicWeight(work.weight)]:g}",
        last=f"{WorkHappened(last.happened).label}, {day(last.happened_at)}" if last else "",
        next_act=act,
        next_words=words,
    )


def _clock(work: PicWork, *, at: datetime) -> tuple[bool, str]:
    if work.first_contact_at is None and work.first_contact_by is not None:
        is_late = work.first_contact_by < at
        said = f"First contact by {day(last_day(work.first_contact_by))}"
        return is_late, f"{said}, late" if is_late else said
    if work.paused_until is not None:
        is_late = work.paused_until < local_day(at)
        return is_late, f"Rests until {day(work.paused_until)}"
    return False, ""


@dataclass(frozen=True)
class StepLine:
    """One line of what happened."""

    what: str
    words: str
    facts: str


@dataclass(frozen=True)
class WorkPage:
    """One person's work with a coordinator."""

    work: PicWork
    person: Person
    row: CaseRow
    lines: tuple[StepLine, ...]
    acts: tuple[tuple[str, str], ...]
    goals: str
    measures: tuple[str, ...]
    need: str
    may_keep: bool

    @classmethod
    def of(cls, work: PicWork, whole: WholePlan, *, may_keep: bool, at: datetime) -> "WorkPage":
        """The page at a moment."""
        steps: list[PicStep] = work.in_order  # type: ignore[attr-defined]
        return cls(
            work=work,
            person=work.person.current,
            row=case_row(work, at=at),
            lines=tuple(_line(one) for one in reversed(steps)),
            acts=tuple((act, ALSO[act]) for act in may_follow(work)),
            goals=counting.count(goal.state for goal in whole.goals).in_words,
            measures=tuple(_measure_line(scale) for scale in latest(whole.measures)),
            need=work.referral.need if work.referral else "",
            may_keep=may_keep,
        )


def _measure_line(scale: ScaleShown) -> str:
    changed = f". {scale.changed}" if scale.changed else ""
    return f"{scale.title} {scale.shown}, {scale.facts}{changed}"


def _line(step: PicStep) -> StepLine:
    tried = f" {step.tried.label.lower()}" if step.tried else ""
    return StepLine(
        what=f"{WorkHappened(step.happened).label}{tried}",
        words=step.words,
        facts=f"{step.by_name}, {day(step.happened_at)}",
    )


def summary(work: PicWork, whole: WholePlan) -> str:
    """A draft of what the practice and whoever referred are told; whoever closes it mends it."""
    name = name_of(work.person.current)
    lines = [
        f"{name} worked with {work.coordinator_name or 'a coordinator'} from "
        f"{day(work.referred_at)}."
    ]
    if whole.words:
        lines.append(f"What matters to them: “{whole.words.text}”")
    if whole.goals:
        lines.append(f"Goals: {counting.count(goal.state for goal in whole.goals).in_words}.")
        lines += [f"- {goal.in_their_words}: {goal.state.label.lower()}" for goal in whole.goals]
    if whole.income:
        total = sum(row.pounds_a_year for row in whole.income)
        lines.append(f"Money gained: £{total:,.0f} a year.")
    lines += [_measure_line(scale) for scale in latest(whole.measures)]
    if whole.support:
        helpers = "; ".join(f"{one.who}: {one.what}" for one in whole.support)
        lines.append(f"In place now: {helpers}.")
    return "\n".join(lines)

"""Turns meetings, agendas and people into what the screens show; asks the database nothing."""

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from oneplace.access.viewer import Viewer
from oneplace.actions.models import Action
from oneplace.actions.sentences import late_words
from oneplace.huddles import rules
from oneplace.huddles.manual import Chapter, manual
from oneplace.huddles.models import (
    CLOSING_MINUTES,
    MINUTES,
    OPENING_MINUTES,
    PARTS,
    Attendee,
    CarerAsked,
    Case,
    Decided,
    Depth,
    Engagement,
    Item,
    ItemState,
    Line,
    LineKind,
    Meeting,
    Member,
    WishesKept,
)
from oneplace.huddles.permissions import WRITE_IN_HUDDLE
from oneplace.huddles.queries import Around, Board, Event, ToPrepare
from oneplace.kit.clock import local_day
from oneplace.kit.formats import age, clock_time, day, plural
from oneplace.kit.words import label_of, say
from oneplace.referrals.cards import stands
from oneplace.referrals.models import Referral, WaitsFor
from oneplace.vocabulary.terms import (
    ActionState,
    AgendaSection,
    Attendance,
    ConnectionState,
    EntryKind,
    MeetingState,
    Role,
)

SHORT: Final = {
    Role.GP: "GP",
    Role.COMMUNITY_NURSE: "nurse",
    Role.SOCIAL_WORKER: "social worker",
    Role.PHARMACIST: "pharmacist",
    Role.PIC: "{coordinator}",
    Role.MENTAL_HEALTH_WORKER: "mental health",
    Role.NETWORK_FACILITATOR: "facilitator",
    Role.THERAPIST: "therapist",
    Role.LIFE_COORDINATOR: "{home_first}",
    Role.PRACTICE_MANAGER: "practice manager",
}
"""A profession as it is called across the table, where the place has no short word for it."""

MOST_EVENTS: Final = 8
MOST_OWED: Final = 6
MOST_ASKED: Final = 2
"""Lines of what is owed on one screen without scrolling; of them what services were asked for."""
"""Lines of the last four weeks that a screen has room for."""
KEYS: Final = (
    ("0", LineKind.NO_CHANGE, "no change"),
    ("a", LineKind.ACTION, "action"),
    ("d", LineKind.DECISION, "decision"),
    ("s", LineKind.STEP_DOWN, "step down"),
    ("g", LineKind.GOAL, "goal"),
    ("r", LineKind.REFERRAL, "refer"),
    ("l", LineKind.LEAD, "lead"),
    ("w", LineKind.NOTE, "words"),
)
"""The scribe's keys, besides N for the next person and U to take back."""


def short_day(on: date | datetime | None) -> str:
    """`9 Mar`: a day near enough to need no year."""
    if on is None:
        return ""
    value = local_day(on) if isinstance(on, datetime) else on
    return f"{value.day} {value:%b}"


def profession(role: str) -> str:
    """A role as it is called across the table."""
    if not role:
        return ""
    here = settings.PLACE.roles.get(Role(role))
    if here and here.short:
        return str(here.short)
    return say(SHORT[Role(role)]) if Role(role) in SHORT else label_of(Role(role))


@dataclass(frozen=True)
class Row:
    """One person in the running order."""

    item: Item
    number: int
    name: str
    state: str
    is_now: bool
    section: str
    minutes: int
    starts_after: int
    """Minutes after the beginning at which they are due."""

    @property
    def is_open(self) -> bool:
        """Whether they are still to be spoken of."""
        return self.item.state in (ItemState.WAITING, ItemState.PARKED)


def running_order(meeting: Meeting, items: Sequence[Item]) -> list[Row]:
    """Everybody in order, each with the minute at which they are due."""
    rows = []
    minute = OPENING_MINUTES
    for number, item in enumerate(items, start=1):
        rows.append(
            Row(
                item=item,
                number=number,
                name=rules.short_name(item.person),
                state=label_of(ItemState(item.state)),
                is_now=item.pk == meeting.now_item_id,
                section=AgendaSection(item.section).label,
                minutes=item.minutes,
                starts_after=minute,
            )
        )
        if item.state not in (ItemState.TAKEN_OFF, ItemState.PARKED):
            minute += item.minutes
    return rows


def minutes_needed(items: Sequence[Item]) -> int:
    """What the whole meeting takes: opening, everybody, close."""
    spoken = sum(
        item.minutes
        for item in items
        if item.state not in (ItemState.TAKEN_OFF, ItemState.PARKED, ItemState.ROLLED_OVER)
    )
    return OPENING_MINUTES + spoken + CLOSING_MINUTES


@dataclass(frozen=True)
class Shown:
    """One event of the last four weeks, as one short line."""

    on: str
    words: str
    by: str
    is_sensitive: bool


_SAID: Final = {
    EntryKind.ATTENDANCE: "A&E",
    EntryKind.FALL: "Fall",
    EntryKind.CONCERN: "Safeguarding concern",
}


def event_shown(event: Event, *, at: datetime) -> Shown:
    """An event as a line: `9 Mar  Fall, ambulance, stayed home  Hospital`.

    What lasted and is over stands by the day it ended, for by that the lines are sorted.
    """
    title = event.title.strip()
    word = _SAID.get(event.kind, "")
    if event.kind is EntryKind.STAY:
        on = _told_on(event, at=at)
        words = (
            f"Home from hospital{f': {title}' if title else ''}"
            if event.ends_at and event.ends_at <= at
            else (f"In hospital{f': {title}' if title else ''}")
        )
        return Shown(short_day(on), words, agency(event.source), event.is_sensitive)
    on, is_over = _told_on(event, at=at), event.ends_at is not None and event.ends_at <= at
    if word and title and not title.lower().startswith(word.lower()[:4]):
        words = f"{word}: {title}"
    else:
        words = title or word or event.kind.label
    if is_over and on and event.starts_at and local_day(on) != local_day(event.starts_at):
        words = f"{words}, since {short_day(event.starts_at)}"
    return Shown(short_day(on), words, agency(event.source), event.is_sensitive)


def _told_on(event: Event, *, at: datetime) -> datetime | None:
    """The moment by which an event stands: its end once it is over, else its beginning."""
    return event.ends_at if event.ends_at and event.ends_at <= at else event.starts_at


def events_shown(events: Sequence[Event], *, at: datetime) -> tuple[Shown, ...]:
    """The events of four weeks, the newest first; what came again and again is one line."""
    found: dict[tuple[str, str], list[Shown]] = {}
    dated = sorted(events, key=lambda event: _told_on(event, at=at) or at, reverse=True)
    for event in dated:
        shown = event_shown(event, at=at)
        found.setdefault((shown.words, shown.by), []).append(shown)
    lines = [
        replace(rows[0], words=f"{rows[0].words}, {len(rows)} times since {rows[-1].on}")
        if len(rows) > 1
        else rows[0]
        for rows in found.values()
    ]
    return tuple(lines[:MOST_EVENTS])


def agency(source: str) -> str:
    """The short word of the partner whose feed a source is, as every screen shows it."""
    root = source.partition("/")[0]
    place = settings.PLACE
    for feed in place.feeds:
        if feed.code == root:
            try:
                return str(place.short_word(feed.partner))
            except (KeyError, ValueError):
                return str(feed.name)
    return "" if root == "oneplace" else root


@dataclass(frozen=True)
class ActionShown:
    """An action as one line, with whether it is late and whether the viewer may say yes to it."""

    action: Action
    words: str
    by: str
    is_late: bool
    is_promised: bool
    may_accept: bool


def action_shown(action: Action, *, viewer: Viewer, at: datetime) -> ActionShown:
    """An action as the screen says it: late to others 48 hours after its owner sees it."""
    late = late_words(action, viewer=viewer, at=at)
    due = f"due {short_day(action.due_on)}" + (f", {late}" if late else "")
    promised = action.state == ActionState.ACCEPTED
    said = "promised" if promised else ActionState(action.state).label.lower()
    return ActionShown(
        action=action,
        words=action.text,
        by=f"{action.owner_name}, {said}, {due}",
        is_late=bool(late),
        is_promised=promised,
        may_accept=action.state in (ActionState.ASKED, ActionState.PASSED_ON)
        and action.asked_id in viewer.parties,
    )


@dataclass(frozen=True)
class ReadBack:
    """What one owner is read at the end: each of their actions, and how many wait for a yes."""

    name: str
    party: uuid.UUID
    rows: tuple[tuple[str, ActionShown], ...]
    waiting: int

    @classmethod
    def of(cls, name: str, party: uuid.UUID, rows: Sequence[tuple[str, ActionShown]]) -> "ReadBack":
        """From an owner's actions, each with whom it is for."""
        waits = (ActionState.ASKED, ActionState.PASSED_ON)
        waiting = sum(shown.action.state in waits for _, shown in rows)
        return cls(name, party, tuple(rows), waiting)


@dataclass(frozen=True)
class AskedShown:
    """A service asked for somebody, as one line: what it said, and since when."""

    words: str
    by: str
    is_late: bool
    is_yes: bool


def asked_shown(referral: Referral, *, at: datetime) -> AskedShown:
    """A referral as the screen says it."""
    is_late = referral.waits_for is not WaitsFor.NOBODY and referral.answer_by < at
    return AskedShown(
        words=f"{referral.service_name}: {stands(referral).lower()}",
        by=f"{referral.answering_name}, {short_day(referral.moved_at)}",
        is_late=referral.is_open and is_late,
        is_yes=referral.state
        not in (ConnectionState.OFFERED, ConnectionState.DECLINED, ConnectionState.SENT_BACK),
    )


@dataclass(frozen=True)
class LineShown:
    """A line as everybody sees it appear, with its author."""

    line: Line
    kind: str
    words: str
    author: str
    at: str
    is_gone: bool
    may_take_back: bool
    is_own: bool
    """Whether the viewer wrote it: undo by a key is of one's own lines only."""


def line_shown(line: Line, *, viewer: Viewer) -> LineShown:
    """A line for a viewer."""
    role = f", {profession(line.author_role)}" if line.author_role else ""
    return LineShown(
        line=line,
        kind=LineKind(line.kind).label,
        words=line.made_words or line.words,
        author=f"{line.author_name}{role}",
        at=clock_time(line.written_at),
        is_gone=line.taken_back_at is not None,
        may_take_back=line.taken_back_at is None
        and (line.author_id == viewer.account_id or viewer.may("run_huddle")),
        is_own=line.author_id == viewer.account_id,
    )


@dataclass(frozen=True)
class PartShown:
    """One part of the outcome: what stands, by whom, its number, and what stands beside it."""

    part: LineKind
    words: str
    number: int
    author: str
    beside: tuple[Line, ...]


@dataclass(frozen=True)
class Person:
    """Everything on one person's screen."""

    item: Item
    name: str
    age: str
    address: str
    words: str
    words_said: str
    reasons: tuple[str, ...]
    in_place: tuple[str, ...]
    events: tuple[Shown, ...]
    question: str
    actions: tuple[ActionShown, ...]
    asked: tuple["AskedShown", ...]
    told: str
    is_told: bool
    carer: str
    is_carer_known: bool
    wishes: str
    is_wishes_known: bool
    wishes_in_plan: str
    """Since when the plan says where they are written down; empty where it does not."""
    lead: str
    lines: tuple[LineShown, ...]
    questions: tuple[tuple[Line, Line | None], ...]
    parts: tuple[PartShown, ...]
    decided: str
    is_settled: bool
    """Whether the decision is the one kept on the outcome page."""
    asks_again: str
    taken_off: str
    may_write: bool


def person_shown(
    around: Around, *, viewer: Viewer, at: datetime, is_hiding: bool = False
) -> Person:
    """One person's screen: first name and an initial, no street."""
    item, case, person = around.item, around.item.case, around.item.person
    words = around.words
    written = [
        line_shown(line, viewer=viewer)
        for line in around.lines
        if line.kind not in PARTS and line.kind not in (LineKind.QUESTION, LineKind.ANSWER)
    ]
    return Person(
        item=item,
        name=rules.short_name(person),
        age=age(person.born_on, at) if person.born_on and not person.is_dead else "",
        address=_page_of(person.pk),
        words=words.text if words else "",
        words_said=short_day(words.said_on) if words else "",
        reasons=tuple(reason.text for reason in around.reasons[:4]) or (item.why,),
        in_place=tuple(_standing(event) for event in around.in_place),
        events=events_shown(around.events, at=at),
        question=item.question or case.question,
        actions=tuple(
            action_shown(action, viewer=viewer, at=at)
            for action in around.actions[: MOST_OWED - min(len(around.asked), MOST_ASKED)]
        ),
        asked=tuple(asked_shown(each, at=at) for each in around.asked[:MOST_ASKED]),
        told=f"told {short_day(case.told_on)}" if case.told_on else "not told yet",
        is_told=case.told_on is not None,
        carer=carer_words(case, is_hiding=is_hiding),
        is_carer_known=bool(case.carer),
        wishes=wishes_words(case, is_hiding=is_hiding),
        is_wishes_known=bool(case.wishes),
        wishes_in_plan=short_day(around.wishes.said_on) if around.wishes else "",
        lead=case.lead_name,
        lines=tuple(written),
        questions=_questions(around.lines),
        parts=tuple(_part(around, part) for part in PARTS),
        decided=Decided(item.decided).label if item.decided else "",
        is_settled=bool(item.settled) and item.settled == item.decided,
        asks_again=_asks_again(item),
        taken_off=item.state_why
        if item.state == ItemState.TAKEN_OFF or (case.ended_at is not None and item.state_why)
        else "",
        may_write=viewer.may(WRITE_IN_HUDDLE) and item.state != ItemState.TAKEN_OFF,
    )


def carer_words(case: Case, *, is_hiding: bool = False) -> str:
    """Whether the carer was asked: `asked 3 Feb: “one night’s sleep”`."""
    on = short_day(case.carer_asked_on)
    words = "" if is_hiding else case.carer_said
    if case.carer == CarerAsked.NO_CARER:
        return f"nobody cares for them ({on})"
    if case.carer == CarerAsked.NOT_WANTED:
        return f"not to be asked, as the person wishes ({on})" + (f": {words}" if words else "")
    if case.carer == CarerAsked.ASKED:
        return f"asked {on}" + (f": “{words}”" if words else "")
    return "not asked yet"


def wishes_words(case: Case, *, is_hiding: bool = False) -> str:
    """Whether wishes in an emergency are written down: `written down, seen 3 Feb: red folder`."""
    on = short_day(case.wishes_seen_on)
    where = "" if is_hiding else case.wishes_where
    if case.wishes == WishesKept.WRITTEN:
        return f"written down, seen {on}" + (f": {where}" if where else "")
    if case.wishes == WishesKept.NOT_WRITTEN:
        return f"nothing is written down ({on})"
    if case.wishes == WishesKept.NOT_WANTED:
        return f"not to be spoken of, as the person says ({on})"
    return "nobody has looked yet"


def _asks_again(item: Item) -> str:
    if item.case.unchanged < rules.ASKS_AT_UNCHANGED:
        return ""
    return (
        f"Nothing had changed the last {plural(item.case.unchanged, 'time')}: step down, or ask a "
        "new question?"
    )


def _standing(event: Event) -> str:
    since = f" since {short_day(event.starts_at)}" if event.starts_at else ""
    return f"{event.title or event.kind.label}{since}"


def _questions(lines: Sequence[Line]) -> tuple[tuple[Line, Line | None], ...]:
    answers = {line.answers_id: line for line in lines if line.kind == LineKind.ANSWER}
    return tuple(
        (line, answers.get(line.pk))
        for line in lines
        if line.kind == LineKind.QUESTION and line.taken_back_at is None
    )


def _part(around: Around, part: LineKind) -> PartShown:
    standing = around.standing(part)
    return PartShown(
        part=part,
        words=standing.words if standing else "",
        number=standing.number or 0 if standing else 0,
        author=standing.author_name if standing else "",
        beside=tuple(line for line in around.beside() if line.kind == part),
    )


def parts_of(lines: Mapping[uuid.UUID, Sequence[Line]], item: Item) -> list[PartShown]:
    """The parts of an outcome of one item, for the form that betters them."""
    around = Around(item, tuple(lines.get(item.pk, ())), (), (), None, (), ())
    return [_part(around, part) for part in PARTS]


def _page_of(person_id: uuid.UUID) -> str:
    try:
        return reverse("desk:person", args=[person_id])
    except NoReverseMatch:
        return ""


@dataclass(frozen=True)
class Screen:
    """One screen of a meeting under way, as projected or on a device of one's own."""

    meeting: Meeting
    rows: tuple[Row, ...]
    now: Row | None
    following: Row | None
    person: Person | None
    present: str
    attendees: tuple[Attendee, ...]
    is_closed_to_viewer: bool
    budget: int
    number: int
    of: int
    needed: int
    chair: str
    mine: Attendee | None
    """The viewer's own row of those asked, while nobody has noted them as here."""

    @property
    def is_opening(self) -> bool:
        """Whether nobody has been spoken of yet."""
        return self.now is None and not any(
            row.item.state in (ItemState.DONE, ItemState.PARKED) for row in self.rows
        )

    @property
    def how(self) -> Chapter | None:
        """The piece of the manual for this moment."""
        key = "opening" if self.is_opening else "discussion" if self.now else "closing"
        return manual().of(key)

    @property
    def is_live(self) -> bool:
        """Whether they meet now."""
        return bool(self.meeting.state == MeetingState.LIVE)


def screen(board: Board, *, viewer: Viewer, at: datetime) -> Screen:
    """A board as a screen."""
    rows = running_order(board.meeting, board.items)
    shown = board.around.item.pk if board.around else None
    now = next((row for row in rows if row.item.pk == shown), None)
    waiting = [row for row in rows if row.item.state == ItemState.WAITING and row is not now]
    below = [row for row in waiting if now is None or row.number > now.number]
    return Screen(
        meeting=board.meeting,
        rows=tuple(rows),
        now=now,
        following=next(iter(below or waiting), None),
        person=person_shown(board.around, viewer=viewer, at=at, is_hiding=board.meeting.is_hiding)
        if board.around
        else None,
        present=present(board.attendees),
        attendees=board.attendees,
        is_closed_to_viewer=board.closed_to_viewer,
        budget=(now.minutes if now else OPENING_MINUTES) * 60,
        number=now.number if now else 0,
        of=len([row for row in rows if row.item.state != ItemState.TAKEN_OFF]),
        needed=minutes_needed([row.item for row in rows]),
        chair=board.meeting.chair_name,
        mine=next(
            (
                one
                for one in board.attendees
                if one.account_id == viewer.account_id
                and one.account_id is not None
                and one.attendance not in (Attendance.PRESENT, Attendance.BY_VIDEO)
            ),
            None,
        ),
    )


def present(attendees: Sequence[Attendee]) -> str:
    """Who is in the room by profession: `GP, nurse, pharmacist (video)`."""
    found: dict[str, bool] = {}
    for one in attendees:
        if one.attendance in (Attendance.PRESENT, Attendance.BY_VIDEO):
            by_video = one.attendance == Attendance.BY_VIDEO
            word = profession(one.role)
            found[word] = found.get(word, True) and by_video
    return ", ".join(f"{word} (video)" if video else word for word, video in found.items())


@dataclass(frozen=True)
class AgendaPart:
    """One part of an agenda with its people."""

    title: str
    rows: tuple[Row, ...]


def agenda_parts(meeting: Meeting, items: Sequence[Item]) -> list[AgendaPart]:
    """An agenda by its parts, in the order somebody gave it."""
    rows = running_order(meeting, items)
    parts: list[AgendaPart] = []
    for row in rows:
        if parts and parts[-1].title == row.section:
            parts[-1] = AgendaPart(row.section, (*parts[-1].rows, row))
        else:
            parts.append(AgendaPart(row.section, (row,)))
    return parts


@dataclass(frozen=True)
class Minute:
    """One person in the minutes: the outcome in its parts, and what was asked."""

    item: Item
    name: str
    decided: str
    parts: tuple[PartShown, ...]
    lines: tuple[LineShown, ...]


def minutes_of(
    items: Sequence[Item], lines: Mapping[uuid.UUID, Sequence[Line]], *, viewer: Viewer
) -> list[Minute]:
    """The minutes of everybody spoken of, in the order of the agenda."""
    return [
        Minute(
            item=item,
            name=rules.short_name(item.person) if hasattr(item, "person") else "",
            decided=Decided(item.decided).label
            if item.decided
            else label_of(ItemState(item.state)),
            parts=tuple(part for part in parts_of(lines, item) if part.words),
            lines=tuple(
                line_shown(line, viewer=viewer)
                for line in lines.get(item.pk, ())
                if line.kind not in PARTS and line.taken_back_at is None
            ),
        )
        for item in items
    ]


@dataclass(frozen=True)
class Closing:
    """One person on the closing page: what was decided, and what is missing."""

    item: Item
    name: str
    decided: str
    lead: str
    is_left: bool
    """Nothing is to be decided of them here: not reached, or their case was closed meanwhile."""


def closing_rows(items: Sequence[Item]) -> list[Closing]:
    """Everybody on the agenda, as they are read back."""
    return [
        Closing(
            item=item,
            name=rules.short_name(item.person),
            decided=Decided(item.decided).label if item.decided else "",
            lead=item.lead_name or item.case.lead_name,
            is_left=item.state not in (ItemState.DONE, ItemState.NOW)
            or rules.why_not_settle(item) is not None,
        )
        for item in items
        if item.state != ItemState.TAKEN_OFF
    ]


def questions_by_item(
    lines: Mapping[uuid.UUID, Sequence[Line]],
) -> dict[uuid.UUID, tuple[tuple[Line, Line | None], ...]]:
    """Each item's questions with their answers."""
    return {item_id: _questions(rows) for item_id, rows in lines.items()}


def noted_by_question(noted: Sequence[Engagement]) -> list[tuple[Engagement, list[Engagement]]]:
    """What was noted of a practice, each question with its answers under it, the newest first."""
    answers: dict[uuid.UUID, list[Engagement]] = {}
    for one in noted:
        if one.answers_id:
            answers.setdefault(one.answers_id, []).append(one)
    return [(one, answers.get(one.pk, [])) for one in noted if not one.answers_id]


def several_core(members: Sequence[Member]) -> dict[Role, int]:
    """Of which professions several belong to a core team, which needs one of them; GPs aside."""
    core = Counter(Role(one.role) for one in members if one.is_core and one.covers_id is None)
    return {role: count for role, count in core.items() if count > 1 and role != Role.GP}


@dataclass(frozen=True)
class Prepared:
    """One person to prepare: questions with answers, and one's own actions."""

    name: str
    item: Item
    questions: tuple[tuple[Line, Line | None], ...]
    actions: tuple[ActionShown, ...]
    is_lead: bool


def prepared(rows: Sequence[ToPrepare], *, viewer: Viewer, at: datetime) -> list[Prepared]:
    """The page to prepare, whom the viewer has something to say of first."""
    return [
        Prepared(
            name=rules.short_name(row.item.person),
            item=row.item,
            questions=row.questions,
            actions=tuple(action_shown(action, viewer=viewer, at=at) for action in row.actions),
            is_lead=row.is_lead,
        )
        for row in rows
    ]


def lateness(needed: int, minutes: int) -> str:
    """What the agenda takes against what there is: a sentence."""
    if needed <= minutes:
        return f"{needed} of {minutes} minutes."
    over = plural(needed - minutes, "minute")
    return f"{needed} minutes for {minutes}: {over} too many. Park somebody, or make one quick."


def not_open_words(count: int) -> str:
    """That people stand on an agenda whom this viewer may not open, and why; empty for none."""
    if count == 0:
        return ""
    people = "1 more person is" if count == 1 else f"{count} more people are"
    return (
        f"{people} not open to you: their case has ended, they limit what is shared, or no "
        "agreement shares it with your organisation. Whoever leads the meeting can say which."
    )


def what_waits(people: int, questions: int) -> str:
    """`3 people, 2 questions for you`."""
    told = plural(people, "person", "people")
    return f"{told}, {plural(questions, 'question')} for you" if questions else told


__all__ = [
    "KEYS",
    "MINUTES",
    "ActionShown",
    "AgendaPart",
    "Depth",
    "Person",
    "Row",
    "Screen",
    "action_shown",
    "agenda_parts",
    "day",
    "lateness",
    "line_shown",
    "minutes_needed",
    "not_open_words",
    "parts_of",
    "person_shown",
    "present",
    "profession",
    "running_order",
    "screen",
    "short_day",
    "what_waits",
]

"""A way through hospital on pages: stays as bars, what held somebody up, whose days they were.

Asks the database nothing.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from oneplace.access.viewer import Viewer
from oneplace.homefirst.models import (
    Arranged,
    DeskCase,
    DeskState,
    Discharge,
    FamilyView,
    Task,
    Transfer,
)
from oneplace.homefirst.naming import name_of, person_address
from oneplace.homefirst.permissions import PLAN_DISCHARGE
from oneplace.homefirst.queries import Journey, StayFound, WaitFound
from oneplace.kit.clock import local_day
from oneplace.kit.formats import age, clock_time, day, moment, plural, starting_capital
from oneplace.kit.words import say
from oneplace.people.models import Person
from oneplace.science.bed_days import Shared, Waited, bed_days, share
from oneplace.vocabulary.place import Place
from oneplace.vocabulary.terms import BlockerType, Exactness, Gender, Pathway

WIDTH: Final = 960
BACK: Final = timedelta(days=365)
"""How far back the line of stays goes."""
_HIM: Final = {Gender.MALE: "Him", Gender.FEMALE: "Her"}


@dataclass(frozen=True)
class Bar:
    """A stretch of a line, in the picture's measures, with its words."""

    x: float
    width: float
    words: str

    @property
    def middle(self) -> float:
        """Where its label stands."""
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True)
class Mark:
    """A moment on a line."""

    x: float
    words: str


@dataclass(frozen=True)
class Line:
    """The line of a year: stays as bars, losses as marks, the months below."""

    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]
    months: tuple[Mark, ...]
    said: tuple[str, ...]
    """The same in sentences, in order."""


@dataclass(frozen=True)
class Blocked:
    """One thing waited for, as a bar of its own with whoever holds it."""

    id: str
    what: str
    words: str
    holder: str
    seen_to_by: str
    since: str
    until: str
    bar: Bar
    days: str
    is_open: bool
    is_ours: bool


@dataclass(frozen=True)
class StayShown:
    """The stay somebody goes home from."""

    spell: str
    title: str
    hospital: str
    admitted: str
    where: str
    ready: str
    ready_days: int
    is_now: bool
    expected: str
    pathway: str
    line: Bar | None
    ready_bar: Bar | None
    blocked: tuple[Blocked, ...]
    totals: tuple[tuple[str, str], ...]
    sum_words: str
    reviews: tuple[str, ...]


@dataclass(frozen=True)
class TaskLine:
    """One thing to arrange."""

    id: str
    what: str
    words: str
    whose: str
    done: str
    is_done: bool
    parts: tuple["TaskLine", ...] = ()


@dataclass(frozen=True)
class JourneyPage:
    """A person's way through hospital and home."""

    person: Person
    name: str
    called: str
    facts: str
    person_address: str
    headline: str
    year: Line
    stay: StayShown | None
    tasks: tuple[TaskLine, ...]
    family: str
    transfers: tuple[tuple[str, str], ...]
    asked: str
    asked_address: str
    may_plan: bool
    may_ask: bool

    @classmethod
    def of(
        cls,
        person: Person,
        found: Journey,
        *,
        cases: Sequence[DeskCase],
        discharge: Discharge | None,
        tasks: Sequence[Task],
        transfers: Sequence[Transfer],
        viewer: Viewer,
        at: datetime,
    ) -> "JourneyPage":
        """The way of one person as the viewer may read it."""
        stay = next(iter(found.stays), None)
        shown = stay_shown(person, stay, settings.PLACE, at=at) if stay else None
        case = next(
            (each for each in cases if stay is not None and each.spell == stay.spell), None
        ) or next((each for each in cases if each.is_open), None)
        may_plan = viewer.may(PLAN_DISCHARGE)
        return cls(
            person=person,
            name=name_of(person),
            called=person.known_as or person.given or name_of(person),
            facts=age(person.born_on, at) if person.born_on else "",
            person_address=person_address(person),
            headline=_headline(found, shown, at=at),
            year=_year(found, settings.PLACE, at=at),
            stay=shown,
            tasks=_tasks(tasks),
            family=_family(discharge),
            transfers=tuple(
                (
                    f"Transfer of Care {each.number}",
                    f"sent {moment(each.sent_at)}"
                    if each.sent_at
                    else f"draft by {each.written_by_name}, {moment(each.written_at)}",
                )
                for each in transfers
            ),
            asked=_asked(case),
            asked_address=reverse("homefirst:case", args=[case.pk]) if case else "",
            may_plan=may_plan and shown is not None and shown.is_now,
            may_ask=may_plan
            and shown is not None
            and shown.is_now
            and not (case is not None and case.is_open),
        )


def _asked(case: DeskCase | None) -> str:
    if case is None:
        return ""
    stands = DeskState(case.state).label.lower()
    who = f", {case.worker_name} goes" if case.state == DeskState.ALLOCATED else ""
    return say("{Home_first}") + f" was asked {moment(case.received_at)}: {stands}{who}"


def _headline(found: Journey, shown: StayShown | None, *, at: datetime) -> str:
    recent = [
        each
        for each in found.stays
        if each.admitted_at is not None and each.admitted_at > at - BACK
    ]
    if not recent:
        return "No stay in hospital in the last twelve months"
    first = min(each.admitted_at for each in recent if each.admitted_at is not None)
    stays = _number(len(recent), "stay", "stays")
    said = f"{stays} in {_months_between(first, at)}"
    if shown is not None and shown.is_now and shown.ready_days:
        said += f"; ready for {plural(shown.ready_days, 'day')}"
    return starting_capital(said)


_WORDS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
                 "ten", "eleven", "twelve")  # fmt: skip


def _number(count: int, one: str, many: str) -> str:
    words = _WORDS[count] if count < len(_WORDS) else f"{count:,}"
    return f"{words} {one if count == 1 else many}"


def _months_between(first: datetime, at: datetime) -> str:
    begun, now = local_day(first), local_day(at)
    months = (now.year - begun.year) * 12 + now.month - begun.month
    months = max(1, months - (1 if now.day < begun.day and months > 1 else 0) + _part(begun, now))
    return _number(months, "month", "months")


def _part(begun: date, now: date) -> int:
    """A month begun counts as one: from 16 April to 12 March are eleven."""
    return 1 if now.day < begun.day else 0


def _year(found: Journey, place: Place, *, at: datetime) -> Line:
    begins = at - BACK

    def x(when: datetime) -> float:
        share_of = (max(begins, min(when, at)) - begins) / BACK
        return round(WIDTH * share_of, 1)

    bars: list[Bar] = []
    said: list[tuple[datetime, str]] = []
    for each in found.stays:
        if each.admitted_at is None or (each.left_at or at) < begins:
            continue
        left = each.left_at or at
        nights = (local_day(left) - local_day(each.admitted_at)).days
        until = f"to {day(left)}" if each.left_at else "and there still"
        words = (
            f"{organisation_word(place, each.entry.organisation)}: "
            f"{day(each.admitted_at)} {until}, {plural(nights, 'night')}"
            f"{f', {each.entry.title}' if each.entry.title else ''}"
        )
        bars.append(Bar(x(each.admitted_at), round(max(6.0, x(left) - x(each.admitted_at)), 1),
                        words))  # fmt: skip
        said.append((each.admitted_at, words))
    marks = []
    for when, words, exactness in found.losses:
        if when < begins:
            continue
        told = f"{words}, {day(when)}" if exactness is not Exactness.MONTH else words
        marks.append(Mark(x(when), told))
        said.append((when, told))
    return Line(
        tuple(sorted(bars, key=lambda bar: bar.x)),
        tuple(marks),
        tuple(_months(begins, at, x)),
        tuple(words for _, words in sorted(said)),
    )


def _months(begins: datetime, at: datetime, x: Any) -> Iterable[Mark]:
    first = local_day(begins)
    year, month = first.year, first.month
    zone = ZoneInfo(settings.TIME_ZONE)
    while True:
        month += 1
        if month == 13:
            year, month = year + 1, 1
        when = datetime(year, month, 1, tzinfo=zone)
        if when >= at:
            return
        yield Mark(x(when), f"{when:%b}")


def stay_shown(person: Person, stay: StayFound, place: Place, *, at: datetime) -> StayShown | None:
    """One stay with what held the person up, each as a bar, and whose the days were."""
    if stay.admitted_at is None:
        return None
    ready, until = stay.ready_at, stay.left_at or at
    begins, whole = stay.admitted_at, max(until - stay.admitted_at, timedelta(minutes=1))

    def bar(start: datetime, end: datetime, words: str) -> Bar:
        left = max(begins, min(start, until))
        right = max(left, min(end, until))
        return Bar(
            round(WIDTH * ((left - begins) / whole), 1),
            round(max(2.0, WIDTH * ((right - left) / whole)), 1),
            words,
        )

    shared = _shared(stay, until)
    names = {wait.id: holder_of(person, wait, place) for wait in stay.waits}
    days = shared.days if shared else 0
    blocked = tuple(_blocked(wait, names[wait.id], shared, bar, until) for wait in stay.waits)
    return StayShown(
        spell=stay.spell,
        title=stay.entry.title,
        hospital=organisation_word(place, stay.entry.organisation),
        admitted=moment(stay.admitted_at),
        where=_ward(stay),
        ready=moment(ready) if ready is not None and ready <= until else "",
        ready_days=days,
        is_now=stay.is_now,
        expected=day(date.fromisoformat(stay.expected_on)) if stay.expected_on else "",
        pathway=stay.pathway.label if stay.pathway else "",
        line=bar(begins, until, f"In hospital since {day(begins)}"),
        ready_bar=bar(ready, until, f"Ready since {day(ready)}")
        if ready is not None and ready < until
        else None,
        blocked=blocked,
        totals=tuple(_totals(stay, names, shared)),
        sum_words=_sum(stay, shared),
        reviews=tuple(
            f"{day(when)}: {'needed an acute bed' if needs else 'needed none'}"
            f"{f' ({why})' if why and why != 'none' else ''}"
            for when, needs, why in stay.reviews[-5:]
        ),
    )


def _shared(stay: StayFound, until: datetime) -> Shared[Any] | None:
    ready = stay.ready_at
    if ready is None or ready >= until:
        return None
    waits = [Waited(each.id, each.opened_at, each.closed_at) for each in stay.waits]
    return share(ready, until, waits, zone=ZoneInfo(settings.TIME_ZONE))


def _blocked(
    wait: WaitFound, holder: str, shared: Shared[Any] | None, bar: Any, until: datetime
) -> Blocked:
    ends = wait.closed_at or until
    days = _days(shared.of.get(wait.id, Fraction(0))) if shared else ""
    return Blocked(
        id=str(wait.id),
        what=starting_capital(wait.kind.label if wait.kind else wait.what),
        words=wait.words,
        holder=holder,
        seen_to_by=wait.seen_to_by,
        since=moment(wait.opened_at),
        until=moment(wait.closed_at) if wait.closed_at and wait.closed_at <= until else "",
        bar=bar(wait.opened_at, ends, holder),
        days=days,
        is_open=wait.closed_at is None or wait.closed_at > until,
        is_ours=wait.is_ours,
    )


def _totals(
    stay: StayFound, names: dict[Any, str], shared: Shared[Any] | None
) -> Iterable[tuple[str, str]]:
    if shared is None:
        return
    found: dict[str, Fraction] = {}
    for wait in stay.waits:
        part = shared.of.get(wait.id, Fraction(0))
        found[names[wait.id]] = found.get(names[wait.id], Fraction(0)) + part
    for name, days in sorted(found.items(), key=lambda each: (-each[1], each[0])):
        yield name, _days(days)
    if shared.nobodys:
        yield "Nothing was recorded", _days(shared.nobodys)


def _sum(stay: StayFound, shared: Shared[Any] | None) -> str:
    """`9 + 7 + 6 = 22 days`: so that anybody can add them up."""
    if shared is None or not shared.days:
        return ""
    parts = [shared.of[wait.id] for wait in stay.waits if shared.of.get(wait.id)]
    if shared.nobodys:
        parts.append(shared.nobodys)
    return f"{' + '.join(_plain(part) for part in parts)} = {plural(shared.days, 'day')}"


def _plain(days: Fraction) -> str:
    return str(days.numerator) if days.denominator == 1 else f"{float(days):.1f}"


def _days(days: Fraction) -> str:
    if days == 1:
        return "1 day"
    return f"{_plain(days)} days"


def holder_of(person: Person, wait: WaitFound, place: Place) -> str:
    """Whoever is to act, by one short word: the person themselves, LIFE, an organisation.

    A joint service has no code of its own in what partners send; where their words name it ("LIFE
    to arrange"), it is shown.
    """
    if wait.kind is BlockerType.CHOICE:
        gender = Gender(person.gender) if person.gender else None
        return _HIM.get(gender, "The person") if gender else "The person"
    if wait.holder_name:
        return wait.holder_name
    for joint in place.joint_services:
        if re.search(rf"\b{re.escape(joint.short_word)}\b", wait.words):
            return joint.short_word
    return organisation_word(place, wait.holder) or "Not said"


def organisation_word(place: Place, code: str) -> str:
    """An organisation by its short word, else by its code."""
    words = {row.code: row.short_word for row in place.partners}
    words |= {row.ods_code: row.short_word for row in place.partners if row.ods_code}
    words |= {row.code: row.short_word for row in place.joint_services}
    if code in words:
        return words[code]
    for feed in place.feeds:
        if code and any(code == sender.split("/")[0] for sender in feed.senders):
            return words.get(feed.partner, code)
    return code


def _ward(stay: StayFound) -> str:
    places = stay.entry.detail.get("places") or ()
    if not places:
        return ""
    last = places[-1]
    ward = str(last.get("ward") or "").strip()
    return f"{starting_capital(ward.lower())} ward" if len(ward) > 4 else ward


def _tasks(found: Sequence[Task]) -> tuple[TaskLine, ...]:
    def line(task: Task) -> TaskLine:
        parts = tuple(line(each) for each in found if each.part_of_id == task.pk)
        done = f"done {moment(task.done_at)}, {task.done_by_name}" if task.done_at else ""
        return TaskLine(
            str(task.pk),
            Arranged(task.kind).label,
            task.words,
            task.whose,
            done,
            task.done_at is not None,
            parts,
        )

    return tuple(line(task) for task in found if task.part_of_id is None)


def _family(discharge: Discharge | None) -> str:
    if discharge is None or discharge.family_view == FamilyView.NOT_ASKED:
        return "Nobody close to them has been asked yet"
    view = FamilyView(discharge.family_view)
    who = f"{discharge.family_name}: " if discharge.family_name else ""
    when = f", {moment(discharge.family_at)}" if discharge.family_at else ""
    return f"{who}{view.label.lower() if who else view.label}{when}"


@dataclass(frozen=True)
class InBed:
    """One person in a bed, as a row."""

    name: str
    address: str
    facts: str
    where: str
    since: str
    ready: str
    ready_days: int
    expected: str
    pathway: str
    waits: tuple[str, ...]
    today: str
    is_late: bool


@dataclass(frozen=True)
class DischargesPage:
    """Everybody in a bed whose record opens, the longest ready first."""

    rows: tuple[InBed, ...]
    ready: int
    days: int
    totals: tuple[tuple[str, str], ...]
    show: str

    @classmethod
    def of(
        cls,
        found: Sequence[tuple[Person, StayFound]],
        *,
        show: str,
        at: datetime,
    ) -> "DischargesPage":
        """The list, and whose the lost days are, added up."""
        place, days = settings.PLACE, 0
        totals: dict[str, Fraction] = {}
        rows = []
        for person, stay in found:
            shared = _shared(stay, at)
            row = _in_bed(person, stay, place, shared, at=at)
            if shared is not None:
                days += shared.days
                for wait in stay.waits:
                    holder = holder_of(person, wait, place)
                    holder = "The person" if holder in _HIM.values() else holder
                    part = shared.of.get(wait.id, Fraction(0))
                    totals[holder] = totals.get(holder, Fraction(0)) + part
                if shared.nobodys:
                    nothing = "Nothing was recorded"
                    totals[nothing] = totals.get(nothing, Fraction(0)) + shared.nobodys
            if show != "ready" or row.ready:
                rows.append(row)
        sorted_totals = sorted(totals.items(), key=lambda each: (-each[1], each[0]))
        return cls(
            rows=tuple(rows),
            ready=sum(1 for _, stay in found if stay.ready_at is not None and stay.ready_at <= at),
            days=days,
            totals=tuple((name, _days(part)) for name, part in sorted_totals if part),
            show=show,
        )


def _in_bed(
    person: Person, stay: StayFound, place: Place, shared: Shared[Any] | None, *, at: datetime
) -> InBed:
    ready = stay.ready_at
    is_ready = ready is not None and ready <= at
    open_waits = [each for each in stay.waits if each.closed_at is None or each.closed_at > at]
    today = [each for each in stay.reviews if local_day(each[0]) == local_day(at)]
    said = ""
    if today:
        said = "needs an acute bed" if today[-1][1] else "needs none"
    return InBed(
        name=name_of(person),
        address=reverse("homefirst:journey", args=[person.current_id]),
        facts=age(person.born_on, at) if person.born_on else "",
        where=", ".join(
            filter(None, (organisation_word(place, stay.entry.organisation), _ward(stay)))
        ),
        since=day(stay.admitted_at),
        ready=day(ready) if is_ready else "",
        ready_days=shared.days if shared else 0,
        expected=day(date.fromisoformat(stay.expected_on)) if stay.expected_on else "",
        pathway=stay.pathway.value if stay.pathway else "",
        waits=tuple(
            f"{(each.kind.label if each.kind else each.what).lower()}"
            f" ({holder_of(person, each, place)})"
            for each in open_waits
        ),
        today=said or "not recorded today",
        is_late=bool(shared and shared.days),
    )


def days_ready(stay: StayFound, *, at: datetime) -> int:
    """Whole days since somebody was ready, by the days on the wall."""
    ready = stay.ready_at
    if ready is None:
        return 0
    return bed_days(ready, stay.left_at or at, ZoneInfo(settings.TIME_ZONE))


def pathway_words(pathway: Pathway | None) -> str:
    """A pathway in words."""
    return pathway.label if pathway else "not said"


def time_words(when: datetime | None) -> str:
    """A time of today."""
    return clock_time(when)

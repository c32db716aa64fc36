"""Health, measures and documents of a record: each source's word beside the others'."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from oneplace.desk.presenters.record.line import (
    Line,
    amount,
    certainty,
    facts,
    is_half_a_pressure,
    line_of,
    pressure_of,
    said,
)
from oneplace.desk.presenters.record.page import Frame, Made
from oneplace.desk.presenters.record.timeline import Item
from oneplace.desk.queries.record import Record
from oneplace.kit.formats import day, plural
from oneplace.records.queries import Measured
from oneplace.vocabulary.terms import EntryKind

HEALTH = (
    EntryKind.CONDITION,
    EntryKind.MEDICINE,
    EntryKind.ALLERGY,
    EntryKind.IMMUNISATION,
    EntryKind.PROCEDURE,
)
DOCUMENTS = (EntryKind.DOCUMENT, EntryKind.REPORT, EntryKind.NOTE, EntryKind.CARE_PLAN)
MEASURES = (EntryKind.QUESTIONNAIRE,)


@dataclass(frozen=True)
class OneWord:
    """What one source says of one thing."""

    title: str
    facts: str
    when: str
    address: str
    is_over: bool
    doubted_by: str


@dataclass(frozen=True)
class BySource:
    """Everything one source says of a kind, as recorded by it on a day."""

    source: str
    as_of: datetime
    """When it last said any of it."""
    since: datetime
    """When the line it has not spoken of for longest was last said."""
    going_on: tuple[OneWord, ...]
    over: tuple[OneWord, ...]
    not_to_give: tuple[OneWord, ...] = ()
    """Medicines that must not be given: never among what is taken."""

    @property
    def on(self) -> str:
        """The day all of it was said, or the days from the oldest to the newest line."""
        first, last = day(self.since), day(self.as_of)
        return last if first == last else f"{first} to {last}"


@dataclass(frozen=True)
class Allergies:
    """Recorded, said to be none, or not recorded: three different things."""

    by_source: tuple[BySource, ...]
    none_known: tuple[str, ...]

    @property
    def is_recorded(self) -> bool:
        """Whether any source names one."""
        return bool(self.by_source)


@dataclass(frozen=True)
class HealthPage:
    """The tab Health."""

    frame: Frame
    conditions: tuple[BySource, ...]
    medicines: tuple[BySource, ...]
    allergies: Allergies
    immunisations: tuple[Item, ...]
    procedures: tuple[Item, ...]
    measures: "tuple[Measure, ...]"

    @classmethod
    def of(cls, made: Made, record: Record, measured: Sequence[Measured]) -> "HealthPage":
        """The tab of a record."""
        lines = [line_of(row) for row in record.also]
        allergies = _kind(lines, EntryKind.ALLERGY)
        named = [line for line in allergies if not line.detail.get("is_none_known")]
        return cls(
            frame=made.frame,
            conditions=_by_source(_kind(lines, EntryKind.CONDITION), made),
            medicines=_by_source(_kind(lines, EntryKind.MEDICINE), made),
            allergies=Allergies(
                _by_source(named, made),
                tuple(
                    _none_known(line, made)
                    for line in allergies
                    if line not in named and line.goes_on(made.frame.at)
                ),
            ),
            immunisations=made.lines.items(_kind(lines, EntryKind.IMMUNISATION)),
            procedures=made.lines.items(_kind(lines, EntryKind.PROCEDURE)),
            measures=measures_of(measured, made)[:6],
        )


def _kind(lines: Iterable[Line], kind: EntryKind) -> list[Line]:
    return [line for line in lines if line.kind is kind]


def _none_known(line: Line, made: Made) -> str:
    of = said(line.detail.get("none_known_of"))
    whole = f"No known allergies{f' to {of}' if of else ''}"
    return f"{whole}, as recorded by {made.lanes.source_word(line.source)} on {day(line.said_at)}"


def _by_source(lines: Sequence[Line], made: Made) -> tuple[BySource, ...]:
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(made.lanes.source_word(line.source), []).append(line)
    return tuple(
        BySource(
            source=source,
            as_of=max(line.said_at for line in own),
            since=min(line.said_at for line in own),
            going_on=_words(_going_on(own, made, is_forbidden=False), made),
            over=_words([line for line in own if not line.goes_on(made.frame.at)], made),
            not_to_give=_words(_going_on(own, made, is_forbidden=True), made),
        )
        for source, own in groups.items()
    )


def _going_on(lines: Iterable[Line], made: Made, *, is_forbidden: bool) -> list[Line]:
    at = made.frame.at
    return [line for line in lines if line.goes_on(at) and line.is_not_to_be_given is is_forbidden]


def _words(lines: Sequence[Line], made: Made) -> tuple[OneWord, ...]:
    """Each thing once: one source may say it under two of its numbers."""
    found: dict[tuple[str, str, str], OneWord] = {}
    for line in lines:
        word = _word(line, made)
        found.setdefault((word.title, word.facts, word.when), word)
    return tuple(found.values())


def _word(line: Line, made: Made) -> OneWord:
    item = made.lines.item(line)
    is_over = not line.goes_on(made.frame.at)
    told = "; ".join(filter(None, (certainty(line), facts(line))))
    return OneWord(item.title, told, item.when, item.address, is_over, item.doubted_by)


# --- measures -------------------------------------------------------------------------------------
WIDTH, HEIGHT, EDGE = 240.0, 60.0, 6.0


@dataclass(frozen=True)
class Dot:
    """One point of a small chart, and its row in the table beneath."""

    x: float
    y: float
    when: str
    value: str


@dataclass(frozen=True)
class Measure:
    """One kind of measurement: its newest, the change, a small chart with its table."""

    title: str
    latest: str
    when: str
    source: str
    address: str
    says: str
    line: str
    dots: tuple[Dot, ...]


def measures_of(measured: Sequence[Measured], made: Made) -> tuple[Measure, ...]:
    """Everything that was measured with a number, the newest first."""
    return tuple(
        _measure(each, made)
        for each in measured
        if any(_number(point.value, point.parts) is not None for point in each.points)
    )


def _measure(each: Measured, made: Made) -> Measure:
    from oneplace.desk.presenters.record.line import line_of_shown

    line = line_of_shown(each.latest)
    item = made.lines.item(line)
    numbers = [
        (point.at, value)
        for point in each.points
        if (value := _number(point.value, point.parts)) is not None
    ]
    dots = _dots(numbers, each)
    return Measure(
        title=item.title,
        latest=amount(line) or said(line.detail.get("answer")) or "recorded",
        when=item.when,
        source=item.source,
        address=item.address,
        says=_trend(item.title, numbers, each.unit),
        line=" ".join(f"{dot.x},{dot.y}" for dot in dots),
        dots=dots,
    )


def _number(value: Decimal | None, parts: Sequence[Mapping[str, Any]]) -> float | None:
    if value is not None:
        return float(value)
    if is_half_a_pressure(parts):
        return None  # which of the two it is differs from one to the next: no line is drawn
    pressure = pressure_of(parts)
    first = pressure[0] if pressure else parts[0] if parts else None
    try:
        return float(str(first.get("value"))) if first else None
    except ValueError:
        return None


def _dots(numbers: Sequence[tuple[datetime, float]], each: Measured) -> tuple[Dot, ...]:
    if len(numbers) < 2:
        return ()
    first, last = numbers[0][0].timestamp(), numbers[-1][0].timestamp()
    low, high = min(value for _, value in numbers), max(value for _, value in numbers)
    span, rise = max(last - first, 1.0), max(high - low, 0.0001)
    texts = {point.at: _text(point.value, point.parts) for point in each.points}
    return tuple(
        Dot(
            x=round(EDGE + (WIDTH - 2 * EDGE) * (at.timestamp() - first) / span, 1),
            y=round(HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * (value - low) / rise, 1),
            when=day(at),
            value=f"{texts.get(at, value)} {each.unit}".strip(),
        )
        for at, value in numbers
    )


def _text(value: Decimal | None, parts: Sequence[Mapping[str, Any]]) -> str:
    if value is not None:
        return str(value)
    return "/".join(str(part.get("value") or "") for part in pressure_of(parts) or parts)


def _trend(title: str, numbers: Sequence[tuple[datetime, float]], unit: str) -> str:
    if len(numbers) < 2:
        return ""
    (began, first), (_, last) = numbers[0], numbers[-1]
    change = "the same as" if last == first else "more than" if last > first else "less than"
    return (
        f"{title}: {plural(len(numbers), 'value')} since {day(began)}; the newest, "
        f"{last:g} {unit}".rstrip()
        + f", is {change} the first, {first:g} {unit}".rstrip()
    )


@dataclass(frozen=True)
class Answers:
    """One filled-in questionnaire with its scores by name."""

    item: Item
    totals: tuple[tuple[str, str], ...]
    moment: str


@dataclass(frozen=True)
class MeasuresPage:
    """The tab Measures."""

    frame: Frame
    measures: tuple[Measure, ...]
    questionnaires: tuple[Answers, ...]

    @classmethod
    def of(cls, made: Made, record: Record, measured: Sequence[Measured]) -> "MeasuresPage":
        """The tab of a record."""
        return cls(
            frame=made.frame,
            measures=measures_of(measured, made),
            questionnaires=tuple(
                Answers(
                    made.lines.item(line),
                    tuple(
                        (said(name).capitalize(), said(value))
                        for name, value in (line.detail.get("totals") or {}).items()
                    ),
                    said(line.detail.get("moment")),
                )
                for row in record.also
                if (line := line_of(row))
            ),
        )


@dataclass(frozen=True)
class ListPage:
    """A tab of plain lists, each with its own empty words."""

    frame: Frame
    lists: tuple[tuple[str, tuple[Item, ...], str], ...]


def documents(made: Made, record: Record) -> ListPage:
    """The tab Documents."""
    lines = [line_of(row) for row in record.also]
    wanted = (
        ("Letters and documents", EntryKind.DOCUMENT, "No partner has sent a document."),
        ("Reports and results", EntryKind.REPORT, "No partner has sent a report."),
        ("Plans", EntryKind.CARE_PLAN, "No plan is known of."),
        ("Notes", EntryKind.NOTE, "Nobody has written a note."),
    )
    return ListPage(
        made.frame,
        tuple(
            (title, made.lines.items(_kind(lines, kind)), made.frame.shut.empty((kind,), empty))
            for title, kind, empty in wanted
        ),
    )


CARE = (
    EntryKind.CARE_PACKAGE,
    EntryKind.EPISODE,
    EntryKind.REFERRAL,
    EntryKind.REQUEST,
    EntryKind.ASSESSMENT,
    EntryKind.REVIEW,
    EntryKind.STAY,
    EntryKind.ATTENDANCE,
    EntryKind.CONCERN,
    EntryKind.GOAL,
    EntryKind.TASK,
    EntryKind.FALL,
)


def care(made: Made, record: Record) -> ListPage:
    """The tab Care and services: what goes on first, then what was."""
    lines = [line_of(row) for row in record.also]
    wanted = (
        ("Care packages", (EntryKind.CARE_PACKAGE,), "No care package is known of."),
        ("Stays in hospital", (EntryKind.STAY,), "No stay in hospital is known of."),
        ("Teams and services", (EntryKind.EPISODE,), "No team has an episode of care."),
        (
            "Referrals and requests",
            (EntryKind.REFERRAL, EntryKind.REQUEST),
            "Nobody has referred or asked for support.",
        ),
        (
            "Assessments and reviews",
            (EntryKind.ASSESSMENT, EntryKind.REVIEW),
            "No assessment or review is known of.",
        ),
        (
            "Falls and safeguarding",
            (EntryKind.FALL, EntryKind.CONCERN),
            "No fall and no safeguarding concern is recorded as such.",
        ),
        ("Goals and tasks", (EntryKind.GOAL, EntryKind.TASK), "No goal or task is known of."),
        ("Emergency department and clinics", (EntryKind.ATTENDANCE,), "No attendance is known of."),
    )
    found = []
    for title, kinds, empty in wanted:
        own = [line for line in lines if line.kind in kinds]
        # What goes on stands first; each part keeps the order of time.
        own.sort(key=lambda line: not line.goes_on(made.frame.at))
        found.append((title, made.lines.items(own), made.frame.shut.empty(kinds, empty)))
    return ListPage(made.frame, tuple(found))

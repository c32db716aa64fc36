"""A stay in hospital as one bar: its wards, when the person was ready, and what was waited for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from oneplace.desk.presenters.record.line import Line, line_of, moment_of, organisation_word, said
from oneplace.kit.clock import local_day
from oneplace.kit.formats import day, plural, starting_capital
from oneplace.vocabulary.place import Place
from oneplace.vocabulary.terms import EntryKind

WIDTH = 480


@dataclass(frozen=True)
class Piece:
    """One ward of the bar, or the time spent waiting, in the picture's measures."""

    x: float
    width: float
    name: str


@dataclass(frozen=True)
class Waited:
    """One thing that was waited for, and who held it."""

    what: str
    words: str
    held_by: str
    days: str


@dataclass(frozen=True)
class Stay:
    """One stay."""

    id: str
    title: str
    says: str
    wards: tuple[Piece, ...]
    ready: Piece | None
    ready_says: str
    waited: tuple[Waited, ...]
    wards_say: str


def stays_of(rows: Sequence[Mapping[str, Any]], *, place: Place, at: datetime) -> dict[str, Stay]:
    """Every stay by the id of its entry."""
    lines = [line_of(row) for row in rows]
    waits: dict[str, list[Line]] = {}
    for line in lines:
        if line.kind is EntryKind.BLOCKER:
            waits.setdefault(str(line.detail.get("spell") or ""), []).append(line)
    return {
        str(line.id): _stay(line, waits.get(visit_of(line), []), place, at)
        for line in lines
        if line.kind is EntryKind.STAY and line.starts_at is not None
    }


def visit_of(line: Line) -> str:
    """The hospital's number of a stay, which is the end of its key."""
    return line.key.rpartition(":")[2]


def _stay(line: Line, waits: Sequence[Line], place: Place, at: datetime) -> Stay:
    begun = line.starts_at or at
    is_over = line.ends_at is not None and line.ends_at <= at
    ended = line.ends_at if line.ends_at is not None and is_over else at
    whole = max((ended - begun).total_seconds(), 1.0)

    def piece(start: datetime, end: datetime, name: str) -> Piece:
        x = WIDTH * max(0.0, (start - begun).total_seconds()) / whole
        width = WIDTH * max(0.0, (min(end, ended) - max(start, begun)).total_seconds()) / whole
        return Piece(round(x, 1), round(width, 1), name)

    wards = tuple(
        piece(since, _until(row) or ended, ward_words(row))
        for row in line.detail.get("places") or ()
        if (since := moment_of(row.get("since"))) is not None
    )
    ready_at = moment_of(line.detail.get("ready_at"))
    ready, ready_says = None, ""
    if ready_at is not None and ready_at < ended:
        days = (local_day(ended) - local_day(ready_at)).days
        ready = piece(ready_at, ended, "ready")
        length = plural(days, "day") if days else "less than a day"
        if is_over:
            ready_says = f"Ready to leave on {day(ready_at)}, left {length} later"
        else:
            ready_says = f"Ready to leave since {day(ready_at)}: {length}"
    nights = (local_day(ended) - local_day(begun)).days
    length = plural(nights, "day") if nights else "less than a day"
    where = organisation_word(place, line.organisation)
    ending = f"to {day(ended)}, {length}" if is_over else f"and still there, {length} so far"
    return Stay(
        id=str(line.id),
        title=line.title,
        says=f"{where}, {'' if is_over else 'since '}{day(begun)} {ending}",
        wards=wards,
        ready=ready,
        ready_says=ready_says,
        waited=tuple(_waited(each, place, at) for each in reversed(waits)),
        wards_say=", then ".join(dict.fromkeys(each.name for each in wards)),
    )


def _until(row: Mapping[str, Any]) -> datetime | None:
    return moment_of(row.get("until"))


def ward_words(row: Mapping[str, Any]) -> str:
    """A ward as people say it: Rowan ward, AMU."""
    ward = str(row.get("ward") or "").strip()
    if not ward:
        return "ward not said"
    return ward if len(ward) <= 4 else f"{starting_capital(ward.lower())} ward"


def _waited(line: Line, place: Place, at: datetime) -> Waited:
    holder = said(line.detail.get("responsible")) or line.organisation
    begun, ended = line.starts_at, line.ends_at
    length = ""
    if begun is not None:
        days = (local_day(ended or at) - local_day(begun)).days
        length = plural(days, "day") if days else "less than a day"
        length += "" if ended else " so far"
    return Waited(
        what=starting_capital(line.title.partition(": ")[2] or line.title),
        words=line.words,
        held_by=organisation_word(place, holder),
        days=length,
    )

"""The timeline: months of lines, newest first; stays as bars, runs of the same thing folded."""

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from django.utils import timezone

from oneplace.desk.presenters.record.lanes import Lanes
from oneplace.desk.presenters.record.line import Line, facts, organisation_word, when
from oneplace.desk.presenters.record.stays import Stay
from oneplace.kit.addresses import address_of
from oneplace.kit.formats import day, plural
from oneplace.vocabulary.place import Place
from oneplace.vocabulary.terms import EntryKind, EntryStatus

FOLD_FROM = 3
"""So many of the same in a row are shown as one line that opens."""

_NO_ENTRY = uuid.UUID(int=0)
_RANK = {
    EntryKind.DEATH: 0,
    EntryKind.ALLERGY: 0,
    EntryKind.FALL: 0,
    EntryKind.CONCERN: 0,
    EntryKind.STAY: 0,
    EntryKind.ATTENDANCE: 0,
    EntryKind.REVIEW: 2,
    EntryKind.TASK: 2,
}
"""What stands first and last among what is new; everything else between, newest first."""
_TAGS = {
    EntryStatus.CANCELLED: "cancelled",
    EntryStatus.IN_ERROR: "entered in error",
    EntryStatus.PLANNED: "planned",
}


@dataclass(frozen=True)
class Item:
    """One line of the timeline."""

    address: str
    lane: str
    kind: str
    title: str
    facts: str
    words: str
    when: str
    machine_when: datetime | None
    by: str
    source: str
    as_of: datetime
    tag: str
    is_withdrawn: bool
    is_new: bool
    doubted_by: str
    stay: Stay | None = None
    folded: tuple["Item", ...] = ()


@dataclass(frozen=True)
class Month:
    """The lines of one month."""

    title: str
    items: tuple[Item, ...]


class Lines:
    """Makes items of lines; knows the lanes, the doubts and what is new."""

    def __init__(
        self,
        *,
        person_id: object,
        place: Place,
        lanes: Lanes,
        stays: Mapping[str, Stay],
        doubts: Mapping[uuid.UUID, str],
        since: datetime,
    ) -> None:
        self._place, self._lanes = place, lanes
        # A page has a hundred lines: what they share is looked up once.
        self._entries = address_of("desk:entry", person_id, _NO_ENTRY)
        self._words: dict[str, str] = {}
        self._stays, self._doubts, self._since = stays, doubts, since

    def item(self, line: Line) -> Item:
        """One line."""
        told = facts(line)
        return Item(
            address=self._entries.replace(str(_NO_ENTRY), str(line.id)),
            lane=self._lanes.lane_of(line.source),
            kind=line.kind.label,
            title=line.title or line.kind.label,
            facts=told,
            words=line.words if line.words not in (line.title, told) else "",
            when=when(line),
            machine_when=line.starts_at or line.sorts_at,
            by=self._by(line),
            source=self._lanes.source_word(line.source),
            as_of=line.said_at,
            tag=_tag(line),
            is_withdrawn=line.is_withdrawn,
            is_new=line.arrived_at > self._since,
            doubted_by=self._doubts.get(line.id, ""),
            stay=self._stays.get(str(line.id)),
        )

    def _by(self, line: Line) -> str:
        at = self._words.get(line.organisation)
        if at is None:
            at = organisation_word(self._place, line.organisation)
            self._words[line.organisation] = at
        who = line.by.replace("_", " ")
        if at == self._lanes.source_word(line.source):
            at = ""
        return ", ".join(part for part in (who, line.where or at) if part)

    def items(self, lines: Sequence[Line]) -> tuple[Item, ...]:
        """Lines as items; many of the same stand as one, where the newest of them stands."""
        often = Counter(_sameness(line) for line in lines)
        made = [(line, self.item(line)) for line in lines]
        folds: dict[tuple[str, ...], list[Item]] = {}
        found: list[Item | tuple[str, ...]] = []
        for line, item in made:
            key = _sameness(line)
            # A stay, and what somebody doubts, is never folded away.
            if often[key] < FOLD_FROM or item.stay or item.doubted_by:
                found.append(item)
                continue
            if key not in folds:
                found.append(key)
            folds.setdefault(key, []).append(item)
        return tuple(each if isinstance(each, Item) else _folded(folds[each]) for each in found)

    def months(self, lines: Sequence[Line]) -> tuple[Month, ...]:
        """The timeline by months; what has no date comes last."""
        return tuple(
            Month(title, self.items(list(group)))
            for title, group in groupby(self.kept(lines), key=_month)
        )

    def kept(self, lines: Sequence[Line]) -> list[Line]:
        """Lines without those that a stay's bar tells already."""
        return [line for line in lines if not self._is_in_a_bar(line)]

    def _is_in_a_bar(self, line: Line) -> bool:
        return line.kind is EntryKind.BLOCKER and bool(self._stays)


def _tag(line: Line) -> str:
    if line.detail.get("on_both") == "waits" and not line.is_withdrawn:
        return "on two records: the record steward is to say whose it is"
    return _TAGS.get(line.status, "corrected" if line.is_corrected else "")


def _sameness(line: Line) -> tuple[str, ...]:
    return (line.source, line.kind.value, line.title, line.status.value)


def _month(line: Line) -> str:
    if line.sorts_at is None:
        return "Without a date"
    return f"{line.sorts_at.astimezone(timezone.get_default_timezone()):%B %Y}"


def _folded(items: Sequence[Item]) -> Item:
    newest, oldest = items[0], items[-1]
    first, last = day(oldest.machine_when), day(newest.machine_when)
    return replace(
        newest,
        title=newest.title,
        facts=plural(len(items), "time"),
        words="",
        when=f"{first} to {last}" if first != last else last,
        is_new=any(item.is_new for item in items),
        folded=tuple(items),
    )


@dataclass(frozen=True)
class New:
    """What changed since the last look."""

    title: str
    items: tuple[Item, ...]
    more: int


def new_of(
    lines: Sequence[Line], count: int, *, made: Lines, since: datetime, is_first: bool
) -> New:
    """What arrived since, the same things folded, a dozen lines at most."""
    # What matters most first: a fall before the twentieth review of a stay.
    kept = made.kept(lines)
    items = made.items(sorted(kept, key=lambda line: _RANK.get(line.kind, 1)))
    shown = items[:12]
    covered = sum(len(item.folded) or 1 for item in shown) + len(lines) - len(kept)
    title = (
        "You open this record for the first time. What came in the last 30 days"
        if is_first
        else f"What changed since you last looked, {on_day(since)}"
    )
    return New(title, shown, max(0, count - covered))


def on_day(value: datetime) -> str:
    """7 March 2026, 09:40."""
    return f"{day(value)}, {timezone.localtime(value):%H:%M}"

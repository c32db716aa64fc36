"""One entry in full: what its source said, where in what was sent, and what it said before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from oneplace.desk.presenters.record.line import (
    Line,
    amount,
    label,
    line_of_shown,
    moment_of,
    on,
    organisation_word,
    said,
)
from oneplace.desk.presenters.record.page import Frame, Made
from oneplace.desk.presenters.record.timeline import Item
from oneplace.records.queries import EntryShown, Saying
from oneplace.vocabulary.place import Place
from oneplace.vocabulary.terms import EntryStatus, Exactness

_SECOND = Exactness.SECOND
_COLUMNS = {
    "title": "What",
    "words": "Words",
    "value": "Value",
    "unit": "Unit",
    "status": "Status",
    "starts_at": "Began",
    "ends_at": "Ended",
    "recorded_at": "Taken down",
    "organisation": "Organisation",
    "by": "By",
    "subject_id": "The number it was filed under",
    "code": "Code",
    "labels": "Marks",
}


@dataclass(frozen=True)
class Before:
    """One earlier version: when it was said, and what was different."""

    said_at: datetime
    arrived_at: datetime
    stands: bool
    changes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class EntryPage:
    """One entry in full."""

    frame: Frame
    item: Item
    kind: str
    facts: tuple[tuple[str, str], ...]
    provenance: tuple[tuple[str, str], ...]
    why_here: str
    versions: tuple[Before, ...]
    is_by_hand: bool
    entry_id: str

    @classmethod
    def of(
        cls,
        made: Made,
        entry: EntryShown,
        history: Sequence[Saying],
        *,
        subject: tuple[str, str],
        place: Place,
    ) -> "EntryPage":
        """An entry of a record."""
        line = line_of_shown(entry)
        source = made.lanes.source_name(entry.source)
        return cls(
            frame=made.frame,
            item=made.lines.item(line),
            kind=line.kind.label,
            facts=_facts(line, entry, place),
            provenance=(
                ("Source", source),
                ("Said by its source", on(entry.said_at, _SECOND)),
                ("First said", on(entry.first_said_at, _SECOND)),
                ("Reached us", on(entry.arrived_at, _SECOND)),
                ("Where in what was sent", entry.place),
                ("The source’s own number of it", entry.key),
            ),
            why_here=(
                f"{source} filed it under its number {subject[1]}, which is this person’s: "
                "People and sharing says why."
            ),
            versions=tuple(_before(each, made) for each in reversed(history)),
            is_by_hand=line.is_by_hand,
            entry_id=str(entry.id),
        )


def _facts(line: Line, entry: EntryShown, place: Place) -> tuple[tuple[str, str], ...]:
    found = [
        ("Status", "" if line.status is EntryStatus.NOT_SAID else line.status.label),
        ("Began", on(line.starts_at, line.exactness)),
        ("Ended", on(line.ends_at, line.exactness)),
        ("Taken down", on(entry.recorded_at, line.exactness)),
        ("Value", amount(line)),
        ("By", ", ".join(filter(None, (line.by.replace("_", " "), said(entry.by_role))))),
        ("Organisation", line.where or organisation_word(place, line.organisation)),
        ("Code", f"{line.title} ({entry.code})" if entry.code else ""),
        ("Marks", said(list(entry.labels))),
    ]
    for key, value in line.detail.items():
        # Told above, or a code that nobody reads without its name.
        if key in {"components", "spell"} or (key in {"service", "specialty"} and _is_code(value)):
            continue
        found.append((label(key), _detail(key, value)))
    return tuple((name, words) for name, words in found if words)


def _is_code(value: Any) -> bool:
    return isinstance(value, str) and value.isdigit()


# What stands in brackets behind each of a list.
_BESIDE = {"codes": "code", "who": "role", "links": "to"}


def _with_beside(row: Mapping[str, Any], name: str) -> str:
    words, beside = said(row), said(row.get(name))
    return f"{words} ({beside})" if words and beside and beside not in words else words or beside


def _detail(key: str, value: Any) -> str:
    if key == "places" and isinstance(value, list):
        return "; then ".join(_stay_place(each) for each in value)
    if key == "prior_place" and isinstance(value, Mapping):
        return _stay_place(value)
    if key in _BESIDE and isinstance(value, list):
        return "; ".join(_with_beside(each, _BESIDE[key]) for each in value)
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        return "; ".join(words for each in value if (words := said(each)))
    return said(value)


def _stay_place(row: Mapping[str, Any]) -> str:
    ward = str(row.get("ward") or "ward not said")
    spot = ", ".join(f"{name} {row[name]}" for name in ("room", "bed") if row.get(name))
    since = moment_of(row.get("since"))
    times = f" from {on(since, _SECOND)}" if since else ""
    return f"{ward}{f' ({spot})' if spot else ''}{times}"


def _before(saying: Saying, made: Made) -> Before:
    changes = []
    for name in saying.changed:
        if name == "detail":
            continue
        value = saying.content.get(name)
        found = moment_of(value)
        words = on(found, _SECOND) if found else said(value)
        changes.append((_COLUMNS.get(name, label(name)), words or "nothing"))
    if "detail" in saying.changed:
        changes.append(("Details", "were said anew"))
    return Before(saying.said_at, saying.arrived_at, saying.stands, tuple(changes))

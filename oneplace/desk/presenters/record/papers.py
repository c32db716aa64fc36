"""A record as one page of paper, as data, and the words of the forms about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from django.urls import reverse

from oneplace.access.viewer import Viewer
from oneplace.desk.presenters.record.health import (
    Allergies,
    BySource,
    HealthPage,
)
from oneplace.desk.presenters.record.line import line_of
from oneplace.desk.presenters.record.page import Frame, Made, place_text
from oneplace.desk.presenters.record.timeline import Item
from oneplace.desk.queries.record import Record
from oneplace.records.queries import EntryShown, Timeline


@dataclass(frozen=True)
class SummaryPage:
    """The record on one page."""

    frame: Frame
    conditions: tuple[BySource, ...]
    medicines: tuple[BySource, ...]
    allergies: Allergies
    lately: tuple[Item, ...]
    printed_by: str
    organisation: str
    pdf_address: str

    @classmethod
    def of(cls, made: Made, record: Record, *, viewer: Viewer) -> "SummaryPage":
        """The summary of a record, for who prints it."""
        health = HealthPage.of(made, record, ())
        stays = [line for row in record.stays if (line := line_of(row)).kind.value == "stay"]
        return cls(
            frame=made.frame,
            conditions=health.conditions,
            medicines=health.medicines,
            allergies=health.allergies,
            lately=tuple(made.lines.item(line) for line in stays[:4]),
            printed_by=viewer.name,
            organisation=viewer.organisation_name,
            pdf_address=reverse("desk:person_pdf", args=[record.person_id]),
        )


def timeline_json(timeline: Timeline) -> bytes:
    """One page of a timeline as JSON."""
    following = timeline.next
    return orjson.dumps(
        {
            "entries": [_entry(entry) for entry in timeline.entries],
            "next": place_text(following.sorts_at, following.id) if following else None,
        },
        default=str,
    )


def _entry(entry: EntryShown) -> Mapping[str, Any]:
    detail: Any = entry.detail
    return {
        "id": entry.id,
        "kind": entry.kind.value,
        "status": entry.status.value,
        "starts_at": entry.starts_at,
        "ends_at": entry.ends_at,
        "exactness": entry.exactness.value,
        "title": entry.title,
        "code": entry.code,
        "code_system": entry.code_system,
        "words": entry.words,
        "value": None if entry.value is None else str(entry.value),
        "unit": entry.unit,
        "organisation": entry.organisation,
        "by": entry.by,
        "where": entry.where,
        "source": entry.source,
        "key": entry.key,
        "within": entry.within_id,
        "detail": orjson.Fragment(detail) if isinstance(detail, str) else detail,
        "said_at": entry.said_at,
        "arrived_at": entry.arrived_at,
        "place": entry.place,
    }

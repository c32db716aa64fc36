"""Loads what the rule asks of one person and one viewer: for explaining, not for reading records.

Runs with the owner's eyes through one function of the database, so that an officer may ask what
somebody else would see; who may ask that is for the verb or query that calls it.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import orjson
from django.db import connection

from oneplace.access.rule.case import Barred, Case, Permitted, Related
from oneplace.access.rule.rule import STEWARDSHIP
from oneplace.access.viewer import Viewer
from oneplace.kit.clock import local_day
from oneplace.vocabulary.terms import BarrierKind, DataCategory, RelationshipKind

FACTS: Final = """
select access_facts(%(person)s) as found,
       access_openings(%(organisation)s, %(purpose)s, %(sees)s::text[], %(on)s) as opened
"""
"""What `case_from` makes a case of; `values_of` are its values."""
STEWARD: Final = "see_who_is_who"


def case_of(person_id: uuid.UUID, viewer: Viewer, *, at: datetime) -> Case:
    """The case of this viewer before this person's record, about no part of it yet."""
    with connection.cursor() as cursor:
        cursor.execute(FACTS, values_of(person_id, viewer, at=at))
        found, opened = cursor.fetchone()
    return case_from(found, opened, viewer, at=at)


def values_of(person_id: uuid.UUID, viewer: Viewer, *, at: datetime) -> dict[str, Any]:
    """The values `FACTS` asks for."""
    return {
        "person": person_id,
        "organisation": viewer.organisation_id,
        "purpose": viewer.opens_for.value,
        "sees": sorted(viewer.sees),
        "on": local_day(at),
    }


def case_from(found: Any, opened: Sequence[str], viewer: Viewer, *, at: datetime) -> Case:
    """The case, of what `FACTS` found."""
    facts = orjson.loads(found) if isinstance(found, str) else found
    relationships = [_related(row) for row in facts["relationships"]]
    if viewer.may(STEWARD):
        mine = viewer.hat_id or viewer.account_id
        relationships.append(Related(STEWARDSHIP, mine, datetime.min.replace(tzinfo=at.tzinfo)))
    parties = frozenset(viewer.parties)
    return Case(
        at=at,
        parties=parties,
        sees=frozenset(viewer.sees),
        opened=frozenset(opened),
        relationships=tuple(relationships),
        barriers=tuple(_barred(row) for row in facts["barriers"]),
        permits=tuple(_permitted(row) for row in facts["permits"]),
    )


def _related(row: dict[str, Any]) -> Related:
    return Related(RelationshipKind(row["kind"]), uuid.UUID(row["party_id"]), *_times(row))


def _barred(row: dict[str, Any]) -> Barred:
    starts, ends = _times(row)
    return Barred(
        BarrierKind(row["kind"]),
        starts,
        ends,
        uuid.UUID(row["party_id"]) if row["party_id"] else None,
        DataCategory(row["category"]) if row["category"] else None,
        frozenset(uuid.UUID(one) for one in row["lets_in"]),
    )


def _permitted(row: dict[str, Any]) -> Permitted:
    starts, ends = _times(row)
    category = DataCategory(row["category"]) if row["category"] else None
    return Permitted(uuid.UUID(row["party_id"]), starts, ends, category)


def _times(row: dict[str, Any]) -> tuple[datetime, datetime | None]:
    ends = row["ends_at"]
    return datetime.fromisoformat(row["starts_at"]), datetime.fromisoformat(ends) if ends else None

"""Keeps choices in step with what codes in partners' records say, for thousands of people at once.

A job that reads records says what begins and what ends; this writes it as anybody's choice is
written: the choice first, then the barrier that follows from it. Only the loader can: who serves
pages may write no barrier.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import connection, transaction

from oneplace.access import audit
from oneplace.access.announcements import ChoicesChanged
from oneplace.access.models import Barrier, Choice, ChoiceKind, HowTold
from oneplace.access.rules.choices import BARRIER_OF
from oneplace.access.verbs.choices import SOURCE
from oneplace.access.viewer import Viewer
from oneplace.kit.announcing import announce
from oneplace.vocabulary.ids import new_id


@dataclass(frozen=True)
class CodedBegun:
    """A choice a code speaks of: whose, since when, and which entry of which feed says so."""

    person_id: uuid.UUID
    kind: ChoiceKind
    said_on: date
    source: str
    source_name: str
    entry_id: uuid.UUID
    words: str = ""
    organisation: str = ""


@dataclass(frozen=True)
class CodedEnded:
    """A choice brought in before that no code upholds any longer, and why."""

    choice_id: uuid.UUID
    person_id: uuid.UUID
    kind: ChoiceKind
    source: str
    source_name: str
    why: str


@transaction.atomic(savepoint=False)
def keep_coded_choices(
    *, begun: Sequence[CodedBegun], ended: Sequence[CodedEnded], by: Viewer, at: datetime
) -> None:
    """Begin and end choices as codes say; they take effect at once, in a few statements for all.

    Leaves one entry in the audit, with every person whose choice it changed. Choices recorded or
    taken back by hand are not touched: whoever calls it leaves them out.
    """
    changed: list[CodedBegun | CodedEnded] = [*begun, *ended]
    persons = sorted({one.person_id for one in changed})
    if not persons:
        return
    audit.record(
        by=by,
        at=at,
        action="keep_coded_choices",
        subject=("choices", new_id()),
        person_id=persons[0] if len(persons) == 1 else None,
        persons_shown=persons,
        detail={"begun": len(begun), "ended": len(ended)},
    )
    if ended:
        _end(ended, at=at)
    if begun:
        _begin(begun, at=at)
    for kind in sorted({one.kind for one in changed}):
        of_kind = sorted({one.person_id for one in changed if one.kind is kind})
        announce(ChoicesChanged(tuple(of_kind), kind.value, by=by, at=at))


def _begin(begun: Sequence[CodedBegun], *, at: datetime) -> None:
    made = Choice.objects.bulk_create(
        Choice(
            person_id=one.person_id,
            kind=one.kind,
            words=one.words,
            how=HowTold.BROUGHT_IN,
            said_on=one.said_on,
            recorded_at=at,
            recorded_by_name=one.source_name,
            recorded_for=one.organisation,
            source=one.source,
            entry_id=one.entry_id,
        )
        for one in begun
    )
    Barrier.objects.bulk_create(
        Barrier(
            person_id=choice.person_id,
            kind=BARRIER_OF[choice.kind],
            source=SOURCE,
            source_id=choice.pk,
            starts_at=at,
        )
        for choice in made
        if choice.kind in BARRIER_OF
    )


_END: Final = """
update access_choice c
   set ended_at = %(at)s, ended_source = e.source, ended_by_name = e.name, ended_why = e.why
  from unnest(%(ids)s::uuid[], %(sources)s::text[], %(names)s::text[], %(whys)s::text[])
       as e (id, source, name, why)
 where c.id = e.id and c.ended_at is null
"""
_LIFT: Final = """
update access_barrier set ends_at = greatest(starts_at, %(at)s)
 where source = %(source)s and source_id = any (%(ids)s::uuid[])
   and person_id = any (%(persons)s::uuid[]) and (ends_at is null or ends_at > %(at)s)
"""


def _end(ended: Sequence[CodedEnded], *, at: datetime) -> None:
    values: dict[str, Any] = {
        "at": at,
        "source": SOURCE,
        "ids": [one.choice_id for one in ended],
        "persons": [one.person_id for one in ended],
        "sources": [one.source for one in ended],
        "names": [one.source_name for one in ended],
        "whys": [one.why for one in ended],
    }
    with connection.cursor() as cursor:
        cursor.execute(_END, values)
        cursor.execute(_LIFT, values)

"""Mark an entry as needing more care than the rest of a record, and lift the mark again.

A mark moves the entry into a part of the record that fewer may see, at once and often out of the
sight of whoever marked it. So a function of the database writes it, which asks for the entry in the
audit and for the right to it: to see the entry, or to keep protections.
"""

import uuid
from datetime import datetime
from typing import Final

from django.db import connection, transaction

from oneplace.access import audit
from oneplace.access.permissions import KEEP_CHOICES, KEEP_PROTECTIONS
from oneplace.access.viewer import Viewer
from oneplace.kit.refusals import refuse_if
from oneplace.records.models import Entry, Restriction
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import LabelKind

LONGEST_WHY: Final = 2000


@transaction.atomic
def restrict_entry(
    *, entry: Entry, label: LabelKind, why: str, by: Viewer, at: datetime
) -> uuid.UUID:
    """Mark an entry that the viewer sees; returns the restriction's id.

    The viewer may not see the entry afterwards, so neither the entry nor the mark is given back.
    """
    refuse_if(why_not_restrict(by, why), field="why")
    stands = Restriction.objects.filter(entry=entry, label=label, lifted_at=None).exists()
    refuse_if("This entry is marked so already." if stands else None, field="label")
    person_id = entry.subject.person_id
    restriction_id = new_id()
    made = Restriction(
        id=restriction_id,
        entry=entry,
        person_id=person_id,
        label=label,
        why=why,
        put_at=at,
        put_by_id=by.account_id,
        put_by_name=by.name,
    )
    made.save(force_insert=True)
    _note("restrict_entry", entry.pk, person_id, why=why, label=label, by=by, at=at)
    _mark("restrict_entry", entry.pk)
    return restriction_id


@transaction.atomic
def lift_restriction(*, restriction: Restriction, why: str, by: Viewer, at: datetime) -> None:
    """Take a mark off an entry: it belongs again to the part of the record it would without."""
    refuse_if(why_not_restrict(by, why), field="why")
    held = Restriction.objects.select_for_update().get(pk=restriction.pk)
    refuse_if("This has already been lifted." if held.lifted_at else None)
    held.lifted_at, held.lifted_by_name, held.lifted_why = at, by.name, why
    held.save(update_fields=["lifted_at", "lifted_by_name", "lifted_why"])
    _note(
        "lift_restriction", held.entry_id, held.person_id, why=why, label=held.label, by=by, at=at
    )
    _mark("lift_restriction", held.entry_id)


def why_not_restrict(by: Viewer, why: str) -> str | None:
    """Why this viewer marks no entry, and lifts no mark."""
    if not (by.may(KEEP_CHOICES) or by.may(KEEP_PROTECTIONS)):
        return "Your role does not restrict entries."
    if not why.strip():
        return "Say why, in a few words."
    return f"Use {LONGEST_WHY} characters or fewer." if len(why) > LONGEST_WHY else None


def _note(
    action: str,
    entry_id: uuid.UUID,
    person_id: uuid.UUID | None,
    *,
    why: str,
    label: LabelKind,
    by: Viewer,
    at: datetime,
) -> None:
    audit.record(
        by=by,
        at=at,
        action=action,
        subject=("entry", entry_id),
        person_id=person_id,
        reason=why,
        detail={"label": label.value},
    )


def _mark(action: str, entry_id: uuid.UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select records_mark(%s, %s)", [action, entry_id])

"""The person's own words beside an entry, and entries not to be used for now."""

import uuid
from collections.abc import Collection
from datetime import datetime

import orjson
from django.db import connection, transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.records import rules
from oneplace.records.models import Entry, OwnWords
from oneplace.vocabulary.ids import new_id


@transaction.atomic
def add_own_words(*, entry: Entry, words: str, said_by: str, by: Viewer, at: datetime) -> OwnWords:
    """Write down what a person says about an entry, for somebody who writes in their record."""
    reason = rules.why_not_own_words(words, said_by, by=by)
    if reason is not None:
        refuse_if(reason.words, field=reason.field)
    assert by.account_id is not None  # noqa: S101 - the rule refused nobody's act before
    own = OwnWords(
        entry=entry,
        words=words.strip(),
        said_by=said_by.strip(),
        taken_by_id=by.account_id,
        taken_by_name=by.name,
        taken_at=at,
    )
    own.save(force_insert=True)
    audit.record(
        by=by,
        at=at,
        action="add_own_words",
        subject=("entry", entry.pk),
        person_id=entry.subject.person_id,
    )
    return own


@transaction.atomic
def put_beside(
    *,
    right_id: uuid.UUID,
    person_id: uuid.UUID,
    entry_ids: Collection[uuid.UUID],
    words: str,
    said_by: str,
    by: Viewer,
    at: datetime,
) -> int:
    """Let the person's own words stand beside entries that a request was about; how many."""
    if not words.strip():
        raise Refused("Write what the person says, in their words.", field="words")
    audit.record(
        by=by, at=at, action="put_beside", subject=("right", right_id), person_id=person_id
    )
    with connection.cursor() as cursor:
        for entry_id in entry_ids:
            said = {
                "id": str(new_id()),
                "entry_id": str(entry_id),
                "words": words.strip(),
                "said_by": said_by,
                "taken_by_id": str(by.account_id),
                "taken_by_name": by.name,
                "taken_at": at.isoformat(),
            }
            cursor.execute(
                "select records_put_beside(%s, %s::jsonb)", [right_id, orjson.dumps(said).decode()]
            )
    return len(entry_ids)


@transaction.atomic
def restrict_entries(
    *,
    right_id: uuid.UUID,
    person_id: uuid.UUID,
    entry_ids: Collection[uuid.UUID],
    is_restricted: bool,
    why: str,
    by: Viewer,
    at: datetime,
) -> int:
    """Stop the use of entries, or let it go on; they stay, out of everybody's sight."""
    audit.record(
        by=by,
        at=at,
        action="restrict_entries",
        subject=("right", right_id),
        person_id=person_id,
        detail={"entries": len(entry_ids), "is_restricted": is_restricted},
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "select records_restrict(%s, %s::uuid[], %s, %s, %s, %s, %s)",
            [right_id, list(entry_ids), is_restricted, why, by.account_id, by.name, at],
        )
        return int(cursor.fetchone()[0])

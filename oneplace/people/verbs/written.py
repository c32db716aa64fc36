"""What was written while two people were taken for one: shown on both, placed by the steward."""

import uuid
from datetime import datetime
from typing import Final

from django.db import transaction
from procrastinate.contrib.django import app

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.kit.refusals import refuse_if
from oneplace.people import rules
from oneplace.people.models import Merge, Person, WrittenMeanwhile
from oneplace.records import verbs as records
from oneplace.vocabulary.ids import new_id

STAND_WHERE_PLACED: Final = "oneplace.people.jobs.stand_where_placed"
"""The job's name: entries follow what the steward said, who need not be able to read them."""


@transaction.atomic
def show_written(*, merge: Merge, by: Viewer, at: datetime) -> int:
    """Let what was written by hand during an undone merge stand on both records; how many.

    As the loader. What waits already stays as it is.
    """
    if merge.undone_at is None:
        return 0
    made = records.show_on_both(
        person_ids=(merge.kept_id, merge.given_up_id),
        since=merge.merged_at,
        until=merge.undone_at,
        by=by,
        at=at,
    )
    WrittenMeanwhile.objects.bulk_create(
        WrittenMeanwhile(
            id=new_id(),
            merge=merge,
            entry_id=one.entry_id,
            twin_id=one.twin_id,
            person_id=one.person_id,
            other_id=one.other_id,
            kind=one.kind,
            written_by_name=one.written_by,
            written_at=one.written_at,
            found_at=at,
        )
        for one in made
    )
    audit.record(
        by=by,
        at=at,
        action="show_written",
        subject=("merge", merge.pk),
        person_id=merge.kept_id,
        detail={"entries": len(made)},
    )
    return len(made)


@transaction.atomic
def place_written(
    *,
    written: WrittenMeanwhile,
    belongs_to: Person | None,
    words: str,
    by: Viewer,
    at: datetime,
) -> WrittenMeanwhile:
    """Say whose something is that stands on two records; `None`: it is about both of them.

    From the other record it is withdrawn as a mistake in a moment, with the reason.
    """
    held = WrittenMeanwhile.objects.select_for_update(of=("self",)).get(pk=written.pk)
    refuse_if(rules.why_not_place_written(held, belongs_to))
    held.belongs_to, held.is_both = belongs_to, belongs_to is None
    held.words = words.strip()
    held.placed_by_id, held.placed_by_name, held.placed_at = rules.account_of(by), by.name, at
    return _saved("place_written", held, by=by, at=at)


@transaction.atomic
def unplace_written(*, written: WrittenMeanwhile, by: Viewer, at: datetime) -> WrittenMeanwhile:
    """Take back whose it was said to be: it stands on both records again and waits."""
    held = WrittenMeanwhile.objects.select_for_update(of=("self",)).get(pk=written.pk)
    refuse_if(None if held.is_placed else "Nobody has said yet whose this is.")
    held.belongs_to, held.is_both, held.words = None, False, ""
    held.placed_by_id, held.placed_by_name, held.placed_at = None, "", None
    return _saved("unplace_written", held, by=by, at=at)


@transaction.atomic
def follow_placing(*, written_id: uuid.UUID, by: Viewer, at: datetime) -> None:
    """Let the two entries stand as the steward said, or as before; as the loader."""
    held = WrittenMeanwhile.objects.select_for_update(of=("self",)).get(pk=written_id)
    records.stand_where_placed(
        stands={key: stands for key, stands in held.stands.items() if isinstance(key, uuid.UUID)},
        is_placed=held.is_placed,
        why=held.words or "Written about the other person, while two records were taken for one",
        by=by,
        at=at,
    )
    audit.record(
        by=by,
        at=at,
        action="follow_placing",
        subject=("written_meanwhile", held.pk),
        person_id=held.person_id,
    )


def _saved(action: str, held: WrittenMeanwhile, *, by: Viewer, at: datetime) -> WrittenMeanwhile:
    held.save()
    audit.record(
        by=by,
        at=at,
        action=action,
        subject=("written_meanwhile", held.pk),
        person_id=held.person_id,
    )
    app.configure_task(STAND_WHERE_PLACED).defer(written_id=str(held.pk))
    return held

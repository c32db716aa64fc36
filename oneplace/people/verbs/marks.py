"""What readers leave on a record: a doubt whether a line is theirs, and when they last looked."""

import uuid
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.kit.kept_plans import kept_plans
from oneplace.kit.refusals import refuse_if
from oneplace.people import rules
from oneplace.people.models import NotThisPerson, Person
from oneplace.records.models import Entry
from oneplace.vocabulary.ids import new_id

ONE_LOOK: Final = timedelta(hours=1)
"""Opening a page again within this time is the same look: what was new stays marked as new."""


@transaction.atomic
def mark_not_this_person(
    *, entry: Entry, person: Person, words: str = "", by: Viewer, at: datetime
) -> NotThisPerson:
    """Say that an entry seems to be about somebody else: readers are warned, nothing is hidden."""
    open_marks = NotThisPerson.objects.filter(entry=entry, settled_at__isnull=True)
    refuse_if(rules.why_not_mark(open_marks.count()))
    doubt = NotThisPerson(
        id=new_id(),
        entry=entry,
        person=person,
        words=words,
        marked_by_id=rules.account_of(by),
        marked_by_name=by.name,
        marked_at=at,
    )
    doubt.save(force_insert=True)
    audit.record(
        by=by,
        at=at,
        action="mark_not_this_person",
        subject=("entry", entry.pk),
        person_id=person.pk,
    )
    return doubt


@transaction.atomic
def settle_doubt(
    *, doubt: NotThisPerson, is_right: bool, words: str, by: Viewer, at: datetime
) -> NotThisPerson:
    """Say what came of a doubt: the entry is right after all, or its source was asked to mend it.

    Where a whole number of a source is somebody else's, `separate` takes it away.
    """
    refuse_if(rules.why_not_settle_doubt(doubt, words), field="words")
    doubt.settled_at, doubt.settled_words, doubt.is_right_after_all = at, words, is_right
    doubt.settled_by_id, doubt.settled_by_name = rules.account_of(by), by.name
    doubt.save(
        update_fields=[
            "settled_at", "settled_words", "is_right_after_all", "settled_by_id", "settled_by_name",
        ]
    )  # fmt: skip
    audit.record(
        by=by,
        at=at,
        action="settle_doubt",
        subject=("doubt", doubt.pk),
        person_id=doubt.person_id,
    )
    return doubt


_LOOK = """
insert into people_lastlook as l (id, account_id, person_id, looked_at)
values (%(id)s, %(account)s, %(person)s, %(at)s)
on conflict (person_id, account_id) do update set
    before_at = case when excluded.looked_at - l.looked_at > make_interval(secs => %(one)s)
                     then l.looked_at
                     else l.before_at end,
    looked_at = greatest(l.looked_at, excluded.looked_at)
returning before_at
"""


def note_look(*, person_id: uuid.UUID, by: Viewer, at: datetime) -> datetime | None:
    """Note that somebody looks at a person now; returns when they looked before, if ever.

    Several looks within the hour are one, so that what is new stays new while it is being read.
    The audit's entry is that of the page opened.
    """
    with kept_plans() as cursor:
        cursor.execute(
            _LOOK,
            {
                "id": new_id(),
                "account": by.account_id,
                "person": person_id,
                "at": at,
                "one": ONE_LOOK.total_seconds(),
            },
        )
        found: datetime | None = cursor.fetchall()[0][0]
        return found

"""Says that two people are one, or that they are not after all; undoing restores everything."""

import uuid
from datetime import datetime

from django.db import connection, transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.kit.announcing import announce
from oneplace.kit.refusals import refuse_if
from oneplace.people import rules
from oneplace.people.announcements import MergeUndone, PersonsMerged
from oneplace.people.models import LinkedBy, Match, MatchState, Merge, Person
from oneplace.people.verbs.writing import (
    How,
    NewMerge,
    add_merges,
    add_persons,
    bring_in_step,
    follow_merges,
    move_links,
    selves,
    take_back_merges,
)
from oneplace.records.models import Subject
from oneplace.vocabulary.ids import id_for, new_id


@transaction.atomic
def merge(
    *,
    kept: Person,
    given_up: Person,
    why: str,
    by: Viewer,
    at: datetime,
    match: Match | None = None,
) -> Merge:
    """Say that two people are one. Nothing is moved: `given_up` stands for `kept` from now on."""
    refuse_if(rules.why_not_merge(kept, given_up, why))
    around = selves([kept.pk, given_up.pk])
    new = NewMerge(kept.pk, given_up.pk, LinkedBy.STEWARD, match.pk if match else None, why)
    made = add_merges([new], by=by, at=at)
    follow_merges(around)
    audit.record(
        by=by,
        at=at,
        action="merge",
        subject=("merge", made[0].merge_id),
        person_id=kept.pk,
        reason=why,
        detail={"given_up": str(given_up.pk)},
    )
    announce(PersonsMerged(made, by=by, at=at))
    bring_in_step(around, by=by, at=at)
    return Merge.objects.get(pk=made[0].merge_id)


@transaction.atomic
def undo_merge(*, merge: Merge, why: str, by: Viewer, at: datetime) -> Merge:
    """Say that they are two people after all: each is again as if nothing had happened.

    A later linkage does not put them together again by itself: every pair of their numbers is
    remembered as two people's.
    """
    refuse_if(rules.why_not_undo_merge(merge, why), field="why")
    _remember_apart(merge.kept_id, merge.given_up_id, why=why, at=at)
    return put_apart(merge=merge, why=why, by=by, at=at)


@transaction.atomic
def put_apart(*, merge: Merge, why: str, by: Viewer, at: datetime) -> Merge:
    """Take a merge back and remember nothing of it, so that the question is as open as before."""
    around = selves([merge.kept_id, merge.given_up_id])
    undone = take_back_merges([merge.given_up_id], why=why, by=by, at=at)
    follow_merges(around)
    audit.record(
        by=by,
        at=at,
        action="undo_merge",
        subject=("merge", merge.pk),
        person_id=merge.kept_id,
        reason=why,
        detail={"given_up": str(merge.given_up_id)},
    )
    announce(MergeUndone(undone, by=by, at=at))
    bring_in_step(around, by=by, at=at)
    merge.refresh_from_db()
    return merge


@transaction.atomic
def separate(*, subject: Subject, why: str, by: Viewer, at: datetime) -> Person:
    """Take a number of a source away from the person it was linked to, for a person of its own."""
    old = Person.objects.filter(links__subject=subject, links__ended_at__isnull=True).first()
    numbers = 0 if old is None else old.links.filter(ended_at__isnull=True).count()
    refuse_if(rules.why_not_separate(numbers, why), field="why")
    if old is None:  # the rule has refused it
        raise RuntimeError("a subject without a person")
    fresh = id_for("person", str(subject.pk))
    if Person.objects.filter(pk=fresh).exists():
        fresh = new_id()
    add_persons([fresh], at=at)
    _remember_subject_apart(subject.pk, old.pk, why=why, at=at)
    move_links([(subject.pk, fresh)], {subject.pk: How(LinkedBy.STEWARD, evidence=why)}, at=at)
    audit.record(
        by=by,
        at=at,
        action="separate",
        subject=("subject", subject.pk),
        person_id=old.pk,
        reason=why,
        detail={"person": str(fresh)},
    )
    bring_in_step([*selves([old.pk]), fresh], by=by, at=at)
    return Person.objects.get(pk=fresh)


# Every pair of numbers across the two is remembered, so that no third record joins half of them.
_REMEMBER = """
insert into people_match as m (id, one_id, other_id, evidence, risk, state, found_at, settled_at)
select gen_random_uuid(), least(a.subject_id, b.subject_id), greatest(a.subject_id, b.subject_id),
       %(why)s, '', %(state)s, %(at)s, %(at)s
  from people_link a, people_link b
 where a.ended_at is null and b.ended_at is null and a.subject_id <> b.subject_id
   and {which}
on conflict (one_id, other_id)
    do update set state = excluded.state, settled_at = excluded.settled_at
"""


def _remember_apart(kept: uuid.UUID, given_up: uuid.UUID, *, why: str, at: datetime) -> None:
    which = "a.person_id = %(kept)s and b.person_id = %(given_up)s"
    _remember(which, {"kept": kept, "given_up": given_up}, why=why, at=at)


def _remember_subject_apart(
    subject: uuid.UUID, person: uuid.UUID, *, why: str, at: datetime
) -> None:
    which = "a.subject_id = %(subject)s and b.person_id = %(person)s"
    _remember(which, {"subject": subject, "person": person}, why=why, at=at)


def _remember(which: str, values: dict[str, uuid.UUID], *, why: str, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            _REMEMBER.format(which=which),
            {**values, "why": why, "at": at, "state": MatchState.DIFFERENT.value},
        )

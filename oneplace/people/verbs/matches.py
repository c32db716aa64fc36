"""What the record steward decides about pairs: an answer, a second reader's, taking one back."""

from datetime import datetime

from django.db import transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.kit.refusals import refuse_if
from oneplace.people import rules
from oneplace.people.models import Match, MatchReading, MatchState, Merge, Person
from oneplace.people.verbs.merging import merge, put_apart
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import SameOrDifferent


@transaction.atomic
def settle_match(
    *, match: Match, answer: SameOrDifferent, words: str = "", by: Viewer, at: datetime
) -> Match:
    """Answer whether two records are one person's; a risky pair needs a second reader to agree.

    `SAME` makes the two persons one once it is settled; `UNSURE` puts the pair aside for later.
    """
    match = Match.objects.select_for_update().get(pk=match.pk)
    reader = rules.account_of(by)
    readings = list(match.readings.filter(undone_at__isnull=True))
    refuse_if(rules.why_not_settle(match, readings, reader))
    state = rules.state_after(match, readings, answer)
    MatchReading(
        id=new_id(),
        match=match,
        answer=answer,
        words=words,
        reader_id=reader,
        reader_name=by.name,
        before=match.state,
        read_at=at,
    ).save(force_insert=True)
    match.state = state
    match.settled_at = at if state in {MatchState.SAME, MatchState.DIFFERENT} else None
    match.save(update_fields=["state", "settled_at"])
    audit.record(
        by=by,
        at=at,
        action="settle_match",
        subject=("match", match.pk),
        person_id=match.one.person_id,
        detail={"answer": answer.value, "state": state.value},
    )
    if state == MatchState.SAME:
        _make_one(match, words, by=by, at=at)
    return match


def _make_one(match: Match, words: str, *, by: Viewer, at: datetime) -> None:
    """Merge the two persons, unless something else has made them one meanwhile."""
    ids = [id for id in (match.one.person_id, match.other.person_id) if id is not None]
    persons = sorted(
        Person.objects.filter(pk__in=ids), key=lambda person: (-person.subjects, person.pk)
    )
    if len(persons) != 2:
        return
    kept, given_up = persons
    merge(
        kept=kept,
        given_up=given_up,
        why=words or match.evidence or "Found to be the same person",
        match=match,
        by=by,
        at=at,
    )


@transaction.atomic
def undo_reading(*, match: Match, by: Viewer, at: datetime) -> Match:
    """Take back one's own last answer: the pair, and the persons, are as they were before it."""
    match = Match.objects.select_for_update().get(pk=match.pk)
    readings = list(match.readings.filter(undone_at__isnull=True))
    refuse_if(rules.why_not_undo_reading(readings, rules.account_of(by)))
    last = readings[-1]
    last.undone_at = at
    last.save(update_fields=["undone_at"])
    match.state, match.settled_at = last.before, None
    match.save(update_fields=["state", "settled_at"])
    audit.record(
        by=by,
        at=at,
        action="undo_reading",
        subject=("match", match.pk),
        person_id=match.one.person_id,
    )
    made = Merge.objects.filter(match=match, undone_at__isnull=True).first()
    if made is not None:
        put_apart(merge=made, why="The answer to the pair was taken back", by=by, at=at)
    return match

"""Record what people decide about sharing, take it back, step over it, and who speaks for them.

The choice is written first, then the barriers and permits that follow from it; two functions of the
database open and end those, and demand their entry in the audit. The database must have been told
that `by` acts (`viewing`, or a page's guard).
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import orjson
from django.db import connection, transaction

from oneplace.access import audit
from oneplace.access.announcements import ChoicesChanged
from oneplace.access.models import (
    PROTECTIONS,
    Authority,
    AuthorityKind,
    Choice,
    ChoiceKind,
    ChoiceOverride,
    Evidence,
    HowTold,
)
from oneplace.access.queries import choices as choice_queries
from oneplace.access.rules import choices as rules
from oneplace.access.rules.choices import ChoiceDraft, Reason
from oneplace.access.viewer import Viewer
from oneplace.kit.announcing import announce
from oneplace.kit.clock import day_begins, local_day
from oneplace.kit.refusals import refuse_if
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import ConfidentialityBasis, DataCategory

SOURCE = "choice"


@transaction.atomic
def record_choice(*, person_id: uuid.UUID, draft: ChoiceDraft, by: Viewer, at: datetime) -> Choice:
    """Write down what a person decided, or what keeps them safe, and let it take effect at once."""
    standing = choice_queries.standing(person_id, viewer=by)
    _refuse_if(
        rules.why_not_record(
            draft,
            by=by,
            is_open=choice_queries.is_open(person_id, viewer=by),
            today=local_day(at),
            standing=standing,
            authorities=choice_queries.authorities(person_id, viewer=by),
        )
    )
    choice = _choice(person_id, draft, by=by, at=at)
    choice.save(force_insert=True)
    audit.record(
        by=by,
        at=at,
        action="record_choice",
        subject=("choice", choice.pk),
        person_id=person_id,
        reason=draft.words if draft.kind in PROTECTIONS else "",
        detail={"kind": draft.kind.value},
    )
    _take_effect(choice, (), by=by, at=at)
    announce(ChoicesChanged((person_id,), draft.kind.value, by=by, at=at))
    return choice


def _choice(person_id: uuid.UUID, draft: ChoiceDraft, *, by: Viewer, at: datetime) -> Choice:
    is_address = draft.kind in rules.REACH_ONLY
    return Choice(
        person_id=person_id,
        kind=draft.kind,
        party_id=draft.party_id,
        party_name=draft.party_name,
        category=DataCategory.REACH if is_address else draft.category or "",
        lets_in=[party for party, _ in draft.lets_in],
        lets_in_names=[name for _, name in draft.lets_in],
        words=draft.words,
        how=draft.how,
        said_on=draft.said_on,
        decided_by=draft.decided_by,
        decided_by_name=draft.decided_by_name,
        capacity_words=draft.capacity_words,
        review_on=draft.review_on,
        **_recorded(by, at),
    )


def _recorded(by: Viewer, at: datetime) -> dict[str, object]:
    return {
        "recorded_at": at,
        "recorded_by_id": by.account_id,
        "recorded_by_name": by.name,
        "recorded_for": by.organisation_name,
    }


@transaction.atomic
def end_choice(*, choice: Choice, why: str, by: Viewer, at: datetime) -> Choice:
    """Take a choice back: its barriers and permits end now, its words stay readable."""
    held = Choice.objects.select_for_update().get(pk=choice.pk)
    is_open = choice_queries.is_open(held.person_id, viewer=by)
    _refuse_if(rules.why_not_end(held, why=why, by=by, is_open=is_open))
    _lift(held, by=by, at=at, reason=why)
    held.ended_at, held.ended_by_name, held.ended_why = at, by.name, why
    held.save(update_fields=["ended_at", "ended_by_name", "ended_why"])
    announce(ChoicesChanged((held.person_id,), held.kind.value, by=by, at=at))
    return held


@dataclass(frozen=True)
class Told:
    """Whom it was recorded of that they were told, and who was left out because nothing opens."""

    person_ids: tuple[uuid.UUID, ...]
    not_open: tuple[uuid.UUID, ...]


@transaction.atomic
def record_told(
    *, person_ids: Sequence[uuid.UUID], how: HowTold, said_on: date, by: Viewer, at: datetime
) -> Told:
    """Record for a whole list that these people were told how their information is shared.

    Exceptions are simply not among `person_ids`. Whoever was recorded as told on that day already
    is not recorded twice; whoever's record does not open to `by` is left out and named.
    """
    asked = list(dict.fromkeys(person_ids))
    opened = choice_queries.opened(asked, viewer=by)
    draft = ChoiceDraft(ChoiceKind.TOLD, how, said_on)
    words = rules.why_not_keep(by, ChoiceKind.TOLD, is_open=True)
    refuse_if(words or ("That day is still to come." if said_on > local_day(at) else None))
    already = choice_queries.told_on(said_on, person_ids=opened, viewer=by)
    fresh = [person for person in asked if person in opened and person not in already]
    Choice.objects.bulk_create(_choice(person, draft, by=by, at=at) for person in fresh)
    audit.record(
        by=by,
        at=at,
        action="record_told",
        subject=("choices", new_id()),
        person_id=fresh[0] if len(fresh) == 1 else None,
        persons_shown=fresh,
        detail={"how": how.value, "persons": len(fresh)},
    )
    if fresh:
        announce(ChoicesChanged(tuple(fresh), draft.kind.value, by=by, at=at))
    return Told(
        tuple(person for person in asked if person in opened),
        tuple(person for person in asked if person not in opened),
    )


@transaction.atomic
def override_choice(
    *,
    choice: Choice,
    party_id: uuid.UUID,
    party_name: str,
    reason: str,
    basis: ConfidentialityBasis,
    last_on: date,
    review_on: date,
    by: Viewer,
    at: datetime,
) -> ChoiceOverride:
    """Let one organisation past a choice until a day, for a reason somebody else looks at again."""
    held = Choice.objects.select_for_update().get(pk=choice.pk)
    _refuse_if(
        rules.why_not_override(
            held,
            reason=reason,
            basis=basis,
            last_on=last_on,
            review_on=review_on,
            by=by,
            is_open=choice_queries.is_open(held.person_id, viewer=by),
            today=local_day(at),
        )
    )
    override = ChoiceOverride(
        choice=held,
        person_id=held.person_id,
        party_id=party_id,
        party_name=party_name,
        reason=reason,
        basis=basis,
        starts_at=at,
        ends_at=day_begins(last_on + timedelta(days=1)),
        review_on=review_on,
        made_by_id=by.account_id,
        made_by_name=by.name,
    )
    override.save(force_insert=True)
    _note_override("override_choice", override, reason=reason, by=by, at=at)
    _rebuild(held, by=by, at=at)
    return override


@transaction.atomic
def review_override(
    *, override: ChoiceOverride, words: str, ends_now: bool, by: Viewer, at: datetime
) -> ChoiceOverride:
    """Look at an override again: let it run to its last day, or end it now."""
    held = ChoiceOverride.objects.select_for_update().get(pk=override.pk)
    _refuse_if(rules.why_not_review(held, words=words, by=by))
    held.reviewed_at, held.reviewed_by_name, held.review_words = at, by.name, words
    if ends_now and held.ends_at > at:
        held.ends_at = max(held.starts_at, at)
    held.save(update_fields=["reviewed_at", "reviewed_by_name", "review_words", "ends_at"])
    _note_override("review_override", held, reason=words, by=by, at=at)
    choice = Choice.objects.get(pk=held.choice_id)
    if ends_now and choice.ended_at is None:
        _rebuild(choice, by=by, at=at)
    return held


def _note_override(
    action: str, override: ChoiceOverride, *, reason: str, by: Viewer, at: datetime
) -> None:
    audit.record(
        by=by,
        at=at,
        action=action,
        subject=("choice_override", override.pk),
        person_id=override.person_id,
        reason=reason,
        detail={"basis": str(override.basis.value)},
    )


@transaction.atomic
def record_authority(
    *,
    person_id: uuid.UUID,
    name: str,
    kind: AuthorityKind,
    evidence: Evidence,
    evidence_words: str = "",
    seen_on: date | None = None,
    covers: str = "",
    by: Viewer,
    at: datetime,
) -> Authority:
    """Write down who cares for a person or may decide for them, and which paper was seen."""
    is_open = choice_queries.is_open(person_id, viewer=by)
    _refuse_if(
        rules.why_not_authority(
            name=name,
            evidence=evidence,
            seen_on=seen_on,
            by=by,
            is_open=is_open,
            today=local_day(at),
        )
    )
    authority = Authority(
        person_id=person_id,
        name=name.strip(),
        kind=kind,
        evidence=evidence,
        evidence_words=evidence_words,
        seen_on=seen_on,
        covers=covers,
        **_recorded(by, at),
    )
    authority.save(force_insert=True)
    audit.record(
        by=by,
        at=at,
        action="record_authority",
        subject=("authority", authority.pk),
        person_id=person_id,
        detail={"kind": kind.value, "evidence": evidence.value},
    )
    return authority


@transaction.atomic
def end_authority(*, authority: Authority, why: str, by: Viewer, at: datetime) -> Authority:
    """Somebody no longer cares for a person or decides for them."""
    held = Authority.objects.select_for_update().get(pk=authority.pk)
    is_open = choice_queries.is_open(held.person_id, viewer=by)
    refuse_if(rules.why_not_keep(by, ChoiceKind.TOLD, is_open=is_open))
    refuse_if("This has already ended." if held.ended_at else None)
    refuse_if(None if why.strip() else "Say why, in a few words.", field="why")
    held.ended_at, held.ended_by_name, held.ended_why = at, by.name, why
    held.save(update_fields=["ended_at", "ended_by_name", "ended_why"])
    audit.record(
        by=by,
        at=at,
        action="end_authority",
        subject=("authority", held.pk),
        person_id=held.person_id,
        reason=why,
    )
    return held


# --- what follows from a choice ---


def _rebuild(choice: Choice, *, by: Viewer, at: datetime) -> None:
    """Put the barriers of a choice anew, with gaps for those who are let past it."""
    overrides = list(choice.overrides.filter(ends_at__gt=at))
    _lift(choice, by=by, at=at, reason="")
    _take_effect(choice, overrides, by=by, at=at)
    announce(ChoicesChanged((choice.person_id,), choice.kind.value, by=by, at=at))


def _lift(choice: Choice, *, by: Viewer, at: datetime, reason: str) -> None:
    audit.record(
        by=by,
        at=at,
        action="end_choice",
        subject=("choice", choice.pk),
        person_id=choice.person_id,
        reason=reason,
        detail={"kind": choice.kind.value},
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "select access_end_choice(%s, %s, %s, %s)", [choice.person_id, SOURCE, choice.pk, at]
        )


def _take_effect(
    choice: Choice, overrides: Sequence[ChoiceOverride], *, by: Viewer, at: datetime
) -> None:
    """Open the barriers or the permit that follow from a choice, from now on."""
    common = {
        "person_id": str(choice.person_id),
        "party_id": str(choice.party_id) if choice.party_id else None,
        "category": choice.category.value if choice.category else "",
        "source": SOURCE,
        "source_id": str(choice.pk),
    }
    if choice.kind is ChoiceKind.CONSENT:
        _open("permit", {**common, "starts_at": at.isoformat()}, choice, by=by, at=at)
        return
    barrier = rules.BARRIER_OF.get(choice.kind)
    if barrier is None:
        return
    # An override lets somebody past for a time, so the barrier is one row for each span.
    turns = sorted({at, *(one.ends_at for one in overrides if one.ends_at > at)})
    for starts, ends in zip(turns, [*turns[1:], None], strict=True):
        let_past = [one.party_id for one in overrides if one.ends_at > starts]
        row = {
            **common,
            "kind": barrier.value,
            "lets_in": [str(party) for party in (*choice.lets_in, *let_past)],
            "starts_at": starts.isoformat(),
            "ends_at": ends.isoformat() if ends else None,
        }
        _open("barrier", row, choice, by=by, at=at)


def _open(what: str, row: dict[str, object], choice: Choice, *, by: Viewer, at: datetime) -> None:
    opened = new_id()
    audit.record(
        by=by,
        at=at,
        action=f"open_{what}",
        subject=(what, opened),
        person_id=choice.person_id,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"select access_open_{what}(%s::jsonb)",
            [orjson.dumps({**row, "id": str(opened)}).decode()],
        )


def _refuse_if(reason: Reason | None) -> None:
    if reason is not None:
        refuse_if(reason.words, field=reason.field)

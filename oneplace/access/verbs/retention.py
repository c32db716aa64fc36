"""Records kept long enough: noted as due, held, reviewed. Nothing is destroyed here."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from oneplace.access import audit, retention
from oneplace.access.models import RetentionDue, RetentionHold, RetentionReview
from oneplace.access.models.retention import HoldKind
from oneplace.access.permissions import HANDLE_RIGHTS
from oneplace.access.rules import rights as right_rules
from oneplace.access.viewer import Viewer
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused, refuse_if


@dataclass(frozen=True)
class KeptLong:
    """What one partner recorded of a person, by its last day."""

    person_id: uuid.UUID
    organisation_id: uuid.UUID
    kind: str
    """Of the organisation."""
    born_on: date | None
    died_on: date | None
    last_on: date


@transaction.atomic
def note_due(*, kept: Sequence[KeptLong], by: Viewer, at: datetime) -> int:
    """Note what has fallen due by the schedule; what is noted or reviewed already stays as it is.

    What was reviewed is due again once the day has passed until which it is kept. A nightly job.
    """
    today = local_day(at)
    reviewed = {
        (one.person_id, one.organisation_id): one
        for one in RetentionReview.objects.filter(
            person_id__in=[one.person_id for one in kept]
        ).order_by("reviewed_at")
    }
    rows = []
    for one in kept:
        found = retention.due(
            kind=one.kind, born_on=one.born_on, died_on=one.died_on, last_on=one.last_on
        )
        if found is None or found.on > today:
            continue
        last = reviewed.get((one.person_id, one.organisation_id))
        if last is not None and (last.keep_until is None or last.keep_until > today):
            continue
        rows.append(
            RetentionDue(
                person_id=one.person_id,
                organisation_id=one.organisation_id,
                rule=found.rule.key,
                last_on=one.last_on,
                due_on=found.on,
                found_at=at,
            )
        )
    RetentionDue.objects.bulk_create(rows, ignore_conflicts=True)
    audit.record(by=by, at=at, action="note_due", detail={"due": len(rows)})
    return len(rows)


@transaction.atomic
def review_retention(
    *,
    due: RetentionDue,
    decision: str,
    keep_until: date | None = None,
    why: str,
    by: Viewer,
    at: datetime,
) -> RetentionReview:
    """Decide what becomes of a record past its time: to be destroyed later, or kept until a day."""
    held = _held(due, by)
    reason = right_rules.why_not_review_retention(
        decision,
        keep_until=keep_until,
        today=local_day(at),
        holds=_holds(held.person_id),
        is_reviewed=held.reviewed_at is not None,
    )
    refuse_if(reason)
    refuse_if(right_rules.why_not_reason(why), field="why")
    assert by.account_id is not None  # noqa: S101 - refused before
    made = RetentionReview(
        person_id=held.person_id,
        organisation_id=held.organisation_id,
        rule=held.rule,
        due_on=held.due_on,
        decision=decision,
        keep_until=keep_until if decision == "keep" else None,
        why=why.strip(),
        reviewed_by_id=by.account_id,
        reviewed_by_name=by.name,
        reviewed_at=at,
    )
    made.save(force_insert=True)
    held.reviewed_at = at
    held.save(update_fields=["reviewed_at"])
    audit.record(
        by=by,
        at=at,
        action="review_retention",
        subject=("due", held.pk),
        person_id=held.person_id,
        reason=decision,
    )
    return made


@transaction.atomic
def place_hold(
    *, due: RetentionDue, kind: HoldKind, why: str, by: Viewer, at: datetime
) -> RetentionHold:
    """Let nothing of a person's record be destroyed or erased until the hold is lifted."""
    held = _held(due, by)
    refuse_if(right_rules.why_not_reason(why), field="why")
    assert by.account_id is not None  # noqa: S101 - refused before
    made = RetentionHold(
        person_id=held.person_id,
        organisation_id=held.organisation_id,
        kind=kind,
        why=why.strip(),
        placed_by_id=by.account_id,
        placed_by_name=by.name,
        placed_at=at,
    )
    made.save(force_insert=True)
    audit.record(
        by=by, at=at, action="place_hold", subject=("hold", made.pk), person_id=made.person_id
    )
    return made


@transaction.atomic
def lift_hold(*, hold: RetentionHold, why: str, by: Viewer, at: datetime) -> RetentionHold:
    """Lift a hold; who placed it, and why, stays."""
    held = RetentionHold.objects.select_for_update().get(pk=hold.pk)
    _refuse_unless_officer(by, held.organisation_id)
    refuse_if("It is lifted already." if held.lifted_at else None)
    refuse_if(right_rules.why_not_reason(why), field="why")
    held.lifted_at, held.lifted_why, held.lifted_by_name = at, why.strip(), by.name
    held.save(update_fields=["lifted_at", "lifted_why", "lifted_by_name"])
    audit.record(
        by=by, at=at, action="lift_hold", subject=("hold", held.pk), person_id=held.person_id
    )
    return held


def _held(due: RetentionDue, by: Viewer) -> RetentionDue:
    held = RetentionDue.objects.select_for_update().get(pk=due.pk)
    _refuse_unless_officer(by, held.organisation_id)
    return held


def _refuse_unless_officer(by: Viewer, organisation_id: uuid.UUID) -> None:
    if by.account_id is None or not by.may(HANDLE_RIGHTS) or by.organisation_id != organisation_id:
        raise Refused("The officer of the partner who recorded it decides how long it is kept.")


def _holds(person_id: uuid.UUID) -> int:
    return RetentionHold.objects.filter(person_id=person_id, lifted_at__isnull=True).count()

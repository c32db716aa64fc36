"""Puts on the purpose of keeping somebody safe for one person, and takes it off again.

A function of the database opens the record and demands the entry in the audit, as for an emergency.
"""

import uuid
from datetime import datetime, timedelta

import orjson
from django.db import connection, transaction

from oneplace.access import audit
from oneplace.access.models import WornPurpose
from oneplace.access.queries import worn as queries
from oneplace.access.rules import worn as rules
from oneplace.access.viewer import Viewer
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import AuditOutcome, Purpose


def wear_safeguarding(
    *, person_id: uuid.UUID | None, reason: str, lasts: timedelta, by: Viewer, at: datetime
) -> WornPurpose:
    """Open a record to this one worker for a few hours, to look into a concern about the person.

    `person_id` is None where nobody was found: refused in the same words as a sealed record.
    Raises `Refused`, and leaves an entry of the refusal that stands by itself.
    """
    problem = rules.why_not_wear_now(
        by,
        reason=reason,
        lasts=lasts,
        refused_lately=queries.wearing_refused_lately(viewer=by),
    )
    if problem is not None:
        raise Refused(problem[0], field=problem[1])
    if by.account_id is None or by.role is None:
        raise Refused(rules.NOT_ON_DUTY)
    worn = WornPurpose(
        id=new_id(),
        account_id=by.account_id,
        account_name=by.name,
        hat_id=by.hat_id,
        role=by.role,
        title=by.title,
        organisation_id=by.organisation_id,
        organisation_name=by.organisation_name,
        relationship_id=new_id(),
        purpose=Purpose.SAFEGUARDING,
        reason=reason.strip(),
        starts_at=at,
        ends_at=at + lasts,
        from_address=by.from_address,
        request_id=by.request_id,
    )
    try:
        with transaction.atomic():
            if person_id is None:
                raise Refused(rules.NOTHING_OPENS)
            worn.person_id = person_id
            return _wear(worn, by=by, at=at)
    except Refused:
        with transaction.atomic():
            audit.record(
                by=by,
                at=at,
                action="wear_safeguarding",
                outcome=AuditOutcome.REFUSED,
                person_id=person_id,
                reason=reason.strip(),
            )
        raise


def _wear(worn: WornPurpose, *, by: Viewer, at: datetime) -> WornPurpose:
    audit.record(
        by=by,
        at=at,
        action="wear_safeguarding",
        subject=("worn_purpose", worn.pk),
        person_id=worn.person_id,
        reason=worn.reason,
        detail={"purpose": worn.purpose.value, "until": worn.ends_at.isoformat()},
    )
    with connection.cursor() as cursor:
        cursor.execute("select access_wear_safeguarding(%s::jsonb)", [_as_json(worn)])
        is_opened = bool(cursor.fetchall()[0][0])
    if not is_opened:
        raise Refused(rules.NOTHING_OPENS)
    return WornPurpose.objects.get(pk=worn.pk)


def _as_json(worn: WornPurpose) -> str:
    written = {
        field.column: getattr(worn, field.attname)
        for field in WornPurpose._meta.concrete_fields
        if field.name != "recorded_at"
    }
    given = {key: value for key, value in written.items() if value is not None}
    return orjson.dumps(given).decode()


@transaction.atomic
def take_off_safeguarding(*, worn: WornPurpose, by: Viewer, at: datetime) -> WornPurpose:
    """End a look into a concern before its time: the record closes to them again."""
    refuse_if(rules.why_not_take_off(worn, by=by, at=at))
    audit.record(
        by=by,
        at=at,
        action="take_off_safeguarding",
        subject=("worn_purpose", worn.pk),
        person_id=worn.person_id,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "select access_take_off_safeguarding(%s, %s, %s)", [worn.pk, worn.person_id, at]
        )
        ended = cursor.fetchall()[0][0]
    refuse_if(None if ended else "This has already ended.")
    worn.ended_at = at
    return worn

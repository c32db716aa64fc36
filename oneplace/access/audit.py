"""Writes the audit: one row in the transaction of what it records. No audit, no read."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from django.db import connection, transaction

from oneplace.access.models import AuditEntry
from oneplace.access.viewer import TOLD, Viewer, told
from oneplace.kit.kept_plans import cursor_of_deed, kept_plans
from oneplace.kit.logs import SECRET_PARTS
from oneplace.vocabulary.terms import AuditOutcome

_COLUMNS = """
insert into access_auditentry (care_at, account_id, account_kind, hat_id, role, organisation_id,
    door, action, outcome, purpose, reason, route, subject_kind, subject_id, person_id, shown,
    request_id, from_address, detail)
select %(care_at)s, %(account_id)s, %(account_kind)s, %(hat_id)s, %(role)s, %(organisation_id)s,
    %(door)s, %(action)s, %(outcome)s, %(purpose)s, %(reason)s, %(route)s, %(subject_kind)s,
    %(subject_id)s, %(person_id)s, %(shown)s, %(request_id)s, %(from_address)s, %(detail)s::jsonb
"""
_INSERT_AND_TELL = f"{_COLUMNS} from (select {TOLD}) told"
_INSERT_WITH_PERSONS = f"""
with entry as ({_COLUMNS} returning id)
insert into access_auditperson (entry_id, person_id)
select entry.id, person from entry, unnest(%(persons)s::uuid[]) as person
"""


def _longest(field: str) -> int:
    column = AuditEntry._meta.get_field(field)
    return int(getattr(column, "max_length", None) or 0)


# What is typed into an address may be longer than a column; an entry that could not be written
# would be an opening or a refusal that nobody sees.
_LONGEST = {
    field: _longest(field) for field in ("action", "route", "subject_kind", "subject_id", "door")
}


def subject_of(parts: Mapping[str, object]) -> tuple[str, object] | None:
    """What the varying parts of an address say the page is about; never the secret of a link."""
    return None if SECRET_PARTS & parts.keys() else next(iter(parts.items()), None)


def person_of(parts: Mapping[str, object]) -> uuid.UUID | None:
    """Whom a page is about, as the varying parts of its address say."""
    named = parts.get("person_id")
    return named if isinstance(named, uuid.UUID) else None


def record(
    *,
    by: Viewer,
    at: datetime,
    action: str,
    outcome: AuditOutcome = AuditOutcome.DONE,
    subject: tuple[str, object] | None = None,
    person_id: uuid.UUID | None = None,
    persons_shown: Sequence[uuid.UUID] | None = None,
    reason: str = "",
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write one entry for what `by` did, with a child row for each person a list showed.

    `subject` is (kind, id); `detail` must never hold content of a record. Raises `RuntimeError`
    outside a transaction, because an entry must stand or fall with what it records.
    """
    values = _values(
        by=by,
        at=at,
        action=action,
        outcome=outcome,
        subject=subject,
        person_id=person_id,
        shown=None if persons_shown is None else len(persons_shown),
        reason=reason,
        detail=detail,
    )
    with cursor_of_deed() as cursor:
        if persons_shown:
            cursor.execute(_INSERT_WITH_PERSONS, {**values, "persons": list(persons_shown)})
        else:
            cursor.execute(_COLUMNS, values)


def record_opening(
    *,
    by: Viewer,
    at: datetime,
    action: str,
    subject: tuple[str, object] | None = None,
    person_id: uuid.UUID | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Tell the database who is looking and write the entry of it, in one statement.

    `person_id` is whom the page's address names, so that whoever asks who looked finds the page.
    """
    values = _values(
        by=by, at=at, action=action, subject=subject, person_id=person_id, detail=detail
    )
    with kept_plans() as cursor:
        cursor.execute(_INSERT_AND_TELL, {**values, **told(by, at=at, about=person_id)})


def record_refusal(
    *,
    by: Viewer,
    at: datetime,
    action: str,
    outcome: AuditOutcome = AuditOutcome.REFUSED,
    subject: tuple[str, object] | None = None,
    person_id: uuid.UUID | None = None,
    reason: str = "",
) -> None:
    """Write a refusal or failure in a transaction of its own, after the refused one is gone."""
    with transaction.atomic():
        record(
            by=by,
            at=at,
            action=action,
            outcome=outcome,
            subject=subject,
            person_id=person_id,
            reason=reason,
        )


def within(
    *,
    by: Viewer,
    at: datetime,
    action: str,
    person_id: uuid.UUID,
    detail: Mapping[str, Any] | None = None,
) -> tuple[str, dict[str, Any]]:
    """The statement that writes an entry, and its values, to be part of one that also reads.

    A `where` may follow it: whoever is shown nothing leaves no entry of having been shown it.
    """
    return _COLUMNS, _values(by=by, at=at, action=action, person_id=person_id, detail=detail)


def _values(
    *,
    by: Viewer,
    at: datetime,
    action: str,
    outcome: AuditOutcome = AuditOutcome.DONE,
    subject: tuple[str, object] | None = None,
    person_id: uuid.UUID | None = None,
    shown: int | None = None,
    reason: str = "",
    detail: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    if not connection.in_atomic_block:
        raise RuntimeError("An audit entry is written in the transaction of what it records.")
    values = {
        "care_at": at,
        "account_id": by.account_id,
        "account_kind": by.kind.value,
        "hat_id": by.hat_id,
        "role": by.role.value if by.role else "",
        "organisation_id": by.organisation_id,
        "door": by.door,
        "action": action,
        "outcome": outcome.value,
        "purpose": by.purpose.value,
        "reason": reason,
        "route": by.route,
        "subject_kind": subject[0] if subject else "",
        "subject_id": str(subject[1]) if subject else "",
        "person_id": person_id,
        "shown": shown,
        "request_id": by.request_id,
        "from_address": by.from_address,
        "detail": orjson.dumps(dict(detail or {})).decode(),
    }
    return values | {field: str(values[field])[:most] for field, most in _LONGEST.items()}

"""Who looked at a record, and why: for those who answer for access, and for the person whose it is.

One function of the database answers both, so that what an officer tells a person and what the
person reads by themselves is the same.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, Final

from django.conf import settings
from django.db import connection

from oneplace.access.viewer import Viewer
from oneplace.vocabulary.terms import AccountKind, AuditOutcome, Purpose, RelationshipKind, Role

MOST: Final = 400
"""Days of an account shown at once; older ones are asked for by their time."""
_EVER: Final = datetime(1900, 1, 1, tzinfo=UTC)
_LOOKS: Final = "select * from access_looks(%s, %s, %s, %s)"


@dataclass(frozen=True)
class Look:
    """What one account did with one record, in one post, for one purpose, on one day.

    `entry_id` is the first entry of the audit it stands for; `name` is empty for oneplace itself.
    """

    entry_id: int
    first_at: datetime
    last_at: datetime
    times: int
    account_id: uuid.UUID | None
    account_kind: AccountKind | None
    name: str
    hat_id: uuid.UUID | None
    role: Role | None
    title: str
    organisation_id: uuid.UUID | None
    organisation: str
    actions: tuple[str, ...]
    outcome: AuditOutcome
    purpose: Purpose | None
    reason: str
    connected: tuple[RelationshipKind, ...]
    """What connected the two at the time: why they could."""
    is_list: bool
    """A list or search that showed the name, not the record."""


# In the order in which the function of the database gives them.
_COLUMNS: Final = tuple(field.name for field in fields(Look))


def looks(
    person_id: uuid.UUID, *, viewer: Viewer, since: datetime | None = None, most: int = MOST
) -> list[Look]:
    """Who looked at this record, newest first; nobody for who may not know.

    An officer who sees the audit, or the person whose record it is: the database asks that itself.
    Looks at what was found to be the same person's record are among them.
    """
    if viewer.account_id is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_LOOKS, [person_id, since or _EVER, settings.TIME_ZONE, most])
        return [_look(row) for row in cursor.fetchall()]


def look(entry_id: int, person_id: uuid.UUID, *, viewer: Viewer) -> Look | None:
    """One of them by its first entry."""
    found = looks(person_id, viewer=viewer)
    return next((one for one in found if one.entry_id == entry_id), None)


def is_own_record(person_id: uuid.UUID, *, viewer: Viewer) -> bool:
    """Whether this is the viewer's own record, opened to them as theirs, by any identifier."""
    if viewer.account_id is None:
        return False
    with connection.cursor() as cursor:
        cursor.execute("select %s = any (access_own_people(false))", [person_id])
        return bool(cursor.fetchall()[0][0])


def _look(row: Sequence[Any]) -> Look:
    named = dict(zip(_COLUMNS, row, strict=True))
    return Look(
        **named
        | {
            "account_kind": AccountKind(named["account_kind"]) if named["account_kind"] else None,
            "role": Role(named["role"]) if named["role"] else None,
            "actions": tuple(named["actions"]),
            "outcome": AuditOutcome(named["outcome"]),
            "purpose": Purpose(named["purpose"]) if named["purpose"] else None,
            "connected": tuple(RelationshipKind(kind) for kind in named["connected"]),
        }
    )

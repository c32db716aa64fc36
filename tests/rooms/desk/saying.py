"""Lets a test of the desk have records arrive, be taken in and be placed."""

import uuid
from datetime import UTC, datetime

from oneplace.config.database import Role as DatabaseRole
from oneplace.vocabulary.rows import EntrySaid, Said
from oneplace.vocabulary.terms import EntryKind, EntryStatus
from tests.database import as_role
from tests.rooms.people.saying import GP, HOSPITAL, key, margaret, person_of, say

AT = datetime(2026, 3, 12, 9, 40, tzinfo=UTC)


def entry(
    kind: EntryKind,
    title: str,
    *,
    day: int = 1,
    authority: str = GP,
    value: str = "1",
    **fields: object,
) -> EntrySaid:
    """An entry of a day of March about Margaret's number at a source."""
    given: dict[str, object] = {
        "source": authority.split(":", maxsplit=1)[0],
        "kind": kind,
        "key": f"{kind.value} {title} {day}",
        "subject": key(authority, value),
        "said_at": datetime(2026, 3, day, 12, tzinfo=UTC),
        "place": "row 1",
        "status": EntryStatus.CURRENT,
        "starts_at": datetime(2026, 3, day, 12, tzinfo=UTC),
        "title": title,
    }
    return EntrySaid(**{**given, **fields})  # type: ignore[arg-type]


def margaret_arrives(*rows: Said, at: datetime = AT, practice: str = "") -> uuid.UUID:
    """Margaret, known to her practice and the hospital, with these rows; returns who she is."""
    with as_role(DatabaseRole.LOADER):
        known = margaret(GP, "1", practice_code=practice, organisation=practice)
        say(known, margaret(HOSPITAL, "H1"), *rows, at=at)
        found: uuid.UUID = person_of(GP, "1").pk
        return found


def arrives(*rows: Said, at: datetime = AT) -> None:
    """More rows arrive."""
    with as_role(DatabaseRole.LOADER):
        say(*rows, at=at)

"""Blocks of the audit are hashed quickly and to the same digest as entry by entry."""

import hashlib
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection, transaction

from oneplace.access import audit, sealed_blocks, sealer
from oneplace.access.sealed_blocks import Block, hash_blocks
from oneplace.access.viewer import Viewer, viewing
from oneplace.config.database import Role
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import AccountKind
from tests.database import admin, as_role
from tests.rooms.access.test_audit import _seal_soon

# What the text of a JSON object can stumble over.
ODD = (
    *("", "plain", 'a "quoted" word', "back\\slash", "tab\tand\nline", "é, ☃ and 𝄞", "%s %(x)s {}"),
    *("".join(map(chr, codes)) for codes in (range(1, 17), range(17, 33), (127, 128, 160, 0x2028))),
)
_PLAIN = """
select e.id, (to_jsonb(e) - 'id')::text || coalesce(
         (select jsonb_agg(p.person_id order by p.id)::text
            from access_auditperson p where p.entry_id = e.id), '')
  from access_auditentry e order by e.id
"""


def _officer(**given: object) -> Viewer:
    return Viewer(account_id=new_id(), kind=AccountKind.STAFF, name="Officer", **given)  # type: ignore[arg-type]


def _write_odd(at: datetime) -> None:
    for number, words in enumerate(ODD):
        officer = _officer(
            from_address=(None, "10.0.0.1", "2001:db8::1")[number % 3],
            hat_id=new_id() if number % 2 else None,
        )
        with viewing(officer, at=at):
            audit.record(
                by=officer,
                at=at,
                action="look",
                reason=words,
                subject=(words, words),
                persons_shown=[UUID(int=each) for each in range(number)] or None,
                detail={"words": words, "deep": {"list": [1, None, 2.50, True]}, "b": {}, "": []},
            )


@pytest.mark.django_db
def test_the_text_that_is_hashed_is_the_one_of_a_whole_jsonb(at: datetime) -> None:
    _write_odd(at)

    with as_role(Role.LOADER), connection.cursor() as cursor:
        cursor.execute(
            "select count(*), count(*) filter (where (to_jsonb(e) - 'id')::text is distinct from"
            f" {sealed_blocks._text(cursor)}) from access_auditentry e"
        )
        assert cursor.fetchone() == (len(ODD), 0)


@pytest.mark.django_db
def test_a_block_is_hashed_to_the_digest_of_its_entries_one_by_one(at: datetime) -> None:
    _write_odd(at)
    previous = bytes(range(32))

    with as_role(Role.LOADER), connection.cursor() as cursor:
        found = hash_blocks([Block(7, 1, "0", "99999999999", 0, previous)])[7]
        hasher = hashlib.sha256(previous + b"1:0:99999999999")
        cursor.execute(_PLAIN)
        for number, text in cursor.fetchall():
            hasher.update(f"\n{number}:{text}".encode())

    assert found.digest == hasher.digest()
    assert found.entries == len(ODD)


@pytest.mark.django_db
def test_a_block_of_nothing_comes_to_its_bounds_alone() -> None:
    with as_role(Role.LOADER):
        found = hash_blocks([Block(1, 1, "0", "1", 0, bytes(32))])[1]

    assert found.entries == 0
    assert found.digest == hashlib.sha256(bytes(32) + b"1:0:1").digest()


def test_many_are_hashed_by_two_connections_and_any_change_is_found(
    committed: str, at: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    anchor = sealer.Anchor(tmp_path / "anchor")
    for _ in range(4):
        _write_odd(at)
        with as_role(Role.LOADER):
            _seal_soon()
            anchor.write_head()
    monkeypatch.setattr(sealed_blocks, "APART", 1)
    monkeypatch.setattr(sealed_blocks, "ENTRIES_AT_ONCE", len(ODD))

    with as_role(Role.LOADER):
        found = sealer.verify(anchor)
        with admin(committed) as superuser:
            superuser.execute("set session_replication_role = replica")
            superuser.execute("update access_auditentry set reason = 'x' where id = 3")
        changed = sealer.verify(anchor)

    assert (found.is_sound, found.blocks, found.entries) == (True, 4, 4 * len(ODD))
    assert [fault.block for fault in changed.faults] == [1]


def test_a_fault_in_one_connection_is_told_and_not_swallowed(
    committed: str, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealed_blocks, "APART", 0)
    monkeypatch.setattr(sealed_blocks, "_TEXT", 19)

    _write_odd(at)
    with as_role(Role.LOADER), transaction.atomic(), pytest.raises(RuntimeError, match="form"):
        hash_blocks([Block(1, 1, "0", "99999999999", 0, bytes(32))])

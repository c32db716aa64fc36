"""A thousand tamperings with the audit, a thousand found."""

import random

from tests.campaigns import campaign


@campaign(
    "access.tampering",
    sibling="tests/rooms/access/test_audit.py::test_what_a_superuser_changes_is_found",
)
def tampering(seed: int) -> str:
    """Change one random thing of a sealed audit, a thousand times over; each must be found."""
    import pathlib
    import tempfile
    from datetime import UTC, datetime

    import django
    from django.db import connection

    from tests import database

    django.setup()
    database.ready_cluster()
    database.clone(database.NAME)

    from oneplace.access import audit, sealer
    from oneplace.access.viewer import Viewer, viewing
    from oneplace.config.database import Role
    from oneplace.vocabulary.ids import new_id
    from oneplace.vocabulary.terms import AccountKind

    chance = random.Random(seed)
    at = datetime(2026, 3, 12, 9, 40, tzinfo=UTC)
    officer = Viewer(account_id=new_id(), kind=AccountKind.STAFF, name="Officer")
    anchor = sealer.Anchor(pathlib.Path(tempfile.mkdtemp()) / "anchor")
    for _ in range(20):
        for number in range(10):
            with viewing(officer, at=at):
                audit.record(
                    by=officer,
                    at=at,
                    action=f"look_{number}",
                    persons_shown=[new_id() for _ in range(chance.randint(1, 3))],
                )
        with database.as_role(Role.LOADER):
            sealer.seal()
            anchor.write_head()
    columns = (
        "reason = reason || 'x'",
        "action = action || 'x'",
        "recorded_at = recorded_at + interval '1 microsecond'",
        "account_id = gen_random_uuid()",
        "shown = shown + 1",
        "outcome = 'refused'",
        "role = role || 'x'",
    )
    found = 0
    tried = 1000
    connection.close()
    sealed_copy = f"{database.NAME}_sealed"
    database.copy(database.NAME, sealed_copy)
    for _ in range(tried):
        entry = chance.randint(1, 200)
        statement = chance.choice(
            [
                f"update access_auditentry set {chance.choice(columns)} where id = {entry}",
                f"delete from access_auditperson where entry_id = {entry}",
                "insert into access_auditperson (entry_id, person_id)"
                f" values ({entry}, gen_random_uuid())",
                "update access_auditseal set digest = sha256(digest)"
                f" where block = {chance.randint(1, 20)}",
                f"delete from access_auditseal where block >= {chance.randint(1, 20)}",
            ]
        )
        database.copy(sealed_copy, database.NAME)
        with database.admin(database.NAME) as superuser:
            superuser.execute("set session_replication_role = replica")
            superuser.execute(statement)
        with database.as_role(Role.LOADER):
            found += not sealer.verify(anchor).is_sound
        connection.close()
    database.drop(sealed_copy)
    assert found == tried, f"{tried - found} of {tried} tamperings were not found"
    return f"{found} of {tried} tamperings found"


AUDIT_ROWS, WANTED_ROWS = 2_000_000, 10_000_000
"""How many are made here, and for how many the time is said: making ten million takes longer than a
part may."""
ROWS_A_BLOCK = 250_000
LONGEST_TO_VERIFY_S = 60.0
_MANY = """
insert into access_auditentry (care_at, account_id, account_kind, hat_id, role, organisation_id,
    door, action, outcome, purpose, reason, route, subject_kind, subject_id, person_id, detail)
select %(at)s, gen_random_uuid(), 'staff', gen_random_uuid(), 'gp', gen_random_uuid(), 'page',
       'see_record', 'done', 'direct_care', '', 'desk:person', 'person_id', '', gen_random_uuid(),
       '{}'::jsonb
  from generate_series(1, %(rows)s)
"""


def verified(rows: int, *, rows_a_block: int) -> float:
    """Seconds in which an audit of so many rows, made up and sealed in blocks, is verified."""
    import pathlib
    import tempfile
    import time
    from datetime import UTC, datetime

    from django.db import connection, transaction

    from oneplace.access import sealer
    from oneplace.config.database import Role
    from tests import database

    anchor = sealer.Anchor(pathlib.Path(tempfile.mkdtemp()) / "anchor")
    for begun in range(0, rows, rows_a_block):
        with database.as_role(Role.LOADER):
            with transaction.atomic(), connection.cursor() as cursor:
                given = {"at": datetime(2026, 3, 12, tzinfo=UTC)}
                cursor.execute(_MANY, {**given, "rows": min(rows_a_block, rows - begun)})
            sealer.seal()
    with database.as_role(Role.LOADER):
        anchor.write_head()
        began = time.perf_counter()
        found = sealer.verify(anchor)
    took = time.perf_counter() - began
    if not found.is_sound or found.entries != rows:
        raise AssertionError(f"{found.entries:,} of {rows:,} entries, {found.faults[:3]}")
    return took


@campaign(
    "access.audit_verified",
    sibling="tests/rooms/access/test_audit.py::test_what_a_superuser_changes_is_found",
)
def audit_verified(seed: int) -> str:
    """Rows of the audit verified from the entries themselves, and what ten million would take."""
    import django

    from tests import database

    django.setup()
    database.ready_cluster()
    database.clone(database.NAME)
    took = verified(AUDIT_ROWS, rows_a_block=ROWS_A_BLOCK)
    whole = took * WANTED_ROWS / AUDIT_ROWS
    said = f"{AUDIT_ROWS:,} rows verified in {took:.0f} s, so {WANTED_ROWS:,} in {whole:.0f} s"
    if whole > LONGEST_TO_VERIFY_S:
        raise AssertionError(f"{said}; the goal is {LONGEST_TO_VERIFY_S:.0f} s")
    return said

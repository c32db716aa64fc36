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

"""`oneplace audit`: seal the audit in blocks and verify it against its anchors."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from oneplace.cli.console import Console, Stop, looks, speaks

if TYPE_CHECKING:
    from oneplace.config.database import Database, Role

SEAL_EVERY_S = 1.0
ANCHOR_EVERY_S = 60.0


@click.group()
def audit() -> None:
    """Seal and verify the audit."""


@audit.command()
@click.option("--forever", is_flag=True, help="Keep sealing each second until stopped.")
@speaks
def seal(*, forever: bool, console: Console) -> None:
    """Chain what has committed into a block, and write the signed head outside the database."""
    from oneplace.access import sealer
    from oneplace.config.database import Role
    from oneplace.config.installation import join
    from oneplace.config.paths import data_folder

    become_loader_unless_told(join, Role.LOADER)
    anchor = sealer.Anchor(data_folder() / "audit-anchor")
    sealed = sealer.seal()
    anchor.write_head()
    anchored = time.monotonic()
    while forever:
        time.sleep(SEAL_EVERY_S)
        sealer.seal()
        if time.monotonic() - anchored >= ANCHOR_EVERY_S:
            anchor.write_head()
            anchored = time.monotonic()
    console.say(
        f"Sealed {sealed.entries} entries in block {sealed.block}."
        if sealed
        else "Nothing new to seal."
    )
    console.result(done=True, entries=sealed.entries if sealed else 0)


@audit.command()
@looks
def verify(*, console: Console) -> None:
    """Recompute every block and hold it against the seals and the anchored heads.

    Exit code 1 if anything was edited, deleted, inserted, swapped or cut.
    """
    from oneplace.access import sealer
    from oneplace.config.database import Role
    from oneplace.config.installation import join
    from oneplace.config.paths import data_folder

    was_running = _is_running()
    database = become_loader_unless_told(join, Role.LOADER)
    try:
        sealer.seal()  # what has committed since the last second belongs to the check
        found = sealer.verify(sealer.Anchor(data_folder() / "audit-anchor"))
    finally:
        if database is not None and not was_running:
            database.stop()
    console.say(
        f"{found.blocks} blocks, {found.entries} entries, {found.anchors} anchored heads; "
        f"{found.unsealed} entries not sealed yet."
    )
    for fault in found.faults:
        console.say(f"  block {fault.block}: {fault.what}")
    console.result(
        sound=found.is_sound,
        blocks=found.blocks,
        entries=found.entries,
        unsealed=found.unsealed,
        anchored_at=found.anchored_at,
        faults=[{"block": fault.block, "what": fault.what} for fault in found.faults],
    )
    if not found.is_sound:
        raise Stop(
            "The audit is not as it was sealed. Keep the database as it is and tell the "
            "information-governance officer.",
            is_told=True,
        )


def become_loader_unless_told(
    join: "Callable[[Role], Database]", role: "Role"
) -> "Database | None":
    """Under the supervisor this process already is the loader and holds no other secret.

    Returns the database it made ready itself, or None.
    """
    import os

    import django

    from oneplace.config.database import CONNECTION_VARIABLE, ROLE_VARIABLE

    # A command that another one starts finds that one's secret in its environment, which may be
    # the owner's: only the right one is taken as told.
    is_right = os.environ.get(ROLE_VARIABLE, role.value) == role.value
    if CONNECTION_VARIABLE in os.environ and is_right:
        django.setup()
        return None
    return join(role)


def _is_running() -> bool:
    """Whether the embedded server already runs, so that it is left as it was found."""
    from oneplace.config.database import Database

    database = Database()
    return database.embedded is None or database.embedded.is_running()

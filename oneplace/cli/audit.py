"""`oneplace audit`: seal the audit in blocks and verify it against its anchors."""

import time

import click

from oneplace.cli.console import Console, Stop, speaks

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
    from oneplace.config.installation import become
    from oneplace.config.paths import data_folder

    become_loader_unless_told(become, Role.LOADER)
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
@speaks
def verify(*, console: Console) -> None:
    """Recompute every block and hold it against the seals and the anchored heads.

    Exit code 1 if anything was edited, deleted, inserted, swapped or cut.
    """
    from oneplace.access import sealer
    from oneplace.config.database import Role
    from oneplace.config.installation import become
    from oneplace.config.paths import data_folder

    become_loader_unless_told(become, Role.LOADER)
    found = sealer.verify(sealer.Anchor(data_folder() / "audit-anchor"))
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
            "information-governance officer."
        )


def become_loader_unless_told(become, role) -> None:  # type: ignore[no-untyped-def]
    """Under the supervisor this process already is the loader and holds no other secret."""
    import os

    import django

    from oneplace.config.database import CONNECTION_VARIABLE

    if CONNECTION_VARIABLE in os.environ:
        django.setup()
    else:
        become(role)

"""`oneplace snapshot`: carry the record to the analytic store."""

import click

from oneplace.cli.console import Console, Stop, speaks


@click.command()
@click.option("--all", "everybody", is_flag=True, help="Read everybody anew, not only changes.")
@speaks
def snapshot(*, everybody: bool, console: Console) -> None:
    """Take a pseudonymous snapshot of the record, to be asked by `oneplace find` or a notebook.

    Reads only whose record changed since the last one. The folder it makes names nobody; who
    stands behind a pseudonym stays in the database. Whoever objects to being found is not in it.
    """
    import time
    from pathlib import Path

    from oneplace.cli.audit import become_loader_unless_told
    from oneplace.config.database import Role
    from oneplace.config.installation import join

    become_loader_unless_told(join, Role.LOADER)
    from django.conf import settings

    from oneplace import snapshot as snapshots
    from oneplace.kit import clock, formats
    from oneplace.snapshot.keeper import KEEPER

    begun = time.monotonic()
    folder = snapshots.folder_of(Path(settings.DATA_FOLDER))
    with console.progress("Taking a snapshot"):
        try:
            taken = snapshots.take(folder=folder, by=KEEPER, at=clock.now(), everybody=everybody)
        except snapshots.SnapshotFailed as failed:
            raise Stop(str(failed)) from failed
    seconds = round(time.monotonic() - begun, 1)
    counts, manifest = taken.manifest.counts, taken.manifest
    read = "everybody" if manifest.changed is None else f"{manifest.changed:,} who changed"
    console.say(
        f"{counts['people']:,} people and {counts['events']:,} events in {taken.folder}: "
        f"read {read}, {seconds} seconds."
        if taken.is_new
        else f"Nothing has changed since {formats.moment(manifest.made_at)}: {taken.folder} stands."
    )
    console.result(
        done=True,
        folder=str(taken.folder),
        is_new=taken.is_new,
        hash=manifest.hash,
        counts=dict(counts),
        changed=manifest.changed,
        seconds=seconds,
    )

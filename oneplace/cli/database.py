"""`oneplace database`: prepare or upgrade the database, for whoever runs the service."""

from pathlib import Path

import click

from oneplace.cli.console import Console, Stop, looks, speaks


@click.group()
def database() -> None:
    """Prepare or upgrade the database."""


@database.command()
@speaks
def prepare(*, console: Console) -> None:
    """Make the three roles, the database, its tables, grants and policies; safe to repeat.

    With no DATABASE_URL this is the embedded PostgreSQL in the data folder.
    """
    from oneplace.config.database import Database, Role
    from oneplace.config.installation import become, begin_ledger, migrate

    chosen = Database()
    with console.progress("Preparing the database", total=3) as progress:
        chosen.start()
        progress(1, "roles")
        chosen.prepare()
        progress(2, "tables and policies")
        begin_ledger(chosen)
        become(Role.OWNER, chosen)
        migrate()
        progress(3, "done")
    _keep_erased(console)
    console.say("The database is ready: tables, grants and policies are those of this version.")
    console.result(done=True)


def _keep_erased(console: Console) -> None:
    """Erase again, as the loader, what a restored backup brought back."""
    import subprocess
    import sys

    # Another process: this one speaks as the owner, whom the policies show no record.
    done = subprocess.run(
        [sys.executable, "-m", "oneplace.cli", "erasures", "apply"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise Stop(
            "The database is ready, but the ledger of erasures could not be applied; nobody may be "
            f"served before it is: {(done.stderr or done.stdout).strip()}"
        )
    # Which ledger was read, too: a wrong folder is seen here first.
    console.say(done.stdout.strip())


@database.command()
@click.option("--all", "every", is_flag=True, help="Each demo's of this project too.")
@looks
def stop(*, every: bool, console: Console) -> None:
    """Stop the embedded PostgreSQL, if it is running.

    Not under a service or a demo that runs: stop that first.
    """
    from oneplace.config import demos
    from oneplace.config.paths import data_folder
    from oneplace.config.roll import Roll, RunsAlready, StillThere

    others = [demos.service_folder(), *demos.made()] if every else []
    folders = dict.fromkeys([data_folder(), *(folder for folder in others if folder.exists())])
    for folder in folders:
        roll = Roll(folder / "running.json")
        try:
            roll.take().end_leftovers()
            _stop_in(folder)
        except (RunsAlready, StillThere) as error:
            raise Stop(str(error)) from error
        finally:
            roll.leave()
    console.say("The embedded database is stopped.")
    console.result(done=True)


def _stop_in(folder: Path) -> None:
    from oneplace.config.embedded import EmbeddedPostgres

    EmbeddedPostgres(folder / "postgres").stop()

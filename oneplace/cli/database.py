"""`oneplace database`: prepare or upgrade the database, for whoever runs the service."""

import click

from oneplace.cli.console import Console, speaks


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
    from oneplace.config.installation import become, migrate

    chosen = Database()
    with console.progress("Preparing the database", total=3) as progress:
        chosen.start()
        progress(1, "roles")
        chosen.prepare()
        progress(2, "tables and policies")
        become(Role.OWNER, chosen)
        migrate()
        progress(3, "done")
    console.say("The database is ready: tables, grants and policies are those of this version.")
    console.result(done=True)


@database.command()
@speaks
def stop(*, console: Console) -> None:
    """Stop the embedded PostgreSQL, if it is running."""
    from oneplace.config.database import Database

    Database().stop()
    console.say("The embedded database is stopped.")
    console.result(done=True)

"""`oneplace version`: which version this is, and of what it is made."""

import platform

import click

from oneplace import __version__
from oneplace.cli.console import Console, speaks


@click.command()
@speaks
def version(*, console: Console) -> None:
    """Say which version of oneplace, Python and PostgreSQL this is."""
    from oneplace.config.embedded import DatabaseUnavailable, find_binaries

    try:
        binaries = find_binaries()
        database = f"PostgreSQL {binaries.major} ({binaries.origin})"
    except DatabaseUnavailable:
        database = "no embedded PostgreSQL"
    console.say(f"oneplace {__version__}, Python {platform.python_version()}, {database}")
    console.result(version=__version__, python=platform.python_version(), database=database)

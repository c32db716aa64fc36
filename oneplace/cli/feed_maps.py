"""`oneplace feeds map`: check a mapping file, and try it on a partner's table."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from oneplace.cli.console import Console, Stop, speaks

if TYPE_CHECKING:
    from oneplace.feeds.tables.mapping import Mapping
    from oneplace.feeds.tables.previewing import Preview

ASKED_WRONGLY = 2
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("map")
def map_group() -> None:
    """Check a mapping file, and try it on a partner's table. Nothing is stored."""


@map_group.command()
@click.argument("mapping", type=_FILE)
@speaks
def check(*, mapping: Path, console: Console) -> None:
    """Say that the MAPPING is sound, or all that is wrong with it."""
    found = _mapping(mapping, console)
    console.say(f"{mapping} is sound. It reads {len(found.columns)} columns:")
    console.say("  " + ", ".join(found.columns))
    console.result(done=True, name=found.name, columns=list(found.columns))


@map_group.command("try")
@click.argument("mapping", type=_FILE)
@click.argument("file", type=_FILE)
@click.option("--rows", default=5, show_default=True, help="How many rows to show.")
@speaks
def try_mapping(*, mapping: Path, file: Path, rows: int, console: Console) -> None:
    """Show what the first rows of FILE become by the MAPPING."""
    from oneplace.feeds.reading import Received
    from oneplace.feeds.tables.previewing import first_rows

    found = _mapping(mapping, console)
    given = Received(
        id="trial",
        source="trial",
        organisation="",
        name=file.name,
        size=file.stat().st_size,
        sha256=hashlib.sha256(str(file).encode()).hexdigest(),
        arrived_at=datetime.now(UTC),
        open=lambda: file.open("rb"),
    )
    preview = first_rows(found, given, most=max(1, rows))
    _say(preview, console)
    console.result(
        done=not preview.refused,
        refused=preview.refused,
        missing=list(preview.missing),
        unread=list(preview.unread),
        rows=[row._asdict() for row in preview.rows],
    )
    if preview.refused:
        raise click.exceptions.Exit(1)


def _mapping(path: Path, console: Console) -> "Mapping":
    from oneplace.feeds.tables.mapping import MappingWrong, read_mapping

    try:
        return read_mapping(path.read_text(encoding="utf-8"), path.name)
    except UnicodeDecodeError:
        raise Stop(f"{path} is not UTF-8 text.", code=ASKED_WRONGLY) from None
    except MappingWrong as wrong:
        console.say(str(wrong))
        console.result(
            done=False,
            file=str(path),
            problems=[{"key": each.key, "reason": each.reason} for each in wrong.problems],
        )
        raise click.exceptions.Exit(ASKED_WRONGLY) from None


def _say(preview: "Preview", console: Console) -> None:
    for row in preview.rows:
        console.say(row.place)
        if row.fault:
            console.say(f"  kept aside: {row.fault}")
        for each in row.said:
            _say_row(dict(each), console)
    if preview.unread:
        console.say(f"Not read, only counted: {', '.join(preview.unread)}")
    if preview.refused:
        console.say(f"The whole file would be kept aside. {preview.refused}")


def _say_row(told: dict[str, Any], console: Console) -> None:
    console.say(f"  {told.pop('what')}")
    for name, value in told.items():
        console.say(f"    {name} = {value}")

"""`oneplace files`: check that every file can still be opened, and sweep away what is left over.

The command line becomes the loader and sets Django up before it calls these.
"""

import json
from typing import Any

import click


def _say(text: str, *, as_json: bool) -> None:
    click.echo(text, err=as_json)


def _result(as_json: bool, **values: Any) -> None:
    if as_json:
        click.echo(json.dumps(values))


# The same help words whichever command line it hangs on.
@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def files() -> None:
    """Check the files in the data folder; sweep away what nothing refers to."""


@files.command()
@click.option("--json", "as_json", is_flag=True, help="End with one JSON object on stdout.")
def check(*, as_json: bool) -> int:
    """Read every file back against its hash; name what is missing, damaged or left over.

    Exit code 1 if a file that should open would not.
    """
    from oneplace.files import integrity
    from oneplace.files.store import in_words, store

    found = integrity.check(store())
    _say(f"{found.checked} contents, {in_words(found.bytes_read)} read back.", as_json=as_json)
    for sha256 in found.missing:
        _say(
            f"  missing: {sha256} — bring it back from a backup of the data folder", as_json=as_json
        )
    for sha256 in found.damaged:
        _say(f"  damaged: {sha256} — replace it from a backup of the data folder", as_json=as_json)
    left = len(found.orphans) + len(found.unreferred) + len(found.leftovers)
    if left:
        _say(f"{left} left over, referred to by nothing: oneplace files sweep", as_json=as_json)
    _say("Every file can be opened." if found.is_sound else "Some cannot.", as_json=as_json)
    _result(
        as_json,
        sound=found.is_sound,
        checked=found.checked,
        bytes=found.bytes_read,
        missing=list(found.missing),
        damaged=list(found.damaged),
        orphans=list(found.orphans),
        unreferred=list(found.unreferred),
        leftovers=len(found.leftovers),
    )
    return 0 if found.is_sound else 1


@files.command()
@click.option("--json", "as_json", is_flag=True, help="End with one JSON object on stdout.")
def sweep(*, as_json: bool) -> int:
    """Erase what no file refers to any more and is older than a day; each is audited."""
    from oneplace.access.viewer import system_viewer
    from oneplace.files import integrity
    from oneplace.files.store import in_words, store
    from oneplace.kit import clock
    from oneplace.vocabulary.terms import Purpose

    shelf = store()
    sweeper = system_viewer(
        "file sweeper", purpose=Purpose.DIRECT_CARE, permissions=frozenset({"sweep_files"})
    )
    swept = integrity.sweep(shelf, integrity.check(shelf), by=sweeper, at=clock.now())
    _say(
        f"Erased {swept.contents} contents and {swept.leftovers} unfinished files: "
        f"{in_words(swept.freed)} freed.",
        as_json=as_json,
    )
    _result(
        as_json, done=True, contents=swept.contents, leftovers=swept.leftovers, freed=swept.freed
    )
    return 0

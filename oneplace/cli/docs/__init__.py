"""`oneplace docs`: write the documents that are made from the code, or say which fell behind."""

from collections.abc import Callable, Mapping
from pathlib import Path

import click

from oneplace.cli.console import Console, Stop, speaks
from oneplace.cli.docs.entries import entries
from oneplace.cli.docs.hazards import hazards
from oneplace.cli.docs.helps import commands
from oneplace.cli.docs.house import house
from oneplace.cli.docs.pages import is_clone
from oneplace.cli.docs.place_file import place_file
from oneplace.cli.docs.words import permissions, states
from oneplace.vocabulary.glossary import brought_in_step


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; fail if a document fell behind.")
@speaks
def docs(*, check: bool, console: Console) -> None:
    """Write the documents that are made from the code.

    The map of the house from the rooms' own words, the glossary's closed lists, the states, the
    permissions of each role, every command's help, the place file's keys, what an entry may hold,
    and the hazard log with its ratings. Needs a clone, and no database.
    """
    from oneplace.config.paths import PROJECT

    if not is_clone(PROJECT):
        raise Stop(
            f"There is no documentation at {PROJECT / 'docs'}: this is an installed copy. Run the "
            "command in a clone of the repository."
        )
    behind = []
    for name, write in documents(PROJECT).items():
        file = PROJECT / name
        text = write()
        if file.exists() and file.read_text() == text:
            continue
        behind.append(name)
        if not check:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
    if check and behind:
        raise Stop(
            f"{len(behind)} of the documents made from the code fell behind: {', '.join(behind)}. "
            "Run `oneplace docs` and commit what it changes."
        )
    if check or not behind:
        console.say("Every document made from the code is in step with it.")
    else:
        console.say(f"Written: {', '.join(behind)}.")
    console.result(done=True, written=[] if check else behind)


def documents(project: Path) -> Mapping[str, Callable[[], str]]:
    """Each document made from the code, by its path in the project, and how to write it."""
    return {
        "GLOSSARY.md": lambda: brought_in_step((project / "GLOSSARY.md").read_text()),
        "docs/house.md": lambda: house(project),
        "docs/reference/states.md": states,
        "docs/reference/permissions.md": lambda: permissions(project),
        "docs/reference/commands.md": commands,
        "docs/reference/place.md": place_file,
        "docs/reference/entries.md": lambda: entries(project),
        "docs/reference/hazards.md": lambda: hazards(project),
    }

"""`oneplace place`: start a place file, check one, show one."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from oneplace.cli.console import Console, Stop, speaks

if TYPE_CHECKING:
    from oneplace.vocabulary.place import Place

ASKED_WRONGLY = 2
"""The exit code for a broken place file or an impossible name."""


@click.group()
def place() -> None:
    """Start, check or show a place file.

    A place is one borough and its alliance: partners, networks, practices, teams, boards, clocks,
    words and colours, all in one file. Name one by its path or, for a file in `places/`, by its
    name alone. Without one, it is what ONEPLACE_PLACE or `places/default` names.
    """


@place.command()
@click.argument("name")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write it; otherwise places/<name>.toml.",
)
@speaks
def new(name: str, out: Path | None, *, console: Console) -> None:
    """Write a complete, commented file for a new place called NAME.

    The file is sound as it is written: change it step by step and check it after each.
    """
    from oneplace.vocabulary.place import PlaceNameError, key_of, load_place, starter_text

    try:
        text = starter_text(name)
        path = out or Path("places") / f"{key_of(name)}.toml"
    except PlaceNameError as error:
        raise Stop(str(error), code=ASKED_WRONGLY) from None
    _write_new(path, text)
    fresh = load_place(path)
    console.say(f"Wrote {path}. Change it, then run: oneplace place check {path}")
    console.result(done=True, file=str(path), key=fresh.key, name=fresh.name)


@place.command()
@click.argument("path", required=False)
@speaks
def check(path: str | None, *, console: Console) -> None:
    """Say that the place file at PATH is sound, or everything that is wrong with it."""
    from oneplace.vocabulary.place import PlaceError, load_place, place_path

    try:
        file = place_path(path or os.environ.get("ONEPLACE_PLACE"))
        checked = load_place(file)
    except PlaceError as error:
        console.say(str(error))
        console.result(
            done=False,
            file=str(error.file),
            problems=[
                {
                    "key": problem.key,
                    "called": problem.called,
                    "reason": problem.reason,
                    "remedy": problem.remedy,
                }
                for problem in error.problems
            ],
        )
        raise click.exceptions.Exit(ASKED_WRONGLY) from None
    counts = _counts(checked)
    listed = ", ".join(_counted(number, what) for what, number in counts.items())
    console.say(f"{file} is sound: {checked.name}, {listed}.")
    to_verify = [clock.key for clock in checked.clocks if clock.to_verify]
    if to_verify:
        console.say(f"Clocks still to be verified: {', '.join(to_verify)}.")
    console.result(done=True, file=str(file), key=checked.key, to_verify=to_verify, counts=counts)


@place.command()
@click.argument("path", required=False)
@speaks
def show(path: str | None, *, console: Console) -> None:
    """Show what the place file at PATH says, in short."""
    from oneplace.vocabulary.place import load_place, place_path

    file = place_path(path or os.environ.get("ONEPLACE_PLACE"))
    shown = load_place(file)
    for line in _portrait(shown):
        console.say(line)
    console.result(
        done=True,
        file=str(file),
        key=shown.key,
        name=shown.name,
        notice=shown.notice,
        partners={partner.code: partner.short_word for partner in shown.partners},
        networks={network.code: network.name for network in shown.networks},
        clocks={clock.key: clock.rule for clock in shown.clocks},
        counts=_counts(shown),
    )


def _write_new(path: Path, text: str) -> None:
    """Write a file that must not exist yet, whole or not at all."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            try:
                file.write(text)
                file.flush()
            except OSError:
                # A full disk must not leave half a place behind.
                path.unlink(missing_ok=True)
                raise
    except FileExistsError:
        message = f"{path} exists already and is left as it is. Give another path with --out."
        raise Stop(message, code=ASKED_WRONGLY) from None
    except OSError as error:
        message = (
            f"{path} cannot be written ({(error.strerror or 'unknown cause').lower()}). Check the "
            "disk's free space and your permission there, or give another path with --out."
        )
        raise Stop(message) from None


def _counts(shown: "Place") -> dict[str, int]:
    return {
        "partners": len(shown.partners),
        "networks": len(shown.networks),
        "practices": len(shown.practices),
        "teams": len(shown.teams),
        "services": len(shown.services),
        "bodies": len(shown.bodies),
        "clocks": len(shown.clocks),
        "feeds": len(shown.feeds),
    }


def _counted(number: int, what: str) -> str:
    if number == 1:
        what = {"bodies": "body"}.get(what, what.removesuffix("s"))
    return f"{number:,} {what}"


def _portrait(shown: "Place") -> list[str]:
    lines = [
        f"{shown.identity.wordmark}: {shown.identity.strapline}",
        f"{shown.name}, {shown.population.people:,} people",
    ]
    if shown.notice:
        lines.append(shown.notice)
    lines += ["", "Partners"]
    lines += [
        f"  {partner.short_word:<16}  {partner.name} ({partner.sovereign_board})"
        for partner in shown.partners
    ]
    lines += [
        f"  {service.short_word:<16}  {service.name}, of "
        + ", ".join(shown.short_word(code) for code in service.partners)
        for service in shown.joint_services
    ]
    lines += ["", shown.words.networks.capitalize()]
    for network in shown.networks:
        practices = _counted(len(shown.practices_of(network.code)), "practices")
        started = f"{network.started_on.day} {network.started_on:%B %Y}"
        lines.append(f"  {network.name:<26}  {practices}, since {started}")
    lines += ["", "Boards and bodies"]
    lines += [f"  {body.name}: {body.meets[:1].lower()}{body.meets[1:]}" for body in shown.bodies]
    lines += ["", "Clocks"]
    lines += [
        f"  {clock.rule:<11} {clock.name}: {clock.target.words if clock.target else 'no target'}"
        f"{' (to be verified)' if clock.to_verify else ''}"
        for clock in shown.clocks
    ]
    lines += ["", "Feeds"]
    lines += [
        f"  {feed.name}: {shown.short_word(feed.partner)}, {feed.every.rhythm}"
        for feed in shown.feeds
    ]
    return lines

"""`oneplace access`: what codes and the national service say people decided about sharing."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from oneplace.cli.console import Console, Stop, speaks

Answer = TypeVar("Answer")
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group()
def access() -> None:
    """Ask about the national data opt-out, and read codes of choices again.

    Beyond care (planning, evaluation) only people are used whom the national service gave back less
    than three weeks ago. `ask` writes the file it wants, `answer` takes the file it gives back.
    """


@access.command("read-codes")
@speaks
def read_codes(*, console: Console) -> None:
    """Hold what records say in codes about sharing against everybody's choices.

    Feeds do this by themselves. Run it once after the place's list of codes has changed.
    """
    persons = _ask(console, _read_codes)
    console.say(f"Read for {persons:,} people.")
    console.result(done=True, persons=persons)


@access.group("national-opt-out")
def national_opt_out() -> None:
    """Ask the national service who has opted out, and take its answer."""


@national_opt_out.command()
@click.argument("file", type=_FILE)
@speaks
def ask(*, file: Path, console: Console) -> None:
    """Write every sound NHS number to FILE, one on a line, for the national service.

    Send it as the service asks for it (MESH) and keep it as carefully as a record: it says who is
    known here. FILE must not exist yet.
    """
    if file.exists():
        raise Stop(f"{file} exists already. Name a file that does not.")
    count = _ask(console, lambda: _write(file))
    console.say(f"{count:,} numbers in {file}. Take the answer in with")
    console.say("  oneplace access national-opt-out answer FILE")
    console.result(done=True, numbers=count, file=file)


@national_opt_out.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@speaks
def answer(*, file: Path, console: Console) -> None:
    """Take in FILE, as the national service gave it back: these numbers may be used.

    It takes the place of every answer before. Whoever does not come back is left out of everything
    but care, without a word of why.
    """
    back, asked = _ask(console, lambda: _take(file))
    console.say(f"{back:,} of {asked:,} numbers came back.")
    console.result(done=True, numbers_asked=asked, numbers_back=back)


@national_opt_out.command()
@speaks
def show(*, console: Console) -> None:
    """Say when the national service was asked and until when its answer holds."""
    from oneplace.kit import formats

    found = _ask(console, _standing)
    answered, waiting = found.answered, found.waiting
    if answered is None:
        console.say("The national service has not answered yet: nobody is used beyond care.")
    else:
        holds = "holds until" if found.holds else "held until"
        console.say(
            f"Asked {formats.day(answered.asked_at)}, {holds} {formats.day(found.holds_until)}: "
            f"{answered.numbers_back:,} of {answered.numbers_asked:,} numbers came back."
        )
    if waiting is not None:
        console.say(f"The question of {formats.day(waiting.asked_at)} waits for its answer.")
    console.result(
        holds=found.holds,
        asked_at=answered.asked_at if answered else None,
        holds_until=found.holds_until,
        waiting_since=waiting.asked_at if waiting else None,
    )


def _read_codes() -> int:
    from oneplace.access.viewer import viewing
    from oneplace.kit import clock
    from oneplace.people import verbs
    from oneplace.people.jobs import KEEPER

    at = clock.now()
    with viewing(KEEPER, at=at) as by:
        return verbs.read_codes(by=by, at=at)


def _write(file: Path) -> int:
    from django.conf import settings

    from oneplace.access.commands import operator
    from oneplace.access.national_file import written
    from oneplace.access.viewer import viewing
    from oneplace.kit import clock
    from oneplace.people import verbs

    at = clock.now()
    with viewing(operator(), at=at) as by:
        numbers = verbs.ask_national_opt_out(by=by, at=at)
        ends = settings.PLACE.national_opt_out.line_ends_with
        # Within the transaction: a question whose file could not be written was never asked.
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(written(numbers, line_ends_with=ends))
    return len(numbers)


def _take(file: Path) -> tuple[int, int]:
    from oneplace.access import verbs
    from oneplace.access.commands import operator
    from oneplace.access.national_file import numbers_in
    from oneplace.access.viewer import viewing
    from oneplace.kit import clock

    numbers, at = numbers_in(file), clock.now()
    with viewing(operator(), at=at) as by:
        check = verbs.answer_national_opt_out(numbers=numbers, by=by, at=at)
    return check.numbers_back or 0, check.numbers_asked


def _standing() -> Any:
    from oneplace.access.commands import operator
    from oneplace.access.queries.national import national_standing
    from oneplace.access.viewer import viewing
    from oneplace.kit import clock

    at = clock.now()
    with viewing(operator(), at=at) as viewer:
        return national_standing(viewer=viewer, at=at)


def _ask(console: Console, question: Callable[[], Answer]) -> Answer:
    """Become the loader, do it, and turn refusals into one paragraph."""
    from oneplace.config.database import Role
    from oneplace.config.installation import join

    with console.progress("Working") as progress:
        progress(0, "database")
        join(Role.LOADER)
        from oneplace.kit.refusals import Refused

        try:
            return question()
        except Refused as refused:
            raise Stop(refused.reason) from refused
        except OSError as error:
            raise Stop(f"The file could not be written: {error.strerror}.") from error

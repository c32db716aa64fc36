"""How commands speak: progress on a terminal, quiet in a pipe, one JSON object with --json."""

import errno
import functools
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


class Stop(Exception):
    """A command could not do what was asked; the message is one paragraph that says what to do.

    `is_told`: the command has given its result already, which with --json stays the last line.
    """

    def __init__(self, message: str, code: int = 1, *, is_told: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.is_told = is_told


class Port(click.IntRange):
    """A port to listen on; what is no number at all is said in words, with an example."""

    def __init__(self) -> None:
        super().__init__(1, 65535)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The port as a number; fails in a sentence."""
        try:
            int(value)
        except ValueError:
            self.fail(f"{value!r} is not a port: write a whole number, such as 8080.", param, ctx)
        return int(super().convert(value, param, ctx))


class Console:
    """One command's way of speaking: words to people on stderr, its result on stdout."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.is_terminal = sys.stderr.isatty() and not as_json

    def say(self, text: str = "") -> None:
        """A line for a person; with --json on stderr, so that stdout stays for the result."""
        click.echo(text, err=self.as_json)

    def result(self, **values: Any) -> None:
        """The command's result: with --json the last line, one object."""
        if self.as_json:
            click.echo(json.dumps(values, default=str))

    @contextmanager
    def progress(self, title: str, total: float | None = None) -> Iterator["Progress"]:
        """A bar on a terminal, nothing in a pipe; `advance(done, what)` moves it."""
        if not self.is_terminal:
            yield Progress()
            return
        from rich.console import Console as Terminal
        from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bars

        bars = Bars(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=28),
            TextColumn("{task.fields[what]}"),
            TimeElapsedColumn(),
            console=Terminal(stderr=True),
            transient=True,
        )
        with bars:
            task = bars.add_task(title, total=total, what="")
            yield Progress(lambda done, what: bars.update(task, completed=done, what=what))


class Progress:
    """What a long piece of work tells the person who waits."""

    def __init__(self, show: Callable[[float, str], None] | None = None) -> None:
        self._show = show

    def __call__(self, done: float, what: str = "") -> None:
        """Say how far the work has come, in the units of its total, and what is happening."""
        if self._show is not None:
            self._show(done, what)


def speaks(command: Command) -> Command:
    """Give a command `--json` and a `console=` argument."""

    @click.option("--json", "as_json", is_flag=True, help="End with one JSON object on stdout.")
    @functools.wraps(command)
    def speaking(*args: Any, as_json: bool, **kwargs: Any) -> Any:
        return command(*args, console=Console(as_json=as_json), **kwargs)

    return speaking  # type: ignore[return-value]


def looks(command: Command) -> Command:
    """What `speaks` gives; where there is no service here, the command looks at the demo.

    For commands that change nothing: one that does must be told where.
    """

    @functools.wraps(command)
    def looking(*args: Any, **kwargs: Any) -> Any:
        find_the_demo()
        return command(*args, **kwargs)

    return speaks(looking)  # type: ignore[return-value]


def find_the_demo() -> None:
    """Look at the only demo where there is no service, and say so."""
    from oneplace.config import demos

    if (found := demos.take_only_one()) is not None:
        click.echo(f"Looking at the invented borough in {found}", err=True)


def run(group: click.Group, arguments: list[str] | None = None) -> None:
    """Run the command line; any expected failure is one paragraph, never a traceback."""
    from django.db.utils import OperationalError, ProgrammingError

    from oneplace.config.embedded import DatabaseUnavailable
    from oneplace.config.parts import CannotServe
    from oneplace.config.paths import NEEDED_GB, NotWritable
    from oneplace.vocabulary.place import PlaceError

    given = sys.argv[1:] if arguments is None else arguments
    try:
        answer = group.main(args=given, prog_name="oneplace", standalone_mode=False)
        sys.exit(answer if isinstance(answer, int) else 0)
    except click.exceptions.Abort:
        _fail("Stopped. Nothing is half done: run the same command again.", 130, given)
    except click.ClickException as error:
        if "--json" not in given:
            error.show()
            sys.exit(2)
        _fail(error.format_message(), 2, given)
    except Stop as stop:
        _fail(str(stop), stop.code, given, is_told=stop.is_told)
    except PlaceError as error:
        _fail(str(error), 2, given)
    except (CannotServe, DatabaseUnavailable, NotWritable) as error:
        _fail(str(error), 1, given)
    except (OperationalError, ProgrammingError) as error:
        if os.environ.get("ONEPLACE_TRACE") == "1":
            raise
        # The first line only: those after it may quote what is stored.
        said = str(error).strip().partition("\n")[0]
        _fail(
            f"The database could not do this: {said}. `oneplace doctor` looks at it and says how "
            "to mend it; with ONEPLACE_TRACE=1 the same command shows where it happened.",
            1,
            given,
        )
    except OSError as error:
        if error.errno == errno.ENOSPC:
            _fail(
                f"The disk is full. Free some space (oneplace needs about {NEEDED_GB} GB), or set "
                "ONEPLACE_DATA to a folder on another disk, then run the same command again: "
                "nothing is half done.",
                1,
                given,
            )
        if os.environ.get("ONEPLACE_TRACE") == "1" or error.filename is None:
            raise
        _fail(
            f"{error.filename}: {error.strerror}. Check the disk's free space and your permission "
            "there, then run the same command again.",
            1,
            given,
        )


def _fail(message: str, code: int, given: list[str], *, is_told: bool = False) -> None:
    click.echo(f"\noneplace: {message}", err=True)
    if "--json" in given and not is_told:
        click.echo(json.dumps({"done": False, "error": message}))
    sys.exit(code)

"""`oneplace doctor`: check this installation and say how to mend what is wrong."""

import importlib.util
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from oneplace.cli.console import Console, Stop, looks


@dataclass(frozen=True)
class Finding:
    """One thing looked at: well, worth knowing, or wrong."""

    what: str
    state: str  # "well", "note" or "wrong"
    says: str


def _python() -> Iterator[Finding]:
    version = sys.version.split()[0]
    yield Finding("Python", "well", f"{version} at least 3.11")


def _disk() -> Iterator[Finding]:
    from oneplace.config.database import Database
    from oneplace.config.paths import NEEDED_GB, PRIVATE, NotWritable, data_folder

    try:
        folder = data_folder()
    except NotWritable as error:
        yield Finding("Data folder", "wrong", str(error))
        return
    free = shutil.disk_usage(folder).free
    embedded = Database(folder).embedded
    if free < NEEDED_GB * 1e9 and (embedded is None or embedded.is_made()):
        yield Finding(
            "Disk",
            "note",
            f"{free / 1e9:.1f} GB free at {folder}. A first start needs about {NEEDED_GB} GB, what "
            "is made already does not; it grows, so free some space before it is full.",
        )
    elif free < NEEDED_GB * 1e9:
        yield Finding(
            "Disk",
            "wrong",
            f"only {free / 1e9:.1f} GB free at {folder}; free some space (oneplace needs about "
            f"{NEEDED_GB} GB) or set ONEPLACE_DATA.",
        )
    else:
        yield Finding("Disk", "well", f"{free / 1e9:.0f} GB free at {folder}")
    if folder.stat().st_mode & 0o777 & ~PRIVATE:
        mend = f"chmod {PRIVATE:o} {folder}"
        yield Finding("Data folder", "wrong", f"others may look into {folder}: {mend}")


def _place() -> Iterator[Finding]:
    from oneplace.vocabulary.place import PlaceError, load_place, place_path

    try:
        place = load_place(place_path(os.environ.get("ONEPLACE_PLACE")))
    except (PlaceError, OSError) as error:
        yield Finding("Place", "wrong", str(error))
        return
    yield Finding("Place", "well", f"{place.name}: {len(place.partners)} partners")


def _database() -> Iterator[Finding]:
    from oneplace.config import demos
    from oneplace.config.database import Database, Role
    from oneplace.config.embedded import DatabaseUnavailable
    from oneplace.config.installation import leave_nothing_running, why_not_ready

    try:
        database = Database()
        if database.embedded is not None and not database.embedded.is_made():
            yield Finding("Database", "note", demos.nothing_here())
            return
        was_running = database.embedded is None or database.embedded.answers()
        database.start()
        try:
            reasons = (why_not_ready(database, role) for role in Role)
            reason = next(filter(None, reasons), None)
            if reason is None:
                yield from _roles(database)
        finally:
            if not was_running:
                leave_nothing_running(database)
    except DatabaseUnavailable as error:
        yield Finding("Database", "wrong", str(error))
    else:
        if reason is not None:
            yield Finding("Database", "wrong", reason)
            return
        kind = "embedded" if database.embedded is not None else "from DATABASE_URL"
        yield Finding("Database", "well", f"{kind}, reached as {', '.join(Role)}")


def _roles(database) -> Iterator[Finding]:  # type: ignore[no-untyped-def]
    import psycopg

    from oneplace.config.database import Role

    for role in Role:
        with psycopg.connect(database.connection(role).conninfo()) as connection:
            answer = connection.execute(
                "select rolsuper, rolbypassrls from pg_roles where rolname = current_user"
            ).fetchone()
        is_super, bypasses = answer or (True, True)
        if is_super or bypasses != (role is Role.LOADER):
            yield Finding(
                "Database roles",
                "wrong",
                f"{role} has rights it must not have (or lacks one it needs): run "
                "deploy/postgresql/roles.sql as an administrator.",
            )


def _assets() -> Iterator[Finding]:
    built = Path(__file__).resolve().parents[1] / "kit" / "static" / "built" / "oneplace.css"
    if built.exists():
        yield Finding("Front end", "well", "built")
    else:
        yield Finding("Front end", "wrong", "not built: run `make assets`.")


def _pdf() -> Iterator[Finding]:
    try:
        import weasyprint  # noqa: F401
    except OSError:
        yield Finding(
            "PDF",
            "note",
            "the library pango is missing, so documents print from the browser instead of as PDF. "
            "Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0; macOS: brew install pango.",
        )
    else:
        yield Finding("PDF", "well", "pango is here")


def _ways_out() -> Iterator[Finding]:
    """Email, texts and letters, as far as they can be told without sending one."""
    import django

    from oneplace.config.installation import SETTINGS_MODULE
    from oneplace.vocabulary.place import PlaceError

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS_MODULE)
    try:
        django.setup()
    except PlaceError:
        return  # the place has been named already
    from oneplace.post import transports

    wrong = transports.why_not_set_up()
    for why in wrong:
        yield Finding("Post", "wrong", why)
    missing = [
        word
        for word, variable in (
            ("email", "ONEPLACE_SMTP_URL"),
            ("texts", "ONEPLACE_SMS_URL"),
            ("letters", "ONEPLACE_LETTERS_FOLDER"),
        )
        if not os.environ.get(variable) and not os.environ.get(f"{variable}_FILE")
    ]
    if missing:
        says = f"no way out for {', '.join(missing)}: they are kept here (docs/production.md)."
        yield Finding("Post", "note", says)
    elif not wrong:
        yield Finding("Post", "well", "email, texts and letters have a way out")


def _modules() -> Iterator[Finding]:
    missing = [
        name
        for name in ("django", "psycopg", "granian", "duckdb", "allauth", "procrastinate")
        if importlib.util.find_spec(name) is None
    ]
    if missing:
        yield Finding(
            "Packages", "wrong", f"missing: {', '.join(missing)}. Run `make environment`."
        )
    else:
        yield Finding("Packages", "well", "installed")


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    _python,
    _modules,
    _disk,
    _place,
    _database,
    _assets,
    _pdf,
    _ways_out,
)


@click.command()
@click.option("--live", is_flag=True, help="Also: may real people's records be brought in here?")
@looks
def doctor(*, live: bool, console: Console) -> None:
    """Check this installation and say how to mend what is wrong.

    With --live it refuses real people until a named clinical safety officer has signed this
    version's hazard log.
    """
    findings = [finding for check in CHECKS for finding in check()]
    if live:
        findings += list(_may_go_live())
    marks = {"well": "✓", "note": "·", "wrong": "✗"}
    for finding in findings:
        console.say(f"{marks[finding.state]} {finding.what}: {finding.says}")
    wrong = [finding for finding in findings if finding.state == "wrong"]
    console.result(
        done=not wrong,
        findings=[{"what": f.what, "state": f.state, "says": f.says} for f in findings],
    )
    if wrong:
        words = f"{len(wrong)} thing{'s' if len(wrong) > 1 else ''} to mend, named above."
        raise Stop(words, is_told=True)


def _may_go_live() -> Iterator[Finding]:
    from oneplace import __version__
    from oneplace.config import safety
    from oneplace.config.paths import PROJECT

    reason = safety.why_not_live(PROJECT / "safety", __version__)
    if reason:
        yield Finding("Real people", "wrong", reason)
    else:
        yield Finding("Real people", "well", "the hazard log of this version is signed")

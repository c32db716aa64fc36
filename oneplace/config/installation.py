"""Prepares this installation: secrets, database, tables, grants and policies, static files."""

import atexit
import hashlib
import os
import re
import secrets
import shutil
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from oneplace.config import demos
from oneplace.config.database import ROLE_VARIABLE, Database, Role
from oneplace.config.embedded import DatabaseUnavailable
from oneplace.config.paths import PROJECT, data_folder, roll_file
from oneplace.config.roll import Roll, RunsAlready

SETTINGS_MODULE = "oneplace.config.settings"
_OWN_GONE_WITHIN_S = 1.0


def secret_key() -> str:
    """The key that signs sessions and links: given, or made once and readable by us alone."""
    if given := os.environ.get("ONEPLACE_SECRET_KEY"):
        return given
    folder = data_folder() / "secrets"
    folder.mkdir(mode=0o700, exist_ok=True)
    file = folder / "signing.secret"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(64))
    return file.read_text().strip()


def environment_of(database: Database, role: Role) -> dict[str, str]:
    """The environment of a process that serves as `role`: its own secret and no other's."""
    inherited = {
        key: value
        for key, value in os.environ.items()
        if key not in {"DATABASE_URL", *(f"{other.name}_DATABASE_URL" for other in Role)}
    }
    return {
        **inherited,
        **database.connection(role).for_environment(),
        ROLE_VARIABLE: role.value,
        "DJANGO_SETTINGS_MODULE": SETTINGS_MODULE,
        "ONEPLACE_SECRET_KEY": secret_key(),
        "ONEPLACE_DATA": str(data_folder()),
    }


def become(role: Role, database: Database | None = None) -> Database:
    """Make this process speak to the database as `role`, starting the database if needed.

    Called once by a command before it touches Django.
    """
    import django

    database = database or Database()
    database.start()
    os.environ.update(environment_of(database, role))
    django.setup()
    return database


def join(role: Role) -> Database:
    """Make this process speak as `role` to an installation that is there already.

    For commands that look at or change what is kept: unlike `become` it makes nothing. Raises
    `DatabaseUnavailable` where nothing has been made yet, only half of it, or by another version.
    """
    database = Database()
    if database.embedded is not None and not database.embedded.is_made():
        raise DatabaseUnavailable(demos.nothing_here())
    if database.embedded is not None and not database.embedded.answers():
        atexit.register(leave_nothing_running, database)
    database.start()
    reason = why_not_ready(database, role)
    if reason is not None:
        raise DatabaseUnavailable(reason)
    if is_demonstration(database, role):
        # Whoever names a demonstration's data folder means its day too, not the machine's.
        os.environ["ONEPLACE_DEMO"] = "1"
    return become(role, database)


def is_demonstration(database: Database, role: Role) -> bool:
    """Whether what is in the database was made as a demonstration; Django need not be ready."""
    import psycopg

    with psycopg.connect(database.connection(role).conninfo(), connect_timeout=10) as known:
        found = known.execute("select is_demo from kit_installation where id = 1").fetchone()
    return bool(found and found[0])


def leave_nothing_running(database: Database) -> None:
    """Stop the embedded server that a command started for itself, unless others use it by now."""
    from django.apps import apps
    from django.db import connections

    if apps.ready:
        connections.close_all()
    roll = Roll(roll_file())
    try:
        roll.take()
    except RunsAlready:
        return  # a service has begun meanwhile, and it is that service's now
    try:
        if not _is_used_still(database):
            database.stop()
    finally:
        roll.leave()


def _is_used_still(database: Database) -> bool:
    """Whether others use it: what we closed ourselves the server may hold for a moment yet."""
    until = time.monotonic() + _OWN_GONE_WITHIN_S
    while database.is_used():
        if time.monotonic() > until:
            return True
        time.sleep(0.05)
    return False


def why_not_ready(database: Database, role: Role) -> str | None:
    """Why `role` cannot work with what is in the database, or None: nothing, older, or newer.

    Only the rooms' own migrations are compared, by the names of their files; Django need not be
    ready yet.
    """
    import psycopg

    try:
        with psycopg.connect(database.connection(role).conninfo(), connect_timeout=10) as known:
            found = known.execute("select to_regclass('public.kit_installation')").fetchone()
            if found is None or found[0] is None:
                return demos.nothing_here()
            applied = set(known.execute("select app, name from django_migrations").fetchall())
    except psycopg.OperationalError as error:
        return why_not_reached(error, database, role)
    ours = _own_migrations()
    rooms = {room for room, _ in ours}
    unknown = {(room, name) for room, name in applied if room in rooms} - ours
    if unknown:
        return _newer(unknown)
    missing = ours - applied
    return _older(missing) if missing else None


def why_not_reached(error: Exception, database: Database, role: Role) -> str:
    """What to do when `role` cannot connect: nothing made yet, or the server's own first line."""
    said = str(error).strip().partition("\n")[0]
    # An embedded server knows nobody's name before its first start was done.
    is_new = database.embedded is not None and "password authentication failed" in said
    if is_new or re.search(r'(database|role) "[^"]*" does not exist', said):
        return demos.nothing_here()
    return (
        f"The database cannot be used as {role.value} just now: {said}. If it is starting or busy, "
        f"wait a moment; if {role.name}_DATABASE_URL is wrong, mend it; if nothing has been "
        "prepared there yet, run `oneplace database prepare`. Then run the same command again."
    )


def _own_migrations() -> set[tuple[str, str]]:
    """Every migration of the rooms: the room and the file's name."""
    files = (PROJECT / "oneplace").glob("*/migrations/[0-9]*.py")
    return {(file.parents[1].name, file.stem) for file in files}


def _named(migrations: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{room} {name}" for room, name in sorted(migrations)[:3])


def _older(missing: Collection[tuple[str, str]]) -> str:
    return (
        f"This database was made by an older oneplace (it lacks {_named(missing)}). Make a backup, "
        "then run `oneplace database prepare` (`oneplace serve` and `make demo` do it as they "
        "start), and the same command again."
    )


def _newer(unknown: Collection[tuple[str, str]]) -> str:
    return (
        f"This database was made by a newer oneplace (it knows {_named(unknown)}). Run that "
        "version or newer, or restore a backup of this version into another data folder; for a "
        "demo, remove its data folder and run the same command again."
    )


@contextmanager
def drawing_models_once() -> Iterator[None]:
    """Let Django draw anew, after each change of a model, that model alone.

    It draws every model related to it in any number of steps, which here is nearly all of them:
    35,000 classes for a new database, nine tenths of the time. Only code that follows relations
    through such classes would see the difference, and no migration of ours runs any (a test holds
    it): they make tables, and speak SQL.
    """
    from django.db.migrations.state import ProjectState

    def only_itself(
        self: ProjectState, app_label: str, model_name: str, delay: bool = False
    ) -> set[tuple[str, str]]:
        return {(app_label, model_name)}

    related = ProjectState._find_reload_model  # type: ignore[attr-defined]
    ProjectState._find_reload_model = only_itself  # type: ignore[attr-defined]
    try:
        yield
    finally:
        ProjectState._find_reload_model = related  # type: ignore[attr-defined]


def migrate(*, verbosity: int = 0) -> None:
    """Bring tables, grants and policies to this version; run as the owner, safe to repeat."""
    from django.core.management import call_command
    from django.db import connection, transaction

    from oneplace.access import policies

    _refuse_newer_database()
    with drawing_models_once():
        call_command("migrate", verbosity=verbosity, interactive=False)
    call_command("createcachetable", verbosity=verbosity)
    _say_what_it_is()
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in policies.statements():
            cursor.execute(statement)


def begin_ledger(database: Database) -> None:
    """Make the folder of the ledger of erasures where nothing was ever erased.

    Raises `DatabaseUnavailable` where something was and the ledger is not there: nobody may be
    served before it is back.
    """
    import psycopg

    from oneplace.records import ledger

    with psycopg.connect(database.connection(Role.OWNER).conninfo()) as known:
        row = known.execute("select to_regclass('public.records_erasure')").fetchone()
        if row and row[0]:
            row = known.execute("select exists (select from records_erasure)").fetchone()
    try:
        ledger.begin(has_erased=bool(row and row[0]), file=ledger.file_in(data_folder()))
    except ledger.LedgerLost as lost:
        raise DatabaseUnavailable(str(lost)) from lost


def bring_in_place() -> None:
    """Make partners and feeds say what the place file says, and leave an audit entry of it."""
    from datetime import UTC, datetime

    from django.conf import settings
    from django.db import transaction

    from oneplace.access import audit
    from oneplace.access.verbs import keep_agreements_in_step
    from oneplace.access.viewer import system_viewer
    from oneplace.contracts.verbs import keep_signatories_in_step
    from oneplace.directory.verbs import take_place_services
    from oneplace.feeds.verbs import keep_sources_in_step
    from oneplace.partners import verbs
    from oneplace.vocabulary.terms import Purpose

    by = system_viewer("place loader", purpose=Purpose.COMMISSIONING, permissions=frozenset())
    at = datetime.now(UTC)
    with transaction.atomic():
        brought = verbs.bring_in_place(place=settings.PLACE, by=by, at=at)
        audit.record(
            by=by,
            at=at,
            action="bring_in_place",
            subject=("place", settings.PLACE.key),
            detail=asdict(brought),
        )
        keep_sources_in_step(place=settings.PLACE, by=by, at=at)
        keep_agreements_in_step(written=settings.PLACE.sharing_agreements, by=by, at=at)
        take_place_services(place=settings.PLACE, by=by, at=at)
        keep_signatories_in_step(place=settings.PLACE, by=by, at=at)


def _say_what_it_is() -> None:
    """Mark a fresh database as a demonstration's or a service's; refuse one of the other kind."""
    from django.conf import settings

    from oneplace.kit.models import Installation

    known = Installation.objects.filter(pk=1).first()
    if known is None:
        Installation(pk=1, is_demo=settings.IS_DEMO).save(force_insert=True)
    elif known.is_demo and not settings.IS_DEMO:
        raise DatabaseUnavailable(
            "This database is a demonstration's, full of invented people, and must not become a "
            "service. Choose another data folder with ONEPLACE_DATA, or another DATABASE_URL."
        )
    elif settings.IS_DEMO and not known.is_demo:
        raise DatabaseUnavailable(
            "This database is a service's, and a demonstration would let anybody in without a "
            "password. Unset ONEPLACE_DATA and DATABASE_URL, and the demonstration makes its own."
        )


def _refuse_newer_database() -> None:
    """A database that a newer version has changed must not be served by this one."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    ours = {app for app, _ in loader.disk_migrations}
    unknown = [
        (app, name)
        for app, name in loader.applied_migrations
        if app in ours and (app, name) not in loader.disk_migrations
    ]
    if unknown:
        raise DatabaseUnavailable(_newer(unknown))


def gather_static(folder: Path) -> bool:
    """Collect the static files unless they are as they were; whether anything was done.

    They are gathered aside and put in place whole, so that a running service never finds half of
    them, and an interrupted start leaves nothing in the way.
    """
    from django.conf import settings
    from django.core.management import call_command
    from django.test.utils import override_settings

    stamp = folder / ".made-from"
    digest = _static_digest()
    if stamp.exists() and stamp.read_text() == digest:
        return False
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = folder.with_name(f"{folder.name}.{os.getpid()}")
    shutil.rmtree(aside, ignore_errors=True)
    storages = {**settings.STORAGES}
    with override_settings(STATIC_ROOT=aside, STORAGES=storages):
        call_command("collectstatic", verbosity=0, interactive=False)
    (aside / ".made-from").write_text(digest)
    outgoing = folder.with_name(f"{folder.name}.old")
    shutil.rmtree(outgoing, ignore_errors=True)
    if folder.exists():
        folder.rename(outgoing)
    aside.rename(folder)
    shutil.rmtree(outgoing, ignore_errors=True)
    return True


def _static_digest() -> str:
    hasher = hashlib.sha256()
    for file in sorted((PROJECT / "oneplace").glob("*/static/**/*")):
        if file.is_file():
            hasher.update(f"{file.relative_to(PROJECT)}\n".encode())
            hasher.update(file.read_bytes())
    return hasher.hexdigest()

"""The test database: a throw-away embedded PostgreSQL, cloned from a template for each run.

Tests speak as the web role, bound by every row policy, exactly as the served pages are. A factory
that must step over the policies says so with `as_role`.
"""

import atexit
import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
from psycopg import sql

PROJECT = Path(__file__).resolve().parents[1]
TESTER = "oneplace_tester"
FOLDER = PROJECT / "build" / "test"

os.environ["ONEPLACE_TEST"] = "1"
# A browser under our hands runs an event loop in this thread; Django would refuse the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
# Each of several processes keeps files of its own; the server they share.
os.environ["ONEPLACE_DATA"] = str(FOLDER / os.environ.get("PYTEST_XDIST_WORKER", ""))
os.environ.setdefault("ONEPLACE_SECRET_KEY", "for tests only")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oneplace.config.settings")
GIVEN_URL = os.environ.pop("DATABASE_URL", None)

from oneplace.config.database import (  # noqa: E402 - the environment must be set first
    CONNECTION_VARIABLE,
    Connection,
    Database,
    Role,
)
from oneplace.config.embedded import EmbeddedPostgres  # noqa: E402

_cluster = EmbeddedPostgres(FOLDER / "postgres", fast=True)
_secret = hashlib.sha256(str(PROJECT).encode()).hexdigest()[:24]
NAME = f"oneplace_test_{os.getpid()}"


def _connection(name: str, user: str = TESTER, role: Role | None = Role.WEB) -> Connection:
    options = {"options": f"-c role={role.value}"} if role else {}
    return Connection(str(_cluster.socket_folder), "", name, user, _secret, options)


os.environ[CONNECTION_VARIABLE] = _connection(NAME).for_environment()[CONNECTION_VARIABLE]


def admin(name: str = "postgres") -> "psycopg.Connection[tuple[object, ...]]":
    """A connection as the cluster's administrator, for making and dropping databases."""
    database = Database(FOLDER)
    found = replace(database._admin(), name=name)
    return psycopg.connect(found.conninfo(), autocommit=True)


@contextmanager
def _alone() -> Iterator[None]:
    """Let no other run start the cluster or copy the template meanwhile."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "alone.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def ready_cluster() -> None:
    """Start the cluster and make the roles."""
    with _alone():
        _ready()


def _ready() -> None:
    database = Database(FOLDER, fast=True)
    database.start()
    database.prepare()
    with admin() as connection:
        known = connection.execute("select 1 from pg_roles where rolname = %s", [TESTER])
        if known.fetchone() is None:
            connection.execute(sql.SQL("create role {} login noinherit").format(_name(TESTER)))
        connection.execute(
            sql.SQL("alter role {} password {}").format(_name(TESTER), sql.Literal(_secret))
        )
        for role in Role:
            connection.execute(sql.SQL("grant {} to {}").format(_name(role.value), _name(TESTER)))


def template() -> str:
    """The template database of these models and policies, migrated as the owner if new."""
    name = f"oneplace_template_{_digest()}"
    with admin() as connection:
        # Two test runs at once must not both make it.
        connection.execute("select pg_advisory_lock(5150)")
        names = [n for (n,) in connection.execute("select datname from pg_database")]
        if name in names:
            return name
        for old in names:
            if str(old).startswith("oneplace_template_"):
                _drop(connection, str(old))
        draft = f"{name}_draft"
        _drop(connection, draft)
        connection.execute(
            sql.SQL("create database {} owner {}").format(_name(draft), _name(Role.OWNER.value))
        )
        owner = _connection(draft, role=Role.OWNER)
        environment = {**os.environ, **owner.for_environment()}
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                "import django; django.setup();"
                "from oneplace.config.installation import migrate; migrate()",
            ],
            env=environment,
            cwd=PROJECT,
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            raise RuntimeError(f"The test database could not be migrated:\n{done.stderr[-4000:]}")
        connection.execute(
            sql.SQL("alter database {} rename to {}").format(_name(draft), _name(name))
        )
    return name


def clone(name: str) -> None:
    """Make a database of that name from the template."""
    with _alone():
        _clone(name)


def _clone(name: str) -> None:
    source = template()
    with admin() as connection:
        for (old,) in connection.execute("select datname from pg_database").fetchall():
            if str(old).startswith("oneplace_test_") and not _is_alive(str(old)):
                _drop(connection, str(old))
        _drop(connection, name)
        connection.execute(
            sql.SQL("create database {} template {} owner {}").format(
                _name(name), _name(source), _name(Role.OWNER.value)
            )
        )
        for role in (TESTER, *(role.value for role in Role)):
            connection.execute(
                sql.SQL("grant connect, temporary on database {} to {}").format(
                    _name(name), _name(role)
                )
            )


def copy(source: str, name: str) -> None:
    """Make `name` a copy of `source`, to which nobody may be connected."""
    with admin() as connection:
        _drop(connection, name)
        connection.execute(
            sql.SQL("create database {} template {} owner {}").format(
                _name(name), _name(source), _name(Role.OWNER.value)
            )
        )


def drop(name: str) -> None:
    """Drop a database of that name."""
    with admin() as connection:
        _drop(connection, name)


def connection_as(role: Role, name: str = NAME) -> "psycopg.Connection[tuple[object, ...]]":
    """A connection of its own, as one of the three roles."""
    return psycopg.connect(_connection(name, role=role).conninfo())


@contextmanager
def as_role(role: Role) -> Iterator[None]:
    """Let Django's own test connection speak as another role, then as web again."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"set role {role.value}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"set role {Role.WEB.value}")


def _drop(connection: "psycopg.Connection[tuple[object, ...]]", name: str) -> None:
    connection.execute(sql.SQL("drop database if exists {} with (force)").format(_name(name)))


def _name(name: str) -> sql.Identifier:
    return sql.Identifier(name)


def _is_alive(name: str) -> bool:
    try:
        os.kill(int(name.split("_")[2]), 0)
    except (ProcessLookupError, ValueError, IndexError):
        return False
    except PermissionError:
        return True
    return True


def _digest() -> str:
    hasher = hashlib.sha256()
    # Whatever the database is made of: tables, functions, grants and policies.
    patterns = (
        "*/models*/**/*.py",
        "*/models.py",
        "*/migrations/*.py",
        "access/policies.py",
        "access/rule/*.py",
        "vocabulary/rows/categories.py",
    )
    for pattern in patterns:
        for file in sorted((PROJECT / "oneplace").glob(pattern)):
            hasher.update(file.read_bytes())
    return hasher.hexdigest()[:16]


@atexit.register
def _leave() -> None:
    if _cluster.is_made() and _cluster.is_running():
        drop(NAME)

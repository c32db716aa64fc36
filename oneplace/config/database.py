"""Which PostgreSQL we use and as whom: three roles, one database, embedded or a server's.

*owner* makes tables and policies; *loader* bypasses row policies and never serves a page; *web*
serves people and is bound by every policy. A process is given the secret of its own role only.
"""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

import psycopg
from psycopg import sql

from oneplace.config.embedded import ADMIN, OLDEST_MAJOR, DatabaseUnavailable, EmbeddedPostgres
from oneplace.config.paths import data_folder

CONNECTION_VARIABLE = "ONEPLACE_CONNECTION"
# Whose secret that is.
ROLE_VARIABLE = "ONEPLACE_ROLE"
DATABASE_NAME = "oneplace"
_WRITTEN = "postgresql://USER:PASSWORD@HOST:5432/DATABASE"
_PERCENT = (
    "In a user or password these marks are written with a percent sign: / %2F, # %23, ? %3F, "
    "@ %40, : %3A, [ %5B, ] %5D, % %25."
)


class Role(StrEnum):
    """The three database roles, by the names PostgreSQL knows them."""

    OWNER = "oneplace_owner"
    LOADER = "oneplace_loader"
    WEB = "oneplace_web"


@dataclass(frozen=True)
class Connection:
    """All that is needed to reach one database as one role."""

    host: str
    port: str
    name: str
    user: str
    password: str
    options: Mapping[str, str]

    def conninfo(self) -> str:
        """The same, as libpq's own connection text."""
        # What stands behind the question mark of a URL says more than what stands before it.
        wanted = {
            "host": self.host or None,
            "port": self.port or None,
            "dbname": self.name,
            "user": self.user,
            "password": self.password or None,
            **self.options,
        }
        return psycopg.conninfo.make_conninfo("", **wanted)

    def for_environment(self) -> dict[str, str]:
        """The environment a child process needs to connect as this role and no other."""
        return {CONNECTION_VARIABLE: json.dumps(asdict(self))}


def from_environment() -> Connection | None:
    """The connection this process was given, if any."""
    given = os.environ.get(CONNECTION_VARIABLE)
    return Connection(**json.loads(given)) if given else None


def parse_url(url: str, variable: str = "DATABASE_URL") -> Connection:
    """An address such as `postgresql://user:secret@host:5432/name?sslmode=verify-full`.

    Raises `DatabaseUnavailable` with what is wrong in which variable; never repeats the password.
    """
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise DatabaseUnavailable(
            f"{variable} {_why_not_split(error, url)} {_PERCENT} Write the address as {_WRITTEN}."
        ) from error
    if parts.scheme not in {"postgres", "postgresql"}:
        raise DatabaseUnavailable(
            f"{variable} begins with {parts.scheme or 'nothing'!r}, but oneplace speaks to "
            f"PostgreSQL only. Write it as {_WRITTEN}, or unset it to use the embedded database."
        )
    if parts.fragment or _breaks_off(parts):
        raise DatabaseUnavailable(
            f"{variable} has a /, ? or # before its host has been named, or a # behind it. "
            f"{_PERCENT} Write the address as {_WRITTEN}."
        )
    try:
        port = parts.port
    except ValueError as error:
        raise DatabaseUnavailable(
            f"The port in {variable} is not a number from 1 to 65535. Write the address as "
            f"{_WRITTEN}. {_PERCENT}"
        ) from error
    name = unquote(parts.path.lstrip("/"))
    if not name or not parts.username:
        raise DatabaseUnavailable(
            f"{variable} names no {'user' if name else 'database'}. Write it as {_WRITTEN}. "
            + _PERCENT
        )
    connection = Connection(
        host=_host_of(parts.netloc),
        port=str(port or ""),
        name=name,
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        options=dict(parse_qsl(parts.query)),
    )
    try:
        connection.conninfo()
    except psycopg.ProgrammingError as error:
        # libpq names the one setting it does not know, which stands behind the question mark.
        said = " ".join(str(error).split())
        raise DatabaseUnavailable(
            f"PostgreSQL does not understand {variable}: {said}. What stands behind the question "
            "mark are connection settings, such as ?sslmode=verify-full. " + _PERCENT
        ) from error
    return connection


def _why_not_split(error: ValueError, url: str) -> str:
    """What keeps an address from being taken apart, told by what Python says of it."""
    if "NFKC" in str(error):
        return (
            "has a mark that means one of / ? # @ : in another form, such as a full-width colon, "
            "which is written %EF%BC%9A."
        )
    if "[" in url or "]" in url:
        return (
            "has a square bracket where none may stand: [ and ] enclose an IPv6 address, as in "
            "@[::1]:5432/."
        )
    return "cannot be read as an address."


def _breaks_off(parts: SplitResult) -> bool:
    """Whether a / or ? in the user or password has cut the address off before its host."""
    if not parts.netloc or "@" in parts.netloc:
        return False
    # Behind a database's name a setting may well hold an @.
    return "@" in parts.path or ("@" in parts.query and not parts.path.strip("/"))


def _host_of(netloc: str) -> str:
    """The host as it is written: a socket's path keeps its capitals, unlike a name."""
    host = netloc.rpartition("@")[2]
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return unquote(host.partition(":")[0])


class Database:
    """The database of this installation: knows how to start, prepare and reach it."""

    def __init__(self, folder: Path | None = None, *, fast: bool = False) -> None:
        self.folder = folder or data_folder()
        self.url = os.environ.get("DATABASE_URL") or None
        self.embedded = None if self.url else EmbeddedPostgres(self.folder / "postgres", fast=fast)

    def start(self) -> None:
        """Start the embedded server if it is ours; otherwise see that the given one answers."""
        if self.embedded is not None:
            self.embedded.start()
        with self._admin_connection() as admin:
            version = admin.info.server_version // 10000
        if version < OLDEST_MAJOR:
            raise DatabaseUnavailable(
                f"{self._variable()} leads to PostgreSQL {version}; oneplace needs {OLDEST_MAJOR} "
                "or newer. Upgrade that server or choose another."
            )

    def keep(self) -> bool:
        """Start the embedded server again if it has fallen; whether that was needed.

        A server of somebody else's is its keeper's business. Raises `DatabaseUnavailable`.
        """
        if self.embedded is None or self.embedded.answers():
            return False
        self.embedded.start()
        return True

    def is_used(self) -> bool:
        """Whether anybody but us is connected to the server."""
        with self._admin_connection() as admin:
            found = admin.execute(
                "select exists (select from pg_stat_activity"
                " where backend_type = 'client backend' and pid <> pg_backend_pid())"
            ).fetchone()
        return bool(found and found[0])

    def stop(self) -> None:
        """Stop the embedded server; a server of somebody else's is left alone."""
        if self.embedded is not None:
            self.embedded.stop()

    def prepare(self) -> None:
        """Make the three roles and the database; safe to repeat.

        Nothing is done where every role's own address is given: an administrator has made them.
        Raises `DatabaseUnavailable` when the given user may not do it, naming the way out.
        """
        if all(f"{role.name}_DATABASE_URL" in os.environ for role in Role):
            return
        with self._admin_connection() as admin:
            try:
                self._make_roles(admin)
                self._make_database(admin)
            except psycopg.errors.InsufficientPrivilege as error:
                raise DatabaseUnavailable(
                    "The user in DATABASE_URL may not make oneplace's roles. Let an administrator "
                    "run deploy/postgresql/roles.sql once, or use a user with CREATEROLE, CREATEDB "
                    "and BYPASSRLS."
                ) from error

    def connection(self, role: Role) -> Connection:
        """How to reach the database as `role`."""
        admin = self._admin()
        variable = f"{role.name}_DATABASE_URL"
        given = os.environ.get(variable)
        if given:
            return parse_url(given, variable)
        return replace(
            admin,
            name=self._database_name(),
            user=role.value,
            password=self._secret(role),
        )

    def _database_name(self) -> str:
        return DATABASE_NAME if self.embedded is not None else self._admin().name

    def _variable(self) -> str:
        """Where the address was written: beside the parts it is the owner's own."""
        is_owners = self.url is not None and self.url == os.environ.get("OWNER_DATABASE_URL")
        return "OWNER_DATABASE_URL" if is_owners else "DATABASE_URL"

    def _admin(self) -> Connection:
        if self.url or self.embedded is None:
            return parse_url(self.url or "", self._variable())
        if not self.embedded.secret_file.exists():
            raise DatabaseUnavailable(
                "There is no database here yet. Run `make demo` or `oneplace demo` first."
            )
        return Connection(
            host=str(self.embedded.socket_folder),
            port="",
            name="postgres",
            user=ADMIN,
            password=self.embedded.admin_password(),
            options={},
        )

    def _admin_connection(self) -> psycopg.Connection[Any]:
        try:
            return psycopg.connect(self._admin().conninfo(), autocommit=True, connect_timeout=10)
        except psycopg.Error as error:
            where = self._variable() if self.url else "the embedded database"
            # libpq's own words name host, port and reason, and never the password.
            reason = " ".join(str(error).split()).rstrip(".?")
            raise DatabaseUnavailable(
                f"Could not reach {where}: {reason}. Check that the server runs, that host,"
                " port, database, user and password are right, and that it accepts "
                "connections from here, then run the same command again."
            ) from error

    def _secret(self, role: Role) -> str:
        folder = self.folder / "secrets"
        folder.mkdir(mode=0o700, exist_ok=True)
        file = folder / f"{role.value}.secret"
        if not file.exists():
            file.touch(mode=0o600)
            file.write_text(secrets.token_urlsafe(32))
        return file.read_text().strip()

    def _make_roles(self, admin: psycopg.Connection[Any]) -> None:
        known = {name for (name,) in admin.execute("select rolname from pg_roles").fetchall()}
        for role in Role:
            if f"{role.name}_DATABASE_URL" in os.environ:
                continue
            name = sql.Identifier(role.value)
            if role.value not in known:
                # Only the loader steps over row policies; nobody here is a superuser.
                reach = sql.SQL("bypassrls" if role is Role.LOADER else "nobypassrls")
                admin.execute(sql.SQL("create role {} login noinherit {}").format(name, reach))
            admin.execute(
                sql.SQL("alter role {} password {}").format(name, sql.Literal(self._secret(role)))
            )
        if admin.info.user not in {role.value for role in Role}:
            admin.execute(
                sql.SQL("grant {} to {}").format(
                    sql.Identifier(Role.OWNER.value), sql.Identifier(admin.info.user)
                )
            )

    def _make_database(self, admin: psycopg.Connection[Any]) -> None:
        name = self._database_name()
        known = {n for (n,) in admin.execute("select datname from pg_database").fetchall()}
        owner = sql.Identifier(Role.OWNER.value)
        database = sql.Identifier(name)
        if name not in known:
            admin.execute(sql.SQL("create database {} owner {}").format(database, owner))
        admin.execute(sql.SQL("revoke all on database {} from public").format(database))
        for role in Role:
            admin.execute(
                sql.SQL("grant connect on database {} to {}").format(
                    database, sql.Identifier(role.value)
                )
            )
        admin.execute(
            sql.SQL("grant create, temporary on database {} to {}").format(database, owner)
        )
        # What comes in is laid out in temporary tables before it is merged into the record.
        admin.execute(
            sql.SQL("grant temporary on database {} to {}").format(
                database, sql.Identifier(Role.LOADER.value)
            )
        )
        inside = replace(self._admin(), name=name)
        with psycopg.connect(inside.conninfo(), autocommit=True) as here:
            here.execute(sql.SQL("alter schema public owner to {}").format(owner))
            here.execute("revoke create on schema public from public")
            here.execute("grant usage on schema public to public")

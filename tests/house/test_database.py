"""The database: embedded and private, or a server of somebody's with TLS; errors say what to do."""

import datetime
import os
import re
import shutil
import socket
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from oneplace.config.database import Database, Role, parse_url
from oneplace.config.embedded import (
    DatabaseUnavailable,
    EmbeddedPostgres,
    _is_server_of,
    find_binaries,
)
from oneplace.config.installation import begin_ledger
from oneplace.config.paths import PROJECT

FULL_WIDTH = "secret\uff1aword"
"""A password with a colon as wide as a Chinese letter, which an address may not hold."""


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder that the account the server runs as may enter, wherever pytest keeps its own."""
    made = Path("/tmp") / f"oneplace-database-test-{os.getpid()}"  # noqa: S108
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(mode=0o711)
    yield made
    EmbeddedPostgres(made / "postgres").stop()
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def embedded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    database = Database(folder, fast=True)
    database.start()
    database.prepare()
    return database


def test_an_embedded_database_starts_from_nothing_and_starts_again(embedded: Database) -> None:
    embedded.stop()

    embedded.start()

    with psycopg.connect(embedded.connection(Role.WEB).conninfo()) as web:
        assert web.execute("select current_user").fetchone() == ("oneplace_web",)


def test_the_embedded_server_listens_on_no_network_and_its_socket_is_private(
    embedded: Database,
) -> None:
    with psycopg.connect(embedded.connection(Role.OWNER).conninfo()) as owner:
        assert owner.execute("show listen_addresses").fetchone() == ("",)
    assert embedded.embedded is not None
    mode = stat.S_IMODE(embedded.embedded.socket_folder.stat().st_mode)
    assert mode == 0o700


def test_whoever_reaches_the_socket_still_needs_a_password(embedded: Database) -> None:
    web = embedded.connection(Role.WEB)

    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(host=web.host, dbname=web.name, user=web.user)
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(host=web.host, dbname=web.name, user=web.user, password="guess")


def test_the_web_role_can_make_no_tables_and_become_nobody_else(embedded: Database) -> None:
    with psycopg.connect(embedded.connection(Role.WEB).conninfo(), autocommit=True) as web:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute("create table stolen (id int)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute("set role oneplace_loader")


def test_preparing_twice_changes_nothing(embedded: Database) -> None:
    before = embedded.connection(Role.WEB)

    embedded.prepare()

    assert embedded.connection(Role.WEB) == before


def test_a_ledger_of_erasures_begins_only_where_nothing_was_ever_erased(
    embedded: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONEPLACE_DATA", str(embedded.folder))
    folder = embedded.folder / "erasures"

    begin_ledger(embedded)
    folder.rmdir()  # a first start made it
    with psycopg.connect(embedded.connection(Role.OWNER).conninfo()) as owner:
        owner.execute("create table kit_installation (id int)")
        owner.execute("create table records_erasure (id int)")
    begin_ledger(embedded)
    folder.rmdir()  # so did one of a service older than the folder
    with psycopg.connect(embedded.connection(Role.OWNER).conninfo()) as owner:
        owner.execute("insert into records_erasure values (1)")
    with pytest.raises(DatabaseUnavailable, match="Bring the newest copy back"):
        begin_ledger(embedded)

    assert not folder.exists()
    folder.mkdir()
    (folder / "ledger.jsonl").touch()
    begin_ledger(embedded)


def test_a_first_start_that_was_killed_leaves_nothing_in_the_way(folder: Path) -> None:
    half_made = folder / "postgres" / "cluster.unfinished"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18")
    database = EmbeddedPostgres(folder / "postgres", fast=True)

    database.start()

    assert database.is_running()


def test_a_killed_server_starts_again_with_all_that_was_committed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    embedded = Database(folder)  # durable, as a real one is
    embedded.start()
    embedded.prepare()
    with psycopg.connect(embedded.connection(Role.OWNER).conninfo()) as owner:
        owner.execute("create table kept (id int)")
        owner.execute("insert into kept values (1)")
    assert embedded.embedded is not None
    pid = int((embedded.embedded.cluster / "postmaster.pid").read_text().splitlines()[0])
    os.kill(pid, 9)
    while embedded.embedded.is_running():
        pass

    embedded.start()

    with psycopg.connect(embedded.connection(Role.OWNER).conninfo()) as owner:
        assert owner.execute("select count(*) from kept").fetchone() == (1,)


def test_a_server_whose_folder_was_removed_makes_way_for_a_new_one(embedded: Database) -> None:
    assert embedded.embedded is not None
    folder = embedded.folder / "postgres"
    # The server goes on writing into the folder while it is being removed.
    while folder.exists():
        shutil.rmtree(folder, ignore_errors=True)

    embedded.start()
    embedded.prepare()

    with psycopg.connect(embedded.connection(Role.WEB).conninfo()) as web:
        assert web.execute("select current_user").fetchone() == ("oneplace_web",)


def test_only_the_server_of_the_very_cluster_counts_as_its_own(
    embedded: Database, tmp_path: Path
) -> None:
    server = embedded.embedded
    assert server is not None
    process = int((server.cluster / "postmaster.pid").read_text().splitlines()[0])

    assert _is_server_of(server.cluster, process)
    assert not _is_server_of(tmp_path / "cluster", process)
    assert not _is_server_of(server.cluster, os.getpid())


def test_a_server_that_serves_on_is_not_called_stopped(
    embedded: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert embedded.embedded is not None
    with monkeypatch.context() as patched:
        patched.setattr(EmbeddedPostgres, "_run", lambda *_, **__: 1)

        with pytest.raises(DatabaseUnavailable, match="serves on"):
            embedded.stop()

    embedded.stop()
    assert not embedded.embedded.is_running()


def test_a_cluster_of_another_version_is_named_and_not_touched(embedded: Database) -> None:
    embedded.stop()
    assert embedded.embedded is not None
    (embedded.embedded.cluster / "PG_VERSION").write_text("9\n")

    with pytest.raises(DatabaseUnavailable, match="made by PostgreSQL 9"):
        embedded.start()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql://u:p@h/d", "PostgreSQL only"),
        ("postgresql://u:p@h:notaport/d", "port"),
        ("postgresql://u:p@h:5432/", "no database"),
        ("postgresql://h/d", "no user"),
        ("nonsense", "begins with"),
        ("postgresql://u:p@[::1/d", "square bracket"),
        ("postgresql://u:p@h[/d", "square bracket"),
        ("postgresql://u:secret[word@h/d", "%5B"),
        ("postgresql://u:secret/word@h:5432/d", "%2F"),
        ("postgresql://u:5432/word@h:5432/d", "%2F"),
        ("postgresql://u:secret#word@h:5432/d", "%23"),
        ("postgresql://u:secret?word@h:5432/d", "%3F"),
        ("postgresql://u:12?word@h:5432/d", "before its host .* %3F"),
        ("postgresql://u:12@p?word@h/d", "%3F"),
        ("postgresql://h/d?user=me@there", "no user"),
        (f"postgresql://u:{FULL_WIDTH}@h/d", "full-width colon"),
        ("postgresql://u:p@h/d#more", "%23"),
        ("postgresql://u:p@h/d?foo=bar", 'connection option "foo"'),
    ],
)
def test_a_wrong_database_url_is_explained_without_its_password(url: str, says: str) -> None:
    with pytest.raises(DatabaseUnavailable, match=says) as raised:
        parse_url(url)

    assert ":p@" not in str(raised.value)
    assert "secret" not in str(raised.value) and "word" not in str(raised.value).split()


def test_a_mark_that_is_no_square_bracket_is_not_called_one() -> None:
    with pytest.raises(DatabaseUnavailable) as raised:
        parse_url(f"postgresql://u:{FULL_WIDTH}@h/d")

    assert "square bracket where" not in str(raised.value)


@pytest.mark.parametrize("role", Role)
def test_a_wrong_address_of_one_role_is_called_by_its_own_name(
    role: Role, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:p@h/d")
    monkeypatch.setenv(f"{role.name}_DATABASE_URL", "postgresql://u:12?word@h/d")

    with pytest.raises(DatabaseUnavailable, match=f"^{role.name}_DATABASE_URL has a "):
        Database(folder).connection(role)


def test_the_owners_address_given_for_all_is_called_the_owners(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://u:p@h/d")
    monkeypatch.setenv("OWNER_DATABASE_URL", "mysql://u:p@h/d")

    with pytest.raises(DatabaseUnavailable, match=r"^OWNER_DATABASE_URL begins with 'mysql'"):
        Database(folder).start()


def test_a_database_url_that_leads_nowhere_is_one_paragraph(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody:hidden@127.0.0.1:1/none")

    with pytest.raises(DatabaseUnavailable, match="Could not reach DATABASE_URL") as raised:
        Database(folder).start()

    assert "hidden" not in str(raised.value)


# --- a server of somebody's, reached by DATABASE_URL over TLS -------------------------------------


def _server_programs() -> Path | None:
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if int(folder.parent.name) >= 15 and (folder / "initdb").exists():
            return folder
    return None


def _certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "server.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "server.key").touch(mode=0o600)
    (folder / "server.key").write_bytes(private)


@pytest.fixture
def server_url(folder: Path) -> Iterator[str]:
    """A TLS-only PostgreSQL server on this machine, as somebody else would run one."""
    programs = _server_programs()
    if programs is None:
        pytest.skip("no PostgreSQL server of 15 or newer is installed here")
    own = EmbeddedPostgres(folder / "server")
    (folder / "server").mkdir(mode=0o711)
    secret = folder / "server" / "secret"
    secret.write_text("an administrator's secret")
    own._hand_over(secret)
    own._hand_over(folder / "server")
    assert (
        own._run(
            str(programs / "initdb"),
            "-D",
            str(own.cluster),
            "-U",
            "administrator",
            f"--pwfile={secret}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
        )
        == 0
    )
    _certificate(folder / "server")
    for name in ("server.crt", "server.key"):
        shutil.move(folder / "server" / name, own.cluster / name)
        own._hand_over(own.cluster / name)
    shutil.copy(own.cluster / "server.crt", folder / "trusted.crt")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own._make_socket_folder()
    (own.cluster / "postgresql.auto.conf").write_text(
        f"listen_addresses = 'localhost'\nport = {port}\nssl = on\n"
        f"unix_socket_directories = '{own.socket_folder}'\nfsync = off\n"
    )
    (own.cluster / "pg_hba.conf").write_text(
        "hostssl all all 127.0.0.1/32 scram-sha-256\nhostssl all all ::1/128 scram-sha-256\n"
    )
    log = folder / "server" / "log"
    own._hand_over(log, make=True)
    started = own._run(
        str(programs / "pg_ctl"), "start", "-D", str(own.cluster), "-l", str(log), "-w", quiet=True
    )
    assert started == 0, log.read_text()
    yield (
        f"postgresql://administrator:an%20administrator's%20secret@localhost:{port}/postgres"
        f"?sslmode=verify-full&sslrootcert={folder / 'trusted.crt'}"
    )
    own._run(str(programs / "pg_ctl"), "stop", "-D", str(own.cluster), "-m", "fast", quiet=True)


def test_a_given_server_is_prepared_migrated_and_served_over_tls(
    folder: Path, server_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", server_url)
    with psycopg.connect(server_url, autocommit=True) as administrator:
        administrator.execute("create database place_of_theirs")
    monkeypatch.setenv("DATABASE_URL", server_url.replace("/postgres?", "/place_of_theirs?"))
    environment = {
        **{key: value for key, value in os.environ.items() if key != "ONEPLACE_CONNECTION"},
        "ONEPLACE_DATA": str(folder / "data"),
    }

    done = subprocess.run(
        [".venv/bin/python", "-m", "oneplace.cli", "database", "prepare"],
        capture_output=True,
        text=True,
        env=environment,
        cwd=Path(__file__).resolve().parents[2],
    )

    assert done.returncode == 0, done.stderr
    (folder / "data").mkdir(exist_ok=True)
    web = Database(folder / "data").connection(Role.WEB)
    with psycopg.connect(web.conninfo()) as connection:
        assert connection.execute("select count(*) from access_account").fetchone() == (0,)
        assert connection.execute(
            "select ssl from pg_stat_ssl where pid = pg_backend_pid()"
        ).fetchone() == (True,)


def test_the_server_refuses_to_talk_in_clear(server_url: str) -> None:
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(server_url.split("?", maxsplit=1)[0] + "?sslmode=disable")


def test_the_binaries_come_from_the_wheel_where_there_is_one() -> None:
    binaries = find_binaries()

    assert binaries.major >= 15


def test_no_migration_of_ours_runs_code_over_models_drawn_in_part() -> None:
    """`installation.drawing_models_once` rests on it."""
    running = [
        file.relative_to(PROJECT).as_posix()
        for file in (PROJECT / "oneplace").glob("*/migrations/*.py")
        if re.search(r"\bRunPython\b", file.read_text())
    ]

    assert running == []

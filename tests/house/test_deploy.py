"""The production way, as far as it can be walked without an engine: files agree, scripts run."""

import ast
import configparser
import contextlib
import importlib.util
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
import yaml

from oneplace.config import service as serving
from oneplace.config.database import Database, Role, parse_url
from oneplace.config.embedded import EmbeddedPostgres, find_binaries

PROJECT = Path(__file__).resolve().parents[2]
DEPLOY = PROJECT / "deploy"
PRODUCTION = PROJECT / "docs" / "production.md"
# The door that has secrets of its own beside the database's.
LISTENER_SECRETS = {"listener-certificate", "listener-key", "listener-clients"}
UNITS = sorted((DEPLOY / "systemd").glob("oneplace*"))
# Of the images we use, what their own documentation says they read.
IMAGE_VARIABLES = {"POSTGRES_USER", "POSTGRES_PASSWORD_FILE", "POSTGRES_INITDB_ARGS", "PGDATA"}
LIBPQ_VARIABLES = {"PGHOST", "PGUSER", "PGSSLMODE", "PGSSLROOTCERT"}
KEY = "k" * 64
WHERE = {"ONEPLACE_LISTEN": "2575", "ONEPLACE_WATCH": "/srv/incoming"}
ONE_ENTRY = (
    "insert into access_auditentry (care_at, account_kind, role, door, action, outcome, purpose,"
    " reason, route, subject_kind, subject_id, detail)"
    " values (now(), '', '', 'command', 'try_production', 'done', '', '', '', '', '', '{}')"
)


def load_start() -> ModuleType:
    """deploy/start.py as a module."""
    spec = importlib.util.spec_from_file_location("oneplace_start", DEPLOY / "start.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


start = load_start()


# --- what the code reads from its environment -------------------------------------------------


def variables_in_code() -> set[str]:
    """Every environment variable of ours that the code names."""
    found: set[str] = set()
    for file in [*(PROJECT / "oneplace").rglob("*.py"), DEPLOY / "start.py"]:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if re.fullmatch(r"ONEPLACE_[A-Z_]+", node.value):
                    found.add(node.value)
                if re.fullmatch(r"([A-Z]+_)?DATABASE_URL", node.value):
                    found.add(node.value)
    return found | {f"{role.name}_DATABASE_URL" for role in Role}


def documented_variables() -> set[str]:
    """The variables in the table of docs/production.md."""
    rows = re.findall(r"^\| `([A-Z_]+)` \|", PRODUCTION.read_text(), re.MULTILINE)
    return set(rows)


def test_every_variable_the_code_reads_is_in_the_table() -> None:
    assert variables_in_code() - documented_variables() == set()


def test_the_table_names_no_variable_the_code_does_not_read() -> None:
    assert documented_variables() - variables_in_code() == set()


# --- the compose file -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The compose file, with its defaults merged in."""
    content: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return content


def ours(compose: dict[str, Any]) -> dict[str, Any]:
    """The services that run our own image."""
    return {
        name: service
        for name, service in compose["services"].items()
        if "oneplace" in service["image"]
    }


def test_each_service_of_ours_starts_a_part_that_exists(compose: dict[str, Any]) -> None:
    for name, service in ours(compose).items():
        if name == "command":
            continue
        assert service["command"][0] == name
        assert name in start.PARTS


def test_each_service_is_given_the_secrets_of_its_own_role_only(compose: dict[str, Any]) -> None:
    for name, service in ours(compose).items():
        if name == "command":
            continue
        part = start.PARTS[name]
        expected = {f"{part.role.name.lower()}-database-url", "database-authority"}
        if part.signs:
            expected.add("oneplace-secret-key")
        if name == "listener":
            expected |= LISTENER_SECRETS
        assert set(service["secrets"]) == expected


def test_production_starts_every_part_that_serve_starts(
    compose: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ONEPLACE_DATA", str(tmp_path))
    monkeypatch.setenv("ONEPLACE_LISTEN", "2575")
    monkeypatch.setenv("ONEPLACE_WATCH", str(tmp_path))
    for role in Role:
        monkeypatch.setenv(f"{role.name}_DATABASE_URL", given()[f"{role.name}_DATABASE_URL"])
    monkeypatch.setenv("DATABASE_URL", given()["OWNER_DATABASE_URL"])

    parts = serving.parts(Database(), host="127.0.0.1", port=8000, workers=2, extra={})

    served = {part.name: part.command for part in parts}
    assert set(start.PARTS) == {"upgrade", "verify", *served}
    assert {*ours(compose)} == {"command", *start.PARTS} - {"verify"}
    assert {unit.name.removesuffix(".service") for unit in UNITS} >= {
        f"oneplace-{name}" for name in start.PARTS
    }
    for name, command in served.items():
        there = start.environment_for(name, given(**WHERE))
        assert command == start.command_of(name, os.environ, host="127.0.0.1", port=8000, workers=2)
        assert start.command_of(name, there, host="127.0.0.1", port=8000, workers=2)


def test_only_a_door_that_not_everybody_has_waits_to_be_asked_for(compose: dict[str, Any]) -> None:
    asked_for = {name for name, kind in start.KINDS.items() if kind.wants}

    assert {name for name in start.KINDS if "profiles" in ours(compose)[name]} == asked_for
    wanted = read_unit(DEPLOY / "systemd" / "oneplace.target")["Unit"]["Wants"].split()
    assert {name for name in start.KINDS if f"oneplace-{name}.service" not in wanted} == asked_for


def test_whoever_takes_in_or_reads_deliveries_shares_the_folder_they_lie_in(
    compose: dict[str, Any],
) -> None:
    for name in ("web", "reader", "listener", "folder", "command"):
        assert "received:/data/received" in compose["services"][name]["volumes"], name
    for name in ("web", "reader", "listener", "folder"):
        unit = read_unit(DEPLOY / "systemd" / f"oneplace-{name}.service")["Service"]
        assert unit["User"] == "oneplace-pages"
        assert "ONEPLACE_DATA=/var/lib/oneplace-pages" in unit["Environment"]


@pytest.mark.parametrize("part", ["listener", "folder"])
def test_a_door_that_is_told_no_place_says_so_and_does_not_start(part: str) -> None:
    done = subprocess.run(
        [sys.executable, str(DEPLOY / "start.py"), part],
        env=given(PATH=os.environ["PATH"]), capture_output=True, text=True,
    )  # fmt: skip

    assert done.returncode == 1
    assert f"{start.KINDS[part].wants} is not set" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_version_nobody_has_signed_serves_no_real_people() -> None:
    with pytest.raises(start.CannotStart, match="real people") as raised:
        start.environment_for("web", given(ONEPLACE_LIVE="1"))

    assert "hazards" in str(raised.value)


def test_every_secret_is_declared_as_a_file_and_every_declared_one_is_used(
    compose: dict[str, Any],
) -> None:
    used = {
        secret for service in compose["services"].values() for secret in service.get("secrets", [])
    }

    assert used == set(compose["secrets"])
    assert all(set(secret) == {"file"} for secret in compose["secrets"].values())


def test_no_secret_stands_in_the_environment(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for name, value in service.get("environment", {}).items():
            assert not re.search(r"PASSWORD$|SECRET|DATABASE_URL$", name), name
            assert "://" not in str(value).replace("${ONEPLACE_PUBLIC_URL", ""), name


def test_every_variable_of_a_service_is_one_that_somebody_reads(compose: dict[str, Any]) -> None:
    known = variables_in_code() | IMAGE_VARIABLES | LIBPQ_VARIABLES
    for service in compose["services"].values():
        assert set(service.get("environment", {})) <= known


def test_every_file_a_service_mounts_exists(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("./"):
                assert (DEPLOY / source).exists(), source
            else:
                assert source in compose["volumes"], source


def test_services_of_ours_can_write_nothing_but_their_volumes(compose: dict[str, Any]) -> None:
    for service in ours(compose).values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]


def test_only_the_proxy_and_the_listener_are_reachable_from_outside(
    compose: dict[str, Any],
) -> None:
    published = [name for name, service in compose["services"].items() if service.get("ports")]

    assert published == ["listener", "proxy"]
    assert compose["services"]["listener"]["profiles"] == ["listener"]
    assert compose["networks"]["inside"] == {"internal": True}
    assert compose["services"]["database"]["networks"] == ["inside"]


def test_the_image_of_the_database_is_new_enough(compose: dict[str, Any]) -> None:
    major = int(compose["services"]["database"]["image"].split(":")[1])

    assert major >= 15


# --- the container file -----------------------------------------------------------------------


def test_the_container_file_installs_by_hash_runs_as_nobody_and_is_asked_for_its_health() -> None:
    text = (DEPLOY / "Containerfile").read_text()

    assert "make .venv/.runtime" in text
    assert re.search(r"^USER 10001:10001$", text, re.MULTILINE)
    assert "/live/health" in text
    last_stage = text[text.rindex("FROM ") :]
    for tool in ("nodejs", "npm", "gcc", " make "):
        assert tool not in last_stage


def test_every_volume_of_ours_is_mounted_on_a_folder_the_image_makes_for_its_user(
    compose: dict[str, Any],
) -> None:
    """An engine makes a volume on a path the image lacks, and gives it to root."""
    text = (DEPLOY / "Containerfile").read_text().replace("\\\n", " ")
    made = re.search(r"install -d -o oneplace -g oneplace -m 0700 ([^&\n]+)", text)
    assert made is not None

    mounted = {
        volume.split(":")[1]
        for service in ours(compose).values()
        for volume in service.get("volumes", [])
    }

    assert len(mounted) == 5
    assert mounted - set(made[1].split()) == set()


def test_everything_the_container_file_copies_exists_and_is_not_ignored() -> None:
    text = (DEPLOY / "Containerfile").read_text()
    kept = [
        line[1:]
        for line in (DEPLOY / "Containerfile.dockerignore").read_text().splitlines()
        if line.startswith("!")
    ]

    for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE):
        for source in line.split()[:-1]:
            assert (PROJECT / source).exists(), source
            assert any(Path(source).match(each) or source.startswith(each) for each in kept), source


# --- the units --------------------------------------------------------------------------------


def read_unit(file: Path) -> configparser.RawConfigParser:
    """A unit file; settings that may be repeated keep all their lines."""

    class Repeated(dict[str, Any]):
        def __setitem__(self, key: str, value: Any) -> None:
            if key in self and isinstance(value, list) and isinstance(self[key], list):
                self[key].extend(value)
            else:
                super().__setitem__(key, value)

    parser = configparser.RawConfigParser(strict=False, dict_type=Repeated, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(file)
    return parser


@pytest.mark.parametrize("file", UNITS, ids=lambda file: file.name)
def test_a_unit_can_be_read_and_names_its_documentation(file: Path) -> None:
    unit = read_unit(file)

    assert unit["Unit"]["Description"].startswith("oneplace: ")
    assert unit["Unit"]["Documentation"] == "file:/opt/oneplace/docs/production.md"


@pytest.mark.parametrize(
    "file", [unit for unit in UNITS if unit.suffix == ".service"], ids=lambda file: file.name
)
def test_a_service_unit_starts_a_known_part_hardened_with_its_own_secrets(file: Path) -> None:
    service = read_unit(file)["Service"]

    program, script, part, *_ = service["ExecStart"].split()
    assert program == "/opt/oneplace/.venv/bin/python"
    assert script == "/opt/oneplace/deploy/start.py"
    for setting in ("NoNewPrivileges", "PrivateTmp", "ProtectHome", "DynamicUser"):
        assert service[setting] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert service["CapabilityBoundingSet"] == ""
    credentials = {
        line.split(":")[0] for line in service["LoadCredential"].splitlines() if line.strip()
    }
    assert f"{start.PARTS[part].role.name.lower()}-database-url" in credentials
    own = LISTENER_SECRETS if part == "listener" else set()
    assert len(credentials - own) == 1 + start.PARTS[part].signs
    assert own <= credentials


def by_hand(folder: Path, *words: str) -> list[str]:
    """What deploy/systemd/command asks of systemd."""
    asked = folder / "asked"
    (folder / "bin").mkdir(exist_ok=True)
    stand_in = folder / "bin" / "systemd-run"
    stand_in.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > "{asked}"\n')
    stand_in.chmod(0o755)
    subprocess.run(
        [str(DEPLOY / "systemd" / "command"), *words],
        env={"PATH": f"{stand_in.parent}:{os.environ['PATH']}"}, check=True,
    )  # fmt: skip
    return asked.read_text().splitlines()


@pytest.mark.parametrize(
    ("words", "unit"),
    [
        (("erasures", "apply", "--json"), "oneplace-jobs.service"),
        (("import", "/srv/a file.csv"), "oneplace-reader.service"),
        (("audit", "verify"), "oneplace-sealer.service"),
    ],
)
def test_a_command_by_hand_has_the_account_and_folder_of_the_part_whose_files_it_reads(
    words: tuple[str, ...], unit: str, tmp_path: Path
) -> None:
    of_part = read_unit(DEPLOY / "systemd" / unit)["Service"]

    asked = by_hand(tmp_path, *words)

    settings = [word.removeprefix("--property=").split("=", 1) for word in asked if "=" in word]
    given_once = {name: value for name, value in settings if name != "LoadCredential"}
    for name in (
        "User", "StateDirectory", "StateDirectoryMode", "EnvironmentFile", "WorkingDirectory",
        "DynamicUser", "NoNewPrivileges", "ProtectSystem", "ProtectHome", "CapabilityBoundingSet",
    ):  # fmt: skip
        assert given_once[name] == of_part[name], name
    assert given_once["Environment"] in of_part["Environment"].splitlines()
    wanted = {name.lower().replace("_", "-") for name in start.EVERY_SECRET} - {"database-url"}
    credentials = {value.split(":")[0] for name, value in settings if name == "LoadCredential"}
    assert credentials == wanted
    assert asked[-3 - len(words) :] == [
        *of_part["ExecStart"].split()[:2], "command", *words
    ]  # fmt: skip


@pytest.mark.parametrize("missing", ["ONEPLACE_DATA", "WEB_DATABASE_URL"])
def test_a_command_by_hand_without_the_parts_settings_says_how_to_run_it(
    missing: str, tmp_path: Path
) -> None:
    environment = given(ONEPLACE_DATA=str(tmp_path)) | {missing: ""}

    with pytest.raises(start.CannotStart, match=missing) as raised:
        start.environment_for_command(environment, mounted=tmp_path / "nothing")

    assert "deploy/systemd/command" in str(raised.value)


def test_every_unit_the_target_wants_exists() -> None:
    wanted = read_unit(DEPLOY / "systemd" / "oneplace.target")["Unit"]["Wants"].split()

    assert all((DEPLOY / "systemd" / name).exists() for name in wanted)


def test_the_settings_of_the_units_are_ones_the_code_reads() -> None:
    text = (DEPLOY / "systemd" / "settings.example").read_text()
    names = set(re.findall(r"^([A-Z_]+)=", text, re.MULTILINE))

    assert names - {"PYTHONDONTWRITEBYTECODE"} <= variables_in_code()


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="this machine has no systemd-analyze"
)
def test_systemd_itself_finds_nothing_wrong_but_our_absence() -> None:
    done = subprocess.run(
        ["systemd-analyze", "verify", *map(str, UNITS)], capture_output=True, text=True
    )

    said = [
        line
        for line in done.stderr.splitlines()
        # Nothing of ours is installed on the machine of a test.
        if "oneplace" in line and "is not executable" not in line
    ]
    assert said == []


# --- proxies ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_a_proxy_protects_passes_on_the_address_and_holds_no_stream_back(name: str) -> None:
    text = (DEPLOY / "proxy" / name).read_text()

    assert "Strict-Transport-Security" in text
    assert "X-Forwarded-Proto" in text
    assert re.search(r"X-Forwarded-For.*(\$remote_addr|\{remote_host\})", text)
    assert "proxy_buffering off" in text or "flush_interval -1" in text
    assert "/live/" in text


def test_no_proxy_writes_a_whole_request_when_oneplace_is_away() -> None:
    nginx = (DEPLOY / "proxy" / "nginx.conf").read_text()
    caddy = (DEPLOY / "proxy" / "Caddyfile").read_text()
    own_log = re.search(r"\n\tlog default \{.*?\n\t\}", caddy, re.DOTALL)
    pages_log = re.search(r"\n\tlog \{.*?\n\t\}", caddy, re.DOTALL)
    assert own_log is not None and pages_log is not None

    fields = [re.findall(r"request>.*", log[0]) for log in (own_log, pages_log)]

    assert re.search(r"error_log \S+ crit;", nginx)
    assert fields[0] == fields[1] and len(fields[0]) == 2


# --- how a part is started --------------------------------------------------------------------


def given(**changes: str) -> dict[str, str]:
    """An environment in which every part could start."""
    return {
        "PATH": "/usr/bin",
        "OWNER_DATABASE_URL": "postgresql://oneplace_owner:owner-pw@db:5432/oneplace",
        "LOADER_DATABASE_URL": "postgresql://oneplace_loader:loader-pw@db:5432/oneplace",
        "WEB_DATABASE_URL": "postgresql://oneplace_web:web-pw@db:5432/oneplace",
        "ONEPLACE_SECRET_KEY": KEY,
        "ONEPLACE_PUBLIC_URL": "https://oneplace.example",
        **changes,
    }


@pytest.mark.parametrize("part", list(start.PARTS))
def test_a_part_is_given_its_own_secret_and_nobody_elses(part: str) -> None:
    environment = start.environment_for(part, given())

    role = start.PARTS[part].role
    text = repr(environment)
    for other in Role:
        assert (f"{other.name.lower()}-pw" in text) is (other is role)
        assert f"{other.name}_DATABASE_URL" not in environment
    assert (KEY in text) is start.PARTS[part].signs


def test_the_public_name_is_the_only_host_unless_told_otherwise() -> None:
    assert start.environment_for("web", given())["ONEPLACE_HOSTS"] == "oneplace.example"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"ONEPLACE_PUBLIC_URL": ""}, "must be the address people use"),
        ({"ONEPLACE_PUBLIC_URL": "http://oneplace.example"}, "beginning with https://"),
        ({"ONEPLACE_DEMO": "1"}, "ONEPLACE_DEMO=1 is for invented people"),
        ({"ONEPLACE_TEST": "1"}, "ONEPLACE_TEST=1 is for invented people"),
        ({"ONEPLACE_SECRET_KEY": "short"}, "has 5 characters and must have 50"),
        ({"WEB_DATABASE_URL": "mysql://a:b@c/d"}, "WEB_DATABASE_URL begins with 'mysql'"),
    ],
)
def test_a_part_that_may_not_start_says_what_to_do(changes: dict[str, str], says: str) -> None:
    with pytest.raises(start.CannotStart) as raised:
        start.environment_for("web", given(**changes))

    assert says in str(raised.value)


def test_a_missing_secret_names_every_place_that_was_looked_at(tmp_path: Path) -> None:
    environment = given(WEB_DATABASE_URL="", CREDENTIALS_DIRECTORY=str(tmp_path / "credentials"))

    with pytest.raises(start.CannotStart) as raised:
        start.environment_for("web", environment, mounted=tmp_path / "mounted")

    assert str(tmp_path / "credentials" / "web-database-url") in str(raised.value)
    assert str(tmp_path / "mounted" / "web-database-url") in str(raised.value)


@pytest.mark.parametrize("way", ["told", "credentials", "mounted"])
def test_a_secret_is_read_from_a_file_in_each_way(tmp_path: Path, way: str) -> None:
    file = tmp_path / "web-database-url"
    file.write_text("postgresql://oneplace_web:from-a-file@db/oneplace\n")
    changes = {
        "told": {"WEB_DATABASE_URL_FILE": str(file)},
        "credentials": {"CREDENTIALS_DIRECTORY": str(tmp_path)},
        "mounted": {},
    }[way]
    mounted = tmp_path if way == "mounted" else tmp_path / "nothing"

    environment = start.environment_for(
        "web", given(WEB_DATABASE_URL="", **changes), mounted=mounted
    )

    assert "from-a-file" in repr(environment)
    assert "WEB_DATABASE_URL_FILE" not in environment


# --- secrets ----------------------------------------------------------------------------------


@pytest.mark.skipif(shutil.which("openssl") is None, reason="this machine has no openssl")
def test_the_secrets_are_made_once_complete_and_for_nobody_else(
    tmp_path: Path, compose: dict[str, Any]
) -> None:
    folder = tmp_path / "secrets"
    command = [str(DEPLOY / "make-secrets"), str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    before = {file.name: file.read_bytes() for file in folder.iterdir()}

    subprocess.run(command, check=True, capture_output=True)

    after = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert after == before
    assert set(compose["secrets"]) - {"site-certificate", "site-key"} - LISTENER_SECRETS == set(
        after
    )
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for role in Role:
        connection = parse_url(after[f"{role.name.lower()}-database-url"].decode())
        assert connection.user == role.value
        assert connection.password == after[f"{role.name.lower()}-password"].decode()
        assert connection.options["sslmode"] == "verify-full"
    assert len(after["oneplace-secret-key"]) >= start.SHORTEST_KEY
    subprocess.run(
        ["openssl", "verify", "-verify_hostname", "database", "-CAfile",
         str(folder / "database-authority"), str(folder / "database-certificate")],
        check=True, capture_output=True,
    )  # fmt: skip


# --- a server of somebody's, from roles to restore --------------------------------------------


@dataclass(frozen=True)
class Server:
    """A PostgreSQL that is not ours to administer, but for running the scripts of deploy/."""

    folder: Path
    environment: dict[str, str]
    host: str
    passwords: dict[Role, str]

    def psql(
        self, *arguments: str, database: str = "postgres"
    ) -> "subprocess.CompletedProcess[str]":
        """Run psql as the administrator."""
        return subprocess.run(
            [find_binaries().program("psql"), "-X", "-q", *arguments, database],
            env=self.environment,
            capture_output=True,
            text=True,
        )

    def make_roles(self) -> "subprocess.CompletedProcess[str]":
        """Run roles.sql as docs/production.md says."""
        return self.psql(
            "-v", "database=oneplace",
            *(
                word
                for role, password in self.passwords.items()
                for word in ("-v", f"{role.name.lower()}_password={password}")
            ),
            "-f", str(DEPLOY / "postgresql" / "roles.sql"),
        )  # fmt: skip

    def url(self, role: Role) -> str:
        """The address of the database for a role."""
        return (
            f"postgresql://{role.value}:{quote(self.passwords[role], safe='')}"
            f"@{quote(self.host, safe='')}/oneplace"
        )

    def connect(self, role: Role) -> "psycopg.Connection[tuple[Any, ...]]":
        """A connection as a role."""
        return psycopg.connect(parse_url(self.url(role)).conninfo())

    def run(self, part: str, *arguments: str, **changes: str) -> "subprocess.Popen[str]":
        """Start a part as production does."""
        environment = {
            "PATH": os.environ["PATH"],
            "CREDENTIALS_DIRECTORY": str(self.folder / "credentials"),
            "ONEPLACE_DATA": str(self.folder / "data"),
            "ONEPLACE_PUBLIC_URL": "https://oneplace.example",
            "ONEPLACE_STATIC_ROOT": str(self.folder / "static"),
            "ONEPLACE_TRUSTED_PROXY": "1",
            **changes,
        }
        return subprocess.Popen(
            [sys.executable, str(DEPLOY / "start.py"), part, *arguments],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )


def stop(process: "subprocess.Popen[str]") -> str:
    """Stop a part and all it started; returns what it said."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        said, _ = process.communicate(timeout=10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        said, _ = process.communicate()
    return said


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A throw-away server in which roles.sql has been run twice and the tables were made."""
    folder = Path("/tmp") / f"oneplace-deploy-test-{os.getpid()}"  # noqa: S108
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o711)
    kept = os.environ.pop("DATABASE_URL", None)
    database = Database(folder, fast=True)
    try:
        database.start()
        admin = database._admin()
        environment = {
            "PATH": f"{find_binaries().folder}:{os.environ['PATH']}",
            "PGHOST": admin.host,
            "PGUSER": admin.user,
            "PGPASSWORD": admin.password,
            "LC_ALL": "C",
        }
        passwords = {role: f"it's {role.name} @ 100%" for role in Role}
        made = Server(folder, environment, admin.host, passwords)
        for _ in range(2):
            done = made.make_roles()
            assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        (folder / "credentials").mkdir()
        (folder / "data").mkdir(mode=0o700)
        for role in Role:
            (folder / "credentials" / f"{role.name.lower()}-database-url").write_text(
                made.url(role)
            )
        (folder / "credentials" / "oneplace-secret-key").write_text(KEY)
        upgrade = made.run("upgrade")
        said, _ = upgrade.communicate(timeout=120)
        assert upgrade.returncode == 0, said
        yield made
    finally:
        database.stop()
        shutil.rmtree(folder, ignore_errors=True)
        if kept:
            os.environ["DATABASE_URL"] = kept


def test_roles_without_passwords_are_refused_before_anything_is_done(server: Server) -> None:
    done = server.psql("-f", str(DEPLOY / "postgresql" / "roles.sql"))

    assert done.returncode == 3
    assert "must all be given" in done.stderr


@pytest.mark.parametrize("role", list(Role))
def test_each_role_connects_with_its_own_password_and_is_no_superuser(
    server: Server, role: Role
) -> None:
    with server.connect(role) as connection:
        found = connection.execute(
            "select rolsuper, rolcreaterole, rolcreatedb, rolbypassrls from pg_roles"
            " where rolname = current_user"
        ).fetchone()

    assert found == (False, False, False, role is Role.LOADER)


@pytest.mark.parametrize("role", [Role.WEB, Role.LOADER])
def test_a_serving_role_can_neither_make_tables_nor_become_the_owner(
    server: Server, role: Role
) -> None:
    for statement in ("create table mine (id int)", "set role oneplace_owner"):
        with (
            server.connect(role) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute(statement)


def test_the_web_role_waits_only_so_long(server: Server) -> None:
    with server.connect(Role.WEB) as web:
        found = [
            web.execute(f"show {setting}").fetchone()
            for setting in ("statement_timeout", "lock_timeout")
        ]

    assert found == [("30s",), ("5s",)]


def test_statements_stay_out_of_the_servers_log(server: Server) -> None:
    with server.connect(Role.WEB) as web:
        found = web.execute("show log_min_error_statement").fetchone()

    assert found == ("panic",)


def test_the_upgrade_made_policies_and_brought_in_the_place(server: Server) -> None:
    with server.connect(Role.LOADER) as loader:
        policies = loader.execute("select count(*) from pg_policies").fetchone()
        partners = loader.execute("select count(*) from partners_organisation").fetchone()

    assert policies is not None
    assert policies[0] > 0
    assert partners is not None
    assert partners[0] > 0


def test_an_upgrade_can_be_repeated(server: Server) -> None:
    again = server.run("upgrade")

    said, _ = again.communicate(timeout=120)

    assert again.returncode == 0, said


def test_the_pages_answer_behind_a_proxy_and_only_to_their_name(server: Server) -> None:
    gathered = server.run("static")
    said, _ = gathered.communicate(timeout=60)
    assert gathered.returncode == 0, said
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    web = server.run("web", "--port", str(port), "--workers", "1")
    try:
        until = time.monotonic() + 30
        while _answer(port, "/live/health", "oneplace.example")[0] != 200:
            assert time.monotonic() < until, stop(web)
            time.sleep(0.1)

        ready, _ = _answer(port, "/live/ready", "oneplace.example")
        status, headers = _answer(port, "/", "oneplace.example")
        stranger, _ = _answer(port, "/", "elsewhere.example")

        assert (ready, status) == (200, 200), stop(web)
        assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
        assert stranger == 400
    finally:
        stop(web)


def _answer(port: int, path: str, host: str) -> tuple[int, Any]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}",
        headers={"Host": host, "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"},
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.headers
    except OSError:
        return 0, {}


def test_the_sealer_seals_and_anchors_and_the_audit_then_verifies(server: Server) -> None:
    with server.connect(Role.LOADER) as loader:
        loader.execute(ONE_ENTRY)
    sealer = server.run("sealer")
    try:
        until = time.monotonic() + 30
        heads = server.folder / "data" / "audit-anchor" / "heads.jsonl"
        while not heads.exists():
            assert sealer.poll() is None, sealer.communicate()[0]
            assert time.monotonic() < until, stop(sealer)
            time.sleep(0.1)
    finally:
        stop(sealer)

    verified = server.run("verify")
    said, _ = verified.communicate(timeout=60)

    assert verified.returncode == 0, said
    assert "1 anchored head" in said


def test_a_command_by_hand_reads_the_ledger_it_names_and_refuses_where_there_is_none(
    server: Server, tmp_path: Path
) -> None:
    (server.folder / "lost").mkdir(mode=0o700)
    lost = server.run("command", "erasures", "apply", ONEPLACE_DATA=str(server.folder / "lost"))
    said_lost, _ = lost.communicate(timeout=60)
    (server.folder / "data" / "erasures").mkdir(mode=0o700, exist_ok=True)
    ledger = server.folder / "data" / "erasures" / "ledger.jsonl"
    empty = server.run("command", "erasures", "apply")
    said_empty, _ = empty.communicate(timeout=60)
    ledger.write_text("\n")
    found = server.run("command", "erasures", "apply")
    said_found, _ = found.communicate(timeout=60)
    ledger.unlink()

    assert (lost.returncode, empty.returncode, found.returncode) == (1, 0, 0)
    assert f"There is no folder {server.folder / 'lost' / 'erasures'}" in said_lost
    assert "Traceback" not in said_lost
    assert f"There is no {ledger}" in said_empty
    assert f"Read 0 lines of {ledger}." in said_found


needs_server_tools = pytest.mark.skipif(
    shutil.which("sha256sum") is None, reason="the backup scripts are for Linux servers"
)


@needs_server_tools
def test_a_backup_is_complete_and_comes_back(server: Server) -> None:
    folder = server.folder / "backups"

    made = subprocess.run(
        [str(DEPLOY / "postgresql" / "backup"), str(folder)],
        env=server.environment, capture_output=True, text=True,
    )  # fmt: skip

    assert made.returncode == 0, made.stderr
    (backup,) = folder.iterdir()
    assert stat.S_IMODE(backup.stat().st_mode) == 0o700
    tried = subprocess.run(
        [str(DEPLOY / "postgresql" / "try-restore"), str(backup)],
        env=server.environment, capture_output=True, text=True,
    )  # fmt: skip
    assert tried.returncode == 0, tried.stderr
    assert "row policies" in tried.stdout


@needs_server_tools
def test_a_damaged_backup_is_refused(server: Server) -> None:
    folder = server.folder / "damaged"
    subprocess.run(
        [str(DEPLOY / "postgresql" / "backup"), str(folder)],
        env=server.environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    (backup,) = folder.iterdir()
    with (backup / "oneplace.dump").open("r+b") as dump:
        dump.seek(-1, os.SEEK_END)
        dump.write(b"?")

    tried = subprocess.run(
        [str(DEPLOY / "postgresql" / "try-restore"), str(backup)],
        env=server.environment, capture_output=True, text=True,
    )  # fmt: skip

    assert tried.returncode != 0
    assert "FAILED" in tried.stdout + tried.stderr


def test_after_a_restore_the_audit_goes_on_in_the_next_epoch(server: Server) -> None:
    environment = {**server.environment, "PGUSER": Role.OWNER.value}
    environment["PGPASSWORD"] = server.passwords[Role.OWNER]

    done = subprocess.run(
        [find_binaries().program("psql"), "-X", "-q",
         "-f", str(DEPLOY / "postgresql" / "after_restore.sql"), "oneplace"],
        env=environment, capture_output=True, text=True,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert "now in epoch 2" in done.stderr
    again = server.run("upgrade")
    said, _ = again.communicate(timeout=120)
    assert again.returncode == 0, said
    with server.connect(Role.LOADER) as loader:
        loader.execute(ONE_ENTRY)
        found = loader.execute(
            "select epoch from access_auditentry order by id desc limit 1"
        ).fetchone()
        loader.rollback()
    assert found == (2,)


def test_no_server_of_a_test_is_left_behind() -> None:
    folder = Path("/tmp") / f"oneplace-deploy-test-{os.getpid()}"  # noqa: S108

    assert not folder.exists() or EmbeddedPostgres(folder / "postgres").is_running()

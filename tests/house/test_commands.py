"""The command line: each foreseeable trouble is one paragraph that says what to do."""

import errno
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from unittest.mock import Mock

import click
import pytest
from django.db import connection
from django.db.utils import OperationalError, ProgrammingError

from oneplace.cli import doctor
from oneplace.cli.console import Console, Stop, run, speaks
from oneplace.config import processes, service
from oneplace.config import roll as roll_module
from oneplace.config.database import Connection, Database
from oneplace.config.database import Role as DatabaseRole
from oneplace.config.embedded import DatabaseUnavailable
from oneplace.config.installation import join, migrate, why_not_reached, why_not_ready
from oneplace.config.paths import NEEDED_GB, PRIVATE
from oneplace.config.roll import Roll, RunsAlready, StillThere, let_go, start_held
from oneplace.config.supervisor import Part, Stopped, Supervisor
from tests.database import _connection as connection_to
from tests.database import as_role, connection_as

PROJECT = Path(__file__).resolve().parents[2]


def _oneplace(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    ours = {"ONEPLACE_CONNECTION", "ONEPLACE_TEST", "DATABASE_URL"}
    kept = {key: value for key, value in os.environ.items() if key not in ours}
    return subprocess.run(
        [sys.executable, "-m", "oneplace.cli", *arguments],
        capture_output=True,
        text=True,
        env={**kept, **environment},
        cwd=PROJECT,
    )


def test_help_lists_every_command_with_a_sentence() -> None:
    done = _oneplace("--help")

    assert done.returncode == 0
    for command in ("demo", "serve", "borough", "place", "user", "doctor", "version"):
        assert command in done.stdout


@pytest.mark.parametrize(
    "command", ["demo", "serve", "borough", "place", "user", "doctor", "audit"]
)
def test_every_command_explains_itself(command: str) -> None:
    done = _oneplace(command, "--help")

    assert done.returncode == 0
    assert len(done.stdout) > 150


def test_version_ends_with_one_json_object_when_asked() -> None:
    done = _oneplace("version", "--json")

    assert json.loads(done.stdout.splitlines()[-1])["version"]


def test_an_unknown_command_is_asked_wrongly() -> None:
    done = _oneplace("dance")

    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_port_in_use_is_named_with_the_way_out(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])

        done = _oneplace("demo", "--port", port, ONEPLACE_DATA=str(tmp_path / "data"))

    assert done.returncode == 1
    assert f"Port {port} is in use" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::"])  # noqa: S104
def test_a_demo_refuses_to_listen_to_the_network(host: str, tmp_path: Path) -> None:
    done = _oneplace("demo", "--host", host, ONEPLACE_DATA=str(tmp_path / "data"))

    assert done.returncode == 1
    assert "this machine only" in done.stderr


def test_a_service_refuses_to_start_as_a_demo(tmp_path: Path) -> None:
    done = _oneplace(
        *("serve", "--host", "0.0.0.0", "--port", "8914"),  # noqa: S104
        ONEPLACE_DEMO="1",
        ONEPLACE_DATA=str(tmp_path / "data"),
    )

    assert done.returncode == 1
    assert "ONEPLACE_DEMO" in done.stderr


def test_a_service_for_real_people_refuses_an_unsigned_version(tmp_path: Path) -> None:
    done = _oneplace(
        "serve", "--port", "8916", ONEPLACE_LIVE="1", ONEPLACE_DATA=str(tmp_path / "data")
    )

    assert done.returncode == 1
    assert "real people" in done.stderr and "hazards" in done.stderr
    assert not (tmp_path / "data" / "postgres").exists()


@pytest.mark.parametrize("wrong", [("--port", "80000"), ("--port", "0"), ("--people", "0")])
def test_a_number_out_of_range_is_asked_wrongly(wrong: tuple[str, str], tmp_path: Path) -> None:
    done = _oneplace("demo", *wrong, ONEPLACE_DATA=str(tmp_path / "data"))

    assert done.returncode == 2
    assert wrong[0] in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["demo", "serve"])
def test_a_port_that_is_no_number_is_said_in_words(command: str, tmp_path: Path) -> None:
    done = _oneplace(command, PORT="abc", ONEPLACE_DATA=str(tmp_path / "data"))

    assert done.returncode == 2
    assert "'abc' is not a port: write a whole number" in done.stderr
    assert not (tmp_path / "data").exists()


def test_the_disk_that_is_needed_is_the_same_everywhere(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    @click.command()
    def full() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setenv("ONEPLACE_DATA", str(tmp_path))
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Mock(free=2e9))
    with pytest.raises(SystemExit):
        run(click.Group(commands={"full": full}), ["full"])

    need = f"{NEEDED_GB} GB"
    assert f"About {need} of disk" in (PROJECT / "docs" / "getting-started.md").read_text()
    assert f"needs about {need}" in capsys.readouterr().err
    assert f"needs about {need}" in next(doctor._disk()).says


@pytest.mark.parametrize("is_elsewhere", [False, True])
def test_little_disk_is_wrong_only_before_the_first_start(
    is_elsewhere: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tmp_path.chmod(PRIVATE)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("ONEPLACE_DATA", str(tmp_path))
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Mock(free=2e9))

    (before,) = doctor._disk()
    if is_elsewhere:
        monkeypatch.setenv("DATABASE_URL", "postgresql://u:p@h/d")
    else:
        (tmp_path / "postgres" / "cluster").mkdir(parents=True)
        (tmp_path / "postgres" / "cluster" / "PG_VERSION").write_text("18")
    (after,) = doctor._disk()

    assert (before.state, after.state) == ("wrong", "note")
    assert "2.0 GB free" in after.says


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("was_demo", "says"), [(True, "a demonstration's"), (False, "a service's")]
)
def test_a_demos_database_and_a_services_are_never_mixed(
    was_demo: bool, says: str, settings: object
) -> None:
    with as_role(DatabaseRole.OWNER), connection.cursor() as cursor:
        cursor.execute("update kit_installation set is_demo = %s", [was_demo])
        settings.IS_DEMO = not was_demo  # type: ignore[attr-defined]

        with pytest.raises(DatabaseUnavailable, match=says):
            migrate()


def test_a_broken_place_file_is_named_with_key_and_reason(tmp_path: Path) -> None:
    place = tmp_path / "broken.toml"
    place.write_text("key = 'broken'\nname = 3\n")

    done = _oneplace(
        "demo", "--place", str(place), "--port", "8911", ONEPLACE_DATA=str(tmp_path / "data")
    )

    assert done.returncode == 2
    assert str(place) in done.stderr and "name" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_data_folder_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")

    done = _oneplace("demo", "--port", "8912", ONEPLACE_DATA=str(tmp_path / "file" / "data"))

    assert done.returncode == 1
    assert "ONEPLACE_DATA" in done.stderr and "Traceback" not in done.stderr


def test_a_wrong_database_url_is_explained_without_its_password(tmp_path: Path) -> None:
    done = _oneplace(
        "serve",
        *("--port", "8913"),
        ONEPLACE_DATA=str(tmp_path / "data"),
        DATABASE_URL="postgresql://somebody:hidden@127.0.0.1:1/none",
    )

    assert done.returncode == 1
    assert "DATABASE_URL" in done.stderr
    assert "hidden" not in done.stderr and "Traceback" not in done.stderr


def test_the_doctor_refuses_real_people_without_a_safety_officers_signature(
    tmp_path: Path,
) -> None:
    done = _oneplace("doctor", "--live", "--json", ONEPLACE_DATA=str(tmp_path / "data"))

    findings = json.loads(done.stdout.splitlines()[-1])["findings"]
    assert done.returncode == 1
    assert [f["state"] for f in findings if f["what"] == "Real people"] == ["wrong"]


def test_the_command_runs_in_a_folder_with_a_space_and_a_long_name(tmp_path: Path) -> None:
    project = tmp_path / "a folder of somebody's with spaces and $PATH" / ("long" * 50)
    (project / "tools").mkdir(parents=True)
    shutil.copy(PROJECT / "tools" / "install-self", project / "tools")
    (project / "oneplace" / "cli").mkdir(parents=True)
    (project / "oneplace" / "cli" / "__init__.py").write_text(
        "import sys\n\n\ndef main() -> None:\n    print(sys.argv[1:])\n"
    )
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", project / ".venv"], check=True)
    subprocess.run([project / "tools" / "install-self"], check=True)
    elsewhere = tmp_path / "a link"
    elsewhere.symlink_to(project / ".venv" / "bin" / "oneplace")

    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    for command in (project / ".venv" / "bin" / "oneplace", elsewhere):
        done = subprocess.run(
            [command, "demo", "two words"],
            env=environment, cwd=tmp_path, capture_output=True, text=True,
        )  # fmt: skip

        assert done.stdout == "['demo', 'two words']\n", done.stderr


# --- the supervisor -------------------------------------------------------------------------------


def _part(tmp_path: Path, name: str, script: str) -> Part:
    return Part(name, [sys.executable, "-c", script], dict(os.environ), tmp_path / f"{name}.log")


def test_a_part_that_falls_over_is_started_again(tmp_path: Path) -> None:
    part = _part(tmp_path, "faller", "import time; time.sleep(60)")
    supervisor = Supervisor([part])
    supervisor.start()
    assert part.process is not None
    first = part.process.pid
    part.process.kill()
    part.process.wait()

    until = time.monotonic() + 5
    while part.restarts == 0 and time.monotonic() < until:
        supervisor.look_after()
        time.sleep(0.05)

    assert part.is_alive() and part.process.pid != first
    supervisor.stop()


def test_stopping_takes_a_parts_children_with_it(tmp_path: Path) -> None:
    child_file = tmp_path / "child"
    script = (
        "import subprocess, sys, time; "
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
        f"open({str(child_file)!r}, 'w').write(str(child.pid)); time.sleep(60)"
    )
    part = _part(tmp_path, "parent", script)
    supervisor = Supervisor([part])
    supervisor.start()
    until = time.monotonic() + 5
    while not (child_file.exists() and child_file.read_text()) and time.monotonic() < until:
        time.sleep(0.05)
    child = int(child_file.read_text())

    supervisor.stop()

    assert not part.is_alive()
    until = time.monotonic() + 5
    while _lives(child) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _lives(child)


def _lives(process: int) -> bool:
    """Whether a process runs; where nobody buries the dead, a zombie is as good as gone."""
    return processes.one(process) is not None


def test_a_part_that_ignores_the_request_to_stop_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from oneplace.config import supervisor as module

    monkeypatch.setattr(module, "STOP_WITHIN_S", 0.5)
    ready = tmp_path / "ready"
    part = _part(
        tmp_path,
        "stubborn",
        f"import signal, time; signal.signal({int(signal.SIGTERM)}, signal.SIG_IGN); "
        f"open({str(ready)!r}, 'w').write('y'); time.sleep(60)",
    )
    supervisor = Supervisor([part])
    supervisor.start()
    until = time.monotonic() + 5
    while not ready.exists() and time.monotonic() < until:
        time.sleep(0.05)

    supervisor.stop()

    assert not part.is_alive()


def _orphan(script: str) -> "subprocess.Popen[bytes]":
    """A process of ours, in a group of its own, that no supervisor looks after any more."""
    process = start_held(
        [sys.executable, "-c", f"'oneplace'; {script}"],
        stdout=subprocess.PIPE,
        stderr=None,
    )
    let_go(process)
    return process


def _noted(tmp_path: Path, process: int) -> Roll:
    roll = Roll(tmp_path / "running.json")
    roll.note([process])
    return roll


def test_what_a_killed_supervisor_left_running_is_gone_before_the_next_start_goes_on(
    tmp_path: Path,
) -> None:
    # A process with much to give back to the machine takes a moment to die and keeps its port.
    orphan = _orphan(
        "import socket, time; taken = socket.socket(); taken.bind(('127.0.0.1', 0)); "
        "taken.listen(); much = bytearray(400_000_000); "
        "print(taken.getsockname()[1], flush=True); time.sleep(60)"
    )
    assert orphan.stdout is not None
    port = int(orphan.stdout.readline())
    roll = _noted(tmp_path, orphan.pid)

    ended = roll.end_leftovers()

    service.check_port("127.0.0.1", port)
    assert ended == 1
    assert not roll.file.exists()
    orphan.wait(timeout=5)


def test_a_group_whose_leader_has_died_is_ended_too(tmp_path: Path) -> None:
    orphan = _orphan(
        "import subprocess, sys; child = subprocess.Popen([sys.executable, '-c', "
        "'import time; \"oneplace\"; time.sleep(60)']); print(child.pid, flush=True)"
    )
    assert orphan.stdout is not None
    child = int(orphan.stdout.readline())
    orphan.wait(timeout=5)

    ended = _noted(tmp_path, orphan.pid).end_leftovers()

    assert ended == 1
    assert not _lives(child)


def test_a_process_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    with subprocess.Popen(["sleep", "30"], start_new_session=True) as somebody_elses:
        ended = _noted(tmp_path, somebody_elses.pid).end_leftovers()

        assert ended == 0
        assert somebody_elses.poll() is None
        somebody_elses.kill()


def test_what_a_killed_start_left_is_ended_on_a_machine_without_ps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not processes.PROC.exists():
        pytest.skip("this machine's kernel does not tell of its processes: ps is always there")
    orphan = _orphan("print('runs', flush=True); import time; time.sleep(60)")
    assert orphan.stdout is not None
    orphan.stdout.readline()
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))

    ended = _noted(tmp_path, orphan.pid).end_leftovers()

    assert ended == 1
    assert orphan.wait(timeout=5) == -signal.SIGKILL


def test_the_kernel_and_ps_tell_the_same_of_a_process() -> None:
    if not (processes.PROC.exists() and shutil.which("ps")):
        pytest.skip("only one of the two is here")
    words = ["-c", "import time; 'a ) b'; time.sleep(60)"]
    with subprocess.Popen([sys.executable, *words], start_new_session=True) as asked:
        until = time.monotonic() + 5
        while (found := processes.one(asked.pid)) is None or "a ) b" not in found.command:
            assert time.monotonic() < until
        told = {process.number: process for process in processes._told_by_ps()}
        asked.kill()

    assert found == told[asked.pid]
    assert found.group == asked.pid
    assert processes.one(asked.pid) is None


def test_what_is_just_becoming_another_program_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = iter([{7_000_000: [""]}, {7_000_000: ["python -m oneplace.cli serve"]}])
    monkeypatch.setattr(roll_module, "_groups", lambda: next(told, {}))
    ended: list[int] = []
    monkeypatch.setattr(os, "killpg", lambda group, number: ended.append(group))

    assert _noted(tmp_path, 7_000_000).end_leftovers() == 1
    assert ended == [7_000_000]


def test_what_does_not_end_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    orphan = _orphan("import time; time.sleep(60)")
    monkeypatch.setattr(roll_module, "GONE_WITHIN_S", 0.1)
    with monkeypatch.context() as nothing_can_be_ended:
        nothing_can_be_ended.setattr(os, "killpg", lambda group, number: None)

        with pytest.raises(StillThere, match=str(orphan.pid)):
            _noted(tmp_path, orphan.pid).end_leftovers()

    orphan.kill()
    orphan.wait()


def test_nothing_runs_that_is_on_no_roll(tmp_path: Path) -> None:
    """A start killed between making a process and writing it down leaves nothing running."""
    ran = tmp_path / "ran"
    killed = subprocess.run(
        [
            *(sys.executable, "-c"),
            "import os, signal, subprocess, sys; from oneplace.config.roll import start_held; "
            f"held = start_held(['touch', {str(ran)!r}], stdout=subprocess.DEVNULL, stderr=None); "
            "print(held.pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)",
        ],
        capture_output=True,
        text=True,
        cwd=PROJECT,
    )
    held = int(killed.stdout)

    until = time.monotonic() + 5
    while _lives(held) and time.monotonic() < until:
        time.sleep(0.05)

    assert not _lives(held)
    assert not ran.exists()


def test_a_port_that_is_being_given_back_is_waited_for() -> None:
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    taken.listen()
    port = taken.getsockname()[1]
    threading.Timer(0.3, taken.close).start()

    service.check_port("127.0.0.1", port, within_s=10)

    assert taken.fileno() == -1


def test_one_data_folder_has_one_service(tmp_path: Path) -> None:
    first = Roll(tmp_path / "running.json").take()

    with pytest.raises(RunsAlready, match=str(os.getpid())):
        Roll(tmp_path / "running.json").take()

    first.leave()
    Roll(tmp_path / "running.json").take().leave()


@pytest.mark.parametrize("command", ["demo", "serve"])
def test_a_second_start_in_the_same_data_folder_is_refused_with_the_way_out(
    command: str, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    first = Roll(data / "running.json").take()

    done = _oneplace(command, "--port", "8915", ONEPLACE_DATA=str(data))

    first.leave()
    assert done.returncode == 1
    assert "runs in" in done.stderr and str(data) in done.stderr
    assert "Ctrl-C" in done.stderr and "Traceback" not in done.stderr


def test_stopping_ends_an_errand_that_is_under_way(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    supervisor = Supervisor([], roll=Roll(tmp_path / "running.json"))
    ended: list[str] = []

    def errand() -> None:
        script = f"import time; open({str(begun)!r}, 'w'); time.sleep(60)"
        try:
            supervisor.errand([sys.executable, "-c", script], is_heard=True)
        except Stopped:
            ended.append("stopped")

    beside = threading.Thread(target=errand)
    beside.start()
    until = time.monotonic() + 10
    while not begun.exists() and time.monotonic() < until:
        time.sleep(0.02)
    assert json.loads((tmp_path / "running.json").read_text())["parts"]

    supervisor.stop()
    beside.join(timeout=10)

    assert ended == ["stopped"]
    assert not (tmp_path / "running.json").exists()


def test_a_signal_that_interrupts_a_round_ends_the_watch_and_holds_nothing() -> None:
    class Interrupted(Supervisor):
        def look_after(self) -> None:
            """Be interrupted in the middle, in the thread that watches."""
            signal.raise_signal(signal.SIGTERM)

    supervisor = Interrupted([], say=print)
    before = {
        number: signal.getsignal(number)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    try:
        supervisor.run()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

    locks = [name for name, kept in vars(supervisor).items() if isinstance(kept, threading.Event)]
    assert locks == []


def test_an_errand_tells_how_it_ended_and_what_it_said() -> None:
    script = "import sys; print('no room', file=sys.stderr); sys.exit(3)"

    told = Supervisor([]).errand([sys.executable, "-c", script], is_heard=True)

    assert told == (3, "no room\n")


def test_a_database_that_fell_is_started_again_while_the_service_runs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    folder = Path(tempfile.mkdtemp(prefix="oneplace-fallen-", dir="/tmp"))
    folder.chmod(0o711)
    database = Database(folder, fast=True)
    database.start()
    said: list[str] = []
    supervisor = Supervisor([], say=said.append, keep_database=database.keep)
    try:
        supervisor.look_after()
        server = int((folder / "postgres/cluster/postmaster.pid").read_text().split()[0])
        os.kill(server, signal.SIGQUIT)
        until = time.monotonic() + 20
        while not said and time.monotonic() < until:
            supervisor.look_after()
            time.sleep(0.1)

        assert said == ["The database stopped unexpectedly; it has been started again."]
        assert not database.keep()
    finally:
        database.stop()
        shutil.rmtree(folder, ignore_errors=True)


def test_a_database_that_cannot_be_started_again_is_said_and_tried_later() -> None:
    said: list[str] = []

    def keep() -> bool:
        raise DatabaseUnavailable("The disk is full.")

    supervisor = Supervisor([], say=said.append, keep_database=keep)
    supervisor.look_after()
    supervisor.look_after()

    assert said == [
        "The database stopped unexpectedly and does not start again yet. The disk is full."
    ]


def test_a_full_disk_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    @click.command()
    def fills_the_disk() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(SystemExit) as ended:
        run(click.Group(commands={"fill": fills_the_disk}), ["fill"])

    assert ended.value.code == 1
    assert "disk is full" in capsys.readouterr().err


@pytest.mark.django_db
def test_a_database_of_a_newer_version_is_refused() -> None:
    with as_role(DatabaseRole.OWNER), connection.cursor() as cursor:
        cursor.execute(
            "insert into django_migrations (app, name, applied)"
            " values ('access', '9999_from_the_future', now())"
        )
        with pytest.raises(DatabaseUnavailable, match="newer oneplace"):
            migrate()


class _Given:
    """A database of the tests, as `why_not_ready` and the doctor meet one."""

    embedded = None

    def __init__(self, name: str = "") -> None:
        self.name = name

    def start(self) -> None:
        """It runs already."""

    def connection(self, role: DatabaseRole) -> Connection:
        """A connection as one of the roles."""
        return connection_to(self.name, role=role)


def _unwritten(name: str) -> None:
    with connection_as(DatabaseRole.OWNER, name) as owner:
        owner.execute("delete from django_migrations where app = 'access' and name >= '0009'")


@pytest.mark.parametrize(
    ("said", "is_new"),
    [
        ('FATAL:  database "oneplace" does not exist', True),
        ('FATAL:  role "oneplace_loader" does not exist', True),
        ("FATAL:  sorry, too many clients already", False),
        ("FATAL:  the database system is starting up", False),
        ('FATAL:  password authentication failed for user "oneplace_loader"', False),
    ],
)
def test_only_a_database_that_is_not_there_is_said_not_to_be(said: str, is_new: bool) -> None:
    error = OperationalError(f"connection failed: {said}\nDETAIL: what is stored")

    told = why_not_reached(error, _Given(), DatabaseRole.LOADER)  # type: ignore[arg-type]

    assert ("There is no oneplace" in told) is is_new
    assert (said in told and "LOADER_DATABASE_URL" in told) is not is_new
    assert "what is stored" not in told


def test_a_database_that_is_up_to_date_is_ready_for_every_role(committed: str) -> None:
    told = {why_not_ready(_Given(committed), role) for role in DatabaseRole}  # type: ignore[arg-type]

    assert told == {None}


def test_a_database_of_an_older_version_is_named_with_the_way_to_upgrade_it(
    committed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _unwritten(committed)

    told = why_not_ready(_Given(committed), DatabaseRole.LOADER)  # type: ignore[arg-type]

    assert told is not None
    assert "older oneplace" in told and "access 0009_partners_systems" in told
    assert "oneplace database prepare" in told
    monkeypatch.setattr("oneplace.config.installation.Database", lambda: _Given(committed))
    with pytest.raises(DatabaseUnavailable, match="older oneplace"):
        join(DatabaseRole.LOADER)


def test_the_doctor_names_a_database_of_another_version(
    committed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oneplace.config.database.Database", lambda: _Given(committed))
    _unwritten(committed)

    older = list(doctor._database())
    with connection_as(DatabaseRole.OWNER, committed) as owner:
        owner.execute(
            "insert into django_migrations (app, name, applied)"
            " values ('access', '9999_from_the_future', now())"
        )
    newer = list(doctor._database())

    assert [finding.state for finding in (*older, *newer)] == ["wrong", "wrong"]
    assert "older oneplace" in older[0].says and "newer oneplace" in newer[0].says


class _Resting(_Given):
    """A demo's database that nobody had started: whether it was stopped again, and who uses it."""

    def __init__(self, name: str, *, is_used: bool = False) -> None:
        super().__init__(name)
        self.embedded = Mock(answers=lambda: False)  # type: ignore[assignment]
        self.is_used = lambda: is_used
        self.stop = Mock()


@pytest.mark.parametrize("meanwhile", ["nobody", "a demo was begun", "somebody is connected"])
def test_the_doctor_stops_what_it_started_unless_others_use_it_by_now(
    committed: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    meanwhile: str,
) -> None:
    monkeypatch.setenv("ONEPLACE_DATA", str(tmp_path))
    # The connections of this test's own process stay open, which a command's do not.
    monkeypatch.setattr("django.db.connections.close_all", lambda: None)
    monkeypatch.setattr("oneplace.config.installation._OWN_GONE_WITHIN_S", 0.1)
    given = _Resting(committed, is_used=meanwhile == "somebody is connected")
    monkeypatch.setattr("oneplace.config.database.Database", lambda: given)
    other = Roll(tmp_path / "running.json")
    if meanwhile == "a demo was begun":
        other.take()

    list(doctor._database())

    other.leave()
    assert given.stop.called is (meanwhile == "nobody")


@pytest.mark.parametrize("error", [OperationalError, ProgrammingError])
def test_what_the_database_refuses_is_one_paragraph_and_one_object(
    capsys: pytest.CaptureFixture[str], error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    @click.command()
    @click.option("--json", "as_json", is_flag=True)
    def asks(*, as_json: bool) -> None:
        raise error('relation "a_table" does not exist\nLINE 1: select Rose Okafor')

    group = click.Group(commands={"ask": asks})
    with pytest.raises(SystemExit) as ended:
        run(group, ["ask", "--json"])

    said = capsys.readouterr()
    assert ended.value.code == 1
    assert 'relation "a_table" does not exist.' in said.err and "oneplace doctor" in said.err
    assert "Rose" not in said.err and "Traceback" not in said.err
    assert json.loads(said.out.splitlines()[-1])["done"] is False
    monkeypatch.setenv("ONEPLACE_TRACE", "1")
    with pytest.raises(error):
        run(group, ["ask", "--json"])


def test_a_command_that_has_told_its_result_ends_with_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    @click.command()
    @speaks
    def finds(*, console: Console) -> None:
        console.result(done=False, findings=["one"])
        raise Stop("1 thing to mend.", is_told=True)

    with pytest.raises(SystemExit):
        run(click.Group(commands={"find": finds}), ["find", "--json"])

    said = capsys.readouterr()
    assert [json.loads(line) for line in said.out.splitlines()] == [
        {"done": False, "findings": ["one"]}
    ]
    assert "1 thing to mend." in said.err


@pytest.mark.parametrize(
    "words", [("user", "list"), ("audit", "verify"), ("files", "check")], ids=" ".join
)
def test_a_command_before_the_first_start_says_so_and_makes_nothing(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    folder = tmp_path / "data"

    done = _oneplace(*words, "--json", ONEPLACE_DATA=str(folder))

    assert done.returncode == 1
    assert "There is no oneplace in this data folder yet" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (folder / "postgres" / "cluster").exists()


def test_a_demo_too_small_for_its_networks_is_refused_before_anything_starts(
    tmp_path: Path,
) -> None:
    done = _oneplace("demo", "--people", "300", ONEPLACE_DATA=str(tmp_path / "data"))

    assert done.returncode == 2
    assert "choose from 500" in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_first_start_cut_short_is_named_by_commands_and_the_doctor() -> None:
    from oneplace.config.embedded import EmbeddedPostgres

    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        folder.chmod(0o711)
        server = EmbeddedPostgres(folder / "postgres", fast=True)
        server.start()
        try:
            listed = _oneplace("user", "list", "--json", ONEPLACE_DATA=str(folder))
            checked = _oneplace("doctor", ONEPLACE_DATA=str(folder))
        finally:
            server.stop()

    assert listed.returncode == 1 and "cut short" in listed.stderr
    assert "cut short" in checked.stdout
    assert "Traceback" not in listed.stderr + checked.stderr


def test_a_command_leaves_no_server_running_that_it_started_for_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with tempfile.TemporaryDirectory(prefix="oneplace-left-", dir="/tmp") as made:
        folder = Path(made)
        folder.chmod(0o711)
        database = Database(folder, fast=True)
        database.start()
        database.prepare()
        lock = folder / "postgres" / "cluster" / "postmaster.pid"
        try:
            _oneplace("user", "list", ONEPLACE_DATA=str(folder))
            beside_a_running_one = lock.exists()
            database.stop()
            _oneplace("user", "list", ONEPLACE_DATA=str(folder))
            alone = lock.exists()
        finally:
            database.stop()

    assert beside_a_running_one
    assert not alone


def test_every_folder_made_for_the_data_is_private(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from oneplace.config.paths import PRIVATE, data_folder

    monkeypatch.setenv("ONEPLACE_DATA", str(tmp_path / "above" / "data"))

    made = data_folder()

    assert {folder.stat().st_mode & 0o777 for folder in (made, made.parent)} == {PRIVATE}

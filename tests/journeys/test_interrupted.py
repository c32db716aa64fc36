"""A demo that was killed half-way leaves nothing in the way of the next one."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from oneplace.config import processes
from tests.journeys.conftest import PROJECT, environment, free_port, start_demo, wait_for

pytestmark = pytest.mark.journey


def test_a_killed_first_run_is_repeated_without_a_trace() -> None:
    data = PROJECT / "build" / "journeys" / "killed"
    shutil.rmtree(data, ignore_errors=True)
    port = free_port()
    first = start_demo(data, port)
    wait_for(first, "is open", within_s=300)
    first.send_signal(signal.SIGKILL)  # its database, pages and jobs now run without it
    first.wait()

    second = start_demo(data, port, "--once")
    try:
        said = wait_for(second, "Everything has arrived", within_s=300)
        second.wait(timeout=60)
    finally:
        second.kill()
        subprocess.run(
            [sys.executable, "-m", "oneplace.cli", "database", "stop"],
            env=environment(data),
            cwd=PROJECT,
        )

    assert second.returncode == 0
    assert f"http://localhost:{port}" in said
    assert running_on(port) == []


def test_a_demo_whose_database_fell_serves_again_and_then_stops_whole() -> None:
    """Its borough is still being made when the database falls, and when it is told to stop."""
    data = PROJECT / "build" / "journeys" / "stopped"
    shutil.rmtree(data, ignore_errors=True)
    port = free_port()
    demo = start_demo(data, port)
    wait_for(demo, "is open", within_s=300)

    server = data / "postgres" / "cluster" / "postmaster.pid"

    fell = int(server.read_text().split()[0])
    os.kill(fell, signal.SIGQUIT)

    until = time.monotonic() + 30
    while (answers(port, "/live/ready"), answers(port, "/")) != (200, 200) or not _is_new(
        server, fell
    ):
        assert time.monotonic() < until, "the database was not started again"
        time.sleep(0.2)
    demo.terminate()
    demo.wait(timeout=40)
    assert running_on(port) == []
    assert running_on(data) == []
    assert not server.exists()
    assert not (data / "running.json").exists()


def answers(port: int, path: str) -> int:
    """The status with which a page answers; 0 if nobody does."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def _is_new(server: Path, fell: int) -> bool:
    return server.exists() and int(server.read_text().split()[0]) != fell


def running_on(what: object) -> list[str]:
    """The processes, this one apart, that name a port or a folder in their command."""
    words = f"--port {what}" if isinstance(what, int) else str(what)
    return [
        process.command
        for process in processes.running()
        if words in process.command and process.number != os.getpid()
    ]

"""A demo that was killed half-way leaves nothing in the way of the next one."""

import os
import shutil
import signal
import subprocess
import sys

import pytest

from tests.journeys.conftest import PROJECT, environment, free_port, start_demo, wait_for

pytestmark = pytest.mark.journey


def test_a_killed_first_run_is_repeated_without_a_trace() -> None:
    data = PROJECT / "build" / "journeys" / "killed"
    shutil.rmtree(data, ignore_errors=True)
    port = free_port()
    first = start_demo(data, port)
    wait_for(first, "is open", within_s=120)
    first.send_signal(signal.SIGKILL)  # its database, pages and jobs now run without it
    first.wait()

    second = start_demo(data, port, "--once")
    try:
        said = wait_for(second, "Everything has arrived", within_s=180)
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
    left = subprocess.run(["ps", "-eo", "pid=,command="], capture_output=True, text=True).stdout
    ours = [
        line
        for line in left.splitlines()
        if f"--port {port}" in line and str(os.getpid()) not in line
    ]
    assert ours == []

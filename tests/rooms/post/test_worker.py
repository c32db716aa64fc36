"""The real worker: it delivers what was committed, and survives being killed in the middle."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connections
from django.utils import timezone

from oneplace.access.viewer import Viewer, viewing
from oneplace.config.database import Role
from oneplace.post.models import AttemptOutcome, Delivery, Message, MessageState
from tests.database import PROJECT, _connection
from tests.rooms.post.conftest import a_letter, staff

_WORK = """
import django; django.setup()
from procrastinate.contrib.django import app
with app.replace_connector(app.connector.get_worker_connector()) as worker:
    worker.run_worker(wait=False, queues=["post"], install_signal_handlers=False)
"""
_DIE = """
import os, signal
import django; django.setup()
from oneplace.post import verbs
verbs.record_sent = lambda **_: os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def loader(committed: str) -> Iterator[dict[str, str]]:
    """The environment of a worker of this test's own database, and Django beside it as loader."""
    settings = connections["default"].settings_dict
    before = settings["OPTIONS"]
    settings["OPTIONS"] = {"options": f"-c role={Role.LOADER.value}"}
    yield {
        **os.environ,
        **_connection(committed, role=Role.LOADER).for_environment(),
        "DJANGO_SETTINGS_MODULE": "oneplace.config.settings",
    }
    connections["default"].close()
    settings["OPTIONS"] = before


def _work(environment: dict[str, str], code: str = "") -> int:
    done = subprocess.run(
        [sys.executable, "-c", code + _WORK],
        env=environment,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr[-2000:]
    return done.returncode


def _writer() -> Viewer:
    return staff("Jo Bright")


def test_a_worker_killed_right_after_sending_leaves_one_letter_and_the_truth(
    loader: dict[str, str], at: datetime, tmp_path: Path
) -> None:
    environment = {**loader, "ONEPLACE_LETTERS_FOLDER": str(tmp_path)}
    jo = _writer()
    with viewing(jo, at=at):
        message = a_letter(jo, at, hold=False)

    killed = _work(environment, _DIE)
    (letter,) = tmp_path.rglob("*.*")
    written = letter.stat().st_mtime_ns
    between = Message.objects.get().state
    # The killed worker's job is lost; the minute's look around finds what it left lying.
    Message.objects.update(moved_at=timezone.now() - timedelta(hours=1))
    from oneplace.post import jobs

    with connections["default"].cursor() as cursor:
        cursor.execute("delete from procrastinate_events; delete from procrastinate_jobs")
    jobs.send_what_lies(0)
    finished = _work(environment)

    assert (killed, finished) == (-signal.SIGKILL, 0)
    assert between is MessageState.SENDING
    assert Message.objects.get(pk=message.pk).state is MessageState.SENT
    assert [d.outcome for d in Delivery.objects.order_by("number")] == [
        AttemptOutcome.INTERRUPTED,
        AttemptOutcome.SENT,
    ]
    assert [path.stat().st_mtime_ns for path in tmp_path.rglob("*.*")] == [written]


def test_a_message_still_held_stays_in_the_queue(loader: dict[str, str], at: datetime) -> None:
    jo = _writer()
    with viewing(jo, at=at):
        a_letter(jo, at)

    _work(loader)

    assert Message.objects.get().state is MessageState.HELD

"""`oneplace files check` and `sweep` say what they found, for people and for programs."""

import json
from datetime import datetime

import pytest
from click.testing import CliRunner

from oneplace.access.viewer import Viewer, viewing
from oneplace.config.database import Role
from oneplace.files import commands, verbs
from oneplace.files.store import Store
from tests.database import as_role
from tests.rooms.files.conftest import PDF

pytestmark = pytest.mark.django_db


def _run(*arguments: str) -> tuple[int, str]:
    with as_role(Role.LOADER):
        done = CliRunner().invoke(commands.files, arguments, standalone_mode=False)
    assert done.exception is None, done.exception
    return done.return_value, done.stdout


def test_a_sound_store_says_so(colleague: Viewer, at: datetime) -> None:
    with viewing(colleague, at=at):
        verbs.put_file(
            chunks=[PDF],
            name="x.pdf",
            why="x",
            room="plans",
            thing_kind="plan",
            by=colleague,
            at=at,
        )

    code, text = _run("check")

    assert code == 0
    assert "Every file can be opened." in text


def test_a_lost_file_is_named_and_the_exit_code_is_one(
    colleague: Viewer, at: datetime, store: Store
) -> None:
    with viewing(colleague, at=at):
        file = verbs.put_file(
            chunks=[PDF],
            name="x.pdf",
            why="x",
            room="plans",
            thing_kind="plan",
            by=colleague,
            at=at,
        )
    store.path_of(file.content_id).unlink()

    code, text = _run("check", "--json")

    assert code == 1
    assert json.loads(text.splitlines()[-1])["missing"] == [file.content_id]


def test_a_sweep_says_what_it_freed() -> None:
    code, text = _run("sweep", "--json")

    assert code == 0
    assert json.loads(text.splitlines()[-1]) == {
        "done": True,
        "contents": 0,
        "leftovers": 0,
        "freed": 0,
    }

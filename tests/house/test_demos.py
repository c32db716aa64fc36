"""A demo is found by commands that look, never by those that change; and only if it is clear."""

import os
from pathlib import Path

import click
import pytest

from oneplace.cli import oneplace
from oneplace.cli.console import Console, looks, run, speaks
from oneplace.config import demos, installation, paths
from oneplace.config.database import Role
from oneplace.config.embedded import EmbeddedPostgres
from oneplace.config.roll import Roll


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in which nothing has been made, and no setting says where to look."""
    monkeypatch.setattr(paths, "PROJECT", tmp_path)
    for name in ("DATA", "CONNECTION", "DEMO", "PLACE", "ROLE"):
        # Set first, so that whatever the command sets is undone after the test.
        monkeypatch.setenv(f"ONEPLACE_{name}", "")
        monkeypatch.delenv(f"ONEPLACE_{name}")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path


def _made(folder: Path) -> Path:
    cluster = folder / "postgres" / "cluster"
    cluster.mkdir(parents=True)
    (cluster / "PG_VERSION").write_text("18")
    return folder


def test_the_only_demo_is_taken_with_its_place_and_its_clock(project: Path) -> None:
    (project / "places").mkdir()
    (project / "places" / "much-wen.toml").touch()
    folder = _made(demos.folder_of("much-wen", 5000, 2026))

    assert demos.take_only_one() == folder

    assert os.environ["ONEPLACE_DATA"] == str(folder)
    assert os.environ["ONEPLACE_PLACE"] == "much-wen"
    assert os.environ["ONEPLACE_DEMO"] == "1"


def test_of_several_the_one_that_runs_is_taken(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = (_made(demos.folder_of("northmere", people, 1)) for people in (500, 900))
    monkeypatch.setattr(EmbeddedPostgres, "answers", lambda self: other in self.folder.parents)

    assert demos.take_only_one() == other
    assert demos.made() == [one, other]


def test_of_several_that_rest_none_is_taken_and_all_are_named(project: Path) -> None:
    folders = [_made(demos.folder_of("north mere", people, 1)) for people in (500, 900)]

    assert demos.take_only_one() is None

    said = demos.nothing_here()
    assert "2 invented boroughs" in said
    for folder in folders:
        assert f"ONEPLACE_DATA='{folder}'" in said


@pytest.mark.parametrize("name", ["ONEPLACE_DATA", "DATABASE_URL", "ONEPLACE_CONNECTION"])
def test_whoever_says_where_is_taken_at_their_word(
    name: str, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _made(demos.folder_of("northmere", 500, 1))
    monkeypatch.setenv(name, "given")

    assert demos.take_only_one() is None


def test_beside_a_service_no_demo_is_taken(project: Path) -> None:
    _made(demos.folder_of("northmere", 500, 1))
    _made(demos.service_folder())

    assert demos.take_only_one() is None


def test_a_command_that_looks_finds_the_demo_and_one_that_changes_does_not(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    @click.command("look")
    @looks
    def look(*, console: Console) -> None:
        console.result(where=os.environ.pop("ONEPLACE_DATA", ""))

    @click.command("change")
    @speaks
    def change(*, console: Console) -> None:
        console.result(where=os.environ.pop("ONEPLACE_DATA", ""))

    folder = _made(demos.folder_of("northmere", 500, 1))
    said = {}
    for command in (look, change):
        with pytest.raises(SystemExit):
            run(click.Group(commands={"do": command}), ["do", "--json"])
        said[command.name] = capsys.readouterr()

    assert said["look"].out == f'{{"where": "{folder}"}}\n'
    assert f"Looking at the invented borough in {folder}" in said["look"].err
    assert (said["change"].out, said["change"].err) == ('{"where": ""}\n', "")


def test_a_command_that_changes_something_is_told_where_the_demo_is(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = _made(demos.folder_of("northmere", 500, 1))

    with pytest.raises(SystemExit):
        run(oneplace, ["user", "leave", "somebody@example.org"])

    said = capsys.readouterr().err
    assert f"ONEPLACE_DATA={folder}" in said
    assert "There is no oneplace in this data folder yet" in said


def test_the_database_under_a_demo_that_runs_is_not_stopped(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`make clean` asks this first: it must not remove a data folder under somebody's feet."""
    stopped: list[Path] = []
    monkeypatch.setattr(EmbeddedPostgres, "stop", lambda self: stopped.append(self.folder.parent))
    rests = _made(demos.folder_of("northmere", 500, 1))
    runs = _made(demos.folder_of("northmere", 900, 1))
    held = Roll(runs / "running.json").take()

    with pytest.raises(SystemExit) as refused:
        run(oneplace, ["database", "stop", "--all"])
    held.leave()
    with pytest.raises(SystemExit) as done:
        run(oneplace, ["database", "stop", "--all"])

    said = capsys.readouterr()
    assert (refused.value.code, done.value.code) == (1, 0)
    assert f"runs in {runs} already" in said.err and "Ctrl-C" in said.err
    assert stopped[-3:] == [demos.service_folder(), rests, runs]
    assert runs not in stopped[:-1]


@pytest.mark.parametrize("is_demo", [True, False])
def test_a_command_that_joins_a_demonstration_takes_its_day(
    project: Path, monkeypatch: pytest.MonkeyPatch, is_demo: bool
) -> None:
    folder = _made(demos.folder_of("northmere", 500, 1))
    monkeypatch.setenv("ONEPLACE_DATA", str(folder))
    became: list[str | None] = []
    for name, stand_in in {
        "Database.start": lambda self: None,
        "is_demonstration": lambda database, role: is_demo,
        "why_not_ready": lambda database, role: None,
        "leave_nothing_running": lambda database: None,
        "become": lambda role, database: became.append(os.environ.get("ONEPLACE_DEMO")),
    }.items():
        monkeypatch.setattr(f"oneplace.config.installation.{name}", stand_in)
    monkeypatch.setattr(EmbeddedPostgres, "answers", lambda self: True)

    installation.join(Role.LOADER)

    assert became == ["1" if is_demo else None]

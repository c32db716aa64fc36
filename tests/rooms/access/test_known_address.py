"""Links made at the command line lead to the service that runs on this data folder."""

import os
from pathlib import Path

import pytest

from oneplace.cli import user
from oneplace.cli.console import Console
from oneplace.config import installation
from oneplace.config.service import known_address, note_address


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of this test's own, and no address given by hand."""
    monkeypatch.setenv("ONEPLACE_DATA", str(tmp_path))
    monkeypatch.setenv("ONEPLACE_PUBLIC_URL", "")
    return tmp_path


class _ReachedTheDatabase(Exception):
    """The command has set itself up and would begin."""


@pytest.fixture
def address_used(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the command tells Django the service's address is."""
    used: list[str] = []

    def join(*_: object) -> None:
        used.append(os.environ["ONEPLACE_PUBLIC_URL"])
        raise _ReachedTheDatabase

    monkeypatch.setattr(installation, "join", join)
    return used


def _ask() -> None:
    with pytest.raises(_ReachedTheDatabase):
        user._ask(Console(as_json=False), "", lambda commands: None)


def test_the_address_of_the_running_service_is_known_beside_it(data: Path) -> None:
    before = known_address()
    note_address("http://localhost:8123")
    note_address("https://oneplace.example.org")

    assert before is None
    assert known_address() == "https://oneplace.example.org"
    assert [file.name for file in data.iterdir()] == ["address"]


@pytest.mark.parametrize("kept", [b"", b"localhost:8000", b"javascript:alert(1)", b"\xff\xfe"])
def test_what_is_no_address_is_not_taken_for_one(data: Path, kept: bytes) -> None:
    (data / "address").write_bytes(kept)

    assert known_address() is None


def test_a_command_writes_links_to_the_service_that_runs(
    data: Path, address_used: list[str]
) -> None:
    note_address("http://localhost:8123")

    _ask()

    assert address_used == ["http://localhost:8123"]


def test_an_address_given_by_hand_comes_first(
    data: Path, address_used: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    note_address("http://localhost:8123")
    monkeypatch.setenv("ONEPLACE_PUBLIC_URL", "https://oneplace.example.org")

    _ask()

    assert address_used == ["https://oneplace.example.org"]

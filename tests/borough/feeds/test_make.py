"""Making a borough: repeatable, careful with other people's folders, clear when it cannot."""

import errno
from pathlib import Path

import pytest

from oneplace.borough import make
from oneplace.borough.lives.living import live
from oneplace.borough.lives.settings import Settings
from oneplace.borough.make import CannotMake, make_borough
from oneplace.vocabulary.place import Place

FEW = 500


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path, place: Place) -> None:
    first = make_borough(Settings(people=FEW, seed=3), tmp_path / "first", place)

    again = make_borough(Settings(people=FEW, seed=3), tmp_path / "again", place)

    assert again.digest == first.digest


def test_another_seed_gives_another_borough(place: Place) -> None:
    lives = [live(Settings(people=FEW, seed=seed), place=place) for seed in (3, 4)]

    assert lives[0].digest() != lives[1].digest()


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path, place: Place) -> None:
    (tmp_path / "thesis.txt").write_text("three years of work")

    with pytest.raises(CannotMake, match=r"left alone.*--out"):
        make_borough(Settings(people=FEW), tmp_path, place, replace=True)

    assert (tmp_path / "thesis.txt").read_text() == "three years of work"


def test_a_borough_made_before_is_replaced_only_on_request(tmp_path: Path, place: Place) -> None:
    out = tmp_path / "borough"
    out.mkdir()
    (out / "manifest.json").write_text('{"notice": "Invented people and figures"}')

    with pytest.raises(CannotMake, match="--replace"):
        make_borough(Settings(people=FEW), out, place)


def _fail_with(error: OSError, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(make, "write_feeds", failing)
    monkeypatch.setattr(make, "live", lambda *_, **__: None)


def test_a_full_disk_is_said_in_a_sentence_and_leaves_nothing(
    tmp_path: Path, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fail_with(OSError(errno.ENOSPC, "No space left on device"), monkeypatch)

    with pytest.raises(CannotMake, match=r"disk .* is full .* Nothing half made"):
        make_borough(Settings(people=FEW), tmp_path / "borough", place)

    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_run_leaves_nothing_half_made(
    tmp_path: Path, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(make, "write_feeds", interrupted)
    monkeypatch.setattr(make, "live", lambda *_, **__: None)

    with pytest.raises(KeyboardInterrupt):
        make_borough(Settings(people=FEW), tmp_path / "borough", place)

    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_left_is_swept_away(tmp_path: Path, place: Place) -> None:
    left = tmp_path / ".borough-making-abc"
    left.mkdir()
    (left / "half.csv").write_text("half")

    make._sweep(tmp_path / "borough")

    assert not left.exists()

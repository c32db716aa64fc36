"""Making a borough: repeatable, careful with other people's folders, clear when it cannot."""

import errno
import json
from pathlib import Path

import pytest

from oneplace.borough import make
from oneplace.borough.lives.living import live
from oneplace.borough.lives.settings import settings_for
from oneplace.borough.make import CannotMake, Made, make_borough
from oneplace.vocabulary.place import Place, load_place, place_path

FEW = 500


@pytest.fixture(scope="module")
def other_place() -> Place:
    return load_place(place_path("northmere"))


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory, other_place: Place) -> Made:
    """A small borough of a place with fewer partners."""
    out = tmp_path_factory.mktemp("elsewhere") / "first"
    return make_borough(settings_for(other_place, people=FEW, seed=3), out, other_place)


def test_the_same_seed_gives_the_same_bytes(
    elsewhere: Made, tmp_path: Path, other_place: Place
) -> None:
    again = make_borough(
        settings_for(other_place, people=FEW, seed=3), tmp_path / "again", other_place
    )

    assert again.digest == elsewhere.digest


def test_another_seed_gives_another_borough(place: Place) -> None:
    lives = [live(settings_for(place, people=FEW, seed=seed), place=place) for seed in (3, 4)]

    assert lives[0].digest() != lives[1].digest()


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path, place: Place) -> None:
    (tmp_path / "thesis.txt").write_text("three years of work")

    with pytest.raises(CannotMake, match=r"left alone.*--out"):
        make_borough(settings_for(place, people=FEW), tmp_path, place, replace=True)

    assert (tmp_path / "thesis.txt").read_text() == "three years of work"


def test_a_borough_made_before_is_replaced_only_on_request(tmp_path: Path, place: Place) -> None:
    out = tmp_path / "borough"
    out.mkdir()
    (out / "manifest.json").write_text('{"notice": "Invented people and figures"}')

    with pytest.raises(CannotMake, match="--replace"):
        make_borough(settings_for(place, people=FEW), out, place)


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
        make_borough(settings_for(place, people=FEW), tmp_path / "borough", place)

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_named_as_it_was_asked_for(
    tmp_path: Path, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*, prefix: str, dir: Path) -> str:
        raise FileNotFoundError(errno.ENOENT, "No such file or directory", f"{dir}/{prefix}abc")

    monkeypatch.setattr("oneplace.borough.make.tempfile.mkdtemp", refused)

    with pytest.raises(CannotMake, match="another folder with --out") as raised:
        make_borough(settings_for(place, people=FEW), tmp_path / "borough", place)

    assert str(raised.value).startswith(f"{tmp_path / 'borough'} cannot be made")
    assert "-making-" not in str(raised.value)


def test_an_interrupted_run_leaves_nothing_half_made(
    tmp_path: Path, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(make, "write_feeds", interrupted)
    monkeypatch.setattr(make, "live", lambda *_, **__: None)

    with pytest.raises(KeyboardInterrupt):
        make_borough(settings_for(place, people=FEW), tmp_path / "borough", place)

    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_left_is_swept_away(tmp_path: Path, place: Place) -> None:
    left = tmp_path / ".borough-making-abc"
    left.mkdir()
    (left / "half.csv").write_text("half")

    make._sweep(tmp_path / "borough")

    assert not left.exists()


def test_another_place_with_fewer_partners_has_whole_files_too(elsewhere: Made) -> None:
    bundles = sorted((elsewhere.folder / "mental_health").rglob("*.ndjson"))

    lines = [line for path in bundles for line in path.read_text().splitlines()]

    assert lines
    assert all(json.loads(line)["resourceType"] == "Bundle" for line in lines)
    messages = next((elsewhere.folder / "hospital").rglob("*.hl7")).read_bytes()
    assert messages.startswith(b"MSH|")

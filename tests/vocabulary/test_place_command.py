"""`oneplace place`: new, check and show, as somebody at a keyboard meets them."""

import json
from pathlib import Path

import pytest

from oneplace.cli import oneplace
from oneplace.cli.console import run


def _run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        run(oneplace, ["place", *arguments])
    return int(left.value.code or 0)


def _last_object(text: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(text.strip().splitlines()[-1])
    return found


def test_a_new_place_is_written_and_sound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    code = _run("new", "Much Wenborough", "--json")

    assert code == 0
    told = _last_object(capsys.readouterr().out)
    assert told["file"] == "places/much_wenborough.toml"
    assert _run("check", "much_wenborough") == 0
    assert "is sound" in capsys.readouterr().out


def test_a_place_that_exists_is_never_written_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text("my work of weeks", encoding="utf-8")

    code = _run("new", "Mine", "--out", str(mine))

    assert code == 2
    assert mine.read_text(encoding="utf-8") == "my work of weeks"
    assert "exists already" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_told_in_one_paragraph(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("", encoding="utf-8")

    code = _run("new", "Mine", "--out", str(in_the_way / "mine.toml"))

    assert code != 0
    assert "Traceback" not in capsys.readouterr().err


def test_a_name_that_gives_no_key_is_asked_wrongly(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("new", "123") == 2
    assert "begins with a letter" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["../../x", "places/x", "..", "C:\\x"])
def test_a_name_that_reads_as_a_path_is_asked_wrongly(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)

    assert _run("new", name) == 2

    assert "--out says where" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_checking_a_broken_place_tells_every_problem_and_leaves_with_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "broken.toml"
    assert _run("new", "Broken", "--out", str(file)) == 0
    text = file.read_text(encoding="utf-8")
    file.write_text(
        text.replace('kind = "council"', 'kind = "counsel"').replace('"24 hours"', '"24"'),
        encoding="utf-8",
    )
    capsys.readouterr()

    code = _run("check", str(file), "--json")

    assert code == 2
    told = _last_object(capsys.readouterr().out)
    assert told["done"] is False
    assert [problem["key"] for problem in told["problems"]] == [  # type: ignore[attr-defined]
        "partners[0].kind",
        "clocks[1].target",
        "thresholds.huddle_lock",
    ]


@pytest.mark.parametrize("name", ["croydon", "northmere"])
def test_a_place_is_shown_in_short(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = _run("show", name)

    assert code == 0
    shown = capsys.readouterr().out
    assert "Invented people and figures" in shown
    assert "Boards and bodies" in shown


def test_showing_as_json_ends_with_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    code = _run("show", "northmere", "--json")

    assert code == 0
    out = capsys.readouterr().out
    assert len(out.strip().splitlines()) == 1
    assert _last_object(out)["counts"]["partners"] == 4  # type: ignore[index]


def test_a_place_that_is_not_there_lists_those_that_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert _run("show", "atlantis") == 2
    assert "croydon, northmere" in capsys.readouterr().err


def test_the_place_of_the_environment_is_taken_when_none_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ONEPLACE_PLACE", "northmere")

    assert _run("check") == 0
    assert "northmere.toml is sound" in capsys.readouterr().out

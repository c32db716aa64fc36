"""`oneplace spc`: anybody's series charted, and what cannot be charted refused in words."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from oneplace.cli.console import Stop
from oneplace.cli.spc import spc as command
from tests.science.outcomes.oracles import rows


def run(file: Path, *more: str) -> Result:
    return CliRunner().invoke(command, [str(file), *more])


def refused(file: Path, *more: str) -> str:
    """With what words it is refused, as asked wrongly."""
    done = run(file, *more)
    assert isinstance(done.exception, Stop), done.output
    assert done.exception.code == 2
    return str(done.exception)


@pytest.fixture
def series(tmp_path: Path) -> Path:
    """One published series with its comments, as a file of somebody's own."""
    file = tmp_path / "own.csv"
    case = rows("spc_expected")[0]
    lines = [
        f"{row['date']},{row['value']}"
        for row in rows("spc_series")
        if row["series"] == case["series"] and case["date_from"] <= row["date"]
        and row["date"] < case["date_before"]
    ]  # fmt: skip
    file.write_text("# a comment\ndate,value\n\n" + "\n".join(lines) + "\n", "utf-8")
    return file


def test_a_published_series_has_the_published_limits(series: Path) -> None:
    case = rows("spc_expected")[0]
    more = ["--screen"] if case["screen_outlying_mr"] == "True" else []

    done = run(series, "--json", *more)

    assert done.exit_code == 0, done.output
    (limits,) = json.loads(done.output.strip().splitlines()[-1])["limits"]
    assert [limits["lower"], limits["upper"]] == pytest.approx(
        [float(case["lpl"]), float(case["upl"])], abs=1e-6
    )


def test_four_points_get_no_limits_and_it_is_said(tmp_path: Path) -> None:
    file = tmp_path / "four.csv"
    file.write_text("date,value\n2026-01-01,1\n2026-02-01,2\n2026-03-01,\n2026-04-01,4\n")

    done = run(file, "--better", "higher", "--target", "3")

    assert done.exit_code == 0
    assert "No limits: fewer than seven points." in done.output
    assert "missing" in done.output
    assert "Change: Too few points to say. Target: Too few points to say." in done.output


@pytest.mark.parametrize(
    ("text", "more", "says"),
    [
        ("day,value\n2026-01-01,1\n", (), "has no column 'date'"),
        ("date,value\n# skipped\n2026-01-01,1\nsoon,2\n", (), "row 4: 'soon' is no day"),
        ("date,value\n2026-01-01,many\n", (), "row 2: 'many' is no number"),
        ("date,value\n2026-01-01\n\n,3\n", (), "row 4: '' is no day"),
        ("date,value\n2026-01-01,1\n2026-01-01,2\n", (), "stands twice"),
        ("date,value\n", (), "no point in this series"),
        ("date,value\n2026-01-01,inf\n", (), "is no number"),
        ("date,value\n2026-01-01,1\n", ("--series", "a"), "has no column 'series'"),
        ("date,value\n2026-01-01,1\n", ("--rebase", "2026-01-01|why"), "five parts"),
        (
            "date,value\n2026-01-01,1\n2026-02-01,2\n2026-03-01,2\n",
            ("--rebase", "2026-02-01|A|B|2026-01-01|C", "--rebase", "2026-02-01|D|E|2026-01-01|F"),
            "overlap",
        ),
    ],
)
def test_what_cannot_be_charted_is_refused(
    text: str, more: tuple[str, ...], says: str, tmp_path: Path
) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(text, "utf-8")

    assert says in refused(file, *more)


def test_a_file_in_another_alphabet_is_refused_in_words(tmp_path: Path) -> None:
    file = tmp_path / "latin.csv"
    file.write_bytes("date,value\n2026-01-01,1\n# caf\xe9\n".encode("latin-1"))

    assert "no text in UTF-8" in refused(file)

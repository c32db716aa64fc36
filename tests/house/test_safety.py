"""The hazard log: readable, rated by its grid, its tests real; and no signature by accident."""

import ast
import hashlib
import re
import shutil
from pathlib import Path

import pytest

from oneplace.config.safety import (
    HAZARDS,
    SIGN_OFF,
    HazardLogError,
    read_hazard_log,
    why_not_live,
)

PROJECT = Path(__file__).resolve().parents[2]
SAFETY = PROJECT / "safety"
VERSION = "9.9.9"

# The published form of the grid this log follows: one line per severity and likelihood.
PUBLISHED_GRID = """
            minor significant considerable major catastrophic
very high   3     4           4            5     5
high        2     3           3            4     5
medium      2     2           3            3     4
low         1     2           2            3     4
very low    1     1           2            2     3
"""

SAFE_LOG = """
[grid]
severities = ["minor", "major"]
likelihoods = ["low", "high"]
ratings = [[1, 3], [2, 5]]
highest_to_sign = 3
justify_from = 3
meanings = { 1 = "fine", 2 = "fine", 3 = "undesirable", 5 = "unacceptable" }

[[hazards]]
id = "H01"
hazard = "A list cut short"
description = "Only the first page is shown."
impact = "Somebody is not visited."
causes = ["a limit"]
existing_controls = ["the count is shown"]
additional_controls = []
initial = { severity = "major", likelihood = "high" }
residual = { severity = "minor", likelihood = "low" }
owner = "Lead developer"
evidence = "a test"
status = "controlled"
requirement = "lists"
control = "code"
arises_with = "desk"
tests = ["tests/somewhere.py::test_something"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / HAZARDS).write_text(SAFE_LOG)
    return tmp_path


def sign(folder: Path, **changes: str) -> None:
    """Put a valid signature in the folder, with some lines changed."""
    values = {
        "name": '"Dr A. Invented"',
        "registration": '"NMC 00A0000A"',
        "organisation": '"An invented trust"',
        "version": f'"{VERSION}"',
        "sha256": f'"{hashlib.sha256((folder / HAZARDS).read_bytes()).hexdigest()}"',
        "signed_on": "2026-03-12",
        **changes,
    }
    lines = [f"{key} = {value}" for key, value in values.items() if value]
    (folder / SIGN_OFF).write_text("\n".join(lines) + "\n")


def test_the_log_we_ship_can_be_read() -> None:
    log = read_hazard_log(SAFETY)

    assert len(log.hazards) >= 20


def test_the_grid_we_ship_gives_the_published_ratings() -> None:
    header, *rows = PUBLISHED_GRID.strip().splitlines()
    severities = header.split()
    grid = read_hazard_log(SAFETY).grid

    for row in rows:
        *words, a, b, c, d, e = row.split()
        for severity, expected in zip(severities, (a, b, c, d, e), strict=True):
            assert grid.rating(severity, " ".join(words)) == int(expected), (row, severity)


def test_every_rating_is_that_of_the_grid() -> None:
    log = read_hazard_log(SAFETY)

    for hazard in log.hazards:
        for risk in (hazard.initial, hazard.residual):
            assert risk.rating == log.grid.rating(risk.severity, risk.likelihood)


def test_no_control_makes_a_hazard_worse() -> None:
    log = read_hazard_log(SAFETY)

    for hazard in log.hazards:
        assert hazard.residual.rating <= hazard.initial.rating, hazard.id


def test_every_test_named_in_the_log_exists() -> None:
    for hazard in read_hazard_log(SAFETY).hazards:
        for node in hazard.tests:
            path, _, name = node.partition("::")
            file = PROJECT / path
            assert file.is_file(), f"{hazard.id} names {node}, but there is no {path}"
            found = {
                item.name
                for item in ast.walk(ast.parse(file.read_text()))
                if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef)
            }
            assert name.split("[")[0] in found, f"{hazard.id} names {node}, which is not there"


def test_every_control_named_in_the_log_exists() -> None:
    for hazard in read_hazard_log(SAFETY).hazards:
        if hazard.control != "open":
            assert (PROJECT / hazard.control).exists(), (hazard.id, hazard.control)


def test_a_hazard_called_controlled_names_a_test() -> None:
    for hazard in read_hazard_log(SAFETY).hazards:
        if hazard.status == "controlled":
            assert hazard.is_tested, f"{hazard.id} is called controlled and names no test"


def test_the_version_in_this_repository_is_not_signed() -> None:
    reason = why_not_live(SAFETY, VERSION)

    assert reason is not None


def test_a_safe_and_signed_log_may_go_live(folder: Path) -> None:
    sign(folder)

    assert why_not_live(folder, VERSION) is None


def test_an_unsigned_log_may_not_go_live(folder: Path) -> None:
    reason = why_not_live(folder, VERSION)

    assert reason is not None
    assert "No clinical safety officer has signed" in reason
    assert str(folder / SIGN_OFF) in reason


@pytest.mark.parametrize("key", ["name", "registration", "organisation", "signed_on", "sha256"])
def test_a_signature_that_lacks_a_part_is_named(folder: Path, key: str) -> None:
    sign(folder, **{key: ""})

    reason = why_not_live(folder, VERSION)

    assert reason is not None
    assert repr(key) in reason


def test_the_example_signature_signs_nothing(folder: Path) -> None:
    shutil.copy(SAFETY / "sign-off.example.toml", folder / SIGN_OFF)

    reason = why_not_live(folder, VERSION)

    assert reason is not None
    assert "'name' is missing or empty" in reason


def test_a_signature_of_another_version_does_not_count(folder: Path) -> None:
    sign(folder, version='"9.9.8"')

    reason = why_not_live(folder, VERSION)

    assert reason is not None
    assert "version 9.9.8 was signed, but this is 9.9.9" in reason


def test_a_log_changed_after_signing_does_not_count(folder: Path) -> None:
    sign(folder)
    with (folder / HAZARDS).open("a") as file:
        file.write("# one more word\n")

    reason = why_not_live(folder, VERSION)

    assert reason is not None
    assert "changed after it was signed" in reason


def test_no_signature_covers_a_hazard_rated_too_high(folder: Path) -> None:
    log = SAFE_LOG.replace(
        'residual = { severity = "minor", likelihood = "low" }',
        'residual = { severity = "major", likelihood = "high" }\njustification = "we hope"',
    )
    (folder / HAZARDS).write_text(log)
    sign(folder)

    reason = why_not_live(folder, VERSION)

    assert reason is not None
    assert "H01 (A list cut short)" in reason
    assert "no signature may cover" in reason


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ('owner = "Lead developer"', 'owner = ""', "hazard H01: 'owner' is missing or empty"),
        ('status = "controlled"', 'status = "fine"', "status 'fine' is unknown"),
        ('likelihood = "high" }', 'likelihood = "often" }', "'initial' says 'often'"),
        ('likelihood = "high" }', 'likelihood = "high", rating = 1 }', "the rating is computed"),
        ("[[1, 3], [2, 5]]", "[[1, 3]]", "ratings must have 2 rows"),
        ('tests = ["tests/somewhere.py::test_something"]', "tests = []", "'tests' must be a list"),
        ('5 = "unacceptable"', '9 = "?"', "does not say what rating 5 means"),
        ('id = "H01"', 'id = "H01', "is not valid TOML"),
    ],
)
def test_a_broken_log_is_answered_with_place_and_remedy(
    folder: Path, before: str, after: str, says: str
) -> None:
    (folder / HAZARDS).write_text(SAFE_LOG.replace(before, after, 1))

    with pytest.raises(HazardLogError) as raised:
        read_hazard_log(folder)

    assert says in str(raised.value)
    assert str(folder / HAZARDS) in str(raised.value)


def test_a_missing_log_is_answered_too(tmp_path: Path) -> None:
    reason = why_not_live(tmp_path, VERSION)

    assert reason is not None
    assert "cannot be read" in reason


def test_a_rating_that_stands_must_say_why(folder: Path) -> None:
    log = SAFE_LOG.replace(
        'residual = { severity = "minor", likelihood = "low" }',
        'residual = { severity = "major", likelihood = "low" }',
    )
    (folder / HAZARDS).write_text(log)

    with pytest.raises(HazardLogError, match="'justification' must say why"):
        read_hazard_log(folder)


def test_no_hazard_is_excused_by_a_room_that_is_here_now() -> None:
    """A log that calls a room not built, when it is, is rated without its readers knowing."""
    excuses = re.compile(
        r"not (yet )?built|in this version|no feed is|nothing (about|to show)", re.I
    )
    stale = [
        f"{hazard.id}: {hazard.justification}"
        for hazard in read_hazard_log(SAFETY).hazards
        if (PROJECT / "oneplace" / hazard.arises_with).is_dir()
        and excuses.search(hazard.justification)
    ]

    assert stale == []


def test_what_is_controlled_in_part_names_the_tests_that_show_it() -> None:
    """A hazard of a room that is here is either shown by tests or says openly that it is not."""
    silent = [
        hazard.id
        for hazard in read_hazard_log(SAFETY).hazards
        if (PROJECT / "oneplace" / hazard.arises_with).is_dir() and not hazard.tests
    ]

    assert silent == []

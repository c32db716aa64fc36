"""A day is a day on the wall: what falls between midnight and one in summer is not yesterday."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from oneplace.kit.clock import local_day

HOUSE = Path(__file__).resolve().parents[2] / "oneplace"
# No Django here, so no setting of the zone either; they name the zone they work in themselves.
WITHOUT_DJANGO = {"borough", "vocabulary", "science", "insight"}


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 6, 30, 22, 59, tzinfo=UTC), date(2026, 6, 30)),
        (datetime(2026, 6, 30, 23, 30, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 1, 31, 23, 30, tzinfo=UTC), date(2026, 1, 31)),
        # The night in which the clocks go forward: from one to two there is nothing.
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), date(2026, 3, 29)),
    ],
)
def test_the_day_of_a_moment_is_the_day_on_the_wall(at: datetime, day: date) -> None:
    assert local_day(at) == day


def test_a_moment_without_a_zone_has_no_day() -> None:
    with pytest.raises(ValueError, match="naive"):
        local_day(datetime(2026, 6, 30, 23, 30))  # noqa: DTZ001 - the point of this test


def _is_moment(name: str) -> bool:
    return name in {"at", "now"} or name.endswith(("_at", "_now"))


def _days_taken_from_moments(file: Path) -> Iterator[int]:
    for node in ast.walk(ast.parse(file.read_text())):
        if not (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "date"
            and not node.args
        ):
            continue
        owner = node.func.value.func if isinstance(node.func.value, ast.Call) else node.func.value
        name = getattr(owner, "attr", getattr(owner, "id", ""))
        if _is_moment(name):
            yield node.lineno


# What names a day in a format; `%Z` or a `Z` at its end says which zone it is the day of.
DAY_IN_FORMAT = re.compile(r"%-?[aAbBcdDeFjmuUVwWxyY](?!.*Z$)")


def _days_written_from_moments(file: Path) -> Iterator[int]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            owner, spec = node.value, ast.unparse(node.format_spec)[2:-1]
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "strftime"
        ):
            owner, spec = node.func.value, ast.unparse(node.args[0]).strip("'\"")
        else:
            continue
        name = getattr(owner, "attr", getattr(owner, "id", ""))
        if _is_moment(name) and DAY_IN_FORMAT.search(spec):
            yield node.lineno


def test_no_room_writes_the_day_of_a_moment_by_itself() -> None:
    found = [
        f"{file.relative_to(HOUSE)}:{line}"
        for file in sorted(HOUSE.rglob("*.py"))
        if file.relative_to(HOUSE).parts[0] not in WITHOUT_DJANGO
        for line in _days_written_from_moments(file)
    ]

    assert found == [], "ask oneplace.kit.clock.local_day or oneplace.kit.formats"


def test_no_room_takes_the_day_of_a_moment_by_itself() -> None:
    found = [
        f"{file.relative_to(HOUSE)}:{line}"
        for file in sorted(HOUSE.rglob("*.py"))
        if file.relative_to(HOUSE).parts[0] not in WITHOUT_DJANGO
        for line in _days_taken_from_moments(file)
    ]

    assert found == [], "ask oneplace.kit.clock.local_day"

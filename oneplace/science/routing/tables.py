"""A user's own day: two tables in, one table out. Columns are documented here and nowhere else.

Visits, one row each: `visit` (its name, once), `opens` and `closes` (the window it begins within,
`09:00` or `2026-03-12 09:00`), `minutes` (at the door), `latitude` and `longitude` (WGS84 degrees,
both or neither); and, where wanted, `person`, `promised_by`, `skills` (several with `;`), `pair`
(two rows with one word are a double-handed visit), `gender` (a condition) or `gender_wish`, `usual`
(workers the person knows, with `;`), `worker` and `planned` with `locked` or `started` (`yes`),
`load`.

Workers, one row each: `worker` (the name, once), `from` and `until` (the shift), `latitude` and
`longitude` of where it begins; and, where wanted, `end_latitude` and `end_longitude`, `skills`,
`mode` (`car` or `walk`), `break_from`, `break_until` and `break_minutes`, `gender`, `carries`.

Ways, where a place has its own, one row each: `from_latitude`, `from_longitude`, `to_latitude`,
`to_longitude`, `mode`, `seconds`. What is not in it is reckoned by the great circle.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Final, TypeVar

from oneplace.science.routing.plan import Break, Plan, Stop, Worker
from oneplace.science.routing.problem import Prices, Problem
from oneplace.science.routing.travel import Mode, Point, Travel, TravelTable

VISIT_COLUMNS: Final = {
    "visit": True, "opens": True, "closes": True, "minutes": True, "latitude": False,
    "longitude": False, "person": False, "promised_by": False, "skills": False, "pair": False,
    "gender": False, "gender_wish": False, "usual": False, "worker": False, "planned": False,
    "locked": False, "started": False, "load": False,
}  # fmt: skip
"""Columns of visits, and whether each must be there."""
WORKER_COLUMNS: Final = {
    "worker": True, "from": True, "until": True, "latitude": False, "longitude": False,
    "end_latitude": False, "end_longitude": False, "skills": False, "mode": False,
    "break_from": False, "break_until": False, "break_minutes": False, "gender": False,
    "carries": False,
}  # fmt: skip
"""Columns of workers, and whether each must be there."""
WAY_COLUMNS: Final = {
    "from_latitude": True, "from_longitude": True, "to_latitude": True, "to_longitude": True,
    "mode": True, "seconds": True,
}  # fmt: skip
PLAN_COLUMNS: Final = (
    "worker", "order", "visit", "begins", "ends", "minutes_of_way", "person", "pair", "why_not",
)  # fmt: skip
"""Columns of a plan: a row a visit; one nobody makes has no worker and says why."""
_YES: Final = {"yes": True, "y": True, "true": True, "1": True, "no": False, "n": False,
               "false": False, "0": False, "": False}  # fmt: skip
_Said = TypeVar("_Said")


class TableRefused(ValueError):
    """A table that is not read: the file, the row, the column, and what to do."""


class _Row:
    """One row, which knows where it stands."""

    def __init__(self, file: Path, number: int, values: Mapping[str, str | None], on: date) -> None:
        self.file, self.number, self.on = file, number, on
        self.values = {key: (value or "").strip() for key, value in values.items() if key}

    def refuse(self, column: str, words: str) -> TableRefused:
        return TableRefused(f"{self.file}, row {self.number}, {column}: {words}")

    def text(self, column: str, *, is_needed: bool = False) -> str:
        found = self.values.get(column, "")
        if is_needed and not found:
            raise self.refuse(column, "is empty. Write it.")
        return found

    def read(self, column: str, how: Callable[[str], _Said], words: str) -> _Said | None:
        """A value read in one way; None where it is empty."""
        said = self.text(column)
        if not said:
            return None
        try:
            return how(said)
        except (ValueError, KeyError) as error:
            raise self.refuse(column, f"'{said}' {words}") from error

    def moment(self, column: str, *, is_needed: bool = False) -> datetime | None:
        self.text(column, is_needed=is_needed)
        return self.read(column, self._moment, "is no time. Write it like 09:30.")

    def _moment(self, said: str) -> datetime:
        if len(said) > 8:
            found = datetime.fromisoformat(said)
            return found if found.tzinfo else found.replace(tzinfo=UTC)
        return datetime.combine(self.on, time.fromisoformat(said.zfill(5)), tzinfo=UTC)

    def needed(self, column: str) -> datetime:
        found = self.moment(column, is_needed=True)
        assert found is not None  # noqa: S101 - an empty one was refused
        return found

    def number_of(self, column: str, least: int) -> int | None:
        found = self.read(column, int, "is no whole number. Write one such as 30.")
        if found is not None and found < least:
            raise self.refuse(column, f"{found} is less than {least}.")
        return found

    def words(self, column: str) -> frozenset[str]:
        return frozenset(filter(None, (each.strip() for each in self.text(column).split(";"))))

    def truth(self, column: str) -> bool:
        said = self.text(column).casefold()
        if said not in _YES:
            raise self.refuse(column, f"'{said}' is neither yes nor no.")
        return _YES[said]

    def point(self, before: str = "") -> Point | None:
        names = (f"{before}latitude", f"{before}longitude")
        said = [self.read(each, float, "is no number. Write degrees.") for each in names]
        if said[0] is None and said[1] is None:
            return None
        for name, value, most in zip(names, said, (90.0, 180.0), strict=True):
            if value is None:
                raise self.refuse(name, "is empty, and the other half of the place is not.")
            if not -most <= value <= most:
                raise self.refuse(name, f"{value} is outside -{most:g} to {most:g} degrees.")
        assert said[0] is not None and said[1] is not None  # noqa: S101 - looked at above
        return Point(said[0], said[1])


def read_problem(
    visits: Path,
    workers: Path,
    *,
    on: date,
    ways: Path | None = None,
    prices: Prices | None = None,
) -> Problem:
    """The problem of a user's tables for one day; times without a day are of `on`, in UTC.

    Raises `TableRefused` naming file, row and column. An impossible window is no error: the plan
    names it.
    """
    travel = Travel() if ways is None else _ways(ways, on)
    out = tuple(_worker(row) for row in _rows(workers, WORKER_COLUMNS, on))
    _once(workers, "worker", [each.key for each in out])
    stops = tuple(_stop(row, out) for row in _rows(visits, VISIT_COLUMNS, on))
    return Problem(out, stops, travel, prices or Prices())


def _rows(file: Path, columns: Mapping[str, bool], on: date) -> Iterator[_Row]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableRefused(f"{file}: not UTF-8 text. Save it as CSV in UTF-8.") from error
    read = csv.DictReader(text.splitlines())
    names = [name.strip() for name in read.fieldnames or ()]
    read.fieldnames = names
    missing = [name for name, is_needed in columns.items() if is_needed and name not in names]
    unknown = [name for name in names if name not in columns]
    if missing:
        raise TableRefused(
            f"{file}: no column {', '.join(missing)}. It has: {', '.join(names) or 'none'}."
        )
    if unknown:
        raise TableRefused(
            f"{file}: column {', '.join(unknown)} is not known. Those known: {', '.join(columns)}."
        )
    for number, values in enumerate(read, 2):
        if None in values:
            raise TableRefused(f"{file}, row {number}: more values than columns.")
        yield _Row(file, number, values, on)


def _once(file: Path, column: str, keys: Sequence[str]) -> None:
    for number, key in enumerate(keys, 2):
        if keys.index(key) != number - 2:
            first = keys.index(key) + 2
            raise TableRefused(
                f"{file}, row {number}, {column}: '{key}' stands in row {first} already."
            )


def _worker(row: _Row) -> Worker:
    since, until = row.needed("from"), row.needed("until")
    if until <= since:
        raise row.refuse("until", "the shift would end before it begins.")
    mode = row.read("mode", lambda said: Mode(said.casefold()), "is neither car nor walk.")
    name = row.text("worker", is_needed=True)
    return Worker(
        key=name,
        name=name,
        from_at=since,
        until_at=until,
        starts=row.point(),
        ends=row.point("end_"),
        skills=row.words("skills"),
        mode=mode or Mode.CAR,
        breaks=_break(row),
        gender=row.text("gender").casefold(),
        carries=row.number_of("carries", 0),
    )


def _break(row: _Row) -> tuple[Break, ...]:
    opens, closes = row.moment("break_from"), row.moment("break_until")
    minutes = row.number_of("break_minutes", 1)
    if opens is None and closes is None and minutes is None:
        return ()
    for column, value in (
        ("break_from", opens), ("break_until", closes), ("break_minutes", minutes),
    ):  # fmt: skip
        if value is None:
            raise row.refuse(column, "is empty, and the rest of the break is not.")
    assert opens is not None and closes is not None and minutes is not None  # noqa: S101
    if closes < opens:
        raise row.refuse("break_until", "the break would close before it opens.")
    return (Break(opens, closes, minutes),)


def _stop(row: _Row, workers: Sequence[Worker]) -> Stop:
    known = {each.key for each in workers}
    row.text("minutes", is_needed=True)
    wished, must = row.text("gender_wish").casefold(), row.text("gender").casefold()
    worker = row.text("worker")
    for column, names in (("worker", {worker} - {""}), ("usual", row.words("usual"))):
        strangers = sorted(set(names) - known)
        if strangers:
            raise row.refuse(column, f"'{strangers[0]}' is not among the workers.")
    planned = row.moment("planned")
    is_locked, is_started = row.truth("locked"), row.truth("started")
    if (is_locked or is_started) and (planned is None or not worker):
        column = "planned" if planned is None else "worker"
        raise row.refuse(column, "a locked or started visit needs its worker and time.")
    return Stop(
        key=row.text("visit", is_needed=True),
        opens_at=row.needed("opens"),
        closes_at=row.needed("closes"),
        minutes=row.number_of("minutes", 1) or 1,
        point=row.point(),
        planned_at=planned,
        promised_by_at=row.moment("promised_by"),
        is_locked=is_locked,
        is_started=is_started,
        needs=row.words("skills"),
        person=row.text("person"),
        pair=row.text("pair"),
        gender=must or wished,
        is_gender_must=bool(must),
        usual=row.words("usual"),
        worker=worker,
        load=row.number_of("load", 0) or 0,
    )


def _ways(file: Path, on: date) -> TravelTable:
    """A table of ways; what it does not hold is reckoned by the great circle."""
    said: dict[Mode, dict[tuple[Point, Point], int]] = {}
    for row in _rows(file, WAY_COLUMNS, on):
        here, there = row.point("from_"), row.point("to_")
        for column, place in (("from_latitude", here), ("to_latitude", there)):
            if place is None:
                raise row.refuse(column, "is empty. Write it.")
        assert here is not None and there is not None  # noqa: S101 - looked at above
        row.text("mode", is_needed=True)
        row.text("seconds", is_needed=True)
        mode = row.read("mode", lambda word: Mode(word.casefold()), "is neither car nor walk.")
        seconds = row.number_of("seconds", 0)
        assert mode is not None and seconds is not None  # noqa: S101 - an empty one was refused
        said.setdefault(mode, {})[here, there] = seconds
    points = tuple(dict.fromkeys(each for ways in said.values() for pair in ways for each in pair))
    return TravelTable(points, {mode: _square(points, ways, mode) for mode, ways in said.items()})


def _square(
    points: Sequence[Point], ways: Mapping[tuple[Point, Point], int], mode: Mode
) -> tuple[tuple[int, ...], ...]:
    guessed = Travel().table(points, mode)
    return tuple(
        tuple(ways.get((here, there), int(guessed[at][to])) for to, there in enumerate(points))
        for at, here in enumerate(points)
    )


def plan_rows(plan: Plan, problem: Problem) -> Iterator[dict[str, object]]:
    """The rows of a plan, in the columns of `PLAN_COLUMNS`."""
    asked = {each.key: each for each in problem.stops}
    for each in plan.rounds:
        here = each.worker.starts
        for order, stop in enumerate(each.stops, 1):
            begins = stop.planned_at or stop.opens_at
            yield {
                "worker": each.worker.key,
                "order": order,
                "visit": stop.key,
                "begins": begins.isoformat(sep=" ", timespec="minutes"),
                "ends": (begins + stop.lasts).isoformat(sep=" ", timespec="minutes"),
                "minutes_of_way": problem.travel.minutes(here, stop.point, each.worker.mode),
                "person": asked[stop.key].person,
                "pair": stop.pair,
                "why_not": "",
            }
            here = stop.point
    for left in plan.left_out:
        stop = asked[left.key]
        yield {
            **dict.fromkeys(PLAN_COLUMNS, ""),
            "visit": left.key,
            "person": stop.person,
            "pair": stop.pair,
            "why_not": left.why,
        }


def write_plan(file: Path, rows: Iterable[Mapping[str, object]]) -> None:
    """Write a plan as CSV."""
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, PLAN_COLUMNS)
        writer.writeheader()
        writer.writerows(rows)

"""A day planned, one more visit, a child process, users' tables and published files."""

import csv
import random
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from oneplace.science.routing import (
    Mode,
    Plan,
    Point,
    Problem,
    Round,
    Stop,
    TravelTable,
    broken,
    replan,
)
from oneplace.science.routing.apart import (
    plan_json,
    plan_of_json,
    problem_json,
    problem_of,
    solve_apart,
)
from oneplace.science.routing.problem import Day
from oneplace.science.routing.solving import first_board, plan_of, solve
from oneplace.science.routing.tables import TableRefused, plan_rows, read_problem
from oneplace.science.routing.vrp_files import FileRefused, cost_of, read_vrp
from tests.science.routing.days import at, day, place, worker

TWO_HOURS = timedelta(hours=2)


def legal(problem: Problem, plan: Plan) -> Plan:
    """The plan, which breaks no rule."""
    assert broken(problem, plan) == []
    return plan


# --- a day ----------------------------------------------------------------------------------------


def test_a_day_with_pairs_breaks_skills_and_wishes_is_legal_and_better_than_the_first() -> None:
    problem = day(11, visits=40, workers=7, pairs=3)
    first = plan_of(first_board(Day(problem)))

    plan = legal(problem, solve(problem, seconds=1.5, seed=1))

    assert len(plan.left_out) <= len(first.left_out)
    named = {each.key for each in plan.left_out}
    made = {stop.key for each in plan.rounds for stop in each.stops}
    assert named | made == {stop.key for stop in problem.stops}
    assert not named & made


def test_locked_and_started_visits_keep_worker_and_minute() -> None:
    problem = day(12, visits=30, workers=6, pairs=0)
    before = solve(problem, seconds=0.5)
    whole = max(before.rounds, key=lambda each: len(each.stops))
    keeps = {
        stop.key: replace(stop, worker=whole.worker.key, is_locked=True)
        for stop in whole.stops[1:3]
    }
    locked = replace(problem, stops=tuple(keeps.get(each.key, each) for each in problem.stops))

    after = legal(locked, solve(locked, seconds=0.5, seed=4))

    found = {
        stop.key: (each.worker.key, stop.planned_at) for each in after.rounds for stop in each.stops
    }
    assert all(found[key] == (whole.worker.key, stop.planned_at) for key, stop in keeps.items())


def test_what_nobody_could_make_is_named_with_its_reason() -> None:
    problem = day(13, visits=10, workers=4, pairs=0)
    first = problem.stops[0]
    strange = (
        replace(first, key="backwards", opens_at=at(11), closes_at=at(10)),
        replace(first, key="broken-promise", promised_by_at=first.opens_at - TWO_HOURS),
        replace(first, key="unheard-of", needs=frozenset({"flying"})),
        replace(first, key="half", pair="alone"),
        replace(first, key="at-night", opens_at=at(1), closes_at=at(2), needs=frozenset()),
    )
    problem = replace(problem, stops=(*problem.stops, *strange))

    plan = legal(problem, solve(problem, seconds=0.3))

    why = {each.key: each.why for each in plan.left_out}
    assert "before it opens" in why["backwards"]
    assert "promised by" in why["broken-promise"]
    assert "flying" in why["unheard-of"]
    assert "two halves" in why["half"]
    assert "works between 01:00 and 02:00" in why["at-night"]


def test_a_day_without_workers_or_visits_is_no_fault() -> None:
    problem = day(14, visits=4, workers=3, pairs=0)

    assert solve(replace(problem, stops=()), seconds=0.1).left_out == ()
    nobody = solve(replace(problem, workers=()), seconds=0.1)
    assert {each.why for each in nobody.left_out} == {"nobody goes out that day"}


def test_a_person_sees_whoever_they_know_where_it_costs_little() -> None:
    problem = day(15, visits=0, workers=2, pairs=0, has_breaks=False)
    out = tuple(
        replace(each, from_at=at(8), until_at=at(16), starts=Point(51.37, -0.1), ends=None)
        for each in problem.workers
    )
    stops = tuple(
        Stop(
            f"v{n}",
            at(9 + n),
            at(11 + n),
            30,
            Point(51.37, -0.1 + n / 500),
            usual=frozenset({"w1"}),
        )
        for n in range(3)
    )

    plan = solve(Problem(out, stops), seconds=0.3)

    assert [len(each.stops) for each in plan.rounds] == [0, 3]


# --- one more visit -------------------------------------------------------------------------------


def wanted(draw: int, opens: float) -> Stop:
    """Somebody who leaves hospital, promised to be seen within two hours."""
    return Stop(
        "new", at(opens), at(opens + 2), 45, place(random.Random(draw)),
        promised_by_at=at(opens + 2),
    )  # fmt: skip


# One half of a pair under way and the other not yet.
@example(98, 16.0)
@settings(max_examples=15, deadline=None)
@given(st.integers(0, 200), st.sampled_from([8.5, 10.0, 11.5, 14.0, 16.0]))
def test_one_more_visit_breaks_nothing_and_moves_no_promise(seed: int, hour: float) -> None:
    problem = day(seed, visits=28, workers=8, pairs=1)
    told = plan_of(first_board(Day(problem)))
    running = replace(
        told,
        rounds=tuple(
            replace(
                each,
                stops=tuple(
                    replace(
                        stop,
                        worker=each.worker.key,
                        is_started=stop.planned_at is not None and stop.planned_at <= at(hour),
                        promised_by_at=stop.closes_at if number % 3 == 0 else None,
                    )
                    for number, stop in enumerate(each.stops)
                ),
            )
            for each in told.rounds
        ),
    )
    new = wanted(seed, hour + 0.5)

    made = replan(problem, running, [new], at(hour), seconds=0.1, seed=seed)

    if made.plan is None:
        assert made.why[-1] == "Nobody has room for it today at all."
        return
    asked = tuple(stop for each in running.rounds for stop in each.stops)
    left = tuple(each for each in problem.stops if each.key in {one.key for one in told.left_out})
    whole = replace(problem, stops=(*asked, *left, new))
    found = [
        each
        for each in broken(whole, made.plan, before=running)
        if made.is_in_time or each.stop != "new"
    ]
    assert found == []
    assert made.is_in_time or made.why[0].startswith(f"{new.latest_at:%H:%M} cannot be kept: ")
    before = {stop.key: stop.planned_at for each in running.rounds for stop in each.stops}
    after = {stop.key: stop.planned_at for each in made.plan.rounds for stop in each.stops}
    assert all(after[key] >= before[key] for key in before)  # type: ignore[operator]


@pytest.mark.parametrize("promised", [False, True])
def test_one_visit_goes_to_another_worker_where_only_that_makes_room(promised: bool) -> None:
    out = [worker(number, random.Random(number), has_breaks=False) for number in range(2)]
    here = Point(51.37, -0.1)
    nurse, helper = (
        replace(each, starts=here, ends=None, mode=Mode.CAR, skills=skills)
        for each, skills in zip(out, (frozenset({"nursing"}), frozenset[str]()), strict=True)
    )
    told = Stop(
        "told", at(9.5), at(9.75), 60, here, planned_at=at(9.5), worker=nurse.key,
        promised_by_at=at(9.75) if promised else None,
    )  # fmt: skip
    running = Plan((Round(nurse, (told,), ()), Round(helper, (), ())), ())
    new = Stop(
        "new", at(9), at(9.75), 60, here, needs=frozenset({"nursing"}), promised_by_at=at(9.75)
    )
    problem = Problem((nurse, helper), ())

    made = replan(problem, running, [new], at(9), seconds=0)

    assert made.plan is not None
    assert made.is_in_time is not promised
    who = {stop.key: each.worker.key for each in made.plan.rounds for stop in each.stops}
    assert who["told"] == (nurse.key if promised else helper.key)
    assert made.handed_on == (() if promised else ("told",))
    whole = replace(problem, stops=(told, new))
    wrong = {each.stop for each in broken(whole, made.plan, before=running)}
    assert wrong == ({"new"} if promised else set())


def test_a_double_handed_visit_finds_two_who_come_together() -> None:
    problem = day(21, visits=12, workers=8, pairs=0)
    running = plan_of(first_board(Day(problem)))
    halves = [replace(wanted(3, 10), key=key, pair="new") for key in ("one", "two")]

    made = replan(problem, running, halves, at(9.5), seconds=0)

    assert made.is_in_time and made.plan is not None
    who = {
        each.worker.key: stop.planned_at
        for each in made.plan.rounds
        for stop in each.stops
        if stop.pair == "new"
    }
    assert len(who) == 2
    assert len(set(who.values())) == 1


def test_nobody_at_all_is_said_and_not_guessed() -> None:
    problem = day(22, visits=6, workers=2, pairs=0)
    running = plan_of(first_board(Day(problem)))
    strange = replace(wanted(1, 10), needs=frozenset({"flying"}))

    made = replan(problem, running, [strange], at(9.5), seconds=0)

    assert made.plan is None
    assert "flying" in made.why[0]


# --- a process of its own -------------------------------------------------------------------------


def test_a_child_answers_with_a_legal_plan() -> None:
    problem = day(31, visits=16, workers=4, pairs=1)

    made = solve_apart(problem, seconds=0.5, seed=2)

    assert made.is_fresh
    assert made.is_finished
    assert made.why == ""
    assert made.plan is not None
    legal(problem, made.plan)


def test_a_killed_child_leaves_the_plan_before_and_says_so() -> None:
    problem = day(32, visits=8, workers=3, pairs=0)
    last = plan_of(first_board(Day(problem)))
    dies = (sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")

    made = solve_apart(problem, seconds=0.2, last=last, command=dies)

    assert made.plan == last
    assert not made.is_fresh
    assert "the plan before stands" in made.why


def test_a_slow_child_is_ended_and_its_best_so_far_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = day(33, visits=8, workers=3, pairs=0)
    best = plan_of(first_board(Day(problem)))
    line = b'{"plan": ' + plan_json(best) + b', "is_last": false}\n'
    slow = (
        sys.executable,
        "-c",
        f"import sys, time; sys.stdout.buffer.write({line!r}); sys.stdout.flush(); time.sleep(60)",
    )
    monkeypatch.setattr("oneplace.science.routing.apart.GRACE", 1.0)

    made = solve_apart(problem, seconds=0.5, command=slow)

    assert made.plan == best
    assert made.is_fresh
    assert not made.is_finished
    assert "did not end in time" in made.why


def test_a_plan_that_breaks_a_rule_is_thrown_away() -> None:
    problem = day(34, visits=8, workers=3, pairs=0)
    last = plan_of(first_board(Day(problem)))
    wrong = replace(last, rounds=last.rounds[1:])
    line = b'{"plan": ' + plan_json(wrong) + b', "is_last": true}\n'
    lies = (sys.executable, "-c", f"import sys; sys.stdout.buffer.write({line!r})")

    made = solve_apart(problem, seconds=0.2, last=last, command=lies)

    assert made.plan == last
    assert made.refused
    assert "breaks a rule" in made.why


def test_a_problem_and_a_plan_come_back_from_their_json_as_they_were() -> None:
    problem = day(35)
    table = TravelTable((Point(1, 2), Point(3, 4)), {Mode.CAR: ((0, 9), (8, 0))})
    plan = plan_of(first_board(Day(problem)))

    assert problem_of(problem_json(problem)) == problem
    assert problem_of(problem_json(replace(problem, travel=table))).travel == table
    assert plan_of_json(plan_json(plan)) == plan


# --- users' tables --------------------------------------------------------------------------------

VISITS = """visit,opens,closes,minutes,latitude,longitude,skills,pair,planned,worker,locked
a,09:00,11:00,30,51.37,-0.10,,,,,
b,09:00,10:30,30,51.38,-0.11,nursing,,,,
c1,13:00,15:00,45,51.36,-0.09,,c,,,
c2,13:00,15:00,45,51.36,-0.09,,c,,,
d,10:00,9:00,30,51.36,-0.09,,,,,
e,11:00,12:00,20,51.37,-0.10,,,11:15,Tom,yes
"""
WORKERS = """worker,from,until,latitude,longitude,skills,mode,break_from,break_until,break_minutes
Sana,08:00,16:00,51.37,-0.10,nursing;care,car,11:30,13:00,30
Tom,08:00,16:00,51.36,-0.09,,walk,,,
"""


def tables(tmp_path: Path, visits: str = VISITS, workers: str = WORKERS) -> tuple[Path, Path]:
    """The two files."""
    files = tmp_path / "visits.csv", tmp_path / "workers.csv"
    files[0].write_text(visits)
    files[1].write_text(workers)
    return files


def test_a_users_tables_become_a_plan_with_a_row_a_visit(tmp_path: Path) -> None:
    problem = read_problem(*tables(tmp_path), on=date(2026, 3, 12))

    plan = legal(problem, solve(problem, seconds=0.3))

    rows = {str(row["visit"]): row for row in plan_rows(plan, problem)}
    assert rows["b"]["worker"] == "Sana"
    assert rows["c1"]["begins"] == rows["c2"]["begins"]
    assert {rows["c1"]["worker"], rows["c2"]["worker"]} == {"Sana", "Tom"}
    assert str(rows["e"]["begins"]).startswith("2026-03-12 11:15")
    assert "before it opens" in str(rows["d"]["why_not"])


@pytest.mark.parametrize(
    ("visits", "workers", "words"),
    [
        (VISITS.replace("a,09:00", "a,nine"), WORKERS, "row 2, opens: 'nine' is no time"),
        (VISITS.replace(",minutes,", ",long,"), WORKERS, "no column minutes"),
        (VISITS.replace("30,51.37", "-5,51.37"), WORKERS, "row 2, minutes: -5 is less than 1"),
        (VISITS.replace("51.38,-0.11", "51.38,"), WORKERS, "row 3, longitude: is empty"),
        (VISITS.replace("51.38,", "151.38,"), WORKERS, "row 3, latitude: 151.38 is outside"),
        (VISITS.replace("Tom,yes", "Ann,yes"), WORKERS, "row 7, worker: 'Ann' is not among"),
        (VISITS.replace("Tom,yes", ",yes"), WORKERS, "row 7, worker: a locked or started visit"),
        (VISITS.replace("Tom,yes", "Tom,perhaps"), WORKERS, "row 7, locked: 'perhaps' is neither"),
        (VISITS, WORKERS.replace("walk", "fly"), "workers.csv, row 3, mode: 'fly' is neither"),
        (VISITS, WORKERS.replace("13:00,30", "13:00,"), "row 2, break_minutes: is empty"),
        (VISITS, WORKERS.replace("Tom,08:00", "Tom,18:00"), "row 3, until: the shift"),
        (VISITS, WORKERS.replace("Tom", "Sana"), "row 3, worker: 'Sana' stands in row 2 already"),
        (VISITS.replace("skills", "skils"), WORKERS, "column skils is not known"),
    ],
)  # fmt: skip
def test_an_error_names_file_row_and_column(
    tmp_path: Path, visits: str, workers: str, words: str
) -> None:
    with pytest.raises(TableRefused) as refused:
        read_problem(*tables(tmp_path, visits, workers), on=date(2026, 3, 12))

    assert words in str(refused.value)


def test_measured_ways_come_before_the_great_circle(tmp_path: Path) -> None:
    ways = tmp_path / "ways.csv"
    ways.write_text(
        "from_latitude,from_longitude,to_latitude,to_longitude,mode,seconds\n"
        "51.37,-0.10,51.38,-0.11,car,90\n"
    )

    problem = read_problem(*tables(tmp_path), on=date(2026, 3, 12), ways=ways)

    here, there = Point(51.37, -0.10), Point(51.38, -0.11)
    assert problem.travel.time(here, there, Mode.CAR) == timedelta(seconds=90)
    assert problem.travel.time(there, here, Mode.CAR) > timedelta(seconds=90)
    assert problem.travel.time(here, there, Mode.WALK) > timedelta(minutes=10)


def test_the_command_writes_the_plan_and_names_who_is_left_out(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from oneplace.cli.route import route

    visits, workers = tables(tmp_path)
    out = tmp_path / "plan.csv"
    asked = ["--visits", str(visits), "--workers", str(workers), "--out", str(out)]

    done = CliRunner().invoke(
        route,
        [*asked, "--on", "2026-03-12", "--seconds", "0.3"],
        help_option_names=["-h", "--help"],
    )

    assert done.exit_code == 0, done.output
    assert "Nobody for d: its window closes at 09:00, before it opens at 10:00." in done.output
    with out.open() as opened:
        assert {row["visit"] for row in csv.DictReader(opened)} == {"a", "b", "c1", "c2", "d", "e"}


# --- published files ------------------------------------------------------------------------------

SOLOMON = """TINY

VEHICLE
NUMBER     CAPACITY
  2          10

CUSTOMER
CUST NO.  XCOORD.  YCOORD.  DEMAND  READY TIME  DUE DATE  SERVICE TIME

    0       0        0        0        0         100        0
    1       3        4        6        0          90       10
    2       3        0        6        0          90       10
"""
VRPLIB = """NAME : TINY
TYPE : VRPTW
DIMENSION : 3
VEHICLES : 2
CAPACITY : 10
EDGE_WEIGHT_TYPE : EUC_2D
NODE_COORD_SECTION
1 0 0
2 3 4
3 3 0
DEMAND_SECTION
1 0
2 6
3 6
TIME_WINDOW_SECTION
1 0 100
2 0 90
3 0 90
SERVICE_TIME_SECTION
1 0
2 10
3 10
DEPOT_SECTION
1
-1
EOF
"""


@pytest.mark.parametrize("text", [SOLOMON, VRPLIB])
def test_a_published_file_is_a_problem_like_any_other(tmp_path: Path, text: str) -> None:
    file = tmp_path / "tiny.txt"
    file.write_text(text)

    problem = read_vrp(file)
    plan = legal(problem, solve(problem, seconds=0.2))

    # Two vehicles, because one cannot carry twelve: 5 + 5 and 3 + 3.
    assert cost_of(plan, problem) == 16.0
    assert plan.left_out == ()


def test_a_file_of_another_kind_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "odd.txt"
    file.write_text("nothing of the kind")

    with pytest.raises(FileRefused, match=r"odd\.txt: neither VRPLIB"):
        read_vrp(file)
    file.write_text(SOLOMON.replace("4        6 ", "4 "))
    with pytest.raises(FileRefused, match="line 11: 6 numbers"):
        read_vrp(file)
    file.write_text(VRPLIB.replace("EUC_2D", "EXPLICIT"))
    with pytest.raises(FileRefused, match="EDGE_WEIGHT_TYPE is EXPLICIT"):
        read_vrp(file)

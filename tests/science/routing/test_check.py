"""Our own checker: it lets a legal plan through, and names each rule a tampered one breaks."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oneplace.science.routing import LeftOut, Plan, Problem, Round, Rule, Stop, broken
from oneplace.science.routing.problem import Day
from oneplace.science.routing.solving import first_board, plan_of
from tests.science.routing.days import day

HOUR = timedelta(hours=1)
SEEDS = st.integers(0, 400)


@cache
def planned(seed: int) -> tuple[Problem, Plan]:
    """An invented day and a plan of it; two of its visits are locked where the plan has them."""
    problem = day(seed, visits=24, workers=6, pairs=2)
    plan = plan_of(first_board(Day(problem)))
    keeps = [
        replace(stop, worker=each.worker.key, is_locked=True)
        for each in plan.rounds
        for stop in each.stops
        if not stop.pair
    ][:2]
    kept = {stop.key: stop for stop in keeps}
    problem = replace(problem, stops=tuple(kept.get(stop.key, stop) for stop in problem.stops))
    rounds = tuple(
        replace(each, stops=tuple(kept.get(stop.key, stop) for stop in each.stops))
        for each in plan.rounds
    )
    return problem, replace(plan, rounds=rounds)


def rules(problem: Problem, plan: Plan) -> set[Rule]:
    """The rules a plan breaks."""
    return {each.rule for each in broken(problem, plan)}


def changed(plan: Plan, number: int, change: Callable[[Round], Round]) -> Plan:
    """A plan with one round changed."""
    rounds = list(plan.rounds)
    rounds[number] = change(rounds[number])
    return replace(plan, rounds=tuple(rounds))


def with_stop(plan: Plan, key: str, **more: object) -> Plan:
    """A plan in which one visit says something else."""
    return replace(
        plan,
        rounds=tuple(
            replace(
                each,
                stops=tuple(
                    replace(stop, **more) if stop.key == key else stop  # type: ignore[arg-type]
                    for stop in each.stops
                ),
            )
            for each in plan.rounds
        ),
    )


def a_stop(
    plan: Plan, fits: Callable[[Stop, Round], bool] = lambda stop, each: True
) -> Stop | None:
    """The first visit of a plan that fits."""
    return next((stop for each in plan.rounds for stop in each.stops if fits(stop, each)), None)


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_what_the_board_makes_breaks_no_rule(seed: int) -> None:
    assert broken(*planned(seed)) == []


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_a_visit_lost_from_a_round_is_missing(seed: int) -> None:
    problem, plan = planned(seed)
    number = next(at for at, each in enumerate(plan.rounds) if each.stops)

    tampered = changed(plan, number, lambda each: replace(each, stops=each.stops[1:]))

    assert Rule.MISSING in rules(problem, tampered)


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_a_visit_made_twice_or_by_nobody_known_is_named(seed: int) -> None:
    problem, plan = planned(seed)
    stop = a_stop(plan)
    assert stop is not None

    doubled = changed(plan, 0, lambda each: replace(each, stops=(*each.stops, stop)))
    strange = changed(
        plan, 0, lambda each: replace(each, worker=replace(each.worker, key="nobody"))
    )
    unasked = changed(
        plan, 0, lambda each: replace(each, stops=(*each.stops, replace(stop, key="unasked")))
    )

    assert Rule.TWICE in rules(problem, doubled)
    assert Rule.UNKNOWN_WORKER in rules(problem, strange)
    assert Rule.UNKNOWN_VISIT in rules(problem, unasked)


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.integers(1, 400))
def test_a_time_outside_the_window_is_named_to_the_second(seed: int, seconds: int) -> None:
    problem, plan = planned(seed)
    stop = a_stop(plan, lambda stop, each: not stop.is_locked)
    assert stop is not None
    away = timedelta(seconds=seconds)

    early = with_stop(plan, stop.key, planned_at=stop.opens_at - away)
    late = with_stop(plan, stop.key, planned_at=stop.closes_at + away)

    assert Rule.TOO_EARLY in rules(problem, early)
    assert Rule.TOO_LATE in rules(problem, late)
    assert Rule.NO_TIME in rules(problem, with_stop(plan, stop.key, planned_at=None))


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_a_broken_promise_is_named_though_the_window_is_kept(seed: int) -> None:
    problem, plan = planned(seed)
    stop = a_stop(plan, lambda stop, each: not stop.is_locked and stop.planned_at != stop.opens_at)
    if stop is None:
        return
    promised = {"promised_by_at": stop.opens_at}
    harder = replace(
        problem,
        stops=tuple(replace(each, **promised) if each.key == stop.key else each
                    for each in problem.stops),
    )  # fmt: skip

    assert rules(harder, with_stop(plan, stop.key, **promised)) >= {Rule.PROMISE}


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_a_locked_visit_moved_by_a_minute_or_to_another_is_named(seed: int) -> None:
    problem, plan = planned(seed)
    locked = a_stop(plan, lambda stop, each: stop.is_locked)
    assert locked is not None and locked.planned_at is not None

    later = with_stop(plan, locked.key, planned_at=locked.planned_at + timedelta(minutes=1))
    others = replace(
        problem,
        stops=tuple(
            replace(each, worker="w99") if each.key == locked.key else each
            for each in problem.stops
        ),
    )

    assert Rule.LOCKED in rules(problem, later)
    assert Rule.LOCKED in rules(others, plan)
    started = replace(
        problem,
        stops=tuple(
            replace(each, is_started=True, is_locked=False) if each.key == locked.key else each
            for each in problem.stops
        ),
    )
    assert Rule.STARTED in rules(started, later)


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_two_who_do_not_come_together_are_named(seed: int) -> None:
    problem, plan = planned(seed)
    half = a_stop(plan, lambda stop, each: bool(stop.pair))
    if half is None or half.planned_at is None:
        return

    apart = with_stop(plan, half.key, planned_at=half.planned_at + timedelta(seconds=1))
    lone = replace(
        plan,
        rounds=tuple(
            replace(each, stops=tuple(stop for stop in each.stops if stop.key != half.key))
            for each in plan.rounds
        ),
    )

    assert Rule.PAIR_APART in rules(problem, apart)
    assert Rule.PAIR_HALF in rules(problem, lone)


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_whoever_may_not_go_is_named(seed: int) -> None:
    problem, plan = planned(seed)
    stop = a_stop(plan, lambda stop, each: not stop.is_locked)
    assert stop is not None

    def asks(**more: object) -> set[Rule]:
        stops = tuple(
            replace(each, **more) if each.key == stop.key else each  # type: ignore[arg-type]
            for each in problem.stops
        )
        return rules(replace(problem, stops=stops), with_stop(plan, stop.key, **more))

    assert Rule.SKILL in asks(needs=frozenset({"flying"}))
    assert Rule.GENDER in asks(gender="neither", is_gender_must=True)
    assert Rule.GENDER not in asks(gender="neither", is_gender_must=False)
    assert Rule.CHANGED_VISIT in rules(problem, with_stop(plan, stop.key, minutes=stop.minutes - 1))


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_ways_shifts_breaks_and_loads_are_reckoned_anew(seed: int) -> None:
    problem, plan = planned(seed)
    number = max(range(len(plan.rounds)), key=lambda at: len(plan.rounds[at].stops))
    whole = plan.rounds[number]
    if len(whole.stops) < 2 or not whole.breaks:
        return
    worker = whole.worker

    def with_worker(**more: object) -> Problem:
        return replace(
            problem,
            workers=tuple(
                replace(each, **more) if each.key == worker.key else each  # type: ignore[arg-type]
                for each in problem.workers
            ),
        )

    slow = replace(problem, travel=replace(problem.travel, detour=40.0))
    last = whole.stops[-1].planned_at
    assert last is not None
    unrested = changed(plan, number, lambda each: replace(each, breaks=()))
    assert Rule.TOO_FAST in rules(slow, plan)
    assert Rule.AFTER_SHIFT in rules(with_worker(until_at=last), plan)
    assert Rule.BEFORE_SHIFT in rules(with_worker(from_at=last + HOUR), plan)
    assert Rule.LOAD in rules(
        replace(with_worker(carries=1), stops=tuple(replace(s, load=1) for s in problem.stops)),
        plan,
    )
    ends = last + whole.stops[-1].lasts
    if ends > worker.breaks[0].opens_at:
        assert Rule.BREAK in rules(problem, unrested)
    moved = changed(plan, number, lambda each: replace(each, breaks=(each.stops[0].planned_at,)))
    assert Rule.BREAK in rules(problem, moved)


def test_a_visit_left_out_needs_its_reason() -> None:
    problem, plan = planned(3)
    silent = replace(
        plan,
        rounds=tuple(replace(each, stops=(), breaks=()) for each in plan.rounds),
        left_out=tuple(LeftOut(each.key, " ") for each in problem.stops),
    )

    assert rules(problem, silent) == {Rule.NO_REASON}


def test_a_worker_has_one_round_and_one_person_is_no_pair() -> None:
    problem, plan = planned(5)
    half = a_stop(plan, lambda stop, each: bool(stop.pair))
    assert half is not None
    twin = a_stop(plan, lambda stop, each: stop.pair == half.pair and stop.key != half.key)
    number = next(at for at, each in enumerate(plan.rounds) if half in each.stops)
    alone = replace(
        plan,
        rounds=tuple(
            replace(each, stops=tuple(stop for stop in each.stops if stop != twin))
            for each in plan.rounds
        ),
    )

    both = changed(alone, number, lambda each: replace(each, stops=(*each.stops, twin)))

    assert Rule.PAIR_ONE in rules(problem, both)
    assert Rule.TWO_ROUNDS in rules(
        problem, replace(plan, rounds=(*plan.rounds, replace(plan.rounds[0], stops=())))
    )


def test_whoever_was_promised_a_time_keeps_it() -> None:
    problem, plan = planned(7)
    stop = a_stop(plan, lambda stop, each: not stop.is_locked and not stop.pair)
    assert stop is not None and stop.planned_at is not None
    before = with_stop(plan, stop.key, promised_by_at=stop.closes_at)
    after = with_stop(before, stop.key, planned_at=stop.planned_at + timedelta(seconds=1))

    found = {each.rule for each in broken(problem, after, before=before)}

    assert Rule.PROMISED in found


@pytest.mark.parametrize("rule", list(Rule))
def test_every_rule_has_its_words(rule: Rule) -> None:
    assert rule.label
    assert str(rule) == rule.value

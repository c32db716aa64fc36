"""One more visit into a round under way: who can, what it moves, and what it never breaks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from oneplace.science.routing import (
    Offer,
    Plan,
    Point,
    Round,
    Stop,
    Travel,
    Worker,
    great_circle_km,
    offer,
    refusals,
)
from oneplace.science.routing.travel import Mode

NOW = datetime(2026, 3, 12, 10, 16, tzinfo=UTC)
HOME = Point(51.398, -0.098)
NEAR = Point(51.408, -0.110)
FAR = Point(51.300, -0.020)


def at(text: str) -> datetime:
    """A time of the day."""
    hour, minute = text.split(":")
    return NOW.replace(hour=int(hour), minute=int(minute))


def stop(key: str, planned: str, minutes: int = 40, **more: object) -> Stop:
    """A visit with an hour's grace."""
    begins = at(planned)
    made = Stop(
        key, begins - timedelta(minutes=15), begins + timedelta(hours=2), minutes, NEAR, begins
    )
    return replace(made, **more)  # type: ignore[arg-type]


def worker(name: str, **more: object) -> Worker:
    """Somebody who works from eight to four."""
    made = Worker(name.lower(), name, at("8:00"), at("16:00"), NEAR, None, frozenset({"care"}))
    return replace(made, **more)  # type: ignore[arg-type]


WANTED = Stop(
    "new", at("11:30"), at("12:15"), 45, HOME, promised_by_at=at("12:15"), needs=frozenset({"care"})
)


def test_the_nearest_who_breaks_nothing_comes_first_and_says_what_moves() -> None:
    sana = Round(
        worker("Sana"),
        (stop("a", "10:40", 52, is_started=True), stop("b", "11:55"), stop("c", "14:30")),
    )
    tom = Round(worker("Tom", starts=FAR), ())

    made = offer(Plan((tom, sana)), WANTED, NOW)

    assert [each.name for each in made] == ["Tom", "Sana"]
    best = next(each for each in made if each.name == "Sana")
    assert best.is_in_time
    assert [each.key for each in best.moved] == ["b"]
    assert best.arrives_at == at("11:32") + timedelta(minutes=best.minutes_away)


def test_nobody_promised_is_put_off_and_the_reason_is_said() -> None:
    held = stop("b", "11:40", 60, promised_by_at=at("11:40"), closes_at=at("11:45"))
    full = Round(worker("Sana"), (stop("a", "10:40", 52, is_started=True), held))

    made = offer(Plan((full,)), replace(WANTED, closes_at=at("11:50")), NOW)

    # Only after the promised one, and so late: never before it.
    assert all(not each.is_in_time and each.position == 2 for each in made)
    assert "nobody free can be there sooner" in made[0].why[-1]


def test_a_locked_visit_stays_at_its_time() -> None:
    locked = Round(worker("Sana"), (stop("a", "11:40", 60, is_locked=True),))

    made = offer(Plan((locked,)), WANTED, NOW)

    assert all(each.position == 1 for each in made)


def test_without_the_skill_or_after_the_shift_the_reason_is_named() -> None:
    untrained = Round(worker("Ada", skills=frozenset()))
    gone = Round(worker("Ben", until_at=at("10:00")))
    tired = Round(worker("Cy", until_at=at("11:40")))

    plan = Plan((untrained, gone, tired))

    assert offer(plan, WANTED, NOW) == []
    assert [each.why for each in refusals(plan, WANTED, NOW)] == [
        "is not trained for care",
        "has finished for today",
        "the round would end after the shift",
    ]


def test_an_unknown_address_is_said_and_never_taken_for_no_way_at_all() -> None:
    made = offer(Plan((Round(worker("Sana")),)), replace(WANTED, point=None), NOW)

    assert made[0].minutes_away == Travel().unknown_minutes
    assert not made[0].is_distance_known
    assert "not known" in made[0].why[0]


def test_the_great_circle_agrees_with_a_known_distance() -> None:
    """London to Paris, about 344 km by published great-circle tables."""
    assert abs(great_circle_km(Point(51.5074, -0.1278), Point(48.8566, 2.3522)) - 343.6) < 1


@given(
    starts=st.lists(st.integers(0, 300), min_size=0, max_size=7),
    lasts=st.integers(15, 60),
    grace=st.integers(0, 180),
)
def test_every_offer_can_be_walked_and_breaks_nothing(
    starts: list[int], lasts: int, grace: int
) -> None:
    begins = sorted(starts)
    stops = tuple(
        Stop(
            str(number),
            NOW + timedelta(minutes=minutes),
            NOW + timedelta(minutes=minutes + grace),
            lasts,
            FAR if number % 2 else NEAR,
            NOW + timedelta(minutes=minutes),
        )
        for number, minutes in enumerate(begins)
    )
    whole = Round(worker("Sana", until_at=NOW + timedelta(hours=12)), stops)

    for made in offer(Plan((whole,)), WANTED, NOW):
        check(made, whole)


def check(made: Offer, whole: Round) -> None:
    """Walk the round as offered, by a second reckoning of ours."""
    moved = {each.key: each.after for each in made.moved}
    here, free = whole.worker.starts, NOW
    order = [*whole.stops[: made.position], WANTED, *whole.stops[made.position :]]
    for each in order:
        reached = free + Travel().time(here, each.point, Mode.CAR)
        if each is WANTED:
            begins = made.arrives_at
        else:
            begins = moved.get(each.key, max(reached, each.planned_at or each.opens_at))
            assert begins <= each.latest_at
        assert begins >= reached
        assert begins >= each.opens_at
        here, free = each.point, begins + each.lasts
    assert free <= whole.worker.until_at

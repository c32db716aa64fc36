"""The daily report and the delays against an example reckoned by hand, and what always holds."""

from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from oneplace.science.sitrep import (
    NOT_RECORDED,
    Reasoned,
    StayCounted,
    delays,
    ready_since,
    sitrep,
)

LONDON = ZoneInfo("Europe/London")
ON = date(2026, 3, 12)
FUNDING, HOUSING = ("funding", "Council"), ("housing", "Council")


def day(number: int, hour: int = 10) -> datetime:
    """An hour of a day of March."""
    return datetime(2026, 3, number, hour, tzinfo=LONDON)


STAYS = (
    # Ready since the 2nd and there still: 10 days lost by the 12th; housing joins on the 7th.
    StayCounted(
        "ada", day(1), ready_at=day(2), looked_on=frozenset({ON}),
        waits=(Reasoned("a", FUNDING, day(2)), Reasoned("b", HOUSING, day(7))),
    ),
    # Ready on the 10th, left today at three with help: two days.
    StayCounted("ben", day(8), left_at=day(12, 15), ready_at=day(10), pathway="P1"),
    # Ready and left today, at seven in the evening, without help: no delay.
    StayCounted("cy", day(9), left_at=day(12, 19), ready_at=day(12, 9), pathway="P0"),
    # Died today although ready: in no delay, and not among those who left.
    StayCounted("di", day(3), left_at=day(12, 4), ready_at=day(11), is_death=True),
    # Needs the bed still.
    StayCounted("eve", day(5)),
    # Came today: no night yet.
    StayCounted("flo", day(12, 1), ready_at=day(12, 2)),
    # Left yesterday without a ready date.
    StayCounted("gus", day(4), left_at=day(11)),
    # Left before the period.
    StayCounted("hal", day(1), left_at=day(4), ready_at=day(2)),
)  # fmt: skip


def test_the_report_of_a_day_equals_what_was_counted_by_hand() -> None:
    found = sitrep(STAYS, ON, LONDON)

    assert found.in_beds == ("ada", "ben", "cy", "di", "eve")
    assert found.no_longer_meets == ("ada", "ben", "cy", "di")
    assert found.left == ("ben", "cy")
    assert found.left_by_five == ("ben",)
    assert found.left_by_pathway == (("P0", 1), ("P1", 1))
    assert found.died == ("di",)
    assert found.remains == ("ada",)
    assert found.not_looked_at == ("eve",)
    assert found.long == ((7, 1), (14, 0), (21, 0))
    assert dict(found.reasons) == {FUNDING: Fraction(1, 2), HOUSING: Fraction(1, 2)}


def test_the_delays_equal_what_was_counted_by_hand() -> None:
    found = delays(STAYS, date(2026, 3, 6), ON, day(12, 23), LONDON)

    # Ben 2 days, Cy none; Gus has no ready date; Di died; Hal left before.
    assert (found.left, found.without_ready, found.days) == (3, 1, (0, 2))
    assert (found.on_the_day, found.mean, found.mean_of_delayed) == (1, 1.0, 2.0)
    assert [(low, number) for low, _, number in found.bands if number] == [(0, 1), (2, 1)]
    # Ada on the 6th to the 11th is six days: one of funding alone, five shared by halves, which
    # is 3½ and 2½. Ben on the 10th and 11th and Di on the 11th are nobody's.
    assert found.lost == 9
    assert dict(found.shares) == {
        FUNDING: Fraction(7, 2),
        HOUSING: Fraction(5, 2),
        NOT_RECORDED: Fraction(3),
    }


def test_a_need_for_the_bed_clears_the_ready_date_and_a_later_look_sets_it_anew() -> None:
    looks = [(day(5), True), (day(6), True), (day(8), False), (day(9), False)]

    assert ready_since(day(3), looks) == day(8)
    assert ready_since(day(3), looks[:2]) is None
    assert ready_since(day(7), looks) == day(7)
    assert ready_since(None, looks) is None


_MOMENTS = st.integers(0, 40 * 24).map(lambda hours: day(1) + timedelta(hours=hours))


@st.composite
def _stay(draw: st.DrawFn) -> StayCounted:
    admitted = draw(_MOMENTS)
    left = draw(st.none() | _MOMENTS.map(lambda each: max(each, admitted)))
    waits = []
    for number, opened in enumerate(draw(st.lists(_MOMENTS, max_size=2))):
        closed = draw(st.none() | _MOMENTS)
        reason = draw(st.sampled_from([FUNDING, HOUSING]))
        ends = max(closed, opened) if closed is not None else None
        waits.append(Reasoned(str(number), reason, opened, ends))
    return StayCounted(
        str(draw(st.integers(0, 10**6))), admitted, left, draw(st.none() | _MOMENTS),
        draw(st.sampled_from(["", "P0", "P1"])), draw(st.booleans()), tuple(waits),
    )  # fmt: skip


@given(st.lists(_stay(), max_size=3), st.integers(0, 30))
def test_what_no_longer_meets_is_who_left_died_or_remains_and_the_parts_add_up(
    stays: list[StayCounted], number: int
) -> None:
    on = date(2026, 3, 1) + timedelta(days=number)

    found = sitrep(stays, on, LONDON)
    lost = delays(stays, date(2026, 3, 1), on, day(1) + timedelta(days=number, hours=13), LONDON)

    assert sorted(found.no_longer_meets) == sorted((*found.left, *found.died, *found.remains))
    assert sum(part for _, part in found.reasons) == found.remains_long
    assert sum(part for _, part in lost.shares) == lost.lost
    assert sum(many for _, _, many in lost.bands) == lost.counted == lost.left - lost.without_ready

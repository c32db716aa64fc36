"""What people a huddle took on used in the year before and the year after, with no comparator.

Beside it stands what chance alone would have done: people are picked when their use is high, and
high use falls by itself (`science.regression_to_the_mean`). Nothing here says "because".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import ibis

from oneplace.insight.indicators.asked import Asked, sorts_of
from oneplace.insight.indicators.definition import OLDER
from oneplace.insight.indicators.measuring import months_until
from oneplace.insight.snapshot import Snapshot
from oneplace.science.regression_to_the_mean import ExpectedFall, expected_fall

YEAR: Final = 365
LEAST: Final = 8
"""Fewer people are not told of."""
USES: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "stay_days": ("stay", ("emergency",)),
    "emergency_stays": ("stay", ("emergency",)),
    "attendances": ("attendance", ()),
}
WORDS: Final[Mapping[str, str]] = {
    "stay_days": "days in hospital as an emergency",
    "emergency_stays": "emergency stays",
    "attendances": "attendances at the emergency department",
}


@dataclass(frozen=True)
class BeforeAfter:
    """Means a person: the year before they were taken on, the year after, and by chance alone."""

    use: str
    people: int
    died: int
    """Of those taken on, who died within the year after: they used less for that reason."""
    before: float
    after: float
    fall: ExpectedFall
    from_on: date
    until_on: date


def before_and_after(snapshot: Snapshot, use: str) -> BeforeAfter | None:
    """The years about being taken on, of people taken on at least a year ago; None for few."""
    on = snapshot.manifest.made_on
    asked = Asked(snapshot, months_until(on), on)
    kind, marks = USES[use]
    events = snapshot.table("events")
    ids = sorts_of(snapshot, (kind,), marks, ())
    used = events.filter(events.what.isin(list(ids) or [-1])).select(
        "pseudonym", "happened_on",
        amount=_amount(events, use),
    )  # fmt: skip
    listed_sorts = sorts_of(snapshot, ("care_plan",), ("huddle list",), ())
    listed = events.filter(events.what.isin(list(listed_sorts) or [-1]))
    since = on - timedelta(days=2 * YEAR)
    picked = listed.group_by("pseudonym").agg(begun=listed.happened_on.min())
    picked = picked.filter(
        picked.begun <= ibis.literal(on - timedelta(days=YEAR)),
        picked.begun >= ibis.literal(since + timedelta(days=1)),
    )
    people = asked.people
    picked = picked.inner_join(people.select("pseudonym", "died_on"), "pseudonym")
    around = picked.left_join(used, "pseudonym")
    apart = around.happened_on.delta(around.begun, unit="day")
    each = around.group_by("pseudonym").agg(
        before=around.amount.sum(where=(apart < 0) & (apart >= -YEAR)).fill_null(0.0),
        after=around.amount.sum(where=(apart >= 0) & (apart < YEAR)).fill_null(0.0),
        died=(around.died_on < around.begun + ibis.interval(days=YEAR)).any().fill_null(False),
    )
    found = _one(each.agg(people=each.count(), before=each.before.mean(), after=each.after.mean(),
                          died=each.died.sum()))  # fmt: skip
    everybody = _everybody(people, used, on)
    if found["people"] < LEAST or not found["before"] or everybody["correlation"] is None:
        return None
    fall = expected_fall(
        everybody=everybody["mean"], picked=found["before"], correlation=everybody["correlation"]
    )
    return BeforeAfter(
        use, found["people"], found["died"] or 0, found["before"], found["after"], fall, since, on
    )


def _amount(events: Any, use: str) -> Any:
    if use != "stay_days":
        return ibis.literal(1.0)
    days = events.ended_on.fill_null(events.happened_on).delta(events.happened_on, unit="day")
    return days.cast("float64")


def _everybody(people: Any, used: Any, on: date) -> Mapping[str, Any]:
    """The mean of everybody of 65 and over, and how far one year tells the next."""
    old = people.filter(people.born_month + ibis.interval(years=OLDER + 2) <= ibis.literal(on))
    old = old.filter(old.died_on.isnull()).select("pseudonym")
    joined = old.left_join(used, "pseudonym")
    middle, begin = on - timedelta(days=YEAR), on - timedelta(days=2 * YEAR)
    day = joined.happened_on
    each = joined.group_by("pseudonym").agg(
        first=joined.amount.sum(
            where=(day >= ibis.literal(begin)) & (day < ibis.literal(middle))
        ).fill_null(0.0),
        second=joined.amount.sum(
            where=(day >= ibis.literal(middle)) & (day < ibis.literal(on))
        ).fill_null(0.0),
    )
    # `first` is a method of Ibis' tables as well.
    return _one(
        each.agg(
            mean=each["first"].mean(), correlation=each["first"].corr(each["second"], how="pop")
        )
    )


def _one(table: Any) -> Mapping[str, Any]:
    row: Mapping[str, Any] = table.to_pyarrow().to_pylist()[0]
    return {
        name: None if isinstance(value, float) and value != value else value  # noqa: PLR0124
        for name, value in row.items()
    }

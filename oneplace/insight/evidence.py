"""Reasons that hold, each with the events behind it, the newest's date and source, and its end."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import ibis

from oneplace.insight import counting
from oneplace.insight.marks import IF_MALE, OF_REASON, STAY, Topic
from oneplace.insight.reasons import Reason

MOST_EVENTS: Final = 40
FOREVER: Final = 200 * 365
DEFICIT: Final = 1 << 30
"""A topic of evidence beside those of `Topic`: the event shows a deficit."""
LEFT_STAY: Final = 1 << 29
"""And: somebody left hospital that day."""


def held(scores: Any, reasons: Mapping[str, Reason]) -> Any:
    """Which reasons hold for whom, with the numbers their words say."""
    parts = []
    for code, reason in reasons.items():
        met = scores.filter(reason.when.as_expression(scores))
        parts.append(
            met.select(
                "pseudonym",
                "gender",
                code=ibis.literal(code),
                number=_number(met, reason.number),
                other=_number(met, reason.other),
            )
        )
    return ibis.union(*parts)


def _number(table: Any, column: str) -> Any:
    return table[column].cast("float64") if column else ibis.null("float64")


def topics_of(reason: Reason) -> int:
    """The topics of a reason as bits of evidence."""
    bits = 0
    for word in reason.topics:
        if word == "deficit":
            bits |= DEFICIT
        elif word == "left_stay":
            bits |= LEFT_STAY
        else:
            bits |= int(OF_REASON[word])
    return bits


def _events(shown: Any, *, on: date) -> Any:
    """Every event that can stand behind a reason: when, and by which topics."""
    every = 0
    for topic in OF_REASON.values():
        every |= int(topic)
    real = (1 << IF_MALE) - 1
    topics = (shown.topics & every).cast("int64")
    # An icd10 diagnosis that has no points stands behind no score.
    no_points = (shown.category == 0) & ((shown.topics & int(Topic.EMERGENCY_DIAGNOSIS)) != 0)
    topics = no_points.ifelse(topics & ~int(Topic.EMERGENCY_DIAGNOSIS), topics)
    topics = topics | ((shown.shown & real) != 0).ifelse(DEFICIT, 0)
    is_if_male = (shown.shown & (1 << IF_MALE)) != 0
    by_start = shown.select(
        "pseudonym", "event", "source", day=shown.happened_on, about=topics, is_if_male=is_if_male
    )
    by_start = by_start.filter((by_start.about != 0) | by_start.is_if_male)
    left = shown.filter(counting.is_about(shown, STAY) & (shown.ended_on <= ibis.literal(on)))
    by_end = left.select(
        "pseudonym",
        "event",
        "source",
        day=left.ended_on,
        about=ibis.literal(LEFT_STAY, "int64"),
        is_if_male=ibis.literal(False),
    )
    return by_start.union(by_end)


def evidence(
    *,
    happened: Any,
    holding: Any,
    rules: Any,
    sources: Any,
    reasons: Mapping[str, Reason],
    on: date,
) -> Any:
    """The table of reasons, with the columns of `shapes.REASONS`.

    `happened` are the events of `counting.slim`; `rules` has, by code, its place, the bits of
    topics and the days of the window.
    """
    with_rules = holding.inner_join(rules, "code")
    # First only those events that can stand behind anything this person has.
    wanted = with_rules.group_by("pseudonym").agg(
        wanted=with_rules.topics.bit_or(), gender=with_rules.gender.max()
    )
    told = _events(happened, on=on).inner_join(wanted, "pseudonym")
    male = (told.is_if_male & (told.gender == "male")).fill_null(False)
    told = told.mutate(about=told.about | male.ifelse(DEFICIT, 0))
    told = told.filter((told.about & told.wanted) != 0)
    told = told.select("pseudonym", "event", "source", "day", "about")
    numbered = with_rules.select("pseudonym", "rule", "topics", "window")
    both = told.inner_join(numbered, "pseudonym")
    age = ibis.literal(on).delta(both.day, unit="day")
    behind = both.filter(((both.about & both.topics) != 0) & (age <= both.window))
    behind = behind.inner_join(sources, "source")
    one = behind.group_by("pseudonym", "rule", "event").agg(
        day=behind.day.max(), source=behind.name.max()
    )
    each = ibis.struct({"day": one.day, "event": one.event, "source": one.source})
    by_day = [place for place, reason in enumerate(reasons.values()) if reason.by_day]
    listed = one.group_by("pseudonym", "rule").agg(
        listed=each.collect(order_by=[one.day.desc(), one.event.desc()]),
        different_days=one.day.collect(
            where=one.rule.isin(by_day), order_by=one.day.desc(), distinct=True
        ),
    )
    with_number = with_rules.drop("topics", "window", "gender")
    whole = with_number.left_join(listed, ["pseudonym", "rule"])
    whole = whole.drop("pseudonym_right", "rule_right")
    whole = whole.mutate(
        days=whole.listed.map(lambda told: told["day"]),
        events=whole.listed.map(lambda told: told["event"]),
    )
    newest = [code for code, reason in reasons.items() if reason.newest]
    return whole.select(
        "pseudonym",
        "code",
        "number",
        "other",
        on=whole.days[0],
        source=whole.listed[0]["source"],
        event_ids=whole.code.isin(newest).ifelse(whole.events[0:1], whole.events[0:MOST_EVENTS]),
        leaves_on=_leaves_on(whole, reasons),
    )


def _leaves_on(table: Any, reasons: Mapping[str, Reason]) -> Any:
    """The latest of the days on which what a reason rests on grows too old."""
    cases = []
    for code, reason in reasons.items():
        if not reason.leaves_after:
            continue
        days = table.different_days if reason.by_day else table.days
        ends = [
            (days[place - 1] + ibis.interval(days=after + 1)).cast("date")
            for place, after in reason.leaves_after
        ]
        latest = ends[0]
        for end in ends[1:]:
            # Null where there are not so many.
            latest = ibis.greatest(latest, end)
        cases.append((table.code == code, latest))
    return ibis.cases(*cases, else_=ibis.null("date"))

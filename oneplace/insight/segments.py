"""Segments of the whole population, of every age: who needs what sort of care, counted.

Our own grouping, for planning only; each person is in the first that fits. Counts of few people are
not told, nor what would give them away.
"""

from typing import Any, Final

import ibis
import pyarrow as pa

from oneplace.insight.marks import Marks, Topic
from oneplace.insight.suppression import suppressed

SEGMENTS: Final = {
    "end_of_life": "Last years of life",
    "frailty": "Frailty or dementia",
    "complex": "Four or more long-term conditions",
    "mental_or_learning": "Serious mental illness or learning disability",
    "long_term": "One to three long-term conditions",
    "child": "Children without a long-term condition",
    "adult": "Adults without a long-term condition",
    "unknown": "Age not known, no long-term condition",
}
"""Segments by key, in the order in which they are asked."""
COMPLEX: Final = 4
RECORDED_FRAILTY: Final = 6
ADULT: Final = 18


def segment(table: Any, marks: Marks) -> Any:
    """The segment of each row of the scored table."""
    bits = table.long_term_bits
    dementia = (bits & marks.condition("dementia")) != 0
    mind = marks.condition("serious-mental-illness") | marks.condition("learning-disability")
    frail = (
        table.frailty_band.isin(("moderate", "severe")).fill_null(False)
        | (table.clinical_frailty >= RECORDED_FRAILTY).fill_null(False)
        | dementia
    )
    return ibis.cases(
        ((table.topic_bits & int(Topic.END_OF_LIFE)) != 0, "end_of_life"),
        (frail, "frailty"),
        (table.long_term_conditions >= COMPLEX, "complex"),
        ((bits & mind) != 0, "mental_or_learning"),
        (table.long_term_conditions >= 1, "long_term"),
        (table.age < ADULT, "child"),
        (table.age >= ADULT, "adult"),
        else_="unknown",
    )


def counted(scores: Any, reasons: Any, least: int) -> pa.Table:
    """People of each segment, of the place and of each practice, small counts left out."""
    with_reason = reasons.select("pseudonym").distinct().mutate(has_reason=True)
    each = scores.left_join(with_reason, "pseudonym")
    each = each.select("segment", "practice", has_reason=each.has_reason.fill_null(False))
    whole = each.group_by("segment").agg(people=each.count(), with_reasons=each.has_reason.sum())
    whole = whole.mutate(practice=ibis.null("string"))
    named = each.filter(each.practice.notnull())
    practices = named.group_by("segment", "practice").agg(
        people=named.count(), with_reasons=named.has_reason.sum()
    )
    # With the groups of which a practice has nobody: a nought may have to be left out, too.
    grid = whole.select("segment").cross_join(practices.select("practice").distinct())
    practices = grid.left_join(practices, ["segment", "practice"])
    practices = practices.mutate(
        people=practices.people.fill_null(0), with_reasons=practices.with_reasons.fill_null(0)
    )
    columns = ("segment", "practice", "people", "with_reasons")
    both = whole.select(*columns).union(practices.select(*columns))
    # In an order, so that the same run leaves out the same.
    both = both.order_by("segment", "practice").to_pyarrow()
    return suppressed(
        both, counts=("people", "with_reasons"), row="segment", within="practice", least=least
    )

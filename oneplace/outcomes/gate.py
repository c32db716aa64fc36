"""The gate: counts of groups leave for a page or a publication through here and nowhere else.

What the numbers may show `science.suppression` decides; here groups get their names, their place
in the funnel and the words why one is left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from oneplace.insight.indicators import Definition
from oneplace.outcomes.wording import amount
from oneplace.science import suppression
from oneplace.science.spc.funnel import Area, funnel
from oneplace.vocabulary.terms import EthnicCategory, MeasureUnit

SAYS: Mapping[str, str] = {
    "similar": "like the whole",
    "high": "higher than the whole (95 %)",
    "low": "lower than the whole (95 %)",
    "very_high": "higher than the whole (99.8 %)",
    "very_low": "lower than the whole (99.8 %)",
}


@dataclass(frozen=True)
class GroupLine:
    """One group as it may be shown."""

    key: str
    name: str
    numerator: str
    denominator: str
    value: str
    number: float | None
    """The value for drawing; None where it is left out."""
    people: int | None
    says: str
    why: str
    """Why it is left out."""


def gated(
    definition: Definition, grouping: str, parts: Mapping[str, tuple[float, float]]
) -> tuple[GroupLine, ...]:
    """Groups through the gate."""
    bottoms = {key: round(each[1]) for key, each in parts.items()}
    if definition.unit in (MeasureUnit.DAYS, MeasureUnit.SCORE):
        return _means(definition, grouping, parts, suppression.row(bottoms))
    counts = {key: (round(each[0]), bottoms[key]) for key, each in parts.items()}
    if definition.unit is MeasureUnit.PER_CENT:
        shares = suppression.shares(counts)
    else:
        tops = suppression.row({key: each[0] for key, each in counts.items()})
        people = suppression.row(bottoms)
        shares = {key: suppression.Share(tops[key], people[key]) for key in counts}
    says = _placed(definition, shares)
    return tuple(
        _line(definition, grouping, key, shares[key], says.get(key, ""))
        for key in sorted(parts, key=lambda key: _order(grouping, key))
    )


def _line(
    definition: Definition, grouping: str, key: str, share: suppression.Share, says: str
) -> GroupLine:
    value = share.value
    number = None if value is None else value * definition.multiplier
    why = share.why
    return GroupLine(
        key,
        named(grouping, key),
        share.numerator.words,
        share.denominator.words,
        "left out" if number is None else amount(definition, number),
        number,
        share.denominator.shown,
        SAYS.get(says, ""),
        why.label if why is not None else "",
    )


def _means(
    definition: Definition,
    grouping: str,
    parts: Mapping[str, tuple[float, float]],
    people: Mapping[str, suppression.Cell],
) -> tuple[GroupLine, ...]:
    lines = []
    for key in sorted(parts, key=lambda key: _order(grouping, key)):
        top, bottom = parts[key]
        cell = people[key]
        number = top / bottom if cell.shown and bottom >= definition.least else None
        lines.append(
            GroupLine(
                key,
                named(grouping, key),
                "",
                cell.words,
                "left out" if number is None else amount(definition, number),
                number,
                cell.shown,
                "",
                cell.why.label
                if cell.why is not None
                else ("" if number is not None else definition.too_few),
            )
        )
    return tuple(lines)


def _placed(definition: Definition, shares: Mapping[str, suppression.Share]) -> Mapping[str, str]:
    """Where each shown group stands in the funnel of those shown."""
    areas = [
        Area(key, min(share.numerator.shown or 0, share.denominator.shown), share.denominator.shown)
        for key, share in shares.items()
        if share.value is not None and share.denominator.shown
    ]
    if len(areas) < 2 or not any(area.events for area in areas):
        return {}
    is_rate = definition.unit is MeasureUnit.RATE
    return {each.area.key: each.says for each in funnel(areas, is_rate=is_rate).placed}


def named(grouping: str, key: str) -> str:
    """What a group is called."""
    if grouping == "place":
        return str(settings.PLACE.name)
    if not key:
        return "Not known"
    if grouping == "practice":
        return next((each.name for each in settings.PLACE.practices if each.code == key), key)
    if grouping == "network":
        return next((each.name for each in settings.PLACE.networks if each.code == key), key)
    if grouping == "ethnicity":
        return next((each.label for each in EthnicCategory if each.value == key), key)
    return key


def _order(grouping: str, key: str) -> tuple[int, int, str]:
    if key.isdecimal():
        return (0, int(key), "")
    return (1 if key else 2, 0, named(grouping, key))

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
from oneplace.science.intervals import Estimate, proportion, rate
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
    interval: str
    """Its interval of 95 %, of the rounded numbers shown; nothing where it has none."""
    says: str
    """Where it stands in the funnel, by a word of `SAYS`; nothing where it is in none."""
    why: str
    """Why it is left out."""

    @property
    def beside(self) -> str:
        """What it is beside the whole, in words."""
        return SAYS.get(self.says, "")


@dataclass(frozen=True)
class Whole:
    """The whole place over the same months: what groups are held against."""

    top: float
    bottom: float
    months: int

    @property
    def share(self) -> float | None:
        """Its ratio; for a rate that of a month."""
        return self.top / self.bottom if self.bottom else None

    def value_of(self, definition: Definition) -> float | None:
        """Its value in the unit of the definition."""
        return None if self.share is None else self.share * definition.multiplier


@dataclass(frozen=True)
class Gated:
    """Groups through the gate, and the whole's value they are held against."""

    lines: tuple[GroupLine, ...]
    whole: float | None
    """The whole place's value, in the unit of the definition."""
    months: int

    @property
    def placed(self) -> tuple[GroupLine, ...]:
        """Those with a place in the funnel."""
        return tuple(each for each in self.lines if each.says and each.people)


def gated(
    definition: Definition,
    grouping: str,
    parts: Mapping[str, tuple[float, float]],
    *,
    whole: Whole,
) -> Gated:
    """Groups through the gate, each beside the whole.

    A rate's denominator is added up month by month: it is the people behind it, not their months,
    who may be too few to show.
    """
    months = whole.months if definition.is_rate else 1
    bottoms = {key: round(each[1] / months) for key, each in parts.items()}
    ordered = sorted(parts, key=lambda key: _order(grouping, key))
    if definition.unit in (MeasureUnit.DAYS, MeasureUnit.SCORE):
        people = suppression.row(bottoms)
        lines = [_mean(definition, grouping, key, parts[key], people[key]) for key in ordered]
        return Gated(tuple(lines), whole.value_of(definition), months)
    counts = {key: (round(each[0]), bottoms[key]) for key, each in parts.items()}
    if definition.is_rate:
        tops = suppression.row({key: each[0] for key, each in counts.items()})
        people = suppression.row(bottoms)
        few = suppression.Cell(None, suppression.Why.FEW)
        shares = {
            key: suppression.Share(few if people[key].why is few.why else tops[key], people[key])
            for key in counts
        }
    else:
        shares = suppression.shares(counts)
    says = _placed(definition, shares, whole, months)
    return Gated(
        tuple(
            _line(definition, (key, named(grouping, key)), shares[key], says.get(key, ""), months)
            for key in ordered
        ),
        whole.value_of(definition),
        months,
    )


def _line(
    definition: Definition,
    group: tuple[str, str],
    share: suppression.Share,
    says: str,
    months: int,
) -> GroupLine:
    found = _estimate(definition, share, months)
    number = None if found is None else found.value
    why = share.why
    return GroupLine(
        *group,
        share.numerator.words,
        share.denominator.words,
        "left out" if number is None else amount(definition, number),
        number,
        share.denominator.shown,
        "" if found is None else f"{found.lower:.1f} to {found.upper:.1f}",
        says,
        why.label if why is not None else "",
    )


def _estimate(definition: Definition, share: suppression.Share, months: int) -> Estimate | None:
    """The value of the rounded numbers with its interval, so that neither tells of the true."""
    top, bottom = share.numerator.shown, share.denominator.shown
    if top is None or not bottom:
        return None
    if definition.is_rate:
        return rate(top, bottom * months, multiplier=definition.multiplier)
    return proportion(min(top, bottom), bottom, multiplier=definition.multiplier)


def _mean(
    definition: Definition,
    grouping: str,
    key: str,
    part: tuple[float, float],
    cell: suppression.Cell,
) -> GroupLine:
    top, bottom = part
    number = top / bottom if cell.shown and bottom >= definition.least else None
    why = "" if number is not None else definition.too_few
    return GroupLine(
        key,
        named(grouping, key),
        "",
        cell.words,
        "left out" if number is None else amount(definition, number),
        number,
        cell.shown,
        "",
        "",
        cell.why.label if cell.why is not None else why,
    )


def _placed(
    definition: Definition, shares: Mapping[str, suppression.Share], whole: Whole, months: int
) -> Mapping[str, str]:
    """Where each shown group stands in the funnel about the whole."""
    areas = [
        Area(
            key,
            min(share.numerator.shown or 0, share.denominator.shown)
            if not definition.is_rate
            else share.numerator.shown or 0,
            share.denominator.shown * months,
        )
        for key, share in shares.items()
        if share.value is not None and share.denominator.shown
    ]
    if len(areas) < 2 or not whole.share:
        return {}
    found = funnel(areas, is_rate=definition.is_rate, value=whole.share)
    return {each.area.key: each.says for each in found.placed}


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

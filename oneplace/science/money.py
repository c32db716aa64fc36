"""Money in whole pence: reading a sum, dividing it to the penny, covering and forecasting. Pure.

Every sum is an integer of pence, so nothing is lost by rounding; a division always adds up to what
was divided and says how. A sum that cannot be read is an error, never a quiet nought.

Sources: the largest-remainder method (Hamilton); order in which an overspend is covered: published
agreements under section 75 of the National Health Service Act 2006; discounting: HM Treasury, The
Green Book (Open Government Licence v3.0).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

CURRENCY: Final = "GBP"
MOST_PENCE: Final = 10**15
"""Ten thousand thousand million pounds: a longer number was typed by mistake."""
DISCOUNT_RATE: Final = Decimal("0.035")
"""Real, for the first thirty years (Green Book; under review since December 2025)."""
_POUNDS: Final = re.compile(r"^([-−]?)£?\s*(\d{1,3}(?:[,\s]\d{3})+|\d+)(?:\.(\d+))?$")
_OTHER: Final = re.compile(r"[€$¥]|\b(?:EUR|USD|[A-Z]{3})\b")
_DAYS_A_WEEK: Final = 7


class NotMoney(ValueError):
    """A sum that cannot be taken; the message says why and how to write it."""


def pence(text: str) -> int:
    """The pence of a sum written in pounds, such as `£1,250.50`.

    Raises `NotMoney` for another currency, two sums, a part of a penny or anything not understood.
    """
    given = text.strip().replace("GBP", "").strip()
    if not given:
        raise NotMoney("Write a sum in pounds, such as 1,250.50.")
    if given.count("£") > 1 or _OTHER.search(given):
        raise NotMoney(
            "The fund is kept in pounds. Write one sum in pounds; what was paid in another "
            "currency is written with what the bank took for it."
        )
    found = _POUNDS.match(given)
    if found is None:
        raise NotMoney(f"“{text.strip()[:40]}” is not a sum. Write it in pounds, such as 1,250.50.")
    sign, whole, part = found.groups()
    part = part or ""
    if len(part) > 2 and part[2:].strip("0"):
        raise NotMoney("There is no part of a penny: write two figures after the point.")
    if len(part) == 1 or len(part) > 2:
        raise NotMoney("Write two figures after the point, or none, such as 1,250.50 or 1,250.")
    value = int(re.sub(r"[,\s]", "", whole)) * 100 + int(part or 0)
    if value > MOST_PENCE:
        raise NotMoney("This is more money than the country has. Check the number.")
    return -value if sign else value


def pounds(value: int) -> str:
    """A sum as people read it: `£1,250.50`, and without pence where there are none."""
    sign = "−" if value < 0 else ""
    whole, rest = divmod(abs(value), 100)
    return f"{sign}£{whole:,}" + (f".{rest:02d}" if rest else "")


@dataclass(frozen=True)
class Share:
    """One party's part of a divided sum, with what it was worked out from."""

    code: str
    weight: Decimal
    # The exact part before anything was rounded, in pence, with six decimal places.
    exact: Decimal
    pence: int
    # One more or less than the whole pence of the exact part, and why.
    has_last_penny: bool

    def words(self, total: int) -> str:
        """The working of this part in a sentence."""
        part = f"{pounds(self.pence)}: its exact part is {self.exact / 100:,.4f} pounds"
        if self.has_last_penny:
            return f"{part}; it bears one penny left over, its remainder being among the largest"
        return part


def divide(total: int, weights: Mapping[str, Decimal | int]) -> tuple[Share, ...]:
    """A sum of pence divided by weights to the penny, in the order of the codes.

    Largest remainder: each gets the whole pence of its exact part, and the pence left over go to
    the largest remainders, ties by code. A sum below nought mirrors the same sum above it. Raises
    `ValueError` without parties, for a weight below nought and where all weights are nought.
    """
    if not weights:
        raise ValueError("There is nobody to divide among.")
    parts = {code: Fraction(weight) for code, weight in weights.items()}
    if any(weight < 0 for weight in parts.values()):
        raise ValueError("A share cannot be below nought.")
    whole = sum(parts.values())
    if whole == 0:
        raise ValueError("All shares are nought, so nothing says how to divide.")
    exact = {code: abs(total) * weight / whole for code, weight in parts.items()}
    floors = {code: value.numerator // value.denominator for code, value in exact.items()}
    left = abs(total) - sum(floors.values())
    by_remainder = sorted(parts, key=lambda code: (floors[code] - exact[code], code))
    last = frozenset(by_remainder[:left])
    sign = -1 if total < 0 else 1
    return tuple(
        Share(
            code=code,
            weight=Decimal(str(weights[code])),
            exact=sign * _decimal(exact[code]),
            pence=sign * (floors[code] + (code in last)),
            has_last_penny=code in last,
        )
        for code in sorted(parts)
    )


def _decimal(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.000001"))


@dataclass(frozen=True)
class Cover:
    """What covers one step of an overspend, and how much is left after it."""

    step: str
    pence: int
    left: int


OVERSPEND_STEPS: Final = (
    "Underspends in the same fund",
    "The risk reserve",
    "Schemes not committed yet",
    "The partners, as they contribute",
)
"""The order in which an overspend is covered; the last takes whatever is left."""


def cover_overspend(
    overspend: int, *, underspends: int = 0, reserve: int = 0, uncommitted: int = 0
) -> tuple[Cover, ...]:
    """How an overspend is covered, step by step in the order of `OVERSPEND_STEPS`.

    Each step is used up before the next. Raises `ValueError` for a sum below nought.
    """
    available = (underspends, reserve, uncommitted)
    if overspend < 0 or any(sum_ < 0 for sum_ in available):
        raise ValueError("An overspend and what covers it are not below nought.")
    left, steps = overspend, []
    for step, most in zip(OVERSPEND_STEPS, (*available, overspend), strict=True):
        taken = min(left, most)
        left -= taken
        steps.append(Cover(step, taken, left))
    return tuple(steps)


@dataclass(frozen=True)
class Promise:
    """A commitment: so many pence a week from a day, to a day or until it is ended."""

    line: str
    pence_a_week: int
    from_on: date
    until_on: date | None = None


@dataclass(frozen=True)
class Outlook:
    """What a line is forecast to have cost by the end of the year, with its parts."""

    line: str
    spent: int
    spent_until_on: date | None
    promised: int
    forecast: int
    missing: tuple[date, ...] = ()
    """Months before the last in the ledger that are not in it: what was promised counts."""

    @property
    def words(self) -> str:
        """The working in a sentence."""
        until = f"spent to {self.spent_until_on:%-d %B %Y}" if self.spent_until_on else "spent yet"
        said = f"{pounds(self.spent)} {until}, and {pounds(self.promised)} promised after it"
        if not self.missing:
            return said
        months = ", ".join(f"{month:%B %Y}" for month in self.missing)
        return f"{said} and for {months}, of which no ledger tells"


def week_of_hours(hours: Decimal, pence_an_hour: int) -> int:
    """What so many hours a week cost in a week, in whole pence, halves upward."""
    return int((hours * pence_an_hour).quantize(Decimal(1), ROUND_HALF_UP))


def promised_between(promise: Promise, first: date, last: date) -> int:
    """What a promise costs from a day to a day, both included: by the day, a seventh of a week."""
    start = max(promise.from_on, first)
    end = last if promise.until_on is None else min(promise.until_on, last)
    if end < start:
        return 0
    days = (end - start).days + 1
    return int(
        (Decimal(promise.pence_a_week) * days / _DAYS_A_WEEK).quantize(Decimal(1), ROUND_HALF_UP)
    )


def outlook(
    spent: Mapping[str, Mapping[date, int]],
    promises: Sequence[Promise],
    *,
    starts_on: date,
    ends_on: date,
) -> tuple[Outlook, ...]:
    """The forecast of each line: what its ledger shows, and what is promised after the last month.

    `spent` is pence by line and first day of month. A line's promises count from the day after its
    last month in the ledger, so that no week is counted twice; without any, from the year's start.
    A month that the ledger passes over is no nought: what was promised for it counts, and it is
    named.
    """
    lines = sorted({*spent, *(promise.line for promise in promises)})
    found = []
    for line in lines:
        months = spent.get(line, {})
        until = _end_of_month(max(months)) if months else None
        first = until + timedelta(days=1) if until else starts_on
        missing = _passed_over(months, starts_on)
        promised = sum(
            promised_between(promise, begins, ends)
            for promise in promises
            if promise.line == line
            for begins, ends in [
                *((month, _end_of_month(month)) for month in missing),
                (first, ends_on),
            ]
        )
        total = sum(months.values())
        found.append(Outlook(line, total, until, promised, total + promised, missing))
    return tuple(found)


def _passed_over(months: Mapping[date, int], starts_on: date) -> tuple[date, ...]:
    """Months from the start on, before the last in a ledger, that are not in it."""
    if not months:
        return ()
    found, month = [], starts_on.replace(day=1)
    while month < max(months):
        if month not in months:
            found.append(month)
        month = _end_of_month(month) + timedelta(days=1)
    return tuple(found)


def _end_of_month(first: date) -> date:
    following = first.replace(day=28) + timedelta(days=4)
    return following.replace(day=1) - timedelta(days=1)


def present_value(flows: Sequence[int], rate: Decimal = DISCOUNT_RATE) -> Decimal:
    """The present value of a yearly flow of pence, year 0 not discounted (Green Book).

    Returns pence with two decimal places. The rate is real, as a part of one.
    """
    total = sum(
        (Decimal(flow) / (1 + rate) ** year for year, flow in enumerate(flows)), start=Decimal(0)
    )
    return total.quantize(Decimal("0.01"), ROUND_HALF_UP)

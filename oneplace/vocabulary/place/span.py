"""A length of time as a place writes it: "2 hours", "7 working days", "6 weeks"."""

import re
from datetime import timedelta
from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, model_validator

from oneplace.vocabulary.place.part import Part, WrongError
from oneplace.vocabulary.terms.arriving import SpanUnit

_WRITTEN: Final = re.compile(r"(?P<amount>[0-9]+)\s+(?P<unit>[a-z]+(?: [a-z]+)?)")
_SECONDS_IN: Final = {
    SpanUnit.SECONDS: 1,
    SpanUnit.MINUTES: 60,
    SpanUnit.HOURS: 3_600,
    SpanUnit.DAYS: 86_400,
    SpanUnit.WEEKS: 604_800,
}
# For comparing lengths only, never for reckoning a due time: a working day is 1.4 days of the
# calendar (7 over 5), a month 30.44 days (365.25 over 12).
_ROUGH_SECONDS_IN: Final = {
    **_SECONDS_IN,
    SpanUnit.WORKING_DAYS: 120_960,
    SpanUnit.MONTHS: 2_630_016,
}


class Span(Part):
    """A length of time: a whole number and a unit."""

    amount: int
    unit: SpanUnit

    @model_validator(mode="before")
    @classmethod
    def _from_words(cls, given: Any) -> Any:
        if not isinstance(given, str):
            if isinstance(given, dict | Span):
                return given
            raise WrongError(
                f"{given!r} is not a length of time",
                'Write a whole number and a unit in quotes, like "2 hours" or "7 working days".',
            )
        match = _WRITTEN.fullmatch(given.strip().lower())
        unit = _unit(match["unit"]) if match else None
        if match is None or unit is None:
            raise WrongError(
                f'"{given}" is not a length of time',
                'Write a whole number and a unit, like "2 hours", "7 working days" or "6 weeks".',
            )
        return {"amount": int(match["amount"]), "unit": unit}

    @model_validator(mode="after")
    def _must_pass(self) -> Self:
        if self.amount < 1:
            raise WrongError(
                "a length of time cannot be nought", 'Write at least one, like "1 day".'
            )
        return self

    @property
    def words(self) -> str:
        """The span as it is shown: "1 hour", "7 working days"."""
        label = self.unit.label
        return f"{self.amount} {label.removesuffix('s') if self.amount == 1 else label}"

    @property
    def rhythm(self) -> str:
        """The span as something that comes back: "every hour", "every 15 minutes"."""
        return f"every {self.words.removeprefix('1 ') if self.amount == 1 else self.words}"

    @property
    def timedelta(self) -> timedelta:
        """The exact length; raises `ValueError` for working days and months, which have none."""
        if self.unit not in _SECONDS_IN:
            message = f"{self.words} has no fixed length: reckon it with the place's calendar."
            raise ValueError(message)
        return timedelta(seconds=self.amount * _SECONDS_IN[self.unit])

    def is_longer_than(self, other: "Span") -> bool:
        """Whether this is longer than the other, weekends and months taken at their average."""
        return self._rough_seconds > other._rough_seconds

    @property
    def _rough_seconds(self) -> int:
        return self.amount * _ROUGH_SECONDS_IN[self.unit]


def _unit(word: str) -> SpanUnit | None:
    plural = word if word.endswith("s") else f"{word}s"
    plural = {"hs": "hours"}.get(plural, plural)
    return next((unit for unit in SpanUnit if unit.label == plural), None)


def _exact(span: Span) -> Span:
    if span.unit not in _SECONDS_IN:
        raise WrongError(
            f'"{span.words}" is not the same length at every time of the year',
            "Write it in seconds, minutes, hours, days or weeks.",
        )
    return span


ExactSpan = Annotated[Span, AfterValidator(_exact)]
"""A span whose `timedelta` is always there: no months, no working days."""

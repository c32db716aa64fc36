"""The clocks a place runs: what starts each, what stops it, and how long it may take."""

from datetime import time
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from oneplace.vocabulary.place.part import Key, Part, Words, WrongError
from oneplace.vocabulary.place.span import Span
from oneplace.vocabulary.terms.arriving import ClockKind, ClockMoment, DayKind
from oneplace.vocabulary.terms.work import Role, Weekday

# These kinds say nothing without a target; the others may not have one.
_WITH_TARGET = (ClockKind.DEADLINE, ClockKind.WINDOW, ClockKind.LEAD_TIME, ClockKind.CHECK_ON)


class ServiceHours(Part):
    """When something is open; a closing time at or before the opening is on the next day."""

    key: Key
    words: Words
    days: tuple[Weekday, ...] = Field(min_length=1)
    opens: time | None = None
    closes: time | None = None
    all_day: bool = False
    bank_holidays: bool = False

    @model_validator(mode="after")
    def _opens_and_closes(self) -> Self:
        if self.all_day and (self.opens or self.closes):
            raise WrongError(
                "it says all_day and also an opening or closing time",
                "Keep one of the two.",
            )
        if not self.all_day and (self.opens is None or self.closes is None):
            raise WrongError(
                "an opening or closing time is missing",
                "Write opens and closes, like 08:00:00 and 20:00:00, or all_day = true.",
            )
        if self.opens is not None and self.opens == self.closes:
            raise WrongError(
                "it opens and closes at the same time",
                "Write all_day = true if it never closes, or correct the times.",
            )
        if len(set(self.days)) != len(self.days):
            raise WrongError("a day comes twice", "Write each day once.")
        return self


class PauseRule(Part):
    """A listed rule by which a clock stands still; clocks pause for nothing else."""

    key: Key
    words: Words


class Clock(Part):
    """One clock."""

    key: Key
    rule: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]*-[0-9]+$")]
    name: Words
    kind: ClockKind
    starts: ClockMoment
    starts_when: Words
    stops: ClockMoment
    stops_when: Words
    target: Span | None = None
    # For a window the shortest that is right; for a deadline the time aimed at within the target.
    least: Span | None = None
    # Share of clocks that must keep the target, and the share a partner has claimed, 0 to 1.
    expected_share: Annotated[float, Field(gt=0, le=1)] | None = None
    claimed_share: Annotated[float, Field(gt=0, le=1)] | None = None
    days: DayKind = DayKind.EVERY_DAY
    hours: Key
    warn_before: tuple[Span, ...] = ()
    pauses: tuple[Key, ...] = ()
    watched_by: tuple[Role, ...] = ()
    note: str = ""
    source: Words
    to_verify: bool = False

    @model_validator(mode="after")
    def _well_formed(self) -> Self:
        if self.starts == self.stops:
            raise WrongError(
                "it starts and stops at the same moment",
                "Choose different moments for starts and stops.",
            )
        if self.kind in _WITH_TARGET and self.target is None:
            raise WrongError(
                f"a clock of kind {self.kind.value} needs a target",
                'Write one, like target = "2 hours", or make its kind "measured".',
            )
        if self.kind is ClockKind.MEASURED and self.target is not None:
            raise WrongError(
                "a measured clock has no target",
                'Take the target out, or make its kind "deadline".',
            )
        if self.kind is ClockKind.WINDOW and self.least is None:
            raise WrongError("a window needs its least", 'Write one, like least = "12 weeks".')
        if self.target is not None:
            self._within_target(self.target)
        elif self.least or self.warn_before or self.expected_share:
            raise WrongError(
                "least, warn_before and expected_share mean nothing without a target",
                "Write a target, or take them out.",
            )
        return self

    def _within_target(self, target: Span) -> None:
        if self.least is not None and self.least.is_longer_than(target):
            raise WrongError(
                f"its least, {self.least.words}, is longer than its target, {target.words}",
                "Exchange the two, or correct one.",
            )
        for warning in self.warn_before:
            if not target.is_longer_than(warning):
                raise WrongError(
                    f"it warns {warning.words} before a target of {target.words}: before it starts",
                    "Make the warning shorter than the target.",
                )

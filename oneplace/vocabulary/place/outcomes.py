"""What residents asked of a place, and what its programme has claimed of itself in public."""

from datetime import date
from typing import Self

from pydantic import Field, model_validator

from oneplace.vocabulary.place.part import Key, Part, Words, WrongError
from oneplace.vocabulary.terms.governing import ClaimVerdict


class Statement(Part):
    """One thing residents asked for, in their own words."""

    key: Key
    words: Words


class Reading(Part):
    """One way to read a claim, held against our own rows."""

    key: Key
    words: Words
    # The indicator, and its variant where another is meant than the definition itself.
    indicator: Key | None = None
    variant: Key | None = None
    # A before-and-after of people a huddle took on: `stay_days`, `emergency_stays`, `attendances`,
    # `requests`.
    before_and_after: Key | None = None
    # Why our rows cannot answer it.
    cannot: str = ""

    @model_validator(mode="after")
    def _one_answer(self) -> Self:
        if sum(map(bool, (self.indicator, self.before_and_after, self.cannot))) != 1:
            raise WrongError(
                "a reading has one answer",
                "Write indicator, before_and_after, or why it cannot be answered.",
            )
        return self


class Claim(Part):
    """Something the programme said of itself: its words, whose, when, and how it may be read."""

    key: Key
    words: Words
    figure: Words
    source: Words
    said_on: date
    # What must be said before anybody could work it out.
    undefined: tuple[Words, ...] = Field(min_length=1)
    readings: tuple[Reading, ...] = Field(min_length=1)
    verdict: ClaimVerdict
    why: Words
    # Words by which it may be told, and those it may not use.
    may_say: tuple[Words, ...] = ()
    may_not_say: tuple[Words, ...] = ()

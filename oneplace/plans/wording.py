"""Which measures this place may ask, and their words: the product's own, or the place's file."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from oneplace.kit.refusals import Refused
from oneplace.science.instruments import (
    Instrument,
    Item,
    Wording,
    WordingRefused,
    instruments,
    why_not_ask,
    wording,
)


@dataclass(frozen=True)
class Asked:
    """A measure as it is asked here."""

    instrument: Instrument
    words: Wording | None
    why_not: str
    """Why it may not be asked here; empty where it may."""

    def words_of(self, item: Item) -> str:
        """The question as it is asked."""
        return self.words.items[item.code] if self.words else item.words or item.label

    def answers_of(self, item: Item) -> Mapping[int, str]:
        """The answers that may be chosen, with their words where they have any."""
        if item.options:
            return item.options
        named = self.words.answers if self.words else {}
        return {number: named.get(number, "") for number in range(item.least, item.most + 1)}


def folder() -> Path:
    """Where a place lays the words of measures it has registered for."""
    found: Path = settings.DATA_FOLDER / "wording"
    return found


def words_of(instrument: Instrument) -> Wording | None:
    """The place's own words for a measure; raises `WordingRefused` for a file that is wrong."""
    return wording(folder(), instrument)


def asked(instrument: Instrument) -> Asked:
    """A measure as it is asked here, or why not."""
    try:
        words = words_of(instrument)
    except WordingRefused as wrong:
        return Asked(instrument, None, f"The wording file cannot be used: {wrong}")
    return Asked(instrument, words, why_not_ask(instrument, words) or "")


def all_asked() -> list[Asked]:
    """Every measure the product knows, as it is asked here."""
    return [asked(one) for one in instruments().values()]


def asked_by_code(code: str) -> Asked:
    """A measure by its code; raises `Refused` for one nobody knows."""
    known = instruments().get(code)
    if known is None:
        raise Refused(f"No measure is called {code}.", field="instrument")
    return asked(known)

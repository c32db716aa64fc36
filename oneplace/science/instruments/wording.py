"""The words of an instrument a place has registered for: its own file, never in the product."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from oneplace.science.instruments.pack import Instrument


class WordingRefused(ValueError):
    """A wording file cannot be used; names the file and the key, and says what to do."""


@dataclass(frozen=True)
class Wording:
    """What a place may show: its registration, and the words of items and answers."""

    instrument: str
    registered_to: str
    registration: str
    registered_on: date
    lead: str
    items: Mapping[str, str]
    answers: Mapping[int, str]


def file_of(folder: Path, instrument: Instrument) -> Path:
    """Where a place lays the words of an instrument."""
    return folder / f"{instrument.code}.toml"


def wording(folder: Path, instrument: Instrument) -> Wording | None:
    """The place's words for an instrument, or None where it has added none.

    The file has `registered_to`, `registration`, `registered_on`, `lead`, a table `items` with the
    words by item code, and `answers` with the words by number. Raises `WordingRefused`.
    """
    path = file_of(folder, instrument)
    if not path.is_file():
        return None
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise WordingRefused(f"{path.name}: {wrong}") from None
    for key in ("registered_to", "registration", "registered_on", "items"):
        if not told.get(key):
            raise WordingRefused(
                f"{path.name}: {key} is missing. The file stands for your registration with "
                f"{instrument.register_with or 'the owners'}: write down whose it is, its number "
                "and its day."
            )
    if not isinstance(told["registered_on"], date):
        raise WordingRefused(f"{path.name}: registered_on is no day, such as 2026-01-31.")
    items = {str(code): str(words).strip() for code, words in told["items"].items()}
    wanted = [item.code for item in instrument.items]
    missing = [code for code in wanted if not items.get(code)]
    if missing or set(items) - set(wanted):
        strange = sorted(set(items) - set(wanted))
        raise WordingRefused(
            f"{path.name}: words are needed for items {', '.join(wanted)}"
            + (f"; missing: {', '.join(missing)}" if missing else "")
            + (f"; of no item: {', '.join(strange)}" if strange else "")
            + "."
        )
    return Wording(
        instrument=instrument.code,
        registered_to=str(told["registered_to"]),
        registration=str(told["registration"]),
        registered_on=told["registered_on"],
        lead=str(told.get("lead", "")),
        items=items,
        answers=_answers(told.get("answers", {}), path),
    )


def _answers(told: Mapping[str, str], path: Path) -> dict[int, str]:
    try:
        return {int(number): str(words) for number, words in told.items()}
    except ValueError:
        raise WordingRefused(
            f"{path.name}: answers are named by their numbers, 1, 2, ..."
        ) from None


def why_not_ask(instrument: Instrument, words: Wording | None) -> str | None:
    """Why an instrument may not be asked in this place, or None."""
    if not instrument.needs_registration or words is not None:
        return None
    return (
        f"{instrument.name} may be asked here once this place has registered with "
        f"{instrument.register_with} and added its own wording file ({instrument.code}.toml). "
        "Scores that partners send are shown meanwhile."
    )

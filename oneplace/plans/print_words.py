"""The words printed around a plan, in the languages a place has added as data."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from oneplace.kit.words import say
from oneplace.plans.wording import folder

OWN: Final = Path(__file__).parent / "words.toml"
ENGLISH: Final = "en"


class WordsRefused(ValueError):
    """A file of words cannot be used; names the file and the key."""


@dataclass(frozen=True)
class PrintWords:
    """The static words of one language; what is missing there stands in English."""

    code: str
    language: str
    words: Mapping[str, Any]

    def __call__(self, key: str, **values: str) -> str:
        """The words of a key, with values put in."""
        return str(self.words[key]).format(**values)

    @property
    def direction(self) -> str:
        """`ltr`, or `rtl` for what is written from right to left."""
        return str(self.words["direction"])

    def section(self, key: str) -> str:
        """A heading of the plan."""
        return str(self.words["sections"][key])


@cache
def _written() -> dict[str, Any]:
    return tomllib.loads(OWN.read_text(encoding="utf-8"))


def _english() -> dict[str, Any]:
    words = _written()
    return {**words, "whole_plan": say(words["whole_plan"])}


def languages() -> dict[str, str]:
    """The languages plans can be printed in, by code."""
    found = {ENGLISH: str(_english()["language"])}
    for path in sorted(folder().glob("plan.*.toml")):
        code = path.name.split(".")[1]
        found[code] = print_words(code).language
    return found


def print_words(code: str = ENGLISH) -> PrintWords:
    """The words of a language; raises `WordsRefused` for a file that cannot be used."""
    english = _english()
    if code == ENGLISH or not code.isalpha():
        return PrintWords(ENGLISH, str(english["language"]), english)
    path = folder() / f"plan.{code}.toml"
    if not path.is_file():
        return PrintWords(ENGLISH, str(english["language"]), english)
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise WordsRefused(f"{path.name}: {wrong}") from None
    unknown = (set(told) - set(english)) | (
        set(told.get("sections", {})) - set(english["sections"])
    )
    if unknown:
        raise WordsRefused(f"{path.name}: no such words: {', '.join(sorted(unknown))}.")
    merged = {**english, **told, "sections": {**english["sections"], **told.get("sections", {})}}
    for key, words in merged.items():
        if key != "sections" and _gaps(str(words)) != _gaps(str(english[key])):
            raise WordsRefused(f"{path.name}: {key} must keep {', '.join(_gaps(english[key]))}.")
    return PrintWords(code, str(merged["language"]), merged)


def _gaps(words: str) -> tuple[str, ...]:
    """The places in a sentence where a value is put."""
    return tuple(sorted(part.split("}")[0] for part in words.split("{")[1:]))

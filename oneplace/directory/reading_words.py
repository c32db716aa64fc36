"""What typed words mean: which needs they speak of, and the three-letter parts of a word."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from oneplace.vocabulary.terms import NeedKind, ServiceCategory

_FILE: Final = Path(__file__).parent / "words.toml"
_WORD: Final = re.compile(r"[a-z0-9]+")
MOST_WORDS: Final = 12


@dataclass(frozen=True)
class _Lists:
    needs: Mapping[NeedKind, tuple[str, ...]]
    categories: Mapping[ServiceCategory, tuple[str, ...]]
    # Words that say nothing of a need.
    empty: frozenset[str]


@cache
def _lists() -> _Lists:
    read = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return _Lists(
        needs={NeedKind(word): tuple(found) for word, found in read["needs"].items()},
        categories={
            ServiceCategory(word): tuple(found) for word, found in read["categories"].items()
        },
        empty=frozenset(read["empty"].split()),
    )


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text that say something, each once, in lower case."""
    found = _WORD.findall(text.lower().replace("’", "'").replace("'s", ""))
    return tuple(dict.fromkeys(word for word in found if word not in _lists().empty))[:MOST_WORDS]


def needs_in(text: str) -> tuple[NeedKind, ...]:
    """The needs a text speaks of, in the vocabulary's order."""
    words = _WORD.findall(text.lower())
    needs = _lists().needs
    return tuple(
        need
        for need in NeedKind
        if any(word.startswith(start) for word in words for start in needs.get(need, ()))
    )


def category_in(text: str) -> ServiceCategory:
    """The category a group's own words for its kind stand under."""
    words = _WORD.findall(text.lower())
    for category, starts in _lists().categories.items():
        if any(word.startswith(start) for word in words for start in starts):
            return category
    return ServiceCategory.SOCIAL_PRESCRIBING


def parts_of(word: str) -> frozenset[str]:
    """The three-letter parts of a word with its edges, as trigram search counts them."""
    padded = f"  {word.lower()} "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))

"""Whether words tell who somebody is: what a link shows before a yes and a code must not.

Names, whole postcodes, and numbers long enough to be a telephone's or an NHS number. It catches a
slip of the pen; a story that only one person could tell is left to whoever writes it.
"""

import re
from dataclasses import dataclass
from typing import Final

from oneplace.people.models import Person

_WORD: Final = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_POSTCODE: Final = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b", re.IGNORECASE)
_NUMBER: Final = re.compile(r"\+?\d(?:[ \-]?\d){8,}")
_SHORTEST: Final = 3
_CERTAIN: Final = 5
"""From so many letters a given name is meant however it is spelt; “may” is a word too."""
_OWNED: Final = ("’s", "'s", "’", "'")
LEFT_OUT: Final = "…"


@dataclass(frozen=True)
class _Names:
    """What a person is called. Family names are words as often as not: church, green, walker."""

    given: frozenset[str]
    family: frozenset[str]

    @classmethod
    def of(cls, person: Person | None) -> "_Names":
        if person is None:
            return cls(frozenset(), frozenset())
        return cls(_parts(person.given, person.known_as), _parts(person.family))

    def hold(self, word: str) -> bool:
        """Whether a word is one of them, as it is spelt or in capitals; a long given one always."""
        if any(word in (name, name.upper()) for name in self.given | self.family):
            return True
        return len(word) >= _CERTAIN and word.casefold() in {one.casefold() for one in self.given}


def _parts(*called: str) -> frozenset[str]:
    whole = " ".join(filter(None, called))
    parts = {*whole.split(), *re.split(r"[\s-]+", whole)}
    return frozenset(part for part in parts if len(part) >= _SHORTEST)


def telling_in(words: str, person: Person | None) -> list[str]:
    """What in these words tells who the person is, as it stands there, each once."""
    return list(dict.fromkeys(words[start:end] for start, end in _found(words, _Names.of(person))))


def without_telling(words: str, person: Person | None) -> str:
    """The words with all of that left out."""
    for start, end in sorted(_found(words, _Names.of(person)), reverse=True):
        words = f"{words[:start]}{LEFT_OUT}{words[end:]}"
    return words


def _found(words: str, names: _Names) -> list[tuple[int, int]]:
    found = [match.span() for match in _NUMBER.finditer(words)]
    found += [match.span() for match in _POSTCODE.finditer(words)]
    for match in _WORD.finditer(words):
        word = match.group()
        for owned in _OWNED:
            word = word.removesuffix(owned)
        if any(names.hold(piece) for piece in (word, *word.split("-"))):
            found.append((match.start(), match.start() + len(word)))
    return sorted(set(found))

"""Whether words tell who somebody is: what a link shows before a yes and a code must not.

Names, whole postcodes, and numbers long enough to be a telephone's or an NHS number. It catches a
slip of the pen; a story that only one person could tell is left to whoever writes it.
"""

import re
from collections.abc import Iterable
from typing import Final

from oneplace.people.models import Person

_WORD: Final = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_POSTCODE: Final = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b", re.IGNORECASE)
_NUMBER: Final = re.compile(r"\+?\d(?:[ \-]?\d){8,}")
_SHORTEST: Final = 3
_CERTAIN: Final = 5
"""From so many letters a name is meant however it is spelt; “may” and “will” are words too."""
_OWNED: Final = ("’s", "'s", "’", "'")
LEFT_OUT: Final = "…"


def names_of(person: Person | None) -> frozenset[str]:
    """Each part of what a person is called."""
    if person is None:
        return frozenset()
    whole = " ".join(filter(None, (person.given, person.known_as, person.family)))
    parts = {*whole.split(), *re.split(r"[\s-]+", whole)}
    return frozenset(part for part in parts if len(part) >= _SHORTEST)


def telling_in(words: str, person: Person | None) -> list[str]:
    """What in these words tells who the person is, as it stands there, each once."""
    return list(dict.fromkeys(words[start:end] for start, end in _found(words, names_of(person))))


def without_telling(words: str, person: Person | None) -> str:
    """The words with all of that left out."""
    for start, end in sorted(_found(words, names_of(person)), reverse=True):
        words = f"{words[:start]}{LEFT_OUT}{words[end:]}"
    return words


def _found(words: str, names: Iterable[str]) -> list[tuple[int, int]]:
    known = set(names)
    found = [match.span() for match in _NUMBER.finditer(words)]
    found += [match.span() for match in _POSTCODE.finditer(words)]
    for match in _WORD.finditer(words):
        word = match.group()
        for owned in _OWNED:
            word = word.removesuffix(owned)
        pieces = {word, *word.split("-")}
        if any(_is(piece, name) for piece in pieces for name in known):
            found.append((match.start(), match.start() + len(word)))
    return sorted(set(found))


def _is(word: str, name: str) -> bool:
    if word == name or (word.isupper() and word == name.upper()):
        return True
    return len(name) >= _CERTAIN and word.casefold() == name.casefold()

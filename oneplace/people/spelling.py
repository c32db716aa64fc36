"""How a name may be written by somebody who heard it: keys for its near spellings, and how near.

Pure. A name is found by equality of keys alone, which keeps its index under row policies: its own
letters, its letters less one (two names one slip apart share such a key), and its sound.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from oneplace.science.linkage.tidying import calls, sound

_SHORTEST_MISTYPED = 4
"""Letters a name must have before a slip is allowed: with three, everybody is a neighbour."""


_UNLIKE = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ı": "i"})


def letters_of(written: str) -> str:
    """A name in capitals without accents and marks; one in another script as it is written.

    As the database's `people_letters` does; nothing is taken for a placeholder here, for somebody
    may look for whoever is down as Unknown.
    """
    plain = unicodedata.normalize("NFKD", written).translate(_UNLIKE).replace("ß", "ss")
    return re.sub(r"[^A-Z]+", "", plain.upper()) or re.sub(r"[\W\d_]+", "", written)


def name_parts(written: str) -> list[str]:
    """The parts of names in what somebody wrote, each as letters."""
    words = re.split(r"[\s/.,-]+", re.sub(r"['’`´]", "", written))
    return [part for word in words if (part := letters_of(word))]


def near_spellings(name: str) -> Iterator[str]:
    """The keys a name in capitals is kept under: `=` itself, `-` less one letter, `~` its sound."""
    yield f"={name}"
    if heard := sound(name):
        yield f"~{heard}"
    if len(name) >= _SHORTEST_MISTYPED:
        yield f"-{name}"
        for place in range(len(name)):
            yield f"-{name[:place]}{name[place + 1 :]}"


def keys_to_try(typed: str) -> tuple[str, ...]:
    """The keys under which names near to the one typed are kept."""
    return tuple(dict.fromkeys(near_spellings(typed)))


def nicknames(typed: str) -> tuple[str, ...]:
    """What somebody called so may be called in a record: Peggy gives Margaret."""
    return tuple(name for name in calls(typed, "") if name != typed)


@lru_cache(100_000)
def slips(one: str, other: str) -> int:
    """How many slips lie between two names: a letter more, less, other, or two exchanged.

    Restricted Damerau-Levenshtein distance (Damerau, Communications of the ACM 7(3), 1964).
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            is_exchange = i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b
            row.append(min(cost, earlier[j - 2] + 1) if is_exchange else cost)
    return row[-1]

"""How alike two entries of a directory are, and why; pure, so that a reader can be told.

Names alone never make one of two: the same name at another place, or offered by another
organisation, is usually another service (Open Referral: identity is the feed and its id).
"""

import uuid
from dataclasses import dataclass
from typing import Final

from oneplace.directory.reading_words import parts_of, words_of

ENOUGH: Final = 0.55
"""From here on a pair is shown to an editor."""
_NAME, _PROVIDER, _PHONE, _MAIL, _WEB, _PLACE = 0.35, 0.2, 0.2, 0.15, 0.15, 0.15


@dataclass(frozen=True)
class Entry:
    """What of an entry is compared; numbers and addresses without spaces, in lower case."""

    id: uuid.UUID
    name: str
    provider: str
    phone: str = ""
    email: str = ""
    website: str = ""
    source: str = ""
    postcodes: frozenset[str] = frozenset()

    def meets_by(self) -> frozenset[str]:
        """By what it may meet its like."""
        words = sorted(words_of(self.name))
        found = {f"phone:{self.phone}", f"mail:{self.email}", f"web:{self.website}"}
        found |= {f"place:{postcode}:{word}" for postcode in self.postcodes for word in words}
        found.add(f"name:{' '.join(words)}:{' '.join(sorted(words_of(self.provider)))}")
        return frozenset(key for key in found if not key.endswith(":"))


@dataclass(frozen=True)
class Like:
    """How alike two are, 0 to 1, and what they share, in words."""

    score: float
    reasons: tuple[str, ...]


def likeness(one: Entry, other: Entry) -> Like | None:
    """How alike two entries are; None where they need not be looked at.

    Two entries of one source with the same organisation and different names are two services of
    theirs: numbers and websites they share say nothing then.
    """
    name = _shared(one.name, other.name)
    if name < _LEAST_NAME:
        return None
    reasons = ["the same name" if name > _SAME else "nearly the same name"]
    score = _NAME * name
    if (provider := _shared(one.provider, other.provider)) > _ALIKE:
        score += _PROVIDER * provider
        reasons.append("offered by the same organisation")
    for weight, mine, theirs, words in (
        (_PHONE, one.phone, other.phone, "the same number"),
        (_MAIL, one.email, other.email, "the same email address"),
        (_WEB, one.website, other.website, "the same website"),
    ):
        if mine and mine == theirs:
            score += weight
            reasons.append(words)
    if one.postcodes & other.postcodes:
        score += _PLACE
        reasons.append("at the same place")
    elif one.postcodes and other.postcodes:
        score -= _PLACE
        reasons.append("but at different places")
    score = round(min(max(score, 0.0), 1.0), 3)
    return Like(score, tuple(reasons)) if score >= ENOUGH else None


_LEAST_NAME: Final = 0.5
_ALIKE: Final = 0.6
_SAME: Final = 0.95


def _shared(one: str, other: str) -> float:
    """The share of three-letter parts two texts have in common."""
    mine = frozenset(part for word in words_of(one) for part in parts_of(word))
    theirs = frozenset(part for word in words_of(other) for part in parts_of(word))
    if not mine or not theirs:
        return 0.0
    return len(mine & theirs) / len(mine | theirs)

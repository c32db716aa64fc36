"""What no weight may override: certain agreements that link, and vetoes that keep people apart.

Agreeing on family name, home and phone tells a household, not a person; agreeing on the birth date
as well still leaves twins. So likeness links only where first name and birth date stand beside it,
and two people of one home, or with two valid NHS numbers, are told apart whatever else they share.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from oneplace.science.linkage.comparing import (
    COMPARISONS,
    GIVEN,
    Pattern,
    level_named,
)
from oneplace.science.linkage.model import Model
from oneplace.science.linkage.prepared import Prepared
from oneplace.science.linkage.settings import Settings
from oneplace.vocabulary.terms import MatchTier

RANK: Final[Mapping[MatchTier, int]] = {
    MatchTier.APART: 0,
    MatchTier.REVIEW: 1,
    MatchTier.LINKED: 2,
}
TIERS: Final = tuple(RANK)

ESTABLISHED: Final = 2e-4
"""A first name this common is a name of its own, not another one mistyped: Jean is not Joan."""

RULES: Final[Mapping[str, str]] = {
    "number": "The same NHS number, and nothing that speaks against it.",
    "steward_same": "A steward decided that they are one person.",
    "steward_apart": "A steward decided that they are two people.",
    "source_same": "Their source says that they are one person.",
    "unknown": "The identity of one is unknown: only an exact identifier may link.",
    "number_of_another": "The same NHS number, but another first name and birth date: one carries "
    "somebody else's number.",
    "number_other_birth": "The same NHS number and first name, but different birth dates.",
    "number_twins": "The same NHS number and birth date, but first names as of twins.",
    "two_numbers": "Different NHS numbers, both valid and verified: two people until a steward "
    "finds otherwise.",
    "two_numbers_unlike": "Different valid NHS numbers and different first names: two people.",
    "two_numbers_little": "Different valid NHS numbers, and too little else that agrees.",
    "twins": "One home or family and one birth date, but different first names: as twins are.",
    "first_names": "Different first names, and no number that says they are one person.",
    "household": "One home or phone and one name, but different birth dates: as parent and child.",
    "birth_dates": "Different birth dates, and no number that says they are one person.",
    "little": "No birth date or no full name to tell relatives apart by.",
    "deaths": "They died on different days.",
    "through": "Both are linked to others who are one person.",
    "rivals": "Without a number of its own, and nearly as like somebody else whose number is "
    "another.",
    "torn": "Likely one person, but joining them would bring together people told apart.",
}
"""Every rule by name, in words for the steward."""

FORBIDS: Final = frozenset({
    "steward_apart", "unknown", "number_of_another", "twins", "household",
})  # fmt: skip
"""Rules that keep two subjects out of one cluster, whoever else would join them; beside them
`clusters` looks at NHS numbers."""


@dataclass(frozen=True)
class Circumstances:
    """What else of a pair a rule looks at."""

    is_unknown: bool = False
    """The source says of one that nobody knows who it is."""
    is_multiple: bool = False
    """The source says of one that it is a twin."""
    is_established: bool = False
    """Both first names are common names of their own."""
    died_apart: bool = False


@dataclass(frozen=True)
class Judgement:
    """Between which tiers a pair's weight may choose, and the rule that says so, if any."""

    least: MatchTier = MatchTier.APART
    most: MatchTier = MatchTier.LINKED
    rule: str = ""

    def tier(self, weight: float, settings: Settings) -> MatchTier:
        """The tier of a pair of this weight."""
        by_weight = (weight >= settings.review_from) + (weight >= settings.linked_from)
        return TIERS[min(max(by_weight, RANK[self.least]), RANK[self.most])]


FREE: Final = Judgement()

_ALIKE: Final = frozenset({"same", "called", "swapped", "near", "middle", "initial"})
_SURE_NAME: Final = frozenset({"same", "called", "swapped", "near"})
_BORN_AGREES: Final = frozenset({"same", "swapped", "slip", "part"})
_FAMILY_AGREES: Final = frozenset({"same", "former", "swapped", "near"})
_PLACE_AGREES: Final = frozenset({"home", "postcode", "former"})
_REACH_AGREES: Final = frozenset({"email", "mobile", "landline"})
_OTHER_BIRTH: Final = {MatchTier.APART: "household", MatchTier.REVIEW: "birth_dates"}


@dataclass(frozen=True)
class _Told:
    """The pattern by the names of its levels."""

    nhs: str
    given: str
    family: str
    born: str
    place: str
    reach: str
    gender: str
    middle: str

    @property
    def is_household(self) -> bool:
        return self.place == "home" or self.reach in _REACH_AGREES

    @property
    def is_near_by(self) -> bool:
        return self.place in _PLACE_AGREES or self.reach in _REACH_AGREES


@lru_cache(100_000)
def judge(pattern: Pattern, around: Circumstances) -> Judgement:
    """What the rules say of a pair that stands so."""
    told = _Told(*(level_named(pattern, each) for each in COMPARISONS))
    if around.is_established and told.given == "near":
        told = _Told(**{**told.__dict__, "given": "rest"})
    if around.is_unknown:
        if told.nhs == "same":
            return Judgement(MatchTier.LINKED, MatchTier.LINKED, "number")
        return Judgement(MatchTier.APART, MatchTier.APART, "unknown")
    if told.nhs == "same":
        return _with_one_number(told, around)
    found = _without_number(told, around)
    if around.died_apart and RANK[found.most] == RANK[MatchTier.LINKED]:
        return Judgement(MatchTier.APART, MatchTier.REVIEW, "deaths")
    return found


def _with_one_number(told: _Told, around: Circumstances) -> Judgement:
    if told.given == "rest":
        if told.born not in _BORN_AGREES:
            known = told.born == "rest"
            most = MatchTier.APART if known else MatchTier.REVIEW
            return Judgement(MatchTier.APART, most, "number_of_another" if known else "little")
        if around.is_multiple or told.gender == "rest":
            return Judgement(MatchTier.REVIEW, MatchTier.REVIEW, "number_twins")
        return FREE
    if told.born == "rest":
        return Judgement(MatchTier.REVIEW, MatchTier.REVIEW, "number_other_birth")
    if told.given and told.born:
        return Judgement(MatchTier.LINKED, MatchTier.LINKED, "number")
    # A first name or a birth date alone is no witness: many share it. The weight decides.
    return FREE


def _without_number(told: _Told, around: Circumstances) -> Judgement:
    if told.given == "rest":
        return _with_other_first_names(told)
    if told.born == "rest":
        most = MatchTier.APART if told.is_household else MatchTier.REVIEW
        return Judgement(MatchTier.APART, most, _OTHER_BIRTH[most])
    if told.nhs in ("differ", "rest"):
        return _with_two_numbers(told, around)
    return _by_likeness(told, around)


def _with_two_numbers(told: _Told, around: Circumstances) -> Judgement:
    if told.nhs == "rest":
        is_unlike = told.given != "same" and told.born != "same"
        most = MatchTier.APART if is_unlike else MatchTier.REVIEW
        rule = "two_numbers_unlike" if is_unlike else "two_numbers"
        return Judgement(MatchTier.APART, most, rule)
    agrees = (
        told.born in _BORN_AGREES
        and told.given in _SURE_NAME
        and told.family in _FAMILY_AGREES
        and told.is_near_by
    )
    if not agrees:
        return Judgement(MatchTier.APART, MatchTier.REVIEW, "two_numbers_little")
    return _by_likeness(told, around)


def _with_other_first_names(told: _Told) -> Judgement:
    if told.nhs in ("differ", "rest"):
        return Judgement(MatchTier.APART, MatchTier.APART, "two_numbers_unlike")
    is_family = told.is_household or (told.family == "same" and told.place in _PLACE_AGREES)
    if is_family and told.born in _BORN_AGREES:
        return Judgement(MatchTier.APART, MatchTier.APART, "twins")
    if is_family and told.born == "rest":
        return Judgement(MatchTier.APART, MatchTier.APART, "household")
    return Judgement(MatchTier.APART, MatchTier.REVIEW, "first_names")


def _by_likeness(told: _Told, around: Circumstances) -> Judgement:
    if around.is_multiple and told.given not in ("same", "called"):
        return Judgement(MatchTier.APART, MatchTier.REVIEW, "twins")
    if told.born in ("", "near", "part") or told.given in ("", "initial"):
        agrees = told.given in _SURE_NAME and told.family in _FAMILY_AGREES and told.is_household
        if not agrees:
            return Judgement(MatchTier.APART, MatchTier.REVIEW, "little")
    return FREE


def circumstances_of(
    left: Prepared, right: Prepared, pattern: Pattern, model: Model
) -> Circumstances:
    """What else of this pair the rules look at."""
    is_near = level_named(pattern, GIVEN) == "near"
    return Circumstances(
        is_unknown=left.is_unknown or right.is_unknown,
        is_multiple=left.is_multiple or right.is_multiple,
        is_established=is_near and are_established(left.given, right.given, model),
        died_apart=died_apart(left.died, right.died),
    )


def are_established(left: str | None, right: str | None, model: Model) -> bool:
    """Whether both first names are common names of their own."""
    known = model.frequencies.get("given", {})
    return all(known.get(name or "", 0.0) >= ESTABLISHED for name in (left, right))


def died_apart(left: str | None, right: str | None) -> bool:
    """Whether both died, and not within a month of one another as written."""
    return bool(left and right and left[:7] != right[:7])


def are_names_unlike(left: Prepared, right: Prepared) -> bool:
    """Whether both have first names and these cannot be one person's."""
    return left.given != right.given and GIVEN.number_of(left, right) == 0

"""How two subjects are compared: each comparison's levels in SQL, in Python and in words.

The SQL trains and scores many pairs (Splink, on whatever store); the Python says the same of one
pair, without a database. A test holds the two together. Levels are tried in the order written and
the first that holds counts; a comparison with nothing on one side says nothing. SQL keeps to what
SQLGlot turns into Spark's dialect.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from oneplace.science.linkage.prepared import Prepared
from oneplace.science.linkage.tidying import sorted_letters, sound

Holds = Callable[[Prepared, Prepared], bool]

WHOLE_DATE: Final = 10
LONG_NAME: Final = 6
SHORT_NAME: Final = 4


@dataclass(frozen=True)
class Level:
    """One way two values may stand to one another.

    `m` is how often two rows of one person stand so, `u` how often two strangers do; both are what
    is used until the data has been asked. `frequency` names the column whose rarity counts: two
    who share a rare name are likelier one than two who share a common one. No rarity beyond
    `floor` is believed.
    """

    name: str
    sql: str
    holds: Holds
    words: str
    m: float
    u: float
    frequency: str = ""
    floor: float = 0.0
    is_u_fixed: bool = False


@dataclass(frozen=True)
class Comparison:
    """One thing compared; `is_silent` where one side says nothing. The last level is the rest."""

    name: str
    silent_sql: str
    is_silent: Holds
    levels: tuple[Level, ...]
    columns: tuple[str, ...]

    def place(self, level: str) -> int:
        """The number a level has in patterns: 0 for the rest, and upwards; -1 says nothing."""
        names = [each.name for each in self.levels]
        return len(names) - 1 - names.index(level)

    def number_of(self, left: Prepared, right: Prepared) -> int:
        """The number of the level at which two subjects stand."""
        if self.is_silent(left, right):
            return -1
        last = len(self.levels) - 1
        for place in range(last):
            if self.levels[place].holds(left, right):
                return last - place
        return 0


def levenshtein(left: str, right: str) -> int:
    """How many letters must be put in, taken out or changed (Levenshtein, 1966)."""
    if left == right:
        return 0
    before = list(range(len(right) + 1))
    for row, letter in enumerate(left, 1):
        now = [row]
        for column, other in enumerate(right, 1):
            now.append(min(now[-1] + 1, before[column] + 1, before[column - 1] + (letter != other)))
        before = now
    return before[-1]


def _near_sql(name: str) -> str:
    left, right = f"{name}_l", f"{name}_r"
    least = f"least(length({left}), length({right}))"
    distance = f"levenshtein({left}, {right})"
    return (
        f"({least} >= {SHORT_NAME} AND ({name}_letters_l = {name}_letters_r OR {distance} <= 1"
        f" OR ({distance} <= 2 AND ({least} >= {LONG_NAME}"
        f" OR ({least} > {SHORT_NAME} AND {name}_sound_l = {name}_sound_r)))))"
    )


def near(left: str, right: str) -> bool:
    """Whether two names are one, spelled or typed a little differently."""
    least = min(len(left), len(right))
    if least < SHORT_NAME or abs(len(left) - len(right)) > 2:
        return False
    if sorted_letters(left) == sorted_letters(right):
        return True
    distance = levenshtein(left, right)
    if distance <= 1:
        return True
    if distance > 2:
        return False
    return least >= LONG_NAME or (
        least > SHORT_NAME and sound(left) != "" and sound(left) == sound(right)
    )


def _both(*names: str) -> Holds:
    def silent(left: Prepared, right: Prepared) -> bool:
        return any(getattr(left, name) is None or getattr(right, name) is None for name in names)

    return silent


def _same(name: str) -> Holds:
    def same(left: Prepared, right: Prepared) -> bool:
        value = getattr(left, name)
        return value is not None and value == getattr(right, name)

    return same


def _rest(_: Prepared, __: Prepared) -> bool:
    return True


def _null_sql(*names: str) -> str:
    return " OR ".join(f"{name}_l IS NULL OR {name}_r IS NULL" for name in names)


def _is_swapped_name(left: Prepared, right: Prepared) -> bool:
    return left.given is not None and left.given == right.family and left.family == right.given


_SWAPPED_NAME_SQL: Final = "given_l = family_r AND family_l = given_r"

_BOTH_WHOLE: Final = f"length(born_l) = {WHOLE_DATE} AND length(born_r) = {WHOLE_DATE}"


def _whole(left: Prepared, right: Prepared) -> tuple[str, str] | None:
    if left.born is None or right.born is None:
        return None
    if len(left.born) != WHOLE_DATE or len(right.born) != WHOLE_DATE:
        return None
    return left.born, right.born


def _is_swapped_date(left: Prepared, right: Prepared) -> bool:
    dates = _whole(left, right)
    if dates is None:
        return False
    one, other = dates
    return one[:4] == other[:4] and one[5:7] == other[8:] and one[8:] == other[5:7]


def _is_slip(left: Prepared, right: Prepared) -> bool:
    dates = _whole(left, right)
    return dates is not None and sum(a != b for a, b in zip(*dates, strict=True)) <= 1


def _is_part(left: Prepared, right: Prepared) -> bool:
    one, other = left.born or "", right.born or ""
    return _whole(left, right) is None and (one.startswith(other) or other.startswith(one))


def _two_of_three(left: Prepared, right: Prepared) -> bool:
    dates = _whole(left, right)
    if dates is None:
        return False
    one, other = dates
    agree = (one[:4] == other[:4]) + (one[5:7] == other[5:7]) + (one[8:] == other[8:])
    return agree >= 2


_TWO_OF_THREE_SQL: Final = (
    f"{_BOTH_WHOLE} AND ("
    "(substr(born_l, 1, 7) = substr(born_r, 1, 7)) OR (substr(born_l, 6, 5) = substr(born_r, 6, 5))"
    " OR (substr(born_l, 1, 4) = substr(born_r, 1, 4)"
    " AND substr(born_l, 9, 2) = substr(born_r, 9, 2)))"
)

NHS: Final = Comparison(
    "nhs",
    _null_sql("nhs"),
    _both("nhs"),
    (
        Level("same", "nhs_l = nhs_r", _same("nhs"), "the same NHS number",
              m=0.985, u=2e-6, is_u_fixed=True),
        Level("differ", "NOT (is_traced_l AND is_traced_r)",
              lambda left, right: not (left.is_traced and right.is_traced),
              "different NHS numbers, not both verified", m=0.01, u=0.1),
        Level("rest", "ELSE", _rest,
              "different NHS numbers, both valid and verified: usually two people",
              m=0.005, u=0.899998),
    ),
    ("nhs",),
)  # fmt: skip

GIVEN: Final = Comparison(
    "given",
    _null_sql("given"),
    _both("given"),
    (
        Level("same", "given_l = given_r", _same("given"), "the same first name",
              m=0.93, u=0.006, frequency="given", floor=1e-4),
        Level("called", "list_contains(calls_l, given_r) OR list_contains(calls_r, given_l)",
              lambda left, right: right.given in left.calls or left.given in right.calls,
              "one first name is short for the other or what they like to be called",
              m=0.025, u=0.003),
        Level("swapped", _SWAPPED_NAME_SQL, _is_swapped_name,
              "first name and family name stand in each other's place", m=0.001, u=1e-6,
              is_u_fixed=True),
        Level("near", _near_sql("given"),
              lambda left, right: near(left.given or "", right.given or ""),
              "first names that sound or are spelled nearly alike", m=0.02, u=0.008),
        Level("middle", "given_l = middle_r OR given_r = middle_l",
              lambda left, right: left.given == right.middle or right.given == left.middle,
              "one's first name is the other's middle name", m=0.003, u=0.004),
        Level("initial",
              "(length(given_l) = 1 OR length(given_r) = 1)"
              " AND substr(given_l, 1, 1) = substr(given_r, 1, 1)",
              lambda left, right: 1 in (len(left.given or ""), len(right.given or ""))
              and (left.given or "")[:1] == (right.given or "")[:1],
              "the same initial, and no more is written", m=0.002, u=0.0005),
        Level("rest", "ELSE", _rest, "different first names", m=0.006, u=0.978),
    ),
    ("given", "given_sound", "given_letters", "calls", "middle"),
)  # fmt: skip

FAMILY: Final = Comparison(
    "family",
    _null_sql("family"),
    _both("family"),
    (
        Level("same", "family_l = family_r", _same("family"), "the same family name",
              m=0.93, u=0.0035, frequency="family", floor=5e-5),
        Level("former",
              "list_contains(families_l, family_r) OR list_contains(families_r, family_l)",
              lambda left, right: right.family in left.families or left.family in right.families,
              "one family name is a former one or a part of the other", m=0.02, u=0.0005),
        Level("swapped", _SWAPPED_NAME_SQL, _is_swapped_name,
              "first name and family name stand in each other's place", m=0.001, u=0.001,
              is_u_fixed=True),
        Level("near", _near_sql("family"),
              lambda left, right: near(left.family or "", right.family or ""),
              "family names that sound or are spelled nearly alike", m=0.02, u=0.004),
        Level("rest", "ELSE", _rest, "different family names", m=0.03, u=0.99),
    ),
    ("family", "family_sound", "family_letters", "families"),
)  # fmt: skip

BORN: Final = Comparison(
    "born",
    _null_sql("born"),
    _both("born"),
    (
        Level("same", "born_l = born_r", _same("born"), "the same birth date", m=0.975, u=4e-5),
        Level("swapped",
              f"{_BOTH_WHOLE} AND substr(born_l, 1, 4) = substr(born_r, 1, 4)"
              " AND substr(born_l, 6, 2) = substr(born_r, 9, 2)"
              " AND substr(born_l, 9, 2) = substr(born_r, 6, 2)",
              _is_swapped_date, "birth dates with day and month exchanged", m=0.007, u=1.3e-5),
        Level("slip", f"{_BOTH_WHOLE} AND levenshtein(born_l, born_r) <= 1", _is_slip,
              "birth dates one digit apart", m=0.007, u=7e-4),
        Level("part",
              f"NOT ({_BOTH_WHOLE}) AND (starts_with(born_l, born_r)"
              " OR starts_with(born_r, born_l))",
              _is_part, "birth dates that agree as far as they are known", m=0.002, u=0.001),
        Level("near", _TWO_OF_THREE_SQL, _two_of_three,
              "birth dates of which two of day, month and year agree", m=0.003, u=0.003),
        Level("rest", "ELSE", _rest, "different birth dates", m=0.003, u=0.995),
    ),
    ("born",),
)  # fmt: skip

PLACE: Final = Comparison(
    "place",
    _null_sql("postcode"),
    _both("postcode"),
    (
        Level("home", "home_l = home_r", _same("home"), "the same home",
              m=0.8, u=1.5e-5, frequency="home", floor=5e-5),
        Level("postcode", "postcode_l = postcode_r", _same("postcode"), "the same postcode",
              m=0.03, u=1e-4, frequency="postcode", floor=1e-4),
        Level("former",
              "list_contains(places_l, postcode_r) OR list_contains(places_r, postcode_l)",
              lambda left, right: right.postcode in left.places or left.postcode in right.places,
              "one lives where the other lived before", m=0.03, u=2e-4),
        Level("district", "district_l = district_r", _same("district"),
              "postcodes of one district", m=0.02, u=0.06),
        Level("rest", "ELSE", _rest, "different postcodes", m=0.12, u=0.93),
    ),
    ("postcode", "home", "places", "district"),
)  # fmt: skip

_REACHED: Final = ("mobile", "landline", "email")


def _no_number_on_both(left: Prepared, right: Prepared) -> bool:
    return all(getattr(left, name) is None or getattr(right, name) is None for name in _REACHED)


REACH: Final = Comparison(
    "reach",
    " AND ".join(f"({_null_sql(name)})" for name in _REACHED),
    _no_number_on_both,
    (
        Level("email", "email_l = email_r", _same("email"), "the same email address",
              m=0.25, u=2e-5, is_u_fixed=True),
        Level("mobile", "mobile_l = mobile_r", _same("mobile"), "the same mobile number",
              m=0.5, u=1e-4, frequency="mobile", floor=5e-5),
        Level("landline", "landline_l = landline_r", _same("landline"), "the same landline",
              m=0.15, u=1e-4, frequency="landline", floor=5e-5),
        Level("rest", "ELSE", _rest, "no phone number or email in common", m=0.1, u=0.9997),
    ),
    _REACHED,
)  # fmt: skip

GENDER: Final = Comparison(
    "gender",
    _null_sql("gender"),
    _both("gender"),
    (
        Level("same", "gender_l = gender_r", _same("gender"), "the same gender", m=0.995, u=0.5),
        Level("rest", "ELSE", _rest, "different genders", m=0.005, u=0.5),
    ),
    ("gender",),
)

MIDDLE: Final = Comparison(
    "middle",
    _null_sql("middle"),
    _both("middle"),
    (
        Level("same",
              "middle_l = middle_r OR ((length(middle_l) = 1 OR length(middle_r) = 1)"
              " AND substr(middle_l, 1, 1) = substr(middle_r, 1, 1))",
              lambda left, right: left.middle == right.middle
              or (1 in (len(left.middle or ""), len(right.middle or ""))
                  and (left.middle or "")[:1] == (right.middle or "")[:1]),
              "the same middle name or initial", m=0.95, u=0.02),
        Level("rest", "ELSE", _rest, "different middle names", m=0.05, u=0.98),
    ),
    ("middle",),
)  # fmt: skip

COMPARISONS: Final = (NHS, GIVEN, FAMILY, BORN, PLACE, REACH, GENDER, MIDDLE)
"""In the order their evidence is told."""

PLACES: Final[Mapping[str, int]] = {each.name: place for place, each in enumerate(COMPARISONS)}

Pattern = tuple[int, ...]
"""For each comparison in order: the number of the level that held, -1 where one side was silent."""


def pattern_of(left: Prepared, right: Prepared) -> Pattern:
    """How two subjects stand to one another in every comparison."""
    return tuple([comparison.number_of(left, right) for comparison in COMPARISONS])


def level_named(pattern: Pattern, comparison: Comparison) -> str:
    """The name of the level that held, "" where nothing was said."""
    number = pattern[PLACES[comparison.name]]
    return "" if number < 0 else comparison.levels[len(comparison.levels) - 1 - number].name

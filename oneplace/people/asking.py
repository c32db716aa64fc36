"""What somebody typed to find a person, taken apart: names, a date of birth, numbers, a postcode.

Pure. Every way of writing that is usual in Britain is understood; what is left over is a name.
"""

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from oneplace.people.spelling import name_parts
from oneplace.science.linkage.tidying import number, postcode
from oneplace.vocabulary.nhs_number import is_valid, why_not_valid

LONGEST: Final = 200
"""Characters of a search; more is cut."""
MOST_NAMES: Final = 6

_MONTHS: Final = (
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
)  # fmt: skip
_MONTH: Final = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DATES: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?P<year>(?:18|19|20)\d\d)-(?P<month>\d{1,2})-(?P<day>\d{1,2})\b",
        r"\b(?P<day>\d{1,2})\s*[/.\-]\s*(?P<month>\d{1,2})\s*[/.\-]\s*(?P<year>\d{4}|\d{2})\b",
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s\-]+(?:of\s+)?{_MONTH}[\s,\-]+(?P<year>\d{{4}}|\d{{2}})\b",
        rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})\b",
        r"(?<!\d)(?P<day>[0-3]\d)(?P<month>[01]\d)(?P<year>(?:18|19|20)\d\d)(?!\d)",
        r"\b(?P<day>[0-3]?\d)\s+(?P<month>[01]?\d)\s+(?P<year>(?:18|19|20)\d\d)\b",
    )
)
_TEN_DIGITS: Final = re.compile(
    r"(?<![\d+])(\d{3})[\s\u00a0\-–]*(\d{3})[\s\u00a0\-–]*(\d{4})(?!\d)"
)
_PHONE: Final = re.compile(r"(?<!\w)(?:\+44|0044|0)[\s\d()\-]{8,15}\d(?!\d)")
_POSTCODE: Final = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?)\s*(\d[A-Z]{2})\b", re.IGNORECASE)
_OUTWARD: Final = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?)\b", re.IGNORECASE)
_YEAR: Final = re.compile(r"\b((?:18|19|20)\d\d)\b")
_NUMBER: Final = re.compile(r"\b(?=[A-Z0-9]*\d)[A-Z0-9][A-Z0-9/\-]{3,30}\b", re.IGNORECASE)
_NAME_BEHIND: Final = 3
"""Letters from which on a number with letters may be a name with a number behind it."""
_TITLES: Final = frozenset(
    {"MR", "MRS", "MS", "MISS", "MX", "DR", "SIR", "LADY", "LORD", "DAME", "MASTER", "BORN", "DOB"}
)


@dataclass(frozen=True)
class Asked:
    """What a search asks for; an empty part asks nothing."""

    names: tuple[str, ...] = ()
    """In capitals, without accents."""
    initials: tuple[str, ...] = ()
    born_on: date | None = None
    born_year: int | None = None
    nhs_number: str = ""
    postcode: str = ""
    """Without its space."""
    district: str = ""
    """The first half of a postcode."""
    phone: str = ""
    number: str = ""
    """A partner's own number for the person."""
    remark: str = ""
    """What could not be used, in words for whoever typed it."""

    @property
    def is_enough(self) -> bool:
        """Whether it can find anybody: a year, a district or an initial alone finds a crowd."""
        return bool(
            self.names
            or self.born_on
            or self.nhs_number
            or self.postcode
            or self.phone
            or self.number
        )

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys that must each hold, besides the names."""
        said = (
            ("b:", self.born_on.isoformat() if self.born_on else ""),
            ("h:", self.nhs_number),
            ("c:", self.postcode),
            ("t:", self.phone),
            ("r:", self.number),
        )
        return tuple(mark + value for mark, value in said if value)


def asked(text: str, *, today: date) -> Asked:
    """Take apart what was typed; `today` tells which century two digits of a year mean."""
    rest = text[:LONGEST]
    born_on, rest = _take_date(rest, today)
    nhs_number, remark, rest = _take_nhs_number(rest)
    phone, rest = _take(_PHONE, rest, number)
    code, rest = _take(_POSTCODE, rest, postcode)
    district, rest = ("", rest) if code else _take(_OUTWARD, rest, lambda found: found.upper())
    year, rest = ("", rest) if born_on else _take(_YEAR, rest, str)
    other, rest = _take(_NUMBER, rest, lambda found: found.upper())
    found = Asked(
        born_on=born_on,
        born_year=int(year) if year else None,
        nhs_number=nhs_number,
        postcode=code,
        district=district,
        phone=phone,
        number=other,
        remark=remark,
    )
    return _with_names(found, rest)


def name_in_number(found: Asked) -> Asked | None:
    """The same search with the letters of what was taken for a number as a name; None without any.

    For where nobody bears the number.
    """
    letters = name_parts("".join(sign for sign in found.number if sign.isalpha()))
    names = [name for name in letters if len(name) >= _NAME_BEHIND]
    if not names:
        return None
    return replace(found, number="", names=(*found.names, *names)[:MOST_NAMES])


def _with_names(found: Asked, rest: str) -> Asked:
    words = [word for word in name_parts(rest) if word not in _TITLES]
    names = tuple(word for word in words if len(word) > 1)[:MOST_NAMES]
    return replace(found, names=names, initials=tuple(word for word in words if len(word) == 1))


def _take_date(text: str, today: date) -> tuple[date | None, str]:
    for pattern in _DATES:
        for match in pattern.finditer(text):
            if day := _day(match, today):
                return day, _without(text, match)
    return None, text


def _day(match: re.Match[str], today: date) -> date | None:
    year, month = match["year"], match["month"]
    number_of_month = int(month) if month.isdigit() else 1 + _MONTHS.index(month[:3].lower())
    whole = int(year)
    if len(year) == 2:
        whole += 2000 if 2000 + whole <= today.year else 1900
    try:
        return date(whole, number_of_month, int(match["day"]))
    except ValueError:
        return None


def _take_nhs_number(text: str) -> tuple[str, str, str]:
    match = _TEN_DIGITS.search(text)
    if match is None:
        return "", "", text
    digits = "".join(match.groups())
    if is_valid(digits):
        return digits, "", _without(text, match)
    # Ten digits with a nought in front may be a telephone number.
    if digits.startswith("0"):
        return "", "", text
    return "", why_not_valid(digits) or "", _without(text, match)


def _take(pattern: re.Pattern[str], text: str, made: object) -> tuple[str, str]:
    match = pattern.search(text)
    if match is None or not callable(made):
        return "", text
    value = made(match[0])
    return (value, _without(text, match)) if value else ("", text)


def _without(text: str, match: re.Match[str]) -> str:
    return f"{text[: match.start()]} {text[match.end() :]}"

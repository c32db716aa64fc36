"""Single cells of partners' tables: numbers, names, postcodes, phones, put into one form.

What cannot be put into form is given back as it came, or as nothing where the form is promised: a
postcode that cannot be one is none. Nothing here is guessed beyond what each function says.
"""

import hashlib
import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final

from oneplace.vocabulary import nhs_number
from oneplace.vocabulary.rows import ReachSaid
from oneplace.vocabulary.terms import ReachKind

_MANY: Final = 65_536
_POSTCODE: Final = re.compile(r"([A-Z]{1,2}[0-9][0-9A-Z]?)([0-9][A-Z]{2})")
_MISREAD: Final = str.maketrans("OI", "01")
_NOT_A_NUMBER: Final = re.compile(r"[^\d]")
_SEVERAL: Final = re.compile(r"\s*(?:[/;|]|\bor\b|,\s)\s*")
_AMOUNT: Final = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?")
_LEAST_DIGITS: Final = 3
# Area codes of three digits; all others have four or five (Ofcom, national numbering plan).
_SHORT_AREAS: Final = ("020", "023", "024", "028", "029")
_YES: Final = frozenset({"y", "yes", "true", "t", "1"})
_NO: Final = frozenset({"n", "no", "false", "f", "0"})
_TITLES: Final = frozenset(
    {"mr", "mrs", "miss", "ms", "mx", "dr", "rev", "revd", "sir", "dame", "lady", "lord", "prof"}
)
# What belongs to the family name it stands before.
_PARTICLES: Final = frozenset(
    {"de", "del", "della", "der", "den", "di", "da", "dos", "du", "la", "le", "van", "von", "ten",
     "ter", "bin", "ibn", "al", "el", "st", "st.", "o'", "mac", "ap"}
)  # fmt: skip


@lru_cache(_MANY)
def nhs(text: str) -> tuple[str, bool]:
    """An NHS number without what people type between its digits, and whether it is sound."""
    number = nhs_number.tidy(text)
    # Spreadsheets make numbers of numbers: 9434765919.0.
    number = number.removesuffix(".0") if len(number) == 12 else number
    return number, bool(number) and nhs_number.is_valid(number)


@lru_cache(_MANY)
def postcode(text: str) -> str:
    """A postcode in the standard form `AB1 2CD`; empty where it cannot be one.

    A letter O or I where the form has a digit is read as 0 or 1: nobody has such a letter there.
    """
    code = re.sub(r"[^A-Z0-9]", "", text.upper())
    if not 5 <= len(code) <= 7:
        return ""
    found = _POSTCODE.fullmatch(code)
    if found is None:
        outward, inward = code[:-3], code[-3:]
        letters = 1 if outward[1:2].isdigit() or len(outward) == 2 else 2
        outward = outward[:letters] + outward[letters:].translate(_MISREAD)
        found = _POSTCODE.fullmatch(outward + inward[0].translate(_MISREAD) + inward[1:])
    return f"{found[1]} {found[2]}" if found else ""


@lru_cache(_MANY)
def phone(text: str) -> str:
    """A phone number as it is shown, `020 7946 0525`; as it came where it is no UK number."""
    plain = " ".join(text.split())
    digits = _NOT_A_NUMBER.sub("", plain)
    if plain.startswith("+44") or digits.startswith("0044"):
        digits = "0" + digits.removeprefix("00").removeprefix("44").removeprefix("0")
    elif plain.startswith("+"):
        return plain
    if len(digits) == 10 and digits[0] in "17":
        # A spreadsheet took the nought away.
        digits = "0" + digits
    if len(digits) != 11 or digits[0] != "0" or re.search(r"[A-Za-z]", plain):
        return plain
    if digits.startswith(_SHORT_AREAS):
        return f"{digits[:3]} {digits[3:7]} {digits[7:]}"
    if digits[1] in "389" or digits.startswith("011") or (digits[1] == "1" and digits[3] == "1"):
        return f"{digits[:4]} {digits[4:7]} {digits[7:]}"
    return f"{digits[:5]} {digits[5:]}"


def phones(*cells: str) -> list[ReachSaid]:
    """The phone numbers of some cells in their order; a cell may hold several."""
    found: list[ReachSaid] = []
    for cell in cells:
        for each in _SEVERAL.split(cell) if cell else ():
            if sum(letter.isdigit() for letter in each) < _LEAST_DIGITS:
                continue
            number = phone(each)
            if any(number == other.text for other in found):
                continue
            kind = ReachKind.MOBILE if number.startswith("07") else ReachKind.LANDLINE
            found.append(ReachSaid(kind, number, rank=len(found)))
    return found


def address(*lines: str, code: str = "", uprn: str = "") -> list[ReachSaid]:
    """An address of its lines and postcode, as a list of one; empty where nothing is said."""
    said = tuple(line for line in lines if line)
    if not said and not code:
        return []
    standard = postcode(code)
    # What stands for a postcode and cannot be one is kept where somebody will see it.
    text = ", ".join((*said, code) if code and not standard else said)
    return [ReachSaid(ReachKind.ADDRESS, text, standard, said, uprn, "home")]


def email(cell: str) -> list[ReachSaid]:
    """An address of email, as a list of one."""
    return [ReachSaid(ReachKind.EMAIL, cell)] if "@" in cell else []


def truth(text: str) -> bool | None:
    """Yes or no, in one letter or the whole word; None for anything else."""
    word = text.lower()
    return True if word in _YES else False if word in _NO else None


@lru_cache(_MANY)
def amount(text: str) -> Decimal | None:
    """A number with its places as they were written; None where it is none."""
    plain = text.strip().removeprefix("£").strip()
    if not plain or not _AMOUNT.fullmatch(plain) or len(plain) > 40:
        return None
    try:
        return Decimal(plain.replace(",", ""))
    except InvalidOperation:
        return None


@lru_cache(_MANY)
def whole(text: str) -> int | None:
    """A whole number, `7` or `7.0`; None where it is none."""
    found = amount(text)
    return None if found is None or found != found.to_integral_value() else int(found)


@lru_cache(_MANY)
def full_name(text: str) -> tuple[str, str, str]:
    """Title, given names and family name of a name in one cell.

    `Morgan, Ann` and `Ann Morgan` are the same; `van der`, `O'` and their like belong to the family
    name. One word alone is the family name.
    """
    family, comma, given = text.partition(",")
    if comma:
        words = given.split()
        title = words.pop(0) if words and words[0].rstrip(".").lower() in _TITLES else ""
        return title, " ".join(words), family.strip()
    words = text.split()
    title = words.pop(0) if len(words) > 1 and words[0].rstrip(".").lower() in _TITLES else ""
    start = max(len(words) - 1, 0)
    while start > 1 and words[start - 1].lower() in _PARTICLES:
        start -= 1
    return title, " ".join(words[:start]), " ".join(words[start:])


def digest(*texts: str) -> str:
    """A short name for a row that has none, from all it says."""
    return hashlib.blake2b("\x1f".join(texts).encode(), digest_size=10).hexdigest()

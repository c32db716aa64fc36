"""How text is made comparable: names, nicknames, sounds, dates, postcodes, homes, numbers.

Every function takes what a source wrote and gives what can be compared, or "" where nothing can.
All are pure and remembered: names, postcodes and dates repeat.
"""

import csv
import operator
import re
import unicodedata
from functools import cache, lru_cache
from importlib import resources
from typing import Final

from oneplace.vocabulary.nhs_number import WEIGHTS, is_valid, tidy

_MANY: Final = 1_000_000
"""How many different values each function remembers."""

_NOT_LETTERS: Final = re.compile(r"[^A-Z]+")
_APOSTROPHES: Final = re.compile(r"['’`´]")
_PLACEHOLDERS: Final = frozenset({
    "ADULT", "ANON", "ANONYMOUS", "BABY", "BOY", "CHILD", "DONOTUSE", "DUMMY", "FEMALE", "GIRL",
    "INFANT", "MALE", "NA", "NK", "NKN", "NONAME", "NONE", "NOTGIVEN", "NOTKNOWN", "NOTSTATED",
    "PATIENT", "REFUSED", "TEST", "TWIN", "UNBORN", "UNIDENTIFIED", "UNKNOWN", "UNNAMED", "XX",
    "XXX", "ZZTEST",
})  # fmt: skip
"""What is written where no name is known; it says nothing about who somebody is."""

_TITLES: Final = {
    "MR": "M", "MASTER": "M", "SIR": "M", "LORD": "M",
    "MRS": "F", "MISS": "F", "MS": "F", "LADY": "F", "DAME": "F",
}  # fmt: skip
_GENDERS: Final = {"MALE": "M", "M": "M", "1": "M", "FEMALE": "F", "F": "F", "2": "F"}
_VERIFIED: Final = frozenset({"verified", "01", "1"})


@lru_cache(_MANY)
def letters(text: str) -> str:
    """A name's letters in capitals, accents and marks removed; "" for a placeholder."""
    plain = unicodedata.normalize("NFKD", text).upper()
    found = _NOT_LETTERS.sub("", plain.replace("Ł", "L").replace("Ø", "O").replace("Đ", "D"))
    return "" if found in _PLACEHOLDERS else found


@lru_cache(_MANY)
def parts_of(text: str) -> tuple[str, ...]:
    """The parts of a name of several words or of a double-barrelled one, each as letters."""
    words = re.split(r"[\s\-/.,]+", _APOSTROPHES.sub("", text))
    return tuple(part for word in words if (part := letters(word)))


@lru_cache(_MANY)
def first_of(text: str) -> str:
    """The first forename; a hyphen holds two together (Jean-Paul is one name)."""
    for word in _APOSTROPHES.sub("", text).replace("- ", "-").split():
        if found := letters(word):
            return found
    return ""


@lru_cache(_MANY)
def rest_of(text: str) -> str:
    """What follows the first forename."""
    words = [found for word in text.split() if (found := letters(word))]
    return words[1] if len(words) > 1 else ""


@lru_cache(_MANY)
def sorted_letters(name: str) -> str:
    """The letters in order: two names of the same letters are likely one, mistyped."""
    return "".join(sorted(name))


_SOUNDS: Final = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"^(KN|GN|PN)", "N"), (r"^WR", "R"), (r"^PS", "S"), (r"^X", "S"), (r"^MC", "MAC"),
        (r"^RH", "R"), (r"SCH|SH|SZ|CZ|TCH|CH", "J"), (r"PH|V|W(?=[AEIOU])", "F"),
        (r"DG(?=[EIY])", "J"), (r"IGH|AUGH|OUGH", "A"), (r"GH", "G"), (r"TH|DH|D", "T"),
        (r"C(?=[EIY])|Z|X", "S"), (r"CK|C|Q|KH|G", "K"), (r"BH|B", "P"), (r"N(?=[PMF])", "M"),
    )
)  # fmt: skip
_VOWELS: Final = re.compile(r"[AEIOUYWH]+")
_DOUBLES: Final = re.compile(r"(.)\1+")


@lru_cache(_MANY)
def sound(name: str) -> str:
    """A code that like-sounding spellings share: consonants in classes, vowels left out.

    In the spirit of Soundex (Russell, US patent 1,261,167) and Metaphone (Philips, Computer
    Language 7(12), 1990), with one class for sounds that spellings of Slavic, South Asian, Arabic
    and West African names in British records exchange (Szymanski, Shimanski; Khan, Kan).
    """
    code = name
    for pattern, heard in _SOUNDS:
        code = pattern.sub(heard, code)
    opening = "A" if code[:1] in set("AEIOUYH") else ""
    return (opening + _DOUBLES.sub(r"\1", _VOWELS.sub("", code)))[:8]


@cache
def _nickname_rows() -> dict[str, list[str]]:
    text = resources.files(__package__).joinpath("nicknames.csv").read_text("utf-8")
    told = csv.DictReader(text.splitlines())
    return {row["name"].upper(): row["also"].upper().split() for row in told}


@cache
def _nicknames() -> dict[str, frozenset[str]]:
    rows = _nickname_rows()
    called: dict[str, set[str]] = {}
    for name, others in rows.items():
        called.setdefault(name, set()).update(others)
        short = [other for other in others if other not in rows]
        for other in others:
            called.setdefault(other, set()).add(name)
            if other not in rows:
                called[other].update(each for each in short if each != other)
    return {name: frozenset(others) for name, others in called.items()}


@lru_cache(_MANY)
def calls(given: str, known_as: str) -> tuple[str, ...]:
    """What somebody of this first name may be called: itself, what they like, and nicknames."""
    found = {given, known_as} - {""}
    for name in tuple(found):
        found |= _nicknames().get(name, frozenset())
    return tuple(sorted(found))


@lru_cache(_MANY)
def roots(given: str, known_as: str) -> tuple[str, ...]:
    """The sounds under which somebody of this first name is looked for.

    Of the name itself, and of the whole names it may be short for: Bill and Will meet at William.
    """
    found = {sound(name) for name in (given, known_as) if name}
    for name in (given, known_as):
        found.update(sound(whole) for whole in _whole_names().get(name, ()))
    return tuple(sorted(found - {""}))


@cache
def _whole_names() -> dict[str, tuple[str, ...]]:
    whole: dict[str, list[str]] = {}
    for name, others in _nickname_rows().items():
        for other in others:
            whole.setdefault(other, []).append(name)
    return {short: tuple(names) for short, names in whole.items()}


_DATE: Final = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_DEFAULT_DATES: Final = frozenset({"1900-01-01", "1901-01-01", "1800-01-01", "9999-12-31"})
"""Dates a system writes for "not known"."""


@lru_cache(_MANY)
def born(text: str) -> str:
    """A date of birth, whole or partial, in ISO form; "" for a default or anything else."""
    return text if _DATE.fullmatch(text) and text not in _DEFAULT_DATES else ""


@lru_cache(_MANY)
def birth_key(born_on: str) -> str:
    """One text for a date and the same with day and month exchanged; "" unless it is whole."""
    if len(born_on) != len("1948-06-21"):
        return ""
    month, day = sorted((born_on[5:7], born_on[8:10]))
    return f"{born_on[:4]}{month}{day}"


_TO_DIGIT: Final = str.maketrans("OILSBZ", "011582")
_TO_LETTER: Final = str.maketrans("01582", "OISBZ")
_OUTWARD: Final = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?")
_NO_PLACE: Final = "ZZ99"
"""Pseudo postcodes: no fixed abode, not known, abroad (NHS Postcode Directory)."""


@lru_cache(_MANY)
def postcode(text: str) -> str:
    """A postcode without its blank, misread letters and digits put right by their place.

    The inward part is a digit and two letters; the outward part one or two letters, a digit and at
    most one more sign. "" for a pseudo postcode and for what cannot be one.
    """
    code = re.sub(r"[^A-Z0-9]", "", text.upper())
    if not 5 <= len(code) <= 7:
        return ""
    outward, inward = code[:-3], code[-3:]
    inward = inward[0].translate(_TO_DIGIT) + inward[1:].translate(_TO_LETTER)
    if outward[1:2].isdigit() or len(outward) == 2:
        outward = (
            outward[:1].translate(_TO_LETTER) + outward[1:2].translate(_TO_DIGIT) + outward[2:]
        )
    else:
        outward = (
            outward[:2].translate(_TO_LETTER) + outward[2:3].translate(_TO_DIGIT) + outward[3:]
        )
    if outward[-1:] == "O" and len(outward) == 3:
        outward = outward[:-1] + "0"
    whole = outward + inward
    return whole if _OUTWARD.fullmatch(outward) and not whole.startswith(_NO_PLACE) else ""


_NUMBERS: Final = re.compile(r"[0-9]+[A-Z]?")


@lru_cache(_MANY)
def home(code: str, address_line: str) -> str:
    """One text for a home: postcode and the numbers of flat and house, else the house's name."""
    if not code or not address_line:
        return ""
    line = address_line.upper()
    numbers = _NUMBERS.findall(line)
    if numbers:
        return f"{code} {'/'.join(numbers[:3])}"
    return f"{code} {letters(line.split(',')[0])}"


@lru_cache(_MANY)
def number(text: str) -> str:
    """A phone number's national digits with the leading nought; "" for what cannot be one."""
    digits = re.sub(r"\D", "", text.split("x", maxsplit=1)[0].split("ext", maxsplit=1)[0])
    if digits.startswith("0044"):
        digits = "0" + digits[4:]
    elif digits.startswith("44") and len(digits) in (11, 12):
        digits = "0" + digits[2:]
    if len(digits) not in (10, 11) or not digits.startswith("0") or len(set(digits[1:])) == 1:
        return ""
    return digits


def phones(*texts: str) -> tuple[str, str]:
    """The first landline and the first mobile among the numbers, whatever field they stood in."""
    found = [digits for text in texts if text and (digits := number(text))]
    landline = next((digits for digits in found if not digits.startswith("07")), "")
    return landline, next((digits for digits in found if digits.startswith("07")), "")


@lru_cache(_MANY)
def email(text: str) -> str:
    """An address of email in small letters; "" where it is none."""
    plain = text.strip().lower()
    return plain if "@" in plain else ""


@lru_cache(_MANY)
def gender(stated: str, title: str) -> str:
    """M or F where it is stated or the title says so; "" otherwise."""
    return _GENDERS.get(stated.upper(), "") or (
        _TITLES.get(letters(title), "") if not stated else ""
    )


def nhs_number(text: str) -> str:
    """A sound NHS number's ten digits; "" where the check digit does not fit."""
    if not text:
        return ""
    if len(text) == _TEN and text.isascii() and text.isdigit():
        # The same arithmetic as `vocabulary.nhs_number`, for the many that come plainly written.
        total = sum(map(operator.mul, WEIGHTS, text.encode())) - _NOUGHTS
        fits = (-total) % 11 == int(text[9])
        return text if fits and text != text[0] * _TEN else ""
    return tidy(text) if is_valid(text) else ""


_TEN: Final = 10
_NOUGHTS: Final = ord("0") * sum(WEIGHTS)


def is_traced(status: str) -> bool:
    """Whether the source says it verified the number against the national register."""
    return status in _VERIFIED

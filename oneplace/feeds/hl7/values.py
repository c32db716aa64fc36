"""Reads HL7's data types: identifiers, names, addresses, numbers, codes, doctors, places."""

from functools import lru_cache
from typing import Final

from oneplace.feeds.hl7.facts import (
    Address,
    Coded,
    Identifier,
    Location,
    Name,
    Organisation,
    Phone,
    PhoneKind,
    Professional,
)
from oneplace.feeds.hl7.habits import Habits
from oneplace.feeds.hl7.reading import DELETE, Encoding
from oneplace.vocabulary import nhs_number

_CACHED: Final = 16_384
_EQUIPMENT: Final = {
    "CP": PhoneKind.MOBILE, "PH": PhoneKind.LANDLINE, "FX": PhoneKind.FAX,
    "INTERNET": PhoneKind.EMAIL, "X.400": PhoneKind.EMAIL,
}  # fmt: skip
_NETWORK_USE: Final = "NET"


def parts(encoding: Encoding, text: str, count: int) -> list[str]:
    """At least `count` components as plain text; one asked to be deleted reads as empty."""
    found = text.split(encoding.component)
    if encoding.escape in text:
        found = [encoding.plain(part) for part in found]
    if DELETE in found:
        found = ["" if part == DELETE else part for part in found]
    missing = count - len(found)
    return found + [""] * missing if missing > 0 else found


def pieces(encoding: Encoding, text: str, place: int) -> list[str]:
    """The subcomponents of a component, from 0, as plain text: split before escapes are resolved,
    so that an escaped separator stays part of the text."""
    return [
        encoding.plain(each)
        for each in encoding.subcomponents(text.split(encoding.component)[place])
    ]


def identifier(encoding: Encoding, text: str, habits: Habits) -> Identifier | None:
    """An identifier (CX); None where it has no value.

    The NHS number is known by its authority; by its type where no authority was sent, or where its
    check digit fits whoever is said to have given it.
    """
    found = parts(encoding, text, 5)
    value, authority, kind = found[0].strip(), found[3], found[4]
    if not value:
        return None
    authority_id = ""
    if encoding.subcomponent and encoding.subcomponent in authority:
        authority, authority_id = [*pieces(encoding, text, 3), ""][:2]
    is_of_type = kind in habits.nhs_types
    if authority in habits.nhs_authorities or (
        is_of_type and (not authority or _is_sound(nhs_number.tidy(value)))
    ):
        value = nhs_number.tidy(value)
        return Identifier(value, authority, kind, True, _is_sound(value), authority_id)
    return Identifier(value, authority, kind, False, True, authority_id)


def identifiers(encoding: Encoding, text: str, habits: Habits) -> tuple[Identifier, ...]:
    """Every identifier of a repeating field, in order."""
    if not text or text == DELETE:
        return ()
    found = [identifier(encoding, each, habits) for each in encoding.repetitions(text)]
    return tuple(each for each in found if each is not None)


@lru_cache(maxsize=_CACHED)
def _is_sound(number: str) -> bool:
    return nhs_number.is_valid(number)


def name(encoding: Encoding, text: str) -> Name | None:
    """A person's name (XPN); of a family name in pieces, the first piece is the name."""
    found = parts(encoding, text, 7)
    mark = encoding.subcomponent
    family = pieces(encoding, text, 0)[0] if mark and mark in found[0] else found[0]
    if not (family or found[1]):
        return None
    return Name(family, found[1], found[2], found[3], found[4], found[5], found[6])


def address(encoding: Encoding, text: str) -> Address | None:
    """An address (XAD)."""
    found = parts(encoding, text, 7)
    if not any(found[:5]):
        return None
    mark = encoding.subcomponent
    is_split = mark and mark in found[0]
    first = " ".join(pieces(encoding, text, 0)).strip() if is_split else found[0]
    lines = tuple(line for line in (first, found[1]) if line)
    return Address(lines, found[2], found[3], found[4], found[5], found[6])


def phone(encoding: Encoding, text: str) -> Phone | None:
    """A telephone number or email address (XTN), in its old form or in pieces."""
    found = parts(encoding, text, 7)
    use, equipment, email = found[1], found[2].upper(), found[3]
    kind = _EQUIPMENT.get(equipment, PhoneKind.OTHER)
    if email and (use == _NETWORK_USE or kind is PhoneKind.EMAIL or not found[0]):
        return Phone(email, PhoneKind.EMAIL, use)
    number = found[0] or " ".join(piece for piece in found[4:7] if piece)
    if not number:
        return None
    if "@" in number:
        kind = PhoneKind.EMAIL
    return Phone(number, kind, use)


@lru_cache(maxsize=_CACHED)
def coded(encoding: Encoding, text: str) -> Coded | None:
    """A code (CE)."""
    found = parts(encoding, text, 6)
    return Coded(*found[:6]) if any(found) else None


@lru_cache(maxsize=_CACHED)
def professional(encoding: Encoding, text: str) -> Professional | None:
    """A doctor or clerk (XCN); the authority is in component 9, or in 8 as UK senders have it."""
    found = parts(encoding, text, 9)
    if not any(found[:3]):
        return None
    authority = _first_piece(encoding, text, found, 8 if found[8] else 7)
    return Professional(found[0], authority, found[1], found[2], found[5])


@lru_cache(maxsize=_CACHED)
def professionals(encoding: Encoding, text: str) -> tuple[Professional, ...]:
    """Every doctor of a repeating field; the first is in charge."""
    found = [professional(encoding, each) for each in encoding.repetitions(text)]
    return tuple(each for each in found if each is not None)


@lru_cache(maxsize=_CACHED)
def location(encoding: Encoding, text: str) -> Location | None:
    """A place in a hospital (PL): ward, room, bed, site."""
    found = parts(encoding, text, 4)
    site = _first_piece(encoding, text, found, 3)
    return Location(found[0], found[1], found[2], site) if any(found[:4]) else None


@lru_cache(maxsize=_CACHED)
def organisation(encoding: Encoding, text: str) -> Organisation | None:
    """An organisation (XON): its name, and its code from component 3 or else 10."""
    found = parts(encoding, text, 10)
    code = found[2] or found[9]
    return Organisation(found[0], code) if found[0] or code else None


def _first_piece(encoding: Encoding, text: str, found: list[str], place: int) -> str:
    """What stands before the first subcomponent separator of a component already read."""
    mark = encoding.subcomponent
    return pieces(encoding, text, place)[0] if mark and mark in found[place] else found[place]

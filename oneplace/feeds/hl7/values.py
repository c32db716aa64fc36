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


def identifier(encoding: Encoding, text: str, habits: Habits) -> Identifier | None:
    """An identifier (CX); None where it has no value.

    The NHS number is known by its authority; by its type only where no authority was sent.
    """
    found = parts(encoding, text, 5)
    value, authority, kind = found[0].strip(), found[3], found[4]
    if not value:
        return None
    authority_id = ""
    if encoding.subcomponent and encoding.subcomponent in authority:
        authority, authority_id = authority.split(encoding.subcomponent)[:2]
    if authority in habits.nhs_authorities or (not authority and kind in habits.nhs_types):
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
    family = found[0].split(mark, 1)[0] if mark and mark in found[0] else found[0]
    if not (family or found[1]):
        return None
    return Name(family, found[1], found[2], found[3], found[4], found[5], found[6])


def address(encoding: Encoding, text: str) -> Address | None:
    """An address (XAD)."""
    found = parts(encoding, text, 7)
    if not any(found[:5]):
        return None
    mark = encoding.subcomponent
    first = found[0].replace(mark, " ").strip() if mark and mark in found[0] else found[0]
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
    authority = (found[8] or found[7]).split(encoding.subcomponent or "&", 1)[0]
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
    site = found[3].split(encoding.subcomponent or "&", 1)[0]
    return Location(found[0], found[1], found[2], site) if any(found[:4]) else None


@lru_cache(maxsize=_CACHED)
def organisation(encoding: Encoding, text: str) -> Organisation | None:
    """An organisation (XON): its name, and its code from component 3 or else 10."""
    found = parts(encoding, text, 10)
    code = found[2] or found[9]
    return Organisation(found[0], code) if found[0] or code else None

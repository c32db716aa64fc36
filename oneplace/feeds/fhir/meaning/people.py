"""Patients, and those close to them: who a source says somebody is, and how they are reached."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from oneplace.feeds.fhir import uk_codes
from oneplace.feeds.fhir.meaning.codes import coded, concept, words
from oneplace.feeds.fhir.meaning.forms import note_extensions, note_rest, within
from oneplace.feeds.fhir.meaning.reading import Reading, numbered
from oneplace.feeds.fhir.meaning.times import day, moment
from oneplace.vocabulary import nhs_number
from oneplace.vocabulary.rows import IdentitySaid, ReachSaid, SameSaid, SubjectKey
from oneplace.vocabulary.terms import (
    EthnicCategory,
    Exactness,
    Gender,
    NhsNumberStatus,
    ReachKind,
)

GENDERS: Final = {
    "male": Gender.MALE,
    "female": Gender.FEMALE,
    "other": Gender.INDETERMINATE,
    "unknown": Gender.NOT_KNOWN,
}
"""Administrative gender to the NHS Data Dictionary's, as UK Core maps them."""
_NUMBER_STATUSES: Final = {
    "01": NhsNumberStatus.VERIFIED,
    "02": NhsNumberStatus.PRESENT_NOT_TRACED,
    "03": NhsNumberStatus.TRACE_REQUIRED,
    "04": NhsNumberStatus.NO_MATCH,
    "05": NhsNumberStatus.SEVERAL_MATCHES,
    "06": NhsNumberStatus.TRACE_REQUIRED,
    "07": NhsNumberStatus.MISSING,
    "08": NhsNumberStatus.TRACE_REQUIRED,
}
"""NHS Data Dictionary's status indicator; a trace in progress or postponed is still required."""
_OLD_USES: Final = frozenset({"old", "maiden"})
_USES: Final = {"temp": "temporary", "old": "previous", "home": "home", "work": "work"}
_POSTCODE: Final = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}")
_MOBILE: Final = re.compile(r"(?:\+44|0044|0)7")
_ETHNIC_WORDS: Final = frozenset(EthnicCategory.stored_words())
_NAMES: Final = frozenset(
    {
        "resourceType", "id", "meta", "text", "contained", "extension", "identifier", "active",
        "name", "telecom", "gender", "birthDate", "deceasedBoolean", "deceasedDateTime", "address",
        "maritalStatus", "multipleBirthBoolean", "multipleBirthInteger", "contact",
        "communication", "generalPractitioner", "managingOrganization", "link",
    }
)  # fmt: skip


def identity(resource: Mapping[str, Any], reading: Reading) -> tuple[IdentitySaid, list[SameSaid]]:
    """A patient: who they are, and which other numbers the source calls the same person."""
    note_rest_of_patient(resource, reading)
    identifier = reading.own_key.partition("/")[2]
    subject = reading.subject_of(resource, identifier)
    said_at, version = reading.said(resource)
    born, born_exactness = day_of(resource.get("birthDate", ""))
    numbers = _numbers(resource, reading)
    names = _named(resource.get("name", ()), reading)
    extra = _extensions(resource, reading)
    keeper = resource.get("managingOrganization")
    organisation = reading.pointer(keeper).code if keeper else reading.sender.organisation
    languages = _languages(resource.get("communication", ()), reading)
    births = resource.get("multipleBirthBoolean", resource.get("multipleBirthInteger"))
    detail = {
        "names": names.pop("others"),
        "languages": languages[1:],
        "nhs_number_missing": extra.pop("nhs_number_missing", ""),
        "birth_sex": extra.pop("birth_sex", ""),
        "residential_status": extra.pop("residential_status", ""),
        "birth_order": resource.get("multipleBirthInteger"),
        "gp": _general_practitioner(resource, reading),
        "is_active": resource.get("active") if resource.get("active") is False else None,
    }
    one = IdentitySaid(
        source=reading.sender.source,
        subject=subject,
        said_at=said_at,
        place=reading.place,
        version=version,
        identifiers=_identifiers(resource, subject, identifier, reading),
        born_on=born,
        born_exactness=born_exactness,
        gender=GENDERS.get(resource.get("gender", "")),
        language=next(iter(languages), ""),
        marital_status=_marital_status(resource, reading),
        practice_code=_practice(resource, organisation, reading),
        organisation=organisation,
        is_multiple_birth=None if births is None else bool(births),
        reach=tuple(reached(resource, reading)),
        detail={name: value for name, value in detail.items() if value or value is False},
        **_death(resource),
        **numbers,
        **names,
        **extra,
    )
    return one, _links(resource, subject, reading)


def note_rest_of_patient(resource: Mapping[str, Any], reading: Reading) -> None:
    """Elements of a patient that are read nowhere."""
    reading.unmapped += [name for name in resource if name not in _NAMES]


@functools.lru_cache(maxsize=2_048)
def _is_sound(digits: str) -> bool:
    return nhs_number.is_valid(digits)


def _numbers(resource: Mapping[str, Any], reading: Reading) -> dict[str, Any]:
    """The NHS number in use, whether its check digit fits, and how far it was verified.

    Two different ones in use: the first is kept for display and none is sound.
    """
    found: dict[str, str] = {}
    for business in resource.get("identifier", ()):
        is_nhs = uk_codes.names().get(business.get("system", "")) == "nhs_number"
        if is_nhs and business.get("value"):
            status = _number_status(business, reading)
            if business.get("use") != "old":
                found.setdefault(nhs_number.tidy(business["value"]), status)
        elif "extension" in business:
            note_extensions(business["extension"], reading)
    if not found:
        return {}
    digits, status = next(iter(found.items()))
    return {
        "nhs_number": digits,
        "is_nhs_number_sound": len(found) == 1 and _is_sound(digits),
        "nhs_number_status": status,
    }


def _number_status(business: Mapping[str, Any], reading: Reading) -> str:
    status = ""
    for extension in business.get("extension", ()):
        name = uk_codes.names().get(extension["url"])
        if name != "extension_nhs_number_status" or "valueCodeableConcept" not in extension:
            note_extensions([extension], reading)
            continue
        for one in extension["valueCodeableConcept"].get("coding", ()):
            sent = uk_codes.emitted(one.get("system", ""), one.get("code", ""))
            status = sent.code if sent else status
    word = _NUMBER_STATUSES.get(status)
    return word.value if word else ""


def _identifiers(
    resource: Mapping[str, Any], subject: SubjectKey, identifier: str, reading: Reading
) -> tuple[SubjectKey, ...]:
    """Every other number the source gives for the same person, its own id among them.

    An old NHS number is one; the one in use stands in its own column.
    """
    found = [SubjectKey(f"fhir:{reading.sender.source}", identifier)] if identifier else []
    for business in resource.get("identifier", ()):
        key = numbered(business)
        is_nhs = uk_codes.names().get(business.get("system", "")) == "nhs_number"
        if key is not None and (not is_nhs or business.get("use") == "old"):
            found.append(key)
    return tuple(dict.fromkeys(key for key in found if key != subject))


def _named(names: Iterable[Mapping[str, Any]], reading: Reading) -> dict[str, Any]:
    """The name in use, the name somebody goes by, and those of before."""
    current = [name for name in names if name.get("use") not in _OLD_USES and not _is_over(name)]
    formal = [name for name in current if name.get("use") not in {"nickname", "usual"}]
    main = next((one for one in formal if one.get("use") == "official"), None) or next(
        iter(formal or current or names), None
    )
    if main is None:
        return {"others": []}
    family, given = main.get("family", ""), [one for one in main.get("given", ()) if one]
    if not family and not given and "text" in main:
        *given, family = main["text"].split() or [""]
    used = [one for one in current if one is not main and one.get("use") in {"nickname", "usual"}]
    known_as = next((" ".join(filter(None, one.get("given", ()))) for one in used), "")
    before = [one["family"] for one in names if one not in current and one.get("family")]
    others = [_as_detail(one) for one in names if one is not main]
    return {
        "family": family,
        "given": given[0] if given else "",
        "other_given": " ".join(given[1:]),
        "known_as": known_as if known_as != (given[0] if given else "") else "",
        "title": " ".join(filter(None, main.get("prefix", ()))),
        "previous_families": tuple(dict.fromkeys(one for one in before if one != family)),
        "others": [one for one in others if one],
    }


def _is_over(name: Mapping[str, Any]) -> bool:
    return "end" in name.get("period", {})


def _as_detail(name: Mapping[str, Any]) -> dict[str, str]:
    spent = name.get("period", {})
    said = {
        "use": name.get("use", ""),
        "family": name.get("family", ""),
        "given": " ".join(filter(None, name.get("given", ()))) or name.get("text", ""),
        "since": spent.get("start", ""),
        "until": spent.get("end", ""),
    }
    return {key: text for key, text in said.items() if text}


def day_of(text: str) -> tuple[date | None, Exactness]:
    """A date and how exactly it was said."""
    found = day(text) if text else None
    return found or (None, Exactness.DAY)


def _death(resource: Mapping[str, Any]) -> dict[str, Any]:
    if "deceasedDateTime" in resource:
        found = moment(resource["deceasedDateTime"])
        if found is None:
            return {"is_dead": True}
        return {"is_dead": True, "died_at": found.at, "died_exactness": found.exactness}
    return {"is_dead": resource["deceasedBoolean"]} if "deceasedBoolean" in resource else {}


def _extensions(resource: Mapping[str, Any], reading: Reading) -> dict[str, Any]:
    """What the UK's extensions say; others are noted."""
    said: dict[str, Any] = {}
    for extension in resource.get("extension", ()):
        name = uk_codes.names().get(extension["url"], "")
        before = len(reading.unmapped)
        held = extension.get("valueCodeableConcept")
        if name == "extension_interpreter" and "valueBoolean" in extension:
            said["needs_interpreter"] = extension["valueBoolean"]
        elif name == "extension_ethnic_category" and held is not None:
            code = coded(held, reading).get("code", "")
            if code in _ETHNIC_WORDS:
                said["ethnicity"] = code
            else:
                note_extensions([extension], reading)
        elif name in _EXTENSIONS and held is not None:
            said[_EXTENSIONS[name]] = words(held, reading)
        else:
            note_extensions([extension], reading)
            continue
        if len(reading.unmapped) != before:
            within("extension", reading.unmapped, before)
    return said


_EXTENSIONS: Final = {
    "extension_nhs_number_missing": "nhs_number_missing",
    "extension_birth_sex": "birth_sex",
    "extension_residential_status": "residential_status",
    "extension_religion": "religion",
}


def _marital_status(resource: Mapping[str, Any], reading: Reading) -> str:
    held = resource.get("maritalStatus")
    if held is None:
        return ""
    found = concept(held, reading)
    return found.code or found.words


def _languages(communication: Iterable[Mapping[str, Any]], reading: Reading) -> list[str]:
    """The languages somebody uses, the preferred one first; ISO 639-1 where it can be told."""
    found: list[str] = []
    for one in communication:
        note_rest(one, frozenset({"language", "preferred"}), reading)
        code = concept(one["language"], reading)
        first = code.code.partition("-")[0].lower()
        word = first if 2 <= len(first) <= 3 else code.words
        if word:
            found.insert(0 if one.get("preferred") else len(found), word)
    return list(dict.fromkeys(found))


def _general_practitioner(resource: Mapping[str, Any], reading: Reading) -> str:
    names = [reading.pointer(one) for one in resource.get("generalPractitioner", ())]
    return next((one.words for one in names if one.kind != "Organization" and one.words), "")


def _practice(resource: Mapping[str, Any], organisation: str, reading: Reading) -> str:
    """The practice the source has for the person; of a practice's own patients, the practice."""
    for one in resource.get("generalPractitioner", ()):
        found = reading.pointer(one)
        if found.code:
            return found.code
    return organisation if reading.sender.numbers_of == "practice" else ""


def _links(resource: Mapping[str, Any], subject: SubjectKey, reading: Reading) -> list[SameSaid]:
    """Other records of the same person: one that takes another's place is kept in its stead."""
    said_at, version = reading.said(resource)
    found = []
    for link in resource.get("link", ()):
        other = reading.pointer(link["other"]).subject
        if other is None or other == subject:
            reading.unmapped.append("link")
            continue
        is_given_up = link["type"] == "replaced-by"
        found.append(
            SameSaid(
                reading.sender.source,
                other if is_given_up else subject,
                subject if is_given_up else other,
                said_at,
                reading.place,
                version,
            )
        )
    return found


# --- how somebody is reached ----------------------------------------------------------------------


def reached(resource: Mapping[str, Any], reading: Reading) -> list[ReachSaid]:
    """Addresses, phones and emails."""
    addresses = resource.get("address", ())
    listed = addresses if addresses.__class__ is list else [addresses] if addresses else []
    for one in (*listed, *resource.get("telecom", ())):
        if "extension" in one:
            note_extensions(one["extension"], reading)
    found = [address_of(one) for one in listed]
    return found + [way for one in resource.get("telecom", ()) if (way := _way(one))]


def address_of(address: Mapping[str, Any]) -> ReachSaid:
    """An address in one line without its postcode, and in its lines."""
    lines = [line for line in address.get("line", ()) if line]
    places = (address.get(name) for name in ("city", "district", "state"))
    parts = list(dict.fromkeys([*lines, *(place for place in places if place)]))
    starts_on, ends_on = _dates(address)
    return ReachSaid(
        ReachKind.ADDRESS,
        ", ".join(parts) or address.get("text", ""),
        postcode(address.get("postalCode", "")),
        tuple(parts),
        "",
        _use(address, ends_on),
        starts_on,
        ends_on,
    )


@functools.lru_cache(maxsize=16_384)
def postcode(text: str) -> str:
    """A postcode in the standard form; empty where it cannot be one."""
    found = "".join(text.upper().split())
    return f"{found[:-3]} {found[-3:]}" if _POSTCODE.fullmatch(found) else ""


def _use(value: Mapping[str, Any], ends_on: date | None) -> str:
    return "previous" if ends_on and "use" not in value else _USES.get(value.get("use", ""), "")


def _dates(value: Mapping[str, Any]) -> tuple[date | None, date | None]:
    spent = value.get("period")
    if spent is None:
        return None, None
    return day_of(spent.get("start", ""))[0], day_of(spent.get("end", ""))[0]


def _way(telecom: Mapping[str, Any]) -> ReachSaid | None:
    text = telecom.get("value", "")
    if not text:
        return None
    starts_on, ends_on = _dates(telecom)
    return ReachSaid(
        _kind_of_way(telecom, text),
        text,
        use=_use(telecom, ends_on),
        starts_on=starts_on,
        ends_on=ends_on,
        rank=max(telecom.get("rank", 1) - 1, 0),
        note="" if telecom.get("system") in _SPOKEN else telecom.get("system", ""),
    )


_SPOKEN: Final = frozenset({"phone", "sms", "email"})


def _kind_of_way(telecom: Mapping[str, Any], text: str) -> ReachKind:
    system, use = telecom.get("system", ""), telecom.get("use", "")
    if system == "email":
        return ReachKind.EMAIL
    if system not in _SPOKEN:
        return ReachKind.OTHER
    if system == "sms" or use == "mobile" or _MOBILE.match(text.replace(" ", "")):
        return ReachKind.MOBILE
    return ReachKind.WORK_PHONE if use == "work" else ReachKind.LANDLINE

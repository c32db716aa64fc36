"""Patients, and those close to them: who a source says somebody is, and how they are reached."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from oneplace.feeds.fhir import uk_codes
from oneplace.feeds.fhir.checking import why_no_nhs_number
from oneplace.feeds.fhir.meaning.codes import concept, words
from oneplace.feeds.fhir.meaning.forms import (
    Reader,
    Say,
    Table,
    detail,
    note_extensions,
    note_rest,
    read,
)
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
_FIELDS: Final = IdentitySaid._fields
_EMPTY: Final[list[Any]] = [IdentitySaid._field_defaults.get(name) for name in _FIELDS]
_SOURCE, _SUBJECT, _SAID_AT = (_FIELDS.index(name) for name in ("source", "subject", "said_at"))
_PLACE, _VERSION = _FIELDS.index("place"), _FIELDS.index("version")
_NUMBER = _FIELDS.index("nhs_number")
_IS_SOUND, _NUMBER_STATUS = _NUMBER + 1, _NUMBER + 2
_IDENTIFIERS, _FAMILY = _FIELDS.index("identifiers"), _FIELDS.index("family")
_GIVEN, _OTHER_GIVEN, _KNOWN_AS, _TITLE, _BEFORE = range(_FAMILY + 1, _FAMILY + 6)
_BORN, _BORN_EXACTNESS = _FIELDS.index("born_on"), _FIELDS.index("born_exactness")
_LANGUAGE, _PRACTICE = _FIELDS.index("language"), _FIELDS.index("practice_code")
_IS_DEAD, _ORGANISATION = _FIELDS.index("is_dead"), _FIELDS.index("organisation")
_MULTIPLE, _REACH = _FIELDS.index("is_multiple_birth"), _FIELDS.index("reach")
_ETHNICITY, _DETAIL = _FIELDS.index("ethnicity"), _FIELDS.index("detail")


def identity(resource: Mapping[str, Any], reading: Reading) -> tuple[IdentitySaid, list[SameSaid]]:
    """A patient: who they are, and which other numbers the source calls the same person."""
    row = reading.row = _EMPTY.copy()
    found = reading.detail = {}
    identifier = reading.own_key.partition("/")[2]
    subject = reading.subject_of(resource, identifier)
    row[_SOURCE], row[_SUBJECT], row[_PLACE] = reading.sender.source, subject, reading.place
    row[_SAID_AT], row[_VERSION] = reading.said(resource)
    read(_PATIENT, resource, reading)
    # The source's own id is one of the person's numbers, where another one names them.
    others = row[_IDENTIFIERS]
    own = _made(SubjectKey, (f"fhir:{reading.sender.source}", identifier))
    if identifier and own != subject:
        others = (own, *others)
    if others and subject.authority != own.authority:
        # Named by that very number and who gave it: under the system's address alone two practices'
        # numbers could be the same.
        others = tuple(key for key in others if key == own or key.value != subject.value)
    row[_IDENTIFIERS] = others or ()
    if not row[_ORGANISATION]:
        row[_ORGANISATION] = reading.sender.organisation
    if not row[_PRACTICE] and reading.sender.numbers_of == "practice":
        row[_PRACTICE] = row[_ORGANISATION]
    if "address" in resource or "telecom" in resource:
        row[_REACH] = tuple(reached(resource, reading))
    row[_DETAIL] = found
    one = tuple.__new__(IdentitySaid, row)
    return one, _links(resource, subject, reading) if "link" in resource else []


def _column(name: str, reader: Reader) -> Say:
    place = _FIELDS.index(name)

    def say(value: Any, reading: Reading) -> None:
        reading.row[place] = reader(value, reading)

    return say


def _nothing(value: Any, reading: Reading) -> None:
    """Read elsewhere: links, contacts, ways of reach."""


def _say_numbers(businesses: list[dict[str, Any]], reading: Reading) -> None:
    """The NHS number in use with how far it was verified; every other number beside it.

    Two different ones in use: the first is kept for display and none is sound. An old one is
    another number; the one in use stands in its own columns.
    """
    row, names = reading.row, uk_codes.names()
    others: list[SubjectKey] = []
    for business in businesses:
        system, value = business.get("system", ""), business.get("value", "")
        is_nhs = names.get(system) == "nhs_number"
        if is_nhs and value and business.get("use") != "old":
            digits = nhs_number.tidy(value)
            status = _number_status(business, reading)
            if not row[_NUMBER]:
                row[_NUMBER], row[_IS_SOUND], row[_NUMBER_STATUS] = (
                    digits,
                    why_no_nhs_number(digits) is None,
                    status,
                )
            elif row[_NUMBER] != digits:
                row[_IS_SOUND] = False
            continue
        if "extension" in business:
            note_extensions(business["extension"], reading)
        if system and value:
            others.append(numbered(business) if is_nhs else _made(SubjectKey, (system, value)))  # type: ignore[arg-type]
    row[_IDENTIFIERS] = tuple(dict.fromkeys(others)) if len(others) > 1 else tuple(others)


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


def _say_names(names: list[dict[str, Any]], reading: Reading) -> None:
    """The name in use, the name somebody goes by, and those of before."""
    row = reading.row
    if len(names) == 1:
        _say_main(names[0], row)
        return
    current = [name for name in names if name.get("use") not in _OLD_USES and not _is_over(name)]
    formal = [name for name in current if name.get("use") not in {"nickname", "usual"}]
    main = next((one for one in formal if one.get("use") == "official"), None) or next(
        iter(formal or current or names)
    )
    _say_main(main, row)
    used = [one for one in current if one is not main and one.get("use") in {"nickname", "usual"}]
    known_as = next((" ".join(filter(None, one.get("given", ()))) for one in used), "")
    row[_KNOWN_AS] = known_as if known_as != row[_GIVEN] else ""
    before = [one["family"] for one in names if one not in current and one.get("family")]
    row[_BEFORE] = tuple(dict.fromkeys(one for one in before if one != row[_FAMILY]))
    others = [_as_detail(one) for one in names if one is not main]
    reading.detail["names"] = [one for one in others if one]


def _say_main(name: Mapping[str, Any], row: list[Any]) -> None:
    family, given = name.get("family", ""), [one for one in name.get("given", ()) if one]
    if not family and not given and "text" in name:
        *given, family = name["text"].split() or [""]
    row[_FAMILY] = family
    if given:
        row[_GIVEN], row[_OTHER_GIVEN] = given[0], " ".join(given[1:])
    if "prefix" in name:
        row[_TITLE] = " ".join(filter(None, name["prefix"]))


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


def _say_born(text: str, reading: Reading) -> None:
    reading.row[_BORN], reading.row[_BORN_EXACTNESS] = day_of(text)


def _say_died(text: str, reading: Reading) -> None:
    found, row = moment(text), reading.row
    row[_IS_DEAD] = True
    if found is not None:
        row[_IS_DEAD + 1], row[_IS_DEAD + 2] = found


def _say_ethnicity(value: Mapping[str, Any], reading: Reading) -> None:
    code = concept(value, reading).code
    if code in _ETHNIC_WORDS:
        reading.row[_ETHNICITY] = code
    else:
        reading.unmapped.append("coding")


def _code_or_words(value: Mapping[str, Any], reading: Reading) -> str:
    found = concept(value, reading)
    return found.code or found.words


def _say_languages(communication: list[dict[str, Any]], reading: Reading) -> None:
    """The languages somebody uses, the preferred one first; ISO 639-1 where it can be told."""
    found: list[str] = []
    for one in communication:
        note_rest(one, _LANGUAGE_NAMES, reading)
        code = concept(one["language"], reading)
        first = code.code.partition("-")[0].lower()
        word = first if 2 <= len(first) <= 3 else code.words
        if word:
            found.insert(0 if one.get("preferred") else len(found), word)
    if found:
        first, *more = dict.fromkeys(found)
        reading.row[_LANGUAGE] = first
        if more:
            reading.detail["languages"] = more


_LANGUAGE_NAMES: Final = frozenset({"language", "preferred"})


def _say_practitioners(values: list[dict[str, Any]], reading: Reading) -> None:
    """The practice the source has for the person, and the GP by name."""
    found = [reading.pointer(value) for value in values]
    reading.row[_PRACTICE] = next((one.code for one in found if one.code), "")
    name = next((one.words for one in found if one.kind != "Organization" and one.words), "")
    if name:
        reading.detail["gp"] = name


def _say_birth_order(value: int, reading: Reading) -> None:
    reading.row[_MULTIPLE] = bool(value)
    reading.detail["birth_order"] = value


def _say_active(value: bool, reading: Reading) -> None:
    if not value:
        reading.detail["is_active"] = False


_PATIENT: Final[Table] = {
    "identifier": _say_numbers,
    "active": _say_active,
    "name": _say_names,
    "telecom": _nothing,
    "address": _nothing,
    "contact": _nothing,
    "link": _nothing,
    "gender": _column("gender", lambda value, reading: GENDERS.get(value)),
    "birthDate": _say_born,
    "deceasedBoolean": _column("is_dead", lambda value, reading: value),
    "deceasedDateTime": _say_died,
    "maritalStatus": _column("marital_status", _code_or_words),
    "multipleBirthBoolean": _column("is_multiple_birth", lambda value, reading: value),
    "multipleBirthInteger": _say_birth_order,
    "communication": _say_languages,
    "generalPractitioner": _say_practitioners,
    "managingOrganization": _column(
        "organisation", lambda value, reading: reading.pointer(value).code
    ),
    "extension_interpreter": _column("needs_interpreter", lambda value, reading: value),
    "extension_ethnic_category": _say_ethnicity,
    "extension_religion": _column("religion", words),
    "extension_nhs_number_missing": detail("nhs_number_missing", words),
    "extension_birth_sex": detail("birth_sex", words),
    "extension_residential_status": detail("residential_status", words),
}


def _links(resource: Mapping[str, Any], subject: SubjectKey, reading: Reading) -> list[SameSaid]:
    """Other records of the same person: one that takes another's place is kept in its stead."""
    said_at, version = reading.said(resource)
    found = []
    for link in resource["link"]:
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
    get = address.get
    said, country = get("postalCode", ""), get("country", "")
    code = postcode(said)
    # What is no postcode of ours stays in the words: an address abroad, or one mistyped.
    lines = (*get("line", ()), get("city"), get("district"), get("state"), "" if code else said)
    named = dict.fromkeys((*lines, "" if country.upper() in _HERE else country))
    parts = [part for part in named if part]
    starts_on, ends_on = _dates(address)
    shown = ", ".join(parts) or address.get("text", "")
    use = _use(address, ends_on)
    way = (ReachKind.ADDRESS, shown, code, tuple(parts), "", use, starts_on, ends_on, 0, "")
    return _made(ReachSaid, way)


_HERE = frozenset({"", "GB", "GBR", "UK", "UNITED KINGDOM", "ENGLAND", "GREAT BRITAIN"})


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
    kind, use = _kind_of_way(telecom, text), _use(telecom, ends_on)
    rank = max(telecom["rank"] - 1, 0) if "rank" in telecom else 0
    system = telecom.get("system", "")
    note = "" if system in _SPOKEN else system
    return _made(ReachSaid, (kind, text, "", (), "", use, starts_on, ends_on, rank, note))


# Every way of every patient passes here: a tuple made at once is twice as quick as one by names.
_made: Final = tuple.__new__
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

"""Who the hospital says somebody is: the newest word of each field, as an empty one keeps it."""

from typing import Any, Final

from oneplace.feeds.hl7.facts import (
    Address,
    Identifier,
    MergeSaid,
    Name,
    PersonSaid,
    Phone,
    PhoneKind,
)
from oneplace.feeds.hl7.heard import Heard, Said
from oneplace.feeds.hl7.wording import (
    authority,
    day,
    exactness,
    named,
    postcode,
    professional_key,
    said_only,
    words,
)
from oneplace.vocabulary.rows import IdentitySaid, ReachSaid, SubjectKey
from oneplace.vocabulary.terms import (
    EthnicCategory,
    Exactness,
    Gender,
    NhsNumberStatus,
    ReachKind,
)

_STATUSES: Final = {
    "01": NhsNumberStatus.VERIFIED, "02": NhsNumberStatus.PRESENT_NOT_TRACED,
    "03": NhsNumberStatus.TRACE_REQUIRED, "04": NhsNumberStatus.NO_MATCH,
    "05": NhsNumberStatus.SEVERAL_MATCHES, "06": NhsNumberStatus.PRESENT_NOT_TRACED,
    "07": NhsNumberStatus.MISSING, "08": NhsNumberStatus.TRACE_REQUIRED,
}  # fmt: skip
# HL7 table 0002, as UK senders use it.
_MARITAL: Final = {
    "S": "Single", "M": "Married", "D": "Divorced", "W": "Widowed", "A": "Separated",
    "P": "Civil partnership", "B": "Unmarried", "C": "Common law", "G": "Living together",
    "U": "Not known", "T": "Not reported",
}  # fmt: skip
_KINDS: Final = {
    PhoneKind.MOBILE: ReachKind.MOBILE, PhoneKind.LANDLINE: ReachKind.LANDLINE,
    PhoneKind.EMAIL: ReachKind.EMAIL, PhoneKind.FAX: ReachKind.OTHER,
    PhoneKind.OTHER: ReachKind.OTHER,
}  # fmt: skip
# HL7 tables 0190 and 0201: what an address or number is for.
_ADDRESS_USES: Final = {
    "H": "home", "P": "home", "C": "temporary", "M": "postal", "B": "work", "O": "work",
    "BA": "no longer right", "N": "where born", "F": "abroad",
}  # fmt: skip
_NUMBER_USES: Final = {
    "PRN": "home", "ORN": "other", "WPN": "work", "VHN": "temporary", "EMR": "emergency",
    "NET": "email", "ASN": "answering service", "BPN": "pager",
}  # fmt: skip
_KNOWN_AS: Final = ("PREFERRED", "N", "A")
_BEFORE: Final = ("PREVIOUS", "M")
_SHORT: Final = 2


def identity_of(
    subject: SubjectKey, heard: list[Heard], said: Said, *, source: str, organisation: str,
    place: str,
) -> IdentitySaid | None:  # fmt: skip
    """The identity these messages give their subject, oldest first; None where none tells of it."""
    people = [fact for each in heard for fact in each.of(PersonSaid)]
    if not people:
        return None
    newest = _Newest(people)
    numbers = _numbers(people)
    nhs = next((each for each in numbers if each.is_nhs_number), None)
    names: tuple[Name, ...] = newest.of("names") or ()
    name = _legal(names)
    born, died = newest.of("born"), newest.of("died")
    gender, ethnicity = newest.of("gender"), newest.of("ethnicity")
    practice = newest.of("practice")
    words_of_life = (says_dead(person) for person in reversed(people))
    is_dead = next((word for word in words_of_life if word is not None), None)
    return IdentitySaid(
        source=source,
        subject=subject,
        said_at=said.at,
        version=said.version,
        place=place,
        nhs_number=nhs.value[:10] if nhs else "",
        is_nhs_number_sound=bool(nhs and nhs.is_sound),
        nhs_number_status=_STATUSES[status].value
        if (status := newest.of("nhs_number_status") or "") in _STATUSES
        else "",
        identifiers=_others(numbers, subject),
        family=name.family if name else "",
        given=name.given if name else "",
        other_given=name.middle if name else "",
        known_as=_known_as(names),
        title=name.prefix if name else "",
        previous_families=_previous(names),
        born_on=day(born) if born else None,
        born_exactness=exactness(born) if born else Exactness.DAY,
        gender=Gender(gender) if gender else None,
        ethnicity=ethnicity.code
        if ethnicity and ethnicity.code in EthnicCategory.stored_words()
        else "",
        language=_language(newest),
        marital_status=_marital(newest),
        religion=words(newest.of("religion")),
        is_dead=is_dead,
        died_at=died.at if died and is_dead is not False else None,
        died_exactness=exactness(died) if died and is_dead is not False else Exactness.DAY,
        practice_code=practice.code if practice else "",
        organisation=organisation,
        is_identity_unknown=bool(newest.truth("is_identity_unknown")),
        is_deleted=people[-1].is_deleted,
        reach=_reach(newest),
        detail=_detail(newest, name, numbers, heard),
    )


def says_dead(person: PersonSaid) -> bool | None:
    """Whether one message says the person is dead; None where it says nothing of it.

    A death asked to be deleted, and not said otherwise in the same message, is taken back.
    """
    if person.is_dead is not None:
        return person.is_dead
    if person.died is not None:
        return True
    return False if {"died", "is_dead"} & set(person.deletes) else None


class _Newest:
    """The newest word of each field: an empty one keeps, a deletion deletes."""

    def __init__(self, people: list[PersonSaid]) -> None:
        self._people = people[::-1]

    def of(self, name: str) -> Any:
        """The newest value; None where it was never said or was deleted since."""
        for person in self._people:
            if name in person.deletes:
                return None
            value = getattr(person, name)
            if value:
                return value
        return None

    def truth(self, name: str) -> bool | None:
        """The newest yes or no."""
        for person in self._people:
            if name in person.deletes:
                return None
            value: bool | None = getattr(person, name)
            if value is not None:
                return value
        return None


def _numbers(people: list[PersonSaid]) -> tuple[Identifier, ...]:
    """The identifiers of the newest message; a kind it does not speak of keeps its newest."""
    kept: dict[tuple[bool, str, str], list[Identifier]] = {}
    for person in reversed(people):
        found: dict[tuple[bool, str, str], list[Identifier]] = {}
        for each in person.identifiers:
            kind = (each.is_nhs_number, "" if each.is_nhs_number else each.authority, each.kind)
            found.setdefault(kind, []).append(each)
        for kind, numbers in found.items():
            kept.setdefault(kind, numbers)
    return tuple(each for kind in sorted(kept) for each in kept[kind])


def _others(numbers: tuple[Identifier, ...], subject: SubjectKey) -> tuple[SubjectKey, ...]:
    found = {
        SubjectKey(authority(each.authority), each.value)
        for each in numbers
        if not each.is_nhs_number and each.authority
    }
    return tuple(sorted(found - {subject}))


def _legal(names: tuple[Name, ...]) -> Name | None:
    for name in names:
        if name.kind in {"L", ""}:
            return name
    usual = [name for name in names if not _is_before(name) and name.kind not in _KNOWN_AS]
    return next(iter(usual or names), None)


def _is_before(name: Name) -> bool:
    return name.kind.upper().startswith(_BEFORE[0]) or name.kind == _BEFORE[1]


def _known_as(names: tuple[Name, ...]) -> str:
    for name in names:
        if name.kind.upper() in _KNOWN_AS:
            return name.given or name.family
    return ""


def _previous(names: tuple[Name, ...]) -> tuple[str, ...]:
    found = [name.family for name in names if _is_before(name) and name.family]
    return tuple(dict.fromkeys(found))


def _language(newest: _Newest) -> str:
    language = newest.of("language")
    if language is None:
        return ""
    code: str = language.code
    return code.lower() if len(code) == _SHORT and code.isalpha() else words(language)


def _marital(newest: _Newest) -> str:
    status = newest.of("marital_status")
    return "" if status is None else status.display or _MARITAL.get(status.code, status.code)


def _reach(newest: _Newest) -> tuple[ReachSaid, ...]:
    addresses: tuple[Address, ...] = newest.of("addresses") or ()
    phones: tuple[Phone, ...] = newest.of("phones") or ()
    business: tuple[Phone, ...] = newest.of("business_phones") or ()
    found = [_address(each, rank) for rank, each in enumerate(addresses)]
    found += [_phone(each, rank) for rank, each in enumerate(phones)]
    found += [_phone(each, rank, is_work=True) for rank, each in enumerate(business)]
    return tuple(dict.fromkeys(found))


def _address(address: Address, rank: int) -> ReachSaid:
    code = postcode(address.postcode)
    lines = tuple(part for part in (*address.lines, address.town, address.county) if part)
    shown = lines if code or not address.postcode else (*lines, address.postcode)
    return ReachSaid(
        kind=ReachKind.ADDRESS,
        text=", ".join(shown),
        postcode=code,
        lines=lines,
        use=_ADDRESS_USES.get(address.kind, address.kind),
        rank=rank,
        note="" if address.country in {"", "GBR", "GB", "UK"} else address.country,
    )


def _phone(phone: Phone, rank: int, *, is_work: bool = False) -> ReachSaid:
    kind = _KINDS[phone.kind]
    if is_work and kind is ReachKind.LANDLINE:
        kind = ReachKind.WORK_PHONE
    use = _NUMBER_USES.get(phone.use, phone.use) or ("work" if is_work else "")
    note = "Fax" if phone.kind is PhoneKind.FAX else ""
    return ReachSaid(kind=kind, text=phone.number, use=use, rank=rank, note=note)


def _detail(
    newest: _Newest, name: Name | None, numbers: tuple[Identifier, ...], heard: list[Heard]
) -> dict[str, Any]:
    gp, practice, account = newest.of("gp"), newest.of("practice"), newest.of("account")
    ethnicity = newest.of("ethnicity")
    second = [each.value for each in numbers if each.is_nhs_number][1:]
    gone = [
        each.value
        for message in heard
        for merge in message.of(MergeSaid)
        for each in merge.discarded
        if each.is_nhs_number
    ]
    is_known = ethnicity is not None and ethnicity.code in EthnicCategory.stored_words()
    return said_only(
        {
            "gp": named(gp) if gp else None,
            "gp_agent": professional_key(gp, heard[-1].source.facility) if gp else None,
            "practice_name": practice.name if practice else None,
            "account": account.value if account else None,
            "gender_as_sent": newest.of("gender_as_sent") if not newest.of("gender") else None,
            "ethnicity_as_sent": None if is_known else words(ethnicity),
            "name_suffix": name.suffix if name else None,
            "name_degree": name.degree if name else None,
            "other_nhs_numbers": second,
            "nhs_numbers_given_up": sorted(set(gone)),
        }
    )

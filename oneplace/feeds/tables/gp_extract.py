"""The coded bulk extract of the GP systems, sheet by sheet.

A patient is the practice's own number (`PatientID`) within the practice (`PracticeCode`), as in
what the practices send as FHIR. Rows have no references: an entry is known by whose it is, what
it is and when, by what does not change when it is ended or issued again. Codes are SNOMED CT and
the dictionary of medicines.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from oneplace.feeds.tables import codes, values
from oneplace.feeds.tables.saying import Saying, text_of
from oneplace.feeds.tables.sheets import Sheet, SheetReader
from oneplace.vocabulary.rows import AgentSaid, IdentitySaid, Said, SubjectKey
from oneplace.vocabulary.terms import EntryKind, EntryStatus, Exactness

_MODES: Final = {
    "surgery": "face_to_face", "face_to_face": "face_to_face", "telephone": "telephone",
    "online": "video", "video": "video", "home_visit": "home", "home visit": "home",
}  # fmt: skip
_DID_NOT_ATTEND: Final = ("dna", "did_not_attend", "did not attend")
_WHO: Final = ("PracticeCode", "PatientID")


def patient(saying: Saying, practice: str, number: str) -> SubjectKey:
    """Whoever a practice means by a number of its own."""
    if not practice or not number:
        saying.need("PracticeCode", practice)
        saying.need("PatientID", number)
    return _patient(practice, number)


@lru_cache(4096)
def _patient(practice: str, number: str) -> SubjectKey:
    # Rows of one patient stand together.
    return SubjectKey(f"practice:{practice}", number)


def _practices(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    code, name, network, postcode, telephone = cells
    yield AgentSaid(
        saying.source,
        f"organisation:{saying.need('PracticeCode', code)}",
        name,
        saying.said_at,
        saying.place,
        saying.version,
        kind="organisation",
        code=code,
        phone=values.phone(telephone),
        detail={
            key: value
            for key, value in {
                "type": ["general practice"],
                "network": network,
                "postcode": values.postcode(postcode),
            }.items()
            if value
        },
    )


def _staff(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    practice, number, title, given, family, role, started = cells
    started_on = saying.day("Started", started)
    yield AgentSaid(
        saying.source,
        f"staff:{saying.need('StaffID', number)}",
        " ".join(part for part in (title, given, family) if part),
        saying.said_at,
        saying.place,
        saying.version,
        kind="person",
        part_of=f"organisation:{practice}" if practice else "",
        detail={
            key: value
            for key, value in {
                "roles": [role.replace("_", " ")] if role else [],
                "organisation": practice,
                "started_on": started_on.isoformat() if started_on else "",
            }.items()
            if value
        },
    )


def _patients(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    (
        practice, number, nhs_number, nhs_status, title, given, middle, family, previous, known_as,
        born, sex, ethnicity, language, interpreter, communication, line_1, line_2, line_3, town,
        postcode, home, mobile, mail, died,
    ) = cells  # fmt: skip
    nhs, is_sound = values.nhs(nhs_number)
    status = saying.word("NHSNumberStatus", nhs_status, codes.NHS_NUMBER_STATUSES)
    died_at = saying.moment("DateOfDeath", died)
    yield IdentitySaid(
        saying.source,
        patient(saying, practice, number),
        saying.said_at,
        saying.place,
        saying.version,
        nhs_number=nhs,
        is_nhs_number_sound=is_sound,
        nhs_number_status=status.value if status else "",
        family=family,
        given=given,
        other_given=middle,
        known_as=known_as,
        title=title,
        previous_families=(previous,) if previous else (),
        born_on=saying.born("DateOfBirth", born),
        gender=saying.word("Sex", sex, codes.GENDERS),
        ethnicity=saying.word("EthnicCategory", ethnicity, codes.ETHNICITIES) or "",
        language=language,
        needs_interpreter=saying.truth("InterpreterNeeded", interpreter),
        is_dead=True if died_at else None,
        died_at=died_at,
        practice_code=practice,
        organisation=practice,
        communication_needs=codes.needs(communication),
        reach=(
            *values.address(line_1, line_2, line_3, town, code=postcode),
            *values.phones(home, mobile),
            *values.email(mail),
        ),
    )


def _registrations(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    practice, number, registered, deducted, reason = cells
    starts_at = saying.moment("RegisteredOn", registered)
    ends_at = saying.moment("DeductedOn", deducted)
    yield saying.entry(
        EntryKind.REGISTRATION,
        f"{practice}|{number}|{registered}",
        patient(saying, practice, number),
        status=saying.status(starts_at, ends_at),
        starts_at=starts_at,
        ends_at=ends_at,
        exactness=Exactness.DAY,
        title="Registered with a practice",
        organisation=practice,
        detail={"practice_code": practice, "end_reason": reason.replace("_", " ")},
    )


def _events(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    practice, number, happened, recorded, code, term, kind, ended = cells
    starts_at, ends_at = saying.moment("EventDate", happened), saying.moment("EndDate", ended)
    is_condition = kind.casefold() == "condition"
    yield saying.entry(
        EntryKind.CONDITION if is_condition else EntryKind.OBSERVATION,
        f"{practice}|{number}|{code or term}|{happened}|{recorded}",
        patient(saying, practice, number),
        status=saying.status(starts_at, ends_at) if is_condition else EntryStatus.ENDED,
        starts_at=starts_at,
        ends_at=ends_at,
        exactness=Exactness.DAY,
        recorded_at=saying.moment("RecordedDate", recorded),
        title=term or code,
        code=code,
        code_system="snomed" if code else "",
        organisation=practice,
    )


def _values(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    practice, number, taken, code, term, value, second, unit = cells
    at, exactness = saying.exactly("Taken", taken)
    amount, other = saying.amount("Value", value), saying.amount("SecondValue", second)
    detail: dict[str, object] = {}
    if other is not None:
        # Blood pressure: the two numbers are one measurement.
        detail["components"] = [
            {"what": "systolic", "value": text_of(amount), "unit": unit},
            {"what": "diastolic", "value": text_of(other), "unit": unit},
        ]
    yield saying.entry(
        EntryKind.OBSERVATION,
        f"{practice}|{number}|{code or term}|{taken}|{value}|{second}",
        patient(saying, practice, number),
        status=EntryStatus.ENDED,
        starts_at=at,
        exactness=exactness,
        title=term or code,
        code=code,
        code_system="snomed" if code else "",
        value=None if other is not None else amount,
        unit="" if other is not None else unit,
        organisation=practice,
        detail=detail,
    )


def _medications(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    (
        practice, number, code, term, dose, kind, first, last, issues, stopped, indication,
    ) = cells  # fmt: skip
    starts_at, ends_at = saying.moment("FirstIssued", first), saying.moment("Stopped", stopped)
    last_on, first_on = saying.day("LastIssued", last), saying.day("FirstIssued", first)
    yield saying.entry(
        EntryKind.MEDICINE,
        f"{practice}|{number}|{code or term}|{first}|{kind}|{dose}",
        patient(saying, practice, number),
        status=saying.status(starts_at, ends_at),
        starts_at=starts_at,
        ends_at=ends_at,
        exactness=Exactness.DAY,
        title=term or code,
        code=code,
        code_system="dmd" if code else "",
        organisation=practice,
        detail={
            "dose": dose,
            "is_repeat": kind.casefold() == "repeat",
            "course": kind.casefold(),
            "issues": saying.whole("Issues", issues),
            "first_issued": first_on.isoformat() if first_on else "",
            "last_issued": last_on.isoformat() if last_on else "",
            "indication_code": indication,
        },
    )


def _allergies(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    practice, number, recorded, code, term, reaction, severity = cells
    recorded_at = saying.moment("RecordedDate", recorded)
    yield saying.entry(
        EntryKind.ALLERGY,
        f"{practice}|{number}|{code or term}|{recorded}",
        patient(saying, practice, number),
        status=EntryStatus.CURRENT,
        starts_at=recorded_at,
        exactness=Exactness.DAY,
        recorded_at=recorded_at,
        title=term or code,
        code=code,
        code_system="snomed" if code else "",
        organisation=practice,
        detail={
            "substance": term,
            "severity": severity,
            "reactions": [{"manifestations": [reaction]}] if reaction else [],
        },
    )


def _immunisations(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    practice, number, given, code, term, given_at = cells
    yield saying.entry(
        EntryKind.IMMUNISATION,
        f"{practice}|{number}|{code or term}|{given}",
        patient(saying, practice, number),
        status=EntryStatus.ENDED,
        starts_at=saying.moment("GivenOn", given),
        exactness=Exactness.DAY,
        title=term or code,
        code=code,
        code_system="snomed" if code else "",
        organisation=given_at or practice,
        detail={"was_given": True, "product": term},
    )


def _appointments(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    (
        practice, number, starts, minutes, mode, outcome, staff, role, code, reason, seen_at,
    ) = cells  # fmt: skip
    at, exactness = saying.exactly("Starts", starts)
    did_attend = outcome.casefold() not in _DID_NOT_ATTEND
    yield saying.entry(
        EntryKind.APPOINTMENT,
        f"{practice}|{number}|{starts}|{staff}|{code}",
        patient(saying, practice, number),
        status=saying.status(at, at),
        starts_at=at,
        exactness=exactness,
        title=reason or "Appointment",
        code=code,
        code_system="snomed" if code else "",
        organisation=seen_at or practice,
        by=role.replace("_", " "),
        by_agent=f"staff:{staff}" if staff else "",
        detail={
            "mode": _MODES.get(mode.casefold(), "" if mode in _DID_NOT_ATTEND else mode),
            "minutes": saying.whole("Minutes", minutes),
            "outcome": "seen" if did_attend else "did_not_attend",
            "did_attend": did_attend,
        },
    )


SHEETS: Final = (
    Sheet(
        "practices",
        ("PracticeCode", "PracticeName", "NetworkName", "Postcode", "Telephone"),
        ("PracticeCode", "PracticeName"),
        _practices,
    ),
    Sheet(
        "staff",
        ("PracticeCode", "StaffID", "Title", "GivenName", "FamilyName", "Role", "Started"),
        ("PracticeCode", "StaffID", "FamilyName"),
        _staff,
    ),
    Sheet(
        "patients",
        (*_WHO, "NHSNumber", "NHSNumberStatus", "Title", "GivenName", "MiddleName", "FamilyName",
         "PreviousFamilyName", "KnownAs", "DateOfBirth", "Sex", "EthnicCategory", "MainLanguage",
         "InterpreterNeeded", "CommunicationNeed", "Address1", "Address2", "Address3", "Town",
         "Postcode", "HomeTelephone", "MobileTelephone", "Email", "DateOfDeath"),
        (*_WHO, "FamilyName", "DateOfBirth"),
        _patients,
    ),
    Sheet(
        "registrations",
        (*_WHO, "RegisteredOn", "DeductedOn", "DeductionReason"),
        (*_WHO, "RegisteredOn"),
        _registrations,
    ),
    Sheet(
        "events",
        (*_WHO, "EventDate", "RecordedDate", "Code", "Term", "Type", "EndDate"),
        (*_WHO, "EventDate", "Code"),
        _events,
    ),
    Sheet(
        "values",
        (*_WHO, "Taken", "Code", "Term", "Value", "SecondValue", "Unit"),
        (*_WHO, "Taken", "Value"),
        _values,
    ),
    Sheet(
        "medications",
        (*_WHO, "Code", "Term", "Dose", "Type", "FirstIssued", "LastIssued", "Issues", "Stopped",
         "IndicationCode"),
        (*_WHO, "Code", "FirstIssued"),
        _medications,
    ),
    Sheet(
        "allergies",
        (*_WHO, "RecordedDate", "Code", "Term", "Reaction", "Severity"),
        (*_WHO, "RecordedDate", "Reaction"),
        _allergies,
    ),
    Sheet(
        "immunisations",
        (*_WHO, "GivenOn", "Code", "Term", "GivenAt"),
        (*_WHO, "GivenOn", "Code"),
        _immunisations,
    ),
    Sheet(
        "appointments",
        (*_WHO, "Starts", "Minutes", "Mode", "Outcome", "StaffID", "StaffRole", "ReasonCode",
         "Reason", "SeenAt"),
        (*_WHO, "Starts", "Outcome"),
        _appointments,
    ),
)  # fmt: skip
READER: Final = SheetReader("the GP bulk extract", SHEETS)

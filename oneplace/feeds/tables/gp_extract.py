"""The coded bulk extract of the GP systems, sheet by sheet.

A patient is the practice's own number (`PatientID`) within the practice (`PracticeCode`), as in
what the practices send as FHIR. Rows have no references: an entry is known by whose it is, what
it is and when, by what does not change when it is ended or issued again. Codes are SNOMED CT and
the dictionary of medicines.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

from oneplace.feeds.tables import codes, values
from oneplace.feeds.tables.entry_forms import EntryForm, Part
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


def _registered(saying: Saying, practice: str, reason: str) -> tuple[Any, ...]:
    return ({"practice_code": practice, "end_reason": reason.replace("_", " ")},)


def _happened(saying: Saying, happened: str, ended: str, kind: str) -> tuple[Any, ...]:
    starts_at, ends_at = saying.moment("EventDate", happened), saying.moment("EndDate", ended)
    if kind.casefold() != "condition":
        return EntryKind.OBSERVATION, EntryStatus.ENDED, starts_at, ends_at
    return EntryKind.CONDITION, saying.status(starts_at, ends_at), starts_at, ends_at


def _measured(saying: Saying, value: str, second: str, unit: str) -> tuple[Any, ...]:
    amount, other = saying.amount("Value", value), saying.amount("SecondValue", second)
    if other is None:
        return amount, unit, {}
    # Blood pressure: the two numbers are one measurement.
    components = [
        {"what": "systolic", "value": text_of(amount), "unit": unit},
        {"what": "diastolic", "value": text_of(other), "unit": unit},
    ]
    return None, "", {"components": components}


def _issued(saying: Saying, *cells: str) -> tuple[Any, ...]:
    dose, kind, first, last, issues, indication = cells
    last_on, first_on = saying.day("LastIssued", last), saying.day("FirstIssued", first)
    detail = {
        "dose": dose,
        "is_repeat": kind.casefold() == "repeat",
        "course": kind.casefold(),
        "issues": saying.whole("Issues", issues),
        "first_issued": first_on.isoformat() if first_on else "",
        "last_issued": last_on.isoformat() if last_on else "",
        "indication_code": indication,
    }
    return (detail,)


def _allergic(saying: Saying, term: str, reaction: str, severity: str) -> tuple[Any, ...]:
    detail = {
        "substance": term,
        "severity": severity,
        "reactions": [{"manifestations": [reaction]}] if reaction else [],
    }
    return (detail,)


def _attended(saying: Saying, minutes: str, mode: str, outcome: str) -> tuple[Any, ...]:
    did_attend = outcome.casefold() not in _DID_NOT_ATTEND
    detail = {
        "mode": _MODES.get(mode.casefold(), "" if mode in _DID_NOT_ATTEND else mode),
        "minutes": saying.whole("Minutes", minutes),
        "outcome": "seen" if did_attend else "did_not_attend",
        "did_attend": did_attend,
    }
    return (detail,)


def _at(saying: Saying, starts: str) -> tuple[Any, ...]:
    at, exactness = saying.exactly("Starts", starts)
    return at, exactness, saying.status(at, at)


def _moment(column: str, *fields: str) -> Part:
    """One moment, for each of these fields."""
    return Part(
        fields, (column,), lambda saying, text: (saying.moment(column, text),) * len(fields)
    )


def _span(first: str, last: str) -> Part:
    """When it began and ended, and so whether it goes on."""

    def tells(saying: Saying, begun: str, ended: str) -> tuple[Any, ...]:
        starts_at, ends_at = saying.moment(first, begun), saying.moment(last, ended)
        return starts_at, ends_at, saying.status(starts_at, ends_at)

    return Part(("starts_at", "ends_at", "status"), (first, last), tells)


def _coded(system: str) -> Part:
    """What it is; a code without a term shows itself."""
    return Part(
        ("title", "code", "code_system"),
        ("Code", "Term"),
        lambda saying, code, term: (term or code, code, system if code else ""),
    )


_SUBJECT: Final = Part(
    ("subject",), _WHO, lambda saying, practice, number: (patient(saying, practice, number),)
)
_AT_PRACTICE: Final = Part(("organisation",), ("PracticeCode",), lambda saying, code: (code,))


def _of_entries(
    name: str,
    columns: tuple[str, ...],
    needs: tuple[str, ...],
    parts: tuple[Part, ...],
    key: tuple[str | tuple[str, ...], ...],
    **always: Any,
) -> Sheet:
    """A sheet each row of which is one entry of somebody."""
    form = EntryForm((*_WHO, *columns), parts, key=(*_WHO, *key), always=always)
    return Sheet(name, (*_WHO, *columns), (*_WHO, *needs), form.says, forms=(form,))


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
    _of_entries(
        "registrations",
        ("RegisteredOn", "DeductedOn", "DeductionReason"),
        ("RegisteredOn",),
        (
            _span("RegisteredOn", "DeductedOn"),
            _SUBJECT,
            _AT_PRACTICE,
            Part(("detail",), ("PracticeCode", "DeductionReason"), _registered),
        ),
        ("RegisteredOn",),
        kind=EntryKind.REGISTRATION,
        exactness=Exactness.DAY,
        title="Registered with a practice",
    ),
    _of_entries(
        "events",
        ("EventDate", "RecordedDate", "Code", "Term", "Type", "EndDate"),
        ("EventDate", "Code"),
        (
            Part(
                ("kind", "status", "starts_at", "ends_at"),
                ("EventDate", "EndDate", "Type"),
                _happened,
            ),
            _SUBJECT,
            _moment("RecordedDate", "recorded_at"),
            _coded("snomed"),
            _AT_PRACTICE,
        ),
        (("Code", "Term"), "EventDate", "RecordedDate"),
        exactness=Exactness.DAY,
    ),
    _of_entries(
        "values",
        ("Taken", "Code", "Term", "Value", "SecondValue", "Unit"),
        ("Taken", "Value"),
        (
            Part(
                ("starts_at", "exactness"),
                ("Taken",),
                lambda saying, taken: saying.exactly("Taken", taken),
                Saying.all_exactly,
            ),
            Part(("value", "unit", "detail"), ("Value", "SecondValue", "Unit"), _measured),
            _SUBJECT,
            _coded("snomed"),
            _AT_PRACTICE,
        ),
        (("Code", "Term"), "Taken", "Value", "SecondValue"),
        kind=EntryKind.OBSERVATION,
        status=EntryStatus.ENDED,
    ),
    _of_entries(
        "medications",
        ("Code", "Term", "Dose", "Type", "FirstIssued", "LastIssued", "Issues", "Stopped",
         "IndicationCode"),
        ("Code", "FirstIssued"),
        (
            _span("FirstIssued", "Stopped"),
            _SUBJECT,
            Part(
                ("detail",),
                ("Dose", "Type", "FirstIssued", "LastIssued", "Issues", "IndicationCode"),
                _issued,
            ),
            _coded("dmd"),
            _AT_PRACTICE,
        ),
        (("Code", "Term"), "FirstIssued", "Type", "Dose"),
        kind=EntryKind.MEDICINE,
        exactness=Exactness.DAY,
    ),
    _of_entries(
        "allergies",
        ("RecordedDate", "Code", "Term", "Reaction", "Severity"),
        ("RecordedDate", "Reaction"),
        (
            _moment("RecordedDate", "starts_at", "recorded_at"),
            _SUBJECT,
            _coded("snomed"),
            _AT_PRACTICE,
            Part(("detail",), ("Term", "Reaction", "Severity"), _allergic),
        ),
        (("Code", "Term"), "RecordedDate"),
        kind=EntryKind.ALLERGY,
        status=EntryStatus.CURRENT,
        exactness=Exactness.DAY,
    ),
    _of_entries(
        "immunisations",
        ("GivenOn", "Code", "Term", "GivenAt"),
        ("GivenOn", "Code"),
        (
            _SUBJECT,
            _moment("GivenOn", "starts_at"),
            _coded("snomed"),
            Part(
                ("organisation",),
                ("PracticeCode", "GivenAt"),
                lambda saying, practice, given_at: (given_at or practice,),
            ),
            Part(
                ("detail",), ("Term",), lambda saying, term: ({"was_given": True, "product": term},)
            ),
        ),
        (("Code", "Term"), "GivenOn"),
        kind=EntryKind.IMMUNISATION,
        status=EntryStatus.ENDED,
        exactness=Exactness.DAY,
    ),
    _of_entries(
        "appointments",
        ("Starts", "Minutes", "Mode", "Outcome", "StaffID", "StaffRole", "ReasonCode", "Reason",
         "SeenAt"),
        ("Starts", "Outcome"),
        (
            Part(("starts_at", "exactness", "status"), ("Starts",), _at),
            _SUBJECT,
            Part(
                ("title", "code", "code_system"),
                ("ReasonCode", "Reason"),
                lambda saying, code, reason: (
                    reason or "Appointment", code, "snomed" if code else "",
                ),
            ),
            Part(
                ("organisation",),
                ("PracticeCode", "SeenAt"),
                lambda saying, practice, seen_at: (seen_at or practice,),
            ),
            Part(
                ("by", "by_agent"),
                ("StaffID", "StaffRole"),
                lambda saying, staff, role: (
                    role.replace("_", " "), f"staff:{staff}" if staff else "",
                ),
            ),
            Part(("detail",), ("Minutes", "Mode", "Outcome"), _attended),
        ),
        ("Starts", "StaffID", "ReasonCode"),
        kind=EntryKind.APPOINTMENT,
    ),
)  # fmt: skip
READER: Final = SheetReader("the GP bulk extract", SHEETS)

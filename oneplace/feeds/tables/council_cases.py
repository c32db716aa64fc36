"""The council's case system: its nightly export, sheet by sheet.

Everybody is named by the council's own number (`SWIFT_NO`), which Client Level Data uses too.
Dates are day/month/year. An address is a saying of its own beside the client's: the later it
began, the more it counts, and one that has ended speaks only of the time until then, so that the
address a person lives at now stands whatever order the exports come in.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from oneplace.feeds.tables import codes, dates, values
from oneplace.feeds.tables.saying import Saying, hours, pounds
from oneplace.feeds.tables.sheets import Sheet, SheetReader
from oneplace.vocabulary.rows import IdentitySaid, Said, SubjectKey
from oneplace.vocabulary.terms import EntryKind, EntryStatus, Exactness

ADDRESSES: Final = "addresses"
"""After the source's code and a slash: who says an address, apart from who says the client."""


def client(saying: Saying, number: str, column: str = "SWIFT_NO") -> SubjectKey:
    """Whoever the council means by a number."""
    return SubjectKey(f"council:{saying.organisation}", saying.need(column, number))


def _clients(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    (
        number, nhs_number, surname, forenames, known_as, title, dob, dod, gender, ethnicity,
        language, interpreter, comms_need, tel_home, tel_mobile, gp_code, accommodation,
        lives_alone, known_since,
    ) = cells  # fmt: skip
    nhs, is_sound = values.nhs(nhs_number)
    given, _, other_given = forenames.partition(" ")
    died_at = saying.moment("DOD", dod)
    since = saying.day("KNOWN_SINCE", known_since)
    yield IdentitySaid(
        saying.source,
        client(saying, number),
        saying.said_at,
        saying.place,
        saying.version,
        nhs_number=nhs,
        is_nhs_number_sound=is_sound,
        family=surname,
        given=given,
        other_given=other_given,
        known_as=known_as,
        title=title,
        born_on=saying.born("DOB", dob),
        gender=saying.word("GENDER", gender, codes.GENDERS),
        ethnicity=saying.word("ETHNICITY", ethnicity, codes.ETHNICITIES) or "",
        language=language,
        needs_interpreter=saying.truth("INTERPRETER", interpreter),
        is_dead=True if died_at else None,
        died_at=died_at,
        practice_code=gp_code,
        organisation=saying.organisation,
        lives_alone=saying.truth("LIVES_ALONE", lives_alone),
        accommodation=accommodation,
        communication_needs=codes.needs(comms_need),
        reach=tuple(values.phones(tel_home, tel_mobile)),
        detail={"known_since": since.isoformat()} if since else {},
    )


def _addresses(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    (
        number, line_1, line_2, line_3, town, postcode, uprn, from_dt, to_dt, tenure, key_safe,
    ) = cells  # fmt: skip
    starts_on, ends_on = saying.day("FROM_DT", from_dt), saying.day("TO_DT", to_dt)
    found = values.address(line_1, line_2, line_3, town, code=postcode, uprn=uprn)
    said_at = saying.said_at
    if ends_on is not None:
        said_at = min(said_at, dates.midnight(ends_on + timedelta(days=1)))
    has_key_safe = saying.truth("KEYSAFE", key_safe)
    detail: dict[str, object] = {"tenure": tenure} if tenure else {}
    if has_key_safe is not None:
        detail["has_key_safe"] = has_key_safe
    yield IdentitySaid(
        f"{saying.source}/{ADDRESSES}",
        client(saying, number),
        said_at,
        saying.place,
        f"{starts_on or ''} {saying.version}",
        organisation=saying.organisation,
        reach=tuple(way._replace(starts_on=starts_on, ends_on=ends_on) for way in found),
        detail=detail,
    )


def _hazards(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    number, hazard, noted, advice = cells
    noted_at, exactness = saying.exactly("NOTED", noted)
    kind = saying.need("HAZARD", hazard)
    yield saying.entry(
        EntryKind.HAZARD,
        f"{number}|{kind}|{noted}",
        client(saying, number),
        status=EntryStatus.CURRENT,
        starts_at=noted_at,
        exactness=exactness,
        title=kind.replace("_", " ").capitalize(),
        words=advice,
        organisation=saying.organisation,
        detail={"hazard": kind, "advice": advice},
    )


def _carers(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    carer, cared_for, hours_week, tasks, strain, from_dt, to_dt = cells
    starts_at = saying.moment("FROM_DT", from_dt)
    ends_at = saying.moment("TO_DT", to_dt)
    key = f"{carer}|{cared_for}|{from_dt}"
    about = {
        "kinds": ["unpaid_carer"],
        "hours_per_week": hours(saying.amount("HRS_WK", hours_week)),
        "tasks": tasks,
        "strain": saying.whole("STRAIN_0_10", strain),
    }
    one, other = client(saying, carer, "CARER_NO"), client(saying, cared_for, "CARED_FOR_NO")
    # Once for each of the two: either's page must show the other.
    for whom, who, is_carer_of, side in ((one, other, True, "carer"), (other, one, False, "cared")):
        yield saying.entry(
            EntryKind.TIE,
            f"{key}|{side}",
            whom,
            status=saying.status(starts_at, ends_at),
            starts_at=starts_at,
            ends_at=ends_at,
            exactness=Exactness.DAY,
            title="Cares for somebody" if is_carer_of else "Has an unpaid carer",
            organisation=saying.organisation,
            detail={
                **about,
                "other_authority": who.authority,
                "other_value": who.value,
                "is_carer_of": is_carer_of,
            },
        )


def _packages(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    (
        reference, number, service, service_type, delivery, provider, hours_week, start, end,
        end_reason, unit_price, price_unit, funding,
    ) = cells  # fmt: skip
    starts_at, ends_at = saying.moment("START_DT", start), saying.moment("END_DT", end)
    yield saying.entry(
        EntryKind.CARE_PACKAGE,
        saying.need("PKG_REF", reference),
        client(saying, number),
        status=saying.status(starts_at, ends_at),
        starts_at=starts_at,
        ends_at=ends_at,
        exactness=Exactness.DAY,
        title=service or service_type or "Care package",
        organisation=saying.organisation,
        by=provider,
        detail={
            "service_type": service_type,
            "component": service,
            "delivery": delivery,
            "provider": provider,
            "hours_per_week": hours(saying.amount("HRS_WK", hours_week)),
            "end_reason": end_reason,
            "price": pounds(saying.amount("UNIT_PRICE", unit_price)),
            "price_unit": price_unit.lower().replace("_", " ").replace("-", " "),
            "funding": funding,
        },
    )


def _contacts(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    reference, number, received, route, closed, outcome = cells
    starts_at, ends_at = saying.moment("RECEIVED", received), saying.moment("CLOSED", closed)
    closed_on = saying.day("CLOSED", closed)
    yield saying.entry(
        EntryKind.REQUEST,
        saying.need("CONTACT_REF", reference),
        client(saying, number),
        status=saying.status(starts_at, ends_at),
        starts_at=starts_at,
        ends_at=ends_at,
        exactness=Exactness.DAY,
        title="Request for support",
        organisation=saying.organisation,
        detail={
            "route": route.lower().replace("_", " "),
            "outcome": outcome,
            "closed_on": closed_on.isoformat() if closed_on else "",
        },
    )


def _assessments(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    reference, number, kind, client_type, started, completed, eligible, worker = cells
    starts_at, ends_at = saying.moment("STARTED", started), saying.moment("COMPLETED", completed)
    completed_on = saying.day("COMPLETED", completed)
    yield saying.entry(
        EntryKind.ASSESSMENT,
        saying.need("ASSESS_REF", reference),
        client(saying, number),
        status=saying.status(starts_at, ends_at),
        starts_at=starts_at,
        ends_at=ends_at,
        exactness=Exactness.DAY,
        title=kind or "Assessment",
        organisation=saying.organisation,
        by_agent=worker,
        detail={
            "type": kind,
            "client_type": client_type,
            "has_eligible_needs": saying.truth("ELIGIBLE", eligible),
            "completed_on": completed_on.isoformat() if completed_on else "",
        },
    )


def _reviews(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    reference, number, reason, done, outcomes, result = cells
    done_at = saying.moment("DONE", done)
    yield saying.entry(
        EntryKind.REVIEW,
        saying.need("REVIEW_REF", reference),
        client(saying, number),
        status=saying.status(done_at, done_at),
        starts_at=done_at,
        exactness=Exactness.DAY,
        title="Review of care",
        organisation=saying.organisation,
        detail={"review_reason": reason, "outcomes_achieved": outcomes, "outcome": result},
    )


def _safeguarding(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    (
        reference, number, raised, raised_by, kind, location, decision, section_42,
        wanted_outcomes, enquiry_ended, risk_after, outcomes_met,
    ) = cells  # fmt: skip
    raised_at, exactness = saying.exactly("RAISED", raised)
    decided_at = saying.moment("DECISION_DT", decision)
    ended_at = saying.moment("ENQUIRY_ENDED", enquiry_ended)
    is_section_42 = saying.truth("S42", section_42)
    # Where the three tests of section 42 are not met, the decision is the end of it.
    ends_at = ended_at or (decided_at if is_section_42 is False else None)
    yield saying.entry(
        EntryKind.CONCERN,
        saying.need("CONCERN_REF", reference),
        client(saying, number),
        status=saying.status(raised_at, ends_at),
        starts_at=raised_at,
        ends_at=ends_at,
        exactness=exactness if ends_at is None else Exactness.DAY,
        title="Safeguarding concern",
        organisation=saying.organisation,
        labels=("safeguarding",),
        detail={
            "type": _words(kind),
            "raised_by": _words(raised_by),
            "location": _words(location),
            "decided_on": _iso(saying, "DECISION_DT", decision),
            "is_section_42": is_section_42,
            "wanted_outcomes": _words(wanted_outcomes),
            "enquiry_ended_on": _iso(saying, "ENQUIRY_ENDED", enquiry_ended),
            "risk_after": _words(risk_after),
            "outcomes_met": _words(outcomes_met),
        },
    )


def _words(code: str) -> str:
    return code.lower().replace("_", " ")


def _iso(saying: Saying, column: str, text: str) -> str:
    found = saying.day(column, text)
    return found.isoformat() if found else ""


SHEETS: Final = (
    Sheet(
        "clients",
        ("SWIFT_NO", "NHS_NO", "SURNAME", "FORENAMES", "KNOWN_AS", "TITLE", "DOB", "DOD", "GENDER",
         "ETHNICITY", "LANGUAGE", "INTERPRETER", "COMMS_NEED", "TEL_HOME", "TEL_MOBILE", "GP_CODE",
         "ACCOMMODATION", "LIVES_ALONE", "KNOWN_SINCE"),
        ("SWIFT_NO", "SURNAME", "FORENAMES", "DOB"),
        _clients,
    ),
    Sheet(
        "addresses",
        ("SWIFT_NO", "LINE1", "LINE2", "LINE3", "TOWN", "PCODE", "UPRN", "FROM_DT", "TO_DT",
         "TENURE", "KEYSAFE"),
        ("SWIFT_NO", "LINE1", "PCODE", "FROM_DT"),
        _addresses,
    ),
    Sheet(
        "hazards",
        ("SWIFT_NO", "HAZARD", "NOTED", "ADVICE"),
        ("SWIFT_NO", "HAZARD", "ADVICE"),
        _hazards,
    ),
    Sheet(
        "carers",
        ("CARER_NO", "CARED_FOR_NO", "HRS_WK", "TASKS", "STRAIN_0_10", "FROM_DT", "TO_DT"),
        ("CARER_NO", "CARED_FOR_NO"),
        _carers,
    ),
    Sheet(
        "packages",
        ("PKG_REF", "SWIFT_NO", "SERVICE", "SERVICE_TYPE", "DELIVERY", "PROVIDER", "HRS_WK",
         "START_DT", "END_DT", "END_REASON", "UNIT_PRICE", "PRICE_UNIT", "FUNDING"),
        ("PKG_REF", "SWIFT_NO", "START_DT"),
        _packages,
    ),
    Sheet(
        "contacts",
        ("CONTACT_REF", "SWIFT_NO", "RECEIVED", "ROUTE", "CLOSED", "OUTCOME"),
        ("CONTACT_REF", "SWIFT_NO", "RECEIVED"),
        _contacts,
    ),
    Sheet(
        "assessments",
        ("ASSESS_REF", "SWIFT_NO", "TYPE", "CLIENT_TYPE", "STARTED", "COMPLETED", "ELIGIBLE",
         "WORKER"),
        ("ASSESS_REF", "SWIFT_NO", "STARTED"),
        _assessments,
    ),
    Sheet(
        "reviews",
        ("REVIEW_REF", "SWIFT_NO", "REASON", "DONE", "OUTCOMES", "RESULT"),
        ("REVIEW_REF", "SWIFT_NO", "DONE"),
        _reviews,
    ),
    Sheet(
        "safeguarding",
        ("CONCERN_REF", "SWIFT_NO", "RAISED", "RAISED_BY", "TYPE", "LOCATION", "DECISION_DT", "S42",
         "WANTED_OUTCOMES", "ENQUIRY_ENDED", "RISK_AFTER", "OUTCOMES_MET"),
        ("CONCERN_REF", "SWIFT_NO", "RAISED"),
        _safeguarding,
    ),
)  # fmt: skip
READER: Final = SheetReader("the council's case system", SHEETS)

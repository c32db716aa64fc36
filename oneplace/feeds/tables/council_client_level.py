"""Client Level Data: the council's quarterly return, as entries and identities.

Each row is said at the end of the period it reports on, so that an older return that comes late
changes nothing that a newer one said. Whether a field is right `client_level_rules` judges; each
that is not is counted by field. A row is kept aside only where it cannot be placed: nobody is
named, its event is of no known kind, or a date in it is no date. The same event in several
returns is one entry. A date of death before the end of an event is its end.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from oneplace.feeds.tables import client_level_rules as rules
from oneplace.feeds.tables import codes, dates, values
from oneplace.feeds.tables.client_level_rules import Quality, Record
from oneplace.feeds.tables.refusing import Unreadable
from oneplace.feeds.tables.saying import Saying, hours, pounds, shown
from oneplace.feeds.tables.sheets import Sheet, SheetReader
from oneplace.vocabulary.rows import EntrySaid, IdentitySaid, Said, SubjectKey, Unmapped
from oneplace.vocabulary.terms import EntryKind, Exactness, QuarantineReason

_NAMES: Final = tuple(field.name for field in rules.FIELDS)
_DATES: Final = (
    "Reporting_Period_Start_Date", "Reporting_Period_End_Date", "Date_of_Birth", "Date_of_Death",
    "Event_Start_Date", "Event_End_Date",
)  # fmt: skip
_KINDS: Final = {
    rules.REQUEST: EntryKind.REQUEST, rules.ASSESSMENT: EntryKind.ASSESSMENT,
    rules.SERVICE: EntryKind.CARE_PACKAGE, rules.REVIEW: EntryKind.REVIEW,
}  # fmt: skip
# The ethnic groups of the return, by the end of their words, in the codes the NHS exchanges. Groups
# that came after those codes stand under the nearest "any other".
_ETHNICITIES: Final = {
    "white: english, welsh, scottish, northern irish or british": "A", "white: irish": "B",
    "white: gypsy or irish traveller": "C", "white: roma": "C",
    "white: any other white background": "C",
    "mixed or multiple ethnic groups: white and black caribbean": "D",
    "mixed or multiple ethnic groups: white and black african": "E",
    "mixed or multiple ethnic groups: white and asian": "F",
    "mixed or multiple ethnic groups: any other mixed or multiple ethnic background": "G",
    "asian or asian british: indian": "H", "asian or asian british: pakistani": "J",
    "asian or asian british: bangladeshi": "K",
    "asian or asian british: any other asian background": "L",
    "asian or asian british: chinese": "R",
    "black, black british, caribbean or african: caribbean": "M",
    "black, black british, caribbean or african: african": "N",
    "black, black british, caribbean or african: any other black, black british or caribbean "
    "background": "P",
    "other ethnic group: arab": "S", "other ethnic group: any other ethnic group": "S",
    "no data: refused": "Z", "no data: undeclared or not known": "99",
}  # fmt: skip


def _row(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    record = Record(dict(zip(_NAMES, cells, strict=True)))
    on = {name: _day_in(saying, name, record[name]) for name in _DATES}
    whom = _whom(saying, record)
    if record.is_of_event and not record.event:
        raise Unreadable(
            "Event_Type",
            f"Event_Type holds {shown(record['Event_Type'])}; it must be Request, Assessment, "
            "Service or Review, and may be empty only of a carer known by association.",
            QuarantineReason.UNKNOWN_CODE,
        )
    start, end = on["Event_Start_Date"], on["Event_End_Date"]
    if record.event and start is None:
        saying.need("Event_Start_Date", "")
    died_on = on["Date_of_Death"]
    if died_on and start and died_on >= start and (end is None or died_on < end):
        end = died_on
    if start and end and end < start:
        raise Unreadable(
            "Event_End_Date", "Event_End_Date lies before Event_Start_Date. Put one of them right."
        )
    until = on["Reporting_Period_End_Date"]
    whole = saying.about.setdefault("said_at", saying.said_at)
    saying.said_at = dates.midnight(until + timedelta(days=1)) if until else whole
    identity = _identity(saying, record, whom, on)
    # Every event of a person repeats who they are: said once while it stays the same.
    before = saying.about.get("identity")
    if before is None or before._replace(place=identity.place, version=identity.version) != (
        identity
    ):
        saying.about["identity"] = identity
        yield identity
    if record.event:
        yield _event(saying, record, whom, (start, end))
    for field, found in rules.wrong_fields(record):
        yield Unmapped(saying.source, f"{field} ({rules.WORDS[found]})")
    yield from _ties(saying, record, whom)


def _day_in(saying: Saying, column: str, text: str) -> date | None:
    return saying.born(column, text) if column == "Date_of_Birth" else saying.day(column, text)


def _whom(saying: Saying, record: Record) -> SubjectKey:
    authority = f"council:{saying.organisation}"
    number = record["LA_Person_Unique_Identifier"]
    if number:
        return SubjectKey(authority, number)
    nhs, is_sound = values.nhs(record["NHS_Number"])
    if not is_sound:
        raise Unreadable(
            "LA_Person_Unique_Identifier",
            "The row names nobody: neither the council's number nor an NHS number that is sound. "
            "Put one in.",
            QuarantineReason.MISSING_FIELD,
        )
    return SubjectKey(authority, f"nhs:{nhs}")


def _identity(
    saying: Saying,
    record: Record,
    whom: SubjectKey,
    on: Mapping[str, date | None],
) -> IdentitySaid:
    nhs, is_sound = values.nhs(record["NHS_Number"])
    died_on = on["Date_of_Death"]
    gender = codes.GENDERS.get(record["Gender"].casefold())
    return IdentitySaid(
        saying.source,
        whom,
        saying.said_at,
        saying.place,
        saying.version,
        nhs_number=nhs,
        is_nhs_number_sound=is_sound,
        born_on=on["Date_of_Birth"],
        gender=gender,
        ethnicity=_ETHNICITIES.get(record["Ethnicity"].casefold(), ""),
        is_dead=True if died_on else None,
        died_at=dates.midnight(died_on) if died_on else None,
        practice_code=record["GP_Practice_Code"].upper(),
        organisation=saying.organisation,
        accommodation=record["Accommodation_Status"],
        reach=tuple(values.address(code=record["Postcode"])),
        detail=_about_person(record),
    )


def _about_person(record: Record) -> dict[str, Any]:
    told: dict[str, Any] = {
        "employment": record["Employment_Status"],
        "gp": record["GP_Practice_Name"],
    }
    if not record.event:
        # With an event these are the event's, and change from one to the next.
        told["client_type"] = record["Client_Type"]
        told["support_reason"] = record["Primary_Support_Reason"]
    found = {name: text for name, text in told.items() if text}
    for name, field in (
        ("has_unpaid_carer", "Has_Unpaid_Carer"),
        ("has_autism", "Autism_Spectrum_Disorder_ASD"),
        ("has_visual_impairment", "Visual_Impairment"),
        ("has_hearing_impairment", "Hearing_Impairment"),
        ("has_dementia", "Dementia"),
    ):
        said = values.truth(record[field])
        if said is not None:
            found[name] = said
    return found


def _event(
    saying: Saying,
    record: Record,
    whom: SubjectKey,
    spans: tuple[date | None, date | None],
) -> EntrySaid:
    start, end = spans
    starts_at = dates.midnight(start) if start else None
    ends_at = dates.midnight(end) if end else None
    title, detail = _TOLD[record.event](saying, record)
    client = {"client_type": record["Client_Type"], "outcome": record["Event_Outcome"]}
    reason = record["Primary_Support_Reason"]
    return saying.entry(
        _KINDS[record.event],
        record["Event_Reference"] or _key(record, whom, start),
        whom,
        status=saying.status(starts_at, ends_at),
        starts_at=starts_at,
        ends_at=ends_at,
        exactness=Exactness.DAY,
        title=title,
        words=record["Event_Description"],
        organisation=saying.organisation,
        detail={**client, "support_reason": reason, **detail},
    )


def _key(record: Record, whom: SubjectKey, start: date | None) -> str:
    """What makes one event of rows without a reference: the national rule for counting them."""
    of_kind = {
        rules.REQUEST: ("Request_Route_of_Access",),
        rules.ASSESSMENT: ("Assessment_Type",),
        rules.SERVICE: ("Service_Type", "Service_Component", "Delivery_Mechanism"),
        rules.REVIEW: ("Event_End_Date",),
    }[record.event]
    parts = (whom.value, str(start or ""), record.client, *(record[name] for name in of_kind))
    return "|".join(parts)


def _request(saying: Saying, record: Record) -> tuple[str, dict[str, Any]]:
    ended = saying.day("Event_End_Date", record["Event_End_Date"])
    return "Request for support", {
        "route": record["Request_Route_of_Access"],
        "closed_on": ended.isoformat() if ended else "",
    }


def _assessment(saying: Saying, record: Record) -> tuple[str, dict[str, Any]]:
    ended = saying.day("Event_End_Date", record["Event_End_Date"])
    kind = record["Assessment_Type"]
    return kind or "Assessment", {
        "type": kind,
        "method": record["Method_of_Assessment"],
        "has_eligible_needs": values.truth(record["Eligible_Needs_Identified"]),
        "completed_on": ended.isoformat() if ended else "",
        "hours_caring": hours(values.amount(record["Total_Hrs_Caring_per_week"])),
        "adults_cared_for": _count(record["No_of_adults_being_cared_for"]),
        "cared_for": _linked(record),
        "funding": record["Client_Funding_Status"],
    }


def _service(saying: Saying, record: Record) -> tuple[str, dict[str, Any]]:
    component, kind = record["Service_Component"], record["Service_Type"]
    units = values.amount(record["Planned_units_per_week"])
    unit = record["Cost_Frequency_Unit_Type"].casefold()
    is_hourly = unit in ("hourly", "per hour")
    return component or kind or "Care package", {
        "service_type": kind,
        "component": component,
        "delivery": record["Delivery_Mechanism"],
        "provider": record["Provider_CQC_Location_Name"],
        "provider_code": record["Provider_CQC_Location_ID"],
        "hours_per_week": hours(units) if is_hourly else None,
        "units_per_week": None if is_hourly else hours(units),
        "price": pounds(values.amount(record["Unit_Cost"])),
        "price_unit": "per hour" if is_hourly else unit,
        "funding": record["Client_Funding_Status"],
        "end_reason": record["Event_Outcome"] if record["Event_End_Date"] else "",
    }


def _review(saying: Saying, record: Record) -> tuple[str, dict[str, Any]]:
    return "Review of care", {
        "review_reason": record["Review_Reason"],
        "method": record["Method_of_Review"],
        "outcomes_achieved": record["Review_Outcomes_Achieved"],
    }


def _count(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else None


def _linked(record: Record) -> list[str]:
    columns = (f"Adult_{number}_Linked_Person_ID" for number in (1, 2, 3))
    return [record[column] for column in columns if record[column]]


def _ties(saying: Saying, record: Record, whom: SubjectKey) -> Iterator[Said]:
    """Whom a carer cares for: the same tie however many rows repeat it."""
    linked = _linked(record)
    if not linked or record.client not in (rules.CARER, rules.BY_ASSOCIATION):
        return
    is_only_one = len(linked) == 1
    for number in linked:
        if number == whom.value or (whom.value, number) in saying.about.setdefault("ties", {}):
            continue
        saying.about["ties"][whom.value, number] = True
        yield saying.entry(
            EntryKind.TIE,
            f"{whom.value}|{number}",
            whom,
            exactness=Exactness.DAY,
            title="Cares for somebody",
            organisation=saying.organisation,
            detail={
                "kinds": ["unpaid_carer"],
                "other_authority": whom.authority,
                "other_value": number,
                "is_carer_of": True,
                # The hours are of all they care for together.
                "hours_per_week": hours(values.amount(record["Total_Hrs_Caring_per_week"]))
                if is_only_one
                else None,
            },
        )


_TOLD: Final = {
    rules.REQUEST: _request, rules.ASSESSMENT: _assessment, rules.SERVICE: _service,
    rules.REVIEW: _review,
}  # fmt: skip
SHEETS: Final = (
    Sheet(
        "client_level_data",
        _NAMES,
        ("LA_Code", "LA_Person_Unique_Identifier", "Client_Type", "Event_Type"),
        _row,
    ),
)
READER: Final = SheetReader("Client Level Data", SHEETS)
__all__ = ["READER", "SHEETS", "Quality"]

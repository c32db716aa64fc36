"""What each of the 48 fields of Client Level Data must hold, and when.

Adult social care's national return has a row for each event (request, assessment, service,
review) of somebody supported or of an unpaid carer. A field applies to some rows, is needed in
some, and has a form; `judge` says of each field of a row whether it is valid, blank where it may
be, blank where it is needed, or wrong. (Department of Health and Social Care, Client Level Data
specification as read from its published dashboard code, Release 2, Open Government Licence v3.0;
where only the code of a rule was published, the words are ours. Lists:
`data/client_level_values.csv`.)
"""

import csv
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cache, cached_property
from pathlib import Path
from typing import Final

from oneplace.feeds.tables import dates, values

REQUEST: Final = "request"
ASSESSMENT: Final = "assessment"
SERVICE: Final = "service"
REVIEW: Final = "review"
EVENTS: Final = (REQUEST, ASSESSMENT, SERVICE, REVIEW)
USER: Final = "service user"
CARER: Final = "unpaid carer"
BY_ASSOCIATION: Final = "unpaid carer known by association"
# Release 1 said carer without unpaid.
CLIENTS: Final = {
    USER: USER, CARER: CARER, BY_ASSOCIATION: BY_ASSOCIATION, "carer": CARER,
    "carer known by association": BY_ASSOCIATION,
}  # fmt: skip
_WORKING_AGE: Final = range(18, 65)
_MOST_HOURS: Final = 168
_MOST_ADULTS: Final = 20
_OLDEST: Final = 125
_DAYS_A_YEAR: Final = 365.25
_LISTS: Final = Path(__file__).parent / "data" / "client_level_values.csv"


class Quality(Enum):
    """What may be said of a field of a row."""

    VALID = "valid"
    BLANK = "blank"
    """And it need not be filled."""
    NEEDED = "needed"
    """Blank, though it must be filled here."""
    INVALID = "invalid"
    UNLISTED = "unlisted"
    """Not among the values we hold of a list of which we hold a part only."""
    OUT_OF_PLACE = "out of place"
    """Filled where the field does not apply."""


WORDS: Final[Mapping[Quality, str]] = {
    Quality.NEEDED: "blank where it is needed",
    Quality.INVALID: "not valid",
    Quality.UNLISTED: "not in the part of the list we hold",
    Quality.OUT_OF_PLACE: "filled where it does not apply",
}
"""How a quality is counted on the page of the feed."""


@dataclass(frozen=True)
class Record:
    """One row, its cells by field."""

    cells: Mapping[str, str]

    def __getitem__(self, field: str) -> str:
        return self.cells.get(field, "")

    @cached_property
    def client(self) -> str:
        """Whose row it is, in small letters and the wording of Release 2; empty where unknown."""
        return CLIENTS.get(self["Client_Type"].casefold(), "")

    @cached_property
    def event(self) -> str:
        """What sort of event it is, in small letters; empty where unknown."""
        word = self["Event_Type"].casefold()
        return word if word in EVENTS else ""

    @cached_property
    def is_of_event(self) -> bool:
        """Whether it tells of an event at all."""
        return self.client != BY_ASSOCIATION

    @cached_property
    def is_financial(self) -> bool:
        """Whether it is a financial assessment."""
        return self.event == ASSESSMENT and self["Assessment_Type"].casefold().startswith("financ")

    @cached_property
    def age(self) -> int | None:
        """Whole years at the event's end, or the period's end where it has none."""
        born = self.day("Date_of_Birth")
        end = self.day("Event_End_Date") or self.day("Reporting_Period_End_Date")
        if born is None or end is None:
            return None
        return int((end - born).days / _DAYS_A_YEAR)

    def day(self, field: str) -> date | None:
        """The day in a field, None where it is blank or no date."""
        text = self[field]
        return _day(text) if text else None

    @cached_property
    def has_cost(self) -> bool:
        """Whether a price is asked for: not where the council commissions without one."""
        kind, component = self["Service_Type"].casefold(), self["Service_Component"].casefold()
        return (
            self.event == SERVICE
            and self["Delivery_Mechanism"].casefold() != "cassr commissioned support"
            and (
                kind.startswith("long term support")
                or component in ("short term residential care", "short term nursing care")
                or kind.startswith("unpaid carer support")
            )
        )


Rule = Callable[[Record], bool]
Form = Callable[[str, Record], Quality]


@dataclass(frozen=True)
class Field:
    """One field: what it belongs to, where it applies, where it is needed, what it may hold."""

    name: str
    module: str
    applies: Rule
    is_needed: Rule
    form: Form
    says: str
    """The rule in plain words."""


def judge(record: Record) -> dict[str, Quality]:
    """What may be said of each of the 48 fields of a row."""
    return {field.name: quality(field, record) for field in FIELDS}


def wrong_fields(record: Record) -> list[tuple[str, Quality]]:
    """The fields of a row that are not as they should be; the same as `judge`, and quicker.

    Where a field applies and whether it is needed follows from a few things of a row, so it is
    worked out once for all rows alike in these.
    """
    found: list[tuple[str, Quality]] = []
    cells = record.cells
    for name, form, if_blank in _plan(record):
        text = cells.get(name, "")
        if not text:
            said = if_blank
        else:
            said = Quality.OUT_OF_PLACE if form is None else form(text, record)
        if said is not Quality.VALID and said is not Quality.BLANK:
            found.append((name, said))
    return found


_PLANS: dict[tuple[object, ...], list[tuple[str, "Form | None", Quality]]] = {}


def _plan(record: Record) -> list[tuple[str, "Form | None", Quality]]:
    """Of each field, its form where it applies, and what is to be said where it is blank."""
    like = (
        record.client,
        record.event,
        record.is_financial,
        record.has_cost,
        bool(record["Date_of_Death"]),
        _employment_needed(record),
        _achieved_needed(record),
    )
    plan = _PLANS.get(like)
    if plan is None:
        plan = _PLANS[like] = [
            (
                field.name,
                field.form if (applies := field.applies(record)) else None,
                Quality.NEEDED if applies and field.is_needed(record) else Quality.BLANK,
            )
            for field in FIELDS
        ]
    return plan


def quality(field: Field, record: Record) -> Quality:
    """What may be said of one field of a row."""
    text = record[field.name]
    applies = field.applies(record)
    if not text:
        return Quality.NEEDED if applies and field.is_needed(record) else Quality.BLANK
    return field.form(text, record) if applies else Quality.OUT_OF_PLACE


def _day(text: str) -> date | None:
    return dates.day(text, date(2030, 12, 31))


@cache
def values_of(field: str) -> tuple[frozenset[str], bool]:
    """The values of a field's list in small letters, and whether the list is whole."""
    with _LISTS.open(encoding="utf-8", newline="") as opened:
        rows = [row for row in csv.DictReader(opened) if row["field"] == field]
    return frozenset(row["value"].casefold() for row in rows), all(
        row["list"] == "whole" for row in rows
    )


def _verdict(is_right: bool) -> Quality:
    return Quality.VALID if is_right else Quality.INVALID


def _listed(field: str) -> Form:
    def form(text: str, record: Record) -> Quality:
        known, is_whole = values_of(field)
        if text.casefold() in known:
            return Quality.VALID
        return Quality.INVALID if is_whole else Quality.UNLISTED

    return form


def _client_type(text: str, record: Record) -> Quality:
    return _verdict(bool(record.client))


def _shaped(pattern: str) -> Form:
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda text, record: _verdict(compiled.fullmatch(text) is not None)


def _free(text: str, record: Record) -> Quality:
    return Quality.VALID


def _between(least: int, most: int) -> Form:
    def form(text: str, record: Record) -> Quality:
        number = values.amount(text)
        return _verdict(number is not None and least <= number <= most)

    return form


def _hours(text: str, record: Record) -> Quality:
    # Some councils send a band: 20-49, 50+.
    bounds = re.fullmatch(r"(\d+(?:\.\d+)?)(?:\s?-\s?(\d+)|\+)?", text)
    if bounds is None or not all(float(each) <= _MOST_HOURS for each in bounds.groups() if each):
        return Quality.INVALID
    return _verdict(bounds[2] is None or float(bounds[1]) <= float(bounds[2]))


def _whole(most: int) -> Form:
    return lambda text, record: _verdict(text.isascii() and text.isdigit() and int(text) <= most)


def _nhs(text: str, record: Record) -> Quality:
    return _verdict(values.nhs(text)[1])


def _postcode(text: str, record: Record) -> Quality:
    return _verdict(bool(values.postcode(text)))


def _someone_else(text: str, record: Record) -> Quality:
    return _verdict(text != record["LA_Person_Unique_Identifier"])


def _date(*holds: Callable[[date, Record], bool]) -> Form:
    def form(text: str, record: Record) -> Quality:
        on = _day(text)
        return _verdict(on is not None and all(hold(on, record) for hold in holds))

    return form


def _not_before(field: str) -> Callable[[date, Record], bool]:
    return lambda on, record: (other := record.day(field)) is None or on >= other


def _not_after(field: str) -> Callable[[date, Record], bool]:
    return lambda on, record: (other := record.day(field)) is None or on <= other


def _not_too_old(on: date, record: Record) -> bool:
    return record.age is None or record.age <= _OLDEST


def _review_reason(text: str, record: Record) -> Quality:
    # Its list is known by how its values begin only.
    word = text.casefold()
    begins = ("planned", "unplanned", "review of short term support")
    return Quality.VALID if word.startswith(begins) else Quality.UNLISTED


def _always(record: Record) -> bool:
    return True


def _never(record: Record) -> bool:
    return False


def _of_user(record: Record) -> bool:
    return record.client == USER


def _of_carer(record: Record) -> bool:
    return record.client in (CARER, BY_ASSOCIATION)


def _of_event(record: Record) -> bool:
    return record.is_of_event


def _is(event: str) -> Rule:
    return lambda record: record.is_of_event and record.event == event


def _reason_needed(record: Record) -> bool:
    return record.event != REQUEST


def _employment_needed(record: Record) -> bool:
    reason = record["Primary_Support_Reason"].casefold()
    return (
        _of_user(record)
        and (record.age or 0) in _WORKING_AGE
        and reason.startswith("learning disability")
    )


def _funding_needed(record: Record) -> bool:
    return _of_user(record) and (record.is_financial or record.event in (SERVICE, REVIEW))


def _end_needed(record: Record) -> bool:
    return record.event != SERVICE or bool(record["Date_of_Death"])


def _outcome_needed(record: Record) -> bool:
    return not record.is_financial


def _method_needed(record: Record) -> bool:
    return not record.is_financial


def _achieved_needed(record: Record) -> bool:
    return record["Review_Reason"].casefold().startswith("planned")


def _cost_needed(record: Record) -> bool:
    return record.has_cost


_ABOUT, _PERSON, _EVENT = "submission", "person", "event"
_REQUESTS, _ASSESSMENTS, _SERVICES = "requests", "assessments", "services"
_REVIEWS, _CARERS, _COSTS = "reviews", "carers", "costs"
_YES_NO: Final = "Yes, No or Unknown, of service users."

FIELDS: Final = (
    Field("LA_Code", _ABOUT, _always, _always, _shaped("[A-Z0-9]{3,9}"),
          "The council's code: three to nine letters and digits."),
    Field("Reporting_Period_Start_Date", _ABOUT, _always, _always, _date(),
          "A date."),
    Field("Reporting_Period_End_Date", _ABOUT, _always, _always,
          _date(_not_before("Reporting_Period_Start_Date")),
          "A date, not before the period's start."),
    Field("NHS_Number", _PERSON, _always, _always, _nhs,
          "An NHS number whose check digit fits."),
    Field("LA_Person_Unique_Identifier", _PERSON, _always, _always, _free,
          "The council's own number of the person, the same in every return."),
    Field("GP_Practice_Code", _PERSON, _always, _never, _shaped("[A-Z0-9]{6}"),
          "Six letters and digits."),
    Field("GP_Practice_Name", _PERSON, _always, _never, _free,
          "Any words; no longer asked for in Release 2."),
    Field("Gender", _PERSON, _always, _always, _listed("Gender"),
          "A value of its list."),
    Field("Ethnicity", _PERSON, _always, _always, _listed("Ethnicity"),
          "A value of its list."),
    Field("Date_of_Birth", _PERSON, _always, _always,
          _date(_not_after("Reporting_Period_End_Date"), _not_too_old),
          "A date in the past, of somebody not older than 125."),
    Field("Date_of_Death", _PERSON, _always, _never,
          _date(_not_before("Date_of_Birth"), _not_after("Reporting_Period_End_Date")),
          "A date after birth and not after the period's end."),
    Field("Client_Type", _PERSON, _always, _always, _client_type,
          "Service user, unpaid carer, or unpaid carer known by association."),
    Field("Primary_Support_Reason", _PERSON, _always, _reason_needed,
          _listed("Primary_Support_Reason"),
          "A value of its list; needed unless the event is a request."),
    Field("Postcode", _PERSON, _always, _always, _postcode,
          "What can be a postcode."),
    Field("Accommodation_Status", _PERSON, _always, _always, _listed("Accommodation_Status"),
          "A value of its list."),
    Field("Employment_Status", _PERSON, _always, _employment_needed,
          _listed("Employment_Status"),
          "A value of its list; needed of service users of 18 to 64 supported for a learning "
          "disability."),
    Field("Has_Unpaid_Carer", _PERSON, _always, _always, _listed("Has_Unpaid_Carer"),
          "Yes, No or Unknown."),
    Field("Autism_Spectrum_Disorder_ASD", _PERSON, _of_user, _never,
          _listed("Autism_Spectrum_Disorder_ASD"), _YES_NO),
    Field("Visual_Impairment", _PERSON, _of_user, _never, _listed("Visual_Impairment"), _YES_NO),
    Field("Hearing_Impairment", _PERSON, _of_user, _never, _listed("Hearing_Impairment"), _YES_NO),
    Field("Dementia", _PERSON, _of_user, _never, _listed("Dementia"), _YES_NO),
    Field("Client_Funding_Status", _PERSON, _of_user, _funding_needed,
          _listed("Client_Funding_Status"),
          "A value of its list; needed of service users for financial assessments, services and "
          "reviews."),
    Field("Event_Type", _EVENT, _of_event, _always, _listed("Event_Type"),
          "Request, Assessment, Service or Review; not of carers known by association."),
    Field("Event_Reference", _EVENT, _of_event, _never, _free,
          "The council's own number of the event."),
    Field("Event_Start_Date", _EVENT, _of_event, _always,
          _date(_not_after("Reporting_Period_End_Date"), _not_before("Date_of_Birth")),
          "A date after birth and not after the period's end."),
    Field("Event_End_Date", _EVENT, _of_event, _end_needed,
          _date(_not_before("Event_Start_Date")),
          "A date not before the start; needed unless it is a service, and there too where the "
          "person has died."),
    Field("Event_Description", _EVENT, _of_event, _never, _free,
          "Any words."),
    Field("Event_Outcome", _EVENT, _of_event, _outcome_needed, _listed("Event_Outcome"),
          "A value of its list; needed but of financial assessments."),
    Field("Request_Route_of_Access", _REQUESTS, _is(REQUEST), _always,
          _listed("Request_Route_of_Access"),
          "A value of its list, of requests."),
    Field("Assessment_Type", _ASSESSMENTS, _is(ASSESSMENT), _always, _listed("Assessment_Type"),
          "A value of its list, of assessments."),
    Field("Eligible_Needs_Identified", _ASSESSMENTS, _is(ASSESSMENT), _never,
          _listed("Eligible_Needs_Identified"),
          "Yes or No, of assessments."),
    Field("Method_of_Assessment", _ASSESSMENTS, _is(ASSESSMENT), _method_needed,
          _listed("Method_of_Assessment"),
          "A value of its list, of assessments; needed but of financial ones."),
    Field("Total_Hrs_Caring_per_week", _CARERS, _of_carer, _never, _hours,
          "Hours, at most 168, or a band of them; of carers."),
    Field("No_of_adults_being_cared_for", _CARERS, _of_carer, _never, _whole(_MOST_ADULTS),
          "A whole number, at most 20; of carers."),
    Field("Adult_1_Linked_Person_ID", _CARERS, _of_carer, _never, _someone_else,
          "The council's number of somebody else; of carers."),
    Field("Adult_2_Linked_Person_ID", _CARERS, _of_carer, _never, _someone_else,
          "The council's number of somebody else; of carers."),
    Field("Adult_3_Linked_Person_ID", _CARERS, _of_carer, _never, _someone_else,
          "The council's number of somebody else; of carers."),
    Field("Service_Type", _SERVICES, _is(SERVICE), _always, _listed("Service_Type"),
          "A value of its list, of services."),
    Field("Service_Component", _SERVICES, _is(SERVICE), _always, _listed("Service_Component"),
          "A value of its list, of services."),
    Field("Delivery_Mechanism", _SERVICES, _is(SERVICE), _never, _listed("Delivery_Mechanism"),
          "A value of its list, of services."),
    Field("Provider_CQC_Location_ID", _SERVICES, _is(SERVICE), _never,
          _shaped(r"[0-9]-[0-9]{6,12}"),
          "The regulator's number of the place: a digit, a hyphen, digits; of services."),
    Field("Provider_CQC_Location_Name", _SERVICES, _is(SERVICE), _never, _free,
          "Any words, of services; no longer asked for in Release 2."),
    Field("Review_Reason", _REVIEWS, _is(REVIEW), _always, _review_reason,
          "Planned, unplanned with why, or review of short term support; of reviews."),
    Field("Review_Outcomes_Achieved", _REVIEWS, _is(REVIEW), _achieved_needed,
          _listed("Review_Outcomes_Achieved"),
          "A value of its list, of reviews; needed of planned ones."),
    Field("Method_of_Review", _REVIEWS, _is(REVIEW), _always, _listed("Method_of_Review"),
          "A value of its list, of reviews."),
    Field("Unit_Cost", _COSTS, _is(SERVICE), _cost_needed, _between(0, 1_000_000),
          "Pounds, of services; needed of long-term support, short stays in care homes and "
          "support of carers, but where the council commissions it."),
    Field("Cost_Frequency_Unit_Type", _COSTS, _is(SERVICE), _cost_needed,
          _listed("Cost_Frequency_Unit_Type"),
          "A value of its list, of services; needed where the cost is."),
    Field("Planned_units_per_week", _COSTS, _is(SERVICE), _cost_needed, _between(0, 10_000),
          "A number, of services; needed where the cost is."),
)  # fmt: skip
"""The 48 fields in the order of a submission."""

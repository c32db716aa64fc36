"""Client Level Data, the council's quarterly return to the nation.

It is the national return of adult social care: one row per event (Request, Assessment, Service,
Review) of a person or unpaid carer, 48 fields (`FIELDS`), wording of Release 2 (DHSC
specification; dashboard code, Open Government Licence v3.0). The lists of
`Request_Route_of_Access`, `Method_of_Assessment`, `Method_of_Review`, `Review_Outcomes_Achieved`
and `Cost_Frequency_Unit_Type` were not to be found and are our own words: verify before use.
"""

# ruff: noqa: S608 - the SQL is put together from our own constants, never from what is read

from __future__ import annotations

import datetime as dt
from pathlib import PurePosixPath

from oneplace.borough.feeds.calendar import midnight, register_parcels
from oneplace.borough.feeds.defects import traffic_rates
from oneplace.borough.feeds.sheets import lateness
from oneplace.borough.feeds.shelf import Parcel, Shelf
from oneplace.borough.feeds.store import Store, mapped, moment, words
from oneplace.vocabulary.terms import FeedKind

FEED = FeedKind.COUNCIL_CLIENT_LEVEL
FOLDER = "council/cld"

MONTHS_COVERED = 3
"""Each submission covers its quarter (some years asked for twelve rolling months: verify)."""
DAYS_TO_SUBMIT = 30

ETHNICITIES = {
    "A": "White: English, Welsh, Scottish, Northern Irish or British", "B": "White: Irish",
    "C": "White: Any other White background",
    "D": "Mixed or multiple ethnic groups: White and Black Caribbean",
    "E": "Mixed or multiple ethnic groups: White and Black African",
    "F": "Mixed or multiple ethnic groups: White and Asian",
    "G": "Mixed or multiple ethnic groups: Any other Mixed or multiple ethnic background",
    "H": "Asian or Asian British: Indian", "J": "Asian or Asian British: Pakistani",
    "K": "Asian or Asian British: Bangladeshi",
    "L": "Asian or Asian British: Any other Asian background",
    "M": "Black, Black British, Caribbean or African: Caribbean",
    "N": "Black, Black British, Caribbean or African: African",
    "P": "Black, Black British, Caribbean or African: "
    "Any other Black, Black British or Caribbean background",
    "R": "Asian or Asian British: Chinese", "S": "Other ethnic group: Any other ethnic group",
    "Z": "No data: Undeclared or not known",
}  # fmt: skip

_ROUTES = {
    "community": "Community", "hospital": "Discharge from hospital",
    "self_funder": "Self-funder with depleted funds", "transition": "Transition from children",
    "safeguarding": "Safeguarding concern", "prison": "Prison",
}  # fmt: skip
_METHODS = {"face_to_face": "Face to face", "telephone": "Telephone", "video": "Video call"}
_ACHIEVED = {"fully": "Fully achieved", "partly": "Partially achieved", "not_met": "Not achieved"}
_UNITS = {"per_week": "Per week", "per_hour": "Hourly", "one_off": "One-off"}

ONGOING = "Continuation of support or services"
CARER_REASON = "Social support: Support to unpaid carer"
KNOWN_BY_ASSOCIATION = "Unpaid carer known by association"

FIELDS: tuple[str, ...] = (
    "LA_Code", "Reporting_Period_Start_Date", "Reporting_Period_End_Date", "NHS_Number",
    "LA_Person_Unique_Identifier", "GP_Practice_Code", "GP_Practice_Name", "Gender", "Ethnicity",
    "Date_of_Birth", "Date_of_Death", "Client_Type", "Primary_Support_Reason", "Postcode",
    "Accommodation_Status", "Employment_Status", "Has_Unpaid_Carer",
    "Autism_Spectrum_Disorder_ASD", "Visual_Impairment", "Hearing_Impairment", "Dementia",
    "Client_Funding_Status", "Event_Type", "Event_Reference", "Event_Start_Date",
    "Event_End_Date", "Event_Description", "Event_Outcome", "Request_Route_of_Access",
    "Assessment_Type", "Eligible_Needs_Identified", "Method_of_Assessment",
    "Total_Hrs_Caring_per_week", "No_of_adults_being_cared_for", "Adult_1_Linked_Person_ID",
    "Adult_2_Linked_Person_ID", "Adult_3_Linked_Person_ID", "Service_Type", "Service_Component",
    "Delivery_Mechanism", "Provider_CQC_Location_ID", "Provider_CQC_Location_Name",
    "Review_Reason", "Review_Outcomes_Achieved", "Method_of_Review", "Unit_Cost",
    "Cost_Frequency_Unit_Type", "Planned_units_per_week",
)  # fmt: skip
"""The 48 fields of a Client Level Data submission, in order."""


def quarter_parcels(store: Store, late_rate: float) -> list[Parcel]:
    """One submission a quarter, a month after its end; some weeks late; none after the lives."""
    settings = store.settings
    first = settings.starts_at.date()
    start = dt.date(first.year, 3 * ((first.month - 1) // 3) + 1, 1)
    parcels: list[Parcel] = []
    while True:
        after = _months_later(start, MONTHS_COVERED)
        arrives = midnight(after) + dt.timedelta(days=DAYS_TO_SUBMIT, hours=9)
        if arrives >= settings.ends_at:
            return parcels
        number = len(parcels)
        is_late = store.one(f"SELECT chance({number}, 'cld:late')") < late_rate
        if is_late:
            arrives += lateness(store, number, "cld")
        last = after - dt.timedelta(days=1)
        name = f"CLD_{start.year}-{start.month:02d}_to_{last.year}-{last.month:02d}.csv"
        path = PurePosixPath(FOLDER) / name
        parcels.append(Parcel(path, FEED, midnight(start), midnight(after), arrives, is_late))
        start = after


def _months_later(day: dt.date, months: int) -> dt.date:
    number = day.year * 12 + day.month - 1 + months
    return dt.date(number // 12, number % 12 + 1, 1)


def write_client_level_data(store: Store, shelf: Shelf, multiplier: float) -> None:
    """Write every quarter's submission."""
    rates = traffic_rates(multiplier)
    parcels = quarter_parcels(store, rates.extract_late)
    register_parcels(store, "cld_parcels", parcels)
    _make_cld_events(store)
    _make_cld_caring(store)
    values = _cld_values()
    line = " || ',' || ".join(f"({values[name]})" for name in FIELDS)
    counted = f"(1 + (chance(reference, 'cld:repeated') < {rates.row_repeated})::INTEGER)"
    query = f"""
    WITH told AS (
        SELECT e.*, n.parcel, n.covers_from::DATE AS period_from,
            uk_day(n.covers_until) - 1 AS period_to, uk_day(n.covers_from) AS period_start
        FROM cld_events e JOIN cld_parcels n
            ON e.started_on < uk_day(n.covers_until)
            AND (CASE WHEN event_type = 'Service' THEN coalesce(e.ended_on, DATE '9999-01-01')
                 ELSE e.ended_on END) >= uk_day(n.covers_from)
            -- Only what has ended is an event, except services, which go on.
            AND (event_type IN ('Service', '') OR e.ended_on < uk_day(n.covers_until)))
    SELECT parcel, {counted} AS counted, repeat({line} || chr(13) || chr(10), counted) AS piece
    FROM told e
    JOIN council_of h ON h.person = e.person
    JOIN council_people r ON r.record = holder(h, e.started_on::TIMESTAMP, e.case_key)
    JOIN known_addresses k ON k.record = r.record
        AND (k.is_first OR k.from_on <= e.period_to) AND (k.to_on IS NULL OR k.to_on > e.period_to)
    JOIN addresses a ON a.address = k.address
    LEFT JOIN cld_caring g ON g.carer = e.person AND e.client_type <> 'Service user'
    ORDER BY parcel, r.identifier, e.started_on, e.reference"""
    with shelf.filling(parcels, unit="rows", head=",".join(FIELDS) + "\r\n") as filling:
        filling.add(store.batches(query))
    for name in ("cld_events", "cld_caring"):
        store.run(f"DROP TABLE {name}")


_EMPTY = {
    "route": "NULL", "assessment_type": "NULL", "eligible": "NULL", "method": "NULL",
    "service_type": "NULL", "component": "NULL", "delivery": "NULL", "funding": "NULL",
    "provider": "NULL", "unit_price_pence": "NULL", "price_unit": "NULL", "hours": "NULL",
    "reason": "NULL", "achieved": "NULL", "description": "NULL",
}  # fmt: skip
"""What only some kinds of event have."""

_TYPES = {
    "unit_price_pence": "INTEGER", "hours": "FLOAT", "eligible": "BOOLEAN", "provider": "INTEGER",
}  # fmt: skip
"""Types of those that are not words."""

_REVIEWS = """(SELECT person, client_type, started_on, ended_on, reason,
    outcomes_achieved, method, outcome, review, staff,
    coalesce((SELECT first(s.primary_support_reason ORDER BY s.started_on DESC)
        FROM council_services s WHERE s.person = v.person),
        'Physical Support: Personal care support') AS primary_support_reason
    FROM council_reviews v)"""
"""Reviews with the reason of support of the newest service: the lives give them none."""


def _columns(**given: str) -> str:
    return ", ".join(
        f"({value})::{_TYPES.get(name, 'VARCHAR')} AS {name}"
        for name, value in {**_EMPTY, **given}.items()
    )


def _event(kind: str, table: str, index: str, key: str, **given: str) -> str:
    return f"""SELECT '{kind}' AS event_type, person, client_type::VARCHAR AS client_type,
        started_on, ended_on, outcome::VARCHAR AS outcome,
        primary_support_reason::VARCHAR AS support_reason,
        '{kind[0]}' || reference({index}, 'cld:{kind}') AS reference, {key} AS case_key,
        {_columns(**given)} FROM {table}"""


def _events() -> tuple[str, ...]:
    """One query for each kind of event."""
    return (
        _event("Request", "council_requests", "request", "request", route="route"),
        _event(
            "Assessment", "council_assessments", "assessment", "coalesce(request, assessment)",
            assessment_type="assessment_type", eligible="has_eligible_needs", method="method",
        ),
        _event(
            "Service", "council_services", "service_event", "service_event",
            service_type="service_type", component="component", delivery="delivery",
            funding="funding", provider="provider", unit_price_pence="unit_price_pence",
            price_unit="price_unit", hours="hours_per_week",
        ),
        _event(
            "Review", _REVIEWS, "review", "review",
            reason="reason", achieved="outcomes_achieved", method="method",
        ),
    )  # fmt: skip


def _make_cld_events(store: Store) -> None:
    """Every event in one table."""
    store.make(
        "cld_events",
        f"""WITH events AS ({" UNION ALL ".join(_events())}),
        funded AS (SELECT person, first(funding::VARCHAR ORDER BY started_on DESC) AS last_funding
            FROM council_services GROUP BY person)
        SELECT * FROM (
            SELECT events.*, last_funding FROM events LEFT JOIN funded USING (person)
            UNION ALL
            -- Carers the council knows only through the person they care for: a row, no event.
            SELECT '', carer, '{KNOWN_BY_ASSOCIATION}', min(from_on),
                max(coalesce(to_on, DATE '9999-01-01')), NULL, '{CARER_REASON}',
                'K' || reference(carer, 'cld:known'), carer, {_columns()}, NULL
            FROM carers WHERE is_known_to_council AND carer NOT IN
                (SELECT person FROM events WHERE client_type = 'Unpaid carer')
            GROUP BY carer)""",
    )


def _make_cld_caring(store: Store) -> None:
    """`cld_caring`: whom each carer cares for."""
    until = moment(store.settings.ends_at)
    store.make(
        "cld_caring",
        f"""SELECT carer, sum(hours_per_week) AS hours, count(DISTINCT cared_for) AS adults,
            list(DISTINCT r.identifier ORDER BY r.identifier) AS linked
        FROM carers c JOIN holders h ON h.source = 'council' AND h.person = c.cared_for
        JOIN records r ON r.record = h.first_record
        WHERE is_known_to_council AND from_on < {until}::DATE GROUP BY carer""",
    )


def _cld_values() -> dict[str, str]:
    """What is written in each field."""
    user = "e.client_type = 'Service user'"
    carer = "e.client_type <> 'Service user'"
    service = "e.event_type = 'Service'"
    ended = "(e.ended_on IS NOT NULL AND e.ended_on <= e.period_to)"
    funding = f"""CASE WHEN NOT {user} THEN '' WHEN {service} THEN e.funding
        WHEN e.event_type = 'Review' OR e.assessment_type = 'Financial assessment'
            THEN coalesce(e.last_funding, 'Fully social care funded') ELSE '' END"""

    def said(condition: str, value: str) -> str:
        return f"CASE WHEN {condition} THEN coalesce(({value})::VARCHAR, '') ELSE '' END"

    return {
        "LA_Code": """(SELECT first(ods_code ORDER BY kind = 'council' DESC, organisation)
            FROM organisations WHERE is_partner)""",
        "Reporting_Period_Start_Date": "iso_day(e.period_start)",
        "Reporting_Period_End_Date": "iso_day(e.period_to)",
        "NHS_Number": "plain(r.nhs_number)",
        "LA_Person_Unique_Identifier": "r.identifier",
        "GP_Practice_Code": "r.practice_code",
        "GP_Practice_Name": "csv(r.practice_name)",
        "Gender": "CASE WHEN r.sex = 'female' THEN 'Female' ELSE 'Male' END",
        "Ethnicity": f"csv({mapped('r.ethnicity', ETHNICITIES, words([ETHNICITIES['Z']]))})",
        "Date_of_Birth": "coalesce(iso_day(r.born_on), '')",
        "Date_of_Death": """CASE WHEN uk_day(r.died_at) <= e.period_to
            THEN iso_day(uk_day(r.died_at)) ELSE '' END""",
        "Client_Type": "e.client_type",
        "Primary_Support_Reason": f"csv(CASE WHEN {carer} THEN '{CARER_REASON}'"
        " ELSE e.support_reason END)",
        "Postcode": "as_read(a.postcode, r.postcode_misread)",
        "Accommodation_Status": "csv(coalesce(r.accommodation_status, 'Unknown'))",
        "Employment_Status": "csv(coalesce(r.employment_status, 'Unknown'))",
        "Has_Unpaid_Carer": "CASE WHEN r.has_unpaid_carer THEN 'Yes' ELSE 'No' END",
        "Autism_Spectrum_Disorder_ASD": said(user, "if(r.autism, 'Yes', 'No')"),
        "Visual_Impairment": said(user, "if(r.visual_impairment, 'Yes', 'No')"),
        "Hearing_Impairment": said(user, "if(r.hearing_impairment, 'Yes', 'No')"),
        "Dementia": said(user, "if(r.dementia, 'Yes', 'No')"),
        "Client_Funding_Status": funding,
        "Event_Type": "e.event_type",
        "Event_Reference": said("e.event_type <> ''", "e.reference"),
        "Event_Start_Date": said("e.event_type <> ''", "iso_day(e.started_on)"),
        # Whoever has died has no open event: the date of death ends it.
        "Event_End_Date": f"""CASE WHEN e.event_type = '' THEN ''
            WHEN {ended} THEN iso_day(e.ended_on)
            WHEN uk_day(r.died_at) <= e.period_to
                THEN iso_day(greatest(uk_day(r.died_at), e.started_on)) ELSE '' END""",
        "Event_Description": "''",
        "Event_Outcome": f"""csv(CASE WHEN e.event_type = ''
                OR e.assessment_type = 'Financial assessment' THEN ''
            WHEN {service} AND NOT {ended} THEN CASE WHEN uk_day(r.died_at) <= e.period_to
                THEN 'NFA: Deceased' ELSE '{ONGOING}' END
            ELSE coalesce(e.outcome, 'NFA: Other') END)""",
        "Request_Route_of_Access": said("e.event_type = 'Request'", mapped("e.route", _ROUTES)),
        "Assessment_Type": said("e.event_type = 'Assessment'", "e.assessment_type"),
        "Eligible_Needs_Identified": said(
            "e.event_type = 'Assessment'", "if(e.eligible, 'Yes', 'No')"
        ),
        "Method_of_Assessment": said(
            "e.event_type = 'Assessment' AND e.assessment_type <> 'Financial assessment'",
            mapped("e.method", _METHODS),
        ),
        "Total_Hrs_Caring_per_week": said(carer, "g.hours"),
        "No_of_adults_being_cared_for": said(carer, "g.adults"),
        "Adult_1_Linked_Person_ID": said(carer, "g.linked[1]"),
        "Adult_2_Linked_Person_ID": said(carer, "g.linked[2]"),
        "Adult_3_Linked_Person_ID": said(carer, "g.linked[3]"),
        "Service_Type": said(service, "csv(e.service_type)"),
        "Service_Component": said(service, "csv(e.component)"),
        "Delivery_Mechanism": said(service, "e.delivery"),
        "Provider_CQC_Location_ID": said(
            service,
            "(SELECT first(cqc_location) FROM care_homes w WHERE w.organisation = e.provider)",
        ),
        "Provider_CQC_Location_Name": said(
            service,
            "(SELECT csv(first(name)) FROM organisations w WHERE w.organisation = e.provider)",
        ),
        "Review_Reason": said("e.event_type = 'Review'", "e.reason"),
        "Review_Outcomes_Achieved": said(
            "e.event_type = 'Review'", mapped("e.achieved", _ACHIEVED)
        ),
        "Method_of_Review": said("e.event_type = 'Review'", mapped("e.method", _METHODS)),
        "Unit_Cost": said(service, "pounds(e.unit_price_pence)"),
        "Cost_Frequency_Unit_Type": said(service, mapped("e.price_unit", _UNITS)),
        "Planned_units_per_week": said(
            service,
            "CASE e.price_unit WHEN 'per_hour' THEN one_place(e.hours) WHEN 'per_week' THEN '1'"
            " ELSE '0' END",
        ),
    }

"""The council's two feeds: quarterly Client Level Data, and the nightly export of its case system.

Client Level Data is the national return of adult social care: one row per event (Request,
Assessment, Service, Review) of a person or unpaid carer, 48 fields (`FIELDS`), wording of
Release 2 (DHSC specification; dashboard code, Open Government Licence v3.0). The lists of
`Request_Route_of_Access`, `Method_of_Assessment`, `Method_of_Review`, `Review_Outcomes_Achieved`
and `Cost_Frequency_Unit_Type` were not to be found and are our own words: verify before use.

The case system's export had fallen silent by the pinned now: nothing since Sunday.
"""

# ruff: noqa: S608 - the SQL is put together from our own constants, never from what is read

from __future__ import annotations

import datetime as dt
from pathlib import PurePosixPath

from oneplace.borough.feeds.calendar import (
    export_ends,
    last_weekday_before,
    midnight,
    register_parcels,
)
from oneplace.borough.feeds.defects import traffic_rates
from oneplace.borough.feeds.sheets import (
    LATE_WEEKS,
    Exports,
    Sheet,
    make_exports,
    noon,
    write_exports,
)
from oneplace.borough.feeds.shelf import Parcel, Shelf
from oneplace.borough.feeds.store import Store, mapped, moment
from oneplace.borough.lives.settings import Settings

CLD_FEED = "council_client_level"
CLD_FOLDER = "council/cld"
CASES_FEED = "council_cases"
CASES_FOLDER = "council/case_system"

MONTHS_COVERED = 3
"""Each submission covers its quarter (some years asked for twelve rolling months: verify)."""
DAYS_TO_SUBMIT = 30

FULL_EXPORT_DAYS = 60
"""The case system's full export lies at least this many days before now."""

SUNDAY = 6
RESUMES_AFTER_DAYS = 5
"""The silent export speaks again this many days after the last one that came, in one piece."""

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


def write_council(store: Store, shelf: Shelf, multiplier: float) -> None:
    """Write both feeds."""
    _make_clients(store)
    _write_client_level_data(store, shelf, multiplier)
    _write_case_system(store, shelf, multiplier)


def _make_clients(store: Store) -> None:
    """`council_people`: what the council holds of each record; `council_of`: a person's record."""
    store.make(
        "council_people",
        """SELECT r.*, c.accommodation_status::VARCHAR AS accommodation_status,
            c.employment_status::VARCHAR AS employment_status, c.has_unpaid_carer,
            c.visual_impairment, c.hearing_impairment, c.dementia, c.autism,
            coalesce(c.known_since_on, r.opened_at::DATE) AS known_since_on,
            practices.code AS practice_code, practices.name AS practice_name, p.address AS home,
            p.language, p.needs_interpreter, p.communication_needs, p.lives_alone
        FROM records r JOIN people p USING (person) LEFT JOIN council_clients c USING (person)
        JOIN practices ON practices.practice = p.practice WHERE r.source = 'council'""",
    )
    store.make(
        "council_of",
        "SELECT * FROM holders WHERE source = 'council'",
    )


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
            low, high = LATE_WEEKS
            share = store.one(f"SELECT chance({number}, 'cld:late_by')")
            arrives += dt.timedelta(days=int(7 * (low + (high - low) * share)))
        last = after - dt.timedelta(days=1)
        name = f"CLD_{start.year}-{start.month:02d}_to_{last.year}-{last.month:02d}.csv"
        path = PurePosixPath(CLD_FOLDER) / name
        parcels.append(Parcel(path, CLD_FEED, midnight(start), midnight(after), arrives, is_late))
        start = after


def _months_later(day: dt.date, months: int) -> dt.date:
    number = day.year * 12 + day.month - 1 + months
    return dt.date(number // 12, number % 12 + 1, 1)


def _write_client_level_data(store: Store, shelf: Shelf, multiplier: float) -> None:
    rates = traffic_rates(multiplier)
    parcels = quarter_parcels(store, rates.extract_late)
    register_parcels(store, "cld_parcels", parcels)
    _make_cld_events(store)
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


def _make_cld_events(store: Store) -> None:
    """Every event in one table; `cld_caring`: whom each carer cares for."""
    empty = {
        "route": "NULL", "assessment_type": "NULL", "eligible": "NULL", "method": "NULL",
        "service_type": "NULL", "component": "NULL", "delivery": "NULL", "funding": "NULL",
        "provider": "NULL", "unit_price_pence": "NULL", "price_unit": "NULL", "hours": "NULL",
        "reason": "NULL", "achieved": "NULL", "description": "NULL",
    }  # fmt: skip
    types = {
        "unit_price_pence": "INTEGER", "hours": "FLOAT", "eligible": "BOOLEAN",
        "provider": "INTEGER",
    }  # fmt: skip

    def event(kind: str, table: str, index: str, key: str, **given: str) -> str:
        columns = ", ".join(
            f"({value})::{types.get(name, 'VARCHAR')} AS {name}"
            for name, value in {**empty, **given}.items()
        )
        return f"""SELECT '{kind}' AS event_type, person, client_type::VARCHAR AS client_type,
            started_on, ended_on, outcome::VARCHAR AS outcome,
            primary_support_reason::VARCHAR AS support_reason,
            '{kind[0]}' || reference({index}, 'cld:{kind}') AS reference, {key} AS case_key,
            {columns} FROM {table}"""

    last_reason = """(SELECT person, client_type, started_on, ended_on, reason,
        outcomes_achieved, method, outcome, review, staff,
        coalesce((SELECT first(s.primary_support_reason ORDER BY s.started_on DESC)
            FROM council_services s WHERE s.person = v.person),
            'Physical Support: Personal care support') AS primary_support_reason
        FROM council_reviews v)"""
    parts = [
        event("Request", "council_requests", "request", "request", route="route"),
        event(
            "Assessment", "council_assessments", "assessment", "coalesce(request, assessment)",
            assessment_type="assessment_type", eligible="has_eligible_needs", method="method",
        ),
        event(
            "Service", "council_services", "service_event", "service_event",
            service_type="service_type", component="component", delivery="delivery",
            funding="funding", provider="provider", unit_price_pence="unit_price_pence",
            price_unit="price_unit", hours="hours_per_week",
        ),
        event(
            "Review", last_reason, "review", "review",
            reason="reason", achieved="outcomes_achieved", method="method",
        ),
    ]  # fmt: skip
    associated = ", ".join(
        f"{value}::{types.get(name, 'VARCHAR')} AS {name}" for name, value in empty.items()
    )
    store.make(
        "cld_events",
        f"""WITH events AS ({" UNION ALL ".join(parts)}),
        funded AS (SELECT person, first(funding::VARCHAR ORDER BY started_on DESC) AS last_funding
            FROM council_services GROUP BY person)
        SELECT * FROM (
            SELECT events.*, last_funding FROM events LEFT JOIN funded USING (person)
            UNION ALL
            -- Carers the council knows only through the person they care for: a row, no event.
            SELECT '', carer, '{KNOWN_BY_ASSOCIATION}', min(from_on),
                max(coalesce(to_on, DATE '9999-01-01')), NULL, '{CARER_REASON}',
                'K' || reference(carer, 'cld:known'), carer, {associated}, NULL
            FROM carers WHERE is_known_to_council AND carer NOT IN
                (SELECT person FROM events WHERE client_type = 'Unpaid carer')
            GROUP BY carer)""",
    )
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
        "Ethnicity": f"csv({mapped('r.ethnicity', ETHNICITIES, words_unknown())})",
        "Date_of_Birth": "coalesce(iso_day(r.born_on), '')",
        "Date_of_Death": """CASE WHEN uk_day(r.died_at) <= e.period_to
            THEN iso_day(uk_day(r.died_at)) ELSE '' END""",
        "Client_Type": "e.client_type",
        "Primary_Support_Reason": f"csv(CASE WHEN {carer} THEN '{CARER_REASON}'"
        " ELSE e.support_reason END)",
        "Postcode": "CASE WHEN r.postcode_misread THEN replace(a.postcode, '0', 'O')"
        " ELSE a.postcode END",
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


def words_unknown() -> str:
    """The expression for an ethnicity nobody wrote down."""
    return "'No data: Undeclared or not known'"


def case_system_ends(settings: Settings) -> list[dt.date]:
    """The days the export ran: nightly, but for the silence after the last Sunday before now."""
    silent_from = last_weekday_before(settings.now, SUNDAY)
    resumes = silent_from + dt.timedelta(days=RESUMES_AFTER_DAYS)
    resumes = max(resumes, settings.now.date() + dt.timedelta(days=1))
    nights = export_ends(settings, weekday=SUNDAY, every_days=1, full_before_days=FULL_EXPORT_DAYS)
    return [night for night in nights if not silent_from < night < resumes]


def _case_exports(store: Store) -> Exports:
    return make_exports(
        store, case_system_ends(store.settings), folder=CASES_FOLDER, feed=CASES_FEED,
        arrives=dt.timedelta(hours=2),
    )  # fmt: skip


def _write_case_system(store: Store, shelf: Shelf, multiplier: float) -> None:
    rates = traffic_rates(multiplier)
    exports = _case_exports(store)
    holder = "holder(h, {at}, {key})"

    def held(table: str, person: str, at: str, key: str) -> str:
        return f"""{table} JOIN council_of h ON h.person = {person}
            JOIN council_people r ON r.record = {holder.format(at=at, key=key)}"""

    sheets = [
        Sheet(
            "clients.csv",
            {
                "SWIFT_NO": "x.identifier", "NHS_NO": "plain(x.nhs_number)",
                "SURNAME": "csv(upper(x.family_name))", "FORENAMES": "csv(x.given_name)",
                "KNOWN_AS": "csv(x.preferred_name)", "TITLE": "x.title",
                "DOB": "coalesce(slashed(x.born_on), '')",
                "DOD": "CASE WHEN x.died_at < x.until THEN slashed(uk_day(x.died_at)) ELSE '' END",
                "GENDER": "upper(substr(x.gender, 1, 1))", "ETHNICITY": "x.ethnicity",
                "LANGUAGE": "x.language", "INTERPRETER": "yes_no(x.needs_interpreter)",
                "COMMS_NEED": "x.communication_needs", "TEL_HOME": "plain(x.landline)",
                "TEL_MOBILE": "plain(x.mobile)", "GP_CODE": "x.practice_code",
                "ACCOMMODATION": "csv(coalesce(x.accommodation_status, ''))",
                "LIVES_ALONE": "yes_no(x.lives_alone)",
                "KNOWN_SINCE": "slashed(x.known_since_on)",
            },
            "SELECT *, died_at + INTERVAL 3 DAY AS heard_at FROM council_people",
            ("x.opened_at", "x.heard_at"), "x.identifier",
        ),
        Sheet(
            "addresses.csv",
            {
                "SWIFT_NO": "x.identifier", "LINE1": "csv(x.line_1)", "LINE2": "csv(x.line_2)",
                "LINE3": "csv(x.locality)", "TOWN": "csv(x.town)",
                "PCODE": "CASE WHEN x.postcode_misread THEN replace(x.postcode, '0', 'O')"
                " ELSE x.postcode END",
                "UPRN": "x.uprn", "FROM_DT": "slashed(x.from_on)",
                "TO_DT": "CASE WHEN x.to_on::TIMESTAMP < x.until THEN slashed(x.to_on) ELSE '' END",
                "TENURE": "x.tenure", "KEYSAFE": "yes_no(x.has_key_safe)",
            },
            f"""SELECT r.identifier, r.postcode_misread, a.*, k.from_on, k.to_on,
                greatest(r.opened_at, {noon("k.from_on")}) AS told_at,
                {noon("k.to_on")} AS left_at
            FROM council_people r JOIN known_addresses k USING (record)
            JOIN addresses a ON a.address = k.address
            WHERE k.to_on IS NULL OR k.to_on > r.opened_at::DATE""",
            ("x.told_at", "x.left_at"), "x.identifier, x.from_on, x.address",
        ),
        Sheet(
            "hazards.csv",
            {
                "SWIFT_NO": "x.identifier", "HAZARD": "x.hazard",
                "NOTED": "slashed_time(x.noted_at)", "ADVICE": "x.advice",
            },
            """SELECT r.identifier, hazard[1] AS hazard, hazard[2] AS advice,
                r.opened_at + INTERVAL 9 DAY AS noted_at
            FROM (SELECT *, floor(chance(lot, 'hazard') * 100)::INTEGER AS draw
                  FROM council_people) r
            JOIN (VALUES (0, ['DOG', 'Ask for the dog to be shut away before going in']),
                (1, ['DOG', 'Ask for the dog to be shut away before going in']),
                (2, ['SMOKING', 'Heavy smoking indoors; oxygen users: do not visit']),
                (3, ['CLUTTER', 'Narrow ways through the rooms; wear closed shoes']),
                (4, ['STAIRS', 'Steep outside steps without a rail']),
                (5, ['TWO_WORKERS', 'Visit in twos'])) given (draw, hazard) USING (draw)""",
            ("x.noted_at",), "x.identifier",
        ),
        Sheet(
            "carers.csv",
            {
                "CARER_NO": "x.carer_number", "CARED_FOR_NO": "x.cared_number",
                "HRS_WK": "plain(x.hours_per_week)", "TASKS": "x.tasks",
                "STRAIN_0_10": "plain(x.strain)", "FROM_DT": "slashed(x.from_on)",
                "TO_DT": "CASE WHEN x.ended_at < x.until THEN slashed(x.to_on) ELSE '' END",
            },
            f"""SELECT c.*, r.identifier AS carer_number, w.identifier AS cared_number,
                {noon("c.from_on")} AS began_at, {noon("c.to_on")} AS ended_at
            FROM {held("carers c", "c.carer", noon("c.from_on"), "c.carer")}
            JOIN council_of o ON o.person = c.cared_for
            JOIN records w ON w.record = o.first_record WHERE c.is_known_to_council""",
            ("x.began_at", "x.ended_at"), "x.carer_number, x.cared_number, x.from_on",
        ),
        Sheet(
            "packages.csv",
            {
                "PKG_REF": "x.reference", "SWIFT_NO": "x.identifier",
                "SERVICE": "csv(x.component)", "SERVICE_TYPE": "csv(x.service_type)",
                "DELIVERY": "csv(x.delivery)", "PROVIDER": "csv(x.provider_name)",
                "HRS_WK": "one_place(x.hours_per_week)", "START_DT": "slashed(x.started_on)",
                "END_DT": "CASE WHEN x.ended_at < x.until THEN slashed(x.ended_on) ELSE '' END",
                "END_REASON": "CASE WHEN x.ended_at < x.until THEN csv(x.outcome) ELSE '' END",
                "UNIT_PRICE": "pounds(x.unit_price_pence)", "PRICE_UNIT": "upper(x.price_unit)",
                "FUNDING": "csv(x.funding)",
            },
            f"""SELECT s.*, r.identifier, o.name AS provider_name,
                reference(s.service_event, 'council:package') AS reference,
                {noon("s.started_on")} AS began_at, {noon("s.ended_on")} AS ended_at
            FROM {held("council_services s", "s.person", "s.started_on::TIMESTAMP",
                       "s.service_event")}
            LEFT JOIN organisations o ON o.organisation = s.provider
            WHERE s.client_type = 'Service user'""",
            ("x.began_at", "x.ended_at"), "x.identifier, x.reference", "x.reference",
        ),
        Sheet(
            "contacts.csv",
            {
                "CONTACT_REF": "x.reference", "SWIFT_NO": "x.identifier",
                "RECEIVED": "slashed(x.started_on)", "ROUTE": "upper(x.route)",
                "CLOSED": "CASE WHEN x.ended_at < x.until THEN slashed(x.ended_on) ELSE '' END",
                "OUTCOME": "CASE WHEN x.ended_at < x.until THEN csv(x.outcome) ELSE '' END",
            },
            f"""SELECT q.*, r.identifier, reference(q.request, 'council:contact') AS reference,
                {noon("q.started_on")} AS began_at, {noon("q.ended_on")} AS ended_at
            FROM {held("council_requests q", "q.person", "q.started_on::TIMESTAMP",
                       "q.request")}""",
            ("x.began_at", "x.ended_at"), "x.identifier, x.reference", "x.reference",
        ),
        Sheet(
            "assessments.csv",
            {
                "ASSESS_REF": "x.reference", "SWIFT_NO": "x.identifier",
                "TYPE": "x.assessment_type", "CLIENT_TYPE": "x.client_type",
                "STARTED": "slashed(x.started_on)",
                "COMPLETED": "CASE WHEN x.ended_at < x.until THEN slashed(x.ended_on) ELSE '' END",
                "ELIGIBLE": "CASE WHEN x.ended_at < x.until THEN yes_no(x.has_eligible_needs)"
                " ELSE '' END",
                "WORKER": "reference(x.staff, 'council:worker')",
            },
            f"""SELECT q.*, r.identifier, reference(q.assessment, 'council:assessment')
                    AS reference,
                {noon("q.started_on")} AS began_at, {noon("q.ended_on")} AS ended_at
            FROM {held("council_assessments q", "q.person", "q.started_on::TIMESTAMP",
                       "coalesce(q.request, q.assessment)")}""",
            ("x.began_at", "x.ended_at"), "x.identifier, x.reference", "x.reference",
        ),
        Sheet(
            "reviews.csv",
            {
                "REVIEW_REF": "x.reference", "SWIFT_NO": "x.identifier", "REASON": "x.reason",
                "DONE": "slashed(x.ended_on)", "OUTCOMES": "x.outcomes_achieved",
                "RESULT": "csv(x.outcome)",
            },
            f"""SELECT q.*, r.identifier, reference(q.review, 'council:review') AS reference,
                {noon("q.ended_on")} AS done_at
            FROM {held("council_reviews q", "q.person", "q.started_on::TIMESTAMP", "q.review")}""",
            ("x.done_at",), "x.identifier, x.reference", "x.reference",
        ),
        Sheet(
            "safeguarding.csv",
            {
                "CONCERN_REF": "x.reference", "SWIFT_NO": "x.identifier",
                "RAISED": "slashed_time(x.raised_at)", "RAISED_BY": "upper(x.source)",
                "TYPE": "upper(x.kind)", "LOCATION": "upper(x.location)",
                "DECISION_DT": "CASE WHEN x.decided_at < x.until THEN slashed(x.decided_on)"
                " ELSE '' END",
                "S42": "CASE WHEN x.decided_at < x.until THEN yes_no(x.meets_three_tests)"
                " ELSE '' END",
                "WANTED_OUTCOMES": "upper(x.wanted_outcomes)",
                "ENQUIRY_ENDED": "CASE WHEN x.ended_at < x.until THEN slashed(x.enquiry_ended_on)"
                " ELSE '' END",
                "RISK_AFTER": "CASE WHEN x.ended_at < x.until THEN upper(plain(x.risk_after))"
                " ELSE '' END",
                "OUTCOMES_MET": "CASE WHEN x.ended_at < x.until THEN upper(plain(x.outcomes_met))"
                " ELSE '' END",
            },
            f"""SELECT s.*, r.identifier, reference(s.concern, 'council:concern') AS reference,
                {noon("s.decided_on")} AS decided_at, {noon("s.enquiry_ended_on")} AS ended_at
            FROM (SELECT concern, person, raised_at, source::VARCHAR AS source, kind, location,
                    meets_three_tests, wanted_outcomes, decided_on, enquiry_ended_on, risk_after,
                    outcomes_met FROM safeguarding_concerns) s
            JOIN council_of h ON h.person = s.person
            JOIN council_people r ON r.record = holder(h, s.raised_at, s.concern)""",
            ("x.raised_at", "x.decided_at", "x.ended_at"), "x.identifier, x.reference",
        ),
    ]  # fmt: skip
    write_exports(store, shelf, exports, sheets, rates.row_repeated)

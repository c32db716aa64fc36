"""The nightly export of the council's case system.

It had fallen silent by the pinned now: nothing since Sunday.
"""

# ruff: noqa: S608 - the SQL is put together from our own constants, never from what is read

from __future__ import annotations

import datetime as dt

from oneplace.borough.feeds.calendar import export_ends, last_weekday_before
from oneplace.borough.feeds.defects import traffic_rates
from oneplace.borough.feeds.sheets import Sheet, make_exports, noon, once, write_exports
from oneplace.borough.feeds.shelf import Shelf
from oneplace.borough.feeds.store import Store
from oneplace.borough.lives.settings import Settings
from oneplace.vocabulary.terms import FeedKind

FEED = FeedKind.COUNCIL_CASES
FOLDER = "council/case_system"

FULL_EXPORT_DAYS = 60
"""The full export lies at least this many days before now."""

SUNDAY = 6
RESUMES_AFTER_DAYS = 5
"""The silent export speaks again this many days after the last one that came, in one piece."""


def write_case_system(store: Store, shelf: Shelf, multiplier: float) -> None:
    """Write every run of the export."""
    exports = make_exports(
        store, case_system_ends(store.settings), folder=FOLDER, feed=FEED,
        arrives=dt.timedelta(hours=2),
    )  # fmt: skip
    write_exports(store, shelf, exports, _sheets(), traffic_rates(multiplier).row_repeated)


def case_system_ends(settings: Settings) -> list[dt.date]:
    """The days the export ran: nightly, but for the silence after the last Sunday before now."""
    silent_from = last_weekday_before(settings.now, SUNDAY)
    resumes = silent_from + dt.timedelta(days=RESUMES_AFTER_DAYS)
    resumes = max(resumes, settings.now.date() + dt.timedelta(days=1))
    nights = export_ends(settings, weekday=SUNDAY, every_days=1, full_before_days=FULL_EXPORT_DAYS)
    return [night for night in nights if not silent_from < night < resumes]


def _sheets() -> tuple[Sheet, ...]:
    return (
        _clients(),
        _addresses(),
        _hazards(),
        _carers(),
        _packages(),
        _contacts(),
        _assessments(),
        _reviews(),
        _safeguarding(),
    )


def _held(table: str, person: str, at: str, key: str) -> str:
    return f"""{table} JOIN council_of h ON h.person = {person}
        JOIN council_people r ON r.record = holder(h, {at}, {key})"""


def _clients() -> Sheet:
    return Sheet(
        "clients.csv",
        {
            "SWIFT_NO": "x.identifier", "NHS_NO": "plain(x.nhs_number)",
            "SURNAME": "csv(upper(x.family_name))", "FORENAMES": "csv(x.given_name)",
            "KNOWN_AS": "csv(x.preferred_name)", "TITLE": "x.title",
            "DOB": "coalesce(slashed(x.born_on), '')",
            "DOD": once("x.died_at", "slashed(uk_day(x.died_at))"),
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
    )  # fmt: skip


def _addresses() -> Sheet:
    return Sheet(
        "addresses.csv",
        {
            "SWIFT_NO": "x.identifier", "LINE1": "csv(x.line_1)", "LINE2": "csv(x.line_2)",
            "LINE3": "csv(x.locality)", "TOWN": "csv(x.town)",
            "PCODE": "as_read(x.postcode, x.postcode_misread)",
            "UPRN": "x.uprn", "FROM_DT": "slashed(x.from_on)",
            "TO_DT": once("x.to_on::TIMESTAMP", "slashed(x.to_on)"),
            "TENURE": "x.tenure", "KEYSAFE": "yes_no(x.has_key_safe)",
        },
        f"""SELECT r.identifier, r.postcode_misread, a.*, k.from_on, k.to_on,
            greatest(r.opened_at, {noon("k.from_on")}) AS told_at,
            {noon("k.to_on")} AS left_at
        FROM council_people r JOIN known_addresses k USING (record)
        JOIN addresses a ON a.address = k.address
        WHERE k.to_on IS NULL OR k.to_on > r.opened_at::DATE""",
        ("x.told_at", "x.left_at"), "x.identifier, x.from_on, x.address",
    )  # fmt: skip


def _hazards() -> Sheet:
    return Sheet(
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
    )  # fmt: skip


def _carers() -> Sheet:
    return Sheet(
        "carers.csv",
        {
            "CARER_NO": "x.carer_number", "CARED_FOR_NO": "x.cared_number",
            "HRS_WK": "plain(x.hours_per_week)", "TASKS": "x.tasks",
            "STRAIN_0_10": "plain(x.strain)", "FROM_DT": "slashed(x.from_on)",
            "TO_DT": once("x.ended_at", "slashed(x.to_on)"),
        },
        f"""SELECT c.*, r.identifier AS carer_number, w.identifier AS cared_number,
            {noon("c.from_on")} AS began_at, {noon("c.to_on")} AS ended_at
        FROM {_held("carers c", "c.carer", noon("c.from_on"), "c.carer")}
        JOIN council_of o ON o.person = c.cared_for
        JOIN records w ON w.record = o.first_record WHERE c.is_known_to_council""",
        ("x.began_at", "x.ended_at"), "x.carer_number, x.cared_number, x.from_on",
    )  # fmt: skip


def _packages() -> Sheet:
    return Sheet(
        "packages.csv",
        {
            "PKG_REF": "x.reference", "SWIFT_NO": "x.identifier",
            "SERVICE": "csv(x.component)", "SERVICE_TYPE": "csv(x.service_type)",
            "DELIVERY": "csv(x.delivery)", "PROVIDER": "csv(x.provider_name)",
            "HRS_WK": "one_place(x.hours_per_week)", "START_DT": "slashed(x.started_on)",
            "END_DT": once("x.ended_at", "slashed(x.ended_on)"),
            "END_REASON": once("x.ended_at", "csv(x.outcome)"),
            "UNIT_PRICE": "pounds(x.unit_price_pence)", "PRICE_UNIT": "upper(x.price_unit)",
            "FUNDING": "csv(x.funding)",
        },
        f"""SELECT s.*, r.identifier, o.name AS provider_name,
            reference(s.service_event, 'council:package') AS reference,
            {noon("s.started_on")} AS began_at, {noon("s.ended_on")} AS ended_at
        FROM {_held("council_services s", "s.person", "s.started_on::TIMESTAMP",
                   "s.service_event")}
        LEFT JOIN organisations o ON o.organisation = s.provider
        WHERE s.client_type = 'Service user'""",
        ("x.began_at", "x.ended_at"), "x.identifier, x.reference", "x.reference",
    )  # fmt: skip


def _contacts() -> Sheet:
    return Sheet(
        "contacts.csv",
        {
            "CONTACT_REF": "x.reference", "SWIFT_NO": "x.identifier",
            "RECEIVED": "slashed(x.started_on)", "ROUTE": "upper(x.route)",
            "CLOSED": once("x.ended_at", "slashed(x.ended_on)"),
            "OUTCOME": once("x.ended_at", "csv(x.outcome)"),
        },
        f"""SELECT q.*, r.identifier, reference(q.request, 'council:contact') AS reference,
            {noon("q.started_on")} AS began_at, {noon("q.ended_on")} AS ended_at
        FROM {_held("council_requests q", "q.person", "q.started_on::TIMESTAMP",
                   "q.request")}""",
        ("x.began_at", "x.ended_at"), "x.identifier, x.reference", "x.reference",
    )  # fmt: skip


def _assessments() -> Sheet:
    return Sheet(
        "assessments.csv",
        {
            "ASSESS_REF": "x.reference", "SWIFT_NO": "x.identifier",
            "TYPE": "x.assessment_type", "CLIENT_TYPE": "x.client_type",
            "STARTED": "slashed(x.started_on)",
            "COMPLETED": once("x.ended_at", "slashed(x.ended_on)"),
            "ELIGIBLE": once("x.ended_at", "yes_no(x.has_eligible_needs)"),
            "WORKER": "reference(x.staff, 'council:worker')",
        },
        f"""SELECT q.*, r.identifier, reference(q.assessment, 'council:assessment')
                AS reference,
            {noon("q.started_on")} AS began_at, {noon("q.ended_on")} AS ended_at
        FROM {_held("council_assessments q", "q.person", "q.started_on::TIMESTAMP",
                   "coalesce(q.request, q.assessment)")}""",
        ("x.began_at", "x.ended_at"), "x.identifier, x.reference", "x.reference",
    )  # fmt: skip


def _reviews() -> Sheet:
    return Sheet(
        "reviews.csv",
        {
            "REVIEW_REF": "x.reference", "SWIFT_NO": "x.identifier", "REASON": "x.reason",
            "DONE": "slashed(x.ended_on)", "OUTCOMES": "x.outcomes_achieved",
            "RESULT": "csv(x.outcome)",
        },
        f"""SELECT q.*, r.identifier, reference(q.review, 'council:review') AS reference,
            {noon("q.ended_on")} AS done_at
        FROM {_held("council_reviews q", "q.person", "q.started_on::TIMESTAMP", "q.review")}""",
        ("x.done_at",), "x.identifier, x.reference", "x.reference",
    )  # fmt: skip


def _safeguarding() -> Sheet:
    return Sheet(
        "safeguarding.csv",
        {
            "CONCERN_REF": "x.reference", "SWIFT_NO": "x.identifier",
            "RAISED": "slashed_time(x.raised_at)", "RAISED_BY": "upper(x.source)",
            "TYPE": "upper(x.kind)", "LOCATION": "upper(x.location)",
            "DECISION_DT": once("x.decided_at", "slashed(x.decided_on)"),
            "S42": once("x.decided_at", "yes_no(x.meets_three_tests)"),
            "WANTED_OUTCOMES": "upper(x.wanted_outcomes)",
            "ENQUIRY_ENDED": once("x.ended_at", "slashed(x.enquiry_ended_on)"),
            "RISK_AFTER": once("x.ended_at", "upper(plain(x.risk_after))"),
            "OUTCOMES_MET": once("x.ended_at", "upper(plain(x.outcomes_met))"),
        },
        f"""SELECT s.*, r.identifier, reference(s.concern, 'council:concern') AS reference,
            {noon("s.decided_on")} AS decided_at, {noon("s.enquiry_ended_on")} AS ended_at
        FROM (SELECT concern, person, raised_at, source::VARCHAR AS source, kind, location,
                meets_three_tests, wanted_outcomes, decided_on, enquiry_ended_on, risk_after,
                outcomes_met FROM safeguarding_concerns) s
        JOIN council_of h ON h.person = s.person
        JOIN council_people r ON r.record = holder(h, s.raised_at, s.concern)""",
        ("x.raised_at", "x.decided_at", "x.ended_at"), "x.identifier, x.reference",
    )  # fmt: skip

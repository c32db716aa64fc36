"""The charity's customer database, exported on Fridays: its own column names, its own habits.

Names as people say them, dates like "4 Mar 26", postcodes as they were typed, goals in the
person's own words, wellbeing as totals only. Volunteers are the charity's own list.
"""

# ruff: noqa: S608 - the SQL is put together from our own constants, never from what is read

from __future__ import annotations

import datetime as dt

from oneplace.borough.feeds.calendar import export_ends
from oneplace.borough.feeds.defects import traffic_rates
from oneplace.borough.feeds.sheets import Sheet, held, make_exports, noon, once, write_exports
from oneplace.borough.feeds.shelf import Shelf
from oneplace.borough.feeds.store import Store, mapped
from oneplace.vocabulary.terms import FeedKind

FEED = FeedKind.CHARITY_CASES
FOLDER = "charity/crm"
FRIDAY = 4
FULL_EXPORT_DAYS = 35

VOLUNTEERS_PER_THOUSAND = 2

_STAGE = mapped("x.outcome", {
    "completed": "Closed - completed", "declined": "Closed - didn't want it",
    "unsuitable": "Closed - not for us", "moved": "Closed - moved away", "died": "Closed - RIP",
    "disengaged": "Closed - lost touch",
})  # fmt: skip
_RESULT = mapped("x.result", {"achieved": "Done it!", "partly": "Part way", "not": "Not this time"})
_MOMENT = mapped("x.moment", {"baseline": "Start", "review": "Middle", "exit": "End"})
_TYPED_POSTCODE = """CASE WHEN chance(x.lot, 'postcode_habit') < 0.3
    THEN lower(replace(x.written_postcode, ' ', ''))
    WHEN chance(x.lot, 'postcode_habit') < 0.5 THEN replace(x.written_postcode, ' ', '')
    ELSE x.written_postcode END"""


def write_charity(store: Store, shelf: Shelf, multiplier: float) -> None:
    """Write every run of the export."""
    rates = traffic_rates(multiplier)
    ends = export_ends(
        store.settings, weekday=FRIDAY, every_days=7, full_before_days=FULL_EXPORT_DAYS
    )
    exports = make_exports(
        store, ends, folder=FOLDER, feed=FEED, arrives=dt.timedelta(hours=8),
        late_rate=rates.extract_late,
    )  # fmt: skip
    write_exports(store, shelf, exports, _sheets(), rates.row_repeated)


def _sheets() -> tuple[Sheet, ...]:
    return (
        _individuals(),
        _pic_referrals(),
        _goals(),
        _wellbeing(),
        _contact_log(),
        _social_prescribing(),
        _attendance(),
        _volunteers(),
    )


def _held(table: str, at: str, key: str) -> str:
    return held("charity", table, at, key)


def _individuals() -> Sheet:
    return Sheet(
        "individuals.csv",
        {
            "Individual ID": "x.identifier", "Full Name": "csv(x.given_name || ' ' ||"
            " x.family_name)",
            "Likes To Be Called": "csv(x.preferred_name)",
            "D.O.B.": "coalesce(short_day(x.born_on), '')",
            "NHS No (if given)": "plain(x.nhs_number)",
            "Home Address": "csv(concat_ws(', ', nullif(x.line_1, ''), x.line_2,"
            " nullif(x.locality, '')))",
            "Post Code": _TYPED_POSTCODE, "Tel": "plain(coalesce(x.landline, x.mobile))",
            "Mob": "CASE WHEN x.landline IS NULL THEN '' ELSE plain(x.mobile) END",
            "Best Way To Reach": "x.communication_needs",
            "Speaks": "x.language", "Surgery": "csv(x.practice_name)",
            "Added": "short_day(uk_day(x.opened_at))",
        },
        """SELECT r.*, a.line_1, a.line_2, a.locality, p.language, p.communication_needs,
            practices.name AS practice_name,
            as_read(a.postcode, r.postcode_misread) AS written_postcode,
            CASE WHEN k.is_first THEN r.opened_at ELSE greatest(r.opened_at,
                k.from_on::TIMESTAMP + INTERVAL 5 DAY) END AS told_at
        FROM records r JOIN people p USING (person)
        JOIN practices ON practices.practice = p.practice
        JOIN known_addresses k ON k.record = r.record
        JOIN addresses a ON a.address = k.address
        WHERE r.source = 'charity' AND (k.to_on IS NULL OR k.to_on > r.opened_at::DATE)""",
        ("x.told_at",), "x.identifier, x.told_at",
    )  # fmt: skip


def _pic_referrals() -> Sheet:
    return Sheet(
        "pic_referrals.csv",
        {
            "Case Ref": "x.reference", "Individual ID": "x.identifier",
            "Date Rec'd": "short_time(x.referred_at)", "Who Sent Them": "x.source",
            "PIC": "csv(x.pic)",
            "First Spoke": once("x.first_contact_at", "short_time(x.first_contact_at)"),
            "Home Visit": once("x.first_visit_at", "short_time(x.first_visit_at)"),
            "Plan Agreed": once("x.plan_agreed_at", "short_day(uk_day(x.plan_agreed_at))"),
            "Where It's At": f"CASE WHEN x.closed_at < x.until THEN csv({_STAGE})"
            " WHEN x.plan_agreed_at < x.until THEN 'Working together'"
            " WHEN x.first_contact_at < x.until THEN 'Getting to know' ELSE 'New' END",
            "Closed": once("x.closed_at", "short_day(uk_day(x.closed_at))"),
            "Benefits £/yr": once("x.closed_at", "plain(x.benefits_gained_pounds)"),
        },
        f"""SELECT t.*, r.identifier, reference(t.pic_case, 'charity:case') AS reference,
            s.given_name || ' ' || s.family_name AS pic
        FROM {_held("pic_cases", "t.referred_at",
                    "t.pic_case")}
        JOIN staff s ON s.staff = t.staff""",
        ("x.referred_at", "x.first_contact_at", "x.first_visit_at", "x.plan_agreed_at",
         "x.closed_at"), "x.reference", "x.reference",
    )  # fmt: skip


def _goals() -> Sheet:
    return Sheet(
        "goals.csv",
        {
            "Goal No": "x.goal_number", "Case Ref": "x.reference",
            "In Their Words": "csv(x.words)", "About": "x.category",
            "I Statement": "x.i_statement", "First Step": "csv(x.first_step)",
            "Set": "short_day(uk_day(x.set_at))",
            "How It Went": once("x.reviewed_at", f"csv({_RESULT})"),
            "Their Score /10": once("x.reviewed_at", "plain(x.own_rating)"),
        },
        """SELECT *, reference(goal, 'charity:goal') AS goal_number,
            reference(pic_case, 'charity:case') AS reference FROM goals""",
        ("x.set_at", "x.reviewed_at"), "x.reference, x.goal_number",
    )  # fmt: skip


def _wellbeing() -> Sheet:
    return Sheet(
        "wellbeing.csv",
        {
            "Individual ID": "x.identifier", "Case Ref": "plain(x.reference)",
            "When": 'short_day(uk_day(x."at"))', "Which": _MOMENT,
            "Satisfied /10": "plain(x.life_satisfaction)",
            "Worthwhile /10": "plain(x.worthwhile)", "Happy /10": "plain(x.happiness)",
            "Anxious /10": "plain(x.anxiety)", "Short WB raw 7-35": "plain(x.swemwbs_raw)",
            "Filled In By": "x.completed_by",
        },
        f"""SELECT t.*, r.identifier, CASE WHEN t.pic_case IS NOT NULL
                THEN reference(t.pic_case, 'charity:case') END AS reference
        FROM {_held("wellbeing_scores", 't."at"', "coalesce(t.pic_case, t.person)")}""",
        ('x."at"',), 'x.identifier, x."at", x.moment',
    )  # fmt: skip


def _contact_log() -> Sheet:
    return Sheet(
        "contact_log.csv",
        {
            "Individual ID": "x.identifier", "When": 'short_time(x."at")',
            "How": "x.kind", "Who": "csv(coalesce(x.worker, ''))",
            "Activity": "csv(coalesce(x.service_name, ''))", "Note": "csv(x.note)",
        },
        f"""SELECT t.*, r.identifier, s.given_name || ' ' || s.family_name AS worker,
            v.name AS service_name
        FROM {_held("voluntary_contacts", 't."at"', "t.person")}
        LEFT JOIN staff s ON s.staff = t.staff
        LEFT JOIN voluntary_services v ON v.service = t.service""",
        ('x."at"',), 'x.identifier, x."at", x.kind, x.note', 'hash(x.identifier, x."at")',
    )  # fmt: skip


def _social_prescribing() -> Sheet:
    return Sheet(
        "social_prescribing.csv",
        {
            "SP Ref": "x.reference", "Individual ID": "x.identifier",
            "Offered": "short_day(uk_day(x.offered_at))", "From": "x.source",
            "Surgery": "csv(x.practice_name)", "Need": "x.need",
            "Link Worker": "csv(coalesce(x.worker, ''))",
            "Said Yes": once("x.accepted_at", "short_day(uk_day(x.accepted_at))"),
            "First Chat": once("x.first_contact_at", "short_day(uk_day(x.first_contact_at))"),
            "Connected To": once("x.connected_at", "csv(coalesce(x.service_name, ''))"),
            "Connected": once("x.connected_at", "short_day(uk_day(x.connected_at))"),
            "Ended": once("x.ended_at", "short_day(uk_day(x.ended_at))"),
            "Result": once("x.ended_at", "x.outcome"),
        },
        f"""SELECT t.*, t."at" AS offered_at, r.identifier,
            reference(t.referral, 'charity:sp') AS reference,
            s.given_name || ' ' || s.family_name AS worker, v.name AS service_name,
            practices.name AS practice_name
        FROM {_held("social_prescribing_referrals", 't."at"', "t.referral")}
        JOIN practices ON practices.practice = t.practice
        LEFT JOIN staff s ON s.staff = t.staff
        LEFT JOIN voluntary_services v ON v.service = t.service""",
        ("x.offered_at", "x.accepted_at", "x.first_contact_at", "x.connected_at",
         "x.ended_at"), "x.reference", "x.reference",
    )  # fmt: skip


def _attendance() -> Sheet:
    return Sheet(
        "attendance.csv",
        {
            "Individual ID": "x.identifier", "Session": "csv(x.service_name)",
            "Date": 'short_day(x."on")', "Came?": "CASE WHEN x.attended THEN 'yes'"
            " ELSE 'no show' END",
            "SP Ref": "plain(x.reference)",
        },
        f"""SELECT t.*, r.identifier, v.name AS service_name, {noon('t."on"')} AS held_at,
            CASE WHEN t.referral IS NOT NULL THEN reference(t.referral, 'charity:sp') END
                AS reference
        FROM {_held("social_prescribing_attendances", noon('t."on"'),
                    "coalesce(t.referral, t.person)")}
        JOIN voluntary_services v ON v.service = t.service""",
        ("x.held_at",), 'x.identifier, x."on", x.service_name',
        'hash(x.identifier, x."on")',
    )  # fmt: skip


def _volunteers() -> Sheet:
    return Sheet(
        "volunteers.csv",
        {
            "Volunteer": "csv(x.given_name || ' ' || x.family_name)", "Email": "x.email",
            "Tel": "plain(x.mobile)", "Can Do": "x.task", "Days": "x.days",
            "DBS Checked": "short_day(x.checked_on)",
            "Started": "short_day(uk_day(x.began_at))",
        },
        f"""SELECT *, (['gardening', 'driving', 'befriending', 'phone calls', 'lunch club',
                'form filling', 'dog walking', 'home library'])
                [1 + floor(chance(person, 'task') * 8)::INTEGER] AS task,
            (['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'any'])
                [1 + floor(chance(person, 'days') * 7)::INTEGER] AS days,
            DATE '2023-01-09' + floor(chance(person, 'checked') * 700)::INTEGER
                AS checked_on,
            checked_on::TIMESTAMP + INTERVAL 14 DAY + INTERVAL 12 HOUR AS began_at
        FROM people WHERE chance(person, 'volunteer') < {VOLUNTEERS_PER_THOUSAND / 1000}
            AND died_at IS NULL AND left_on IS NULL AND care_home IS NULL
            AND NOT is_housebound AND born_on < DATE '2005-01-01'""",
        ("x.began_at",), "x.family_name, x.given_name, x.began_at",
    )  # fmt: skip

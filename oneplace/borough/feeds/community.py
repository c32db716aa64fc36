"""Community services' export, made on Sundays: nursing and therapy, LIFE, the transfer hub.

LIFE's own times are exact (referred, decided, left hospital, first visit), for its clocks run in
minutes. The transfer hub's list names people by their hospital number: it is kept on the wards.
`huddle_*.csv` is the alliance's own register of huddles, which the same office keeps.
"""

# ruff: noqa: S608 - the SQL is put together from our own constants, never from what is read

from __future__ import annotations

import datetime as dt

from oneplace.borough.feeds.calendar import export_ends
from oneplace.borough.feeds.defects import traffic_rates
from oneplace.borough.feeds.sheets import Sheet, held, make_exports, once, write_exports
from oneplace.borough.feeds.shelf import Shelf
from oneplace.borough.feeds.store import Store
from oneplace.vocabulary.terms import FeedKind

FEED = FeedKind.COMMUNITY_SERVICES
FOLDER = "community/life"
SUNDAY = 6
FULL_EXPORT_DAYS = 28


def write_community(store: Store, shelf: Shelf, multiplier: float) -> None:
    """Write every run of the export: weekly to now, then nightly, as the clock is watched."""
    rates = traffic_rates(multiplier)
    now = store.settings.now.date()
    weekly = export_ends(
        store.settings, weekday=SUNDAY, every_days=7, full_before_days=FULL_EXPORT_DAYS
    )
    ends = [day for day in weekly if day < now]
    day = now - dt.timedelta(days=1)
    while day < store.settings.ends_at.date():
        if day > ends[-1]:
            ends.append(day)
        # Three weeks of nights, then weeks again.
        day += dt.timedelta(days=1 if (day - now).days < 21 else 7)
    exports = make_exports(
        store, ends, folder=FOLDER, feed=FEED, arrives=dt.timedelta(hours=5),
        late_rate=rates.extract_late,
    )  # fmt: skip
    write_exports(store, shelf, exports, _sheets(), rates.row_repeated)


_WORKER = "CASE WHEN x.staff IS NULL THEN '' ELSE reference(x.staff, 'community:worker') END"


def _sheets() -> tuple[Sheet, ...]:
    return (
        _patients(),
        _referrals(),
        _contacts(),
        _life_referrals(),
        _life_visits(),
        _transfer_list(),
        _transfer_reviews(),
        _transfer_blockers(),
        _falls(),
        _medicines_reviews(),
        _medicines_recommendations(),
        _huddle_meetings(),
        _huddle_cases(),
        _huddle_discussions(),
        _huddle_actions(),
    )


def _held(table: str, at: str, key: str) -> str:
    return held("community", table, at, key)


def _time(at: str) -> str:
    return once(at, f"spaced_time({at})")


def _patients() -> Sheet:
    return Sheet(
        "patients.csv",
        {
            "patient_id": "x.identifier", "nhs_number": "plain(x.nhs_number)",
            "nhs_number_status": "x.nhs_status", "title": "x.title",
            "forename": "csv(x.given_name)", "surname": "csv(x.family_name)",
            "preferred_name": "csv(x.preferred_name)",
            "date_of_birth": "coalesce(iso_day(x.born_on), '')", "gender": "x.gender",
            "ethnic_category": "x.ethnicity", "address_1": "csv(x.line_1)",
            "address_2": "csv(x.line_2)", "town": "csv(x.town)",
            "postcode": "as_read(x.postcode, x.postcode_misread)",
            "phone": "plain(x.landline)", "mobile": "plain(x.mobile)",
            "gp_practice": "x.practice_code", "housebound": "yes_no(x.is_housebound)",
            "date_of_death": once("x.heard_at", "iso_day(uk_day(x.died_at))"),
        },
        """SELECT r.*, a.line_1, a.line_2, a.town, a.postcode, p.is_housebound,
            practices.code AS practice_code, r.died_at + INTERVAL 2 DAY AS heard_at,
            CASE WHEN k.is_first THEN r.opened_at ELSE greatest(r.opened_at,
                k.from_on::TIMESTAMP + INTERVAL 3 DAY) END AS told_at
        FROM records r JOIN people p USING (person)
        JOIN practices ON practices.practice = p.practice
        JOIN known_addresses k ON k.record = r.record
        JOIN addresses a ON a.address = k.address
        WHERE r.source = 'community' AND (k.to_on IS NULL OR k.to_on > r.opened_at::DATE)""",
        ("x.told_at", "x.heard_at"), "x.identifier, x.told_at",
    )  # fmt: skip


def _referrals() -> Sheet:
    return Sheet(
        "referrals.csv",
        {
            "referral_id": "x.reference", "patient_id": "x.identifier",
            "received": 'spaced_time(x."at")', "source": "x.source", "service": "x.service",
            "reason_code": "x.code", "reason": "csv(x.display)",
            "closed": _time("x.ended_at"),
        },
        f"""SELECT t.*, r.identifier, c.code, c.display,
            reference(t.community_referral, 'community:referral') AS reference
        FROM {_held("community_referrals", 't."at"', "t.community_referral")}
        JOIN concepts c ON c.concept = t.reason""",
        ('x."at"', "x.ended_at"), "x.reference", "x.reference",
    )  # fmt: skip


def _contacts() -> Sheet:
    return Sheet(
        "contacts.csv",
        {
            "referral_id": "x.reference", "start": 'spaced_time(x."at")',
            "minutes": "plain(x.minutes)", "worker": _WORKER, "mode": "x.mode",
            "outcome": "x.outcome", "activity": "x.activity",
        },
        """SELECT *, reference(community_referral, 'community:referral') AS reference
        FROM community_contacts""",
        ('x."at"',), 'x.reference, x."at", x.activity, x.staff', 'hash(x.reference, x."at")',
    )  # fmt: skip


def _life_referrals() -> Sheet:
    return Sheet(
        "life_referrals.csv",
        {
            "life_id": "x.reference", "patient_id": "x.identifier", "stream": "x.stream",
            "source": "x.source", "reason": "plain(x.reason)",
            "referred": "strftime(uk(x.referred_at), '%Y-%m-%d %H:%M:%S')",
            "decision": once("x.decided_at", "x.decision"),
            "decision_reason": once("x.decided_at", "x.decision_reason"),
            "decided": _time("x.decided_at"),
            "spell": "plain(x.spell)",
            "left_hospital": _time("x.left_hospital_at"),
            "first_visit": "CASE WHEN x.first_visit_at < x.until THEN"
            " strftime(uk(x.first_visit_at), '%Y-%m-%d %H:%M:%S') ELSE '' END",
            "minutes_to_first_visit": once(
                "x.first_visit_at",
                "((epoch(x.first_visit_at) - epoch(coalesce(x.left_hospital_at,"
                " x.referred_at))) / 60)::BIGINT::VARCHAR"),
            "coordinator": "reference(x.coordinator, 'community:worker')",
            "provider": "csv(coalesce(x.provider_name, ''))",
            "hours_before": "one_place(x.hours_before)",
            "hours_at_start": once("x.first_visit_at", "one_place(x.hours_at_start)"),
            "function_at_start": once("x.first_visit_at", "plain(x.function_at_start)"),
            "ended": _time("x.ended_at"),
            "hours_at_exit": once(
                "x.ended_at", "coalesce(one_place(x.hours_at_exit), '')"),
            "function_at_exit": once("x.ended_at", "plain(x.function_at_exit)"),
            "sequel": once("x.ended_at", "plain(x.sequel)"),
            "disposition": once("x.ended_at", "plain(x.disposition)"),
            "admission_avoided_opinion": once("x.ended_at", "plain(x.admission_avoided)"),
            "status_day_91": once("x.day_91_at", "plain(x.day_91_status)"),
        },
        f"""SELECT t.*, r.identifier, reference(t.life_episode, 'life:episode') AS reference,
            o.name AS provider_name,
            CASE WHEN t.stay IS NOT NULL THEN 'S' || reference(t.stay, 'spell') END AS spell,
            t.left_hospital_at + INTERVAL 91 DAY AS day_91_at
        FROM {_held("life_episodes", "t.referred_at", "t.life_episode")}
        LEFT JOIN organisations o ON o.organisation = t.provider""",
        ("x.referred_at", "x.decided_at", "x.left_hospital_at", "x.first_visit_at",
         "x.ended_at", "x.day_91_at"), "x.reference", "x.reference",
    )  # fmt: skip


def _life_visits() -> Sheet:
    return Sheet(
        "life_visits.csv",
        {
            "life_id": "x.reference", "worker": _WORKER, "arrived": 'spaced_time(x."at")',
            "minutes": "plain(x.minutes)", "kind": "x.kind", "outcome": "x.outcome",
        },
        "SELECT *, reference(life_episode, 'life:episode') AS reference FROM life_visits",
        ('x."at"',), 'x.reference, x."at", x.staff, x.kind', 'hash(x.reference, x."at")',
    )  # fmt: skip


def _transfer_list() -> Sheet:
    return Sheet(
        "transfer_list.csv",
        {
            "spell": "x.visit", "hospital_number": "x.identifier",
            "nhs_number": "plain(x.nhs_number)", "surname": "csv(upper(x.family_name))",
            "admitted": "spaced_time(x.admitted_at)",
            "expected_discharge": "coalesce(iso_day(x.expected_on), '')",
            "clinical_frailty": "plain(x.clinical_frailty_scale)",
            "ready_to_leave": _time("x.ready_at"),
            "pathway_proposed": once("x.ready_at", "plain(x.proposed_pathway)"),
            "pathway_actual": once("x.discharged_at", "plain(x.pathway)"),
            "left": _time("x.discharged_at"),
        },
        """SELECT s.*, r.identifier, r.nhs_number, r.family_name,
            'S' || reference(s.stay, 'spell') AS visit
        FROM hospital_stays s JOIN holders h ON h.source = 'hospital' AND h.person = s.person
            AND h.unit = s.is_out_of_borough::INTEGER
        JOIN records r ON r.record = holder(h, s.admitted_at, s.stay)
        WHERE s.ready_at IS NOT NULL AND s.proposed_pathway IS NOT NULL""",
        ("x.ready_at", "x.discharged_at"), "x.visit",
    )  # fmt: skip


def _transfer_reviews() -> Sheet:
    return Sheet(
        "transfer_reviews.csv",
        {
            "spell": "x.visit", "reviewed": 'spaced_time(x."at")',
            "criteria_to_reside": "yes_no(x.is_met)", "reason": "x.reason",
        },
        "SELECT *, 'S' || reference(stay, 'spell') AS visit FROM residence_reviews",
        ('x."at"',), 'x.visit, x."at"',
    )  # fmt: skip


def _transfer_blockers() -> Sheet:
    return Sheet(
        "transfer_blockers.csv",
        {
            "blocker_id": "x.reference", "spell": "x.visit", "kind": "x.kind",
            "responsible": "x.ods_code", "opened": "spaced_time(x.opened_at)",
            "closed": _time("x.closed_at"), "note": "csv(x.note)",
        },
        """SELECT b.*, o.ods_code, 'S' || reference(b.stay, 'spell') AS visit,
            reference(b.blocker, 'hub:blocker') AS reference
        FROM (SELECT blocker, stay, kind::VARCHAR AS kind, organisation, opened_at, closed_at,
            note FROM stay_blockers) b JOIN organisations o USING (organisation)""",
        ("x.opened_at", "x.closed_at"), "x.visit, x.reference",
    )  # fmt: skip


def _falls() -> Sheet:
    return Sheet(
        "falls.csv",
        {
            "fall_id": "x.reference", "patient_id": "plain(x.identifier)",
            "fell": 'spaced_time(x."at")', "place": "x.place", "harm": "x.harm",
            "response": "x.response",
        },
        f"""SELECT t.*, r.identifier, reference(t.fall, 'community:fall') AS reference
        FROM {_held("falls", 't."at"', "t.fall")} WHERE t.response = 'rapid_response'""",
        ('x."at"',), "x.reference",
    )  # fmt: skip


def _medicines_reviews() -> Sheet:
    return Sheet(
        "medicines_reviews.csv",
        {
            "review_id": "x.reference", "patient_id": "x.identifier",
            "requested": "spaced_time(x.requested_at)", "source": "x.source",
            "pharmacist": _WORKER, "visited": _time("x.visited_at"),
            "medicines": once("x.visited_at", "plain(x.medicines_count)"),
            "adherence": once("x.visited_at", "x.adherence"), "closed": _time("x.closed_at"),
        },
        f"""SELECT t.*, r.identifier,
            reference(t.pharmacist_review, 'community:medicines') AS reference
        FROM {_held("pharmacist_reviews", "t.requested_at", "t.pharmacist_review")}""",
        ("x.requested_at", "x.visited_at", "x.closed_at"), "x.reference", "x.reference",
    )  # fmt: skip


def _medicines_recommendations() -> Sheet:
    return Sheet(
        "medicines_recommendations.csv",
        {
            "review_id": "x.reference", "medicine_code": "plain(x.code)",
            "medicine": "csv(coalesce(x.display, ''))", "kind": "x.kind",
            "sent": "spaced_time(x.sent_at)", "reply": once("x.replied_at", "plain(x.reply)"),
            "replied": _time("x.replied_at"), "harm_before": "x.harm_before",
        },
        """SELECT m.*, c.code, c.display,
            reference(m.pharmacist_review, 'community:medicines') AS reference
        FROM (SELECT pharmacist_review, medicine, kind::VARCHAR AS kind, sent_at, reply,
            replied_at, harm_before FROM pharmacist_recommendations) m
        LEFT JOIN concepts c ON c.concept = m.medicine""",
        ("x.sent_at", "x.replied_at"), "x.reference, x.sent_at, x.kind, x.code",
    )  # fmt: skip


# --- the register of huddles ---


def _huddle_meetings() -> Sheet:
    return Sheet(
        "huddle_meetings.csv",
        {
            "meeting": "x.reference", "practice": "x.code",
            "starts": "spaced_time(x.starts_at)", "status": "CASE WHEN x.starts_at < x.until"
            " THEN x.status ELSE 'planned' END",
        },
        """SELECT m.*, practices.code, reference(m.meeting, 'huddle:meeting') AS reference
        FROM huddle_meetings m JOIN practices USING (practice)""",
        ("x.starts_at",), "x.code, x.starts_at",
    )  # fmt: skip


def _huddle_cases() -> Sheet:
    return Sheet(
        "huddle_cases.csv",
        {
            "case": "x.reference", "practice": "x.practice_code",
            "gp_patient_id": "plain(x.gp_number)", "nhs_number": "plain(x.nhs_number)",
            "listed": "spaced_time(x.listed_at)", "trigger": "x.trigger",
            "lead": "csv(x.lead_name)", "told": _time("x.told_at"),
            "status": "CASE WHEN x.closed_at < x.until THEN 'closed' ELSE 'open' END",
            "closed": _time("x.closed_at"),
            "close_reason": once("x.closed_at", "plain(x.close_reason)"),
            "next_review": "CASE WHEN x.closed_at < x.until THEN ''"
            " ELSE coalesce(iso_day(x.next_review_on), '') END",
        },
        """SELECT t.*, gp.nhs_number, gp.identifier AS gp_number, n.code AS practice_code,
            reference(t.huddle_case, 'huddle:case') AS reference,
            s.given_name || ' ' || s.family_name AS lead_name
        FROM huddle_cases t JOIN practices n ON n.practice = t.practice
        LEFT JOIN records gp ON gp.source = 'gp' AND gp.person = t.person AND gp.unit = t.practice
        JOIN staff s ON s.staff = t.lead""",
        ("x.listed_at", "x.told_at", "x.closed_at"), "x.practice_code, x.reference",
    )  # fmt: skip


def _huddle_discussions() -> Sheet:
    return Sheet(
        "huddle_discussions.csv",
        {
            "discussion": "x.reference", "case": "x.case_reference",
            "meeting": "x.meeting_reference", "when": 'spaced_time(x."at")',
            "section": "x.kind", "minutes": "plain(x.minutes)",
        },
        """SELECT *, reference(discussion, 'huddle:discussion') AS reference,
            reference(huddle_case, 'huddle:case') AS case_reference,
            reference(meeting, 'huddle:meeting') AS meeting_reference
        FROM huddle_discussions""",
        ('x."at"',), "x.case_reference, x.reference",
    )  # fmt: skip


def _huddle_actions() -> Sheet:
    return Sheet(
        "huddle_actions.csv",
        {
            "action": "x.reference", "discussion": "x.discussion_reference",
            "case": "x.case_reference", "what": "x.kind", "owner": "x.email",
            "asked": "spaced_time(x.asked_at)", "due": "iso_day(x.due_on)",
            "accepted": _time("x.accepted_at"), "done": _time("x.done_at"),
            "cancelled": _time("x.cancelled_at"),
        },
        """SELECT a.*, s.email, reference(a.action, 'huddle:action') AS reference,
            reference(a.discussion, 'huddle:discussion') AS discussion_reference,
            reference(a.huddle_case, 'huddle:case') AS case_reference
        FROM huddle_actions a JOIN staff s ON s.staff = a.owner""",
        ("x.asked_at", "x.accepted_at", "x.done_at", "x.cancelled_at"),
        "x.case_reference, x.reference",
    )  # fmt: skip

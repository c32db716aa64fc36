"""The GP systems' coded bulk extract: everything recorded up to ninety days before now.

What is newer comes as FHIR (`gp_fhir`), so nothing is told twice. Each practice's patients carry
that system's own number; a patient who changed practice has two, and the newer one holds the
history (records follow the patient). Dates are written 04-Mar-2026, as such extracts do.
"""

# ruff: noqa: S608 - the SQL is put together from our own constants, never from what is read

from __future__ import annotations

import datetime as dt
from pathlib import PurePosixPath

from oneplace.borough.feeds.calendar import ALWAYS, GP_RECENT_DAYS, midnight
from oneplace.borough.feeds.defects import traffic_rates
from oneplace.borough.feeds.sheets import Sheet, once, write_sheet
from oneplace.borough.feeds.shelf import Parcel, Shelf
from oneplace.borough.feeds.store import Store, day, moment
from oneplace.vocabulary.terms import FeedKind

FEED = FeedKind.GP_HISTORY
FOLDER = "gp/extract"
HISTORY_ALONE_DAYS = 7
"""Where no bundles follow the extract, it was taken so many days before now."""
LETTER_DAYS = 14
"""What a hospital found is coded at the practice this many days later, from its letter."""


_WHO = {"PracticeCode": "x.practice_code", "PatientID": "x.identifier"}
_JOINED = "JOIN gp_patient_of USING (person)"


def recent_from(now: dt.datetime) -> dt.date:
    """The day from which the GP's record comes as FHIR instead."""
    return now.date() - dt.timedelta(days=GP_RECENT_DAYS)


def _taken_on(now: dt.datetime, *, is_followed: bool) -> dt.date:
    if is_followed:
        return recent_from(now)
    return now.date() - dt.timedelta(days=HISTORY_ALONE_DAYS)


def make_gp_registers(store: Store) -> None:
    """`gp_records` (records with practice codes) and `gp_codings` (what is coded, and when)."""
    store.make(
        "gp_records",
        """SELECT r.*, practices.code AS practice_code, g.from_on, g.to_on, g.end_reason
        FROM records r JOIN practices ON practices.practice = r.unit
        JOIN (SELECT person, practice, max(from_on) AS from_on,
                CASE WHEN count(*) FILTER (WHERE to_on IS NULL) > 0 THEN NULL
                    ELSE max(to_on) END AS to_on,
                first(end_reason::VARCHAR ORDER BY from_on DESC) AS end_reason
              FROM registrations GROUP BY ALL) g
            ON g.person = r.person AND g.practice = r.unit
        WHERE r.source = 'gp'""",
    )
    ends = moment(store.settings.ends_at)
    store.make(
        "gp_codings",
        f"""SELECT row_number() OVER (ORDER BY person, coded_at, concept, kind, value) AS number, *
        FROM (
            SELECT person, concept, 'condition' AS kind, onset_on AS on_day,
                recorded_on::TIMESTAMP + to_seconds((3600 * 11 + CASE WHEN source = 'gp' THEN 0
                    ELSE 86400 * {LETTER_DAYS} END)::BIGINT) AS coded_at,
                NULL::FLOAT AS value, NULL::FLOAT AS second_value, resolved_on
            FROM conditions
            UNION ALL
            SELECT person, concept, 'entry', uk_day("at"), "at", NULL, NULL, NULL FROM gp_entries)
        WHERE coded_at < {ends}""",
    )


def write_gp_extract(store: Store, shelf: Shelf, multiplier: float) -> None:
    """Write every sheet of the extract, as it was taken on one day."""
    taken = midnight(_taken_on(store.settings.now, is_followed=shelf.takes(FeedKind.GP_RECENT)))
    arrives = taken + dt.timedelta(days=3, hours=5)
    until = moment(taken)
    before = day(taken.date())
    repeat_rate = traffic_rates(multiplier).row_repeated
    store.make(
        "gp_holders",
        f"""SELECT person, first(record ORDER BY from_on DESC, record) AS record
        FROM gp_records WHERE from_on < {before} GROUP BY person""",
    )
    store.make(
        "gp_patient_of",
        """SELECT h.person, r.identifier, r.practice_code
        FROM gp_holders h JOIN records ON records.record = h.record
        JOIN gp_records r ON r.record = h.record""",
    )
    sheets = (
        _practices(),
        _staff(before),
        _patients(before, until),
        _registrations(before),
        _events(before, until),
        _values(until),
        _medications(before),
        _allergies(before),
        _immunisations(before),
        _appointments(until),
    )
    for sheet in sheets:
        path = PurePosixPath(FOLDER) / f"{taken:%Y-%m-%d}" / sheet.name
        parcel = Parcel(path, FEED, ALWAYS, taken, arrives)
        write_sheet(store, shelf, parcel, sheet, repeat_rate)
    for name in ("gp_holders", "gp_patient_of"):
        store.run(f"DROP TABLE {name}")


def _practices() -> Sheet:
    return Sheet(
        "practices.csv",
        {
            "PracticeCode": "x.code", "PracticeName": "csv(x.name)",
            "NetworkName": "csv(x.network_name)", "Postcode": "x.postcode",
            "Telephone": "x.phone",
        },
        """SELECT practices.code, practices.name, networks.name AS network_name,
            addresses.postcode, organisations.phone
        FROM practices JOIN networks USING (network)
        JOIN addresses ON addresses.address = practices.address
        JOIN organisations USING (organisation)""",
        (), "x.code",
    )  # fmt: skip


def _staff(before: str) -> Sheet:
    return Sheet(
        "staff.csv",
        {
            "PracticeCode": "x.code", "StaffID": "reference(x.staff, 'gp_staff')",
            "Title": "x.title", "GivenName": "csv(x.given_name)",
            "FamilyName": "csv(x.family_name)", "Role": "x.role",
            "Started": "dashed_month(x.started_on)",
        },
        f"""SELECT staff.*, practices.code FROM staff JOIN practices USING (practice)
        WHERE started_on < {before}""",
        (), "x.code, x.staff",
    )  # fmt: skip


def _patients(before: str, until: str) -> Sheet:
    return Sheet(
        "patients.csv",
        {
            **_WHO,
            "NHSNumber": "plain(x.nhs_number)", "NHSNumberStatus": "x.nhs_status",
            "Title": "x.title", "GivenName": "csv(x.given_name)",
            "MiddleName": "csv(x.middle_name)",
            "FamilyName": f"""csv(CASE WHEN x.family_name_changed_on >= {before}
                THEN x.previous_family_name ELSE x.family_name END)""",
            "PreviousFamilyName": f"""csv(CASE WHEN x.family_name_changed_on < {before}
                THEN x.previous_family_name END)""",
            "KnownAs": "csv(x.preferred_name)",
            "DateOfBirth": "coalesce(dashed_month(x.born_on), '')",
            "Sex": "upper(substr(x.gender, 1, 1))", "EthnicCategory": "x.ethnicity",
            "MainLanguage": "x.language", "InterpreterNeeded": "yes_no(x.needs_interpreter)",
            "CommunicationNeed": "x.communication_needs",
            "Address1": "csv(x.line_1)", "Address2": "csv(x.line_2)",
            "Address3": "csv(x.locality)", "Town": "csv(x.town)",
            "Postcode": "as_read(x.postcode, x.postcode_misread)",
            "HomeTelephone": "plain(x.landline)", "MobileTelephone": "plain(x.mobile)",
            "Email": "plain(x.email)",
            "DateOfDeath": once("x.died_at", "dashed_month(uk_day(x.died_at))", until),
        },
        f"""SELECT r.*, a.line_1, a.line_2, a.locality, a.town, a.postcode, p.language,
            p.needs_interpreter, p.communication_needs
        FROM gp_records r JOIN people p USING (person)
        JOIN known_addresses k ON k.record = r.record
            AND (k.is_first OR k.from_on < {before})
            AND (k.to_on IS NULL OR k.to_on >= {before})
        JOIN addresses a ON a.address = k.address WHERE r.from_on < {before}""",
        (), "x.practice_code, x.identifier",
    )  # fmt: skip


def _registrations(before: str) -> Sheet:
    return Sheet(
        "registrations.csv",
        {
            **_WHO, "RegisteredOn": "dashed_month(x.from_on)",
            "DeductedOn": once("x.to_on", "dashed_month(x.to_on)", before),
            "DeductionReason": once("x.to_on", "plain(x.end_reason)", before),
        },
        f"SELECT * FROM gp_records WHERE from_on < {before}",
        (), "x.practice_code, x.identifier",
    )  # fmt: skip


def _events(before: str, until: str) -> Sheet:
    return Sheet(
        "events.csv",
        {
            **_WHO, "EventDate": "dashed_month(x.on_day)",
            "RecordedDate": "dashed_month(uk_day(x.coded_at))",
            "Code": "x.code", "Term": "csv(x.display)", "Type": "x.kind",
            "EndDate": once("x.resolved_on", "dashed_month(x.resolved_on)", before),
        },
        f"""SELECT c.*, concepts.code, concepts.display, identifier, practice_code
        FROM gp_codings c {_JOINED} JOIN concepts USING (concept)
        WHERE coded_at < {until}""",
        (), "x.practice_code, x.identifier, x.coded_at, x.number", "x.number",
    )  # fmt: skip


def _values(until: str) -> Sheet:
    return Sheet(
        "values.csv",
        {
            **_WHO, "Taken": 'dashed_month_time(x."at")', "Code": "x.code",
            "Term": "csv(x.display)", "Value": "one_place(x.value)",
            "SecondValue": "CASE WHEN x.second_value IS NULL THEN ''"
            " ELSE one_place(x.second_value) END",
            "Unit": "csv(x.unit)",
        },
        f"""SELECT o.*, concepts.code, concepts.display, concepts.unit, identifier,
            practice_code
        FROM observations o {_JOINED} JOIN concepts USING (concept)
        WHERE o.source = 'gp' AND "at" < {until}""",
        (), 'x.practice_code, x.identifier, x."at", x.code, x.value',
        'hash(x.identifier, x."at", x.code)',
    )  # fmt: skip


def _medications(before: str) -> Sheet:
    return Sheet(
        "medications.csv",
        {
            **_WHO, "Code": "x.code", "Term": "csv(x.display)", "Dose": "csv(x.dose)",
            "Type": "CASE WHEN x.is_repeat THEN 'Repeat' ELSE 'Acute' END",
            "FirstIssued": "dashed_month(x.started_on)",
            "LastIssued": "dashed_month(x.last_on)",
            "Issues": "CASE WHEN x.is_repeat THEN 1 + (x.last_on - x.started_on) // 28"
            " ELSE 1 END::VARCHAR",
            "Stopped": once("x.stopped_on", "dashed_month(x.stopped_on)", before),
            "IndicationCode": "plain(x.reason_code)",
        },
        f"""SELECT m.*, concepts.code, concepts.display, why.code AS reason_code, identifier,
            practice_code, CASE WHEN is_repeat THEN started_on + (28 * ((least(
                coalesce(stopped_on, {before}), {before} - 1) - started_on) // 28))::INTEGER
                ELSE started_on END AS last_on
        FROM medicines m {_JOINED} JOIN concepts ON concepts.concept = m.concept
        LEFT JOIN concepts why ON why.concept = m.reason WHERE started_on < {before}""",
        (), "x.practice_code, x.identifier, x.started_on, x.code, x.dose",
        "hash(x.identifier, x.started_on, x.code)",
    )  # fmt: skip


def _allergies(before: str) -> Sheet:
    return Sheet(
        "allergies.csv",
        {
            **_WHO, "RecordedDate": "dashed_month(x.recorded_on)", "Code": "x.code",
            "Term": "csv(x.display)", "Reaction": "x.reaction", "Severity": "x.severity",
        },
        f"""SELECT g.*, concepts.code, concepts.display, identifier, practice_code
        FROM allergies g {_JOINED} JOIN concepts USING (concept)
        WHERE recorded_on < {before}""",
        (), "x.practice_code, x.identifier, x.recorded_on, x.code",
    )  # fmt: skip


def _immunisations(before: str) -> Sheet:
    return Sheet(
        "immunisations.csv",
        {
            **_WHO, "GivenOn": "dashed_month(x.given_on)", "Code": "x.code",
            "Term": "csv(x.display)", "GivenAt": "x.given_at",
        },
        f"""SELECT i.*, concepts.code, concepts.display, identifier, practice_code,
            practices.code AS given_at
        FROM immunisations i {_JOINED} JOIN concepts USING (concept)
        JOIN practices ON practices.practice = i.practice WHERE given_on < {before}""",
        (), "x.practice_code, x.identifier, x.given_on, x.code",
    )  # fmt: skip


def _appointments(until: str) -> Sheet:
    return Sheet(
        "appointments.csv",
        {
            **_WHO, "Starts": 'dashed_month_time(x."at")', "Minutes": "plain(x.minutes)",
            "Mode": "x.mode", "Outcome": "CASE WHEN x.mode = 'did_not_attend'"
            " THEN 'DNA' ELSE 'Seen' END",
            "StaffID": "CASE WHEN x.staff IS NULL THEN ''"
            " ELSE reference(x.staff, 'gp_staff') END",
            "StaffRole": "x.role", "ReasonCode": "x.code", "Reason": "csv(x.display)",
            "SeenAt": "x.seen_at",
        },
        f"""SELECT c.*, concepts.code, concepts.display, identifier, practice_code,
            practices.code AS seen_at
        FROM gp_contacts c {_JOINED} JOIN concepts ON concepts.concept = c.reason
        JOIN practices ON practices.practice = c.practice WHERE "at" < {until}""",
        (), 'x.practice_code, x.identifier, x."at", x.code',
        'hash(x.identifier, x."at")',
    )  # fmt: skip

"""The mental health trust's record as FHIR: one bundle a person a line, monthly, then nightly.

History comes as one file a month (the trust's backfill), the last weeks night by night. A bundle
holds the person and what is new: referrals as EpisodeOfCare, contacts as Encounter, the reason as
Condition, a CarePlan for those under a team for long, a Flag for those known to the crisis team.
"""

# ruff: noqa: S608 - the SQL is put together from our own constants, never from what is read

from __future__ import annotations

import datetime as dt
from pathlib import PurePosixPath

from oneplace.borough.feeds import fhir
from oneplace.borough.feeds.calendar import midnight, nightly_parcels, register_parcels
from oneplace.borough.feeds.shelf import Parcel, Shelf
from oneplace.borough.feeds.store import Store, mapped, moment
from oneplace.borough.lives.settings import Settings
from oneplace.vocabulary.terms import FeedKind

FEED = FeedKind.MENTAL_HEALTH
FOLDER = "mental_health/fhir"

_TEAMS = {
    "memory": "Memory service", "community": "Community mental health team",
    "older_adults": "Older adults mental health team", "crisis": "Crisis team",
    "talking_therapies": "Talking therapies", "liaison": "Hospital liaison team",
}  # fmt: skip
_PLANNED_TEAMS = "('memory', 'community', 'older_adults')"
_CLASSES = {"face_to_face": "AMB", "telephone": "VR", "video": "VR"}

_PATIENT = "id_of('mh:Patient', r.identifier)"
_TRUST = "id_of('mh:Organization', 'trust')"
_EPISODE = "id_of('mh:EpisodeOfCare', reference(e.referral, 'mh'))"
_STAFF = "id_of('mh:Practitioner', e.staff::VARCHAR)"


def _parcels(settings: Settings) -> list[Parcel]:
    """One file a month up to the month before now's, then one a night."""
    first = settings.starts_at.date().replace(day=1)
    recent = settings.now.date().replace(day=1)
    parcels = []
    while first < recent:
        after = (first + dt.timedelta(days=32)).replace(day=1)
        path = PurePosixPath(FOLDER) / f"backfill_{first:%Y-%m}.ndjson"
        end = midnight(after)
        parcels.append(Parcel(path, FEED, midnight(first), end, end.replace(hour=5)))
        first = after
    nightly = nightly_parcels(
        settings, recent, lambda on: PurePosixPath(FOLDER) / f"mh_{on:%Y-%m-%d}.ndjson", FEED
    )
    return [*parcels, *nightly]


def write_mental_health(store: Store, shelf: Shelf) -> None:
    """Write every file of the trust."""
    parcels = _parcels(store.settings)
    register_parcels(store, "mh_parcels", parcels)
    _make_events(store)
    with shelf.filling(parcels, unit="bundles") as filling:
        filling.add(store.batches(_pieces()))
    store.run("DROP TABLE mh_recent")


def _make_events(store: Store) -> None:
    since = moment(store.settings.starts_at)
    until = moment(store.settings.ends_at)
    store.make(
        "mh_recent",
        f"""WITH referrals AS (
            SELECT m.mental_health_referral AS referral, m.*, holder(h, m."at",
                m.mental_health_referral) AS record
            FROM mental_health_referrals m JOIN holders h
                ON h.source = 'mental_health' AND h.person = m.person),
        happened AS (
            SELECT 'EpisodeOfCare' AS kind, record, referral, told_at, NULL::INTEGER AS staff,
                NULL::VARCHAR AS detail, NULL::INTEGER AS minutes, true AS attended
            FROM (SELECT *, unnest(CASE WHEN ended_at IS NULL THEN ["at"] ELSE ["at", ended_at]
                    END) AS told_at FROM referrals)
            UNION ALL
            SELECT 'Condition', record, referral, "at", NULL, NULL, NULL, true FROM referrals
            WHERE accepted
            UNION ALL
            SELECT 'CarePlan', record, referral, "at" + INTERVAL 21 DAY, NULL, NULL, NULL, true
            FROM referrals WHERE accepted AND team_kind IN {_PLANNED_TEAMS}
                AND (ended_at IS NULL OR ended_at > "at" + INTERVAL 21 DAY)
            UNION ALL
            SELECT 'Flag', record, referral, "at" + INTERVAL 1 HOUR, NULL, NULL, NULL, true
            FROM referrals WHERE accepted AND team_kind = 'crisis'
            UNION ALL
            SELECT 'Encounter', r.record, r.referral, c."at", c.staff, c.mode, c.minutes,
                c.attended
            FROM mental_health_contacts c JOIN referrals r
                ON r.referral = c.mental_health_referral)
        SELECT row_number() OVER (ORDER BY parcel, record, told_at, kind, referral, staff,
                detail, minutes)::INTEGER AS number, h.*, parcel
        FROM (SELECT * FROM happened WHERE told_at >= {since} AND told_at < {until}) h
        ASOF JOIN mh_parcels p ON h.told_at >= p.covers_from""",
    )


def _pieces() -> str:
    bundle = "id_of('mh:Bundle', r.identifier || ':' || e.parcel)"
    head = fhir.spelled(
        f"""{{"resourceType":"Bundle","id":"<<{bundle}>>","type":"transaction",
        "timestamp":"<<iso(n.arrives_at)>>","entry":["""
    )
    trust = fhir.organisation(_TRUST, "o.ods_code", "o.name")
    staff = fhir.practitioner(_STAFF, "mh-staff")
    pointer = fhir.pointer("managingOrganization", _TRUST)
    patient = fhir.patient(_PATIENT, "mh-patient", f",{pointer}")
    cases = " ".join(
        f"WHEN '{kind}' THEN {writer()}"
        for kind, writer in {
            "EpisodeOfCare": _episode, "Condition": _condition, "CarePlan": _care_plan,
            "Flag": _flag, "Encounter": _encounter,
        }.items()
    )  # fmt: skip
    return f"""
    WITH trust AS (SELECT ods_code, name FROM organisations
        -- Where no trust of its own looks after mental health, the hospital's does.
        WHERE is_partner ORDER BY kind = 'mental_health_trust' DESC, kind = 'acute_trust' DESC,
            organisation LIMIT 1),
    whom AS (SELECT parcel, record, max(told_at) AS told_at FROM mh_recent GROUP BY ALL),
    -- One sending of a referral a file is enough: the newest.
    latest AS (SELECT * FROM mh_recent QUALIFY kind <> 'EpisodeOfCare' OR row_number() OVER
        (PARTITION BY parcel, kind, referral ORDER BY number DESC) = 1),
    -- A contact must find its referral in the same bundle.
    carried AS (
        SELECT number, kind, record, referral, told_at, staff, detail, minutes, attended, parcel
        FROM latest
        UNION ALL
        SELECT min(number), 'EpisodeOfCare', record, referral, max(told_at), NULL, NULL, NULL,
            true, parcel
        FROM mh_recent WHERE kind <> 'EpisodeOfCare' AND (parcel, referral) NOT IN
            (SELECT (parcel, referral) FROM mh_recent WHERE kind = 'EpisodeOfCare')
        GROUP BY record, referral, parcel),
    pieces AS (
        SELECT e.parcel, e.record, 0 AS rank, 0 AS number, 1 AS counted,
            {head} || {trust} || ',' || {patient} AS piece
        FROM whom e JOIN mh_parcels n ON n.parcel = e.parcel CROSS JOIN trust o
        JOIN records r ON r.record = e.record JOIN people p ON p.person = r.person
        JOIN known_addresses k ON k.record = e.record
            AND (k.is_first OR e.told_at >= k.from_on::TIMESTAMP)
            AND (k.to_on IS NULL OR e.told_at < k.to_on::TIMESTAMP)
        JOIN addresses a ON a.address = k.address
        UNION ALL
        SELECT e.parcel, e.record, 1, e.staff, 0, ',' || {staff}
        FROM (SELECT DISTINCT parcel, record, staff FROM carried WHERE staff IS NOT NULL) e
        JOIN staff s ON s.staff = e.staff
        UNION ALL
        SELECT e.parcel, e.record, 1 + CASE e.kind WHEN 'EpisodeOfCare' THEN 1 ELSE 2 END,
            e.number, 0, ',' || CASE e.kind {cases} END
        FROM carried e JOIN records r ON r.record = e.record
        JOIN mental_health_referrals m ON m.mental_health_referral = e.referral
        JOIN concepts c ON c.concept = m.reason
        UNION ALL
        SELECT parcel, record, 4, 0, 0, ']}}' || chr(10) FROM whom)
    SELECT parcel, counted, piece FROM pieces ORDER BY parcel, record, rank, number"""


def _episode() -> str:
    team = mapped("m.team_kind", _TEAMS)
    status = """CASE WHEN NOT m.accepted THEN 'cancelled' WHEN m.ended_at <= e.told_at
        THEN 'finished' ELSE 'active' END"""
    return fhir.entry(
        "EpisodeOfCare",
        _EPISODE,
        f"""{fhir.meta("EpisodeOfCare")},"identifier":[{{"system":"{fhir.LOCAL}mh-referral",
        "value":"<<reference(e.referral, 'mh')>>"}}],"status":"<<{status}>>",
        "type":[{{"text":"<<{team}>>"}}],{fhir.pointer("patient", _PATIENT)},
        {fhir.pointer("managingOrganization", _TRUST)},"period":{{"start":"<<iso(m."at")>>\""""
        + fhir.optional("m.ended_at <= e.told_at", ',"end":"<<iso(m.ended_at)>>"')
        + "}",
    )


def _condition() -> str:
    return fhir.entry(
        "Condition",
        "id_of('mh:Condition', reference(e.referral, 'mh'))",
        f"""{fhir.meta("Condition")},"clinicalStatus":{{"coding":[{{
        "system":"{fhir.HL7_CODES}condition-clinical","code":"active"}}]}},
        "category":[{{"coding":[{{"system":"{fhir.HL7_CODES}condition-category",
        "code":"encounter-diagnosis"}}]}}],"code":{fhir.concept("c.code", "c.display")},
        "recordedDate":"<<iso(e.told_at)>>",{fhir.pointer("subject", _PATIENT)}""",
    )


def _care_plan() -> str:
    team = mapped("m.team_kind", _TEAMS)
    return fhir.entry(
        "CarePlan",
        "id_of('mh:CarePlan', reference(e.referral, 'mh'))",
        f"""{fhir.meta("CarePlan")},"status":"active","intent":"plan",
        "category":[{{"text":"Mental health care plan"}}],"title":"<<{team}>>: care plan",
        {fhir.pointer("subject", _PATIENT)},"created":"<<iso(e.told_at)>>",
        "period":{{"start":"<<iso(e.told_at)>>"}}""",
    )


def _flag() -> str:
    return fhir.entry(
        "Flag",
        "id_of('mh:Flag', reference(e.referral, 'mh'))",
        f"""{fhir.meta("Flag")},"status":"active","category":[{{"coding":[{{
        "system":"{fhir.HL7_CODES}flag-category","code":"safety","display":"Safety"}}]}}],
        "code":{{"text":"Known to the crisis team: ring the team before a first visit"}},
        {fhir.pointer("subject", _PATIENT)},"period":{{"start":"<<iso(e.told_at)>>"}}""",
    )


def _encounter() -> str:
    classes = mapped("e.detail", _CLASSES)
    return fhir.entry(
        "Encounter",
        "id_of('mh:Encounter', e.number::VARCHAR)",
        f"""{fhir.meta("Encounter")},"status":"<<CASE WHEN e.attended THEN 'finished'
        ELSE 'cancelled' END>>","class":{{"system":"{fhir.HL7_CODES}v3-ActCode",
        "code":"<<{classes}>>"}},{fhir.pointer("subject", _PATIENT)},
        "episodeOfCare":[{{"reference":"urn:uuid:<<{_EPISODE}>>"}}],
        "participant":[{{{fhir.pointer("individual", _STAFF)}}}],
        "period":{{"start":"<<iso(e.told_at)>>",
        "end":"<<iso(e.told_at + to_minutes(e.minutes::BIGINT))>>"}},
        {fhir.pointer("serviceProvider", _TRUST)}""",
    )

"""Hospital messages: HL7 v2.4 ADT as UK acute hospitals send it, from stays and attendances.

The rules are those of the HL7 UK standard A.3 and the Interoperability Toolkit's ADT
specification: every identifier in PID-3 with its authority and type, the spell in PV1-19, NHS
admission method in PV1-4, source of admission in PV1-14, discharge destination in PV1-36, expected
discharge in PV2-9, the tracing status of the NHS number in PID-32, merges paired position by
position. Times are UK local time without offset. Segments end with a carriage return; a file holds
message after message, without MLLP frames. Two segments are the supplier's own, as suppliers have
them: `ZDR` (ready to leave, pathway, discharge method) and `ZED` (how they came, what came of it).
"""

# ruff: noqa: S608 - the SQL is put together from our own constants, never from what is read

from __future__ import annotations

from itertools import pairwise

from oneplace.borough.feeds.calendar import message_parcels, register_parcels
from oneplace.borough.feeds.defects import traffic_rates
from oneplace.borough.feeds.shelf import Shelf
from oneplace.borough.feeds.store import Store, mapped, moment

FEED = "hospital_messages"
FOLDER = "hospital/adt"

AWAY_AUTHORITY = "X9H"
"""The invented code of the neighbouring borough's hospital."""

MESSAGES_PER_ROUND = 150_000
"""How many messages are put together at once: bounds the memory."""

_KIN_CODES = {
    "spouse": "SPO^Spouse", "former_spouse": "EXF^Former spouse", "parent": "PAR^Parent",
    "child": "CHD^Child", "sibling": "SIB^Sibling", "twin": "SIB^Sibling",
    "friend": "FND^Friend", "neighbour": "NBR^Neighbour",
}  # fmt: skip

_STRUCTURES = {
    "A01": "ADT_A01", "A02": "ADT_A02", "A03": "ADT_A02", "A04": "ADT_A01", "A05": "ADT_A01",
    "A08": "ADT_A01", "A11": "ADT_A11", "A12": "ADT_A11", "A13": "ADT_A01", "A28": "ADT_A28",
    "A31": "ADT_A28", "A40": "ADT_A40", "A47": "ADT_A47",
}  # fmt: skip

# Marital status of HL7 table 0002, sex of table 0001, religion as our own short words.
_MARITAL = {
    "single": "S", "married": "M", "civil_partnership": "P", "divorced": "D", "widowed": "W",
}  # fmt: skip
_SEX = {"female": "F", "male": "M", "other": "O"}


def write_hospital(store: Store, shelf: Shelf, multiplier: float) -> None:
    """Write every file of messages, and keep `adt_sent` and `message_defects` for the truth."""
    parcels = message_parcels(store.settings, FOLDER, FEED)
    register_parcels(store, "hospital_parcels", parcels)
    _make_visits(store)
    _make_events(store, multiplier)
    _make_sent(store, multiplier)
    _make_people(store)
    count = store.one("SELECT count(*) FROM adt_sent")
    rounds = max(1, -(-count // MESSAGES_PER_ROUND))
    edges = [len(parcels) * number // rounds for number in range(rounds + 1)]
    with shelf.filling(parcels, unit="messages", keep_empty=False) as filling:
        for first, end in pairwise(edges):
            filling.add(store.batches(_messages(first, end)))
    for name in ("spells", "attendances", "places", "adt", "adt_people"):
        store.run(f"DROP TABLE {name}")


def _make_visits(store: Store) -> None:
    """Spells, attendances and places, each with the record it belongs to."""
    store.make(
        "spells",
        """SELECT s.stay, s.person, holder(h, s.admitted_at, s.stay) AS record,
            'S' || reference(s.stay, 'spell') AS visit,
            'S' || reference(s.stay + 20000000, 'spell') AS mistaken_visit,
            s.admitted_at, s.discharged_at, s.method::VARCHAR AS method,
            s.source_of_admission::VARCHAR AS source_of_admission,
            s.specialty::VARCHAR AS specialty, s.diagnosis, s.is_emergency,
            s.is_out_of_borough, s.expected_on, s.ready_at, s.pathway::VARCHAR AS pathway,
            s.discharge_method::VARCHAR AS discharge_method,
            s.discharge_destination::VARCHAR AS destination, s.consultant, p.is_scripted
        FROM hospital_stays s JOIN people p USING (person)
        JOIN holders h ON h.source = 'hospital' AND h.person = s.person
            AND h.unit = s.is_out_of_borough::INTEGER""",
    )
    store.make(
        "attendances",
        """SELECT e.attendance, e.person, holder(h, e.arrived_at, e.attendance + 30000000)
                AS record,
            'E' || reference(e.attendance, 'attendance') AS visit, e.arrived_at, e.left_at,
            e.arrival::VARCHAR AS arrival, e.complaint, e.disposal::VARCHAR AS disposal, e.stay,
            e.is_out_of_borough, p.care_home IS NOT NULL AS from_care_home
        FROM ed_attendances e JOIN people p USING (person)
        JOIN holders h ON h.source = 'hospital' AND h.person = e.person
            AND h.unit = e.is_out_of_borough::INTEGER""",
    )
    store.make(
        "places",
        """SELECT stay, from_at, location,
            lag(location) OVER (PARTITION BY stay ORDER BY from_at) AS prior,
            lead(location) OVER (ORDER BY stay, from_at) AS elsewhere
        FROM (SELECT stay, from_at, ward || '^' || bay || '^' || bed AS location
              FROM ward_moves)""",
    )


def _make_events(store: Store, multiplier: float) -> None:
    """One row per thing that happened and is told of, true or mistaken."""
    rates = traffic_rates(multiplier)
    starts = moment(store.settings.starts_at)
    ends = moment(store.settings.ends_at)

    def event(
        kind: str, source: str, *, happened: str, record: str = "record", visit: str = "visit",
        stay: str = "stay", attendance: str = "NULL", location: str = "NULL",
        prior: str = "NULL", note: str = "", where: str = "true",
    ) -> str:  # fmt: skip
        return f"""SELECT '{kind}' AS kind, {record} AS record, {visit} AS visit,
            {stay}::INTEGER AS stay, {attendance}::INTEGER AS attendance,
            {happened} AS happened_at, {location} AS given_location, {prior} AS prior_location,
            '{note}' AS note FROM {source} WHERE {where}"""

    def in_ward(minutes: str) -> str:
        return f"to_seconds(({minutes} * 60)::BIGINT)"

    mistaken_admission = (
        f"chance(stay, 'mistaken_admission') < {rates.admission_cancelled} AND NOT is_scripted"
    )
    mistaken_discharge = (
        f"chance(stay, 'mistaken_discharge') < {rates.discharge_cancelled} AND NOT is_scripted"
        " AND discharged_at > admitted_at + INTERVAL 12 HOUR"
    )
    mistaken_move = (
        f"chance(stay * 8 + minute(from_at), 'mistaken_move') < {rates.transfer_cancelled}"
        " AND NOT is_scripted"
    )
    wrong_bed = (
        f"{mistaken_move} AND elsewhere NOT IN (location, prior)"
        f" AND from_at > admitted_at + {in_ward('30')}"
    )
    moves = (
        "(SELECT spells.*, from_at, location, prior, elsewhere FROM places JOIN spells USING (stay)"
        " WHERE prior <> location)"
    )
    nothing = {"visit": "''", "stay": "NULL"}
    events = [
        event(
            "A28", "records", **nothing, note="registered",
            happened="opened_at - INTERVAL 3 MINUTE", where="source = 'hospital'",
        ),
        event(
            "A04", "attendances", happened="arrived_at", stay="NULL", attendance="attendance",
        ),
        event(
            "A03", "attendances", happened="left_at", stay="NULL", attendance="attendance",
        ),
        event(
            "A05", "spells",
            happened="admitted_at - to_seconds((86400 * (5 + 30 * chance(stay, 'booked')))"
            "::BIGINT)",
            where="method IN ('11', '12', '13')", note="booked",
        ),
        event("A01", "spells", happened="admitted_at"),
        event("A02", moves, happened="from_at", location="location", prior="prior"),
        event(
            "A08", "expected_dates JOIN spells USING (stay)", happened='"at"', note="expected",
            where='"at" > admitted_at + INTERVAL 30 MINUTE',
        ),
        event("A08", "spells", happened="ready_at", note="ready", where="ready_at IS NOT NULL"),
        event("A03", "spells", happened="discharged_at", where="discharged_at IS NOT NULL"),
        event(
            "A08", "spells", note="coded", where="discharged_at IS NOT NULL",
            happened="discharged_at + to_seconds((86400 * (1 + 6 * chance(stay, 'coded')))"
            "::BIGINT)",
        ),
        event(
            "A01", "spells", visit="mistaken_visit", note="mistaken_admission",
            happened=f"admitted_at - {in_ward('70')}", where=mistaken_admission,
        ),
        event(
            "A11", "spells", visit="mistaken_visit", note="mistaken_admission",
            happened=f"admitted_at - {in_ward('45')}", where=mistaken_admission,
        ),
        event(
            "A02", moves, happened=f"from_at - {in_ward('12')}", location="elsewhere",
            prior="prior", note="mistaken_transfer", where=wrong_bed,
        ),
        event(
            "A12", moves, happened=f"from_at - {in_ward('6')}", location="prior",
            prior="elsewhere", note="mistaken_transfer", where=wrong_bed,
        ),
        event(
            "A03", "spells", happened=f"discharged_at - {in_ward('300')}",
            note="mistaken_discharge", where=mistaken_discharge,
        ),
        event(
            "A13", "spells", happened=f"discharged_at - {in_ward('260')}",
            note="mistaken_discharge", where=mistaken_discharge,
        ),
        event(
            "A31", "known_addresses JOIN records USING (record)", **nothing, note="moved",
            happened="from_on::TIMESTAMP + to_seconds((3600 * (33 + 700 * chance(record, 'told')))"
            "::BIGINT)",
            where="source = 'hospital' AND NOT is_first AND from_on > opened_at::DATE",
        ),
        event(
            "A31", "records", **nothing, note="renamed",
            happened="family_name_changed_on::TIMESTAMP + to_seconds((3600 * (34 + 900 * "
            "chance(record, 'told')))::BIGINT)",
            where="source = 'hospital' AND family_name_changed_on > opened_at::DATE",
        ),
        event(
            "A31", "records JOIN deaths USING (person)", **nothing, note="died",
            happened="deaths.died_at + to_seconds((3600 * (20 + 120 * chance(record, 'told')))"
            "::BIGINT)",
            where="source = 'hospital' AND deaths.place <> 'hospital' AND NOT death_unseen "
            "AND deaths.died_at > opened_at",
        ),
        event(
            "A40", "holders", **nothing, record="first_record", note="merged",
            happened="merged_at", where="merged_at IS NOT NULL",
        ),
        event(
            "A47", "records", **nothing, note="renumbered", happened="renumbered_at",
            where="source = 'hospital' AND renumbered_at IS NOT NULL",
        ),
    ]  # fmt: skip
    store.make(
        "adt",
        f"""WITH told AS ({" UNION ALL ".join(events)}),
        -- What the A03 of the department would say is in the A01 that follows at once.
        dated AS (SELECT *, happened_at + to_seconds((5 + 175
                * chance(hash(kind, record, visit, happened_at), 'typing'))::BIGINT) AS typed_at
            FROM told WHERE happened_at >= {starts} AND happened_at < {ends})
        SELECT (row_number() OVER (ORDER BY typed_at, record, kind, visit, note) - 1)::INTEGER
            AS number, *
        FROM dated""",
    )


def _make_sent(store: Store, multiplier: float) -> None:
    """Each sending of each message: on time, late, behind its follower, or twice."""
    rates = traffic_rates(multiplier)
    ends = moment(store.settings.ends_at)
    whole = "(SELECT record FROM records WHERE is_scripted)"
    # A registration, a cancel and a merge keep their place: what is out of order must be what a
    # receiver has to cope with by itself, not what nobody could put right.
    late = f"chance(number, 'late') < {rates.message_late} AND kind NOT IN ('A28', 'A40', 'A47')"
    behind = (
        f"chance(number, 'behind') < {rates.message_out_of_order} AND kind IN ('A01', 'A02', 'A04')"
    )
    store.make(
        "adt_sent",
        f"""WITH judged AS (
            SELECT *, {late} AND record NOT IN {whole} AS is_late,
                {behind} AND record NOT IN {whole} AS is_behind,
                chance(number, 'repeated') < {rates.message_repeated} AS is_repeated
            FROM adt),
        sent AS (
            SELECT number, kind, record, visit, stay, attendance, happened_at, typed_at,
                given_location, prior_location, note, 1 AS sending,
                is_late, is_behind AND NOT is_late AS is_behind,
                typed_at + CASE
                    WHEN is_late THEN to_seconds((3600 * (6 + 66 * chance(number, 'delay')))
                        ::BIGINT)
                    WHEN is_behind THEN to_seconds((60 * (40 + 300 * chance(number, 'delay')))
                        ::BIGINT)
                    ELSE INTERVAL 0 SECOND END AS sent_at
            FROM judged
            UNION ALL
            SELECT number, kind, record, visit, stay, attendance, happened_at, typed_at,
                given_location, prior_location, note, 2, false, false,
                typed_at + to_seconds((60 * (1 + 100 * chance(number, 'again') ** 4))::BIGINT)
            FROM judged WHERE is_repeated AND NOT is_late AND NOT is_behind),
        placed AS (
            SELECT sent.*, p.parcel FROM sent ASOF JOIN hospital_parcels p
                ON sent.sent_at >= p.covers_from
            WHERE sent.sent_at < {ends})
        SELECT *, 'Q' || lpad(number::VARCHAR, 9, '0') AS control FROM placed
        ORDER BY parcel, sent_at, number, sending""",
    )
    store.make(
        "message_defects",
        """SELECT control, kind, visit, defect, path AS file, sent_at, happened_at FROM (
            SELECT *, CASE WHEN is_late THEN 'late' WHEN is_behind THEN 'out_of_order'
                WHEN sending = 2 THEN 'repeated' WHEN note LIKE 'mistaken%' THEN note
                WHEN note = 'renumbered' THEN note END AS defect
            FROM adt_sent) JOIN hospital_parcels USING (parcel)
        WHERE defect IS NOT NULL ORDER BY control, sent_at""",
    )


def _make_people(store: Store) -> None:
    """The segments that do not change from message to message, per record."""
    kin = mapped("r.kind", _KIN_CODES, "'OTH^Other'")
    store.make(
        "adt_people",
        f"""WITH relation AS (
            SELECT person, other, first(kind ORDER BY kind) AS kind FROM relationships
            GROUP BY ALL),
        kin AS (
            SELECT p.person, 'NK1|1|' || hl7(k.family_name) || '^' || hl7(k.given_name) || '|'
                || {kin} || '||' || coalesce(k.mobile || '^PRN^CP', k.landline || '^PRN^PH', '')
                || chr(13) AS nk1
            FROM people p JOIN people k ON k.person = p.next_of_kin
            LEFT JOIN relation r ON r.person = p.person AND r.other = k.person),
        allergic AS (
            SELECT person, string_agg('AL1|' || number || '|DA|' || code || '^' || hl7(display)
                || '^SCT|' || CASE severity WHEN 'severe' THEN 'SV' WHEN 'moderate' THEN 'MO'
                ELSE 'MI' END || '|' || reaction || '|' || hl7_day(recorded_on) || chr(13), ''
                ORDER BY number) AS al1
            FROM (SELECT allergies.*, concepts.code, concepts.display, row_number() OVER
                    (PARTITION BY person ORDER BY recorded_on, concept) AS number
                  FROM allergies JOIN concepts USING (concept))
            GROUP BY person),
        doctors AS (
            SELECT practice, list('L' || reference(staff, 'gp') || '^' || hl7(family_name) || '^'
                || hl7(given_name) || '^^^' || title ORDER BY staff) AS gps
            FROM staff WHERE role = 'gp' AND practice IS NOT NULL GROUP BY practice)
        SELECT records.record, CASE WHEN unit = 1 THEN '{AWAY_AUTHORITY}' ELSE
                (SELECT first(ods_code ORDER BY kind = 'acute_trust' DESC, organisation)
                 FROM organisations WHERE is_partner) END AS authority,
            coalesce(nk1, '') AS nk1, coalesce(al1, '') AS al1,
            'PD1|||' || hl7(practices.name) || '^^' || practices.code || '|'
                || coalesce(gps[1 + records.person % len(gps)], '') || chr(13) AS pd1
        FROM records JOIN people USING (person)
        JOIN practices ON practices.practice = people.practice
        LEFT JOIN kin ON kin.person = records.person
        LEFT JOIN allergic ON allergic.person = records.person
        LEFT JOIN doctors ON doctors.practice = people.practice
        WHERE source = 'hospital'""",
    )


def _messages(first: int, end: int) -> str:
    """The query that writes the messages of some parcels, in order."""
    structure = mapped("m.kind", _STRUCTURES)
    sex = mapped("r.gender", _SEX, "'U'")
    marital = mapped("people.marital_status", _MARITAL)
    renumbered = (
        "CASE WHEN r.renumbered_at IS NOT NULL AND m.happened_at >= r.renumbered_at"
        " THEN r.new_identifier ELSE r.identifier END"
    )
    family = (
        "CASE WHEN r.family_name_changed_on IS NOT NULL"
        " AND m.happened_at < r.family_name_changed_on::TIMESTAMP"
        " THEN r.previous_family_name ELSE r.family_name END"
    )
    died = (
        "(r.died_at IS NOT NULL AND (m.note = 'died' OR (m.kind = 'A03' AND spells.destination"
        " = '79') OR (m.kind = 'A08' AND m.note = 'coded' AND spells.destination = '79')"
        " OR (m.kind = 'A03' AND attendances.disposal = 'died')))"
    )
    consultant = (
        "coalesce('L' || reference(c.staff, 'consultant') || '^' || hl7(c.family_name) || '^'"
        " || hl7(c.given_name) || '^^^' || c.title || '^^' || who.authority, '')"
    )
    return f"""
    WITH m AS (SELECT * FROM adt_sent WHERE parcel >= {first} AND parcel < {end}),
    placed AS (
        SELECT m.*, places.location AS bed FROM m ASOF LEFT JOIN places
            ON m.stay = places.stay AND m.happened_at >= places.from_at),
    dated AS (
        SELECT placed.*, e.expected_on AS expected FROM placed ASOF LEFT JOIN
            (SELECT stay, "at" - INTERVAL 31 MINUTE AS known_at, expected_on FROM expected_dates) e
            ON placed.stay = e.stay AND placed.happened_at >= e.known_at),
    lived AS (
        SELECT d.*, k.address FROM dated d LEFT JOIN known_addresses k ON k.record = d.record
            AND (k.is_first OR d.happened_at >= k.from_on::TIMESTAMP)
            AND (k.to_on IS NULL OR d.happened_at < k.to_on::TIMESTAMP))
    SELECT parcel, 1::INTEGER AS counted,
        'MSH|^~\\&|PAS|' || who.authority || '|ROUTE|ALLIANCE|' || hl7_time(m.typed_at)
            || '||ADT^' || m.kind || '^' || {structure} || '|' || control
            || '|T|2.4|||AL|NE|GBR|UNICODE UTF-8' || chr(13)
        || 'EVN||' || hl7_time(m.typed_at) || '||||' || hl7_time(m.happened_at) || chr(13)
        || 'PID|1||'
            || CASE WHEN m.kind = 'A47' THEN r.new_identifier ELSE {renumbered} END
            || '^^^' || who.authority || '^MR'
            || CASE WHEN r.nhs_number IS NULL OR m.kind = 'A47' THEN ''
               ELSE '~' || r.nhs_number || '^^^NHS^NH' END
            || '||' || hl7(upper({family})) || '^' || hl7(r.given_name) || '^'
            || hl7(r.middle_name) || '^^' || upper(r.title) || '^^L||'
            || coalesce(hl7_day(r.born_on), '') || '|' || {sex} || '|||'
            || CASE WHEN a.line_1 = '' THEN hl7(a.line_2) || '^'
                ELSE hl7(a.line_1) || '^' || hl7(a.line_2) END || '^' || hl7(a.town) || '^^'
            || as_read(a.postcode, r.postcode_misread) || '^GBR^H||'
            || coalesce(r.landline || '^PRN^PH', '')
            || CASE WHEN r.mobile IS NULL THEN '' ELSE CASE WHEN r.landline IS NULL THEN ''
               ELSE '~' END || r.mobile || '^PRN^CP' END
            || '||' || people.language || '|' || {marital} || '|' || people.religion
            || '|||||' || r.ethnicity || '|||||||'
            || CASE WHEN {died} THEN hl7_time(r.died_at) || '|Y' ELSE '|N' END
            || '|N|NSTS' || r.nhs_status || chr(13)
        || CASE WHEN m.kind IN ('A40', 'A47') THEN '' ELSE who.pd1 END
        || CASE WHEN m.kind IN ('A40', 'A47') THEN
            'MRG|' || CASE WHEN m.kind = 'A47' THEN r.identifier ELSE gone.identifier END
            || '^^^' || who.authority || '^MR'
            || CASE WHEN m.kind = 'A40' AND r.nhs_number IS NOT NULL
                    AND gone.nhs_number IS NOT NULL
               THEN '~' || gone.nhs_number || '^^^NHS^NH' ELSE '' END || chr(13)
          WHEN m.kind IN ('A28', 'A31') THEN
            CASE WHEN m.kind = 'A28' THEN who.nk1 ELSE '' END || 'PV1|1|N' || chr(13)
          WHEN m.attendance IS NOT NULL THEN
            CASE WHEN m.kind = 'A04' THEN who.nk1 ELSE '' END
            || 'PV1|1|E|ED^^^' || who.authority || '|||||||180||||'
            || CASE WHEN attendances.from_care_home THEN '85' ELSE '19' END || '|||||'
            || m.visit || '^^^' || who.authority || '^VN|||||||||||||||||'
            || CASE WHEN m.kind <> 'A03' THEN '' WHEN disposal = 'died' THEN '79'
                WHEN disposal IN ('admitted', 'transferred') THEN '51'
                WHEN attendances.from_care_home THEN '85' ELSE '19' END
            || '||||||||' || hl7_time(attendances.arrived_at) || '|'
            || CASE WHEN m.kind = 'A03' THEN hl7_time(m.happened_at) ELSE '' END || chr(13)
            || 'PV2|||' || coalesce(complaint.code || '^' || hl7(complaint.display) || '^SCT', '')
            || chr(13)
            || CASE WHEN m.kind = 'A04' THEN who.al1 ELSE '' END
            || 'ZED|1|' || attendances.arrival || '|'
            || CASE WHEN m.kind = 'A03' THEN disposal ELSE '' END || chr(13)
          ELSE
            CASE WHEN m.kind IN ('A01', 'A05') THEN who.nk1 ELSE '' END
            || 'PV1|1|' || CASE WHEN m.kind = 'A05' THEN 'P' ELSE 'I' END || '|'
            || coalesce(m.given_location || '^' || who.authority,
                CASE WHEN m.kind = 'A05' THEN ''
                ELSE coalesce(bed, '^^') || '^' || who.authority END)
            || '|' || spells.method || '||'
            || coalesce(m.prior_location || '^' || who.authority, '') || '|' || {consultant}
            || '||' || {consultant} || '|' || spells.specialty || '||||'
            || spells.source_of_admission || '|||||'
            || m.visit || '^^^' || who.authority || '^VN|||||||||||||||||'
            || CASE WHEN m.kind = 'A03' OR m.note = 'coded'
               THEN coalesce(spells.destination, '') ELSE '' END
            || '||||||||' || CASE WHEN m.kind = 'A05' THEN '' WHEN m.note = 'mistaken_admission'
                THEN hl7_time(spells.admitted_at - INTERVAL 70 MINUTE)
                ELSE hl7_time(spells.admitted_at) END || '|'
            || CASE WHEN m.kind = 'A03' THEN hl7_time(m.happened_at)
                    WHEN m.note = 'coded' THEN hl7_time(spells.discharged_at) ELSE '' END
            || chr(13)
            || 'PV2|||' || coalesce(diagnosis.code || '^' || hl7(diagnosis.display) || '^SCT', '')
            || '|||||' || CASE WHEN m.kind = 'A05' THEN hl7_day(uk_day(spells.admitted_at))
                ELSE '' END
            || '|' || CASE WHEN m.kind IN ('A05', 'A03') THEN ''
                ELSE coalesce(hl7_day(m.expected), '') END || chr(13)
            || CASE WHEN m.kind IN ('A01', 'A08', 'A13') THEN who.al1 ELSE '' END
            || CASE WHEN m.note = 'coded' AND diagnosis.icd10 IS NOT NULL
                THEN 'DG1|1||' || diagnosis.icd10 || '^' || hl7(diagnosis.display) || '^I10||'
                || hl7_day(uk_day(spells.admitted_at)) || '|F' || chr(13) ELSE '' END
            || CASE WHEN m.note IN ('ready', 'coded') AND spells.ready_at IS NOT NULL
                    OR (m.kind = 'A03' AND m.note = '')
                THEN 'ZDR|1|' || coalesce(hl7_time(spells.ready_at), '') || '|'
                || CASE WHEN m.note = 'ready' THEN '' ELSE coalesce(spells.pathway, '') END
                || '|' || CASE WHEN m.note = 'ready' THEN ''
                ELSE coalesce(spells.discharge_method, '') END || chr(13) ELSE '' END
          END AS piece
    FROM lived m
    JOIN records r ON r.record = m.record
    JOIN adt_people who ON who.record = m.record
    JOIN people ON people.person = r.person
    LEFT JOIN addresses a ON a.address = coalesce(m.address, people.address)
    LEFT JOIN spells ON spells.stay = m.stay
    LEFT JOIN attendances ON attendances.attendance = m.attendance
    LEFT JOIN staff c ON c.staff = spells.consultant
    LEFT JOIN concepts diagnosis ON diagnosis.concept = spells.diagnosis
    LEFT JOIN concepts complaint ON complaint.concept = attendances.complaint
    LEFT JOIN holders h ON m.kind = 'A40' AND h.first_record = m.record
    LEFT JOIN records gone ON gone.record = h.second_record
    ORDER BY parcel, sent_at, number, sending"""

"""The words of each message: its segments, as expressions over what happened.

In every expression `m` is the sending, `r` the record, `who` its segments that never change.
"""

# ruff: noqa: S608 - the SQL is put together from our own constants, never from what is read

from __future__ import annotations

from oneplace.borough.feeds.hospital.events import MISTAKEN_ADMISSION_MINUTES
from oneplace.borough.feeds.store import Store, mapped

AWAY_AUTHORITY = "X9H"
"""The invented code of the neighbouring borough's hospital."""

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


def make_people(store: Store) -> None:
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


def messages(first: int, end: int) -> str:
    """The query that writes the messages of some parcels, in order."""
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
        {_header()}
        || {_person()}
        || CASE WHEN m.kind IN ('A40', 'A47') THEN '' ELSE who.pd1 END
        || CASE WHEN m.kind IN ('A40', 'A47') THEN {_merge()}
          WHEN m.kind IN ('A28', 'A31') THEN
            CASE WHEN m.kind = 'A28' THEN who.nk1 ELSE '' END || 'PV1|1|N' || chr(13)
          WHEN m.attendance IS NOT NULL THEN {_attendance()}
          ELSE {_spell()}
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


def _header() -> str:
    """MSH and EVN: who tells what to whom, and when it was typed and happened."""
    structure = mapped("m.kind", _STRUCTURES)
    return f"""
        'MSH|^~\\&|PAS|' || who.authority || '|ROUTE|ALLIANCE|' || hl7_time(m.typed_at)
            || '||ADT^' || m.kind || '^' || {structure} || '|' || control
            || '|T|2.4|||AL|NE|GBR|UNICODE UTF-8' || chr(13)
        || 'EVN||' || hl7_time(m.typed_at) || '||||' || hl7_time(m.happened_at) || chr(13)"""


def _person() -> str:
    """PID: who it is, as the hospital knew them when it happened."""
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
    return f"""
        'PID|1||'
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
            || '|N|NSTS' || r.nhs_status || chr(13)"""


def _merge() -> str:
    """MRG: the number that is gone."""
    return """
        'MRG|' || CASE WHEN m.kind = 'A47' THEN r.identifier ELSE gone.identifier END
        || '^^^' || who.authority || '^MR'
        || CASE WHEN m.kind = 'A40' AND r.nhs_number IS NOT NULL
                AND gone.nhs_number IS NOT NULL
           THEN '~' || gone.nhs_number || '^^^NHS^NH' ELSE '' END || chr(13)"""


def _attendance() -> str:
    """PV1, PV2, allergies and ZED of a visit to the emergency department."""
    return """
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
        || CASE WHEN m.kind = 'A03' THEN disposal ELSE '' END || chr(13)"""


def _spell() -> str:
    """PV1 and PV2 of a stay, and what is added to some messages of it."""
    return f"""CASE WHEN m.kind IN ('A01', 'A05') THEN who.nk1 ELSE '' END
        || {_spell_visit()} || {_spell_plan()} || {_spell_extras()}"""


def _spell_visit() -> str:
    """PV1: where the person lies, under whom, since when, and where to they went."""
    consultant = (
        "coalesce('L' || reference(c.staff, 'consultant') || '^' || hl7(c.family_name) || '^'"
        " || hl7(c.given_name) || '^^^' || c.title || '^^' || who.authority, '')"
    )
    return f"""
        'PV1|1|' || CASE WHEN m.kind = 'A05' THEN 'P' ELSE 'I' END || '|'
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
            THEN hl7_time(spells.admitted_at - INTERVAL {MISTAKEN_ADMISSION_MINUTES} MINUTE)
            ELSE hl7_time(spells.admitted_at) END || '|'
        || CASE WHEN m.kind = 'A03' THEN hl7_time(m.happened_at)
                WHEN m.note = 'coded' THEN hl7_time(spells.discharged_at) ELSE '' END
        || chr(13)"""


def _spell_plan() -> str:
    """PV2: why they came, and when they are expected to come or to leave."""
    return """
        'PV2|||' || coalesce(diagnosis.code || '^' || hl7(diagnosis.display) || '^SCT', '')
        || '|||||' || CASE WHEN m.kind = 'A05' THEN hl7_day(uk_day(spells.admitted_at))
            ELSE '' END
        || '|' || CASE WHEN m.kind IN ('A05', 'A03') THEN ''
            ELSE coalesce(hl7_day(m.expected), '') END || chr(13)"""


def _spell_extras() -> str:
    """Allergies, the coded diagnosis, and ZDR: ready to leave, pathway, discharge method."""
    return """
        CASE WHEN m.kind IN ('A01', 'A08', 'A13') THEN who.al1 ELSE '' END
        || CASE WHEN m.note = 'coded' AND diagnosis.icd10 IS NOT NULL
            THEN 'DG1|1||' || diagnosis.icd10 || '^' || hl7(diagnosis.display) || '^I10||'
            || hl7_day(uk_day(spells.admitted_at)) || '|F' || chr(13) ELSE '' END
        || CASE WHEN m.note IN ('ready', 'coded') AND spells.ready_at IS NOT NULL
                OR (m.kind = 'A03' AND m.note = '')
            THEN 'ZDR|1|' || coalesce(hl7_time(spells.ready_at), '') || '|'
            || CASE WHEN m.note = 'ready' THEN '' ELSE coalesce(spells.pathway, '') END
            || '|' || CASE WHEN m.note = 'ready' THEN ''
            ELSE coalesce(spells.discharge_method, '') END || chr(13) ELSE '' END"""

"""Reads a synthetic borough's partner files into `SubjectRow`s, with the truth beside them.

Only tests and benches use it: the real readers are the feeds room's. What a source said first and
last is put together per identifier: the last saying stands, earlier names and postcodes are kept.
"""

import calendar
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb

from oneplace.feeds.hl7.facts import PersonSaid
from oneplace.feeds.hl7.meaning import understand
from oneplace.feeds.hl7.reading import read_message
from oneplace.vocabulary.rows.linkage import SaidSame, SubjectRow

_STATUS = {"01": "verified", "02": "present_not_traced", "03": "trace_required"}


@dataclass
class Feeds:
    """What the partners say of everybody, and who they really are."""

    rows: list[SubjectRow]
    said_same: list[SaidSame]
    person: dict[str, int] = field(default_factory=dict)
    """The true person of each subject."""
    twins: list[tuple[int, int]] = field(default_factory=list)


def read_feeds(folder: Path) -> Feeds:
    """The subjects of all six partners of a made borough, up to its pinned now."""
    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    rows = [*_gp(connection, folder), *_council(connection, folder), *_charity(connection, folder)]
    rows += [*_community(connection, folder), *_mental_health(folder)]
    hospital, said_same = _hospital(folder)
    rows += hospital
    known = connection.execute(
        "SELECT source, authority, identifier, person FROM read_parquet(?)",
        [str(folder / "truth" / "who_is_who.parquet")],
    ).fetchall()
    person = {_truth_id(*found[:3]): found[3] for found in known}
    twins = connection.execute(
        "SELECT person, other FROM read_parquet(?) WHERE why = 'twins'",
        [str(folder / "truth" / "must_not_merge.parquet")],
    ).fetchall()
    return Feeds(rows, said_same, person, twins)


def _truth_id(source: str, authority: str, identifier: str) -> str:
    return f"gp:{authority}:{identifier}" if source == "gp" else f"{source}:{identifier}"


def _read(connection: duckdb.DuckDBPyConnection, sql: str, files: Path, pattern: str) -> list[dict]:
    paths = [str(path) for path in sorted(files.glob(pattern))]
    found = connection.execute(sql, [paths]) if paths else None
    if found is None:
        return []
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


_CSV = "read_csv(?, all_varchar = true, union_by_name = true, filename = true)"
_SHORT_MONTHS = {name: number for number, name in enumerate(calendar.month_abbr)}


def _on(text: str | None, today: int = 26) -> str:
    """A partner's date in ISO form: 08-Jun-1943, 20/11/1973, 26 Oct 31, 1970-11-23."""
    if not text:
        return ""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}.*", text):
        return text[:10]
    day, month, year = re.split(r"[-/ ]", text.strip())[:3]
    number = _SHORT_MONTHS.get(month) or int(month)
    whole = int(year)
    if len(year) == 2:
        whole += 2000 if whole <= today else 1900
    return date(whole, number, int(day)).isoformat()


def _line(*parts: str | None) -> str:
    return ", ".join(part for part in parts if part)


def _gp(connection: duckdb.DuckDBPyConnection, folder: Path) -> Iterator[SubjectRow]:
    for row in _read(connection, f"SELECT * FROM {_CSV}", folder, "gp/extract/*/patients.csv"):
        yield SubjectRow(
            f"gp:{row['PracticeCode']}:{row['PatientID']}", "gp", row["PracticeCode"],
            row["NHSNumber"] or "", _STATUS.get(row["NHSNumberStatus"] or "", ""),
            row["FamilyName"] or "", row["GivenName"] or "", row["MiddleName"] or "",
            row["KnownAs"] or "", row["Title"] or "", _on(row["DateOfBirth"]), row["Sex"] or "",
            row["Postcode"] or "", _line(row["Address1"], row["Address2"]), "",
            row["HomeTelephone"] or "", row["MobileTelephone"] or "", row["Email"] or "",
            row["PracticeCode"], _on(row["DateOfDeath"]),
            (row["PreviousFamilyName"],) if row["PreviousFamilyName"] else (),
        )  # fmt: skip


def _latest(key: str) -> str:
    return (
        f"SELECT * FROM {_CSV} QUALIFY row_number() OVER (PARTITION BY {key}"
        " ORDER BY filename DESC) = 1"
    )


def _council(connection: duckdb.DuckDBPyConnection, folder: Path) -> Iterator[SubjectRow]:
    lives: dict[str, list[dict]] = {}
    places = _read(
        connection, f"SELECT DISTINCT ON (SWIFT_NO, FROM_DT, PCODE) * FROM {_CSV}"
        " ORDER BY SWIFT_NO, strptime(FROM_DT, '%d/%m/%Y'), PCODE, filename DESC",
        folder, "council/case_system/*/addresses.csv",
    )  # fmt: skip
    for place in places:
        lives.setdefault(place["SWIFT_NO"], []).append(place)
    for row in _read(connection, _latest("SWIFT_NO"), folder, "council/case_system/*/clients.csv"):
        homes = lives.get(row["SWIFT_NO"], [])
        now = homes[-1] if homes else {}
        yield SubjectRow(
            f"council:{row['SWIFT_NO']}", "council", "Z00", row["NHS_NO"] or "", "",
            row["SURNAME"] or "", row["FORENAMES"] or "", "", row["KNOWN_AS"] or "",
            row["TITLE"] or "", _on(row["DOB"]), row["GENDER"] or "", now.get("PCODE") or "",
            _line(now.get("LINE1"), now.get("LINE2")), now.get("UPRN") or "",
            row["TEL_HOME"] or "", row["TEL_MOBILE"] or "", "", row["GP_CODE"] or "",
            _on(row["DOD"]), (), tuple(home["PCODE"] or "" for home in homes[:-1]),
        )  # fmt: skip


def _charity(connection: duckdb.DuckDBPyConnection, folder: Path) -> Iterator[SubjectRow]:
    rows = _read(connection, _latest('"Individual ID"'), folder, "charity/crm/*/individuals.csv")
    for row in rows:
        given, _, family = (row["Full Name"] or "").partition(" ")
        yield SubjectRow(
            f"charity:{row['Individual ID']}", "charity", "", row["NHS No (if given)"] or "", "",
            family, given, "", row["Likes To Be Called"] or "", "", _on(row["D.O.B."]), "",
            row["Post Code"] or "", row["Home Address"] or "", "", row["Tel"] or "",
            row["Mob"] or "",
        )  # fmt: skip


def _community(connection: duckdb.DuckDBPyConnection, folder: Path) -> Iterator[SubjectRow]:
    for row in _read(connection, _latest("patient_id"), folder, "community/life/*/patients.csv"):
        yield SubjectRow(
            f"community:{row['patient_id']}", "community", "", row["nhs_number"] or "",
            _STATUS.get(row["nhs_number_status"] or "", ""), row["surname"] or "",
            row["forename"] or "", "", row["preferred_name"] or "", row["title"] or "",
            _on(row["date_of_birth"]), row["gender"] or "", row["postcode"] or "",
            _line(row["address_1"], row["address_2"]), "", row["phone"] or "", row["mobile"] or "",
            "", row["gp_practice"] or "", _on(row["date_of_death"]),
        )  # fmt: skip


def _mental_health(folder: Path) -> Iterator[SubjectRow]:
    found: dict[str, SubjectRow] = {}
    for path in sorted(folder.glob("mental_health/fhir/*.ndjson")):
        for line in path.read_bytes().splitlines():
            for entry in json.loads(line)["entry"]:
                if entry["resource"]["resourceType"] == "Patient":
                    row = _patient(entry["resource"])
                    found[row.subject_id] = row
    yield from found.values()


def _patient(resource: dict) -> SubjectRow:
    numbers = {each["system"].rsplit("/", 1)[-1]: each for each in resource["identifier"]}
    nhs = numbers.get("nhs-number", {})
    status = next(
        (
            extension["valueCodeableConcept"]["coding"][0]["code"]
            for extension in nhs.get("extension", [])
        ),
        "",
    )
    name = next(
        (each for each in resource["name"] if each.get("use") == "official"), resource["name"][0]
    )
    usual = next((each for each in resource["name"] if each.get("use") == "nickname"), {})
    old = tuple(each["family"] for each in resource["name"] if each.get("use") in ("old", "maiden"))
    places = resource.get("address", [{}])
    reached = {
        f"{each['system']}:{each.get('use', '')}": each["value"]
        for each in resource.get("telecom", [])
    }
    given = name.get("given", [])
    return SubjectRow(
        f"mental_health:{numbers['mh-patient']['value']}", "mental_health", "",
        nhs.get("value", ""), _STATUS.get(status, ""), name.get("family", ""),
        given[0] if given else "", given[1] if len(given) > 1 else "",
        (usual.get("given") or [""])[0], (name.get("prefix") or [""])[0],
        resource.get("birthDate", ""), resource.get("gender", ""),
        places[0].get("postalCode", ""), _line(*places[0].get("line", [])), "",
        reached.get("phone:home", ""), reached.get("phone:mobile", ""),
        next((value for key, value in reached.items() if key.startswith("email")), ""), "",
        resource.get("deceasedDateTime", "")[:10], old,
        tuple(place.get("postalCode", "") for place in places[1:]),
    )  # fmt: skip


_MESSAGE = re.compile(rb"(?=MSH\|)")


def _hospital(folder: Path) -> tuple[list[SubjectRow], list[SaidSame]]:
    last: dict[str, bytes] = {}
    before: dict[str, tuple[set[str], set[str]]] = {}
    said_same: list[SaidSame] = []
    for path in sorted(folder.glob("hospital/adt/*/*.hl7")):
        for raw in _MESSAGE.split(path.read_bytes()):
            if not raw:
                continue
            segments = raw.split(b"\r")
            pid = next((each for each in segments if each.startswith(b"PID|")), b"")
            if not pid:
                continue
            fields = pid.split(b"|")
            subject = _hospital_id(fields[3])
            last[subject] = raw
            families, codes = before.setdefault(subject, (set(), set()))
            families.add(fields[5].split(b"^")[0].decode())
            address = fields[11].split(b"^")
            codes.add(address[4].decode() if len(address) > 4 else "")
            mrg = next((each for each in segments if each.startswith(b"MRG|")), b"")
            if mrg:
                said_same.append(SaidSame(subject, _hospital_id(mrg.split(b"|")[1])))
    rows = [_admitted(subject, raw, *before[subject]) for subject, raw in last.items()]
    known = set(last)
    return rows, [same for same in said_same if set(same) <= known]


def _hospital_id(field: bytes) -> str:
    return f"hospital:{field.split(b'~')[0].split(b'^')[0].decode()}"


def _admitted(subject: str, raw: bytes, families: set[str], codes: set[str]) -> SubjectRow:
    meaning = understand(read_message(raw))
    said = next(fact for fact in meaning.facts if isinstance(fact, PersonSaid))
    name = said.names[0]
    place = said.addresses[0] if said.addresses else None
    numbers = {phone.kind.value: phone.number for phone in said.phones}
    nhs = next((each for each in said.identifiers if each.is_nhs_number), None)
    return SubjectRow(
        subject, "hospital", "", nhs.value if nhs else "", said.nhs_number_status, name.family,
        name.given, name.middle, "", name.prefix, said.born.on.isoformat() if said.born else "",
        said.gender, place.postcode if place else "", _line(*place.lines) if place else "", "",
        numbers.get("landline", ""), numbers.get("mobile", ""), numbers.get("email", ""),
        said.practice.code if said.practice else "",
        said.died.on.isoformat() if said.died else "",
        tuple(sorted(families - {name.family, ""})),
        tuple(sorted(codes - {place.postcode if place else "", ""})),
        bool(said.is_identity_unknown),
    )  # fmt: skip

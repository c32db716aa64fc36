"""A hundred people followed from the truth through every file; defects explain each difference."""

import random
from collections import defaultdict
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from .conftest import SEED, Borough

UK = ZoneInfo("Europe/London")
FOLLOWED = 100


@pytest.fixture(scope="module")
def followed(borough: Borough) -> dict[int, dict[str, Any]]:
    """A hundred people: half of them known to three sources or more, the scripted, the dead."""
    people = {row["person"]: row for row in borough.truth("people")}
    sources = defaultdict(set)
    for row in borough.truth("who_is_who"):
        sources[row["person"]].add(row["source"])
    draw = random.Random(SEED)
    known_well = sorted(person for person, found in sources.items() if len(found) >= 4)
    dead = sorted(person for person, row in people.items() if row["died_at"])
    chosen = {
        *(row["person"] for row in people.values() if row["is_scripted"]),
        *draw.sample(known_well, min(50, len(known_well))),
        *draw.sample(dead, min(10, len(dead))),
    }
    rest = sorted(set(people) - chosen)
    chosen |= set(draw.sample(rest, FOLLOWED - len(chosen)))
    return {person: people[person] for person in sorted(chosen)}


@pytest.fixture(scope="module")
def identifiers(borough: Borough) -> dict[tuple[str, int], set[str]]:
    """Every identifier of a source, by person."""
    found = defaultdict(set)
    for row in borough.truth("who_is_who"):
        found[row["source"], row["person"]].add(row["identifier"])
    return found


def local(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC).astimezone(UK)


def explained(
    borough: Borough, source: str, identifier: str, field: str, *, right: Any, written: str
) -> bool:
    """Whether what is written is right, or spoiled exactly as the truth says."""
    if written == str(right or ""):
        return True
    defect = borough.defects.get((source, identifier, field))
    return defect is not None and written == (defect["written"] or "")


def test_the_gp_extract_knows_them_by_name_birth_and_number(
    borough: Borough, followed: dict[int, dict[str, Any]], identifiers: dict[Any, set[str]]
) -> None:
    rows = {row["PatientID"]: row for row in borough.sheet("gp_history", "patients.csv")}
    compared = 0

    for person, life in followed.items():
        for identifier in identifiers["gp", person] & set(rows):
            row = rows[identifier]
            born = datetime.strptime(row["DateOfBirth"], "%d-%b-%Y").date()  # noqa: DTZ007
            assert explained(
                borough,
                "gp",
                identifier,
                "nhs_number",
                right=life["nhs_number"],
                written=row["NHSNumber"],
            )
            assert explained(
                borough, "gp", identifier, "born_on", right=life["born_on"], written=str(born)
            )
            assert explained(
                borough,
                "gp",
                identifier,
                "given_name",
                right=life["given_name"],
                written=row["GivenName"],
            )
            assert row["FamilyName"] == life["previous_family_name"] or explained(
                borough,
                "gp",
                identifier,
                "family_name",
                right=life["family_name"],
                written=row["FamilyName"],
            )
            compared += 1

    assert compared > FOLLOWED * 0.7


def test_deaths_before_the_extract_are_in_it_unless_unseen(
    borough: Borough, identifiers: dict[Any, set[str]]
) -> None:
    rows = {row["PatientID"]: row for row in borough.sheet("gp_history", "patients.csv")}
    (until,) = {row["covers_until"] for row in borough.of_feed("gp_history")}
    extracted = datetime.fromisoformat(until)

    for life in borough.truth("people"):
        for identifier in identifiers["gp", life["person"]] & set(rows):
            died = life["died_at"] and local(life["died_at"])
            written = rows[identifier]["DateOfDeath"]
            if died and died < extracted:
                unseen = ("gp", identifier, "died_at") in borough.defects
                assert (written == "") == unseen
                assert unseen or written == f"{died:%d-%b-%Y}"
            else:
                assert written == ""


def test_each_stay_is_one_admission_and_one_discharge(
    borough: Borough, followed: dict[int, dict[str, Any]], identifiers: dict[Any, set[str]]
) -> None:
    ends = datetime.fromisoformat(borough.manifest["ends_at"])
    last = datetime.fromisoformat(borough.manifest["ends_at"]).timestamp() - 4 * 86_400
    mistaken = {
        (row["control"]) for row in borough.truth("message_defects")
        if row["defect"].startswith("mistaken")
    }  # fmt: skip
    events = defaultdict(set)
    for message in borough.messages:
        if message.control not in mistaken:
            events[message.visit, message.event].add(message.control)
        if message.visit.startswith("S"):
            events[message.visit, "who"] |= set(message.identifiers.values())
    compared = 0

    for stay in borough.truth("stays"):
        if stay["person"] not in followed or local(stay["admitted_at"]).timestamp() > last:
            continue
        assert len(events[stay["visit"], "A01"]) == 1
        left = stay["discharged_at"]
        if left is None or local(left) >= ends:
            assert len(events[stay["visit"], "A03"]) == 0
        elif local(left).timestamp() < last:
            assert len(events[stay["visit"], "A03"]) == 1
        assert events[stay["visit"], "who"] & identifiers["hospital", stay["person"]]
        compared += 1

    assert compared > 20


def test_each_attendance_is_one_arrival(
    borough: Borough, followed: dict[int, dict[str, Any]]
) -> None:
    last = datetime.fromisoformat(borough.manifest["ends_at"]).timestamp() - 4 * 86_400
    arrived = defaultdict(set)
    for message in borough.messages:
        if message.event == "A04":
            arrived[message.visit].add(message.field("EVN", 6))

    for row in borough.truth("attendances"):
        if row["person"] in followed and local(row["arrived_at"]).timestamp() < last:
            assert arrived[row["visit"]] == {f"{local(row['arrived_at']):%Y%m%d%H%M%S}"}


def test_the_hospitals_record_differs_only_as_the_truth_says(
    borough: Borough, followed: dict[int, dict[str, Any]], identifiers: dict[Any, set[str]]
) -> None:
    whose = {
        identifier: person for person in followed for identifier in identifiers["hospital", person]
    }
    renumbered = {
        row["identifier"] for row in borough.truth("who_is_who") if row["source"] == "hospital"
    } - {row["identifier"] for row in borough.truth("defects")}
    compared = 0

    for message in borough.messages:
        numbers = message.identifiers
        (own,) = [number for authority, number in numbers.items() if authority != "NHS"]
        if own not in whose or message.event == "A47":
            continue
        life = followed[whose[own]]
        defects = {
            row["field"]: row for (source, key, _), row in borough.defects.items()
            if source == "hospital" and key in identifiers["hospital", whose[own]]
        }  # fmt: skip
        number = numbers.get("NHS", "")
        assert number == life["nhs_number"] or "nhs_number" in defects, renumbered
        born = message.field("PID", 7)
        assert born == life["born_on"].strftime("%Y%m%d") or "born_on" in defects
        family = message.field("PID", 5).split("^")[0]
        right = {life["family_name"].upper(), (life["previous_family_name"] or "").upper()}
        assert family in right or "family_name" in defects
        compared += 1

    assert compared > 100


def test_every_record_of_theirs_is_in_its_sources_file(
    borough: Borough, followed: dict[int, dict[str, Any]], identifiers: dict[Any, set[str]]
) -> None:
    ends = datetime.fromisoformat(borough.manifest["ends_at"])
    opened = {
        (row["source"], row["identifier"]): row["valid_from"] for row in borough.truth("who_is_who")
    }
    listed = {
        "council": {row["SWIFT_NO"] for row in borough.sheet("council_cases", "clients.csv")},
        "charity": {
            row["Individual ID"] for row in borough.sheet("charity_cases", "individuals.csv")
        },
        "community": {
            row["patient_id"] for row in borough.sheet("community_services", "patients.csv")
        },
    }

    for source, there in listed.items():
        for person in followed:
            for identifier in identifiers[source, person]:
                moment = opened[source, identifier]
                if (ends - moment.replace(tzinfo=UTC)).days > 10:
                    assert identifier in there, (source, identifier)


def test_life_episodes_keep_their_times_to_the_second(borough: Borough) -> None:
    rows: dict[str, dict[str, str]] = {}
    for row in borough.sheet("community_services", "life_referrals.csv"):
        rows[row["life_id"]] = row
    compared = 0

    for episode in borough.truth("life_episodes"):
        row = rows.get(episode["life_id"])
        if row is None:
            continue
        assert row["referred"] == f"{local(episode['referred_at']):%Y-%m-%d %H:%M:%S}"
        if row["first_visit"]:
            assert row["first_visit"] == f"{local(episode['first_visit_at']):%Y-%m-%d %H:%M:%S}"
            compared += 1

    assert compared > 10


def test_cases_of_the_charity_are_theirs(
    borough: Borough, identifiers: dict[Any, set[str]]
) -> None:
    rows = {row["Case Ref"]: row for row in borough.sheet("charity_cases", "pic_referrals.csv")}
    compared = 0

    for case in borough.truth("pic_cases"):
        if case["case_ref"] in rows:
            assert rows[case["case_ref"]]["Individual ID"] in identifiers["charity", case["person"]]
            compared += 1

    assert compared > 0


def test_an_export_never_shows_what_had_not_happened(borough: Borough) -> None:
    for file in borough.of_feed("council_cases"):
        if file["path"].endswith("/packages.csv"):
            until = datetime.fromisoformat(file["covers_until"]).date()
            for row in borough.read_csv(file["path"]):
                assert _slashed(row["START_DT"]) < until
                assert not row["END_DT"] or _slashed(row["END_DT"]) < until


def _slashed(text: str) -> date:
    return datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007


def test_mental_health_patients_are_who_the_truth_says(
    borough: Borough, identifiers: dict[Any, set[str]]
) -> None:
    known = {
        row["identifier"] for row in borough.truth("who_is_who")
        if row["source"] == "mental_health"
    }  # fmt: skip

    for _, bundle in borough.bundles("mental_health"):
        for entry in bundle["entry"]:
            if entry["resource"]["resourceType"] == "Patient":
                assert entry["resource"]["identifier"][-1]["value"] in known

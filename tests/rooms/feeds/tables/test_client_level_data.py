"""The 48 fields of Client Level Data are judged as the specification's table says."""

import csv
import io
from collections import defaultdict
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from oneplace.borough.feeds.council import FIELDS as WRITTEN
from oneplace.feeds.reading import Tally
from oneplace.feeds.tables.client_level_rules import (
    FIELDS,
    Quality,
    Record,
    judge,
    quality,
    wrong_fields,
)
from oneplace.vocabulary.nhs_number import is_valid
from oneplace.vocabulary.rows import EntrySaid, IdentitySaid
from oneplace.vocabulary.terms import EntryKind, EntryStatus

from .conftest import Borough, latest, rows_of
from .making import units

SPEC = Path(__file__).parent / "client_level_data.spec"
BY_NAME = {field.name: field for field in FIELDS}

PERSON = {
    "LA_Code": "Z00", "Reporting_Period_Start_Date": "2025-10-01",
    "Reporting_Period_End_Date": "2025-12-31", "NHS_Number": "9999686516",
    "LA_Person_Unique_Identifier": "0028197", "GP_Practice_Code": "H83001", "Gender": "Female",
    "Ethnicity": "White: Irish", "Date_of_Birth": "1931-11-26", "Client_Type": "Service user",
    "Primary_Support_Reason": "Physical Support: Personal care support", "Postcode": "CR2 5NO",
    "Accommodation_Status": "Unknown", "Employment_Status": "Unknown", "Has_Unpaid_Carer": "No",
    "Event_Reference": "E1", "Event_Start_Date": "2025-11-01",
}  # fmt: skip
ENDED = {"Event_End_Date": "2025-11-20", "Event_Outcome": "NFA: Other"}
CARER = {"Client_Type": "Unpaid carer"}
ROWS = {
    "request": PERSON | ENDED | {"Event_Type": "Request", "Request_Route_of_Access": "Community"},
    "assessment": PERSON
    | ENDED
    | {
        "Event_Type": "Assessment",
        "Assessment_Type": "Short term assessment",
        "Method_of_Assessment": "Telephone",
    },
    "service": PERSON
    | {
        "Event_Type": "Service",
        "Event_Outcome": "Continuation of support or services",
        "Client_Funding_Status": "Fully client funded",
        "Service_Type": "Long term support: Community",
        "Service_Component": "Direct payment",
        "Delivery_Mechanism": "Direct payment",
        "Unit_Cost": "25.00",
        "Cost_Frequency_Unit_Type": "Hourly",
        "Planned_units_per_week": "6.5",
    },
    "review": PERSON
    | ENDED
    | {
        "Event_Type": "Review",
        "Client_Funding_Status": "Fully client funded",
        "Review_Reason": "Planned",
        "Review_Outcomes_Achieved": "Fully achieved",
        "Method_of_Review": "Telephone",
    },
    "carer": PERSON | ENDED | CARER | {"Event_Type": "Request"},
    "known": {
        **{name: text for name, text in PERSON.items() if not name.startswith("Event_")},
        "Client_Type": "Unpaid carer known by association",
    },
}


def _cases() -> list[tuple[str, str, str, str, str]]:
    lines = [line for line in SPEC.read_text(encoding="utf-8").splitlines() if "|" in line]
    split = [tuple(cell.strip() for cell in line.split("|")) for line in lines[1:]]
    assert all(len(cells) == 5 for cells in split)
    return split  # type: ignore[return-value]


@pytest.mark.parametrize(("field", "row", "but", "value", "expected"), _cases())
def test_each_field_is_judged_as_its_rule_says(
    field: str, row: str, but: str, value: str, expected: str
) -> None:
    changes = dict(change.strip().split("=") for change in but.split(";")) if but else {}

    record = Record({**ROWS[row], **changes, field: value})

    assert quality(BY_NAME[field], record) is Quality(expected)
    assert dict(wrong_fields(record)) == {
        name: found
        for name, found in judge(record).items()
        if found not in (Quality.VALID, Quality.BLANK)
    }


def test_every_field_has_rules_in_the_table_and_the_order_of_the_return() -> None:
    told = defaultdict(set)
    for field, _, _, _, expected in _cases():
        told[field].add(expected)

    assert tuple(field.name for field in FIELDS) == WRITTEN
    assert set(told) == set(WRITTEN)
    assert len(WRITTEN) == 48
    assert all("valid" in found and len(found) > 1 for found in told.values())
    assert all(field.says.endswith(".") for field in FIELDS)


def _file(*rows: dict[str, str], columns: tuple[str, ...] = WRITTEN) -> str:
    made = io.StringIO()
    writer = csv.DictWriter(made, columns, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return made.getvalue()


def read_cld(*rows: dict[str, str]) -> list[object]:
    found = units(_file(*rows), "council_client_level", "CLD.csv")
    assert [unit.fault for unit in found] == [None] * len(rows)
    return [row for unit in found for row in unit.rows]


def test_each_kind_of_event_becomes_its_kind_of_entry() -> None:
    kinds = {
        name: [row.kind for row in read_cld(ROWS[name]) if isinstance(row, EntrySaid)]
        for name in ROWS
    }

    assert kinds == {
        "request": [EntryKind.REQUEST], "assessment": [EntryKind.ASSESSMENT],
        "service": [EntryKind.CARE_PACKAGE], "review": [EntryKind.REVIEW],
        "carer": [EntryKind.REQUEST], "known": [],
    }  # fmt: skip


def test_a_service_is_an_entry_with_its_price_and_hours_as_of_the_end_of_the_period() -> None:
    (entry,) = (row for row in read_cld(ROWS["service"]) if isinstance(row, EntrySaid))

    assert entry.said_at == datetime(2026, 1, 1, tzinfo=UTC)
    assert entry.status is EntryStatus.CURRENT
    assert entry.detail == {
        "client_type": "Service user", "outcome": "Continuation of support or services",
        "support_reason": "Physical Support: Personal care support",
        "service_type": "Long term support: Community", "component": "Direct payment",
        "delivery": "Direct payment", "hours_per_week": 6.5, "price": "25.00",
        "price_unit": "per hour", "funding": "Fully client funded",
    }  # fmt: skip


def test_an_older_return_that_comes_late_is_older() -> None:
    earlier = ROWS["service"] | {"Reporting_Period_End_Date": "2025-11-30"}

    newer, older = (
        next(row for row in read_cld(given) if isinstance(row, EntrySaid))
        for given in (ROWS["service"], earlier)
    )

    assert (newer.kind, newer.key, newer.subject) == (older.kind, older.key, older.subject)
    assert newer.said_at > older.said_at


def test_a_death_before_the_end_is_the_end() -> None:
    row = ROWS["service"] | {"Date_of_Death": "2025-12-10", "Event_End_Date": "2025-12-30"}

    (entry,) = (row for row in read_cld(row) if isinstance(row, EntrySaid))

    assert entry.ends_at == datetime(2025, 12, 10, tzinfo=UTC)
    assert entry.status is EntryStatus.ENDED


def test_a_carer_known_by_association_is_somebody_with_ties_and_no_event() -> None:
    row = ROWS["known"] | {"Adult_1_Linked_Person_ID": "1", "Adult_2_Linked_Person_ID": "2"}

    found = read_cld(row)

    assert [type(each).__name__ for each in found[:1]] == ["IdentitySaid"]
    ties = [each for each in found if isinstance(each, EntrySaid)]
    assert [(tie.kind, tie.detail["other_value"]) for tie in ties] == [
        (EntryKind.TIE, "1"),
        (EntryKind.TIE, "2"),
    ]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"Event_Type": "Party"}, "row 2, column Event_Type"),
        ({"Event_Type": ""}, "row 2, column Event_Type"),
        ({"Event_Start_Date": ""}, "row 2, column Event_Start_Date"),
        ({"Event_Start_Date": "31/02/2025"}, "row 2, column Event_Start_Date"),
        ({"Event_End_Date": "2024-01-01"}, "row 2, column Event_End_Date"),
        ({"Date_of_Birth": "?"}, "row 2, column Date_of_Birth"),
        (
            {"LA_Person_Unique_Identifier": "", "NHS_Number": "9999686517"},
            "row 2, column LA_Person_Unique_Identifier",
        ),
    ],
)
def test_a_row_that_cannot_be_placed_is_kept_aside_and_the_next_goes_on(
    change: dict[str, str], place: str
) -> None:
    found = units(_file(ROWS["request"] | change, ROWS["review"]), "council_client_level")

    assert [unit.fault is None for unit in found] == [False, True]
    assert found[0].fault is not None
    assert found[0].fault.place == place


def test_an_event_without_a_reference_is_known_by_the_national_rule() -> None:
    row = ROWS["service"] | {"Event_Reference": ""}
    other = row | {"Service_Component": "Reablement"}

    keys = {each.key for each in read_cld(row, row, other) if isinstance(each, EntrySaid)}

    assert len(keys) == 2


def test_the_boroughs_returns_are_read_whole(borough: Borough) -> None:
    found = borough.units("council_client_level", "council_client_level")
    tally = Tally()
    for unit in found:
        tally.take(unit)

    assert tally.kept_aside == 0
    assert tally.units == sum(
        row["count"] for row in borough.manifest if row["feed"] == "council_client_level"
    )
    # Nothing but numbers that are missing or mistyped, which the borough plants.
    assert {path.partition(" ")[0] for path in tally.unmapped} <= {"NHS_Number"}
    entries = latest(found)
    assert {kind for kind, _ in entries} == {
        "request", "assessment", "care_package", "review", "tie",
    }  # fmt: skip
    numbers = [row for row in rows_of(found) if isinstance(row, IdentitySaid) and row.nhs_number]
    assert all(row.is_nhs_number_sound == is_valid(row.nhs_number) for row in numbers)
    births = [row.born_on for row in rows_of(found) if isinstance(row, IdentitySaid)]
    assert all(born is None or date(1900, 1, 1) < born < date(2026, 1, 1) for born in births)

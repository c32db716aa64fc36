"""FHIR from anywhere lands on the right person, or it is said exactly why not."""

import io
import json
from datetime import UTC, datetime

import orjson
import pytest

from oneplace.feeds import reading
from oneplace.feeds.fhir.reader import READER
from oneplace.feeds.reading import Given, Received, ResourceNoted, Unit
from oneplace.vocabulary.rows import EntrySaid, IdentitySaid, SubjectKey
from oneplace.vocabulary.terms import EntryKind, QuarantineReason
from tests.rooms.feeds.fhir import foreign, samples

_ARRIVED = datetime(2026, 3, 8, 5, tzinfo=UTC)


def _received(data: bytes, **more: object) -> Received:
    given = {
        "id": "d1",
        "source": "elsewhere",
        "organisation": "",
        "name": "x.json",
        "size": len(data),
        "sha256": "0" * 64,
        "arrived_at": _ARRIVED,
        "open": lambda: io.BytesIO(data),
        **more,
    }
    return Received(**given)  # type: ignore[arg-type]


def _units(data: bytes, **more: object) -> list[Unit]:
    return list(reading.read(_received(data, **more), "fhir"))


def _whole(data: bytes, **more: object) -> Unit:
    units = _units(data, **more)
    assert len(units) == 1
    assert units[0].fault is None, units[0].fault
    return units[0]


def test_a_generated_record_lands_on_its_patient() -> None:
    unit = _whole(foreign.generated())

    (person,) = [row for row in unit.rows if isinstance(row, IdentitySaid)]
    entries = [row for row in unit.rows if isinstance(row, EntrySaid)]
    assert person.subject == SubjectKey("fhir:elsewhere", "5cbc121b-cd71-4428-b8b7-31e53eba8184")
    assert (person.family, person.language) == ("Kihn564", "en")
    assert SubjectKey("http://hospital.example.org", "MRN-77") in person.identifiers
    assert {row.subject for row in entries} == {person.subject}
    visit, weight = entries
    assert (visit.by, visit.organisation) == ("Dr. Gema Rosario", "PCP 1")
    assert weight.within == f"contact:{visit.key}"
    assert (str(weight.value), weight.code_system) == ("88.2", "http://loinc.org")


def test_one_type_we_do_not_take_keeps_a_transaction_aside_and_says_which() -> None:
    (unit,) = _units(foreign.generated(foreign.claim()))

    assert unit.rows == ()
    assert unit.fault is not None
    assert unit.fault.place == "entry 3, Claim, entry.resource"
    assert "Claim is not supported here" in unit.fault.words
    assert "batch" in unit.fault.words


def test_results_of_a_search_come_in_with_their_servers_versions() -> None:
    unit = _whole(foreign.search_results())

    (person,) = [row for row in unit.rows if isinstance(row, IdentitySaid)]
    (fall,) = [row for row in unit.rows if isinstance(row, EntrySaid)]
    assert person.said_at == datetime(2026, 2, 11, 9, 14, 0, 120_000, tzinfo=UTC)
    assert person.version == "0000000007"
    assert fall.subject == person.subject


def test_codes_of_every_generation_come_out_as_one() -> None:
    unit = _whole(foreign.care_connect())

    (person,) = [row for row in unit.rows if isinstance(row, IdentitySaid)]
    (allergy,) = [row for row in unit.rows if isinstance(row, EntrySaid)]
    assert (person.nhs_number, person.nhs_number_status) == ("9990000018", "verified")
    assert (person.ethnicity, person.practice_code) == ("A", "ZZHS01")
    assert allergy.kind is EntryKind.ALLERGY
    assert allergy.detail["is_none_known"] is True
    assert allergy.code_system == "snomed"


def test_of_resources_a_line_each_a_damaged_one_is_kept_aside_alone() -> None:
    units = _units(foreign.one_resource_a_line(), name="x.ndjson")

    assert [unit.fault is None for unit in units] == [True, True, False, False]
    wrong, broken = units[2].fault, units[3].fault
    assert wrong is not None
    assert broken is not None
    assert wrong.place == "line 3, Condition/b3, Condition.subject"
    assert (broken.place, broken.reason) == ("line 4", QuarantineReason.UNREADABLE)
    start = units[3].offset
    assert foreign.one_resource_a_line()[start:].startswith(b'{"resourceType":"Patient","id":')


def test_indented_json_is_one_bundle() -> None:
    pretty = json.dumps(orjson.loads(samples.story()), indent=2).encode()

    unit = _whole(pretty)

    assert len(unit.noted) == 4


def test_where_each_resource_lies_is_noted_to_the_byte() -> None:
    data = samples.story() + b"\n" + samples.bundle(samples.put(samples.patient(id="p9"))) + b"\n"

    units = _units(data, name="x.ndjson")

    noted = [one for unit in units for one in unit.noted]
    assert len(noted) == 5
    for one in noted:
        assert isinstance(one, ResourceNoted)
        found = orjson.loads(data[one.offset : one.offset + one.length])
        assert (found["resourceType"], found["id"]) == (one.kind, one.fhir_id)
    assert units[1].rows[0].place == "line 2, entry 0"  # type: ignore[union-attr]


def test_xml_is_kept_aside_as_not_yet_supported() -> None:
    data = b'<?xml version="1.0"?><Bundle xmlns="http://hl7.org/fhir"/>'

    (unit,) = _units(data, name="x.xml")

    assert READER.recognises("x.xml", data)
    assert unit.fault is not None
    assert "XML is not yet supported" in unit.fault.words


@pytest.mark.parametrize("data", [b"", b"\n\n", b"[]", b"{}", b'{"resourceType":"Bundle"', b"\x00"])
def test_what_is_no_fhir_is_kept_aside_with_words(data: bytes) -> None:
    (unit,) = _units(data)

    assert unit.fault is not None
    assert len(unit.fault.words) > 20


def test_a_resource_sent_to_be_created_has_the_same_id_whenever_it_is_read() -> None:
    data = samples.bundle(samples.post(samples.patient(), samples.PATIENT_URL))

    first, again = _whole(data), _whole(data)

    assert first.rows == again.rows


def test_what_a_door_answered_stands_in_the_rows() -> None:
    data = orjson.dumps(samples.patient())

    kept = _whole(data, given={0: Given("given-1", True, 4)})
    found = _whole(data, given={0: Given("given-1", False, 4)})

    (person,) = [row for row in kept.rows if isinstance(row, IdentitySaid)]
    assert (person.subject.value, person.version) == ("given-1", "0000000003")
    assert kept.noted == ()
    assert found.rows == []


def test_bundles_and_resources_of_a_file_are_counted() -> None:
    assert READER.count(_received(foreign.one_resource_a_line())) == 4
    assert READER.count(_received(samples.story())) == 1


def test_other_peoples_files_are_not_taken_for_fhir() -> None:
    assert not READER.recognises("x.json", b'{"services": []}')
    assert not READER.recognises("x.csv", b"NHSNumber,Name")
    assert READER.recognises("x", b'{ "resourceType" : "Bundle"')

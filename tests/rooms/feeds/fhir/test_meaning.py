"""What resources say as rows, and that nothing is dropped in silence."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from oneplace.feeds.fhir import bundles
from oneplace.feeds.fhir.meaning.forms import NOT_READ
from oneplace.feeds.fhir.meaning.people import address_of
from oneplace.feeds.fhir.meaning.rows import TABLES
from oneplace.feeds.fhir.schema import elements
from oneplace.feeds.fhir.supported import SUPPORTED
from oneplace.vocabulary.rows import AgentSaid, EntrySaid, SameSaid, SubjectKey
from oneplace.vocabulary.terms import EntryKind, EntryStatus, Exactness, Gender, ReachKind
from tests.rooms.feeds.fhir import samples
from tests.rooms.feeds.fhir.told import (
    ARRIVED,
    bundle_rows,
    entry,
    identity,
    resource_rows,
    unmapped,
)

_PERSON = {"reference": "Patient/p1"}


def test_a_patient_says_who_they_are() -> None:
    one = identity(samples.patient())

    assert one.subject == SubjectKey("fhir:gp", "p1")
    assert (one.nhs_number, one.is_nhs_number_sound) == ("9990000018", True)
    assert one.nhs_number_status == "verified"
    assert one.identifiers == (SubjectKey("https://example.org/Id/hospital", "H123"),)
    assert (one.family, one.given, one.other_given) == ("Ó Súilleabháin", "Zoë", "Anne")
    assert (one.born_on, one.born_exactness) == (date(1947, 3, 1), Exactness.MONTH)
    assert one.gender is Gender.FEMALE
    assert one.ethnicity == "D"
    assert one.version == "0000000003"
    assert [(way.kind, way.text, way.postcode) for way in one.reach] == [
        (ReachKind.ADDRESS, "1 High Street, Townton", "ZZ1 1ZZ"),
        (ReachKind.MOBILE, "07700 900001", ""),
    ]
    assert unmapped(samples.patient()) == set()


def test_a_number_that_fails_its_check_is_kept_and_never_sound() -> None:
    wrong = {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "999 000 0019"}

    one = identity(samples.patient(identifier=[wrong]))

    assert (one.nhs_number, one.is_nhs_number_sound) == ("9990000019", False)


def test_of_two_nhs_numbers_neither_is_sound_and_an_old_one_is_another_number() -> None:
    system = "https://fhir.nhs.uk/Id/nhs-number"
    first, second = (
        {"system": system, "value": "9990000018"},
        {
            "system": system,
            "value": "9990000026",
        },
    )

    both = identity(samples.patient(identifier=[first, second]))
    one_old = identity(samples.patient(identifier=[first, second | {"use": "old"}]))

    assert both.is_nhs_number_sound is False
    assert one_old.is_nhs_number_sound is True
    assert SubjectKey(system, "9990000026") in one_old.identifiers


def test_names_in_use_and_of_before_stand_where_they_belong() -> None:
    names = [
        {"use": "old", "family": "Before", "given": ["Margaret"]},
        {"use": "usual", "given": ["Peggy"]},
        {"use": "official", "family": "Now", "given": ["Margaret", "Ann"], "prefix": ["Mrs"]},
    ]

    one = identity(samples.patient(name=names))

    assert (one.family, one.given, one.other_given, one.title) == ("Now", "Margaret", "Ann", "Mrs")
    assert one.known_as == "Peggy"
    assert one.previous_families == ("Before",)


def test_a_death_and_how_exactly_it_is_known_is_said() -> None:
    assert identity(samples.patient(deceasedBoolean=True)).is_dead is True
    dated = identity(samples.patient(deceasedDateTime="2026-02"))
    assert (dated.is_dead, dated.died_exactness) == (True, Exactness.MONTH)
    assert identity(samples.patient()).is_dead is None


def test_a_record_that_takes_the_place_of_another_says_which_is_kept() -> None:
    link = [{"other": {"reference": "Patient/old"}, "type": "replaces"}]
    gone = [{"other": {"reference": "Patient/new"}, "type": "replaced-by"}]

    (kept,) = [
        row for row in resource_rows(samples.patient(link=link)) if isinstance(row, SameSaid)
    ]
    (given_up,) = [
        row for row in resource_rows(samples.patient(link=gone)) if isinstance(row, SameSaid)
    ]

    assert (kept.kept.value, kept.given_up.value) == ("p1", "old")
    assert (given_up.kept.value, given_up.given_up.value) == ("new", "p1")


def test_a_stay_in_a_bundle_is_of_its_patient_with_dates_and_how_it_ended() -> None:
    stay = next(
        row
        for row in bundle_rows(samples.story())
        if isinstance(row, EntrySaid) and row.kind is EntryKind.STAY
    )

    assert stay.subject == SubjectKey("fhir:gp", "p1")
    assert stay.key == "Encounter/e1"
    assert stay.status is EntryStatus.ENDED
    assert stay.starts_at == datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert stay.detail["admission_method"] == "A&E"
    assert stay.detail["destination"] == "Home"
    assert stay.place == "entry 1"


def test_wards_of_a_stay_stand_in_order() -> None:
    ward = {"coding": [{"code": "wa"}]}
    places = [
        {
            "location": {"display": name},
            "physicalType": ward,
            "period": {"start": f"2026-03-0{day}T10:00:00Z"},
        }
        for day, name in ((1, "Acute medical unit"), (2, "Elm ward"))
    ]

    stay = entry(samples.encounter(location=places))

    assert stay.detail["places"] == [
        {"ward": "Acute medical unit", "since": "2026-03-01T10:00:00Z"},
        {"ward": "Elm ward", "since": "2026-03-02T10:00:00Z"},
    ]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("IMP", EntryKind.STAY),
        ("EMER", EntryKind.ATTENDANCE),
        ("AMB", EntryKind.CONTACT),
        ("VR", EntryKind.CONTACT),
    ],
)
def test_the_class_of_an_encounter_tells_its_kind(code: str, kind: EntryKind) -> None:
    found = entry(samples.encounter(**{"class": {"code": code}}))

    assert found.kind is kind


def test_a_decimal_keeps_its_places_to_the_end() -> None:
    data = samples.story().replace(b"71.5", b"71.50")

    weight = next(
        row
        for row in bundle_rows(data)
        if isinstance(row, EntrySaid) and row.kind is EntryKind.OBSERVATION
    )

    assert (str(weight.value), weight.unit) == ("71.50", "kg")
    assert (weight.code, weight.code_system) == ("27113001", "snomed")


def test_parts_of_a_measurement_stand_together() -> None:
    parts = [
        {
            "code": samples.concept("271649006", "Systolic"),
            "valueQuantity": {"value": 142, "unit": "mmHg"},
        },
        {"code": {"text": "Cuff"}, "valueString": "large"},
    ]
    pressure = samples.observation(component=parts)
    del pressure["valueQuantity"]

    found = entry(pressure)

    assert found.value is None
    assert found.detail["components"] == [
        {"code": "271649006", "system": "snomed", "what": "Systolic", "value": "142",
         "unit": "mmHg"},
        {"what": "Cuff", "words": "large"},
    ]  # fmt: skip


def test_the_sources_own_sequence_orders_its_sayings() -> None:
    plain = entry(samples.condition())
    of_its_own = entry(
        samples.condition(meta={"lastUpdated": "2026-03-01T10:00:00+01:00", "versionId": "12"})
    )
    dated = samples.bundle(samples.put(samples.condition(subject=_PERSON))).replace(
        b'"type":"transaction"', b'"type":"transaction","timestamp":"2026-03-02T04:00:00Z"'
    )
    (of_its_bundle,) = [row for row in bundle_rows(dated) if isinstance(row, EntrySaid)]

    assert plain.said_at == ARRIVED
    assert of_its_bundle.said_at == datetime(2026, 3, 2, 4, tzinfo=UTC)
    assert of_its_own.said_at == datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert of_its_own.version > entry(samples.condition(meta={"versionId": "9"})).version


def test_what_is_not_mapped_is_listed_by_path() -> None:
    odd = {"url": "http://example.org/odd", "valueString": "x"}
    found = unmapped(
        samples.condition(
            subject=_PERSON,
            extension=[odd],
            stage=[{"summary": {"text": "II"}}],
            code={"text": "Heart failure", "extension": [odd]},
            _onsetDateTime={"extension": [odd]},
            severity={"coding": [{"code": "1", "id": "x"}]},
            note=[{"text": "a"}, {"text": "b", "id": "n"}],
        )
    )

    assert found == {
        "Condition.extension('http://example.org/odd')",
        "Condition.stage",
        "Condition.code.extension('http://example.org/odd')",
        "Condition._onsetDateTime",
        "Condition.severity.coding.id",
        "Condition.note.id",
    }


def test_the_words_shown_are_the_text_then_what_the_coder_saw_then_the_display() -> None:
    seen = {
        "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-CodingSCTDescDisplay",
        "valueString": "Weak heart",
    }
    coding = {"system": "http://snomed.info/sct", "code": "84114007", "display": "Heart failure"}
    chosen = coding | {"userSelected": True, "extension": [seen]}

    with_text = entry(samples.condition())
    with_choice = entry(samples.condition(code={"coding": [coding, chosen]}))

    assert with_text.title == "Heart failure, diagnosed 2019"
    assert with_text.exactness is Exactness.YEAR
    assert with_choice.title == "Weak heart"
    assert with_choice.detail["codes"] == [
        {"code": "84114007", "system": "snomed", "words": "Heart failure"}
    ]


_HL7 = "http://terminology.hl7.org/CodeSystem/"


def test_a_condition_stands_as_its_source_says() -> None:
    resolved = samples.concept("resolved", "Resolved", f"{_HL7}condition-clinical")
    mistaken = samples.concept("entered-in-error", "Mistake", f"{_HL7}condition-ver-status")
    in_error = samples.condition(verificationStatus=mistaken)
    del in_error["clinicalStatus"]

    assert entry(samples.condition()).status is EntryStatus.CURRENT
    assert entry(samples.condition(clinicalStatus=resolved)).status is EntryStatus.ENDED
    assert entry(in_error).status is EntryStatus.IN_ERROR


def _allergy(**more: Any) -> dict[str, Any]:
    return {
        "resourceType": "AllergyIntolerance",
        "id": "a1",
        "patient": _PERSON,
        "clinicalStatus": samples.concept(
            "active", "Active", "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
        ),
        **more,
    }


def test_none_known_is_said_and_never_left_to_silence() -> None:
    none = entry(_allergy(code=samples.concept("716186003", "No known allergy")))
    no_drug = entry(_allergy(code=samples.concept("409137002", "No known drug allergy")))
    one = entry(_allergy(code=samples.concept("91936005", "Allergy to penicillin")))
    in_words = entry(_allergy(code={"text": "No known allergies"}))
    assert in_words.detail["is_none_known"] is True

    assert none.detail["is_none_known"] is True
    assert no_drug.detail["none_known_of"] == "medicines"
    assert "is_none_known" not in one.detail


def test_a_contained_medicine_is_read() -> None:
    request = {
        "resourceType": "MedicationRequest",
        "id": "m1",
        "contained": [
            {
                "resourceType": "Medication",
                "id": "med",
                "code": {"text": "Ramipril 5 mg"},
                "form": {"text": "tablet"},
                "batch": {"lotNumber": "1"},
            }
        ],
        "status": "active",
        "intent": "order",
        "subject": _PERSON,
        "medicationReference": {"reference": "#med"},
        "dosageInstruction": [{"text": "one a day", "maxDosePerLifetime": {"value": 1}}],
    }

    found = entry(request)

    assert found.title == "Ramipril 5 mg"
    assert found.detail["form"] == "tablet"
    assert found.detail["dose"] == "one a day"
    assert unmapped(request) == {
        "MedicationRequest.dosageInstruction.maxDosePerLifetime",
        "MedicationRequest.medicationReference.batch",
    }


def test_nobody_is_a_member_of_their_own_team_and_a_reference_is_no_name() -> None:
    found = entry(
        {
            "resourceType": "CareTeam",
            "id": "t1",
            "status": "active",
            "subject": _PERSON,
            "participant": [
                {"member": _PERSON, "role": [{"text": "Patient"}]},
                {"member": {"reference": "Practitioner/dx"}, "role": [{"text": "Nurse"}]},
                {"member": {"reference": "Practitioner/dy", "display": "Ada Okafor"}},
            ],
        }
    )

    members = found.detail["members"]
    assert [one.get("name") for one in members] == [None, "Ada Okafor"]
    assert members[0]["role"] == "Nurse"


_STATEMENT: dict[str, Any] = {
    "resourceType": "MedicationStatement",
    "id": "s1",
    "status": "active",
    "subject": _PERSON,
}
_RAMIPRIL = {"resourceType": "Medication", "id": "med1", "code": {"text": "Ramipril 5 mg"}}
_UUID = "urn:uuid:0a1b2c3d-0000-4000-8000-00000000000a"


@pytest.mark.parametrize(
    ("reference", "full_url"),
    [
        ("Medication/med1", ""),
        ("Medication/med1", "https://example.org/fhir/Medication/med1"),
        ("https://example.org/fhir/Medication/med1", "https://example.org/fhir/Medication/med1"),
        (_UUID, _UUID),
    ],
)
@pytest.mark.parametrize("kind", ["transaction", "batch"])
def test_a_medicine_in_another_entry_of_the_bundle_is_read(
    reference: str, full_url: str, kind: str
) -> None:
    statement = _STATEMENT | {"medicationReference": {"reference": reference}}

    found = bundle_rows(
        samples.bundle(samples.put(_RAMIPRIL, full_url), samples.put(statement), kind=kind)
    )

    (one,) = [row for row in found if isinstance(row, EntrySaid)]
    assert one.title == "Ramipril 5 mg"


@pytest.mark.parametrize(
    "beside",
    [
        [],
        [_RAMIPRIL | {"id": "other"}],
        [_RAMIPRIL | {"code": {}}],
        [_RAMIPRIL | {"status": "entered-in-error"}],
        [{name: _RAMIPRIL[name] for name in ("resourceType", "id")}],
    ],
)
def test_a_medicine_nobody_could_name_is_kept_aside_and_nothing_of_it_stands(
    beside: list[dict[str, Any]],
) -> None:
    statement = _STATEMENT | {"medicationReference": {"reference": "Medication/med1"}}
    sent = [*map(samples.put, beside), samples.put(statement), samples.put(samples.patient())]

    plan = bundles.plan_bundle(samples.bundle(*sent, kind="batch"))

    assert [step.kind for step in plan.steps] == ["Patient"]
    (fault,) = plan.faults_of(len(beside))
    assert fault.code == "not-found"
    assert "Medication/med1 names no Medication" in fault.words


def test_a_medicine_named_by_its_reference_needs_no_more() -> None:
    named = {"reference": "Medication/med1", "display": "Ramipril 5 mg"}

    assert entry(_STATEMENT | {"medicationReference": named}).title == "Ramipril 5 mg"


def test_a_missed_appointment_names_its_person() -> None:
    found = entry(
        {
            "resourceType": "Appointment",
            "id": "a1",
            "status": "noshow",
            "start": "2026-03-07T10:00:00Z",
            "end": "2026-03-07T10:10:00Z",
            "participant": [
                {"actor": {"reference": "Practitioner/s1", "display": "Dr Day"},
                 "status": "accepted"},
                {"actor": {"reference": "Patient/p1"}, "status": "accepted"},
            ],
        }
    )  # fmt: skip

    assert found.subject == SubjectKey("fhir:gp", "p1")
    assert found.detail["did_attend"] is False
    assert (found.by, found.by_agent) == ("Dr Day", "Practitioner/s1")


def test_answers_stand_in_the_order_they_were_given() -> None:
    form = {
        "resourceType": "QuestionnaireResponse",
        "id": "q1",
        "status": "completed",
        "subject": _PERSON,
        "item": [
            {
                "linkId": "1",
                "text": "Home",
                "item": [
                    {"linkId": "1.1", "text": "Stairs?", "answer": [{"valueBoolean": True}]},
                    {"linkId": "1.2", "answer": [{"valueAttachment": {"title": "plan"}}]},
                ],
            },
            {"linkId": "2", "answer": [{"valueDecimal": 1.5}]},
        ],
    }

    found = entry(form)

    assert found.detail["answers"] == [
        {"question": "Home", "link": "1"},
        {"question": "Stairs?", "link": "1.1", "answers": ["yes"]},
        {"link": "1.2"},
        {"link": "2", "answers": ["1.5"]},
    ]
    assert unmapped(form) == {"QuestionnaireResponse.item.answer.valueAttachment"}


def test_a_document_keeps_its_files_with_their_hash_and_its_labels() -> None:
    found = entry(
        {
            "resourceType": "DocumentReference",
            "id": "d1",
            "status": "current",
            "subject": _PERSON,
            "type": {"text": "Discharge summary"},
            "date": "2026-03-04T12:00:00Z",
            "securityLabel": [{"text": "restricted"}],
            "content": [
                {"attachment": {"contentType": "text/plain", "data": "aGVsbG8="}},
                {"attachment": {"url": "https://example.org/letter.pdf", "title": "Letter"}},
            ],
        }
    )

    inside, elsewhere = found.detail["files"]
    assert inside["sha256"].startswith("2cf24dba5fb0a30e")
    assert (inside["size"], inside["place"]) == (5, "entry 0")
    assert elsewhere == {"address": "https://example.org/letter.pdf", "name": "Letter"}
    assert found.labels == ("restricted",)


def test_a_consent_is_a_choice_with_what_it_permits() -> None:
    found = entry(
        {
            "resourceType": "Consent",
            "id": "n1",
            "status": "active",
            "patient": _PERSON,
            "scope": {"text": "Sharing"},
            "category": [{"text": "Opt-out of sharing"}],
            "policyRule": {"text": "Local policy"},
            "dateTime": "2026-01-05",
            "provision": {"type": "deny", "purpose": [{"code": "HRESCH", "display": "Research"}]},
        }
    )

    assert found.kind is EntryKind.CHOICE
    assert found.title == "Opt-out of sharing"
    assert found.detail["is_permitted"] is False
    assert found.detail["purposes"] == ["Research"]


def test_security_labels_of_a_resource_go_with_it() -> None:
    security = [{"system": "http://example.org/labels", "code": "R", "display": "restricted"}]

    assert entry(samples.condition(meta={"security": security})).labels == ("restricted",)


def test_who_acted_and_where_is_taken_from_the_bundle() -> None:
    surgery = {
        "resourceType": "Organization",
        "id": "o9",
        "name": "High Street Surgery",
        "identifier": [
            {"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "ZZHS01"}
        ],
    }
    nurse = {
        "resourceType": "Practitioner",
        "id": "s9",
        "name": [{"family": "Nkemelu", "given": ["Ada"], "prefix": ["Sister"]}],
    }
    seen = samples.encounter(
        subject=_PERSON,
        serviceProvider={"reference": "Organization/o9"},
        participant=[{"individual": {"reference": "Practitioner/s9"}}],
    )

    found = resource_rows(surgery, nurse, seen)

    agents = {row.key: row for row in found if isinstance(row, AgentSaid)}
    (stay,) = [row for row in found if isinstance(row, EntrySaid)]
    assert agents["Organization/o9"].code == "ZZHS01"
    assert agents["Practitioner/s9"].name == "Sister Ada Nkemelu"
    assert (stay.organisation, stay.at_agent) == ("ZZHS01", "Organization/o9")
    assert (stay.by, stay.by_agent) == ("Sister Ada Nkemelu", "Practitioner/s9")


def test_a_person_named_by_number_is_known_by_that_number() -> None:
    by_number = {
        "identifier": {"system": "http://fhir.nhs.net/Id/nhs-number", "value": "999 000 0018"}
    }

    (found,) = [
        row
        for row in resource_rows(samples.condition(subject=by_number | {"type": "Patient"}))
        if isinstance(row, EntrySaid)
    ]

    assert found.subject == SubjectKey("https://fhir.nhs.uk/Id/nhs-number", "9990000018")


def test_what_is_about_nobody_is_counted_as_such() -> None:
    task = {"resourceType": "Task", "id": "t1", "status": "requested", "intent": "order"}

    assert unmapped(task) == {"Task.(names no patient)"}


def test_somebody_close_is_a_tie_however_they_are_sent() -> None:
    related = {
        "resourceType": "RelatedPerson",
        "id": "r1",
        "patient": _PERSON,
        "relationship": [
            samples.concept("DAUC", "daughter", "http://terminology.hl7.org/CodeSystem/v3-RoleCode")
        ],
        "name": [{"family": "Day", "given": ["Ruth"]}],
        "telecom": [{"system": "phone", "value": "07700 900123"}],
    }
    contact = {name: related[name] for name in ("relationship", "telecom")} | {
        "name": related["name"][0]  # type: ignore[index]
    }

    apart = entry(related)
    (within,) = [
        row
        for row in resource_rows(samples.patient(contact=[contact]))
        if isinstance(row, EntrySaid)
    ]

    for tie in (apart, within):
        assert tie.kind is EntryKind.TIE
        assert tie.title == "Ruth Day, daughter"
        assert tie.detail["kinds"] == ["child"]
        assert tie.detail["phones"] == ["07700 900123"]


def test_a_year_no_clock_holds_is_kept_in_words() -> None:
    found = entry(samples.condition(onsetDateTime="0019-03-01"))

    assert found.starts_at is None
    assert {"text": "began: 0019-03-01"} in found.detail["notes"]


def test_an_amount_no_measurement_has_is_not_taken_as_one() -> None:
    found = entry(samples.observation(valueQuantity={"value": 1e-300, "unit": "kg"}))

    assert found.value is None


def test_every_table_names_elements_that_r4_has() -> None:
    shared = {"status", "note", "encounter", "basedOn", "partOf", "replaces", "reasonCode",
              "reasonReference", "identifier", "language", "subject", "patient"}  # fmt: skip
    for kind, (table, _) in TABLES.items():
        named = {name for element in elements()[kind] for name in element.names()}
        known = {name for name in table if not name.startswith("extension_")}
        # A choice is written out in full; R4 allows fewer types at most places.
        stems = {element.name for element in elements()[kind] if element.is_choice}
        odd = {n for n in known - named if not any(n.startswith(stem) for stem in stems)}
        assert odd - shared == set(), kind


def test_every_type_is_read() -> None:
    others = {"Patient", "RelatedPerson", "Practitioner", "PractitionerRole", "Organization",
              "Location"}  # fmt: skip
    assert TABLES.keys() | others == set(SUPPORTED)
    assert {"id", "meta", "text", "contained", "resourceType"} == NOT_READ


@pytest.mark.parametrize(
    ("given", "text", "code"),
    [
        ({"postalCode": "ZZ1 1AA", "country": "GB"}, "1 High Street", "ZZ1 1AA"),
        ({"postalCode": "CRO 9ZZ"}, "1 High Street, CRO 9ZZ", ""),
        ({"postalCode": "02139", "country": "US"}, "1 High Street, 02139, US", ""),
    ],
)
def test_what_is_no_postcode_of_ours_stays_in_the_words_of_an_address(
    given: dict[str, str], text: str, code: str
) -> None:
    said = address_of({"line": ["1 High Street"], **given})

    assert (said.text, said.postcode) == (text, code)

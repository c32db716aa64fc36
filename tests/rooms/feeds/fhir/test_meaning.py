"""What resources say, and that nothing is dropped in silence."""

from decimal import Decimal
from typing import Any

from oneplace.feeds.fhir import bundles, meaning
from oneplace.feeds.fhir import statements as said
from oneplace.feeds.fhir.schema import elements
from oneplace.feeds.fhir.supported import SUPPORTED
from tests.rooms.feeds.fhir import samples


def _told(*resources: dict[str, Any]) -> list[meaning.Told]:
    entries = [samples.put(resource) for resource in resources]
    plan = bundles.plan_bundle(samples.bundle(*entries))
    assert not plan.is_refused, plan.faults
    return list(meaning.statements(plan))


def _one(resource: dict[str, Any]) -> meaning.Told:
    subject = {"reference": "Patient/p1"}
    (told,) = _told(resource | ({"subject": subject} if "subject" in resource else {}))
    return told


def test_a_patient_says_who_they_are() -> None:
    told = _one(samples.patient())

    person = told.statement
    assert isinstance(person, said.PersonSaid)
    assert person.nhs_numbers == (said.NhsNumber("9990000018", "01", True, False),)
    assert person.names[0].given == ("Zoë", "Anne")
    assert person.born == "1947-03"
    assert person.ethnicity is not None
    assert person.ethnicity.codes[0].code == "D"
    assert person.source.version == "3"
    assert person.source.profiles[0].endswith("UKCore-Patient")
    assert told.unmapped == ()


def test_a_number_that_fails_its_check_is_kept_and_marked() -> None:
    told = _one(
        samples.patient(
            identifier=[{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "999 000 0019"}]
        )
    )

    assert isinstance(told.statement, said.PersonSaid)
    assert told.statement.nhs_numbers == (said.NhsNumber("9990000019", "", False, False),)
    assert told.statement.identifiers[0].value == "999 000 0019"


def test_references_inside_a_bundle_are_resolved() -> None:
    plan = bundles.plan_bundle(samples.story())

    _, stay, weight, _ = (told.statement for told in meaning.statements(plan))

    assert isinstance(stay, said.EncounterSaid)
    assert isinstance(weight, said.ObservationSaid)
    assert stay.person == said.Ref(samples.PATIENT_URL, "Patient", "p1", 0)
    assert stay.stay is not None
    assert stay.stay.admission_method is not None
    assert stay.stay.admission_method.codes[0].code == "21"
    assert weight.value == said.Quantity(Decimal("71.5"), "kg")


def test_a_decimal_keeps_its_places_to_the_end() -> None:
    data = samples.story().replace(b"71.5", b"71.50")

    statements = [told.statement for told in meaning.statements(bundles.plan_bundle(data))]

    assert isinstance(statements[2], said.ObservationSaid)
    assert isinstance(statements[2].value, said.Quantity)
    assert str(statements[2].value.value) == "71.50"


def test_what_is_not_mapped_is_listed_by_path() -> None:
    odd = {"url": "http://example.org/odd", "valueString": "x"}
    told = _one(
        samples.condition(
            extension=[odd],
            stage=[{"summary": {"text": "II"}}],
            code={"text": "Heart failure", "extension": [odd]},
            _onsetDateTime={"extension": [odd]},
            severity={"coding": [{"code": "1", "id": "x"}]},
            note=[{"text": "a"}, {"text": "b", "id": "n"}],
        )
    )

    assert set(told.unmapped) == {
        "Condition.extension('http://example.org/odd')",
        "Condition.stage",
        "Condition.code.extension('http://example.org/odd')",
        "Condition._onsetDateTime",
        "Condition.severity.coding[0].id",
        "Condition.note[1].id",
    }


def test_the_words_shown_are_the_text_then_what_the_coder_saw_then_the_display() -> None:
    seen = {
        "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-CodingSCTDescDisplay",
        "valueString": "Weak heart",
    }
    coding = {"system": "http://snomed.info/sct", "code": "84114007", "display": "Heart failure"}
    chosen = coding | {"userSelected": True, "extension": [seen]}

    with_text = _one(samples.condition()).statement
    with_choice = _one(samples.condition(code={"coding": [coding, chosen]})).statement

    assert isinstance(with_text, said.ConditionSaid)
    assert isinstance(with_choice, said.ConditionSaid)
    assert with_text.what is not None
    assert with_text.what.words == "Heart failure, diagnosed 2019"
    assert with_choice.what is not None
    assert with_choice.what.words == "Weak heart"


def test_a_contained_medicine_is_read() -> None:
    told = _one(
        {
            "resourceType": "MedicationRequest",
            "id": "m1",
            "contained": [
                {
                    "resourceType": "Medication",
                    "id": "med",
                    "code": {"text": "Ramipril 5 mg"},
                    "form": {"text": "tablet"},
                }
            ],
            "status": "active",
            "intent": "order",
            "subject": {},
            "medicationReference": {"reference": "#med"},
            "dosageInstruction": [{"text": "one a day", "timing": {"code": {"text": "daily"}}}],
        }
    )

    assert isinstance(told.statement, said.MedicationSaid)
    assert told.statement.what == said.Concept("Ramipril 5 mg")
    assert set(told.unmapped) == {
        "MedicationRequest.dosageInstruction[0].timing",
        "MedicationRequest.contained('#med').form",
    }


def test_a_missed_appointment_names_its_person() -> None:
    told = _one(
        {
            "resourceType": "Appointment",
            "id": "a1",
            "status": "noshow",
            "start": "2026-03-07T10:00:00Z",
            "end": "2026-03-07T10:10:00Z",
            "participant": [
                {"actor": {"reference": "Practitioner/s1"}, "status": "accepted"},
                {"actor": {"reference": "Patient/p1"}, "status": "accepted"},
            ],
        }
    )

    assert isinstance(told.statement, said.AppointmentSaid)
    assert told.statement.person is not None
    assert told.statement.person.id == "p1"


def test_answers_stand_in_the_order_they_were_given() -> None:
    told = _one(
        {
            "resourceType": "QuestionnaireResponse",
            "id": "q1",
            "status": "completed",
            "subject": {},
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
    )

    assert isinstance(told.statement, said.AnswersSaid)
    assert told.statement.answers == (
        said.Answer("1", "Home", ()),
        said.Answer("1.1", "Stairs?", (True,)),
        said.Answer("1.2", "", ()),
        said.Answer("2", "", (Decimal("1.5"),)),
    )
    assert told.unmapped == ("QuestionnaireResponse.item[0].item[1].answer[0].valueAttachment",)


def test_every_table_names_elements_that_r4_has() -> None:
    for kind in SUPPORTED:
        named = {name for element in elements()[kind] for name in element.names()}
        _, table = meaning._TABLES[kind]
        known = {name for name in table if not name.startswith("extension_")}
        # A choice is written out in full; R4 allows fewer types at most places.
        stems = {element.name for element in elements()[kind] if element.is_choice}
        odd = {n for n in known - named if not any(n.startswith(stem) for stem in stems)}
        assert odd == set(), kind


def test_every_element_of_every_type_is_mapped_or_listed() -> None:
    for kind in SUPPORTED:
        form, _ = meaning._forms()[kind]
        for element in elements()[kind]:
            for name in element.names():
                silent = name in form.silent
                assert not silent or name in {"id", "meta", "text", "contained"}

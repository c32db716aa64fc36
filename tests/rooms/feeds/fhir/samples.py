"""Resources written by hand in the shape of published R4 and UK Core examples."""

from typing import Any

import orjson

UK = "https://fhir.hl7.org.uk/"
PATIENT_URL = "urn:uuid:0a1b2c3d-0000-4000-8000-000000000001"
ENCOUNTER_URL = "urn:uuid:0a1b2c3d-0000-4000-8000-000000000002"


def concept(code: str, display: str, system: str = "http://snomed.info/sct") -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": display}]}


def patient(**more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "id": "p1",
        "meta": {"profile": [f"{UK}StructureDefinition/UKCore-Patient"], "versionId": "3"},
        "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">A</div>'},
        "extension": [
            {
                "url": f"{UK}StructureDefinition/Extension-UKCore-EthnicCategory",
                "valueCodeableConcept": concept(
                    "D", "Mixed", f"{UK}CodeSystem/UKCore-EthnicCategoryEngland"
                ),
            }
        ],
        "identifier": [
            {
                "system": "https://fhir.nhs.uk/Id/nhs-number",
                "value": "9990000018",
                "extension": [
                    {
                        "url": f"{UK}StructureDefinition/"
                        "Extension-UKCore-NHSNumberVerificationStatus",
                        "valueCodeableConcept": concept(
                            "number-present-and-verified",
                            "Verified",
                            f"{UK}CodeSystem/UKCore-NHSNumberVerificationStatus",
                        ),
                    }
                ],
            },
            {"system": "https://example.org/Id/hospital", "value": "H123"},
        ],
        "active": True,
        "name": [{"use": "official", "family": "Ó Súilleabháin", "given": ["Zoë", "Anne"]}],
        "telecom": [{"system": "phone", "value": "07700 900001", "use": "mobile"}],
        "gender": "female",
        "birthDate": "1947-03",
        "address": [{"line": ["1 High Street"], "city": "Townton", "postalCode": "ZZ1 1ZZ"}],
        **more,
    }


def encounter(**more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Encounter",
        "id": "e1",
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
        "subject": {"reference": PATIENT_URL},
        "period": {"start": "2026-03-01T09:00:00+00:00", "end": "2026-03-04T11:30:00+00:00"},
        "hospitalization": {
            "extension": [
                {
                    "url": f"{UK}StructureDefinition/Extension-UKCore-AdmissionMethod",
                    "valueCodeableConcept": concept(
                        "21", "A&E", f"{UK}CodeSystem/UKCore-AdmissionMethodEngland"
                    ),
                }
            ],
            "dischargeDisposition": concept(
                "19", "Home", f"{UK}CodeSystem/UKCore-DischargeDestinationEngland"
            ),
        },
        **more,
    }


def observation(**more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": "o1",
        "status": "final",
        "code": concept("27113001", "Body weight"),
        "subject": {"reference": PATIENT_URL},
        "effectiveDateTime": "2026-03-01T09:30:00Z",
        "valueQuantity": {"value": 71.5, "unit": "kg"},
        **more,
    }


def condition(**more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "id": "c1",
        "clinicalStatus": concept(
            "active", "Active", "http://terminology.hl7.org/CodeSystem/condition-clinical"
        ),
        "code": concept("84114007", "Heart failure") | {"text": "Heart failure, diagnosed 2019"},
        "subject": {"reference": PATIENT_URL},
        "onsetDateTime": "2019",
        **more,
    }


def put(resource: dict[str, Any], full_url: str = "") -> dict[str, Any]:
    kind, identifier = resource["resourceType"], resource["id"]
    entry = {
        "fullUrl": full_url,
        "resource": resource,
        "request": {"method": "PUT", "url": f"{kind}/{identifier}"},
    }
    return entry if full_url else {name: entry[name] for name in ("resource", "request")}


def post(resource: dict[str, Any], full_url: str, **request: str) -> dict[str, Any]:
    return {
        "fullUrl": full_url,
        "resource": resource,
        "request": {"method": "POST", "url": resource["resourceType"], **request},
    }


def bundle(*entries: dict[str, Any], kind: str = "transaction") -> bytes:
    return orjson.dumps(
        {"resourceType": "Bundle", "id": "b1", "type": kind, "entry": list(entries)}
    )


def story(kind: str = "transaction") -> bytes:
    """A patient, a stay, a weight and a condition in one bundle."""
    return bundle(
        put(patient(), PATIENT_URL),
        put(encounter(), ENCOUNTER_URL),
        put(observation()),
        put(condition()),
        kind=kind,
    )

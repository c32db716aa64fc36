"""Bundles in the manner of other FHIR servers, written by us: nobody in them is real."""

from typing import Any

import orjson

_PATIENT = "urn:uuid:5cbc121b-cd71-4428-b8b7-31e53eba8184"
_VISIT = "urn:uuid:3f0c2ca3-3c39-4d0f-9f3a-4d0a2d8d6e11"
_US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/"


def _post(full_url: str, resource: dict[str, Any], **request: str) -> dict[str, Any]:
    return {
        "fullUrl": full_url,
        "resource": resource,
        "request": {"method": "POST", "url": resource["resourceType"], **request},
    }


def _coded(system: str, code: str, display: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": display}], "text": display}


def generated(*more: dict[str, Any]) -> bytes:
    """As a generator of synthetic records writes: POSTs, `urn:uuid:`, US Core, LOINC."""
    patient = {
        "resourceType": "Patient",
        "id": "5cbc121b-cd71-4428-b8b7-31e53eba8184",
        "meta": {"profile": [f"{_US_CORE}us-core-patient"]},
        "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">x</div>'},
        "extension": [
            {
                "url": f"{_US_CORE}us-core-race",
                "extension": [{"url": "text", "valueString": "White"}],
            },
            {
                "url": "http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName",
                "valueString": "Edda512 Dach178",
            },
        ],
        "identifier": [
            {"system": "https://example.org/generator", "value": "5cbc121b"},
            {
                "type": _coded(
                    "http://terminology.hl7.org/CodeSystem/v2-0203", "MR", "Medical Record Number"
                ),
                "system": "http://hospital.example.org",
                "value": "MRN-77",
            },
        ],
        "name": [
            {"use": "official", "family": "Kihn564", "given": ["Brain675"], "prefix": ["Mr."]}
        ],
        "telecom": [{"system": "phone", "value": "555-240-9821", "use": "home"}],
        "gender": "male",
        "birthDate": "1968-09-12",
        "address": [
            {
                "extension": [
                    {
                        "url": "http://hl7.org/fhir/StructureDefinition/geolocation",
                        "extension": [{"url": "latitude", "valueDecimal": 42.3}],
                    }
                ],
                "line": ["1 Example Street"],
                "city": "Boston",
                "state": "Massachusetts",
                "postalCode": "02108",
                "country": "US",
            }
        ],
        "maritalStatus": _coded(
            "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "M", "Married"
        ),
        "multipleBirthBoolean": False,
        "communication": [{"language": _coded("urn:ietf:bcp:47", "en-US", "English")}],
    }
    visit = {
        "resourceType": "Encounter",
        "id": "3f0c2ca3-3c39-4d0f-9f3a-4d0a2d8d6e11",
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "type": [_coded("http://snomed.info/sct", "185345009", "Encounter for symptom")],
        "subject": {"reference": _PATIENT, "display": "Mr. Brain675 Kihn564"},
        "participant": [
            {
                "individual": {
                    "reference": "Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|99999",
                    "display": "Dr. Gema Rosario",
                }
            }
        ],
        "period": {"start": "2012-01-23T17:45:28-05:00", "end": "2012-01-23T18:10:28-05:00"},
        "serviceProvider": {
            "reference": "Organization?identifier=https://example.org/generator|f4e7709c",
            "display": "PCP 1",
        },
    }
    weight = {
        "resourceType": "Observation",
        "id": "o-1",
        "status": "final",
        "category": [
            _coded(
                "http://terminology.hl7.org/CodeSystem/observation-category",
                "vital-signs",
                "Vital signs",
            )
        ],
        "code": _coded("http://loinc.org", "29463-7", "Body Weight"),
        "subject": {"reference": _PATIENT},
        "encounter": {"reference": _VISIT},
        "effectiveDateTime": "2012-01-23T17:45:28-05:00",
        "issued": "2012-01-23T17:45:28.123-05:00",
        "valueQuantity": {
            "value": 88.20,
            "unit": "kg",
            "system": "http://unitsofmeasure.org",
            "code": "kg",
        },
    }
    return orjson.dumps(
        {
            "resourceType": "Bundle",
            "type": "transaction",
            "entry": [
                _post(_PATIENT, patient),
                _post(_VISIT, visit),
                _post("urn:uuid:0c1b2ca3-3c39-4d0f-9f3a-4d0a2d8d6e12", weight),
                *more,
            ],
        }
    )


def claim() -> dict[str, Any]:
    """What such a generator sends too, and what is not taken here."""
    return _post(
        "urn:uuid:9c1b2ca3-3c39-4d0f-9f3a-4d0a2d8d6e99",
        {"resourceType": "Claim", "id": "k", "status": "active"},
    )


def search_results() -> bytes:
    """As an open test server answers a search: no requests, its own versions, a remark."""
    base = "https://server.example.org/baseR4"
    return orjson.dumps(
        {
            "resourceType": "Bundle",
            "id": "f7a1",
            "meta": {"lastUpdated": "2026-03-01T10:00:00.000+00:00"},
            "type": "searchset",
            "total": 2,
            "link": [{"relation": "self", "url": f"{base}/Patient?_id=596484"}],
            "entry": [
                {
                    "fullUrl": f"{base}/Patient/596484",
                    "resource": {
                        "resourceType": "Patient",
                        "id": "596484",
                        "meta": {
                            "versionId": "7",
                            "lastUpdated": "2026-02-11T09:14:00.120+00:00",
                            "source": "#a1b2",
                        },
                        "name": [{"text": "Ada Example", "family": "Example", "given": ["Ada"]}],
                        "gender": "female",
                        "birthDate": "1931-02-03",
                    },
                    "search": {"mode": "match"},
                },
                {
                    "fullUrl": f"{base}/Condition/596490",
                    "resource": {
                        "resourceType": "Condition",
                        "id": "596490",
                        "subject": {"reference": "Patient/596484"},
                        "code": {"text": "Falls"},
                    },
                    "search": {"mode": "include"},
                },
                {
                    "resource": {
                        "resourceType": "OperationOutcome",
                        "issue": [{"severity": "information", "code": "informational"}],
                    },
                    "search": {"mode": "outcome"},
                },
            ],
        }
    )


def care_connect() -> bytes:
    """As a system of the years before UK Core sends: its addresses and words for codes."""
    old = "https://fhir.hl7.org.uk/STU3/"
    return orjson.dumps(
        {
            "resourceType": "Bundle",
            "type": "batch",
            "entry": [
                {
                    "resource": {
                        "resourceType": "Patient",
                        "id": "cc-1",
                        "extension": [
                            {
                                "url": f"{old}StructureDefinition/"
                                "Extension-CareConnect-EthnicCategory-1",
                                "valueCodeableConcept": {
                                    "coding": [
                                        {
                                            "system": f"{old}CodeSystem/"
                                            "CareConnect-EthnicCategory-1",
                                            "code": "A",
                                        }
                                    ]
                                },
                            }
                        ],
                        "identifier": [
                            {
                                "extension": [
                                    {
                                        "url": f"{old}StructureDefinition/"
                                        "Extension-CareConnect-NHSNumberVerificationStatus-1",
                                        "valueCodeableConcept": {
                                            "coding": [
                                                {
                                                    "system": f"{old}CodeSystem/CareConnect-"
                                                    "NHSNumberVerificationStatus-1",
                                                    "code": "01",
                                                }
                                            ]
                                        },
                                    }
                                ],
                                "system": "http://fhir.nhs.net/Id/nhs-number",
                                "value": "9990000018",
                            }
                        ],
                        "name": [{"use": "official", "family": "Old", "given": ["Olive"]}],
                        "generalPractitioner": [
                            {
                                "identifier": {
                                    "system": "http://fhir.nhs.net/Id/ods-organization-code",
                                    "value": "ZZHS01",
                                }
                            }
                        ],
                    },
                    "request": {"method": "PUT", "url": "Patient/cc-1"},
                },
                {
                    "resource": {
                        "resourceType": "AllergyIntolerance",
                        "id": "cc-2",
                        "patient": {"reference": "Patient/cc-1"},
                        "clinicalStatus": _coded(
                            "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical",
                            "active",
                            "Active",
                        ),
                        "code": _coded("https://snomed.info/sct", "716186003", "No known allergy"),
                    },
                    "request": {"method": "PUT", "url": "AllergyIntolerance/cc-2"},
                },
            ],
        }
    )


def one_resource_a_line() -> bytes:
    """As a bulk export writes: one resource a line; the last one is damaged."""
    lines = [
        {"resourceType": "Patient", "id": "b1", "name": [{"family": "Bulk"}]},
        {"resourceType": "Condition", "id": "b2", "subject": {"reference": "Patient/b1"}},
        {"resourceType": "Condition", "id": "b3", "subject": "Patient/b1"},
    ]
    return b"\n".join(map(orjson.dumps, lines)) + b'\n{"resourceType":"Patient","id":\n'

"""Which FHIR R4 resource types come in at this door, and which are only read inside others."""

from __future__ import annotations

from typing import Final

SUPPORTED: Final = (
    "AllergyIntolerance",
    "Appointment",
    "CarePlan",
    "CareTeam",
    "Composition",
    "Condition",
    "Consent",
    "DiagnosticReport",
    "DocumentReference",
    "Encounter",
    "EpisodeOfCare",
    "Flag",
    "Goal",
    "Immunization",
    "Location",
    "MedicationRequest",
    "MedicationStatement",
    "Observation",
    "Organization",
    "Patient",
    "Practitioner",
    "PractitionerRole",
    "Procedure",
    "QuestionnaireResponse",
    "RelatedPerson",
    "ServiceRequest",
    "Task",
)
"""The types that may be sent, in the order of the capability statement."""

CONTAINED_ONLY: Final = ("HealthcareService", "Medication")
"""Types that are checked and read where another resource contains them, never on their own.

A Medication may also be an entry of the bundle whose other entries name it.
"""

ENVELOPES: Final = ("Bundle", "CapabilityStatement", "OperationOutcome")
"""Types this door speaks in: described, so that what we answer is held to the same tables."""

DESCRIBED: Final = tuple(sorted((*SUPPORTED, *CONTAINED_ONLY, *ENVELOPES)))
"""Every type `data/elements.csv` describes."""

IS_SUPPORTED: Final = frozenset(SUPPORTED)
FHIR_VERSION: Final = "4.0.1"
JSON_TYPES: Final = ("application/fhir+json", "application/json", "text/json")
XML_TYPES: Final = ("application/fhir+xml", "application/xml", "text/xml")

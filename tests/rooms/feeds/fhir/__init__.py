"""Tests of the reader of FHIR R4."""

"""FHIR R4 UK Core resources as text templates that the store fills in.

A template is JSON with expressions between `<<` and `>>`. An expression gives text that is already
JSON (`js(...)` quotes and escapes). Optional parts are expressions that give an empty text. Every
bundle is a transaction: each entry has a `urn:uuid` full address that the other entries refer to,
and is put under the same id, so that sending it again changes nothing. Ids are made from the seed,
the kind and the partner's own identifier, in the form of version 8 UUIDs (RFC 9562, section 5.8).

The profiles, systems and extensions are those of the UK Core assets (package UKCore.R4, HL7 UK,
Apache License 2.0).
"""

from __future__ import annotations

import re

from oneplace.borough.feeds.store import mapped

NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
ODS_CODE = "https://fhir.nhs.uk/Id/ods-organization-code"
SNOMED = "http://snomed.info/sct"
PROFILE = "https://fhir.hl7.org.uk/StructureDefinition/UKCore-"
EXTENSION = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-"
CODES = "https://fhir.hl7.org.uk/CodeSystem/UKCore-"
HL7_CODES = "http://terminology.hl7.org/CodeSystem/"
LOCAL = "https://example.org/oneplace/Id/"

NHS_STATUSES = {
    "01": "Number present and verified",
    "02": "Number present but not traced",
    "03": "Trace required",
    "04": "Trace attempted - No match or multiple match found",
    "05": "Trace needs to be resolved - (NHS number or patient detail conflict)",
}
"""NHS number status of England (UK Core code system, from the NHS Data Dictionary)."""

ETHNIC_CATEGORIES = {
    "A": "White - British", "B": "White - Irish", "C": "White - Any other White background",
    "D": "Mixed - White and Black Caribbean", "E": "Mixed - White and Black African",
    "F": "Mixed - White and Asian", "G": "Mixed - Any other mixed background",
    "H": "Asian or Asian British - Indian", "J": "Asian or Asian British - Pakistani",
    "K": "Asian or Asian British - Bangladeshi",
    "L": "Asian or Asian British - Any other Asian background",
    "M": "Black or Black British - Caribbean", "N": "Black or Black British - African",
    "P": "Black or Black British - Any other Black background",
    "R": "Other Ethnic Groups - Chinese", "S": "Other Ethnic Groups - Any other ethnic group",
    "Z": "Not stated",
}  # fmt: skip
"""NHS ethnic category (UK Core code system, from the NHS Data Dictionary)."""


def spelled(template: str) -> str:
    """The expression that writes a template: text between, expressions inside `<<` and `>>`."""
    parts = []
    for number, part in enumerate(re.split(r"<<(.+?)>>", template, flags=re.DOTALL)):
        if number % 2:
            parts.append(f"({part})")
        elif part:
            flat = re.sub(r"\n\s*", "", part)
            parts.append("'" + flat.replace("'", "''") + "'")
    return " || ".join(parts)


def entry(kind: str, key: str, resource: str) -> str:
    """One entry of a transaction: `key` is the id's expression, `resource` a template's rest."""
    return spelled(
        f"""{{"fullUrl":"urn:uuid:<<{key}>>","resource":{{"resourceType":"{kind}",
        "id":"<<{key}>>",{resource}}},
        "request":{{"method":"PUT","url":"{kind}/<<{key}>>"}}}}"""
    )


def meta(profile: str) -> str:
    """The profile a resource says it keeps."""
    return f'"meta":{{"profile":["{PROFILE}{profile}"]}}'


def pointer(name: str, key: str) -> str:
    """A reference to another entry of the bundle."""
    return f'"{name}":{{"reference":"urn:uuid:<<{key}>>"}}'


def concept(code: str, display: str) -> str:
    """A SNOMED-shaped concept; the words as text too, for they are what is shown."""
    return (
        f'{{"coding":[{{"system":"{SNOMED}","code":"<<{code}>>","display":<<js({display})>>}}],'
        f'"text":<<js({display})>>}}'
    )


def optional(condition: str, template: str) -> str:
    """A part that is written only where a condition holds (with the comma before it)."""
    return f"<<CASE WHEN {condition} THEN {spelled(template)} ELSE '' END>>"


def patient(key: str, local_system: str, extra: str = "") -> str:
    """An entry of UKCore-Patient from a record `r`, its address `a` and its person `p`.

    The NHS number carries its verification status; where there is none, the patient says that it is
    not known, and the local number stands alone.
    """
    status = mapped("r.nhs_status", NHS_STATUSES)
    ethnic = mapped("r.ethnicity", ETHNIC_CATEGORIES)
    return entry(
        "Patient",
        key,
        f"""{meta("Patient")},
        "extension":[{{"url":"{EXTENSION}EthnicCategory","valueCodeableConcept":{{"coding":[
            {{"system":"{CODES}EthnicCategoryEngland","code":"<<r.ethnicity>>",
            "display":"<<{ethnic}>>"}}]}}}}"""
        + optional(
            "p.needs_interpreter",
            """,{"url":"http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired",
            "valueBoolean":true}""",
        )
        + optional(
            "r.nhs_number IS NULL",
            f""",{{"url":"{EXTENSION}NHSNumberUnavailableReason","valueCodeableConcept":{{
            "coding":[{{"system":"{CODES}NHSNumberUnavailableReason",
            "code":"nhs-number-not-known","display":"NHS number not known"}}]}}}}""",
        )
        + '],"identifier":['
        + optional(
            "r.nhs_number IS NOT NULL",
            f"""{{"extension":[{{"url":"{EXTENSION}NHSNumberVerificationStatus",
            "valueCodeableConcept":{{"coding":[{{
            "system":"{CODES}NHSNumberVerificationStatusEngland","code":"<<r.nhs_status>>",
            "display":"<<{status}>>"}}]}}}}],"system":"{NHS_NUMBER}",
            "value":"<<r.nhs_number>>"}},""",
        )
        + f"""{{"system":"{LOCAL}{local_system}","value":"<<r.identifier>>"}}],"active":true,
        "name":[{{"use":"official","family":<<js(r.family_name)>>,"given":[<<js(r.given_name)>>"""
        + optional("r.middle_name IS NOT NULL", ",<<js(r.middle_name)>>")
        + '],"prefix":[<<js(r.title)>>]}'
        + optional(
            "r.preferred_name <> r.given_name",
            ',{"use":"usual","given":[<<js(r.preferred_name)>>]}',
        )
        + optional(
            "r.previous_family_name IS NOT NULL",
            ',{"use":"old","family":<<js(r.previous_family_name)>>}',
        )
        + "]"
        + optional(
            "r.landline IS NOT NULL OR r.mobile IS NOT NULL OR r.email <> ''",
            f',"telecom":[<<{_telecom()}>>]',
        )
        + ',"gender":"<<r.gender>>"'
        + optional("r.born_on IS NOT NULL", ',"birthDate":"<<iso_day(r.born_on)>>"')
        + optional("r.died_at < told_at", ',"deceasedDateTime":"<<iso(r.died_at)>>"')
        + """,
        "address":[{"use":"home","line":["""
        + optional("a.line_1 <> ''", "<<js(a.line_1)>>,")
        + """<<js(a.line_2)>>],"city":<<js(a.town)>>,
        "postalCode":"<<as_read(a.postcode, r.postcode_misread)>>","country":"GBR"}],
        "communication":[{"language":{"coding":[{"system":"urn:ietf:bcp:47",
        "code":"<<p.language>>"}]}}]"""
        + extra,
    )


def _telecom() -> str:
    """The expression of a record's phones and email, with commas between those there are."""
    told = {
        "r.landline IS NOT NULL": '{"system":"phone","value":"<<r.landline>>","use":"home"}',
        "r.mobile IS NOT NULL": '{"system":"phone","value":"<<r.mobile>>","use":"mobile"}',
        "r.email <> ''": '{"system":"email","value":"<<r.email>>"}',
    }
    parts = [f"CASE WHEN {test} THEN {spelled(text)} END" for test, text in told.items()]
    return f"concat_ws(',', {', '.join(parts)})"


def organisation(key: str, code: str, name: str) -> str:
    """An entry of UKCore-Organization."""
    return entry(
        "Organization",
        key,
        f"""{meta("Organization")},"identifier":[{{"system":"{ODS_CODE}","value":<<js({code})>>}}],
        "active":true,"name":<<js({name})>>""",
    )


def practitioner(key: str, local_system: str) -> str:
    """An entry of UKCore-Practitioner from a member of staff `s`."""
    return entry(
        "Practitioner",
        key,
        f"""{meta("Practitioner")},"identifier":[{{"system":"{LOCAL}{local_system}",
        "value":"<<reference(s.staff, '{local_system}')>>"}}],"active":true,
        "name":[{{"use":"official","family":<<js(s.family_name)>>,"given":[<<js(s.given_name)>>],
        "prefix":[<<js(s.title)>>]}}]""",
    )

"""One bundle being read: what its references name, whose its entries are, what was not mapped."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from oneplace.feeds.fhir import uk_codes
from oneplace.feeds.fhir.asking import by_identifier
from oneplace.feeds.fhir.meaning.times import moment
from oneplace.feeds.fhir.plans import Plan, Step
from oneplace.vocabulary import nhs_number
from oneplace.vocabulary.rows import SubjectKey

_REST: Final = re.compile(r"(?:.*/)?([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})(?:/_history/.+)?")
_PEOPLE: Final = frozenset({"Patient", "RelatedPerson"})
_AGENTS: Final = frozenset({"Practitioner", "PractitionerRole", "Organization", "Location"})
_DIGITS: Final = 10


class Sender(NamedTuple):
    """Who sent it, as far as its rows must know."""

    source: str
    """The code of the feed."""
    arrived_at: datetime
    organisation: str = ""
    """ODS code of the partner whose system it is."""
    numbers_of: str = ""
    """`practice` or `hospital` where the local numbers of its patients are given by that kind of
    organisation, each its own; empty where they are not known as such elsewhere."""


class Pointer(NamedTuple):
    """What a reference names."""

    kind: str = ""
    id: str = ""
    words: str = ""
    """How it is shown: the reference's own display, else the name of what it names."""
    code: str = ""
    """ODS code, of an organisation or site."""
    subject: SubjectKey | None = None
    """Of a patient."""
    resource: Mapping[str, Any] | None = None
    """What it names, where that came along."""

    @property
    def key(self) -> str:
        """`Organization/123`; empty where it names nothing of this source by its id."""
        return f"{self.kind}/{self.id}" if self.id else ""

    @property
    def agent(self) -> str:
        """The key of an agent; empty for anything else."""
        return self.key if self.kind in _AGENTS else ""


class Reading:
    """A plan being read; `row` and `detail` are those of the resource at hand."""

    __slots__ = (
        "contained", "detail", "ids", "keepers", "known", "numbered", "own_key", "place", "plan",
        "row", "said_at", "sender", "steps", "unmapped", "used", "version", "versions",
    )  # fmt: skip

    def __init__(
        self,
        plan: Plan,
        sender: Sender,
        ids: Mapping[int | None, str],
        versions: Mapping[int | None, int],
    ) -> None:
        self.plan = plan
        self.sender = sender
        self.ids = ids
        self.versions = versions
        self.version = ""
        self.said_at = _instant(plan.timestamp) or sender.arrived_at
        self.steps = {step.entry: step for step in plan.steps}
        self.known: dict[str, Pointer] = {}
        self.keepers: dict[SubjectKey, str] = {}
        self.numbered: dict[str, SubjectKey] = {}
        self.row: list[Any] = []
        self.detail: dict[str, Any] = {}
        self.unmapped: list[str] = []
        self.contained: dict[str, Any] = {}
        self.used: set[str] = set()
        self.own_key = ""
        self.place = ""

    def open(self, step: Step) -> None:
        """Begin with a resource."""
        self.own_key = f"{step.kind}/{self.ids.get(step.entry, '')}"
        self.unmapped = []
        if self.versions:
            self.version = _ordered(str(self.versions.get(step.entry, "")))
        held = step.resource.get("contained")
        if held is not None:
            self.contained = {f"#{part.get('id')}": part for part in held}
            self.used = set()
        elif self.contained:
            self.contained = {}

    def said(self, resource: Mapping[str, Any]) -> tuple[datetime, str]:
        """When a resource was said, and its version, by the source's own sequence."""
        meta = resource.get("meta")
        if meta is None:
            return self.said_at, self.version
        found = moment(meta["lastUpdated"]) if "lastUpdated" in meta else None
        return found.at if found else self.said_at, _ordered(meta.get("versionId") or self.version)

    def pointer(self, value: Mapping[str, Any]) -> Pointer:
        """What a reference names."""
        text = value.get("reference", "")
        if len(value) == 1 and text and text[0] != "#":
            known = self.known.get(text)
            if known is None:
                known = self.known[text] = self._resolved(text, value)
            return known
        if not value.keys() <= _REFERENCE_NAMES:
            self.unmapped += [name for name in value if name not in _REFERENCE_NAMES]
        return self._resolved(text, value)

    def _resolved(self, text: str, value: Mapping[str, Any]) -> Pointer:
        kind, identifier, words = value.get("type", ""), "", value.get("display", "")
        target = self.plan.targets.get(text)
        resource: Mapping[str, Any] | None = None
        if target is not None:
            step = self.steps.get(target.entry)
            kind, identifier = target.kind, self.ids.get(target.entry, target.id)
            resource = step.resource if step else None
        elif text[:1] == "#":
            resource = self.contained.get(text)
            self.used.add(text)
            kind = resource.get("resourceType", kind) if resource else kind
        elif text in self.plan.held:
            resource = self.plan.held[text]
            kind, identifier = "Medication", str(resource.get("id", ""))
        elif match := _REST.fullmatch(text):
            kind, identifier = match[1], match[2]
        business = value.get("identifier", {})
        if "?" in text and (found := by_identifier(text)):
            kind, search = found
            business = {"system": search.system, "value": search.value}
        subject = self._subject(kind, identifier, resource, business)
        code = ods_code(resource) if resource else _ods(business)
        if not words and kind != "Patient":
            words = name_of(resource)
        return _made(Pointer, (kind, identifier, words, code, subject, resource))

    def _subject(
        self,
        kind: str,
        identifier: str,
        resource: Mapping[str, Any] | None,
        business: Mapping[str, Any],
    ) -> SubjectKey | None:
        if kind == "Patient" and resource is not None:
            subject = self.subject_of(resource, identifier)
            if "managingOrganization" in resource:
                self.keepers[subject] = self.pointer(resource["managingOrganization"]).code
            return subject
        if kind == "Patient" and identifier:
            return _made(SubjectKey, (f"fhir:{self.sender.source}", identifier))
        if kind in {"", "Patient"} and "value" in business:
            return numbered(business)
        return None

    def subject_of(self, patient: Mapping[str, Any], identifier: str) -> SubjectKey:
        """By which number a patient is known here.

        Where the source's local numbers are those of practices or hospitals, the number and the
        organisation that gave it, so that other feeds of the same organisation speak of the same
        subject; else the id under which the source keeps the patient.
        """
        known = self.numbered.get(identifier) if identifier else None
        if known is not None:
            return known
        local = self.local_number(patient)
        if local is not None:
            if identifier:
                self.numbered[identifier] = local
            return local
        if identifier:
            return SubjectKey(f"fhir:{self.sender.source}", identifier)
        # A contained patient has no id of its own that lasts: a number of theirs names them.
        for business in patient.get("identifier", ()):
            found = numbered(business)
            if found is not None:
                return found
        return SubjectKey(f"fhir:{self.sender.source}", f"{self.own_key}#{patient.get('id', '')}")

    def kept_by(self, subject: SubjectKey) -> str:
        """The organisation that keeps a subject's record here; else whose system it is."""
        return self.keepers.get(subject) or self.sender.organisation

    def local_number(self, patient: Mapping[str, Any]) -> SubjectKey | None:
        """The number an organisation of the sender's kind gave a patient, with that organisation.

        None where it does not say which organisation, or gives several numbers.
        """
        kept_by = patient.get("managingOrganization")
        if not self.sender.numbers_of or kept_by is None:
            return None
        numbers = {
            business["value"]
            for business in patient.get("identifier", ())
            if business.get("value")
            and business.get("use") != "old"
            and uk_codes.names().get(business.get("system", "")) != "nhs_number"
        }
        code = self.pointer(kept_by).code if len(numbers) == 1 else ""
        return SubjectKey(f"{self.sender.numbers_of}:{code}", numbers.pop()) if code else None


_made: Final = tuple.__new__
_REFERENCE_NAMES: Final = frozenset({"reference", "display", "identifier", "type"})


def numbered(business: Mapping[str, Any]) -> SubjectKey | None:
    """A person by a business identifier; an NHS number under its one address."""
    system, value = business.get("system", ""), business.get("value", "")
    if not system or not value:
        return None
    if uk_codes.names().get(system) == "nhs_number":
        return SubjectKey(uk_codes.sent_address("nhs_number"), nhs_number.tidy(value))
    return _made(SubjectKey, (system, value))


def is_person(pointer: Pointer) -> bool:
    """Whether a reference names somebody, not something."""
    return pointer.kind in _PEOPLE or pointer.subject is not None


def ods_code(resource: Mapping[str, Any]) -> str:
    """The ODS code of an organisation or place; empty where it gives none."""
    for business in resource.get("identifier", ()) if _has_list(resource) else ():
        code = _ods(business)
        if code:
            return code
    return ""


def _has_list(resource: Mapping[str, Any]) -> bool:
    return resource.get("resourceType") in {"Organization", "Location"}


def _ods(business: Mapping[str, Any]) -> str:
    name = uk_codes.names().get(business.get("system", ""), "")
    return str(business.get("value", "")) if name in {"ods_organisation", "ods_site"} else ""


def name_of(resource: Mapping[str, Any] | None) -> str:
    """What a person, organisation or place is called, in one line."""
    if resource is None:
        return ""
    name = resource.get("name")
    if name.__class__ is str:
        return str(name)
    if name.__class__ is list and name:
        return whole_name(name[0])
    for concept in resource.get("code", ()) if resource.get("resourceType") == _POST else ():
        coding: Mapping[str, Any] = next(iter(concept.get("coding", ())), {})
        return str(concept.get("text") or coding.get("display", ""))
    return ""


_POST: Final = "PractitionerRole"


def whole_name(name: Mapping[str, Any]) -> str:
    """A name as it is said: title, given names, family."""
    if "text" in name:
        return str(name["text"])
    words = [*name.get("prefix", ()), *name.get("given", ()), name.get("family", "")]
    return " ".join(word for word in words if word)


def _ordered(version: str) -> str:
    """A version so that text sorts as the number does: 10 after 9."""
    return version.zfill(_DIGITS) if version.isdecimal() else version


@functools.lru_cache(maxsize=4_096)
def _instant(text: str) -> datetime | None:
    """A bundle's own time, which no table has checked."""
    try:
        found = moment(text) if text else None
    except (ValueError, OverflowError):
        return None
    return found.at if found else None

"""What the entries of one bundle refer to: that it is there, and may be meant.

References that leave the bundle are only held to their form. The bytes are searched for references
first, in C; a resource is walked through only where something was found that is not plainly right.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from oneplace.feeds.fhir import checking
from oneplace.feeds.fhir.asking import by_identifier
from oneplace.feeds.fhir.faults import Fault, IssueCode
from oneplace.feeds.fhir.plans import Kind, Step, Target
from oneplace.feeds.fhir.schema import elements
from oneplace.feeds.fhir.supported import SUPPORTED

_REST: Final = re.compile(r"(?:.*/)?([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})(?:/_history/.+)?")
_REFERENCES: Final = re.compile(rb'"reference":"([^"]*)')
_IS_PLAINLY_RIGHT: Final = re.compile(
    rb"[A-Z][A-Za-z]+/[A-Za-z0-9.-]{1,64}|https?://[^?\\]*"
).fullmatch
"""What leaves the bundle and needs no further look: `Type/id`, or an address without a question."""


class Bundled(NamedTuple):
    """The entries of a bundle, and what names them."""

    kind: Kind
    steps: Sequence[Step]
    targets: Mapping[str, Target]
    held: Mapping[str, dict[str, Any]]
    """Medications by the text that references name them with."""


def faults_of_references(bundled: Bundled, compact: bytes) -> list[Fault]:
    """Faults of references that must resolve inside what was sent, and of unknown modifiers.

    `compact` is the bundle written without spaces or needless escapes.
    """
    faults = [*_of_subjects(bundled)]
    if b'"medicationReference":' in compact:
        faults += _of_medicines(bundled)
    if b'"modifierExtension":' in compact or b'"implicitRules":' in compact:
        for step in bundled.steps:
            faults += checking.unknown_modifiers(step.kind, step.resource, entry=step.entry)
    if _is_doubtful(bundled, compact):
        for step in bundled.steps:
            faults += _of_step(bundled, step)
    return faults


def _is_doubtful(bundled: Bundled, compact: bytes) -> bool:
    """Whether any reference may be wrong. An escaped quote cuts a text short at its backslash."""
    if bundled.kind == "batch":
        return True
    texts = set(_REFERENCES.findall(compact))
    texts.difference_update(text.encode() for text in (*bundled.targets, *bundled.held))
    return not all(map(_IS_PLAINLY_RIGHT, texts))


def _of_subjects(bundled: Bundled) -> Iterator[Fault]:
    """Whom a resource is about must be of a type that may be meant.

    The tables see the type of `Patient/1`; of `urn:uuid:...` only the bundle tells it.
    """
    subjects, targets = _subjects(), bundled.targets
    for step in bundled.steps:
        found = subjects.get(step.kind)
        if found is None:
            continue
        name, allowed = found
        value = step.resource.get(name)
        text = value.get("reference") if value.__class__ is dict else None
        target = targets.get(text) if text.__class__ is str else None
        if target is not None and target.kind not in allowed:
            words = f"{text} is the {target.kind} of entry {target.entry}; it may not be meant."
            path = f"{step.kind}.{name}.reference"
            yield Fault("error", "structure", words, path, step.entry, step.kind)


def _of_medicines(bundled: Bundled) -> Iterator[Fault]:
    """A medicine that nothing names is none anybody could read: its entry is refused."""
    for step in bundled.steps:
        value = step.resource.get("medicationReference")
        if value.__class__ is dict and not _is_named(bundled, step, value):
            words = (
                f"{value.get('reference') or 'The reference'} names no Medication that came "
                "along with a name of its own, so nobody could tell which medicine is meant. "
                "Send the Medication in the same bundle or contained, or use "
                "medicationCodeableConcept."
            )
            path = f"{step.kind}.medicationReference"
            own_id = step.resource.get("id", "")
            yield Fault("error", "not-found", words, path, step.entry, step.kind, own_id)


def _is_named(bundled: Bundled, step: Step, value: dict[str, Any]) -> bool:
    if value.get("display"):
        return True
    text = value.get("reference", "")
    held = bundled.held.get(text)
    if text.__class__ is str and text[:1] == "#":
        parts = step.resource.get("contained")
        found = [one for one in parts or () if one.__class__ is dict]
        held = next((one for one in found if f"#{one.get('id')}" == text), None)
        if held is None:
            return True  # that nothing contained is of this name is told for every reference
    return held is not None and _says_which(held)


def _says_which(medication: Mapping[str, Any]) -> bool:
    """Whether a Medication tells by words or code which it is, and was not entered in error."""
    code = medication.get("code")
    if code.__class__ is not dict or medication.get("status") == "entered-in-error":
        return False
    codings = (one for one in code.get("coding") or () if one.__class__ is dict)
    return bool(code.get("text") or any(one.get("display") or one.get("code") for one in codings))


def _of_step(bundled: Bundled, step: Step) -> Iterator[Fault]:
    """Every reference of one resource."""
    yield from checking.check_contained_references(step.kind, step.resource, entry=step.entry)
    for path, text in checking.references(step.resource):
        fault = _why_not(bundled, step, text)
        if fault is not None:
            code, words = fault
            own_id = step.resource.get("id", "")
            whole = f"{step.kind}.{path}"
            yield Fault("error", code, words, whole, step.entry, step.kind, own_id)


def _why_not(bundled: Bundled, step: Step, text: str) -> tuple[IssueCode, str] | None:
    if text in bundled.held:
        return None
    target = bundled.targets.get(text)
    if target is None:
        return _why_not_outside(text)
    if bundled.kind == "batch" and target.entry != step.entry and not target.id:
        return "invalid", (
            f"{text} is created by entry {target.entry}; entries of a batch stand alone. "
            "Send a transaction."
        )
    return None


def _why_not_outside(text: str) -> tuple[IssueCode, str] | None:
    """Why a reference that names no entry of the bundle may not stand, or None."""
    if text.startswith("urn:"):
        return "not-found", f"{text} names no entry of this bundle."
    if "?" in text and by_identifier(text) is None:
        return "not-supported", "A reference by search is taken by identifier=system|value only."
    if text.startswith("#") or "?" in text or "://" in text or _REST.fullmatch(text):
        return None
    return "value", f"“{text}” is not Type/id, an address, urn:uuid: or #id."


@functools.cache
def _subjects() -> dict[str, tuple[str, frozenset[str]]]:
    """The element that says whom a resource is about, and the types it may name."""
    return {
        kind: (element.name, frozenset(element.targets))
        for kind in SUPPORTED
        for element in elements()[kind]
        if element.name in {"subject", "patient", "for"}
        and element.types == ("Reference",)
        and "Resource" not in element.targets
    }

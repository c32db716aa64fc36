"""Our own rules on top of the tables: what a schema cannot say, and what UK practice adds.

A rule gives faults; whether a fault refuses is its severity. What only harms quality (a check digit
that fails) is a warning: the resource is kept as it came, and later rooms are told.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from oneplace.feeds.fhir import uk_codes
from oneplace.feeds.fhir.faults import Fault, IssueCode, Severity
from oneplace.feeds.fhir.schema import faults_of, path_of
from oneplace.feeds.fhir.supported import DESCRIBED
from oneplace.vocabulary import nhs_number

Resource = dict[str, Any]

_ACTIVE_MARKUP: Final = re.compile(
    r"<\s*(?:script|iframe|object|embed|form|link|style|base)\b|\bon[a-z]+\s*=|javascript:",
    re.IGNORECASE,
)
_ENTERED_IN_ERROR: Final = "entered-in-error"
_MAY_LACK_TIMES: Final = frozenset({"proposed", "cancelled", "waitlist"})


class _Telling:
    """Collects the faults of one resource."""

    def __init__(self, kind: str, resource: Resource, entry: int | None) -> None:
        self.kind = kind
        self.id = found if isinstance(found := resource.get("id"), str) else ""
        self.entry = entry
        self.faults: list[Fault] = []

    def tell(self, severity: Severity, code: IssueCode, path: str, words: str) -> None:
        """Add a fault; `path` goes on from the resource's type."""
        whole = f"{self.kind}.{path}" if path else self.kind
        self.faults.append(Fault(severity, code, words, whole, self.entry, self.kind, self.id))


def check(kind: str, resource: Resource, *, entry: int | None = None) -> list[Fault]:
    """Every fault of one resource: by the tables of R4 first, then by our own rules.

    `kind` is a supported type and `resource` says so itself. References that leave the resource are
    not looked at here (`bundles` does), nor what only a bundle's bytes can tell.
    """
    faults = faults_of(kind, resource, entry=entry)
    if faults:
        return faults
    rule = _RULES.get(kind)
    if rule is None and "contained" not in resource and "text" not in resource:
        return faults
    telling = _Telling(kind, resource, entry)
    if rule is not None:
        rule(resource, telling)
    if "contained" in resource:
        _contained(resource, telling)
    if "text" in resource:
        _narrative(resource["text"], telling)
    return telling.faults


def unknown_modifiers(kind: str, resource: Resource, *, entry: int | None = None) -> list[Fault]:
    """Faults for what changes a resource's meaning in a way we do not know.

    R4 forbids processing a resource whose modifier extensions or implicit rules one does not
    understand (section 2.1.0.5 of extensibility): `not` may be meant.
    """
    telling = _Telling(kind, resource, entry)
    for path, name in _named(resource, {"modifierExtension", "implicitRules"}):
        words = "This changes the meaning of the resource in a way that is not known here."
        telling.tell("error", "not-supported", f"{path}{name}", words)
    return telling.faults


def references(resource: Resource) -> Iterator[tuple[str, str]]:
    """Each literal reference of a resource, with the path of its element after the type.

    Those inside contained resources come too.
    """
    for path, name in _named(resource, {"reference"}):
        found = _at(resource, path)
        if isinstance(found.get(name), str):
            yield f"{path}{name}", found[name]


def check_contained_references(
    kind: str, resource: Resource, *, entry: int | None = None
) -> list[Fault]:
    """Faults for references to `#something` that the resource does not contain."""
    telling = _Telling(kind, resource, entry)
    held = {part.get("id") for part in resource.get("contained", ())}
    for path, text in references(resource):
        if text.startswith("#") and len(text) > 1 and text[1:] not in held:
            words = f"“{text}” names nothing that this resource contains."
            telling.tell("error", "not-found", path, words)
    return telling.faults


def _named(resource: Resource, names: set[str]) -> Iterator[tuple[str, str]]:
    """Where members of these names stand: the path before the name, and the name."""
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), resource)]
    while waiting:
        steps, found = waiting.pop()
        if isinstance(found, dict):
            for name, part in found.items():
                if name in names:
                    before = path_of("", steps).removeprefix(".")
                    yield (f"{before}." if before else ""), name
                if isinstance(part, dict | list):
                    waiting.append(((*steps, name), part))
        else:
            waiting += [
                ((*steps, place), part)
                for place, part in enumerate(found)
                if isinstance(part, dict | list)
            ]


def _at(resource: Resource, path: str) -> Any:
    found: Any = resource
    for step in re.findall(r"[^.\[\]]+", path):
        found = found[int(step)] if isinstance(found, list) else found[step]
    return found


def _narrative(text: Any, telling: _Telling) -> None:
    """Narrative is kept and never shown or followed; what would run in a browser is noted."""
    if _ACTIVE_MARKUP.search(text.get("div", "")):
        words = "The narrative holds markup that could run in a browser. It is kept, never shown."
        telling.tell("warning", "business-rule", "text.div", words)


def _contained(resource: Resource, telling: _Telling) -> None:
    seen: set[str] = set()
    for place, part in enumerate(resource["contained"]):
        path = f"contained[{place}]"
        kind, identifier = part.get("resourceType"), part.get("id")
        if "contained" in part:
            telling.tell("error", "invariant", path, "What is contained may not contain more.")
            continue
        if not isinstance(identifier, str):
            telling.tell("error", "required", f"{path}.id", "What is contained must have an id.")
        elif identifier in seen:
            words = f"Two contained resources have the id “{identifier}”."
            telling.tell("error", "duplicate", f"{path}.id", words)
        else:
            seen.add(identifier)
        if kind not in DESCRIBED:
            words = f"A contained {kind} is kept, but not read here."
            telling.tell("information", "informational", path, words)
            continue
        for fault in faults_of(kind, part):
            inner = path + fault.path.removeprefix(kind)
            telling.tell(fault.severity, fault.code, inner, fault.words)


def _moment(text: Any) -> dt.datetime | None:
    """A date and time with its zone; None for a date alone (its end is not certain)."""
    if not isinstance(text, str) or "T" not in text:
        return None
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        return None  # a leap second


def _order(start: Any, end: Any) -> bool:
    """Whether a start is not after its end, as far as both say."""
    if not isinstance(start, str) or not isinstance(end, str):
        return True
    if len(start) == len(end) and start[19:] == end[19:]:
        return start <= end  # as exact as each other, and of one zone
    first, last = _moment(start), _moment(end)
    if first is not None and last is not None:
        return first <= last
    shared = min(len(start), len(end), 10)
    return start[:shared] <= end[:shared]


def _period(resource: Resource, telling: _Telling, name: str = "period") -> None:
    period = resource.get(name)
    if period is not None and not _order(period.get("start"), period.get("end")):
        words = f"It ends ({period['end']}) before it starts ({period['start']})."
        telling.tell("error", "invariant", name, words)


def _patient(resource: Resource, telling: _Telling) -> None:
    systems = uk_codes.addresses("nhs_number")
    numbers: set[str] = set()
    for place, identifier in enumerate(resource.get("identifier", ())):
        if identifier.get("system") not in systems:
            continue
        path = f"identifier[{place}]"
        _nhs_number(identifier, path, telling)
        if isinstance(identifier.get("value"), str) and identifier.get("use") != "old":
            numbers.add(nhs_number.tidy(identifier["value"]))
    if len(numbers) > 1:
        words = "Two NHS numbers are given for one person. Both are kept; neither is matched on."
        telling.tell("warning", "business-rule", "identifier", words)
    for place, contact in enumerate(resource.get("contact", ())):
        if not contact.keys() & {"name", "telecom", "address", "organization"}:
            words = "A contact needs a name, phone or email, address or organisation."
            telling.tell("warning", "invariant", f"contact[{place}]", words)


def _nhs_number(identifier: Resource, path: str, telling: _Telling) -> None:
    value = identifier.get("value")
    if not isinstance(value, str):
        telling.tell("warning", "value", path, "An NHS number identifier without a number.")
        return
    reason = why_no_nhs_number(value)
    if reason is not None:
        words = f"{reason} It is kept as it came, marked, and never matched on."
        telling.tell("warning", "value", f"{path}.value", words)
    elif nhs_number.tidy(value) != value:
        words = "An NHS number is sent as ten digits without spaces; the spaces are left out."
        telling.tell("warning", "value", f"{path}.value", words)
    for number, extension in enumerate(identifier.get("extension", ())):
        if extension["url"] not in uk_codes.addresses("extension_nhs_number_status"):
            continue
        for coding in extension.get("valueCodeableConcept", {}).get("coding", ()):
            if uk_codes.emitted(coding.get("system", ""), coding.get("code", "")) is None:
                words = f"The status “{coding.get('code', '')}” is not known; it is kept as it is."
                where = f"{path}.extension[{number}].valueCodeableConcept"
                telling.tell("warning", "code-invalid", where, words)


why_no_nhs_number: Final = functools.lru_cache(maxsize=65_536)(nhs_number.why_not_valid)
"""As `nhs_number.why_not_valid`: whoever checks a number and whoever reads it ask the same."""


def _codes(concept: Any) -> set[str]:
    return {coding.get("code", "") for coding in (concept or {}).get("coding", ())}


def _condition(resource: Resource, telling: _Telling) -> None:
    is_error = _ENTERED_IN_ERROR in _codes(resource.get("verificationStatus"))
    clinical = resource.get("clinicalStatus")
    if is_error and clinical is not None:
        words = "A condition entered in error has no clinical status (con-5)."
        telling.tell("error", "invariant", "clinicalStatus", words)
    has_abated = any(name.startswith("abatement") for name in resource)
    if has_abated and _codes(clinical) & {"active", "recurrence", "relapse"}:
        words = "A condition that has abated cannot be active (con-4)."
        telling.tell("error", "invariant", "clinicalStatus", words)
    if clinical is None and not is_error and "problem-list-item" in _category_codes(resource):
        words = "A problem should say whether it is active (con-3)."
        telling.tell("warning", "invariant", "clinicalStatus", words)


def _category_codes(resource: Resource) -> set[str]:
    return {code for concept in resource.get("category", ()) for code in _codes(concept)}


def _allergy(resource: Resource, telling: _Telling) -> None:
    is_error = _ENTERED_IN_ERROR in _codes(resource.get("verificationStatus"))
    has_status = "clinicalStatus" in resource
    if is_error and has_status:
        words = "An allergy entered in error has no clinical status (ait-2)."
        telling.tell("error", "invariant", "clinicalStatus", words)
    if not is_error and not has_status:
        words = "An allergy says whether it is active, unless entered in error (ait-1)."
        telling.tell("error", "invariant", "clinicalStatus", words)


def _observation(resource: Resource, telling: _Telling) -> None:
    if "dataAbsentReason" in resource and _has_value(resource):
        words = "A reason for a missing value stands beside a value (obs-6)."
        telling.tell("error", "invariant", "dataAbsentReason", words)
    if "component" in resource and _has_value(resource):
        whole = {(c.get("system"), c.get("code")) for c in resource["code"].get("coding", ())}
        for place, component in enumerate(resource["component"]):
            parts = component["code"].get("coding", ())
            if any((c.get("system"), c.get("code")) in whole for c in parts):
                words = "A part has the whole's own code while the whole has a value (obs-7)."
                telling.tell("error", "invariant", f"component[{place}].code", words)
    _period(resource, telling, "effectivePeriod")


def _has_value(resource: Resource) -> bool:
    return any(name.startswith("value") for name in resource)


def _appointment(resource: Resource, telling: _Telling) -> None:
    start, end = resource.get("start"), resource.get("end")
    status = resource.get("status")
    if (start is None) != (end is None):
        telling.tell("error", "invariant", "", "Start and end are given together (app-2).")
    elif start is None and status not in _MAY_LACK_TIMES:
        words = f"An appointment that is “{status}” has a start and an end (app-3)."
        telling.tell("error", "invariant", "start", words)
    if not _order(start, end):
        telling.tell("error", "invariant", "end", f"It ends ({end}) before it starts ({start}).")
    if "cancelationReason" in resource and status not in {"cancelled", "noshow"}:
        words = "A reason for cancelling stands with an appointment that is not cancelled (app-4)."
        telling.tell("error", "invariant", "cancelationReason", words)


def _encounter(resource: Resource, telling: _Telling) -> None:
    _period(resource, telling)
    for place, location in enumerate(resource.get("location", ())):
        period = location.get("period", {})
        if not _order(period.get("start"), period.get("end")):
            words = f"It ends ({period['end']}) before it starts ({period['start']})."
            telling.tell("error", "invariant", f"location[{place}].period", words)


def _document(resource: Resource, telling: _Telling) -> None:
    for place, content in enumerate(resource["content"]):
        attachment = content["attachment"]
        if "data" in attachment and "contentType" not in attachment:
            words = "A document sent inside the message says what kind of file it is (att-1)."
            telling.tell("error", "invariant", f"content[{place}].attachment.contentType", words)


_RULES: Final[dict[str, Callable[[Resource, _Telling], None]]] = {
    "AllergyIntolerance": _allergy,
    "Appointment": _appointment,
    "CarePlan": _period,
    "CareTeam": _period,
    "Condition": _condition,
    "DocumentReference": _document,
    "Encounter": _encounter,
    "EpisodeOfCare": _period,
    "Flag": _period,
    "Observation": _observation,
    "Patient": _patient,
    "RelatedPerson": _period,
}

"""Bundles into plans: what each entry asks for, what may be done, and what is refused and why.

A transaction is all or nothing: one refusing fault and its plan has no steps. In a batch each
entry stands alone. Nothing here decides an identifier or touches a store: a plan says what is
asked, and which reference names which entry.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO, Final, NamedTuple

from oneplace.feeds.fhir import checking
from oneplace.feeds.fhir.asking import (
    LONGEST_ADDRESS,
    NotAsked,
    Search,
    asked_by,
    plainly_put,
    request_for,
)
from oneplace.feeds.fhir.exact import (
    LIMITS,
    Limits,
    NotReadable,
    Read,
    Span,
    compact,
    fingerprint,
    read,
)
from oneplace.feeds.fhir.faults import Fault, IssueCode, refusing
from oneplace.feeds.fhir.plans import Kind, Plan, Step, Target
from oneplace.feeds.fhir.referring import Bundled, faults_of_references
from oneplace.feeds.fhir.repeats import OFTEN_REPEATED, SOUND

_COLLECTIONS: Final = frozenset({"collection", "searchset", "document", "message", "history"})
"""Bundles that ask for nothing: where a file holds one, each resource of it is put by its id."""

_ENTRY_NAMES: Final = frozenset(
    {"id", "extension", "link", "fullUrl", "resource", "search", "request", "response"}
)
_REQUEST_NAMES: Final = frozenset(
    {"id", "extension", "method", "url", "ifMatch", "ifNoneExist", "ifNoneMatch", "ifModifiedSince"}
)
_BUNDLE_NAMES: Final = frozenset(
    {
        "resourceType", "id", "meta", "language", "identifier", "type", "timestamp", "total",
        "link", "entry", "signature", "implicitRules", "extension",
    }
)  # fmt: skip
_HELD: Final = "Medication"
"""A type that is read where another entry names it, and is nothing by itself."""


def plan_bundle(data: bytes, limits: Limits = LIMITS) -> Plan:
    """Read and check a transaction or batch; never raises for what was sent."""
    try:
        found = read(data, limits)
    except NotReadable as unreadable:
        return _refused("unreadable", data, unreadable.fault)
    return _planned(data, found)


def plan_whatever(data: bytes, limits: Limits = LIMITS) -> Plan:
    """Read and check what a file holds: a bundle of any type, or a resource on its own.

    A resource that no request goes with is put by its id, or created where it has none.
    """
    try:
        found = read(data, limits)
    except NotReadable as unreadable:
        return _refused("unreadable", data, unreadable.fault)
    if found.value.get("resourceType") == "Bundle":
        return _planned(data, found, may_ask_nothing=True)
    planning = _Planning("single", data, found)
    planning.add(None, "", found.value, request_for(found.value), found.spans[0])
    planning.check_references()
    return planning.finished()


def _planned(data: bytes, found: Read, *, may_ask_nothing: bool = False) -> Plan:
    kind, fault = _kind_of(found.value, may_ask_nothing=may_ask_nothing)
    if fault is not None:
        return _refused("unreadable", data, fault)
    return _Planning(kind, data, found).plan()


def plan_resource(
    data: bytes,
    *,
    method: str,
    url: str,
    if_none_exist: str = "",
    if_match: str = "",
    limits: Limits = LIMITS,
) -> Plan:
    """Read and check one resource sent by POST or PUT to `url` (`Patient`, `Patient/123`)."""
    try:
        found = read(data, limits)
    except NotReadable as unreadable:
        return _refused("unreadable", data, unreadable.fault)
    planning = _Planning("single", data, found)
    request = {"method": method, "url": url}
    if if_none_exist:
        request["ifNoneExist"] = if_none_exist
    if if_match:
        request["ifMatch"] = if_match
    planning.add(None, "", found.value, request, found.spans[0])
    planning.check_references()
    return planning.finished()


class Line(NamedTuple):
    """A line of an NDJSON file, and where it stands."""

    number: int
    """From 1."""
    start: int
    """Bytes before it."""
    data: bytes


def lines_of(file: BinaryIO, limits: Limits = LIMITS) -> Iterator[Line]:
    """The lines of an NDJSON file, one in memory at a time; empty lines are stepped over.

    A line longer than the limit comes cut to one byte more than allowed, so that its plan says it
    is too long; the rest of it is skipped.
    """
    number, start = 0, 0
    while text := file.readline(limits.bytes + 1):
        number += 1
        line = Line(number, start, text.rstrip(b"\r\n") if text.endswith(b"\n") else text)
        start += len(text)
        while text and not text.endswith(b"\n"):
            text = file.readline(limits.bytes + 1)
            start += len(text)
        if line.data.strip(b" \t\xef\xbb\xbf"):
            yield line


def plans_of(file: BinaryIO, limits: Limits = LIMITS) -> Iterator[tuple[Line, Plan]]:
    """Each bundle of an NDJSON file as a plan; faults say their line."""
    for line in lines_of(file, limits):
        plan = plan_bundle(line.data, limits)
        if plan.faults:
            told = tuple(fault._replace(line=line.number) for fault in plan.faults)
            plan = plan._replace(faults=told)
        yield line, plan


def _refused(kind: Kind, data: bytes, *faults: Fault) -> Plan:
    return Plan(kind, data, (), faults, {}, 0, "", "", False, {}, frozenset())


def _kind_of(value: dict[str, Any], *, may_ask_nothing: bool = False) -> tuple[Kind, Fault | None]:
    """The kind of a bundle's plan, or why there is none."""
    kind = value.get("resourceType")
    if kind != "Bundle":
        words = (
            f"A Bundle is expected here, not {kind}."
            if isinstance(kind, str)
            else "resourceType is missing: this is not a FHIR resource."
        )
        return "unreadable", Fault("fatal", "structure", words, "resourceType")
    asked = value.get("type")
    is_collection = may_ask_nothing and asked in _COLLECTIONS
    if asked not in ("transaction", "batch") and not is_collection:
        words = f"Bundles of type transaction and batch are taken here, not {asked!r}."
        return "unreadable", Fault("fatal", "not-supported", words, "Bundle.type", kind="Bundle")
    fault = _why_not_read(value)
    if fault is not None:
        return "unreadable", fault
    if is_collection:
        return "collection", None
    return ("batch" if asked == "batch" else "transaction"), None


def _why_not_read(value: dict[str, Any]) -> Fault | None:
    """What is wrong with the bundle itself, or None."""
    unknown = value.keys() - _BUNDLE_NAMES
    if unknown:
        words = f"R4 has no element of this name here: {', '.join(sorted(unknown))}."
        return Fault("fatal", "structure", words, "Bundle", kind="Bundle")
    if "implicitRules" in value:
        words = "This changes the meaning of the bundle in a way that is not known here."
        return Fault("fatal", "not-supported", words, "Bundle.implicitRules", kind="Bundle")
    entries = value.get("entry", [])
    if not isinstance(entries, list) or ("entry" in value and not entries):
        words = "Bundle.entry is a list of at least one entry."
        return Fault("fatal", "structure", words, "Bundle.entry", kind="Bundle")
    return None


_EACH_ALONE: Final = frozenset({"batch", "collection"})
"""Kinds whose entries stand or fall on their own."""


_made: Final = tuple.__new__


def _is_about_the_search(entry: dict[str, Any]) -> bool:
    """Whether an entry of search results is a remark on the search itself."""
    search = entry.get("search")
    return search.__class__ is dict and search.get("mode") == "outcome"


class _Planning:
    """Goes through the entries of one bundle."""

    def __init__(self, kind: Kind, data: bytes, found: Read) -> None:
        self.kind = kind
        self.data = data
        self.found = found
        self.steps: list[Step] = []
        self.faults: list[Fault] = []
        self.targets: dict[str, Target] = {}
        self.touched: dict[tuple[str, str, Search | None], int] = {}
        self.doubled: set[str] = set()
        self.held: dict[str, dict[str, Any]] = {}
        self.held_entries: set[int] = set()

    def plan(self) -> Plan:
        """Every entry, then what runs between entries."""
        entries = self.found.value.get("entry", ())
        for index, (entry, span) in enumerate(zip(entries, self.found.spans, strict=False)):
            if entry.__class__ is not dict or not _ENTRY_NAMES.issuperset(entry):
                self._odd_entry(index, entry)
                continue
            resource, request = entry.get("resource"), entry.get("request")
            if self.kind == "collection":
                if _is_about_the_search(entry):
                    continue
                request = request_for(resource)
            full_url = entry.get("fullUrl", "")
            if full_url.__class__ is not str or len(full_url) > LONGEST_ADDRESS:
                self.refuse(index, "structure", "entry.fullUrl", "fullUrl is an address.")
                continue
            if request.__class__ is not dict or not _REQUEST_NAMES.issuperset(request):
                words = "Each entry of a transaction or batch says in request what is asked."
                self.refuse(index, "required", "entry.request", words)
                continue
            if resource.__class__ is dict and resource.get("resourceType") == _HELD:
                self.hold(index, full_url, resource)
                continue
            self.add(index, full_url, resource, request, span)
        self.check_references()
        return self.finished()

    def finished(self) -> Plan:
        """The plan: in a transaction, one refusing fault leaves no step."""
        faults = tuple(self.faults)
        steps = tuple(self.steps)
        if faults:
            if self.kind not in _EACH_ALONE and refusing(faults):
                steps = ()
            elif self.kind in _EACH_ALONE:
                bad = {fault.entry for fault in faults if fault.refuses}
                steps = tuple(step for step in steps if step.entry not in bad)
        value = self.found.value
        bundle_id, timestamp = value.get("id"), value.get("timestamp")
        return Plan(
            self.kind,
            self.data,
            steps,
            faults,
            self.targets,
            len(value.get("entry", ())) if self.kind != "single" else 1,
            bundle_id if isinstance(bundle_id, str) else "",
            timestamp if isinstance(timestamp, str) else "",
            self.found.is_exact,
            self.held,
            frozenset(self.held_entries),
        )

    def hold(self, index: int, full_url: str, resource: dict[str, Any]) -> None:
        """Note a medication for the entries that name it; by itself it is about nobody."""
        faults = checking.check(_HELD, resource, entry=index)
        faults = faults or checking.unknown_modifiers(_HELD, resource, entry=index)
        self.faults += faults
        if refusing(faults):
            return
        self.held_entries.add(index)
        if full_url:
            self.held[full_url] = resource
        if resource.get("id"):
            self.held.setdefault(f"{_HELD}/{resource['id']}", resource)

    def refuse(
        self, entry: int | None, code: IssueCode, path: str, words: str, kind: str = ""
    ) -> None:
        """Note a fault that refuses an entry."""
        self.faults.append(Fault("error", code, words, path, entry, kind))

    def add(
        self,
        index: int | None,
        full_url: str,
        resource: Any,
        request: dict[str, Any],
        span: Span | None,
    ) -> None:
        """Plan one entry: its request, then its resource."""
        try:
            asked = plainly_put(resource, request) or asked_by(request)
        except NotAsked as why:
            self.refuse(index, why.code, why.path, why.words, why.kind)
            return
        verb, kind, identifier, search, if_match = asked
        if resource.__class__ is not dict or span is None:
            self.refuse(index, "required", "entry.resource", "The resource is missing.", kind)
            return
        if resource.get("resourceType") != kind:
            words = f"The address says {kind}, the resource {resource.get('resourceType')!r}."
            self.refuse(index, "invalid", "entry.request.url", words, kind)
            return
        own_id = resource.get("id", "")
        if verb == "update" and own_id != identifier:
            words = f"The address says id {identifier!r}, the resource {own_id!r}."
            self.refuse(index, "invalid", f"{kind}.id", words, kind)
            return
        sha256 = fingerprint(span.of(self.data))
        is_often = kind in OFTEN_REPEATED
        if not is_often or SOUND.get(sha256) is None:
            faults = checking.check(kind, resource, entry=index)
            if faults:
                self.faults += faults
            elif is_often:
                SOUND.keep(sha256, True)
        if identifier or search:
            self._touch(index, kind, identifier, search)
        if index is not None:
            self._name(index, kind, identifier, full_url, own_id)
        # Every resource passes here: a tuple made at once is twice as quick as one by names.
        self.steps.append(
            _made(
                Step,
                (index, verb, kind, identifier, search, if_match, full_url, resource, span, sha256),
            )
        )

    def _touch(self, index: int | None, kind: str, identifier: str, search: Search | None) -> None:
        """In a transaction no two entries may touch one resource (R4, section 3.1.0.11.2)."""
        key = (kind, identifier, search)
        first = self.touched.setdefault(key, index or 0)
        if first != (index or 0) and self.kind == "transaction":
            words = f"Entry {first} already touches this resource; a transaction does so once."
            self.refuse(index, "duplicate", "entry.request.url", words, kind)

    def _name(self, index: int, kind: str, identifier: str, full_url: str, own_id: Any) -> None:
        target = _made(Target, (index, kind, identifier))
        if full_url:
            if full_url in self.targets and self.kind != "collection":
                self.doubled.add(full_url)
                words = f"Two entries have the fullUrl {full_url}."
                self.refuse(index, "duplicate", "entry.fullUrl", words, kind)
                return
            self.targets[full_url] = target
        if identifier:
            self.targets.setdefault(f"{kind}/{identifier}", target)
        elif own_id.__class__ is str and full_url.endswith(f"/{kind}/{own_id}"):
            # A relative reference beside a full address means the resource under that address.
            self.targets.setdefault(f"{kind}/{own_id}", target)

    def _odd_entry(self, index: int, entry: Any) -> None:
        if not isinstance(entry, dict):
            self.refuse(index, "structure", "entry", "An entry is an object {...}.")
            return
        unknown = ", ".join(sorted(entry.keys() - _ENTRY_NAMES))
        self.refuse(index, "structure", "entry", f"R4 has no element of this name here: {unknown}.")

    def check_references(self) -> None:
        """What runs between entries, and modifiers nobody here knows."""
        written = self.data if self.found.is_exact else compact(self.found.value)
        bundled = Bundled(self.kind, self.steps, self.targets, self.held)
        self.faults += faults_of_references(bundled, written)

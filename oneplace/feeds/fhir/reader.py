"""Reads FHIR of files and of the HTTP door into units: a transaction stands or falls together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO, Final, NamedTuple

import orjson

from oneplace.feeds.fhir import exact
from oneplace.feeds.fhir.bundles import Line, lines_of, plan_whatever
from oneplace.feeds.fhir.deciding import EACH_ALONE, Decided, decide
from oneplace.feeds.fhir.faults import Fault as FhirFault
from oneplace.feeds.fhir.meaning import Sender, rows_of
from oneplace.feeds.fhir.naming import ids_of
from oneplace.feeds.fhir.numbers import Numbers
from oneplace.feeds.fhir.plans import Plan
from oneplace.feeds.reading import Fault, Given, Received, ResourceNoted, Unit, unforeseen
from oneplace.vocabulary.terms import QuarantineReason

_IS_FHIR: Final = re.compile(rb'"resourceType"\s*:\s*"[A-Z]|xmlns="http://hl7\.org/fhir"')
_MOST_TOLD: Final = 5
_REASONS: Final[Mapping[str, QuarantineReason]] = {
    "required": QuarantineReason.MISSING_FIELD,
    "code-invalid": QuarantineReason.UNKNOWN_CODE,
    "not-supported": QuarantineReason.UNKNOWN_CODE,
    "value": QuarantineReason.IMPOSSIBLE_VALUE,
    "invalid": QuarantineReason.IMPOSSIBLE_VALUE,
    "invariant": QuarantineReason.CONTRADICTS,
    "duplicate": QuarantineReason.CONTRADICTS,
    "conflict": QuarantineReason.CONTRADICTS,
    "multiple-matches": QuarantineReason.CONTRADICTS,
    "not-found": QuarantineReason.OUT_OF_ORDER,
}
_NUMBERS_OF: Final = "numbers_of"
"""The habit that names the kind of organisation whose numbers a source's patients carry."""


class FhirReader:
    """Reads `.json` (one bundle or resource) and `.ndjson` (one a line)."""

    def recognises(self, name: str, head: bytes) -> bool:
        """Whether something begins as FHIR does, in JSON or in XML (which is answered as such)."""
        return _IS_FHIR.search(head) is not None

    def count(self, received: Received) -> int | None:
        """How many bundles or resources there are."""
        with received.open() as opened:
            return sum(1 for _ in _pieces(opened))

    def units(self, received: Received) -> Iterator[Unit]:
        """A unit for each transaction, each entry of a batch, each resource."""
        yield from self._units(received, Numbers())

    def units_of(self, several: Sequence[Received]) -> Iterator[tuple[Received, Unit]]:
        """The units of several deliveries: what one puts, a later one's conditions find."""
        numbers = Numbers()
        for received in several:
            try:
                for unit in self._units(received, numbers):
                    yield received, unit
            except Exception as error:  # one file's trouble is not its neighbours'
                yield received, Unit("whole", fault=unforeseen(error))

    def _units(self, received: Received, numbers: Numbers) -> Iterator[Unit]:
        sender = Sender(
            received.source,
            received.arrived_at,
            received.organisation,
            str(received.habits.get(_NUMBERS_OF, "")),
        )
        with received.open() as opened:
            for piece in _pieces(opened):
                plan = plan_whatever(piece.line.data)
                yield from _units_of(plan, piece, sender, received, numbers)


class _Piece(NamedTuple):
    """A line, or all there is."""

    line: Line
    is_whole: bool

    @property
    def place(self) -> str:
        return "" if self.is_whole else f"line {self.line.number}, "


def _pieces(opened: BinaryIO) -> Iterator[_Piece]:
    """The lines, where the first one is a whole value; else all of it as one."""
    lines = lines_of(opened)
    first = next(lines, None)
    if first is None:
        yield _Piece(Line(1, 0, b""), is_whole=True)
        return
    if _is_whole_value(first.data):
        second = next(lines, None)
        yield _Piece(first, is_whole=second is None)
        if second is not None:
            yield _Piece(second, is_whole=False)
        for line in lines:
            yield _Piece(line, is_whole=False)
        return
    opened.seek(0)
    yield _Piece(Line(1, 0, opened.read(exact.LIMITS.bytes + 1)), is_whole=True)


def _is_whole_value(data: bytes) -> bool:
    """Whether a first line ends what it begins: a damaged line of many is one, too."""
    if not data.lstrip(b" \t\xef\xbb\xbf").startswith(b"{") or len(data) > exact.LIMITS.bytes:
        return False
    if data.rstrip().endswith(b"}") and data.count(b'"resourceType"') > 0:
        return True
    try:
        orjson.loads(data)
    except orjson.JSONDecodeError:
        return False
    return True


def _units_of(
    plan: Plan, piece: _Piece, sender: Sender, received: Received, numbers: Numbers
) -> Iterator[Unit]:
    line = piece.line
    where = piece.place.removesuffix(", ") or "bundle"
    length = len(line.data)
    ids = ids_of(plan, source=received.source, sha256=received.sha256)
    # What came in at the HTTP door was decided and indexed there, before it was answered.
    is_of_file = received.given is None
    decided = decide(plan, ids, numbers, received.numbered) if is_of_file else Decided(plan, ids)
    plan = decided.plan
    refusing = [fault for fault in plan.faults if fault.refuses]
    if not plan.steps and refusing and plan.kind not in EACH_ALONE:
        fault = _fault(refusing, piece, where)
        yield Unit(where, fault=fault, offset=line.start, length=length)
        return
    versions: Mapping[int | None, int] = {}
    if received.given is not None:
        decided, versions = _as_answered(decided, received.given)
    rows = rows_of(
        plan,
        sender,
        decided.ids,
        place=piece.place,
        left_out=decided.left_out,
        versions=versions,
    )
    noted = _noted(decided, sender, line) if is_of_file else ()
    yield Unit(where, rows, offset=line.start, length=length, noted=noted)
    if not is_of_file:
        return  # what of a batch was refused, its sender was told
    for entry in sorted({fault.entry for fault in refusing if fault.entry is not None}):
        own = [fault for fault in refusing if fault.entry == entry]
        place = f"{piece.place}entry {entry}"
        yield Unit(place, fault=_fault(own, piece, place), offset=line.start, length=length)


def _as_answered(
    decided: Decided, given: Mapping[int, Given]
) -> tuple[Decided, Mapping[int | None, int]]:
    """The ids, what was left out, and the versions, as the sender was told."""
    told = {
        step.entry: found
        for step in decided.plan.steps
        if (found := given.get(step.span.start)) is not None
    }
    ids = decided.ids | {entry: found.id for entry, found in told.items()}
    left_out = frozenset(entry for entry, found in told.items() if not found.is_kept)
    versions = {entry: found.version for entry, found in told.items()}
    return decided._replace(ids=ids, left_out=left_out), versions


def _noted(decided: Decided, sender: Sender, line: Line) -> list[ResourceNoted]:
    """Where each resource lies, and which numbers it has."""
    ids, shas, left_out = decided.ids, decided.shas, decided.left_out
    begins, at, made = line.start, sender.arrived_at, tuple.__new__
    return [
        made(
            ResourceNoted,
            (kind, ids[entry], begins + start, end - start, sha256, at, False, shas.get(entry, ())),
        )
        for entry, _, kind, _, _, _, _, _, (start, end), sha256 in decided.plan.steps
        if entry not in left_out
    ]


def _fault(faults: Sequence[FhirFault], piece: _Piece, where: str) -> Fault:
    """The faults of a unit as one: the first one's reason, the words of several."""
    first = faults[0]
    told = [str(fault) for fault in faults[:_MOST_TOLD]]
    if len(faults) > _MOST_TOLD:
        told.append(f"and {len(faults) - _MOST_TOLD:,} further faults.")
    words = " ".join(told)
    advice = (
        "Leave these entries out, or send a bundle of type batch, whose entries stand alone."
        if first.code == "not-supported" and first.entry is not None
        else "Ask the sender to correct it and send it again."
    )
    place = ", ".join(filter(None, (piece.place.removesuffix(", "), first.where()))) or where
    reason = _REASONS.get(first.code, QuarantineReason.UNREADABLE)
    return Fault(place, reason, f"{words} {advice}")


READER: Final = FhirReader()

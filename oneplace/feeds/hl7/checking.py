"""Says what is wrong with a message, by the tables: each fault with its place and its answer.

A fault never drops anything. `Answer.ACCEPT` is a remark on something kept and used as it stands
(a code we do not know, an NHS number whose check digit does not fit); `ERROR` means it cannot be
applied and goes to the worklist; `REJECT` that it is of a kind we do not take.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from typing import Final, NamedTuple

from oneplace.feeds.hl7 import values
from oneplace.feeds.hl7.facts import Identifier
from oneplace.feeds.hl7.habits import STANDARD, Answer, Habits
from oneplace.feeds.hl7.meaning import paired, status_code
from oneplace.feeds.hl7.reading import DELETE, Encoding, Message, Segment
from oneplace.feeds.hl7.tables import Event, FieldRow, codes, events, fields
from oneplace.feeds.hl7.times import Moment, TimeRefused, is_before, read_time

# HL7 table 0357, the codes of what went wrong.
SEGMENT_SEQUENCE: Final = "100"
FIELD_MISSING: Final = "101"
WRONG_TYPE: Final = "102"
NOT_IN_TABLE: Final = "103"
MESSAGE_TYPE: Final = "200"
EVENT_CODE: Final = "201"
PROCESSING_ID: Final = "202"
VERSION: Final = "203"
UNKNOWN_KEY: Final = "204"
NOT_KEPT: Final = "207"
"""Application internal error: ours, not the sender's."""
CLOCKS_CHANGE: Final = "0"
"""Table 0357 has no code for a remark; nought is its "message accepted"."""

ERROR_TEXTS: Final = {
    SEGMENT_SEQUENCE: "Segment sequence error", FIELD_MISSING: "Required field missing",
    WRONG_TYPE: "Data type error", NOT_IN_TABLE: "Table value not found",
    MESSAGE_TYPE: "Unsupported message type", EVENT_CODE: "Unsupported event code",
    PROCESSING_ID: "Unsupported processing id", VERSION: "Unsupported version id",
    UNKNOWN_KEY: "Unknown key identifier", NOT_KEPT: "Application internal error",
    CLOCKS_CHANGE: "Message accepted",
}  # fmt: skip

_ONCE: Final = ("EVN", "PID", "PV1", "PV2")
_VISIT_SEGMENTS: Final = frozenset({"PV1", "PV2"})
_SHOWN: Final = 40
_CODECS: Final = {"utf-8": "UTF-8", "iso8859-1": "ISO 8859-1"}
# Older forms of merge name one record each; their lists need not pair.
_BY_PATIENT_NUMBER: Final = frozenset({"A18", "A30", "A34", "A36"})


class Fault(NamedTuple):
    """What is wrong, where, and what it means for the answer. Numbers are HL7's, 0 for none."""

    segment: str
    occurrence: int
    field: int
    repetition: int
    component: int
    reason: str
    answer: Answer
    code: str
    """Of HL7 table 0357."""

    def __str__(self) -> str:
        """One line for the worklist."""
        place = self.segment + (f"-{self.field}" if self.field else "")
        if self.component:
            place += f".{self.component}"
        if self.repetition > 1:
            place += f", repetition {self.repetition}"
        if self.occurrence > 1:
            place += f", segment {self.occurrence} of its name"
        return f"{place}: {self.reason}"


def check(message: Message, habits: Habits = STANDARD) -> tuple[Fault, ...]:
    """Every fault of a message, in the order of its segments; none if it is well."""
    known = events().get(message.event) if message.kind == "ADT" else None
    found = list(_header_faults(message, known, habits))
    if known is not None:
        found += _segment_faults(message, known)
        found += _field_faults(message, known, habits)
        found += _identity_faults(message, known, habits)
    return tuple(found)


def worst(faults: tuple[Fault, ...]) -> Answer:
    """The answer that all faults together call for."""
    answers = {fault.answer for fault in faults}
    if Answer.REJECT in answers:
        return Answer.REJECT
    return Answer.ERROR if Answer.ERROR in answers else Answer.ACCEPT


def _fault(
    segment: str, field: int, reason: str, answer: Answer, code: str, *, occurrence: int = 1,
    repetition: int = 1, component: int = 0,
) -> Fault:  # fmt: skip
    return Fault(segment, occurrence, field, repetition, component, reason, answer, code)


def _header_faults(message: Message, known: Event | None, habits: Habits) -> Iterator[Fault]:
    header, encoding = message.header, message.encoding
    for row in _required("MSH"):
        if not header.field(row.field):
            yield _missing("MSH", row, habits)
    kind, event = message.kind, message.event
    if kind and kind != "ADT":
        reason = f"Message type {kind[:_SHOWN]!r} is not taken; ADT is."
        yield _fault("MSH", 9, reason, Answer.REJECT, MESSAGE_TYPE, component=1)
    elif kind and known is None:
        reason = f"Event {event[:_SHOWN]!r} is not one we take anything from; it is kept."
        yield _fault("MSH", 9, reason, habits.unknown_event, EVENT_CODE, component=2)
    processing = encoding.components(header.field(11))[0]
    if processing and processing not in habits.processing:
        reason = f"Processing id {processing[:_SHOWN]!r} is not taken here."
        yield _fault("MSH", 11, reason, Answer.REJECT, PROCESSING_ID, component=1)
    version = encoding.components(header.field(12))[0]
    if version and version not in habits.versions:
        reason = f"Version {version[:_SHOWN]!r} is not taken from this sender."
        yield _fault("MSH", 12, reason, Answer.REJECT, VERSION, component=1)
    if not encoding.charset and encoding.codec != "ascii":
        reason = f"No character set is named; read as {_CODECS[encoding.codec]}."
        yield _fault("MSH", 18, reason, Answer.ACCEPT, FIELD_MISSING)
    sent = header.field(7)
    if sent:
        for reason, component, code in _time(encoding, sent, habits):
            is_read = code == CLOCKS_CHANGE
            answer = Answer.ACCEPT if is_read else Answer.ERROR
            yield _fault("MSH", 7, reason, answer, code, component=component)


def _segment_faults(message: Message, event: Event) -> Iterator[Fault]:
    names = [segment.name for segment in message.segments]
    counts = Counter(names)
    for name in event.required:
        if name not in counts:
            reason = f"{event.event} needs a segment {name}; there is none."
            yield _fault(name, 0, reason, Answer.ERROR, SEGMENT_SEQUENCE)
    if "MRG" not in event.required:
        for name in _ONCE:
            if counts[name] > 1:
                reason = f"{name} comes {counts[name]} times: whom is the message about?"
                yield _fault(name, 0, reason, Answer.ERROR, SEGMENT_SEQUENCE, occurrence=2)
    places = [names.index(name) for name in event.required if name in counts]
    for before, after in pairwise(places):
        if before > after:
            reason = f"{names[after]} stands before {names[before]}; read all the same."
            yield _fault(names[after], 0, reason, Answer.ACCEPT, SEGMENT_SEQUENCE)


def _field_faults(message: Message, event: Event, habits: Habits) -> Iterator[Fault]:
    encoding = message.encoding
    plan = _plan()
    is_visit = "PV1" in event.required
    occurrences: Counter[str] = Counter()
    for segment in message.segments:
        name = segment.name
        occurrences[name] += 1
        rows = plan.get(name)
        if rows is None or name == "MSH" or (name in _VISIT_SEGMENTS and not is_visit):
            continue
        texts, count = segment.fields, len(segment.fields)
        for number_of_field, is_well, row, why in rows:
            text = texts[number_of_field] if number_of_field < count else ""
            if is_well(text):
                continue
            if text == "" or (text == DELETE and row.is_required):
                if row.is_required:
                    yield _missing(name, row, habits, occurrences[name])
            elif why is not None and text != DELETE:
                for number, each in enumerate(encoding.repetitions(text), 1):
                    for reason, component, code in why(encoding, each, habits):
                        yield Fault(
                            name, occurrences[name], row.field, number, component, reason,
                            Answer.ACCEPT, code,
                        )  # fmt: skip


def _identity_faults(message: Message, event: Event, habits: Habits) -> Iterator[Fault]:
    evn, pid = message.first("EVN"), message.first("PID")
    if evn is not None:
        said = evn.field(1)
        if said and said != event.event:
            reason = f"EVN-1 says {said[:_SHOWN]!r}, MSH-9 {event.event}: MSH-9 is followed."
            yield _fault("EVN", 1, reason, Answer.ACCEPT, NOT_IN_TABLE)
        if "PV1" in event.required and not evn.field(6):
            reason = "When it happened is missing; another time of the message stands in for it."
            yield _fault("EVN", 6, reason, Answer.ACCEPT, FIELD_MISSING)
    if pid is not None:
        yield from _subject_faults(message, pid, habits)
        yield from _old_identifier_faults(message, pid, habits)
        yield from _birth_faults(message, pid)
    if "PV1" in event.required:
        yield from _stay_faults(message)
    if "MRG" in event.required:
        yield from _merge_faults(message, event, habits)


def _subject_faults(message: Message, pid: Segment, habits: Habits) -> Iterator[Fault]:
    said = pid.field(3)
    # An empty field has been named as missing, unless this sender may leave it empty.
    is_named = said in {"", DELETE} and "PID-3" not in habits.forgiven
    if not is_named and not values.identifiers(message.encoding, said, habits):
        reason = "No number says whom the message is about."
        yield _fault("PID", 3, reason, Answer.ERROR, FIELD_MISSING)


def _birth_faults(message: Message, pid: Segment) -> Iterator[Fault]:
    born, sent = _moment(pid.field(7)), _moment(message.header.field(7))
    if born is not None and sent is not None and is_before(sent, born):
        reason = f"Born ({born.text}) after the message was sent ({sent.text}): not taken."
        yield _fault("PID", 7, reason, Answer.ACCEPT, WRONG_TYPE)


def _stay_faults(message: Message) -> Iterator[Fault]:
    pv1 = message.first("PV1")
    if pv1 is None:
        return
    begun, ended = _moment(pv1.field(44)), _moment(pv1.field(45))
    if begun is not None and ended is not None and is_before(ended, begun):
        reason = f"The visit ends ({ended.text}) before it begins ({begun.text})."
        yield _fault("PV1", 45, reason, Answer.ERROR, WRONG_TYPE)


def _moment(text: str) -> Moment | None:
    try:
        return read_time(text) if text.isdigit() else None
    except TimeRefused:
        return None


def _old_identifier_faults(message: Message, pid: Segment, habits: Habits) -> Iterator[Fault]:
    encoding = message.encoding
    statuses = [each for each in encoding.repetitions(pid.field(32)) if each not in {"", DELETE}]
    read = [each for each in statuses if status_code(encoding.plain(each), habits)]
    if len(read) > 1:
        reason = "More than one tracing status: the first is taken."
        yield _fault("PID", 32, reason, Answer.ACCEPT, NOT_IN_TABLE, repetition=2)
    if len(read) < len(statuses):
        reason = "A reliability code that is no tracing status is left."
        yield _fault("PID", 32, reason, Answer.ACCEPT, NOT_IN_TABLE)
    old = pid.field(2)
    if old and old != DELETE:
        value = values.identifier(encoding, old, habits)
        known = {each.value for each in values.identifiers(encoding, pid.field(3), habits)}
        if value is not None and value.value not in known:
            reason = "A number that is not in PID-3 as well; PID-2 is not used in the UK."
            yield _fault("PID", 2, reason, Answer.ACCEPT, UNKNOWN_KEY)


def _merge_faults(message: Message, event: Event, habits: Habits) -> Iterator[Fault]:
    survivor = message.first("PID")
    occurrence = 0
    for segment in message.segments:
        if segment.name == "PID":
            survivor = segment
        if segment.name != "MRG" or survivor is None:
            continue
        occurrence += 1
        gone = values.identifiers(message.encoding, segment.field(1), habits)
        kept = values.identifiers(message.encoding, survivor.field(3), habits)
        reason = _why_no_merge(event, gone, kept)
        if reason:
            yield _fault("MRG", 1, reason, Answer.ERROR, UNKNOWN_KEY, occurrence=occurrence)
        if event.change == "visit_merged" and not segment.field(5):
            reason = "Two visits are to be one, and the prior visit number is missing."
            yield _fault("MRG", 5, reason, Answer.ERROR, FIELD_MISSING, occurrence=occurrence)


def _why_no_merge(event: Event, gone: tuple[Identifier, ...], kept: tuple[Identifier, ...]) -> str:
    if not gone or not kept:
        return "" if event.change == "visit_merged" else "A merge needs both lists of identifiers."
    if event.change == "visit_merged":
        return ""
    if set(gone) <= set(kept):
        return "Every discarded identifier is one of the survivor's: a record is its own survivor."
    if event.change == "identifier_changed" and (len(gone) != 1 or len(kept) != 1):
        return f"One identifier is changed at a time: {len(gone)} old and {len(kept)} new came."
    if event.event not in _BY_PATIENT_NUMBER and not paired(gone, kept):
        return (
            "The two lists do not pair: each discarded identifier needs in PID-3 one of the same "
            "authority and type, in the same position where there are several."
        )
    return ""


def _missing(segment: str, row: FieldRow, habits: Habits, occurrence: int = 1) -> Fault:
    is_forgiven = f"{segment}-{row.field}" in habits.forgiven
    answer = Answer.ACCEPT if is_forgiven else Answer(row.answer)
    reason = f"{row.name} is missing."
    return _fault(segment, row.field, reason, answer, FIELD_MISSING, occurrence=occurrence)


Why = Callable[[Encoding, str, Habits], Iterator[tuple[str, int, str]]]
"""Reason, component and code of each thing wrong with one repetition of a field."""


@cache
def _required(segment: str) -> tuple[FieldRow, ...]:
    return tuple(row for row in fields() if row.segment == segment and row.is_required)


class _Look(NamedTuple):
    """How one field is looked at: quickly, and with reasons where that finds it wanting."""

    field: int
    is_well: Callable[[str], bool]
    row: FieldRow
    why: Why | None


@cache
def _plan() -> dict[str, tuple[_Look, ...]]:
    """What to look at in each segment: required fields, and those whose content can be wrong."""
    plan: dict[str, list[_Look]] = {}
    for row in fields():
        why = _why_of(row)
        if why is not None or row.is_required:
            plan.setdefault(row.segment, []).append(_Look(row.field, _quick(row, why), row, why))
    return {segment: tuple(looks) for segment, looks in plan.items()}


def _quick(row: FieldRow, why: Why | None) -> Callable[[str], bool]:
    """Whether a whole field is surely well: the way of nearly every field of every message."""
    if why is None:
        return bool
    if row.codes:
        known = frozenset(codes(row.codes)) | (set() if row.is_required else {""})
        return known.__contains__
    if row.data_type in {"TS", "DT"}:
        return _is_plain_time if row.is_required else _is_empty_or_plain_time
    return _is_empty if not row.is_required else _is_never


def _is_empty(text: str) -> bool:
    return text == ""


def _is_never(text: str) -> bool:
    return False


def _is_plain_time(text: str) -> bool:
    try:
        return read_time(text).doubt is None
    except TimeRefused:
        return False


def _is_empty_or_plain_time(text: str) -> bool:
    return text == "" or _is_plain_time(text)


def _why_of(row: FieldRow) -> Why | None:
    if row.codes:
        return _in_list(row.codes)
    if row.data_type in {"TS", "DT"}:
        return _time
    if row.data_type == "XPN":
        return _name
    if row.data_type == "CX" and row.lands_in.split(".")[-1] in {"identifiers", "discarded"}:
        return _patient_identifier
    return None


def _in_list(name: str) -> Why:
    def why(encoding: Encoding, text: str, habits: Habits) -> Iterator[tuple[str, int, str]]:
        code = encoding.components(text)[0]
        if code and encoding.plain(code) not in codes(name):
            reason = f"{code[:_SHOWN]!r} is no code of the list {name}; it is kept as sent."
            yield reason, 1, NOT_IN_TABLE

    return why


def _time(encoding: Encoding, text: str, habits: Habits) -> Iterator[tuple[str, int, str]]:
    first = encoding.components(text)[0].strip()
    if first in {"", DELETE}:
        return
    try:
        moment = read_time(first)
    except TimeRefused as refused:
        yield str(refused), 1, WRONG_TYPE
        return
    if moment.doubt is not None:
        reason = f"{first!r} fell where the clocks change ({moment.doubt}); a rule decided."
        yield reason, 1, CLOCKS_CHANGE


def _name(encoding: Encoding, text: str, habits: Habits) -> Iterator[tuple[str, int, str]]:
    if not encoding.components(text)[0]:
        yield "The family name is missing; one not known is sent as Unknown.", 1, FIELD_MISSING


def _patient_identifier(
    encoding: Encoding, text: str, habits: Habits
) -> Iterator[tuple[str, int, str]]:
    found = values.identifier(encoding, text, habits)
    if found is None:
        yield "An identifier without a number.", 1, FIELD_MISSING
        return
    if not found.authority and not found.is_nhs_number:
        yield "An identifier without the authority that gave it.", 4, FIELD_MISSING
    if found.authority and found.authority not in habits.nhs_authorities:
        shown = found.authority[:_SHOWN]
        if found.is_nhs_number:
            reason = f"{shown!r} is not the NHS: read as an NHS number by its type and check digit."
            yield reason, 4, NOT_IN_TABLE
        elif found.kind in habits.nhs_types:
            reason = f"Of the NHS number's type, but its check digit does not fit: {shown!r}'s own."
            yield reason, 1, WRONG_TYPE
    if not found.kind:
        yield "An identifier without its type.", 5, FIELD_MISSING
    if found.is_nhs_number and not found.is_sound:
        yield "The NHS number's check digit does not fit; kept, never matched on.", 1, WRONG_TYPE

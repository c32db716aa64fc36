"""The reader of hospital messages: a message is a unit, a declared batch is one unit whole.

The messages of a batch of deliveries are read together; with the earlier messages about the same
visits and patients they are folded into rows. Order of arrival changes nothing.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

import orjson

from oneplace.feeds.hl7.checking import (
    EVENT_CODE,
    FIELD_MISSING,
    MESSAGE_TYPE,
    NOT_IN_TABLE,
    UNKNOWN_KEY,
    WRONG_TYPE,
    check,
    worst,
)
from oneplace.feeds.hl7.checking import Fault as MessageFault
from oneplace.feeds.hl7.facts import SpellSaid
from oneplace.feeds.hl7.habits import Answer, Habits, HabitsRefused, OwnField, OwnMeaning
from oneplace.feeds.hl7.heard import Heard, hear, in_order, said_of
from oneplace.feeds.hl7.identity import identity_of
from oneplace.feeds.hl7.particulars import Particulars, agents_of, sames_of
from oneplace.feeds.hl7.reading import (
    Message,
    Refusal,
    Unreadable,
    read_file,
    read_message,
    unit_starts,
)
from oneplace.feeds.hl7.visits import entries_of
from oneplace.feeds.reading import Fault, MessageNoted, Received, Unit
from oneplace.vocabulary.rows import AgentSaid, Said, SubjectKey, Unmapped
from oneplace.vocabulary.terms import QuarantineReason

# A file larger than this is read in windows cut between messages.
WINDOW: Final = 16 * 1024 * 1024
_HEADERS: Final = (b"FHS", b"BHS")
_REASONS: Final = {
    FIELD_MISSING: QuarantineReason.MISSING_FIELD,
    WRONG_TYPE: QuarantineReason.IMPOSSIBLE_VALUE,
    NOT_IN_TABLE: QuarantineReason.UNKNOWN_CODE,
    MESSAGE_TYPE: QuarantineReason.UNKNOWN_CODE,
    EVENT_CODE: QuarantineReason.UNKNOWN_CODE,
    UNKNOWN_KEY: QuarantineReason.CONTRADICTS,
}
_WHAT_TO_DO: Final = " Mend it here, or ask the sender for a corrected message."


def habits_of(said: Mapping[str, Any]) -> Habits:
    """A sender's habits as its source holds them; raises `HabitsRefused` for what makes no sense.

    Keys are those of `Habits`; lists become sets, and each of `own_fields` is an object with
    `segment`, `field` and `means`.
    """
    return _habits(orjson.dumps(dict(said), option=orjson.OPT_SORT_KEYS))


@lru_cache(maxsize=64)
def _habits(text: bytes) -> Habits:
    said = orjson.loads(text)
    values: dict[str, Any] = {}
    try:
        for name, value in said.items():
            if name == "own_fields":
                values[name] = tuple(
                    OwnField(each["segment"], int(each["field"]), OwnMeaning(each["means"]))
                    for each in value
                )
            elif name in {"nhs_authorities", "nhs_types", "versions", "processing", "forgiven"}:
                values[name] = frozenset(value)
            elif name == "status_prefixes":
                values[name] = tuple(value)
            elif name == "unknown_event":
                values[name] = Answer(value)
            else:
                values[name] = value
        return Habits(**values)
    except (TypeError, KeyError, ValueError) as error:
        if isinstance(error, HabitsRefused):
            raise
        raise HabitsRefused(f"These habits cannot be read: {error}.") from error


@dataclass
class _Kept:
    """A unit on its way out: rows are hung on it while the batch is folded."""

    received: Received
    place: str
    offset: int
    length: int | None
    number: int = 0
    heard: Heard | None = None
    fault: Fault | None = None
    counts: int = 1
    rows: list[Said] = field(default_factory=list)

    def unit(self) -> Unit:
        heard = self.heard
        noted: tuple[MessageNoted, ...] = ()
        if heard is not None and self.fault is None and self.length is not None:
            source = heard.source
            noted = (
                MessageNoted(
                    number=self.number,
                    offset=self.offset,
                    length=self.length,
                    sha256=heard.digest,
                    sender=f"{source.facility}/{source.sender}",
                    control_id=source.control_id,
                    event=source.event,
                    visit_key=heard.visit_key,
                    prior_visit_key=heard.prior_visit_key,
                    subject_key=heard.subject_key,
                    said_at=heard.said_at,
                ),
            )
        return Unit(self.place, self.rows, self.fault, self.offset, self.length, noted, self.counts)


class HospitalMessages:
    """Reads HL7 v2 ADT messages, one or many, with or without batch headers."""

    def recognises(self, name: str, head: bytes) -> bool:
        """Whether it begins as a message or a batch does."""
        begins = head.lstrip(b"\xef\xbb\xbf\x0b\r\n \t")
        return begins[:3] in {b"MSH", b"FHS", b"BHS"} and not begins[3:4].isalnum()

    def count(self, received: Received) -> int | None:
        """How many messages it holds, readable or not."""
        found = 0
        for _, content in _windows(received):
            found += sum(content.startswith(b"MSH", start) for start in unit_starts(content))
        return found

    def units(self, received: Received) -> Iterator[Unit]:
        """The units of one delivery."""
        for _, unit in self.units_of([received]):
            yield unit

    def units_of(self, several: Sequence[Received]) -> Iterator[tuple[Received, Unit]]:
        """The units of several deliveries of one source, in their order."""
        held: list[_Kept] = []
        size = 0
        gone: list[Heard] = []
        for received in several:
            habits = habits_of(received.habits)
            numbered = 0
            for offset, content in _windows(received):
                some = _kept(received, content, offset, habits, numbered)
                numbered += sum(each.counts for each in some)
                held += some
                size += len(content)
                if size >= WINDOW:
                    yield from _folded(held, gone)
                    gone += [each.heard for each in held if each.heard and not each.fault]
                    held, size = [], 0
        yield from _folded(held, gone)


READER: Final = HospitalMessages()


def _windows(received: Received) -> Iterator[tuple[int, bytes]]:
    """The content in pieces cut between messages; a file of declared batches in one piece."""
    with received.open() as opened:
        head = opened.read(min(received.size, WINDOW) or WINDOW)
        begins = head.lstrip(b"\xef\xbb\xbf\x0b\r\n \t")
        if received.size <= WINDOW or begins.startswith(_HEADERS):
            yield 0, head + opened.read()
            return
        offset, rest = 0, head
        while True:
            more = opened.read(WINDOW)
            if not more:
                break
            rest += more
            cut = rest.rfind(b"\rMSH")
            cut = max(cut, rest.rfind(b"\nMSH")) + 1
            if cut > 0:
                yield offset, rest[:cut]
                offset, rest = offset + cut, rest[cut:]
        yield offset, rest


def _kept(
    received: Received, content: bytes, shift: int, habits: Habits, before: int
) -> list[_Kept]:
    """The units of one piece of a delivery, each checked."""
    reading = read_file(content, file="", charset=habits.charset)
    starts = unit_starts(content)
    ends = dict(pairwise([*starts, len(content)]))
    found = [_checked(received, message, shift, before, habits) for message in reading.messages]
    batches = _batches(content, starts)
    refused: dict[int, list[Refusal]] = {}
    for refusal in reading.refused:
        place = bisect_right(starts, refusal.offset) - 1
        start = starts[place] if place >= 0 else 0
        batch = next((first for first, end in batches if first <= refusal.offset <= end), None)
        refused.setdefault(start if batch is None else batch, []).append(refusal)
    whole = dict(batches)
    for start, refusals in refused.items():
        end = whole.get(start, ends.get(start, len(content)))
        inside = [s for s in starts if start <= s < end and content.startswith(b"MSH", s)]
        found.append(_refused(received, refusals, shift + start, end - start, len(inside)))
    found.sort(key=lambda each: each.offset)
    return found


def _batches(content: bytes, starts: list[int]) -> list[tuple[int, int]]:
    """Where each outermost declared unit begins and ends."""
    found: list[tuple[int, int]] = []
    opened: int | None = None
    closes = b""
    for start, end in pairwise([*starts, len(content)]):
        name = content[start : start + 3]
        if name == b"FHS" or (name == b"BHS" and opened is None):
            if opened is not None:
                found.append((opened, start))
            opened, closes = start, b"FTS" if name == b"FHS" else b"BTS"
        elif opened is not None and name == closes:
            found.append((opened, end))
            opened = None
    if opened is not None:
        found.append((opened, len(content)))
    return found


def _checked(
    received: Received, message: Message, shift: int, before: int, habits: Habits
) -> _Kept:
    number = before + message.number
    kept = _Kept(received, f"message {number}", shift + message.offset, len(message.raw), number)
    faults = check(message, habits)
    if worst(faults) is not Answer.ACCEPT:
        gravest = next(fault for fault in faults if fault.answer is worst(faults))
        kept.fault = Fault(
            f"message {number}, {place_of(gravest)}",
            _REASONS.get(gravest.code, QuarantineReason.UNREADABLE),
            f"{gravest}{_WHAT_TO_DO}",
        )
        return kept
    heard = hear(message, habits)
    if heard.facts and heard.subject is None:
        kept.fault = Fault(
            f"message {number}, PID-3",
            QuarantineReason.MISSING_FIELD,
            f"PID-3: no number says whom the message is about.{_WHAT_TO_DO}",
        )
        return kept
    kept.heard = heard
    return kept


def place_of(fault: MessageFault) -> str:
    """A fault's segment and field, as a person says them."""
    return fault.segment + (f"-{fault.field}" if fault.field else "")


def _refused(
    received: Received, refusals: list[Refusal], offset: int, length: int, messages: int
) -> _Kept:
    first = refusals[0]
    where = [f"message {first.message}"] if first.message and len(refusals) == 1 else []
    if messages > 1 or not where:
        where = [f"batch of {messages} messages"] if messages else [f"byte {offset}"]
    if first.segment:
        where.append(first.segment + (f"-{first.field}" if first.field else ""))
    kept = _Kept(received, where[0], offset, length, counts=max(messages, 1))
    kept.fault = Fault(
        ", ".join(where), QuarantineReason.UNREADABLE, f"{first.reason}{_WHAT_TO_DO}"
    )
    return kept


class _Batch:
    """All that is known of the visits and patients some new messages speak of."""

    def __init__(self, new: list[_Kept], gone: list[Heard]) -> None:
        self.received = new[0].received
        self.new = new
        self.known: dict[str, Heard] = {}
        for each in new:
            if each.heard is not None:
                self.known.setdefault(each.heard.digest, each.heard)
        self.subjects = {each.subject_key for each in self.known.values() if each.subject}
        self.visits = {
            key
            for each in self.known.values()
            for key in (each.visit_key, each.prior_visit_key)
            if key
        }
        self._load(gone)

    def _load(self, gone: list[Heard]) -> None:
        """Bring in what was heard before of these, and of what hangs together with them."""
        asked: set[str] = set()
        subjects = set(self.subjects)
        while True:
            visits = self.visits - asked
            if not visits and not subjects:
                return
            asked |= visits
            for each in gone:
                if each.visit_key in visits or each.prior_visit_key in visits or (
                    each.subject_key in subjects
                ):  # fmt: skip
                    self.known.setdefault(each.digest, each)
            self._load_earlier(visits, subjects)
            subjects = set()
            # A message without a visit number can mean any visit of its patient's.
            loose = {
                each.subject_key
                for each in self.known.values()
                if is_loose(each) and each.subject_key in self.subjects
            }
            for each in self.known.values():
                if each.subject_key in loose or each.prior_visit_key in self.visits:
                    self.visits |= {key for key in (each.visit_key,) if key}
                if each.visit_key in self.visits and each.prior_visit_key:
                    self.visits.add(each.prior_visit_key)

    def _load_earlier(self, visits: set[str], subjects: set[str]) -> None:
        habits = habits_of(self.received.habits)
        for earlier in self.received.earlier(visits, subjects):
            try:
                message = read_message(
                    earlier.content, number=earlier.number, charset=habits.charset
                )
                if worst(check(message, habits)) is not Answer.ACCEPT:
                    continue
                heard = hear(message, habits)
            except Unreadable:
                continue
            self.known.setdefault(heard.digest, heard)

    def groups(self) -> list[list[Heard]]:
        """The messages of visits that hang together, each group once."""
        parent: dict[str, str] = {}

        def root(key: str) -> str:
            while parent.setdefault(key, key) != key:
                key = parent[key]
            return key

        loose = {each.subject_key for each in self.known.values() if is_loose(each)}
        for each in self.known.values():
            keys = [key for key in (each.visit_key, each.prior_visit_key) if key]
            if each.subject_key in loose and each.subject_key in self.subjects:
                keys.append(f"of {each.subject_key}")
            for key in keys:
                parent[root(key)] = root(keys[0])
        wanted = {root(key) for key in self.visits}
        found: dict[str, list[Heard]] = {}
        for each in self.known.values():
            key = each.visit_key or (f"of {each.subject_key}" if is_loose(each) else "")
            if key and root(key) in wanted:
                found.setdefault(root(key), []).append(each)
        return [in_order(group) for group in found.values()]


def is_loose(heard: Heard) -> bool:
    """Whether it speaks of a visit without saying which."""
    return any(fact.visit is None for fact in heard.of(SpellSaid))


def _folded(new: list[_Kept], gone: list[Heard]) -> Iterator[tuple[Received, Unit]]:
    """Hang the rows on the last of the new messages that speak of their thing."""
    told = [each for each in new if each.heard is not None]
    if told:
        _fold(_Batch(told, gone), told)
    for each in new:
        yield each.received, each.unit()


def _fold(batch: _Batch, told: list[_Kept]) -> None:
    source, organisation = batch.received.source, batch.received.organisation
    by_subject: dict[str, _Kept] = {}
    by_visit: dict[str, _Kept] = {}
    agents: dict[tuple[str, str], tuple[_Kept, AgentSaid]] = {}
    for kept in told:
        heard = kept.heard
        if heard is None:
            continue
        by_subject[heard.subject_key] = kept
        for key in (heard.visit_key, heard.prior_visit_key):
            by_visit[key] = kept
        kept.rows += (Unmapped(source, _path(each)) for each in heard.unmapped)
        kept.rows += sames_of(heard, source=source, place=kept.place)
        for agent in agents_of(heard, source=source, place=kept.place):
            known = agents.get((agent.key, agent.name))
            if known is None or known[1].said_at < agent.said_at:
                agents[agent.key, agent.name] = (kept, agent)
    for kept, agent in agents.values():
        kept.rows.append(agent)
    _fold_subjects(batch, by_subject, source, organisation)
    for group in batch.groups():
        kept = next(
            (by_visit[each.visit_key] for each in reversed(group) if each.visit_key in by_visit),
            told[-1],
        )
        rows, classes = entries_of(
            group, source=source, organisation=organisation, place=kept.place
        )
        kept.rows += rows
        subject = next((each.subject for each in reversed(group) if each.subject), None)
        if subject is not None:
            particulars = Particulars(
                subject, group, said_of(group), source=source, organisation=organisation,
                place=kept.place,
            )  # fmt: skip
            kept.rows += particulars.of_visits(classes)


def _fold_subjects(
    batch: _Batch, by_subject: dict[str, _Kept], source: str, organisation: str
) -> None:
    heard_of: dict[str, list[Heard]] = {}
    for each in batch.known.values():
        if each.subject_key in by_subject:
            heard_of.setdefault(each.subject_key, []).append(each)
    for key, messages in heard_of.items():
        kept = by_subject[key]
        heard = in_order(messages)
        subject: SubjectKey | None = heard[-1].subject
        if subject is None:
            continue
        said = said_of(heard)
        identity = identity_of(
            subject, heard, said, source=source, organisation=organisation, place=kept.place
        )
        if identity is not None:
            kept.rows.append(identity)
        kept.rows += Particulars(
            subject, heard, said, source=source, organisation=organisation, place=kept.place
        ).of_subject()


def _path(unmapped: Any) -> str:
    return f"{unmapped.segment}-{unmapped.field}" if unmapped.field else str(unmapped.segment)

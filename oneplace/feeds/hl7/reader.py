"""The reader of hospital messages: a message is a unit, a declared batch is one unit whole.

The messages of a batch of deliveries are read together; with the earlier messages about the same
visits and patients they are folded into rows. Order of arrival changes nothing.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from oneplace.feeds.hl7.checking import check, worst
from oneplace.feeds.hl7.facts import SpellSaid
from oneplace.feeds.hl7.habits import Answer
from oneplace.feeds.hl7.heard import Heard, hear, in_order, said_of
from oneplace.feeds.hl7.identity import identity_of
from oneplace.feeds.hl7.looking import Looked, habits_of
from oneplace.feeds.hl7.particulars import Particulars, agents_of, sames_of
from oneplace.feeds.hl7.reading import Unreadable, read_message, unit_starts
from oneplace.feeds.hl7.throughput import look_through, windows
from oneplace.feeds.hl7.visits import entries_of
from oneplace.feeds.reading import Received, Unit
from oneplace.vocabulary.rows import AgentSaid, SubjectKey, Unmapped

# So many bytes are folded together.
WINDOW: Final = 16 * 1024 * 1024

_Kept = tuple[Received, Looked]


class HospitalMessages:
    """Reads HL7 v2 ADT messages, one or many, with or without batch headers."""

    def recognises(self, name: str, head: bytes) -> bool:
        """Whether it begins as a message or a batch does."""
        begins = head.lstrip(b"\xef\xbb\xbf\x0b\r\n \t")
        return begins[:3] in {b"MSH", b"FHS", b"BHS"} and not begins[3:4].isalnum()

    def count(self, received: Received) -> int | None:
        """How many messages it holds, readable or not."""
        found = 0
        for _, content in windows(received, WINDOW):
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
        for received, length, looked in look_through(several):
            held += [(received, each) for each in looked]
            size += length
            if size >= WINDOW:
                yield from _folded(held, gone)
                gone += [each.heard for _, each in held if each.heard and not each.fault]
                held, size = [], 0
        yield from _folded(held, gone)


READER: Final = HospitalMessages()


class _Batch:
    """All that is known of the visits and patients some new messages speak of."""

    def __init__(self, new: list[_Kept], gone: list[Heard]) -> None:
        self.received = new[0][0]
        self.known: dict[str, Heard] = {}
        for _, each in new:
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
    told = [(received, each) for received, each in new if each.heard is not None]
    if told:
        _fold(_Batch(told, gone), [each for _, each in told])
    for received, each in new:
        yield received, each.unit()


def _fold(batch: _Batch, told: list[Looked]) -> None:
    source, organisation = batch.received.source, batch.received.organisation
    by_subject: dict[str, Looked] = {}
    by_visit: dict[str, Looked] = {}
    agents: dict[tuple[str, str], tuple[Looked, AgentSaid]] = {}
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
    batch: _Batch, by_subject: dict[str, Looked], source: str, organisation: str
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

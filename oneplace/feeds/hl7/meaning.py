"""Says what a message says: facts with their source, and every line that reached no fact.

Nothing is decided here about our own record. What a message holds and no fact takes is listed, so
that a sender's new field is seen and not lost.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any, Final, NamedTuple, TypeVar

from oneplace.feeds.hl7 import values
from oneplace.feeds.hl7.facts import (
    AdtFact,
    AllergySaid,
    Change,
    DiagnosisSaid,
    Identifier,
    MergeKind,
    MergeSaid,
    NextOfKinSaid,
    Pair,
    PersonSaid,
    ProcedureSaid,
    Source,
    SpellSaid,
)
from oneplace.feeds.hl7.habits import STANDARD, Habits, OwnMeaning
from oneplace.feeds.hl7.reading import DELETE, Encoding, Message, Segment
from oneplace.feeds.hl7.tables import Event, codes, events, fields
from oneplace.feeds.hl7.times import Moment, TimeRefused, is_before, read_time

Value = TypeVar("Value")

# Read here though the field table has no row for them: set numbers, next of kin's address.
_ALSO_READ: Final = {
    "PID": {1}, "PV1": {1}, "NK1": {1, 4}, "AL1": {1}, "DG1": {1}, "PR1": {1}, "MSH": {1, 2},
}  # fmt: skip
# A message says these of itself; they are no part of what it says of a person.
_OF_THE_MESSAGE: Final = {"MSH": {8, 13, 14, 17, 18, 19, 20, 21}}
_TIME_OF_CHANGE: Final = {
    Change.ADMITTED: ("PV1", 44), Change.REGISTERED: ("PV1", 44),
    Change.BECAME_INPATIENT: ("PV1", 44), Change.DISCHARGED: ("PV1", 45),
}  # fmt: skip
_CHANGES: Final = set(Change.stored_words())
_MERGES: Final = set(MergeKind.stored_words())
_NO_VISIT: Final = "N"
_TRUTHS: Final = {"": None, "Y": True, "N": False}
_SHOWN: Final = 200


class Unmapped(NamedTuple):
    """Something in a message that reached no fact."""

    segment: str
    occurrence: int
    field: int
    """0 for a whole segment."""
    text: str
    reason: str


@dataclass(frozen=True)
class Meaning:
    """What a message says, in the order it says it."""

    facts: tuple[AdtFact, ...]
    unmapped: tuple[Unmapped, ...]


def understand(message: Message, habits: Habits = STANDARD) -> Meaning:
    """The facts of a message; an event we do not know gives none, and says so."""
    telling = _Telling(message, habits)
    event = events().get(message.event) if message.kind == "ADT" else None
    if event is None:
        reason = f"{message.kind} {message.event} is no event we take anything from."
        telling.unmapped += [
            Unmapped(segment.name, 1, 0, "", reason) for segment in message.segments[1:]
        ]
    else:
        telling.tell(event)
    return Meaning(tuple(telling.facts), tuple(telling.unmapped))


def source_of(message: Message) -> Source:
    """Who sent a message and when; a time that cannot be read is left out."""
    return _Telling(message, STANDARD).source()


@cache
def _read_fields(segment: str) -> frozenset[int]:
    rows = {row.field for row in fields() if row.segment == segment and row.lands_in != "unmapped"}
    also = _ALSO_READ.get(segment, set()) | _OF_THE_MESSAGE.get(segment, set())
    return frozenset({0} | rows | also)


@lru_cache(maxsize=1024)
def _picking_unread(segment: str, count: int) -> Callable[[tuple[str, ...]], Any] | None:
    """What picks the fields no fact takes out of a segment of so many fields: most are empty."""
    left = [number for number in range(count) if number not in _read_fields(segment)]
    # At least two, so that what is picked is always a tuple.
    return itemgetter(*left, left[0]) if left else None


class _Fields:
    """One segment's fields, each asked for by number; what is to be deleted is noted by name."""

    __slots__ = ("_count", "_fields", "_telling", "deletes", "encoding", "segment")

    def __init__(self, segment: Segment, telling: "_Telling") -> None:
        self.segment = segment
        self.encoding = telling.encoding
        self.deletes: list[str] = []
        self._fields = segment.fields
        self._count = len(segment.fields)
        self._telling = telling

    def all(self, number: int, attribute: str) -> str:
        """A repeating field as written."""
        if number >= self._count:
            return ""
        text = self._fields[number]
        if text == DELETE:
            self.deletes.append(attribute)
            return ""
        return text

    def one(self, number: int, attribute: str) -> str:
        """A field that is said once, as written; a second repetition reaches no fact."""
        if number >= self._count:
            return ""
        text = self._fields[number]
        if not text:
            return ""
        if text == DELETE:
            self.deletes.append(attribute)
            return ""
        mark = self.encoding.repetition
        if mark and mark in text:
            text, rest = text.split(mark, 1)
            self._telling.leave(self.segment, number, rest, "Only the first repetition is read.")
        return text

    def text(self, number: int, attribute: str) -> str:
        """The first component as plain text."""
        if number >= self._count:
            return ""
        found = self._fields[number]
        # Nearly every field is empty or one plain code: no separator, quotation mark or escape.
        if not found or found.isalnum():
            return found
        found = self.one(number, attribute)
        encoding = self.encoding
        first = found.split(encoding.component, 1)[0]
        return "" if first == DELETE else encoding.plain(first)

    def words(self, number: int, attribute: str) -> str:
        """The whole field as plain text, its components side by side."""
        if number >= self._count or not self._fields[number]:
            return ""
        found = self.one(number, attribute)
        encoding = self.encoding
        kept = (encoding.plain(part) for part in found.split(encoding.component))
        return " ".join(part for part in kept if part)

    def time(self, number: int, attribute: str) -> Moment | None:
        """A time; one that cannot be read reaches no fact."""
        if number >= self._count or not self._fields[number]:
            return None
        found = self._fields[number]
        try:
            if found.isdigit():
                return read_time(found)
            found = self.one(number, attribute).split(self.encoding.component, 1)[0].strip()
            return None if found in {"", DELETE} else read_time(found)
        except TimeRefused as refused:
            self._telling.leave(self.segment, number, self._fields[number], str(refused))
            return None

    def truth(self, number: int, attribute: str) -> bool | None:
        """Y or N; for anything else nothing is said."""
        found = self.text(number, attribute).upper()
        if found in _TRUTHS:
            return _TRUTHS[found]
        self._telling.leave(self.segment, number, found, "Neither Y nor N.")
        return None

    def value(
        self, number: int, attribute: str, read: Callable[[Encoding, str], Value | None]
    ) -> Value | None:
        """A field read as one of the data types."""
        if number >= self._count or not self._fields[number]:
            return None
        found = self.one(number, attribute)
        return read(self.encoding, found) if found else None

    def list(
        self, number: int, attribute: str, read: Callable[[Encoding, str], Value | None]
    ) -> tuple[Value, ...]:
        """A repeating field read as one of the data types."""
        if number >= self._count or not self._fields[number]:
            return ()
        found = self.all(number, attribute)
        if not found:
            return ()
        encoding = self.encoding
        mark = encoding.repetition
        if not mark or mark not in found:
            value = read(encoding, found)
            return (value,) if value is not None else ()
        each = [read(encoding, text) for text in found.split(mark)]
        return tuple(value for value in each if value is not None)

    def identifier(self, number: int, attribute: str, habits: Habits) -> Identifier | None:
        """A single identifier."""
        if number >= self._count or not self._fields[number]:
            return None
        found = self.one(number, attribute)
        return values.identifier(self.encoding, found, habits) if found else None

    def position(self) -> int:
        """The set number in field 1, or which of its name the segment is."""
        said = self._fields[1] if self._count > 1 else ""
        if said.isascii() and said.isdigit() and len(said) < 6:
            return int(said)
        return self._telling.occurrence(self.segment)


class _Telling:
    """The telling of one message: its facts as they are found, and what was left."""

    def __init__(self, message: Message, habits: Habits) -> None:
        self.message = message
        self.habits = habits
        self.encoding = message.encoding
        self.facts: list[AdtFact] = []
        self.unmapped: list[Unmapped] = []
        self._source: Source | None = None

    def occurrence(self, segment: Segment) -> int:
        """Which of its name a segment is, from 1."""
        same = [each for each in self.message.segments if each.name == segment.name]
        return next(place for place, each in enumerate(same, 1) if each is segment)

    def leave(self, segment: Segment, number: int, text: str, reason: str) -> None:
        """Note what reached no fact."""
        self.unmapped.append(
            Unmapped(segment.name, self.occurrence(segment), number, text[:_SHOWN], reason)
        )

    def tell(self, event: Event) -> None:
        """Find every fact of a known event."""
        source = self.source()
        change = event.change
        subject: tuple[Identifier, ...] = ()
        pid: Segment | None = None
        pv1 = self.message.first("PV1") if change in _CHANGES or change in _MERGES else None
        visit = self._visit(pv1) if pv1 is not None else None
        told_spell = False
        for segment in self.message.segments:
            name = segment.name
            if name == "PID":
                pid = segment
                subject = values.identifiers(self.encoding, segment.field(3), self.habits)
                self._person(segment, source, subject, is_deleted=change == "person_deleted")
            elif name == "MRG" and change in _MERGES:
                self._merge(segment, source, MergeKind(change), subject, visit)
            elif name == "PV1":
                if pv1 is segment and change in _CHANGES and not told_spell:
                    told_spell = True
                    self._spell(segment, source, event, subject, visit)
                else:
                    self._no_spell(segment, change)
                    continue
            elif name == "NK1":
                self._next_of_kin(segment, source, subject)
            elif name == "AL1":
                self._allergy(segment, source, subject)
            elif name == "DG1":
                self._diagnosis(segment, source, subject, visit)
            elif name == "PR1":
                self._procedure(segment, source, subject, visit)
            elif name not in {"MSH", "EVN", "PD1", "PV2"} or (name == "PD1" and pid is None):
                self._leave_whole(segment)
                continue
            if name == "PV2" and not (told_spell or (pv1 is not None and change in _CHANGES)):
                self._leave_whole(segment)
                continue
            self._leave_rest(segment)

    def source(self) -> Source:
        """Who sent the message and when."""
        if self._source is not None:
            return self._source
        message, encoding = self.message, self.encoding
        header = _Fields(message.header, self)
        evn = message.first("EVN")
        event = _Fields(evn, self) if evn is not None else None
        self._source = Source(
            sender=header.text(3, ""),
            facility=header.text(4, ""),
            receiver=header.text(5, ""),
            receiving_facility=header.text(6, ""),
            control_id=header.text(10, ""),
            event=message.event,
            version=header.text(12, ""),
            processing=header.text(11, ""),
            sent=header.time(7, ""),
            recorded=event.time(2, "") if event else None,
            occurred=event.time(6, "") if event else None,
            operator=values.professional(encoding, event.one(5, "")) if event else None,
            file=message.file,
            number=message.number,
        )
        return self._source

    def _leave_rest(self, segment: Segment) -> None:
        pick = _picking_unread(segment.name, len(segment.fields))
        if pick is None or not any(pick(segment.fields)):
            return
        read = _read_fields(segment.name)
        for number, text in enumerate(segment.fields):
            if text and number not in read:
                self.leave(segment, number, text, "No fact takes this field.")

    def _leave_whole(self, segment: Segment) -> None:
        own = {each.field for each in self.habits.own_fields if each.segment == segment.name}
        left = [
            text
            for number, text in enumerate(segment.fields)
            if text and number > 1 and number not in own
        ]
        if left or not own:
            mark = self.encoding.field
            self.leave(segment, 0, mark.join(segment.fields), "No fact takes this segment.")

    def _person(
        self, segment: Segment, source: Source, subject: tuple[Identifier, ...], *, is_deleted: bool
    ) -> None:
        pid = _Fields(segment, self)
        following = self._following(segment, "PD1")
        pd1 = _Fields(following, self) if following is not None else None
        sex = pid.text(8, "gender")
        known = codes("sex").get(sex)
        if sex and known is None:
            self.leave(segment, 8, sex, "No code of the list of sexes.")
        if pid.segment.field(3) == DELETE:
            self.leave(segment, 3, DELETE, "Identifiers cannot be deleted all at once.")
        person = PersonSaid(
            source,
            subject,
            names=pid.list(5, "names", values.name),
            born=self._born(pid, source),
            gender=known["gender"] if known else "",
            gender_as_sent=sex,
            addresses=pid.list(11, "addresses", values.address),
            phones=pid.list(13, "phones", values.phone),
            business_phones=pid.list(14, "business_phones", values.phone),
            language=pid.value(15, "language", values.coded),
            marital_status=pid.value(16, "marital_status", values.coded),
            religion=pid.value(17, "religion", values.coded),
            account=pid.identifier(18, "account", self.habits),
            ethnicity=pid.value(22, "ethnicity", values.coded),
            died=pid.time(29, "died"),
            is_dead=pid.truth(30, "is_dead"),
            is_identity_unknown=self._identity_unknown(pid),
            nhs_number_status=self._status(pid),
            practice=pd1.value(3, "practice", values.organisation) if pd1 else None,
            gp=pd1.value(4, "gp", values.professional) if pd1 else None,
            is_deleted=is_deleted,
            deletes=(*pid.deletes, *pd1.deletes) if pd1 else tuple(pid.deletes),
        )
        self.facts.append(person)

    def _born(self, pid: _Fields, source: Source) -> Moment | None:
        """The birth; one after the message itself cannot be and reaches no fact."""
        born = pid.time(7, "born")
        if born is None or source.sent is None or not is_before(source.sent, born):
            return born
        self.leave(pid.segment, 7, born.text, "Born after the message was sent.")
        return None

    def _identity_unknown(self, pid: _Fields) -> bool | None:
        # Two quotation marks restore normal matching, as N does.
        if pid.segment.field(31) == DELETE:
            return False
        return pid.truth(31, "is_identity_unknown")

    def _status(self, pid: _Fields) -> str:
        whole = status_code(pid.segment.field(32), self.habits)
        if whole:
            return whole
        found = ""
        for text in pid.encoding.repetitions(pid.all(32, "nhs_number_status")):
            status = status_code(pid.encoding.plain(text), self.habits)
            if status and not found:
                found = status
            elif text:
                self.leave(pid.segment, 32, text, "No tracing status, or a second one.")
        return found

    def _following(self, segment: Segment, name: str) -> Segment | None:
        """The segment of that name in the same group: before the next PID."""
        is_past = False
        for each in self.message.segments:
            if each is segment:
                is_past = True
            elif is_past and each.name == name:
                return each
            elif is_past and each.name == "PID":
                return None
        return None

    def _next_of_kin(
        self, segment: Segment, source: Source, subject: tuple[Identifier, ...]
    ) -> None:
        nk1 = _Fields(segment, self)
        self.facts.append(
            NextOfKinSaid(
                source,
                subject,
                nk1.position(),
                names=nk1.list(2, "names", values.name),
                relationship=nk1.value(3, "relationship", values.coded),
                phones=nk1.list(5, "phones", values.phone),
                addresses=nk1.list(4, "addresses", values.address),
                deletes=tuple(nk1.deletes),
            )
        )

    def _visit(self, segment: Segment) -> Identifier | None:
        text = segment.field(19)
        if not text or text == DELETE:
            return None
        first = self.encoding.repetitions(text)[0]
        found = values.identifier(self.encoding, first, self.habits)
        if found is None or (found.authority and found.kind):
            return found
        # A number without authority is the sending hospital's own.
        facility = self.source().facility
        return found._replace(
            authority=found.authority or facility, kind=found.kind or self.habits.visit_type
        )

    def _no_spell(self, segment: Segment, change: str) -> None:
        """A PV1 where there is no visit: only its class, which says so, is read."""
        is_merge = change == MergeKind.VISIT_MERGED
        for number, text in enumerate(segment.fields):
            is_read = (
                number < 2 or (number == 2 and text == _NO_VISIT) or (number == 19 and is_merge)
            )
            if text and not is_read:
                self.leave(segment, number, text, "The event tells of no visit.")

    def _spell(
        self, segment: Segment, source: Source, event: Event, subject: tuple[Identifier, ...],
        visit: Identifier | None,
    ) -> None:  # fmt: skip
        pv1 = _Fields(segment, self)
        following = self._following(segment, "PV2")
        pv2 = _Fields(following, self) if following is not None else None
        admitted, discharged = pv1.time(44, "admitted"), pv1.time(45, "discharged")
        change = Change(event.change)
        happened, happened_from = _happened(change, admitted, discharged, source)
        if happened is None:
            self.leave(segment, 0, "", "No time in PV1-44, PV1-45, EVN-6, EVN-2 or MSH-7.")
            return
        own_times, own_texts = self._own(self.habits) if self.habits.own_fields else ({}, {})
        nobody: tuple[()] = ()
        encoding = self.encoding
        attending = pv1.all(7, "attending")
        referring = pv1.all(8, "referring")
        consultants = pv1.all(9, "consultants")
        admitting = pv1.all(17, "admitting")
        if segment.field(19) == DELETE:
            self.leave(segment, 19, DELETE, "A visit number cannot be deleted.")
        spell = SpellSaid(
            source,
            subject,
            change,
            tuple(Change(word) for word in event.undoes) if event.undoes else (),
            visit,
            happened,
            happened_from,
            alternate_visit=pv1.identifier(50, "alternate_visit", self.habits),
            patient_class=pv1.text(2, "patient_class"),
            location=pv1.value(3, "location", values.location),
            prior_location=pv1.value(6, "prior_location", values.location),
            admission_method=pv1.text(4, "admission_method"),
            source_of_admission=pv1.text(14, "source_of_admission"),
            attending=values.professionals(encoding, attending) if attending else nobody,
            referring=values.professionals(encoding, referring) if referring else nobody,
            consultants=values.professionals(encoding, consultants) if consultants else nobody,
            admitting=values.professionals(encoding, admitting) if admitting else nobody,
            service=pv1.text(10, "service"),
            vip=pv1.text(16, "vip"),
            patient_type=pv1.text(18, "patient_type"),
            destination=pv1.text(36, "destination"),
            discharged_to=pv1.words(37, "discharged_to"),
            admitted=admitted,
            discharged=discharged,
            reason=pv2.value(3, "reason", values.coded) if pv2 else None,
            transfer_reason=pv2.value(4, "transfer_reason", values.coded) if pv2 else None,
            expected_admission=pv2.time(8, "expected_admission") if pv2 else None,
            expected_discharge=pv2.time(9, "expected_discharge") if pv2 else None,
            description=pv2.words(12, "description") if pv2 else "",
            priority=pv2.text(25, "priority") if pv2 else "",
            ready=own_times.get("ready"),
            pathway=own_texts.get("pathway", ""),
            discharge_method=own_texts.get("discharge_method", ""),
            arrival=own_texts.get("arrival", ""),
            disposal=own_texts.get("disposal", ""),
            deletes=(*pv1.deletes, *pv2.deletes) if pv2 else tuple(pv1.deletes),
        )
        self.facts.append(spell)

    def _own(self, habits: Habits) -> tuple[dict[str, Moment], dict[str, str]]:
        """What the sender's own segments say, by attribute."""
        times: dict[str, Moment] = {}
        texts: dict[str, str] = {}
        for own in habits.own_fields:
            segment = self.message.first(own.segment)
            if segment is None:
                continue
            if own.means is OwnMeaning.READY:
                moment = _Fields(segment, self).time(own.field, own.means)
                if moment is not None:
                    times[own.means] = moment
            else:
                texts[own.means] = _Fields(segment, self).text(own.field, own.means)
        return times, texts

    def _merge(
        self, segment: Segment, source: Source, kind: MergeKind,
        survivor: tuple[Identifier, ...], visit: Identifier | None,
    ) -> None:  # fmt: skip
        mrg = _Fields(segment, self)
        discarded = values.identifiers(self.encoding, segment.field(1), self.habits)
        self.facts.append(
            MergeSaid(
                source,
                kind,
                survivor,
                discarded,
                paired(discarded, survivor),
                source.occurred or source.recorded or source.sent,
                prior_visit=self._prior_visit(mrg),
                visit=visit if kind is MergeKind.VISIT_MERGED else None,
            )
        )

    def _prior_visit(self, mrg: _Fields) -> Identifier | None:
        found = mrg.identifier(5, "prior_visit", self.habits)
        if found is None:
            return None
        return found._replace(
            authority=found.authority or self.source().facility,
            kind=found.kind or self.habits.visit_type,
        )

    def _allergy(self, segment: Segment, source: Source, subject: tuple[Identifier, ...]) -> None:
        al1 = _Fields(segment, self)
        reactions = al1.all(5, "reactions")
        encoding = self.encoding
        self.facts.append(
            AllergySaid(
                source,
                subject,
                al1.position(),
                kind=al1.value(2, "kind", values.coded),
                allergen=al1.value(3, "allergen", values.coded),
                severity=al1.value(4, "severity", values.coded),
                reactions=tuple(
                    encoding.plain(each) for each in encoding.repetitions(reactions) if each
                ),
                identified=al1.time(6, "identified"),
                deletes=tuple(al1.deletes),
            )
        )

    def _diagnosis(
        self, segment: Segment, source: Source, subject: tuple[Identifier, ...],
        visit: Identifier | None,
    ) -> None:  # fmt: skip
        dg1 = _Fields(segment, self)
        self.facts.append(
            DiagnosisSaid(
                source,
                subject,
                visit,
                dg1.position(),
                diagnosis=dg1.value(3, "diagnosis", values.coded),
                description=dg1.words(4, "description"),
                diagnosed=dg1.time(5, "diagnosed"),
                kind=dg1.text(6, "kind"),
                priority=dg1.text(15, "priority"),
                deletes=tuple(dg1.deletes),
            )
        )

    def _procedure(
        self, segment: Segment, source: Source, subject: tuple[Identifier, ...],
        visit: Identifier | None,
    ) -> None:  # fmt: skip
        pr1 = _Fields(segment, self)
        self.facts.append(
            ProcedureSaid(
                source,
                subject,
                visit,
                pr1.position(),
                procedure=pr1.value(3, "procedure", values.coded),
                description=pr1.words(4, "description"),
                done=pr1.time(5, "done"),
                kind=pr1.text(6, "kind"),
                deletes=tuple(pr1.deletes),
            )
        )


def status_code(text: str, habits: Habits) -> str:
    """The NHS number's tracing status in PID-32, as `NSTS01` or `PDS01`; empty for others."""
    for prefix in habits.status_prefixes:
        code = text[len(prefix) :]
        if text.startswith(prefix) and code in codes("nhs_number_status"):
            return code
    return ""


def paired(discarded: tuple[Identifier, ...], survivor: tuple[Identifier, ...]) -> tuple[Pair, ...]:
    """The two lists of a merge position by position; empty where they do not pair.

    Where the positions do not agree each goes with the one of its authority and type, as long as
    neither list has a second of these.
    """
    pairs = tuple(Pair(*both) for both in zip(discarded, survivor, strict=False))
    if len(pairs) == len(discarded) and all(_sort(old) == _sort(new) for old, new in pairs):
        return pairs
    counted_old, counted_new = Counter(map(_sort, discarded)), Counter(map(_sort, survivor))
    if any(counted_old[each] > 1 or counted_new[each] != 1 for each in counted_old):
        return ()
    by_sort = {_sort(each): each for each in survivor}
    return tuple(Pair(each, by_sort[_sort(each)]) for each in discarded)


def _sort(identifier: Identifier) -> tuple[str, str]:
    return (identifier.authority, identifier.kind)


def _happened(
    change: Change, admitted: Moment | None, discharged: Moment | None, source: Source
) -> tuple[Moment | None, str]:
    """When the change happened, and which field says so."""
    primary = _TIME_OF_CHANGE.get(change)
    if primary is not None:
        stated = admitted if primary[1] == 44 else discharged
        if stated is not None:
            return stated, f"PV1-{primary[1]}"
    if source.occurred is not None:
        return source.occurred, "EVN-6"
    # EVN-2 is only the clock of the sender's system: for admission and discharge the standard goes
    # to MSH-7 at once.
    if primary is None and source.recorded is not None:
        return source.recorded, "EVN-2"
    return source.sent, "MSH-7"

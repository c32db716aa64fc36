"""Looks at content: where its messages are, which are well, and what each says.

Nothing here knows of deliveries, so that several pieces of content can be looked at side by side.
"""

from bisect import bisect_right
from collections.abc import Mapping
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
from oneplace.feeds.hl7.habits import Answer, Habits, HabitsRefused, OwnField, OwnMeaning
from oneplace.feeds.hl7.heard import Heard, hear
from oneplace.feeds.hl7.reading import Message, Refusal, read_file, unit_starts
from oneplace.feeds.reading import Fault, MessageNoted, Unit
from oneplace.vocabulary.rows import Said
from oneplace.vocabulary.terms import QuarantineReason

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
class Looked:
    """A unit that was looked at; rows are hung on it while its batch is folded."""

    place: str
    offset: int
    length: int | None
    number: int = 0
    heard: Heard | None = None
    fault: Fault | None = None
    counts: int = 1
    rows: list[Said] = field(default_factory=list)

    def unit(self) -> Unit:
        """The unit as it leaves the reader."""
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


def look(content: bytes, habits: Habits, shift: int = 0, before: int = 0) -> list[Looked]:
    """The units of a piece of content, each checked.

    `shift` is how many bytes of its delivery stand before it, `before` how many messages.
    """
    reading = read_file(content, file="", charset=habits.charset)
    starts = unit_starts(content)
    ends = dict(pairwise([*starts, len(content)]))
    found = [_checked(message, shift, before, habits) for message in reading.messages]
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
        found.append(_refused(refusals, shift + start, end - start, len(inside)))
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


def _checked(message: Message, shift: int, before: int, habits: Habits) -> Looked:
    number = before + message.number
    kept = Looked(f"message {number}", shift + message.offset, len(message.raw), number)
    faults = check(message, habits)
    if worst(faults) is not Answer.ACCEPT:
        gravest = next(fault for fault in faults if fault.answer is worst(faults))
        kept.fault = Fault(
            f"message {number}, {place_of(gravest)}",
            _REASONS.get(gravest.code, QuarantineReason.UNREADABLE),
            f"{gravest}{_WHAT_TO_DO}",
        )
        return kept
    kept.heard = hear(message, habits)
    return kept


def place_of(fault: MessageFault) -> str:
    """A fault's segment and field, as a person says them."""
    return fault.segment + (f"-{fault.field}" if fault.field else "")


def _refused(refusals: list[Refusal], offset: int, length: int, messages: int) -> Looked:
    first = refusals[0]
    where = [f"message {first.message}"] if first.message and len(refusals) == 1 else []
    if messages > 1 or not where:
        where = [f"batch of {messages} messages"] if messages else [f"byte {offset}"]
    if first.segment:
        where.append(first.segment + (f"-{first.field}" if first.field else ""))
    kept = Looked(where[0], offset, length, counts=max(messages, 1))
    kept.fault = Fault(
        ", ".join(where), QuarantineReason.UNREADABLE, f"{first.reason}{_WHAT_TO_DO}"
    )
    return kept

"""Pages about people's rights over their own data, and the copy that is handed over."""

import hashlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import orjson

from oneplace.access.models import Right, RightItem, RightPart
from oneplace.access.models.right import ItemDecision, RightKind, RightState
from oneplace.access.queries.rights import OpenRequest, Tally
from oneplace.access.rules.rights import answers_for
from oneplace.access.viewer import Viewer
from oneplace.desk.presenters.record.line import label, line_of_shown, said, when
from oneplace.kit.formats import day, plural, sentence_list
from oneplace.records.others import Hint, blacked, blacked_within, names_close, suspected
from oneplace.records.queries import AskedEntry, AskedFor, AskedIdentity

ENTRY: Final = "entry"
IDENTITY: Final = "identity"
PER_PAGE: Final = 25

_STEPS: Final = {
    RightKind.ACCESS: (
        RightState.RECEIVED, RightState.IDENTIFIED, RightState.GATHERED, RightState.REVIEWED,
        RightState.SIGNED, RightState.MADE, RightState.HANDED_OVER,
    ),
    RightKind.CORRECTION: (
        RightState.RECEIVED, RightState.IDENTIFIED, RightState.ASKED, RightState.ACCEPTED,
        RightState.DONE,
    ),
    RightKind.RESTRICTION: (
        RightState.RECEIVED, RightState.IDENTIFIED, RightState.ACCEPTED, RightState.DONE,
    ),
    RightKind.ERASURE: (
        RightState.RECEIVED, RightState.IDENTIFIED, RightState.REVIEWED, RightState.SIGNED,
        RightState.DONE,
    ),
}  # fmt: skip
_SHORT: Final = {
    RightState.RECEIVED: "Received",
    RightState.IDENTIFIED: "Identity checked",
    RightState.GATHERED: "Gathered",
    RightState.REVIEWED: "Reviewed",
    RightState.SIGNED: "Signed",
    RightState.MADE: "Made",
    RightState.HANDED_OVER: "Handed over",
    RightState.ASKED: "Partner asked",
    RightState.ACCEPTED: "Agreed",
    RightState.DONE: "Done",
}


def clock_words(days_left: int) -> str:
    """How long is left, in words."""
    if days_left < 0:
        return f"{plural(-days_left, 'day')} late"
    if days_left == 0:
        return "due today"
    return f"{plural(days_left, 'day')} left"


@dataclass(frozen=True)
class Step:
    """One step of a request on its way."""

    words: str
    is_done: bool
    is_now: bool


@dataclass(frozen=True)
class RightPage:
    """One request: where it stands, what comes next, by when."""

    right: Right
    clock: str
    is_late: bool
    is_soon: bool
    steps: tuple[Step, ...]
    tally: Tally
    may_sign: bool
    is_second_needed: bool
    is_answerer: bool
    """Whether the viewer's partner answers it, and does not only review its part."""
    parts: tuple["PartRow", ...]
    own_part: "PartRow | None"

    @classmethod
    def of(
        cls,
        right: Right,
        tally: Tally,
        *,
        parts: Sequence[RightPart] = (),
        viewer: Viewer,
        on: date,
    ) -> "RightPage":
        """The page of a request on a day."""
        left = right.days_left(on)
        order = _STEPS[RightKind(right.kind)]
        state = RightState(right.state)
        at = order.index(state) if state in order else len(order)
        is_over = not right.is_open
        steps = tuple(
            Step(_SHORT[one], is_over or number < at, number == at and not is_over)
            for number, one in enumerate(order)
        )
        return cls(
            right=right,
            clock=clock_words(left),
            is_late=right.is_open and left < 0,
            is_soon=right.is_open and 0 <= left <= 7,
            steps=steps if state in order else (),
            tally=tally,
            may_sign=viewer.account_id != right.reviewed_by_id,
            is_second_needed=state is RightState.REVIEWED,
            is_answerer=answers_for(viewer, right),
            parts=tuple(PartRow.of(part, right) for part in parts),
            own_part=next(
                (
                    PartRow.of(part, right)
                    for part in parts
                    if part.organisation_id == viewer.organisation_id
                ),
                None,
            ),
        )

    @property
    def waits_for(self) -> str:
        """Which partners have still to review what they recorded."""
        return sentence_list([part.name for part in self.parts if part.is_waiting])

    @property
    def title(self) -> str:
        """What is asked, and by whom."""
        return f"{RightKind(self.right.kind).label}: {self.right.asker_name}"


def waiting_names(parts: Sequence[RightPart]) -> str:
    """Which partners have still to review what they recorded."""
    return sentence_list([part.organisation.name for part in parts if part.is_waiting])


@dataclass(frozen=True)
class PartRow:
    """A partner who reviews what it recorded."""

    id: uuid.UUID
    name: str
    says: str
    is_waiting: bool
    may_take_over: bool

    @classmethod
    def of(cls, part: RightPart, right: Right) -> "PartRow":
        """How it stands, in a sentence."""
        says = f"waits since {day(part.asked_at)}"
        if part.taken_over_why:
            says = f"reviewed in its place: {part.taken_over_why}"
        elif part.reviewed_at is not None:
            says = f"reviewed by {part.reviewed_by_name}, {day(part.reviewed_at)}"
        under_review = right.state == RightState.GATHERED
        return cls(
            part.pk,
            part.organisation.name,
            says,
            part.is_waiting and under_review,
            part.is_waiting and under_review,
        )


@dataclass(frozen=True)
class RightRow:
    """A request in the list."""

    right: Right
    clock: str
    is_late: bool
    is_soon: bool
    undecided: int

    @classmethod
    def of(cls, request: OpenRequest) -> "RightRow":
        """The row of an open request."""
        return cls(
            right=request.right,
            clock=clock_words(request.days_left),
            is_late=request.is_late,
            is_soon=request.is_soon,
            undecided=request.undecided,
        )


@dataclass(frozen=True)
class Shown:
    """One item of the record, in words."""

    title: str
    kind: str
    when: str
    words: str
    facts: tuple[tuple[str, str], ...]
    source: str
    by: str
    own_words: tuple[str, ...] = ()
    tag: str = ""


@dataclass(frozen=True)
class ReviewItem:
    """An item with why it may be about somebody else, and what was decided."""

    item: RightItem
    shown: Shown
    hints: tuple[str, ...]
    suggested: str
    """Words to black out, one a line: those decided on, else those suspected."""
    has_changed: bool
    may_decide: bool = True
    whose: str = ""
    """Who decides it, where that is somebody else."""


def shown_entry(one: AskedEntry, owners: Mapping[str, str]) -> Shown:
    """An entry in words."""
    line = line_of_shown(one.entry)
    facts = tuple(
        (label(name), words)
        for name, value in one.entry.detail.items()
        if not name.startswith("_") and (words := said(value))
    )
    value = f"{one.entry.value} {one.entry.unit}".strip() if one.entry.value is not None else ""
    return Shown(
        title=one.entry.title or one.entry.kind.label,
        kind=one.entry.kind.label,
        when=when(line),
        words="\n".join(part for part in (one.entry.words, value) if part),
        facts=facts,
        source=owners.get(one.owner, one.entry.source),
        by=", ".join(part for part in (one.entry.by, one.entry.by_role, one.entry.where) if part),
        own_words=one.own_words,
        tag="taken back by its source" if one.entry.is_withdrawn else "",
    )


_IDENTITY_LABELS: Final = {
    "nhs_number": "NHS number",
    "nhs_number_status": "How sure the number is",
    "given": "First name",
    "other_given": "Other first names",
    "family": "Family name",
    "born_on": "Date of birth",
    "practice_code": "GP practice",
    "is_dead": "Has died",
    "lives_alone": "Lives alone",
}


def shown_identity(one: AskedIdentity, owners: Mapping[str, str]) -> Shown:
    """What a source says of who the person is, in words."""
    facts = [
        (_IDENTITY_LABELS.get(name) or label(name), words)
        for name, value in one.facts.items()
        if (words := said(value))
    ]
    facts += [
        (label(str(way["kind"])), ", ".join(p for p in (way["text"], way["postcode"]) if p))
        for way in one.reach
    ]
    return Shown(
        title="Who you are",
        kind="Name, numbers and how to reach you",
        when=day(one.said_at),
        words="",
        facts=tuple(facts),
        source=owners.get(one.owner, one.source),
        by="",
    )


def close_to(found: AskedFor) -> frozenset[str]:
    """Names of those close to the person, not the person's own."""
    own = [
        str(one.facts.get(name) or "")
        for one in found.identities
        for name in ("given", "other_given", "family", "known_as")
    ]
    return names_close((one.entry for one in found.entries), own=own)


def review_items(
    items: Sequence[RightItem],
    found: AskedFor,
    owners: Mapping[str, str],
    *,
    may_decide: Callable[[RightItem], bool] = lambda item: True,
) -> tuple[ReviewItem, ...]:
    """Items to be read: those that may be about others first, the undecided before the decided.

    What somebody else decides comes last.
    """
    entries = {one.entry.id: one for one in found.entries}
    identities = {one.id: one for one in found.identities}
    close = close_to(found)
    made = []
    for item in items:
        suggested: Sequence[str] = item.black
        if item.thing == ENTRY and (entry := entries.get(item.thing_id)):
            shown, sha = shown_entry(entry, owners), entry.content_sha
            suggested = item.black or suspected(entry.entry, close=close).words
        elif item.thing == IDENTITY and (identity := identities.get(item.thing_id)):
            shown, sha = shown_identity(identity, owners), identity.content_sha
        else:
            continue
        hints = tuple(Hint(hint).label for hint in item.hints)
        is_mine = may_decide(item)
        whose = "" if is_mine else owners.get(item.owner, item.owner)
        has_changed = sha != item.content_sha
        made.append(
            ReviewItem(item, shown, hints, "\n".join(suggested), has_changed, is_mine, whose)
        )
    made.sort(
        key=lambda one: (
            not one.may_decide, not one.has_changed, not one.hints, bool(one.item.decision),
        )
    )  # fmt: skip
    return tuple(made)


@dataclass(frozen=True)
class Given:
    """One item as it is given to the person."""

    shown: Shown
    data: Mapping[str, Any]
    is_blacked: bool


@dataclass(frozen=True)
class CopyPage:
    """The copy for paper: what is kept about somebody, from where, and how much is left out."""

    right: Right
    identities: tuple[Shown, ...]
    groups: tuple[tuple[str, tuple[Given, ...]], ...]
    """Entries by the partner who recorded them, oldest first."""
    entries: int
    blacked: int
    withheld: int
    made_at: datetime
    sources: tuple[str, ...]


def given(
    items: Sequence[RightItem], found: AskedFor, owners: Mapping[str, str]
) -> tuple[tuple[Given, ...], tuple[Given, ...], int]:
    """Identities and entries as they are given, and how many items are withheld."""
    entries = {one.entry.id: one for one in found.entries}
    identities = {one.id: one for one in found.identities}
    who: list[Given] = []
    what: list[Given] = []
    withheld = 0
    for item in items:
        if item.decision == ItemDecision.WITHHOLD:
            withheld += 1
        elif item.thing == IDENTITY and (identity := identities.get(item.thing_id)):
            shown = shown_identity(identity, owners)
            who.append(_given(item, shown, _identity_data(identity, owners)))
        elif item.thing == ENTRY and (entry := entries.get(item.thing_id)):
            what.append(_given(item, shown_entry(entry, owners), _entry_data(entry, owners)))
    return tuple(who), tuple(what), withheld


def _given(item: RightItem, shown: Shown, data: Mapping[str, Any]) -> Given:
    if not item.black:
        return Given(shown, data, False)
    black = item.black
    return Given(
        Shown(
            title=blacked(shown.title, black),
            kind=shown.kind,
            when=shown.when,
            words=blacked(shown.words, black),
            facts=tuple((name, blacked(words, black)) for name, words in shown.facts),
            source=shown.source,
            by=blacked(shown.by, black),
            own_words=shown.own_words,
            tag=shown.tag,
        ),
        {
            name: value if name in _NEVER_BLACK else blacked_within(value, black)
            for name, value in data.items()
        },
        True,
    )


_NEVER_BLACK: Final = ("id", "kind", "source", "recorded_by_partner", "said_at", "your_own_words")


def _entry_data(one: AskedEntry, owners: Mapping[str, str]) -> Mapping[str, Any]:
    entry = one.entry
    return {
        "id": entry.id,
        "kind": entry.kind.value,
        "status": entry.status.value,
        "starts_at": entry.starts_at,
        "ends_at": entry.ends_at,
        "exactness": entry.exactness.value,
        "recorded_at": entry.recorded_at,
        "title": entry.title,
        "code": entry.code,
        "code_system": entry.code_system,
        "words": entry.words,
        "value": None if entry.value is None else str(entry.value),
        "unit": entry.unit,
        "by": entry.by,
        "by_role": entry.by_role,
        "where": entry.where,
        "organisation": entry.organisation,
        "detail": entry.detail,
        "source": entry.source,
        "recorded_by_partner": owners.get(one.owner, one.owner),
        "said_at": entry.said_at,
        "reached_us_at": entry.arrived_at,
        "is_use_restricted": one.is_restricted,
        "your_own_words": list(one.own_words),
    }


def _identity_data(one: AskedIdentity, owners: Mapping[str, str]) -> Mapping[str, Any]:
    return {
        "id": one.id,
        "source": one.source,
        "recorded_by_partner": owners.get(one.owner, one.owner),
        "said_at": one.said_at,
        **one.facts,
        "reach": list(one.reach),
    }


def copy_page(
    right: Right,
    parts: tuple[tuple[Given, ...], tuple[Given, ...], int],
    *,
    at: datetime,
) -> CopyPage:
    """The copy for paper."""
    who, what, withheld = parts
    groups: dict[str, list[Given]] = {}
    for one in what:
        groups.setdefault(one.shown.source, []).append(one)
    return CopyPage(
        right=right,
        identities=tuple(one.shown for one in who),
        groups=tuple((source, tuple(rows)) for source, rows in sorted(groups.items())),
        entries=len(what),
        blacked=sum(one.is_blacked for one in (*who, *what)),
        withheld=withheld,
        made_at=at,
        sources=tuple(sorted({one.shown.source for one in (*who, *what)})),
    )


def copy_json(
    right: Right,
    parts: tuple[tuple[Given, ...], tuple[Given, ...], int],
    *,
    at: datetime,
) -> bytes:
    """The copy for machines: every entry with its source and times; UTF-8 JSON."""
    who, what, withheld = parts
    return orjson.dumps(
        {
            "about": {
                "request": right.reference,
                "made_at": at,
                "answered_by": right.organisation.name,
                "format": "oneplace subject access copy, version 1",
                "blacked_out_items": sum(one.is_blacked for one in (*who, *what)),
                "withheld_items": withheld,
            },
            "who_you_are": [one.data for one in who],
            "entries": [one.data for one in what],
        },
        option=orjson.OPT_INDENT_2,
        default=str,
    )


def changed_since(items: Sequence[RightItem], found: AskedFor) -> int:
    """How many items say something else than when they were reviewed, or are gone."""
    now: dict[tuple[str, uuid.UUID], str] = {
        **{(ENTRY, one.entry.id): one.content_sha for one in found.entries},
        **{(IDENTITY, one.id): one.content_sha for one in found.identities},
    }
    return sum(1 for item in items if now.get((item.thing, item.thing_id)) != item.content_sha)


def short_hash(content: bytes) -> str:
    """The first digits of a SHA-256, to tell copies apart."""
    return hashlib.sha256(content).hexdigest()[:12]

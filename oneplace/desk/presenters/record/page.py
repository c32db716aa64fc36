"""The frame of every page of a record, and its first page, the story."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django import forms

from oneplace.access.rule.light import Sentence
from oneplace.access.viewer import Viewer
from oneplace.desk.cards import buttons_for
from oneplace.desk.presenters.record.banner import Banner
from oneplace.desk.presenters.record.lanes import FeedLine, Lane, Lanes, window
from oneplace.desk.presenters.record.line import line_of, line_of_shown
from oneplace.desk.presenters.record.sharing import SharingLine, Shut, sharing_line, shut
from oneplace.desk.presenters.record.stays import stays_of
from oneplace.desk.presenters.record.timeline import Lines, Month, New, new_of
from oneplace.desk.queries.record import Record
from oneplace.feeds.queries import FeedState
from oneplace.kit.addresses import address_of
from oneplace.kit.cards import PersonPart
from oneplace.people.permissions import MARK_NOT_THIS_PERSON, RECORD_DEATH, SEE_WHO_IS_WHO
from oneplace.plans.cards import PlanShown
from oneplace.plans.permissions import SEE_PLAN
from oneplace.records.permissions import ADD_TO_RECORD
from oneplace.records.queries import Timeline
from oneplace.vocabulary.place import Place
from oneplace.vocabulary.terms import EntryKind

TABS = (
    ("story", "Story", "desk:person"),
    ("plan", "Plan", "desk:person_plan"),
    ("health", "Health", "desk:person_health"),
    ("care", "Care and services", "desk:person_care"),
    ("measures", "Measures", "desk:person_measures"),
    ("people", "People and sharing", "desk:person_people"),
    ("documents", "Documents", "desk:person_documents"),
)


@dataclass(frozen=True)
class Tab:
    """One tab."""

    label: str
    address: str
    is_current: bool


@dataclass(frozen=True)
class Undecided:
    """A pair nobody has decided: this may also be about somebody else."""

    evidence: str
    risk: str
    other_address: str
    review_address: str


@dataclass(frozen=True)
class Frame:
    """What stands round every page of a record."""

    person_id: uuid.UUID
    banner: Banner
    tabs: tuple[Tab, ...]
    as_of: tuple[FeedLine, ...]
    undecided: tuple[Undecided, ...]
    at: datetime
    may_add: bool
    may_mark: bool
    may_record_death: bool
    numbers: int
    doubts: int
    sharing: SharingLine
    shut: Shut
    closed: tuple[Sentence, ...]
    """What this tab would show and is closed to the viewer."""
    buttons: tuple[tuple[str, str], ...] = ()
    """What each room lets the viewer do from here: a label and an address."""

    @property
    def title(self) -> str:
        """The name, as the page's title."""
        return self.banner.name

    def address(self, route: str) -> str:
        """An address of this record's pages."""
        return address_of(route, self.person_id)


@dataclass(frozen=True)
class Made:
    """Everything the pages of one record are made with."""

    frame: Frame
    lanes: Lanes
    lines: Lines
    parts: tuple[PersonPart, ...] = ()
    """What each room shows of itself, on the first page."""


def make(
    record: Record,
    states: Sequence[FeedState],
    *,
    place: Place,
    viewer: Viewer,
    at: datetime,
    tab: str = "",
    kinds: Sequence[EntryKind] = (),
    parts: tuple[PersonPart, ...] = (),
) -> Made:
    """The frame of a record for one viewer; `kinds` are what the tab shows."""
    lanes = Lanes(place, states)
    closed = shut(record.light, record.person_id)
    frame = Frame(
        person_id=record.person_id,
        banner=Banner.made(record, place=place, lanes=lanes, at=at),
        tabs=tuple(
            Tab(label, address_of(route, record.person_id), key == tab)
            for key, label, route in TABS
            if key != "plan" or viewer.may(SEE_PLAN)
        ),
        as_of=lanes.as_of(at=at),
        undecided=tuple(_undecided(row, viewer) for row in record.matches),
        at=at,
        may_add=viewer.may(ADD_TO_RECORD),
        may_mark=viewer.may(MARK_NOT_THIS_PERSON),
        may_record_death=viewer.may(RECORD_DEATH),
        numbers=record.person["subjects"],
        doubts=len(record.doubts),
        sharing=sharing_line(record.light, viewer=viewer, address=closed.why),
        shut=closed,
        closed=closed.of_kinds(kinds),
        buttons=tuple(
            (one.label, address_of(one.route, record.person_id)) for one in buttons_for(viewer)
        ),
    )
    lines = Lines(
        person_id=record.person_id,
        place=place,
        lanes=lanes,
        stays=stays_of(record.stays, place=place, at=at),
        doubts=record.doubts,
        since=record.since,
    )
    return Made(frame, lanes, lines, parts)


def _undecided(row: object, viewer: Viewer) -> Undecided:
    assert isinstance(row, dict)  # noqa: S101 - tells the type checker
    other = row["other"]
    return Undecided(
        evidence=row["evidence"],
        risk=row["risk"],
        other_address=address_of("desk:person", other) if other else "",
        review_address=address_of("people:match", row["id"]) if viewer.may(SEE_WHO_IS_WHO) else "",
    )


@dataclass(frozen=True)
class StoryPage:
    """The first page of a record: what is new, the lanes, the timeline."""

    frame: Frame
    new: New
    lanes: tuple[Lane, ...]
    window: tuple[str, str]
    months: tuple[Month, ...]
    form: forms.Form
    shown: int
    is_narrowed: bool
    next_place: str
    parts: tuple[PersonPart, ...] = ()
    """What each room shows of itself."""

    @classmethod
    def of(
        cls,
        made: Made,
        record: Record,
        timeline: Timeline,
        form: forms.Form,
        *,
        at: datetime,
        lane: str,
        is_narrowed: bool,
    ) -> "StoryPage":
        """The story of a record."""
        lines = [line_of_shown(entry) for entry in timeline.entries]
        following = timeline.next
        return cls(
            frame=made.frame,
            new=new_of(
                [line_of(row) for row in record.new],
                record.new_count,
                made=made.lines,
                since=record.since,
                is_first=record.is_first_look,
            ),
            lanes=made.lanes.drawn(
                record.lanes,
                at=at,
                chosen=lane,
                address=made.frame.address("desk:person"),
                shut=made.frame.shut,
            ),
            window=window(at),
            months=made.lines.months(lines),
            form=form,
            shown=len(lines),
            is_narrowed=is_narrowed,
            next_place=place_text(following.sorts_at, following.id) if following else "",
            parts=made.parts,
        )


@dataclass(frozen=True)
class PlanTab:
    """The tab of the person's own plan."""

    frame: Frame
    plan: PlanShown


def place_text(sorts_at: datetime | None, id: uuid.UUID) -> str:
    """Where the next page of a timeline begins, as an address carries it."""
    return f"{sorts_at.isoformat() if sorts_at else ''}~{id}"

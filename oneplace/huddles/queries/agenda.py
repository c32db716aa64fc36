"""The people on an agenda for a viewer, one of them as a screen, and what each has to prepare."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.actions import queries as actions
from oneplace.actions.models import Action
from oneplace.casefinding import queries as casefinding
from oneplace.huddles.models import (
    Attendee,
    Change,
    Item,
    ItemState,
    Line,
    LineKind,
    Meeting,
    Paragraph,
    in_order,
)
from oneplace.huddles.permissions import SEE_HUDDLES
from oneplace.huddles.queries.meetings import meeting as meeting_open_to
from oneplace.huddles.queries.since import keep_late_current
from oneplace.kit.together import read_together
from oneplace.plans import queries as plans
from oneplace.plans.models import PlanEntry
from oneplace.referrals import queries as referrals
from oneplace.referrals.models import Referral
from oneplace.vocabulary.terms import (
    DataCategory,
    EntryKind,
    EntryStatus,
    Exactness,
    MeetingState,
    PlanSection,
)

WEEKS: Final = timedelta(weeks=4)
SENSITIVE: Final = frozenset(
    {DataCategory.MENTAL_HEALTH, DataCategory.SAFEGUARDING, DataCategory.PROTECTED}
)


class Event(NamedTuple):
    """One thing of the last four weeks, or one that stands now."""

    id: uuid.UUID
    kind: EntryKind
    status: EntryStatus
    title: str
    starts_at: datetime | None
    ends_at: datetime | None
    exactness: Exactness
    organisation: str
    source: str
    part: str

    @property
    def is_sensitive(self) -> bool:
        """Whether it is hidden while sensitive things are."""
        return self.part in SENSITIVE


@dataclass(frozen=True)
class Around:
    """Everything one screen of one person shows."""

    item: Item
    lines: tuple[Line, ...]
    actions: tuple[Action, ...]
    reasons: tuple[casefinding.Reason, ...]
    words: plans.Words | None
    events: tuple[Event, ...]
    in_place: tuple[Event, ...]
    asked: tuple[Referral, ...] = ()
    """Services asked for them: what is open, and what was answered or ended lately."""
    wishes: PlanEntry | None = None
    """What their plan says of where their wishes in an emergency are written down."""

    def standing(self, part: LineKind) -> Line | None:
        """The version of a part that stands."""
        found = [line for line in self.lines if line.kind == part and line.number]
        return max(found, key=lambda line: line.number or 0, default=None)

    def beside(self) -> list[Line]:
        """Versions written at the same moment as another, until somebody chooses."""
        return [
            line
            for line in self.lines
            if line.answers_id
            and line.number is None
            and line.kind != LineKind.ANSWER
            and line.taken_back_at is None
        ]


@dataclass(frozen=True)
class Board:
    """A meeting as a screen shows it: who is on the agenda, in the room, and spoken of."""

    meeting: Meeting
    items: tuple[Item, ...]
    attendees: tuple[Attendee, ...]
    around: Around | None = None
    closed_to_viewer: bool = field(default=False)
    """Somebody is spoken of whose record does not open to this viewer."""


def items(meeting: Meeting, *, viewer: Viewer) -> list[Item]:
    """Everybody on an agenda whom the viewer may open, in the running order; one statement."""
    if not viewer.may(SEE_HUDDLES):
        return []
    found = Item.objects.filter(meeting=meeting).select_related("case", "person")
    return list(found.order_by("position", "pk"))


def not_open(meeting: Meeting, shown: Sequence[Item], *, viewer: Viewer) -> int:
    """How many stand on an agenda beside those shown: people this viewer may not open.

    Counted without a row of theirs: from the places in the order that are missing, and from what
    was noted of the meeting, where everybody spoken of stands.
    """
    if meeting_open_to(meeting.pk, viewer=viewer) is None:
        return 0
    noted = Change.objects.filter(meeting=meeting, item_id__isnull=False)
    others = noted.exclude(item_id__in=[each.pk for each in shown]).order_by()
    places = max((each.position for each in shown), default=0)
    return max(others.values("item_id").distinct().count(), places - len(shown))


def item(item_id: uuid.UUID, *, viewer: Viewer) -> Item | None:
    """One person on one agenda; None where the viewer may not open them."""
    if not viewer.may(SEE_HUDDLES):
        return None
    found = Item.objects.filter(pk=item_id)
    return found.select_related("case__lead", "person", "meeting__series").first()


def line(line_id: uuid.UUID, *, viewer: Viewer) -> Line | None:
    """One line; None where the viewer may not open the person."""
    if not viewer.may(SEE_HUDDLES):
        return None
    found = Line.objects.filter(pk=line_id)
    return found.select_related("item__case", "item__meeting__series", "item__person").first()


def lines(item_ids: Sequence[uuid.UUID], *, viewer: Viewer) -> dict[uuid.UUID, list[Line]]:
    """The lines of each of these items in the order written; one statement."""
    if not viewer.may(SEE_HUDDLES) or not item_ids:
        return {}
    found: dict[uuid.UUID, list[Line]] = defaultdict(list)
    for each in in_order(Line.objects.filter(item_id__in=list(item_ids))):
        found[each.item_id].append(each)
    return dict(found)


def board(
    meeting: Meeting,
    *,
    viewer: Viewer,
    at: datetime,
    item_id: uuid.UUID | None = None,
) -> Board:
    """The screen of a meeting for a viewer: whom they speak of now, or another who is asked for.

    Leaves entries in the audit: whose names the running order showed, and whose screen.
    """
    found = items(meeting, viewer=viewer)
    keep_late_current(found, at=at)
    wanted = item_id or meeting.now_item_id
    shown = next((each for each in found if each.pk == wanted), None)
    attendees, written, wishes = _in_the_room(meeting, shown, viewer=viewer)
    around = person_screen(meeting, shown, viewer=viewer, at=at, written=written) if shown else None
    if around is not None:
        around = replace(around, wishes=wishes)
    audit.record(
        by=viewer,
        at=at,
        action="see_huddle",
        subject=("meeting", meeting.pk),
        persons_shown=[each.person_id for each in found],
        person_id=shown.person_id if shown else None,
    )
    return Board(
        meeting,
        tuple(found),
        attendees,
        around,
        closed_to_viewer=wanted is not None and shown is None,
    )


def _in_the_room(
    meeting: Meeting, shown: Item | None, *, viewer: Viewer
) -> tuple[tuple[Attendee, ...], tuple[Line, ...], PlanEntry | None]:
    """Who is there, what was written of whoever is spoken of, and their wishes; one statement."""
    here = Attendee.objects.filter(meeting=meeting).order_by("role", "name", "pk")
    if shown is None:
        return tuple(here), (), None
    planned = plans.entries(shown.person_id, viewer=viewer)
    planned = planned.filter(section=PlanSection.URGENT_CARE_WISHES).order_by("-said_on", "-pk")
    attendees, written, wishes = read_together(
        [here, in_order(Line.objects.filter(item=shown)), planned[:1]]
    )
    return tuple(attendees), tuple(written), next(iter(wishes), None)


def person_screen(
    meeting: Meeting,
    item: Item,
    *,
    viewer: Viewer,
    at: datetime,
    written: Sequence[Line] | None = None,
) -> Around:
    """What one person's screen shows, six statements; the caller writes the audit's entry.

    `written` are the item's lines where they were read already.
    """
    person_id = item.person_id
    of_item = in_order(Line.objects.filter(item=item)) if written is None else written
    recent, standing = _events(person_id, since=at - WEEKS, until=at)
    if meeting.is_hiding:
        recent = [event for event in recent if not event.is_sensitive]
        standing = [event for event in standing if not event.is_sensitive]
    return Around(
        item=item,
        lines=tuple(line for line in of_item if not (meeting.is_hiding and line.is_sensitive)),
        actions=tuple(actions.open_of_many([person_id], viewer=viewer).get(person_id, ())),
        reasons=tuple(casefinding.why_now([person_id], viewer=viewer).get(person_id, ())),
        words=plans.own_words([person_id], viewer=viewer).get(person_id),
        events=tuple(recent),
        in_place=tuple(standing[:4]),
        asked=services_asked(person_id, viewer=viewer, at=at),
    )


def services_asked(person_id: uuid.UUID, *, viewer: Viewer, at: datetime) -> tuple[Referral, ...]:
    """Services asked for somebody that are still open, or were answered or ended in four weeks.

    What is open first; of a service that was asked again, the newest alone.
    """
    asked = referrals.of_person(person_id, viewer=viewer).order_by("-moved_at", "-pk")[:24]
    newest = {each.service_id or each.pk: each for each in reversed(list(asked))}
    found = [each for each in newest.values() if each.is_open or each.moved_at > at - WEEKS]
    found.sort(key=lambda each: (each.is_open, each.moved_at), reverse=True)
    return tuple(found)


# The newest of four weeks, and the care that goes on whenever it began.
_EVENTS: Final = """
select e.id, e.kind, e.status, e.title, e.starts_at, e.ends_at, e.exactness, e.organisation,
       e.source, e.part, e.kind in ('care_package', 'episode', 'care_team') as stands
  from (select p.current_id from people_person p where p.id = %(person)s offset 0) me
 cross join lateral (select p.id from people_person p
                      where p.current_id = me.current_id offset 0) self
 cross join lateral (select s.id from records_subject s where s.person_id = self.id offset 0) s
 cross join lateral (select * from records_entry e where e.subject_id = s.id offset 0) e
 where e.status not in ('cancelled', 'in_error')
   and ((e.kind in ('care_package', 'episode') and e.status <> 'ended'
         and (e.ends_at is null or e.ends_at > %(until)s) and e.starts_at <= %(until)s)
        or (e.kind in ('stay', 'attendance', 'contact', 'fall', 'concern', 'assessment', 'request',
                       'referral', 'note', 'appointment')
            and e.sorts_at <= %(until)s and e.status <> 'planned'
            and (e.sorts_at > %(since)s or e.ends_at > %(since)s)))
 order by case e.kind when 'stay' then 0 when 'fall' then 0 when 'concern' then 0
                      when 'attendance' then 1 else 2 end, e.sorts_at desc, e.id
 limit 40
"""


def _events(
    person_id: uuid.UUID, *, since: datetime, until: datetime
) -> tuple[list[Event], list[Event]]:
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS, {"person": person_id, "since": since, "until": until})
        rows = cursor.fetchall()
    recent = [_event(row) for row in rows if not row[-1]]
    recent.sort(key=lambda event: event.ends_at or event.starts_at or since, reverse=True)
    return recent, [_event(row) for row in rows if row[-1]]


def _event(row: Sequence[Any]) -> Event:
    id_, kind, status, title, starts, ends, exactness, organisation, source, part, _ = row
    return Event(
        id_, EntryKind(kind), EntryStatus(status), title, starts, ends, Exactness(exactness),
        organisation, source, part,
    )  # fmt: skip


@dataclass(frozen=True)
class ToPrepare:
    """One person a professional has something to bring of: questions, or their own promise."""

    item: Item
    questions: tuple[tuple[Line, Line | None], ...]
    """Each with its answer, where there is one."""
    actions: tuple[Action, ...]
    is_lead: bool


def to_prepare(meeting: Meeting, *, viewer: Viewer, at: datetime) -> list[ToPrepare]:
    """Whom of an agenda this viewer has something to say of, questions first; four statements."""
    found = [each for each in items(meeting, viewer=viewer) if each.state != ItemState.TAKEN_OFF]
    keep_late_current(found, at=at)
    written = lines([each.pk for each in found], viewer=viewer)
    asked = actions.open_of_many([each.person_id for each in found], viewer=viewer)
    rows = []
    for each in found:
        own = written.get(each.pk, [])
        answers = {line.answers_id: line for line in own if line.kind == LineKind.ANSWER}
        questions = tuple(
            (line, answers.get(line.pk))
            for line in own
            if line.kind == LineKind.QUESTION
            and line.to_role == (viewer.role or "")
            and line.taken_back_at is None
        )
        mine = tuple(
            action for action in asked.get(each.person_id, ()) if action.asked_id in viewer.parties
        )
        rows.append(ToPrepare(each, questions, mine, each.case.lead_id == viewer.hat_id))
    rows.sort(key=lambda row: (not row.questions, not row.actions, row.item.position))
    return rows


def questions_for(meetings: Sequence[Meeting], *, viewer: Viewer) -> Mapping[uuid.UUID, int]:
    """How many questions wait for the viewer's profession at each of these meetings."""
    if viewer.role is None or not meetings:
        return {}
    rows = Line.objects.filter(
        item__meeting__in=list(meetings),
        kind=LineKind.QUESTION,
        to_role=viewer.role,
        taken_back_at__isnull=True,
        answered_by__isnull=True,
    ).values_list("item__meeting_id", flat=True)
    found: dict[uuid.UUID, int] = defaultdict(int)
    for meeting_id in rows:
        found[meeting_id] += 1
    return found


def paragraphs(meeting: Meeting, *, viewer: Viewer) -> QuerySet[Paragraph]:
    """The paragraphs of a meeting, in the order of its agenda."""
    found = Paragraph.objects.filter(item__meeting=meeting).select_related(
        "item__case__practice", "item__person", "item__meeting__series"
    )
    return found.order_by("item__position") if viewer.may(SEE_HUDDLES) else found.none()


def paragraph(paragraph_id: uuid.UUID, *, viewer: Viewer) -> Paragraph | None:
    """One paragraph; None where the viewer may not open the person."""
    if not viewer.may(SEE_HUDDLES):
        return None
    found = Paragraph.objects.filter(pk=paragraph_id)
    return found.select_related(
        "item__case__practice", "item__case__referrer", "item__person", "item__meeting__series"
    ).first()


def paragraphs_to_check(*, viewer: Viewer) -> int:
    """How many paragraphs wait for this clinician: theirs to check, or nobody’s at the practice."""
    if not viewer.may(SEE_HUDDLES):
        return 0
    ours = Q(item__meeting__series__practices__practice_id=viewer.organisation_id)
    waiting = Paragraph.objects.filter(
        (Q(clinician_id=None) & ours) | Q(clinician_id=viewer.account_id),
        state="drafted",
        item__meeting__state__in=[MeetingState.MINUTED, MeetingState.CLOSED],
    )
    # A series may be several practices': each paragraph counts once.
    return waiting.values("pk").distinct().count()

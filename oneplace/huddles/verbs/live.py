"""A meeting under way: begun, moved on, lines written and taken back, who is in the room."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.huddles import asking, rules
from oneplace.huddles.models import (
    PARTS,
    Attendee,
    Case,
    CaseEvent,
    ChangeKind,
    Decided,
    Item,
    ItemState,
    Line,
    LineKind,
    Meeting,
    in_order,
    with_turn,
)
from oneplace.huddles.verbs.agenda import lock_list
from oneplace.huddles.verbs.changing import note_change
from oneplace.huddles.verbs.leading import name_lead, take_back_lead
from oneplace.huddles.verbs.owning import owner_of
from oneplace.huddles.verbs.series import attendees_of
from oneplace.kit.refusals import refuse_if
from oneplace.kit.words import label_of
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import Attendance, MeetingState, Role

_DECIDES: Final = {
    LineKind.NO_CHANGE: Decided.NO_CHANGE,
    LineKind.STEP_DOWN: Decided.STEP_DOWN,
    LineKind.DECISION: Decided.GO_ON,
    LineKind.ACTION: Decided.GO_ON,
    LineKind.GOAL: Decided.GO_ON,
    LineKind.REFERRAL: Decided.GO_ON,
}
_LONGEST_SPOKEN_S: Final = 3600
"""A screen left open over lunch counts no longer than an hour."""


@transaction.atomic
def start_meeting(*, meeting: Meeting, by: Viewer, at: datetime) -> Meeting:
    """Begin a meeting; whoever presses first begins it for everybody."""
    meeting = _held(meeting)
    if meeting.state == MeetingState.LIVE:
        return meeting
    lock = settings.PLACE.thresholds.huddle_lock.timedelta
    state = rules.state_at(meeting, lock, at=at)
    refuse_if(rules.why_not_start(meeting, state=_may_skip_lock(state), at=at))
    if meeting.state == MeetingState.PLANNED:
        meeting = lock_list(meeting=meeting, by=by, at=at)
    attendees_of(meeting, at=at)
    meeting.state, meeting.started_at, meeting.chair_name = MeetingState.LIVE, at, by.name
    meeting.save(update_fields=["state", "started_at", "chair_name"])
    Attendee.objects.filter(meeting=meeting, account_id=by.account_id).update(
        attendance=Attendance.PRESENT, noted_at=at
    )
    audit.record(by=by, at=at, action="start_meeting", subject=("meeting", meeting.pk))
    note_change(meeting.pk, ChangeKind.TURN)
    return meeting


def _may_skip_lock(state: MeetingState) -> MeetingState:
    # Beginning it locks the list, should nobody have done so before.
    return MeetingState.LIST_LOCKED if state is MeetingState.PLANNED else state


def _held(meeting: Meeting) -> Meeting:
    """The meeting as it stands, held until the transaction ends: two who press at once queue."""
    held = Meeting.objects.select_for_update(of=("self",)).select_related("series")
    return held.get(pk=meeting.pk)


@transaction.atomic
def turn_to(
    *, meeting: Meeting, item: Item | None, seen: uuid.UUID | None = None, by: Viewer, at: datetime
) -> Meeting:
    """Speak of somebody: `item`, or the next who waits. None left: the closing screen.

    `seen` is whom the presser's screen showed: pressed twice, or by two at once, it turns once.
    """
    meeting = _held(meeting)
    refuse_if(rules.why_not_live(meeting))
    if item is None and seen is not None and seen != meeting.now_item_id:
        return meeting
    items = list(Item.objects.filter(meeting=meeting).order_by("position", "pk"))
    before = next((one for one in items if one.pk == meeting.now_item_id), None)
    after = next((one for one in items if item and one.pk == item.pk), None)
    if item is None:
        after = _next_waiting(items, before)
    if after is not None:
        refuse_if(
            None if after.pk == meeting.now_item_id else rules.why_not_step(after, ItemState.NOW)
        )
    if before is not None and before is not after:
        _leave(before, meeting)
    if after is not None:
        after.state, after.discussed_at = ItemState.NOW, after.discussed_at or at
        after.save(update_fields=["state", "discussed_at"])
    meeting.now_item_id = after.pk if after else None
    meeting.now_since = timezone.now()
    meeting.save(update_fields=["now_item_id", "now_since"])
    audit.record(
        by=by,
        at=at,
        action="turn_to",
        subject=("meeting", meeting.pk),
        person_id=after.person_id if after else None,
    )
    note_change(meeting.pk, ChangeKind.TURN, item_id=meeting.now_item_id)
    return meeting


def _next_waiting(items: Sequence[Item], before: Item | None) -> Item | None:
    """The next who waits below the one spoken of, else the first who waits, else who is parked."""
    waiting = [one for one in items if one.state == ItemState.WAITING]
    below = [one for one in waiting if before is None or one.position > before.position]
    return next(iter(below or waiting), None)


def _leave(item: Item, meeting: Meeting) -> None:
    """Whoever was spoken of is done if anything was written; else parked, not forgotten."""
    spoken = timezone.now() - meeting.now_since if meeting.now_since else None
    if spoken is not None:
        item.seconds += min(int(spoken.total_seconds()), _LONGEST_SPOKEN_S)
    said = Line.objects.filter(item=item, taken_back_at__isnull=True).exclude(
        kind__in=[LineKind.QUESTION, LineKind.ANSWER]
    )
    if item.decided or said.exists():
        item.state, item.state_why = ItemState.DONE, ""
        item.present = present_words(meeting)
    elif item.state == ItemState.NOW:
        item.state, item.state_why = ItemState.PARKED, "Nothing was written yet"
    item.version += 1
    item.save(update_fields=["state", "state_why", "seconds", "present", "version"])


def present_words(meeting: Meeting) -> str:
    """Who is in the room by profession, each named once: `GP, Pharmacist, Social worker`."""
    here = Attendee.objects.filter(
        meeting=meeting, attendance__in=[Attendance.PRESENT, Attendance.BY_VIDEO]
    )
    roles = dict.fromkeys(label_of(Role(role)) for role in here.values_list("role", flat=True))
    return ", ".join(roles)[:400]


@transaction.atomic
def write_line(
    *,
    item: Item,
    kind: LineKind,
    words: str = "",
    line_id: uuid.UUID | None = None,
    is_sensitive: bool = False,
    owner: str = "",
    due_on: date | None = None,
    by: Viewer,
    at: datetime,
) -> Line:
    """Write a line of somebody; an action, goal or referral is made with it, in its own room.

    `line_id` is chosen by who writes: sent again after the network dropped, it is written once.
    """
    if line_id is not None and (known := Line.objects.filter(pk=line_id).first()) is not None:
        return _same_line(known, item)
    # Held, so that nothing is asked of somebody while the end of the meeting weighs what is open.
    meeting = _held(item.meeting)
    refuse_if(rules.why_not_live(meeting))
    refuse_if(rules.why_not_write(item, kind, words), field="words")
    line = Line(
        id=line_id or new_id(),
        item=item,
        person_id=item.person_id,
        owner=owner_of(by),
        kind=kind,
        words=words.strip() or kind.label,
        is_sensitive=is_sensitive,
        author_id=rules.account_of(by),
        author_name=by.name,
        author_role=by.role or "",
        author_word=by.organisation_word,
        written_at=at,
    )
    asking.make(line, owner=owner, due_on=due_on, by=by, at=at)
    if kind is LineKind.LEAD:
        name_lead(item, line, at=at)
    try:
        with transaction.atomic():
            line.save(force_insert=True)
    except IntegrityError:
        # The same line, sent a second time while the first was still on its way.
        return _same_line(Line.objects.get(pk=line.pk), item)
    _decide(item, line)
    audit.record(
        by=by, at=at, action="write_line", subject=("line", line.pk), person_id=item.person_id,
        detail={"kind": kind.value},
    )  # fmt: skip
    note_change(meeting.pk, ChangeKind.LINE, item_id=item.pk, thing_id=line.pk)
    return line


def _same_line(known: Line, item: Item) -> Line:
    refuse_if(None if known.item_id == item.pk else "This line belongs to somebody else.")
    return known


def _decide(item: Item, line: Line) -> None:
    """What a line says of the decision: an action keeps somebody active, S steps them down."""
    kind = LineKind(line.kind)
    decided = _DECIDES.get(kind)
    if decided is None:
        return
    is_quiet = item.decided in ("", Decided.NO_CHANGE)
    if kind in (LineKind.NO_CHANGE, LineKind.STEP_DOWN) or is_quiet:
        item.decided = decided
        item.version += 1
        item.save(update_fields=["decided", "version"])
    case = item.case
    if (told := _tells_case(line)) is not None:
        name, words = told
        setattr(case, name, words)
        case.save(update_fields=[name])


def _tells_case(line: Line) -> tuple[str, str] | None:
    """What a line puts on the case: its safety net, or the question of the next discussion."""
    if line.kind == LineKind.STEP_DOWN:
        return "safety_net", line.words[:600]
    if line.kind == LineKind.NO_CHANGE and line.words != LineKind.NO_CHANGE.label:
        # A new question asked instead of one more "no change": it leads the next discussion.
        return "question", line.words[:300]
    return None


def _restore(item: Item, line: Line) -> None:
    """What a line taken back had put on the case gives way to what stood there before.

    That is what the newest line still standing says of it, else what the case's own history says.
    Whatever was written there since by somebody else stays.
    """
    if (told := _tells_case(line)) is None:
        return
    name, words = told
    case = Case.objects.select_for_update(of=("self",)).get(pk=item.case_id)
    if getattr(case, name) != words:
        return
    said = [
        (other.taken_back_at is None, each[1])
        for other in in_order(Line.objects.filter(item=item, kind=line.kind))
        if (each := _tells_case(other)) is not None
    ]
    if standing := [words for stands, words in said if stands]:
        before = standing[-1]
    else:
        # What other lines taken back here had put there is no past to go back to either.
        gone = {f"{name}__in": [words for _, words in said]}
        past = CaseEvent.objects.filter(pgh_obj_id=case.pk).exclude(**gone)
        before = past.order_by("-pgh_id").values_list(name, flat=True).first() or ""
    setattr(case, name, before)
    case.save(update_fields=[name])
    setattr(item.case, name, before)


@transaction.atomic
def take_back_line(*, line: Line, by: Viewer, at: datetime) -> Line:
    """Take a line back, and what was asked with it: undo beats "are you sure?".

    What was kept on the outcome page after the line stays: decision, lead, what would bring them
    back.
    """
    refuse_if(rules.why_not_take_back(line, by=by, at=at))
    # As an outcome that is settled meanwhile: it is not passed over, nor does it pass over this.
    _held(line.item.meeting)
    held = Item.objects.select_for_update(of=("self",)).select_related("case", "meeting")
    line.item = item = held.get(pk=line.item_id)
    line.taken_back_at = at
    line.save(update_fields=["taken_back_at"])
    asking.unmake(line, by=by, at=at)
    if not _is_settled_since(item, line):
        if line.kind == LineKind.LEAD:
            take_back_lead(line)
        _restore(item, line)
        _redecide(item)
    audit.record(
        by=by, at=at, action="take_back_line", subject=("line", line.pk), person_id=line.person_id
    )
    note_change(item.meeting_id, ChangeKind.LINE, item_id=item.pk, thing_id=line.pk)
    return line


def _is_settled_since(item: Item, line: Line) -> bool:
    """Whether an outcome was kept on its page after this line was written."""
    if item.settled_after is None:
        return False
    written = with_turn(Line.objects.filter(pk=line.pk))
    return bool(written.filter(received__lte=item.settled_after).exists())


def _redecide(item: Item) -> None:
    """The decision as the outcome page left it, and the lines since that still stand."""
    lines = Line.objects.filter(
        item=item, taken_back_at__isnull=True, kind__in=[kind.value for kind in _DECIDES]
    )
    if item.settled_after is not None:
        lines = with_turn(lines).filter(received__gt=item.settled_after)
    decided = item.settled
    for kind in in_order(lines).values_list("kind", flat=True):
        said = _DECIDES[LineKind(kind)]
        if said in (Decided.NO_CHANGE, Decided.STEP_DOWN) or decided in ("", Decided.NO_CHANGE):
            decided = said
    if item.decided != decided:
        item.decided = decided
        item.version += 1
        item.save(update_fields=["decided", "version"])


@transaction.atomic
def write_part(
    *,
    item: Item,
    part: LineKind,
    words: str,
    based_on: int,
    line_id: uuid.UUID | None = None,
    by: Viewer,
    at: datetime,
) -> Line:
    """Better one part of the outcome. `based_on` is the number the writer saw, 0 for none.

    Whoever bettered the same number first stands; the second is kept beside it (`is_beside`), both
    are shown, and somebody chooses: nobody's words are lost.
    """
    if line_id is not None and (known := Line.objects.filter(pk=line_id).first()) is not None:
        return _same_line(known, item)
    refuse_if(None if part in PARTS else "This is no part of an outcome.")
    refuse_if(rules.why_not_write(item, part, words), field="words")
    # One scribe at a time at one person: the second sees what the first has written.
    held = Item.objects.select_for_update(of=("self",)).get(pk=item.pk)
    theirs = Line.objects.filter(item=held, kind=part, number__gt=0).order_by("-number").first()
    standing = (theirs.number or 0) if theirs else 0
    is_second = standing != based_on and theirs is not None and theirs.words != words.strip()
    line = Line(
        id=line_id or new_id(),
        item=held,
        person_id=held.person_id,
        owner=owner_of(by),
        kind=part,
        # Beside the one that stands: no number of its own.
        number=None if is_second else standing + 1,
        answers=theirs if is_second else None,
        words=words.strip(),
        author_id=rules.account_of(by),
        author_name=by.name,
        author_role=by.role or "",
        author_word=by.organisation_word,
        written_at=at,
    )
    line.save(force_insert=True)
    audit.record(
        by=by, at=at, action="write_part", subject=("line", line.pk), person_id=held.person_id,
        detail={"part": part.value, "beside": is_second},
    )  # fmt: skip
    note_change(held.meeting_id, ChangeKind.PART, item_id=held.pk, thing_id=line.pk)
    return line


def is_beside(line: Line) -> bool:
    """Whether a part was written beside another of the same moment: somebody has to choose."""
    return line.kind in PARTS and line.number is None and line.taken_back_at is None


@transaction.atomic
def choose_part(*, line: Line, keeps_mine: bool, by: Viewer, at: datetime) -> Line:
    """Choose between two versions of a part: the one beside stands from now on, or goes."""
    refuse_if(None if is_beside(line) else "Somebody has chosen already.")
    held = Item.objects.select_for_update(of=("self",)).get(pk=line.item_id)
    if keeps_mine:
        last = Line.objects.filter(item=held, kind=line.kind, number__gt=0).order_by("-number")
        first = last.first()
        line.number = (first.number or 0) + 1 if first else 1
        line.save(update_fields=["number"])
    else:
        line.taken_back_at = at
        line.save(update_fields=["taken_back_at"])
    audit.record(
        by=by, at=at, action="choose_part", subject=("line", line.pk), person_id=line.person_id
    )
    note_change(held.meeting_id, ChangeKind.PART, item_id=held.pk, thing_id=line.pk)
    return line


@transaction.atomic
def note_attendance(
    *, attendee: Attendee, attendance: Attendance, by: Viewer, at: datetime
) -> Attendee:
    """Note whether somebody is in the room."""
    attendee.attendance, attendee.noted_at = attendance, at
    attendee.save(update_fields=["attendance", "noted_at"])
    audit.record(
        by=by, at=at, action="note_attendance", subject=("meeting", attendee.meeting_id),
        detail={"attendance": attendance.value},
    )  # fmt: skip
    note_change(attendee.meeting_id, ChangeKind.ROOM)
    return attendee


@transaction.atomic
def add_attendee(
    *, meeting: Meeting, name: str, role: Role, word: str = "", by: Viewer, at: datetime
) -> Attendee:
    """Note a guest in the room: somebody this huddle does not know otherwise."""
    refuse_if(None if name.strip() else "Say who they are.", field="name")
    attendee = Attendee(
        id=new_id(),
        meeting=meeting,
        name=name.strip()[:160],
        role=role,
        organisation_word=word[:40],
        attendance=Attendance.PRESENT,
        noted_at=at,
    )
    attendee.save(force_insert=True)
    audit.record(by=by, at=at, action="add_attendee", subject=("meeting", meeting.pk))
    note_change(meeting.pk, ChangeKind.ROOM)
    return attendee

"""Ends a meeting and closes it: what was decided takes effect, the rest goes to the next huddle."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.casefinding import verbs as finding
from oneplace.huddles import asking, rules
from oneplace.huddles.announcements import CaseEnded, MeetingClosed
from oneplace.huddles.models import (
    Attendee,
    ChangeKind,
    Decided,
    Item,
    ItemState,
    Line,
    LineKind,
    Meeting,
)
from oneplace.huddles.verbs.agenda import brought_back_words, build_agenda
from oneplace.huddles.verbs.around import keep_around
from oneplace.huddles.verbs.behind import leave_nobody_behind_later
from oneplace.huddles.verbs.changing import note_change
from oneplace.huddles.verbs.listing import ended_words, put_on_agenda
from oneplace.huddles.verbs.live import present_words
from oneplace.huddles.verbs.outcome import draft_paragraph, take_effect
from oneplace.huddles.verbs.series import move_items, next_meeting
from oneplace.kit.announcing import announce
from oneplace.kit.refusals import refuse_if
from oneplace.vocabulary.terms import AgendaSection, Attendance, CaseState, MeetingState, Role


@transaction.atomic
def end_meeting(*, meeting: Meeting, by: Viewer, at: datetime) -> Meeting:
    """End a meeting: decisions take effect, paragraphs are drafted, whoever is left rolls over.

    Refused while somebody who was spoken of has no lead, or would be closed with an action open.
    """
    meeting = (
        Meeting.objects.select_for_update(of=("self",)).select_related("series").get(pk=meeting.pk)
    )
    refuse_if(rules.why_not_live(meeting))
    items = list(
        Item.objects.select_for_update(of=("self",))
        .filter(meeting=meeting)
        .select_related("case__lead", "person", "meeting")
        .order_by("position")
    )
    spoken = _spoken(items)
    left = [
        item
        for item in items
        if item not in spoken and item.state in (ItemState.WAITING, ItemState.PARKED, ItemState.NOW)
    ]
    for item in spoken:
        item.state = ItemState.DONE
    refuse_if(rules.why_not_end(spoken, open_actions=_open_actions(spoken, by=by)))
    settle(spoken, present=present_words(meeting), by=by, at=at)
    roll_over(meeting, left)
    bring_back(meeting, spoken, by=by, at=at)
    meeting.state, meeting.minuted_at = MeetingState.MINUTED, at
    meeting.now_item_id = meeting.now_since = None
    meeting.save(update_fields=["state", "minuted_at", "now_item_id", "now_since"])
    audit.record(
        by=by,
        at=at,
        action="end_meeting",
        subject=("meeting", meeting.pk),
        detail={"spoken": len(spoken), "rolled_over": len(left)},
    )
    note_change(meeting.pk, ChangeKind.OVER)
    leave_nobody_behind_later(meeting.pk)
    return meeting


def _open_actions(spoken: Sequence[Item], *, by: Viewer) -> dict[uuid.UUID, int]:
    closing = [item.person.current_id for item in spoken if item.decided == Decided.CLOSE]
    return asking.open_actions_of(closing, by=by)


def settle(spoken: Sequence[Item], *, present: str, by: Viewer, at: datetime) -> None:
    """Let what was decided of these take effect, and draft their paragraphs; in a verb's turn.

    A case closed since they were spoken of stays closed: they died, or object to what would be
    written of them. Whoever would be closed with something promised, which whoever ended the
    meeting could not see, stays and is brought back.
    """
    open_actions = _open_actions(spoken, by=by)
    clinicians = _clinicians(spoken[0].meeting) if spoken else []
    for item in spoken:
        if rules.is_closed_too_soon(item, open_actions):
            item.decided, item.case.closed_reason = Decided.BRING_BACK, ""
        item.present = item.present or present
        if rules.is_closed(item.case):
            _only_spoken(item, at=at)
            continue
        take_effect(item, at=at)
        draft_paragraph(item, clinicians=clinicians, at=at)


def _clinicians(meeting: Meeting) -> list[Attendee]:
    """Who of a meeting may check what goes to the GP's record: GPs first, whoever came first."""
    asked = Attendee.objects.filter(
        meeting=meeting, account_id__isnull=False, role__in=rules.CLINICIANS
    )
    came = (Attendance.PRESENT, Attendance.BY_VIDEO)
    return sorted(
        asked.order_by("name", "pk"),
        key=lambda one: (one.attendance not in came, one.role != Role.GP),
    )


def _only_spoken(item: Item, *, at: datetime) -> None:
    item.state = ItemState.DONE
    item.version += 1
    item.save()
    item.case.last_discussed_at = item.discussed_at or at
    item.case.version += 1
    item.case.save(update_fields=["last_discussed_at", "version"])


def _spoken(items: Sequence[Item]) -> list[Item]:
    """Who was spoken of: done, or being spoken of with something written."""
    said = set(
        Line.objects.filter(item__in=items, taken_back_at__isnull=True)
        .exclude(kind__in=[LineKind.QUESTION, LineKind.ANSWER])
        .values_list("item_id", flat=True)
    )
    return [
        item
        for item in items
        if item.state == ItemState.DONE
        or (item.state == ItemState.NOW and (item.decided or item.pk in said))
    ]


def roll_over(meeting: Meeting, left: Sequence[Item]) -> None:
    """Carry who was not reached to the next meeting; in a verb's transaction."""
    following = next_meeting(meeting.series, after=meeting.starts_at)
    for item in left:
        item.state = ItemState.ROLLED_OVER
        item.state_why = item.state_why or "Not reached"
        item.version += 1
    Item.objects.bulk_update(left, ["state", "state_why", "version"])
    if following is not None:
        move_items(left, to=following)


def bring_back(meeting: Meeting, spoken: Sequence[Item], *, by: Viewer, at: datetime) -> None:
    """Put who is wanted back on the next agenda; in a verb's transaction.

    Where none is planned yet, or it is full, the agenda takes them up when it is built.
    """
    following = next_meeting(meeting.series, after=meeting.starts_at)
    if following is None:
        return
    for item in spoken:
        if item.decided != Decided.BRING_BACK or not rules.is_open(item.case):
            continue
        standing = Item.objects.filter(meeting=following).count()
        if rules.why_not_bring(following, on_agenda=standing) is None:
            put_on_agenda(
                following,
                item.case,
                section=AgendaSection.DUE_REVIEWS,
                why=brought_back_words(item),
                by=by,
                at=at,
                is_noted=True,
            )


@transaction.atomic
def close_meeting(*, meeting: Meeting, by: Viewer, at: datetime) -> Meeting:
    """Approve the minutes: who was stepped down or closed is no longer open to the team."""
    meeting = (
        Meeting.objects.select_for_update(of=("self",)).select_related("series").get(pk=meeting.pk)
    )
    refuse_if(rules.why_not_close(meeting))
    items = list(Item.objects.filter(meeting=meeting).select_related("case"))
    meeting.state, meeting.closed_at = MeetingState.CLOSED, at
    meeting.closed_by_name = by.name
    meeting.save(update_fields=["state", "closed_at", "closed_by_name"])
    following = next_meeting(meeting.series, after=at)
    if following is not None and following.state == MeetingState.PLANNED:
        build_agenda(meeting=following, by=by, at=at)
    audit.record(
        by=by,
        at=at,
        action="close_meeting",
        subject=("meeting", meeting.pk),
        persons_shown=sorted({item.person_id for item in items}),
    )
    announce(MeetingClosed(meeting.pk, sorted({item.person_id for item in items}), by=by, at=at))
    ended = [
        item.case for item in items if item.case.state in (CaseState.STEPPED_DOWN, CaseState.CLOSED)
    ]
    for case in ended:
        finding.leave_huddle_list(person_ids=[case.person_id], why=ended_words(case), by=by, at=at)
        announce(
            CaseEnded(
                case.pk, case.person_id, case.practice_id, str(case.closed_reason), by=by, at=at
            )
        )
    # Last, because whoever acts may be one of those to whom these people close now.
    keep_around(persons=[case.person_id for case in ended], by=by, at=at)
    return meeting

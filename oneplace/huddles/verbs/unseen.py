"""Finishes for everybody what one person could only finish for those they see: done by jobs."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.casefinding import queries as casefinding
from oneplace.casefinding import verbs as finding
from oneplace.casefinding.models import Suggestion
from oneplace.huddles import rules
from oneplace.huddles.models import (
    OPEN_CASES,
    Case,
    ChangeKind,
    Item,
    ItemState,
    Meeting,
    Series,
    SeriesPractice,
)
from oneplace.huddles.verbs.around import keep_around
from oneplace.huddles.verbs.changing import note_change
from oneplace.huddles.verbs.closing import bring_back, roll_over, settle
from oneplace.huddles.verbs.listing import bring_listed, ended_words
from oneplace.huddles.verbs.series import move_items, next_meeting
from oneplace.huddles.verbs.timing import time_list, time_reviews
from oneplace.kit.refusals import Refused
from oneplace.vocabulary.terms import MeetingState


@transaction.atomic
def take_up_practices(*, series: Series, by: Viewer, at: datetime) -> list[Case]:
    """Take up whom the practices of a new series listed before it began, and cases left waiting.

    Cases of a series that ended come along with their leads and questions; people on a practice's
    list come onto the first agenda. Who objects meanwhile, or has died, stays off. Safe to repeat.
    """
    practices = list(
        SeriesPractice.objects.filter(series=series).values_list("practice_id", flat=True)
    )
    waiting = list(
        Case.objects.filter(
            practice_id__in=practices,
            series__ended_on__isnull=False,
            state__in=list(OPEN_CASES),
        )
    )
    for case in waiting:
        case.series = series
        case.version += 1
        case.save(update_fields=["series", "version"])
    known = set(
        Case.objects.filter(practice_id__in=practices).values_list("suggestion_id", flat=True)
    )
    found = [
        made
        for practice_id in practices
        for suggestion in casefinding.on_the_list(practice_id, viewer=by)
        if suggestion.pk not in known and (made := _listed(suggestion, by=by, at=at))
    ]
    audit.record(
        by=by,
        at=at,
        action="take_up_practices",
        subject=("series", series.pk),
        persons_shown=sorted({case.person_id for case in (*waiting, *found)}),
    )
    if waiting:
        keep_around(series=series, by=by, at=at)
    first = next_meeting(series, after=at)
    if first is not None:
        note_change(first.pk, ChangeKind.ORDER)
    return [*waiting, *found]


def _listed(suggestion: Suggestion, *, by: Viewer, at: datetime) -> Case | None:
    try:
        # A savepoint of its own: one who objects holds up nobody else.
        with transaction.atomic():
            case = bring_listed(
                person_id=suggestion.person_id,
                practice_id=suggestion.practice_id,
                suggestion_id=suggestion.pk,
                by=by,
                at=at,
            )
    except Refused:
        return None
    step = casefinding.last_step(suggestion.pk, viewer=by)
    if case is not None and step is not None:
        # Whoever listed them stands beside them, not the job that took them up.
        case.listed_by_id, case.listed_by_name = step.by_id, step.by_name
        case.save(update_fields=["listed_by_id", "listed_by_name"])
        Item.objects.filter(case=case, state=ItemState.WAITING).update(brought_by_name=step.by_name)
    return case


@transaction.atomic
def leave_nobody_behind(*, meeting: Meeting, by: Viewer, at: datetime) -> int:
    """Let go on who stood on the agenda of a meeting that is over, unseen by who ended it.

    After a cancelled meeting they are on the next; after one that was held what was decided of
    them takes effect, and who was not reached is carried over. How many. Safe to repeat.
    """
    meeting = (
        Meeting.objects.select_for_update(of=("self",)).select_related("series").get(pk=meeting.pk)
    )
    items = Item.objects.filter(meeting=meeting).select_related("case__lead", "person", "meeting")
    if meeting.state == MeetingState.CANCELLED:
        left = _left_of_cancelled(meeting, items)
    elif meeting.state in (MeetingState.MINUTED, MeetingState.CLOSED):
        unsettled = Q(case__last_discussed_at=None) | Q(
            case__last_discussed_at__lt=F("discussed_at")
        )
        spoken = list(items.filter(unsettled, state=ItemState.DONE))
        left = list(items.filter(state__in=[ItemState.WAITING, ItemState.PARKED, ItemState.NOW]))
        settle(spoken, present="", by=by, at=at)
        roll_over(meeting, left)
        bring_back(meeting, spoken, by=by, at=at)
        for item in spoken:
            if not rules.is_open(item.case):
                finding.leave_huddle_list(
                    person_ids=[item.person_id], why=ended_words(item.case), by=by, at=at
                )
        keep_around(persons=[item.person_id for item in spoken], by=by, at=at)
        left = [*spoken, *left]
        time_list(meeting, by=by, at=at)
        time_reviews(meeting, items.filter(state=ItemState.DONE), by=by, at=at)
    else:
        left = []
    audit.record(
        by=by,
        at=at,
        action="leave_nobody_behind",
        subject=("meeting", meeting.pk),
        persons_shown=sorted({item.person_id for item in left}),
    )
    return len(left)


def _left_of_cancelled(meeting: Meeting, items: QuerySet[Item]) -> list[Item]:
    following = next_meeting(meeting.series, after=meeting.starts_at)
    if following is None:
        return []
    there = Item.objects.filter(meeting=following).values("case_id")
    left = list(items.exclude(state=ItemState.TAKEN_OFF).exclude(case_id__in=there))
    move_items(left, to=following)
    return left

"""Builds the agenda since the last huddle that was held, locks it, and puts it in order."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from oneplace.access import audit
from oneplace.access.models import Account
from oneplace.access.viewer import Viewer
from oneplace.huddles import rules
from oneplace.huddles.models import (
    MINUTES,
    OPEN_CASES,
    Case,
    ChangeKind,
    Decided,
    Depth,
    Item,
    ItemState,
    Line,
    LineKind,
    Meeting,
)
from oneplace.huddles.queries.since import Happened, happened, last_held
from oneplace.huddles.verbs.changing import note_change
from oneplace.huddles.verbs.listing import QUICK
from oneplace.huddles.verbs.owning import owner_of
from oneplace.huddles.verbs.series import attendees_of
from oneplace.kit.clock import local_day
from oneplace.kit.formats import clock_time, day, plural
from oneplace.kit.refusals import refuse_if
from oneplace.kit.words import say
from oneplace.post import verbs as post
from oneplace.post.recipients import Recipient
from oneplace.post.verbs import Cause
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import AgendaSection, CaseState, MeetingState, Role

_ORDER: Final = {section: place for place, section in enumerate(AgendaSection)}
_STEP_DOWN_AFTER: Final = 3
"""Nothing had changed so many times: whether to step down is the question."""
FIRST_LOOK_BACK: Final = timedelta(days=28)
"""How far the first agenda of a series looks back."""


@transaction.atomic
def build_agenda(*, meeting: Meeting, by: Viewer, at: datetime) -> list[Item]:
    """Put on the agenda whoever has a reason to be there since the last held huddle.

    Safe to repeat: who stands there stays where somebody put them; only new reasons add people.
    """
    refuse_if(
        None
        if meeting.state in rules.NOT_YET
        else say("The agenda of a {huddle} under way is not rebuilt.")
    )
    before = last_held(meeting)
    since = before.starts_at if before else meeting.starts_at - FIRST_LOOK_BACK
    cases = list(
        Case.objects.filter(series_id=meeting.series_id, state__in=list(OPEN_CASES))
        .filter(listed_at__lte=at)
        .select_related("person")
    )
    news = happened([case.person_id for case in cases], since=since, until=at, viewer=by)
    carried = _carried(before)
    known = {item.case_id: item for item in Item.objects.filter(meeting=meeting)}
    new = []
    for case in cases:
        if case.pk in known:
            continue
        reason = _reason(case, news, carried, meeting)
        if reason is not None:
            new.append(_item(meeting, case, reason, carried.get(case.pk)))
    Item.objects.bulk_create(new)
    _put_in_order(meeting)
    meeting.agenda_built_at = at
    meeting.save(update_fields=["agenda_built_at"])
    audit.record(
        by=by,
        at=at,
        action="build_agenda",
        subject=("meeting", meeting.pk),
        persons_shown=[item.person_id for item in new],
    )
    return new


def _carried(before: Meeting | None) -> dict[uuid.UUID, Item]:
    """Whom the last huddle did not come to, or wanted back, by case."""
    if before is None:
        return {}
    left = Item.objects.filter(
        Q(state__in=[ItemState.ROLLED_OVER, ItemState.PARKED, ItemState.WAITING])
        | Q(state=ItemState.DONE, decided=Decided.BRING_BACK),
        meeting=before,
    )
    return {item.case_id: item for item in left.select_related("meeting")}


def brought_back_words(left: Item) -> str:
    """Why somebody is on an agenda whom the last huddle wanted back."""
    return say("Brought back from the {huddle} of {day}", day=day(left.meeting.starts_at))


def _reason(  # noqa: PLR0911 - one reason after another, in the suggested order
    case: Case,
    news: Mapping[uuid.UUID, Happened],
    carried: Mapping[uuid.UUID, Item],
    meeting: Meeting,
) -> tuple[AgendaSection, str] | None:
    """Why a case is on the agenda, the first reason in the suggested order; None for no reason."""
    found = news.get(case.person_id)
    if case.is_safeguarding or (found and found.concern):
        return AgendaSection.SAFEGUARDING, (found and found.concern) or case.why
    if found and found.hospital:
        return AgendaSection.IN_AND_OUT_OF_HOSPITAL, found.hospital
    if case.state == CaseState.LISTED:
        return AgendaSection.NEW_CASES, case.why
    left = carried.get(case.pk)
    if left is not None and left.decided == Decided.BRING_BACK:
        return AgendaSection.DUE_REVIEWS, brought_back_words(left)
    if found and found.late:
        return AgendaSection.OVERDUE_ACTIONS, found.late
    if case.unchanged >= _STEP_DOWN_AFTER:
        return AgendaSection.STEP_DOWNS, f"Nothing changed {plural(case.unchanged, 'time')} running"
    if case.next_review_on is not None and case.next_review_on <= local_day(meeting.starts_at):
        return AgendaSection.DUE_REVIEWS, f"Review due {day(case.next_review_on)}"
    if case.state == CaseState.REVIEW_DUE:
        return AgendaSection.DUE_REVIEWS, "Review due"
    if left is not None:
        return AgendaSection(left.section), left.why
    return None


def _item(
    meeting: Meeting, case: Case, reason: tuple[AgendaSection, str], carried: Item | None
) -> Item:
    section, why = reason
    depth = Depth.QUICK if section in QUICK else Depth.FULL
    return Item(
        id=new_id(),
        meeting=meeting,
        case=case,
        person_id=case.person_id,
        owner=case.owner,
        section=section,
        position=rules.MOST_ON_AGENDA + 1,
        depth=depth,
        minutes=MINUTES[depth],
        why=why[: rules.LONGEST_WHY],
        question=case.question or (carried.question if carried else ""),
        brought_by_name=case.listed_by_name if section is AgendaSection.NEW_CASES else "",
    )


def _put_in_order(meeting: Meeting) -> None:
    """By the parts of the agenda; inside a part who stood there first stays first."""
    items = list(Item.objects.filter(meeting=meeting).order_by("position", "pk"))
    items.sort(key=lambda item: _ORDER[AgendaSection(item.section)])
    for position, item in enumerate(items, start=1):
        item.position = position
    Item.objects.bulk_update(items, ["position"])


@transaction.atomic
def lock_list(*, meeting: Meeting, by: Viewer, at: datetime) -> Meeting:
    """Lock a meeting's list and send each who is asked one nudge: how many people, which questions.

    Later additions stay possible, marked late.
    """
    refuse_if(None if meeting.state == MeetingState.PLANNED else "This list is locked already.")
    build_agenda(meeting=meeting, by=by, at=at)
    meeting.state, meeting.locked_at = MeetingState.LIST_LOCKED, at
    meeting.save(update_fields=["state", "locked_at"])
    audit.record(by=by, at=at, action="lock_list", subject=("meeting", meeting.pk))
    _nudge(meeting, by=by, at=at)
    note_change(meeting.pk, ChangeKind.ORDER)
    return meeting


def _nudge(meeting: Meeting, *, by: Viewer, at: datetime) -> None:
    """One notice for each who is asked: numbers, never names. None where nobody is listed."""
    items = list(Item.objects.filter(meeting=meeting).exclude(state=ItemState.TAKEN_OFF))
    if not items:
        return
    questions: dict[str, int] = {}
    asked = Line.objects.filter(item__in=items, kind=LineKind.QUESTION, taken_back_at__isnull=True)
    for role in asked.filter(answered_by__isnull=True).values_list("to_role", flat=True):
        questions[role] = questions.get(role, 0) + 1
    attendees = attendees_of(meeting, at=at)
    accounts = Account.objects.in_bulk([one.account_id for one in attendees if one.account_id])
    address = reverse("huddles:prepare", args=[meeting.pk])
    for attendee in attendees:
        account = accounts.get(attendee.account_id) if attendee.account_id else None
        if account is None or not account.is_active:
            continue
        told = nudge_words(len(items), questions.get(attendee.role, 0))
        post.write_message(
            template="notice",
            values={"subject": f"{meeting.series.name}: {told}", "words": _words(meeting, told)},
            to=Recipient.account(account),
            cause=Cause("huddles", "nudge", meeting.pk),
            opens=address,
            by=by,
            at=at,
        )


def nudge_words(people: int, questions: int) -> str:
    """`3 people, 2 questions for you`."""
    told = plural(people, "person", "people")
    return f"{told}, {plural(questions, 'question')} for you" if questions else told


def _words(meeting: Meeting, told: str) -> str:
    return (
        say("The {huddle} of ")
        + f"{meeting.series.name} on {day(meeting.starts_at)}: {told}. The list is "
        f"locked. Two minutes now save ten then: open it, answer what is asked of you, and say "
        f"what you bring. It begins at {clock_time(meeting.starts_at)}."
    )


@transaction.atomic
def move_item(*, item: Item, to: int, by: Viewer, at: datetime) -> Item:
    """Put somebody at another place of the running order, counted from 1."""
    items = list(
        Item.objects.select_for_update(of=("self",))
        .filter(meeting_id=item.meeting_id)
        .order_by("position", "pk")
    )
    refuse_if(None if item.pk in {one.pk for one in items} else "They are not on this agenda.")
    rest = [one for one in items if one.pk != item.pk]
    moved = next(one for one in items if one.pk == item.pk)
    rest.insert(max(0, min(to, len(items)) - 1), moved)
    for position, one in enumerate(rest, start=1):
        one.position = position
    Item.objects.bulk_update(rest, ["position"])
    return _noted("move_item", moved, by=by, at=at)


@transaction.atomic
def set_depth(*, item: Item, depth: Depth, minutes: int, by: Viewer, at: datetime) -> Item:
    """Say how long somebody is spoken of."""
    refuse_if(None if 1 <= minutes <= 60 else "Between 1 and 60 minutes.")
    item.depth, item.minutes = depth, minutes
    item.save(update_fields=["depth", "minutes"])
    return _noted("set_depth", item, by=by, at=at)


@transaction.atomic
def park_item(*, item: Item, why: str = "", by: Viewer, at: datetime) -> Item:
    """Set somebody aside: they come at the end, or to the next huddle."""
    refuse_if(rules.why_not_step(item, ItemState.PARKED))
    item.state, item.state_why = ItemState.PARKED, why.strip()[: rules.LONGEST_WHY]
    item.save(update_fields=["state", "state_why"])
    return _noted("park_item", item, by=by, at=at)


@transaction.atomic
def unpark_item(*, item: Item, by: Viewer, at: datetime) -> Item:
    """Take somebody up again who was set aside."""
    refuse_if(rules.why_not_step(item, ItemState.WAITING))
    item.state, item.state_why = ItemState.WAITING, ""
    item.save(update_fields=["state", "state_why"])
    return _noted("unpark_item", item, by=by, at=at)


@transaction.atomic
def ask_question(*, item: Item, words: str, to_role: Role, by: Viewer, at: datetime) -> Line:
    """Ask one profession something before the huddle; it stands on their page to prepare."""
    refuse_if(rules.why_not_write(item, LineKind.QUESTION, words), field="words")
    line = _line(item, LineKind.QUESTION, words, by=by, at=at)
    line.to_role = to_role
    line.save(force_insert=True)
    audit.record(
        by=by, at=at, action="ask_question", subject=("line", line.pk), person_id=item.person_id
    )
    note_change(item.meeting_id, ChangeKind.LINE, item_id=item.pk, thing_id=line.pk)
    return line


@transaction.atomic
def answer_question(*, question: Line, words: str, by: Viewer, at: datetime) -> Line:
    """Answer a question before the huddle, or in it; it shows beside the question."""
    item = question.item
    refuse_if(rules.why_not_write(item, LineKind.ANSWER, words), field="words")
    refuse_if(
        None if question.kind == LineKind.QUESTION else "Only questions are answered.",
        field="words",
    )
    line = _line(item, LineKind.ANSWER, words, by=by, at=at)
    line.answers = question
    line.save(force_insert=True)
    audit.record(
        by=by, at=at, action="answer_question", subject=("line", line.pk), person_id=item.person_id
    )
    note_change(item.meeting_id, ChangeKind.LINE, item_id=item.pk, thing_id=line.pk)
    return line


def _line(item: Item, kind: LineKind, words: str, *, by: Viewer, at: datetime) -> Line:
    return Line(
        id=new_id(),
        item=item,
        person_id=item.person_id,
        owner=owner_of(by),
        kind=kind,
        words=words.strip(),
        author_id=rules.account_of(by),
        author_name=by.name,
        author_role=by.role or "",
        author_word=by.organisation_word,
        written_at=at,
    )


def _noted(action: str, item: Item, *, by: Viewer, at: datetime) -> Item:
    audit.record(by=by, at=at, action=action, subject=("item", item.pk), person_id=item.person_id)
    note_change(item.meeting_id, ChangeKind.ORDER, item_id=item.pk)
    return item

"""Keeps cases and agendas in step with what earlier rooms say: listed, died, objected, merged."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.actions import verbs as action_verbs
from oneplace.huddles import rules
from oneplace.huddles.models import OPEN_CASES, Case, ChangeKind, Item, ItemState
from oneplace.huddles.verbs.around import keep_around
from oneplace.huddles.verbs.changing import note_change
from oneplace.huddles.verbs.listing import put_to_end
from oneplace.kit.formats import day
from oneplace.people.models import Person
from oneplace.vocabulary.terms import CaseClosed, CaseState, MeetingState

_STANDING: Final = (ItemState.WAITING, ItemState.PARKED, ItemState.NOW)


@transaction.atomic
def close_cases(
    *,
    person_ids: Sequence[uuid.UUID],
    reason: CaseClosed,
    why: str,
    by: Viewer,
    at: datetime,
) -> int:
    """Close whatever is open of these people, also while they are being spoken of.

    Every screen that shows them is told at once, and says why; nothing written is lost.
    """
    cases = list(
        Case.objects.filter(person__current_id__in=_selves(person_ids), state__in=list(OPEN_CASES))
    )
    for case in cases:
        for item in Item.objects.filter(
            case=case, meeting__state__in=[*rules.NOT_YET, MeetingState.LIVE]
        ).select_related("meeting"):
            _take_off(item, why, at=at)
        put_to_end(case, state=CaseState.CLOSED, reason=reason, safety_net="", at=at)
        audit.record(
            by=by,
            at=at,
            action="close_case",
            subject=("case", case.pk),
            person_id=case.person_id,
            reason=why,
        )
    if cases:
        keep_around(persons=sorted({case.person_id for case in cases}), by=by, at=at)
    return len(cases)


@transaction.atomic
def unlist_case(
    *, person_id: uuid.UUID, practice_id: uuid.UUID, why: str, by: Viewer, at: datetime
) -> Case | None:
    """Let go whom a practice took off its list, as long as no huddle has spoken of them.

    Whoever was spoken of stays until a huddle steps them down; the next one reads why.
    """
    case = (
        Case.objects.filter(
            person__current_id__in=_selves([person_id]),
            practice_id=practice_id,
            state__in=list(OPEN_CASES),
        )
        .order_by("-listed_at")
        .first()
    )
    if case is None:
        return None
    if case.state != CaseState.LISTED:
        case.question = f"The practice took them off its list: {why}"[: rules.LONGEST_WHY]
        case.version += 1
        case.save(update_fields=["question", "version"])
    else:
        for item in Item.objects.filter(
            case=case, meeting__state__in=[*rules.NOT_YET, MeetingState.LIVE]
        ).select_related("meeting"):
            _take_off(item, why, at=at)
        put_to_end(case, state=CaseState.CLOSED, reason=CaseClosed.DECLINED, safety_net="", at=at)
    audit.record(
        by=by,
        at=at,
        action="unlist_case",
        subject=("case", case.pk),
        person_id=case.person_id,
        reason=why,
    )
    keep_around(persons=[case.person_id], by=by, at=at)
    return case


def _selves(person_ids: Sequence[uuid.UUID]) -> list[uuid.UUID]:
    found = Person.objects.filter(pk__in=list(person_ids)).values_list("current_id", flat=True)
    return sorted({*person_ids, *found})


def _take_off(item: Item, why: str, *, at: datetime) -> None:
    if item.state in _STANDING or item.meeting.state == MeetingState.LIVE:
        if item.state in _STANDING:
            item.state = ItemState.TAKEN_OFF
        item.state_why = why[: rules.LONGEST_WHY]
        item.version += 1
        item.save(update_fields=["state", "state_why", "version"])
    note_change(item.meeting_id, ChangeKind.ACCESS, item_id=item.pk)


@transaction.atomic
def reopen_cases(
    *, person_ids: Sequence[uuid.UUID], reason: CaseClosed, by: Viewer, at: datetime
) -> int:
    """Take up again what was closed for a reason that did not hold: a death said wrongly."""
    cases = list(
        Case.objects.filter(
            person__current_id__in=_selves(person_ids),
            state=CaseState.CLOSED,
            closed_reason=reason,
        )
    )
    for case in cases:
        case.state, case.closed_reason, case.ended_at = CaseState.LISTED, "", None
        case.version += 1
        case.save()
        if reason is CaseClosed.DIED:
            action_verbs.start_clocks_again(
                thing_id=case.pk,
                because=action_verbs.DEATH_WAS_A_MISTAKE,
                stopped_because=action_verbs.STOPPED_BY_DEATH,
                by=by,
                at=at,
            )
        for item in Item.objects.filter(
            case=case, state=ItemState.TAKEN_OFF, meeting__state__in=[*rules.NOT_YET, "live"]
        ):
            item.state, item.state_why = ItemState.WAITING, ""
            item.version += 1
            item.save(update_fields=["state", "state_why", "version"])
            note_change(item.meeting_id, ChangeKind.ACCESS, item_id=item.pk)
        audit.record(
            by=by, at=at, action="reopen_case", subject=("case", case.pk), person_id=case.person_id
        )
    if cases:
        keep_around(persons=sorted({case.person_id for case in cases}), by=by, at=at)
    return len(cases)


@transaction.atomic
def put_cases_together(
    *, kept_id: uuid.UUID, given_up_id: uuid.UUID, by: Viewer, at: datetime
) -> int:
    """Two people on a list turned out to be one: they are spoken of once, nothing moves or is lost.

    The rows stay with whom they were written for, so undoing the merge brings both back.
    """
    items = list(
        Item.objects.filter(
            person_id__in=[kept_id, given_up_id],
            meeting__state__in=[*rules.NOT_YET, MeetingState.LIVE],
        )
        .exclude(state=ItemState.TAKEN_OFF)
        .order_by("meeting_id", "position")
    )
    seen: dict[uuid.UUID, Item] = {}
    taken = 0
    for item in items:
        first = seen.setdefault(item.meeting_id, item)
        if first is not item and item.state in _STANDING and first.person_id != item.person_id:
            item.state = ItemState.TAKEN_OFF
            item.state_why = f"The same person as number {first.position} on this agenda"
            item.version += 1
            item.save(update_fields=["state", "state_why", "version"])
            taken += 1
        note_change(item.meeting_id, ChangeKind.ACCESS, item_id=item.pk)
    audit.record(
        by=by,
        at=at,
        action="put_cases_together",
        subject=("person", kept_id),
        person_id=kept_id,
        detail={"taken_off": taken},
    )
    return taken


@transaction.atomic
def part_cases(*, kept_id: uuid.UUID, given_up_id: uuid.UUID, by: Viewer, at: datetime) -> int:
    """They are two people after all: whoever was taken off as the other is back on the agenda."""
    back = Item.objects.filter(
        person_id__in=[kept_id, given_up_id],
        state=ItemState.TAKEN_OFF,
        state_why__startswith="The same person as number",
        meeting__state__in=[*rules.NOT_YET, MeetingState.LIVE],
    )
    count = 0
    for item in back:
        item.state, item.state_why = ItemState.WAITING, ""
        item.version += 1
        item.save(update_fields=["state", "state_why", "version"])
        note_change(item.meeting_id, ChangeKind.ACCESS, item_id=item.pk)
        count += 1
    audit.record(
        by=by,
        at=at,
        action="part_cases",
        subject=("person", kept_id),
        person_id=kept_id,
        detail={"back": count},
    )
    return count


@transaction.atomic
def leave_leads(*, account_id: uuid.UUID, noted_by: str, by: Viewer, at: datetime) -> int:
    """Whoever leaves leads nobody any longer: their cases say so until somebody else is named."""
    cases = list(Case.objects.filter(lead__account_id=account_id, state__in=list(OPEN_CASES)))
    for case in cases:
        case.lead, case.lead_name = None, ""
        case.question = case.question or f"Who leads now? {noted_by} noted a leaver on {day(at)}"
        case.version += 1
        case.save(update_fields=["lead", "lead_name", "question", "version"])
    audit.record(
        by=by,
        at=at,
        action="leave_leads",
        subject=("account", account_id),
        detail={"cases": len(cases)},
    )
    return len(cases)

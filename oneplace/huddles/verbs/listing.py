"""Puts people on a huddle's list and brings them to a meeting; the team then stands around them."""

import uuid
from datetime import date, datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.casefinding import queries as casefinding
from oneplace.casefinding import verbs as finding
from oneplace.huddles import rules
from oneplace.huddles.announcements import CaseEnded, CaseListed
from oneplace.huddles.models import (
    MINUTES,
    OPEN_CASES,
    Case,
    ChangeKind,
    Depth,
    Item,
    ItemState,
    Meeting,
    Series,
    SeriesPractice,
)
from oneplace.huddles.verbs.around import keep_around
from oneplace.huddles.verbs.changing import note_change
from oneplace.huddles.verbs.owning import owner_of_list
from oneplace.huddles.verbs.series import next_meeting
from oneplace.kit.announcing import announce
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import refuse_if
from oneplace.kit.words import label_of, say
from oneplace.partners.models import Organisation
from oneplace.people import queries as people
from oneplace.people.models import Person
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import (
    AgendaSection,
    CaseClosed,
    CaseFindingSource,
    CaseState,
    MeetingState,
    Purpose,
)

QUICK: Final = frozenset({AgendaSection.DUE_REVIEWS, AgendaSection.STEP_DOWNS})
"""The parts of an agenda whose people are reviewed quickly."""
_ORDER: Final = {section: place for place, section in enumerate(AgendaSection)}


@transaction.atomic
def list_case(
    *,
    person_id: uuid.UUID,
    practice_id: uuid.UUID,
    why: str,
    route: CaseFindingSource | None = None,
    suggestion_id: uuid.UUID | None = None,
    referrer: Organisation | None = None,
    told_on: date | None = None,
    is_safeguarding: bool = False,
    by: Viewer,
    at: datetime,
) -> Case:
    """Put somebody on their practice's list; whoever stands there already is only told anew.

    In the same transaction the core team comes to stand in a relationship to them.
    """
    person = Person.objects.filter(was__pk=person_id).first()
    if person is None:
        refuse_if("Nothing connects you with this person, so you cannot bring them.")
        raise AssertionError
    series = _series_of(practice_id)
    refuse_if(
        rules.why_not_list(
            is_dead=person.is_dead,
            has_series=series is not None,
            objects=person.pk not in people.may_use([person.pk], Purpose.DIRECT_CARE, viewer=by),
            why=why,
        )
    )
    if series is None:
        raise AssertionError
    case = _open_case(person, practice_id)
    if case is None:
        case = _new_case(
            person, series, practice_id, why=why, route=route, is_safeguarding=is_safeguarding,
            referrer=referrer, by=by, at=at,
        )  # fmt: skip
    elif case.state in (CaseState.STEPPED_DOWN, CaseState.CLOSED):
        _list_again(case, why=why, route=route, at=at)
    case.suggestion_id = suggestion_id or case.suggestion_id
    case.told_on = told_on or case.told_on
    case.save()
    if suggestion_id is None:
        # Suggested as well, and brought by another way: nobody looks at them as new any more.
        finding.join_huddle_list(person_ids=[case.person_id], told_on=case.told_on, by=by, at=at)
    audit.record(
        by=by, at=at, action="list_case", subject=("case", case.pk), person_id=case.person_id
    )
    keep_around(persons=[case.person_id], by=by, at=at)
    announce(CaseListed(case.pk, case.person_id, practice_id, by=by, at=at))
    return case


def _series_of(practice_id: uuid.UUID) -> Series | None:
    found = SeriesPractice.objects.filter(
        practice_id=practice_id, series__ended_on__isnull=True
    ).select_related("series")
    row = found.first()
    return row.series if row else None


def _open_case(person: Person, practice_id: uuid.UUID) -> Case | None:
    """The case of this person that is open or may be taken up again, the newest first.

    One that was closed before any huddle spoke of them is the same case when they are brought
    anew: a second would stand beside it on the same agenda.
    """
    standing = Q(state__in=[*OPEN_CASES, CaseState.STEPPED_DOWN])
    unspoken = Q(state=CaseState.CLOSED, last_discussed_at=None)
    found = Case.objects.select_for_update(of=("self",)).filter(
        standing | unspoken, person__current_id=person.pk, practice_id=practice_id
    )
    return found.order_by(F("ended_at").desc(nulls_first=True), "-listed_at").first()


def _new_case(  # type: ignore[no-untyped-def]
    person, series, practice_id, *, why, route, is_safeguarding, referrer, by, at
) -> Case:
    case = Case(
        id=new_id(),
        person=person,
        practice_id=practice_id,
        owner=owner_of_list(Organisation.objects.get(pk=practice_id), by=by),
        series=series,
        route=route or "",
        why=why.strip(),
        listed_at=at,
        listed_by_id=rules.account_of(by),
        listed_by_name=by.name,
        referrer=referrer,
        is_safeguarding=is_safeguarding,
    )
    case.save(force_insert=True)
    # Whoever could not read what comes of it would bring them twice, and hear of nothing.
    refuse_if(rules.why_not_unheard(is_read=Case.objects.filter(pk=case.pk).exists()))
    return case


def _list_again(case: Case, *, why: str, route: CaseFindingSource | None, at: datetime) -> None:
    case.state, case.closed_reason, case.ended_at = CaseState.LISTED, "", None
    case.why, case.route, case.listed_at = why.strip(), route or case.route, at
    # Told and unchanged of an earlier listing say nothing of this one.
    case.told_on, case.unchanged = None, 0


@transaction.atomic
def bring_to_huddle(
    *,
    person_id: uuid.UUID,
    practice_id: uuid.UUID,
    why: str,
    meeting: Meeting | None = None,
    section: AgendaSection = AgendaSection.NEW_CASES,
    question: str = "",
    told_on: date | None = None,
    by: Viewer,
    at: datetime,
) -> Item | None:
    """Bring somebody to a meeting, the next one unless another is named; listed if they are not.

    After the list has locked, and on the day, they come last of their part and are marked late.
    None where no meeting is planned yet: they are on the list and the next agenda takes them up.
    """
    case = list_case(
        person_id=person_id,
        practice_id=practice_id,
        why=why,
        told_on=told_on,
        is_safeguarding=section is AgendaSection.SAFEGUARDING,
        by=by,
        at=at,
    )
    meeting = meeting or _under_way(case.series) or next_meeting(case.series, after=at)
    if meeting is None:
        return None
    return put_on_agenda(
        meeting, case, section=section, why=why, question=question, by=by, at=at, is_noted=True
    )


@transaction.atomic
def bring_listed(
    *,
    person_id: uuid.UUID,
    practice_id: uuid.UUID,
    suggestion_id: uuid.UUID,
    by: Viewer,
    at: datetime,
) -> Case | None:
    """Take up whoever their practice listed: on the huddle's list, and on the next agenda.

    None where the practice holds no huddle yet: they stay on the practice's own list.
    """
    if _series_of(practice_id) is None:
        return None
    suggestion = casefinding.suggestion(suggestion_id, viewer=by)
    reasons = casefinding.reasons_of([suggestion_id], viewer=by).get(suggestion_id, [])
    route = CaseFindingSource(suggestion.source) if suggestion and suggestion.source else None
    why = "; ".join(reason.text for reason in reasons[:3]) or (
        route.label if route else "Listed by the practice"
    )
    case = list_case(
        person_id=person_id,
        practice_id=practice_id,
        why=why[: rules.LONGEST_WHY],
        route=route,
        suggestion_id=suggestion_id,
        told_on=local_day(suggestion.told_at) if suggestion and suggestion.told_at else None,
        by=by,
        at=at,
    )
    meeting = next_meeting(case.series, after=at)
    if meeting is not None:
        put_on_agenda(
            meeting,
            case,
            section=AgendaSection.NEW_CASES,
            why=case.why,
            by=by,
            at=at,
            is_noted=True,
        )
    return case


def _under_way(series: Series) -> Meeting | None:
    return Meeting.objects.filter(series=series, state=MeetingState.LIVE).first()


def put_on_agenda(
    meeting: Meeting,
    case: Case,
    *,
    section: AgendaSection,
    why: str,
    question: str = "",
    by: Viewer,
    at: datetime,
    is_noted: bool = False,
) -> Item:
    """The item of a case on an agenda, made where there is none; in the verb's transaction."""
    known = Item.objects.filter(meeting=meeting, case=case).first()
    if known is not None and known.state != ItemState.TAKEN_OFF:
        return known
    if known is not None:
        known.state, known.state_why, known.why = ItemState.WAITING, "", why
        known.version += 1
        known.save(update_fields=["state", "state_why", "why", "version"])
        if is_noted:
            note_change(meeting.pk, ChangeKind.ORDER, item_id=known.pk)
        return known
    others = list(Item.objects.filter(meeting=meeting).order_by("position"))
    refuse_if(rules.why_not_bring(meeting, on_agenda=len(others)))
    lock = settings.PLACE.thresholds.huddle_lock.timedelta
    state = rules.state_at(meeting, lock, at=at)
    depth = Depth.QUICK if section in QUICK else Depth.FULL
    item = Item(
        id=new_id(),
        meeting=meeting,
        case=case,
        person_id=case.person_id,
        owner=case.owner,
        section=section,
        position=_position(others, section),
        depth=depth,
        minutes=MINUTES[depth],
        why=why.strip()[: rules.LONGEST_WHY],
        question=question or case.question,
        is_late=state is not MeetingState.PLANNED,
        brought_by_name=by.name,
    )
    for other in others:
        if other.position >= item.position:
            other.position += 1
            other.save(update_fields=["position"])
    item.save(force_insert=True)
    if is_noted:
        audit.record(
            by=by,
            at=at,
            action="bring_to_huddle",
            subject=("item", item.pk),
            person_id=item.person_id,
        )
        note_change(meeting.pk, ChangeKind.ORDER, item_id=item.pk)
    return item


def _position(others: list[Item], section: AgendaSection) -> int:
    before = [
        other.position
        for other in others
        if _ORDER[AgendaSection(other.section)] <= _ORDER[section]
        or other.state in (ItemState.DONE, ItemState.NOW)
    ]
    return max(before, default=0) + 1


@transaction.atomic
def end_case(
    *,
    case: Case,
    state: CaseState,
    reason: CaseClosed | None = None,
    safety_net: str = "",
    why: str = "",
    by: Viewer,
    at: datetime,
) -> Case:
    """Step a case down or close it outside a meeting: the team's relationship ends with it."""
    refuse_if(None if rules.is_open(case) else "This case has ended already.")
    put_to_end(case, state=state, reason=reason, safety_net=safety_net, at=at)
    for item in Item.objects.filter(
        case=case, state__in=[ItemState.WAITING, ItemState.PARKED, ItemState.NOW]
    ):
        item.state = ItemState.TAKEN_OFF
        item.state_why = (why or label_of(state))[: rules.LONGEST_WHY]
        item.version += 1
        item.save(update_fields=["state", "state_why", "version"])
        note_change(item.meeting_id, ChangeKind.ACCESS, item_id=item.pk)
    audit.record(
        by=by,
        at=at,
        action="end_case",
        subject=("case", case.pk),
        person_id=case.person_id,
        reason=why,
    )
    finding.leave_huddle_list(person_ids=[case.person_id], why=ended_words(case), by=by, at=at)
    keep_around(persons=[case.person_id], by=by, at=at)
    announce(
        CaseEnded(
            case.pk, case.person_id, case.practice_id, reason.value if reason else "", by=by, at=at
        )
    )
    return case


def ended_words(case: Case) -> str:
    """Why somebody leaves their practice's list with the end of their case."""
    if case.state == CaseState.CLOSED and case.closed_reason:
        reason = label_of(CaseClosed(case.closed_reason)).lower()
        return say("Closed by the {huddle}: {reason}", reason=reason)
    return say("Stepped down by the {huddle}")


def put_to_end(
    case: Case, *, state: CaseState, reason: CaseClosed | None, safety_net: str, at: datetime
) -> None:
    """Write that a case has ended; in the verb's transaction."""
    case.state = state
    case.closed_reason = reason or ""
    case.safety_net = safety_net.strip() or case.safety_net
    case.ended_at, case.next_review_on = at, None
    case.version += 1
    case.save()

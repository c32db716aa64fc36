"""Visits are booked, given to somebody, moved and cancelled."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import connection, transaction

from oneplace.access import verbs as access_verbs
from oneplace.access.models import Account, Hat
from oneplace.access.viewer import Viewer
from oneplace.kit.announcing import announce
from oneplace.kit.clock import day_begins, local_day
from oneplace.kit.formats import moment
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.partners.models import Team
from oneplace.people import queries as people
from oneplace.people.rules import account_of
from oneplace.post import verbs as post
from oneplace.post.recipients import Recipient
from oneplace.post.verbs import Cause
from oneplace.visits import rules
from oneplace.visits.announcements import VisitBooked, VisitCancelled
from oneplace.visits.models import TO_COME, Visit, VisitOrigin, VisitPurpose, VisitState
from oneplace.visits.verbs.writing import change, close_record, held, own, record, refuse
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import RelationshipKind

STOPPED_BY_DEATH: Final = "The person has died."
"""Why a visit was cancelled that a death stopped: by it those are known that stand again."""
STOPPED_BY_MISTAKE: Final = "A death was recorded by mistake, and the time passed meanwhile."


@transaction.atomic
def book(
    *,
    person_id: uuid.UUID,
    purpose: VisitPurpose,
    opens_at: datetime,
    closes_at: datetime,
    worker: Hat | None = None,
    team: Team | None = None,
    minutes: int = 45,
    why: str = "",
    promised_by_at: datetime | None = None,
    pair_id: uuid.UUID | None = None,
    skill: str = "",
    origin: VisitOrigin = VisitOrigin.RECORD,
    origin_id: uuid.UUID | None = None,
    follows: Visit | None = None,
    by: Viewer,
    at: datetime,
) -> Visit:
    """Book somebody, or a team that sends somebody, to a person's door within a window.

    Whoever goes may open the record until the visit is over. Raises `Refused` with the reason,
    `worker`, `opens_at`, `closes_at` or `minutes` naming what it is about.
    """
    person = people.person(person_id, viewer=by)
    team = team or _team_of(worker)
    refuse(
        rules.why_not_book(
            is_connected=person is not None and is_connected(person.pk, viewer=by),
            is_dead=person is not None and person.is_dead,
            opens_at=opens_at,
            closes_at=closes_at,
            minutes=minutes,
            has_somebody=worker is not None or team is not None,
            by=by,
            at=at,
        )
    )
    assert person is not None  # noqa: S101 - the rule refused nobody's visit before
    organisation = worker.post.organisation if worker else team.host if team else None
    visit = Visit(
        id=new_id(),
        person=person,
        owner=own(by),
        purpose=purpose,
        why=why.strip(),
        worker_id=worker.account_id if worker else None,
        worker_name=worker.account.name if worker else "",
        team_id=team.pk if team else None,
        organisation_id=organisation.pk if organisation else None,
        organisation_name=organisation.name if organisation else "",
        pair_id=pair_id,
        skill=skill,
        opens_at=opens_at,
        closes_at=closes_at,
        minutes=minutes,
        promised_by_at=promised_by_at,
        origin=origin,
        origin_id=origin_id,
        booked_by_id=account_of(by),
        booked_by_name=by.name,
        booked_at=at,
        follows=follows,
    )
    visit.save(force_insert=True)
    record("book_visit", visit, by=by, at=at, detail={"purpose": purpose.value})
    _open_record(visit, by=by, at=at)
    announce(VisitBooked(visit.pk, person.pk, visit.origin, origin_id, at))
    return visit


@transaction.atomic
def plan_visit(
    *,
    visit: Visit,
    worker: Hat | None,
    planned_at: datetime | None,
    is_locked: bool | None = None,
    by: Viewer,
    at: datetime,
) -> Visit:
    """Give a visit to somebody and put it at a minute of its window; the promise stays as it was.

    `is_locked` left out leaves the lock as it is. Raises `Refused` for a locked visit, or one
    somebody has set out for.
    """
    planned = held(visit)
    unlocks = is_locked is False
    refuse_if(None if unlocks and planned.is_locked else rules.why_not_plan(planned, by=by))
    if planned_at is not None and not planned.opens_at <= planned_at <= planned.closes_at:
        raise Refused("This is outside the time the person was promised.", field="planned_at")
    moves_hands = (worker.account_id if worker else None) != planned.worker_id
    if moves_hands:
        close_record(planned, by=by, at=at)
    team = _team_of(worker)
    change(
        planned,
        worker_id=worker.account_id if worker else None,
        worker_name=worker.account.name if worker else "",
        team_id=team.pk if team else planned.team_id,
        planned_at=planned_at,
        is_locked=planned.is_locked if is_locked is None else is_locked,
    )
    record("plan_visit", planned, by=by, at=at)
    if moves_hands:
        _open_record(planned, by=by, at=at)
    return planned


@transaction.atomic
def move(
    *,
    visit: Visit,
    opens_at: datetime,
    closes_at: datetime,
    why: str,
    by: Viewer,
    at: datetime,
) -> Visit:
    """Move a visit to another window; the one in its place, which follows it. The first is over."""
    before = held(visit)
    refuse(
        rules.why_not_move(before, why=why, opens_at=opens_at, closes_at=closes_at, by=by, at=at)
    )
    change(before, state=VisitState.MOVED, ended_why=why.strip())
    record("move_visit", before, by=by, at=at)
    following = Visit(
        id=new_id(),
        follows=before,
        opens_at=opens_at,
        closes_at=closes_at,
        booked_by_id=account_of(by),
        booked_by_name=by.name,
        booked_at=at,
        **{field: getattr(before, field) for field in _KEPT},
    )
    following.save(force_insert=True)
    close_record(before, by=by, at=at)
    _open_record(following, by=by, at=at)
    announce(
        VisitCancelled(
            before.pk, before.person_id, following.pk, before.origin, before.origin_id, at
        )
    )
    return following


_KEPT = (
    *("person_id", "owner", "purpose", "why", "worker_id", "worker_name", "team_id"),
    *("organisation_id", "organisation_name", "pair_id", "skill", "minutes", "promised_by_at"),
    *("origin", "origin_id"),
)


@transaction.atomic
def cancel(*, visit: Visit, why: str, by: Viewer, at: datetime) -> Visit:
    """Cancel a visit, with the reason."""
    cancelled = held(visit)
    refuse(rules.why_not_cancel(cancelled, why=why, by=by))
    return _cancel(cancelled, why=why, by=by, at=at)


@transaction.atomic
def stop_for_deaths(*, person_ids: Sequence[uuid.UUID], by: Viewer, at: datetime) -> None:
    """Cancel what is to come for people who have died, so that nobody stands at their door."""
    theirs = Visit.objects.select_for_update(of=("self",)).filter(
        person_id__in=person_ids, state__in=TO_COME
    )
    for visit in theirs:
        _cancel(visit, why=STOPPED_BY_DEATH, by=by, at=at)


@transaction.atomic
def start_again(*, person_ids: Sequence[uuid.UUID], by: Viewer, at: datetime) -> int:
    """Book again what a death cancelled by mistake and is still to come; returns how many.

    A visit whose time has passed meanwhile, or that the desk sends somebody to, is nobody's to
    promise anew unasked: whoever booked it is told, and the desk has its case before it again.
    """
    held = Visit.objects.select_for_update(of=("self",)).filter(
        person__current_id__in=list(person_ids),
        state=VisitState.CANCELLED,
        ended_why=STOPPED_BY_DEATH,
    )
    started = 0
    for visit in held.exclude(origin=VisitOrigin.EPISODE).order_by("opens_at", "pk"):
        is_to_come = visit.closes_at > at
        if is_to_come:
            change(visit, state=VisitState.BOOKED, ended_why="")
            record("start_again", visit, by=by, at=at)
            _open_record(visit, by=by, at=at)
            announce(VisitBooked(visit.pk, visit.person_id, visit.origin, visit.origin_id, at))
        else:
            change(visit, ended_why=STOPPED_BY_MISTAKE)
            record("start_again", visit, by=by, at=at)
        _tell_booker(visit, is_to_come=is_to_come, by=by, at=at)
        started += is_to_come
    return started


def _tell_booker(visit: Visit, *, is_to_come: bool, by: Viewer, at: datetime) -> None:
    booker = Account.objects.filter(pk=visit.booked_by_id, is_active=True).first()
    if booker is None:
        return
    when = moment(visit.opens_at)
    post.write_message(
        template="notice",
        values={
            "subject": "A visit stands again" if is_to_come else "Book a visit again?",
            "words": (
                f"The visit of {when} was cancelled when we were told of a death. That was a "
                "mistake and has been undone. "
                + (
                    "The visit stands again as it was booked. Tell the person, and whoever goes."
                    if is_to_come
                    else "Its time has passed. Book another, if it is still wanted."
                )
            ),
        },
        to=Recipient.account(booker),
        cause=Cause("visits", "visit", visit.pk),
        person_id=visit.person_id,
        by=by,
        at=at,
    )


def _cancel(visit: Visit, *, why: str, by: Viewer, at: datetime) -> Visit:
    change(visit, state=VisitState.CANCELLED, ended_why=why.strip())
    record("cancel_visit", visit, by=by, at=at)
    close_record(visit, by=by, at=at)
    announce(VisitCancelled(visit.pk, visit.person_id, None, visit.origin, visit.origin_id, at))
    return visit


def is_connected(person_id: uuid.UUID, *, viewer: Viewer) -> bool:
    """Whether the record opens to the viewer by what connects them, not by a duty over all."""
    if viewer.account_id is None:
        return False
    with connection.cursor() as cursor:
        cursor.execute("select access_record_open(%s)", [person_id])
        return bool(cursor.fetchall()[0][0])


def _team_of(worker: Hat | None) -> Team | None:
    return worker.post.teams.order_by("name").first() if worker else None


def _open_record(visit: Visit, *, by: Viewer, at: datetime) -> None:
    """Let whoever goes read what they need at the door; the team where nobody is named yet."""
    party = visit.worker_id or visit.team_id
    if party is None:
        return
    opened = access_verbs.open_relationship(
        person_id=visit.person_id,
        party_id=party,
        kind=RelationshipKind.CASELOAD,
        source="visits",
        source_id=visit.pk,
        by=by,
        at=at,
    )
    visit.relationship_id = opened.pk
    visit.save(update_fields=["relationship_id"])


@transaction.atomic
def close_opened(*, by: Viewer, at: datetime) -> int:
    """Let records open no longer to whoever made a visit that was over before today; how many."""
    over = Visit.objects.select_for_update(of=("self",)).filter(
        state__in=(VisitState.FINISHED, VisitState.CANCELLED, VisitState.MOVED),
        relationship_id__isnull=False,
        closes_at__lt=day_begins(local_day(at)),
    )
    closed = 0
    for visit in over:
        close_record(visit, by=by, at=at)
        closed += 1
    return closed

"""What a death closed at the desk goes on, once the death is found to be a mistake."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from oneplace.access.viewer import Viewer
from oneplace.actions import verbs as actions
from oneplace.homefirst.models import (
    OPEN,
    ClosedBecause,
    DeskCase,
    DeskCaseEvent,
    DeskState,
    Episode,
)
from oneplace.homefirst.verbs.following import keeper_of
from oneplace.homefirst.verbs.writing import move, note
from oneplace.partners.models import Team
from oneplace.post import verbs as post
from oneplace.post.recipients import Recipient
from oneplace.post.verbs import Cause
from oneplace.vocabulary.terms import Sequel

_GOES_ON: Final = "Goes on: a death was recorded by mistake"
_WORDS: Final = (
    "It was closed when we were told of a death. That was a mistake and has been undone, so it "
    "stands at the desk again. Visits that were cancelled are not booked by themselves: say who "
    "goes, and ring the person first."
)


@transaction.atomic
def start_again(*, person_ids: Sequence[uuid.UUID], by: Viewer, at: datetime) -> int:
    """Put back before the desk what a death closed by mistake, where it stood; returns how many.

    Its clocks run on from their own start: the person waited all the while. Nobody is on the way
    any more, so what was given to somebody waits to be given again. An episode of support goes on.
    """
    held = DeskCase.objects.select_for_update(of=("self",)).select_related("referral")
    closed = held.filter(
        person__current_id__in=list(person_ids),
        state=DeskState.CLOSED,
        closed_because=ClosedBecause.DIED,
    )
    started = 0
    for case in closed.order_by("received_at", "pk"):
        before = _before(case)
        if before is None:
            continue
        _put_back(case, before, by=keeper_of(case, by), at=at)
        started += 1
    return started


def _put_back(case: DeskCase, before: DeskState, *, by: Viewer, at: datetime) -> None:
    is_sent = before is DeskState.ALLOCATED
    more = (
        {"worker_id": None, "worker_name": "", "visit_id": None, "planned_at": None}
        if is_sent
        else {}
    )
    state = DeskState.ACCEPTED if is_sent else before
    move(case, state, at=at, closed_because="", closed_at=None, **more)
    note("start_again", case, _GOES_ON, words=_WORDS, by=by, at=at)
    actions.start_clocks_again(
        thing_id=case.pk,
        because=actions.DEATH_WAS_A_MISTAKE,
        stopped_because=ClosedBecause.DIED.label,
        by=by,
        at=at,
    )
    for episode in Episode.objects.select_for_update(of=("self",)).filter(
        case=case, sequel=Sequel.DIED
    ):
        episode.ended_on, episode.sequel = None, ""
        episode.version += 1
        episode.save(update_fields=["ended_on", "sequel", "version"])
    team = Team.objects.filter(pk=case.desk_id).first()
    if team is not None:
        post.write_message(
            template="notice",
            values={
                "subject": f"Referral {case.referral.number} stands at the desk again",
                "words": _WORDS,
            },
            to=Recipient.team(team),
            cause=Cause("homefirst", "desk_case", case.pk),
            person_id=case.person_id,
            by=by,
            at=at,
        )


def _before(case: DeskCase) -> DeskState | None:
    """Where the case stood last before it was closed."""
    past = DeskCaseEvent.objects.filter(pgh_obj_id=case.pk, state__in=OPEN)
    found = past.order_by("-pgh_id").first()
    return None if found is None else DeskState(found.state)

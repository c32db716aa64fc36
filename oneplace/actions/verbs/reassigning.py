"""What somebody owed who has left or is away goes at once to whoever stands in, to be accepted."""

import uuid
from datetime import date, datetime

from django.db import transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.actions import queries
from oneplace.actions.models import Action
from oneplace.actions.models.action import OPEN
from oneplace.actions.owners import Owner
from oneplace.actions.verbs.asking import connect, note_step, record_and_tell
from oneplace.vocabulary.terms import ActionState


@transaction.atomic
def reassign(
    *,
    account_id: uuid.UUID,
    due_until: date | None = None,
    stands_in: Owner | None = None,
    words: str,
    by: Viewer,
    at: datetime,
) -> list[Action]:
    """Ask anew of `stands_in`, else of the team or organisation, what this account still owes.

    `due_until` leaves alone what is due later: whoever is away is back by then. `words` say why,
    for the history. A job does it: whoever records a leaver need not see the people concerned.
    """
    owed = Action.objects.select_for_update(of=("self",)).filter(
        owner_account_id=account_id, state__in=OPEN, taken_back_at__isnull=True
    )
    if due_until is not None:
        owed = owed.filter(due_on__lte=due_until)
    moved = []
    for action in owed.select_related("owner_team", "owner_organisation").order_by("due_on", "pk"):
        before, was = ActionState(action.state), queries.owner_now(action)
        to = stands_in or queries.without_account(action)
        action.owner_organisation_id, action.owner_team_id = to.organisation_id, to.team_id
        action.owner_account_id, action.owner_name = to.account_id, to.label[:200]
        action.asked_id = to.party_id
        action.state = ActionState.ASKED
        action.accepted_at, action.accepted_by_name = None, ""
        action.moved_at, action.moved_by_name = at, by.name
        connect(action, by=by, at=at)
        action.save()
        note_step(action, before=before, words=words, was=was, by=by, at=at)
        record_and_tell("reassign_action", action, by=by, at=at)
        moved.append(action)
    if moved:
        audit.record(
            by=by,
            at=at,
            action="reassign_actions",
            subject=("account", account_id),
            detail={"actions": len(moved)},
        )
    return moved

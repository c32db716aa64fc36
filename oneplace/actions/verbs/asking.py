"""Somebody asks something of another; within minutes they may take it back."""

import uuid
from datetime import date, datetime

from django.db import transaction

from oneplace.access import audit
from oneplace.access import verbs as access_verbs
from oneplace.access.models import Relationship
from oneplace.access.viewer import Viewer
from oneplace.actions import queries, rules
from oneplace.actions.announcements import ActionMoved
from oneplace.actions.models import Action, Step
from oneplace.actions.owners import Owner
from oneplace.kit.announcing import announce
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.people import queries as people
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import ActionOrigin, ActionState, RelationshipKind


@transaction.atomic
def ask(
    *,
    person_id: uuid.UUID | None,
    text: str,
    owner: Owner,
    due: date,
    due_from: date | None = None,
    origin: ActionOrigin,
    origin_id: uuid.UUID | None = None,
    by: Viewer,
    at: datetime,
) -> Action:
    """Ask something of an owner, by a day. It is a promise only once they have accepted it.

    `person_id` is whom it is for; None for what a board asks. Somebody who is away until after
    `due` is not asked: whoever stands in for them is. What is due today is telephoned as well, and
    the form says so. Raises `Refused`.
    """
    today = local_day(at)
    person = None if person_id is None else people.person(person_id, viewer=by)
    refused = rules.why_not_ask(
        text, due, due_from, is_open=person_id is None or person is not None, by=by, today=today
    )
    if refused is not None:
        raise Refused(refused[0], field=refused[1])
    asked, remark = queries.present_owner(owner, due=due, on=today, viewer=by)
    action = Action(
        id=new_id(),
        person=person,
        text=text.strip(),
        owner_organisation_id=asked.organisation_id,
        owner_team_id=asked.team_id,
        owner_account_id=asked.account_id,
        owner_name=asked.label[:200],
        asked_id=asked.party_id,
        asked_by_id=account_of(by),
        asked_by_name=by.name,
        asked_by_organisation_id=by.organisation_id,
        asked_at=at,
        due_from=due_from,
        due_on=due,
        is_same_day=due == today,
        origin=origin,
        origin_id=origin_id,
        moved_at=at,
        moved_by_name=by.name,
    )
    connect(action, by=by, at=at)
    action.save(force_insert=True)
    note_step(action, before=None, words=remark, by=by, at=at)
    record_and_tell("ask_action", action, by=by, at=at)
    return action


@transaction.atomic
def take_back(*, action: Action, by: Viewer, at: datetime) -> Action:
    """Undo an ask within minutes of asking: it stands in no list any more, only in the history."""
    action = locked(action)
    refuse_if(rules.why_not_take_back(action, by, at=at))
    action.taken_back_at = at
    connect(action, by=by, at=at)
    action.save(update_fields=["taken_back_at", "relationship_id"])
    record_and_tell("take_back_action", action, by=by, at=at)
    return action


# --- shared by the verbs of this room ------------------------------------------------------------


def account_of(by: Viewer) -> uuid.UUID:
    """The account under which something is written down; whoever acts here has one."""
    if by.account_id is None:
        raise Refused("Sign in first: an action bears the name of whoever asked it.")
    return by.account_id


def locked(action: Action) -> Action:
    """The action as it stands now, held until the transaction ends; refuses one not to be seen."""
    found = Action.objects.select_for_update().filter(pk=action.pk).first()
    if found is None:
        raise Refused("This action is not yours to see any more.")
    return found


def connect(action: Action, *, by: Viewer, at: datetime) -> None:
    """Let the person open to the owner as far as one request needs, for as long as it is open.

    Called before the action is saved; ends what connected somebody who owed it before.
    """
    if action.person_id is None:
        return
    before = Action.objects.filter(pk=action.pk).values_list("asked_id", "relationship_id").first()
    is_same = before is not None and before[0] == action.asked_id and before[1] is not None
    if action.is_open and is_same:
        return
    if action.relationship_id is not None:
        held = Relationship(pk=action.relationship_id, person_id=action.person_id)
        access_verbs.end_relationship(relationship=held, by=by, at=at)
        action.relationship_id = None
    if action.is_open:
        opened = access_verbs.open_relationship(
            person_id=action.person_id,
            party_id=action.asked_id,
            kind=RelationshipKind.ACTION_OWNER,
            source="actions.ask",
            source_id=action.pk,
            by=by,
            at=at,
        )
        action.relationship_id = opened.pk


def note_step(
    action: Action,
    *,
    before: ActionState | None,
    words: str,
    was: Owner | None = None,
    by: Viewer,
    at: datetime,
) -> Step:
    """Write down one step of an action, with who owed it before where that changed."""
    step = Step(
        id=new_id(),
        action=action,
        before="" if before is None else before,
        after=ActionState(action.state),
        words=words.strip(),
        owner_name=action.owner_name,
        was={} if was is None else owner_words(was),
        taken_by_id=account_of(by),
        taken_by_name=by.name,
        taken_at=at,
    )
    step.save(force_insert=True)
    return step


def owner_words(owner: Owner) -> dict[str, str]:
    """An owner as it is kept with a step."""
    return {
        "organisation": str(owner.organisation_id),
        "team": str(owner.team_id or ""),
        "account": str(owner.account_id or ""),
        "label": owner.label,
    }


def record_and_tell(what: str, action: Action, *, by: Viewer, at: datetime) -> None:
    """Audit what was done with an action, and announce where it stands now."""
    audit.record(
        by=by,
        at=at,
        action=what,
        subject=("action", action.pk),
        person_id=action.person_id,
        detail={"state": ActionState(action.state).value},
    )
    announce(
        ActionMoved(
            action_id=action.pk,
            person_id=action.person_id,
            state=ActionState(action.state),
            origin=ActionOrigin(action.origin),
            origin_id=action.origin_id,
            by=by,
            at=at,
            is_taken_back=action.taken_back_at is not None,
        )
    )

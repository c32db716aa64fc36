"""The owner answers: yes, no, somebody else, done, not needed, not reached; and takes it back."""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction

from oneplace.access.viewer import Viewer
from oneplace.actions import queries, rules
from oneplace.actions.models import Action, Step
from oneplace.actions.owners import Owner
from oneplace.actions.verbs.asking import account_of, connect, locked, note_step, record_and_tell
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.vocabulary.terms import ACTION, ActionState, NotNeeded

_OWNER_FIELDS = (
    "owner_organisation_id",
    "owner_team_id",
    "owner_account_id",
    "owner_name",
    "asked_id",
)


@transaction.atomic
def accept(*, action: Action, is_in_the_room: bool = False, by: Viewer, at: datetime) -> Action:
    """Promise it. In a huddle the scribe writes down the yes of an owner who is in the room."""
    action = locked(action)
    refuse_if(rules.why_not_accept(action, by, is_in_the_room=is_in_the_room))
    name = f"{action.owner_name}, in the room" if is_in_the_room else by.name
    changes = {"accepted_at": at, "accepted_by_name": name[:160]}
    words = "Said in the room" if is_in_the_room else ""
    return _move(action, ActionState.ACCEPTED, "accept_action", words, changes, by=by, at=at)


@transaction.atomic
def decline(*, action: Action, reason: str, by: Viewer, at: datetime) -> Action:
    """Say no, and why. What was passed on goes back to whoever passed it on."""
    action = locked(action)
    _refuse(rules.why_not_decline(action, reason, by))
    if action.state == ActionState.PASSED_ON:
        passed = _last_step(action)
        before = _owner_of(passed.was) if passed is not None else None
        if before is not None:
            changes = {
                **_owned_by(before),
                "passed_on_by_id": by.account_id,
                "passed_on_by_name": by.name,
            }
            return _move(action, ActionState.ASKED, "decline_action", reason, changes, by=by, at=at)
    changes = {"reason": reason.strip()}
    return _move(action, ActionState.DECLINED, "decline_action", reason, changes, by=by, at=at)


@transaction.atomic
def pass_on(*, action: Action, owner: Owner, words: str = "", by: Viewer, at: datetime) -> Action:
    """Ask it of somebody else; it is nobody's promise until they have taken it."""
    action = locked(action)
    _refuse(rules.why_not_pass_on(action, owner.party_id, words, by))
    asked, remark = queries.present_owner(owner, due=action.due_on, on=local_day(at), viewer=by)
    changes = {
        **_owned_by(asked),
        "passed_on_by_id": account_of(by),
        "passed_on_by_name": by.name,
        "accepted_at": None,
        "accepted_by_name": "",
    }
    said = " ".join(filter(None, (words.strip(), remark)))
    if action.state == ActionState.PASSED_ON:
        # Not taken yet, and passed on once more: the state stays, the owner changes.
        return _set(action, ActionState.PASSED_ON, "pass_on_action", said, changes, by=by, at=at)
    return _move(action, ActionState.PASSED_ON, "pass_on_action", said, changes, by=by, at=at)


@transaction.atomic
def take_on(*, action: Action, by: Viewer, at: datetime) -> Action:
    """Make one's own what is asked of one's team or organisation, or of a colleague in the team."""
    action = locked(action)
    refuse_if(rules.why_not_take_on(action, by))
    mine = Owner(
        organisation_id=action.owner_organisation_id,
        team_id=action.owner_team_id,
        account_id=account_of(by),
        label=queries.label_of(by),
    )
    changes = {**_owned_by(mine), "accepted_at": at, "accepted_by_name": by.name}
    if action.state == ActionState.ACCEPTED:
        return _set(action, ActionState.ACCEPTED, "take_on_action", "", changes, by=by, at=at)
    return _move(action, ActionState.ACCEPTED, "take_on_action", "", changes, by=by, at=at)


@transaction.atomic
def finish(*, action: Action, what_changed: str, by: Viewer, at: datetime) -> Action:
    """Say that it is done, and what changed for the person."""
    action = locked(action)
    _refuse(rules.why_not_finish(action, what_changed, by))
    changes = {"what_changed": what_changed.strip()}
    return _move(action, ActionState.DONE, "finish_action", what_changed, changes, by=by, at=at)


@transaction.atomic
def no_longer_needed(
    *, action: Action, why: NotNeeded, words: str = "", by: Viewer, at: datetime
) -> Action:
    """Let it go, by who owns it or who asked it, with why."""
    action = locked(action)
    _refuse(rules.why_not_no_longer_needed(action, why, words, by))
    reason = ". ".join(filter(None, (NotNeeded(why).label, words.strip())))
    return _move(
        action,
        ActionState.NO_LONGER_NEEDED,
        "action_no_longer_needed",
        reason,
        {"reason": reason},
        by=by,
        at=at,
    )


@transaction.atomic
def could_not_reach(*, action: Action, reason: str, by: Viewer, at: datetime) -> Action:
    """Say that the person could not be reached, with what was tried."""
    action = locked(action)
    _refuse(rules.why_not_could_not_reach(action, reason, by))
    changes = {"reason": reason.strip()}
    return _move(
        action,
        ActionState.COULD_NOT_REACH,
        "could_not_reach_for_action",
        reason,
        changes,
        by=by,
        at=at,
    )


@transaction.atomic
def undo_answer(*, action: Action, by: Viewer, at: datetime) -> Action:
    """Take back one's own last answer within minutes: it stands where it stood before."""
    action = locked(action)
    step = _last_step(action)
    if step is None or step.before == "":
        raise Refused("Nothing has been answered yet.")
    refuse_if(rules.why_not_undo(action, step.taken_by_id, step.taken_at, by, at=at))
    before = ActionState(step.before)
    was = _owner_of(step.was)
    for field, value in (_owned_by(was) if was is not None else {}).items():
        setattr(action, field, value)
    if before is not ActionState.ACCEPTED:
        action.accepted_at, action.accepted_by_name = None, ""
    action.state, action.reason, action.what_changed = before, "", ""
    action.moved_at, action.moved_by_name = at, by.name
    connect(action, by=by, at=at)
    action.save()
    step.undone_at = at
    step.save(update_fields=["undone_at"])
    record_and_tell("undo_answer", action, by=by, at=at)
    return action


def _last_step(action: Action) -> Step | None:
    """The last step that stands."""
    steps = Step.objects.filter(action=action, undone_at__isnull=True)
    return steps.order_by("-taken_at", "-id").first()


def _move(
    action: Action,
    state: ActionState,
    what: str,
    words: str,
    changes: dict[str, Any],
    *,
    by: Viewer,
    at: datetime,
) -> Action:
    """Move an action to a state the table of states allows, as one step."""
    refuse_if(ACTION.why_not(ActionState(action.state), state, reason=words.strip() or None))
    return _set(action, state, what, words, changes, by=by, at=at)


def _set(
    action: Action,
    state: ActionState,
    what: str,
    words: str,
    changes: dict[str, Any],
    *,
    by: Viewer,
    at: datetime,
) -> Action:
    before = ActionState(action.state)
    was = queries.owner_now(action)
    for field, value in {"state": state, **changes}.items():
        setattr(action, field, value)
    action.moved_at, action.moved_by_name = at, by.name
    connect(action, by=by, at=at)
    action.save()
    is_other = queries.owner_now(action) != was
    note_step(action, before=before, words=words, was=was if is_other else None, by=by, at=at)
    record_and_tell(what, action, by=by, at=at)
    return action


def _owned_by(owner: Owner) -> dict[str, Any]:
    values = (
        owner.organisation_id,
        owner.team_id,
        owner.account_id,
        owner.label[:200],
        owner.party_id,
    )
    return dict(zip(_OWNER_FIELDS, values, strict=True))


def _owner_of(was: dict[str, str]) -> Owner | None:
    if not was:
        return None
    return Owner(
        organisation_id=uuid.UUID(was["organisation"]),
        team_id=uuid.UUID(was["team"]) if was["team"] else None,
        account_id=uuid.UUID(was["account"]) if was["account"] else None,
        label=was["label"],
    )


def _refuse(refused: tuple[str, str | None] | None) -> None:
    if refused is not None:
        raise Refused(refused[0], field=refused[1])

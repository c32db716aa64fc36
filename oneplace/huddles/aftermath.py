"""What follows here when earlier rooms announce something; wired in `config.wiring`.

Whoever records a death, an objection, a merge or a leaver need not see whom a huddle speaks of: a
job does it, as the loader, within a second or two. What a practice lists it takes up at once.
"""

import uuid
from collections.abc import Sequence
from typing import Final

from procrastinate.contrib.django import app
from procrastinate.types import JSONValue

from oneplace.access.announcements import ChoicesChanged, LeaverRecorded
from oneplace.access.models import ChoiceKind
from oneplace.actions.announcements import ActionMoved
from oneplace.casefinding.announcements import PersonListed, PersonUnlisted
from oneplace.huddles import verbs
from oneplace.huddles.models import ChangeKind, Meeting
from oneplace.huddles.verbs.changing import note_change
from oneplace.people.announcements import DeathsUndone, MergeUndone, PeopleDied, PersonsMerged
from oneplace.referrals.announcements import ReferralMoved
from oneplace.vocabulary.terms import ActionOrigin, ActionState, MeetingState

CLOSE_FOR_DEATH: Final = "oneplace.huddles.jobs.close_for_death"
REOPEN_AFTER_MISTAKE: Final = "oneplace.huddles.jobs.reopen_after_mistake"
CLOSE_FOR_OBJECTION: Final = "oneplace.huddles.jobs.close_for_objection"
PUT_TOGETHER: Final = "oneplace.huddles.jobs.put_together"
PART_AGAIN: Final = "oneplace.huddles.jobs.part_again"
LEAVE_LEADS: Final = "oneplace.huddles.jobs.leave_leads"
"""The jobs' names; `huddles.jobs` does them."""


def take_up_listed(listed: PersonListed) -> None:
    """Put whoever a practice listed on its huddle's list, and on the next agenda."""
    verbs.bring_listed(
        person_id=listed.person_id,
        practice_id=listed.practice_id,
        suggestion_id=listed.suggestion_id,
        by=listed.by,
        at=listed.at,
    )


def let_go_unlisted(unlisted: PersonUnlisted) -> None:
    """Take whoever left a practice's list off the huddle's, unless they were spoken of already."""
    verbs.unlist_case(
        person_id=unlisted.person_id,
        practice_id=unlisted.practice_id,
        why=unlisted.why or "Taken off the practice’s list",
        by=unlisted.by,
        at=unlisted.at,
    )


def close_for_death(died: PeopleDied) -> None:
    """Ask that the cases of who died are closed, and that screens which show them say so."""
    _defer(CLOSE_FOR_DEATH, person_ids=_words(died.person_ids))


def reopen_after_mistake(undone: DeathsUndone) -> None:
    """Ask that cases closed because somebody was said to have died are taken up again."""
    _defer(REOPEN_AFTER_MISTAKE, person_ids=_words(undone.person_ids))


def close_for_objection(changed: ChoicesChanged) -> None:
    """Ask that the cases of who objects are closed; and let every screen ask anew who may see."""
    if changed.kind == ChoiceKind.OBJECTION.value and changed.person_ids:
        _defer(CLOSE_FOR_OBJECTION, person_ids=_words(changed.person_ids))
    for meeting in Meeting.objects.filter(state=MeetingState.LIVE):
        note_change(meeting.pk, ChangeKind.ACCESS)


def put_together(merged: PersonsMerged) -> None:
    """Ask that people found to be one are spoken of once."""
    for merge in merged.merges:
        _defer(PUT_TOGETHER, kept_id=str(merge.kept_id), given_up_id=str(merge.given_up_id))


def part_again(undone: MergeUndone) -> None:
    """Ask that people found to be two after all are both on the agenda again."""
    for merge in undone.merges:
        _defer(PART_AGAIN, kept_id=str(merge.kept_id), given_up_id=str(merge.given_up_id))


def name_other_leads(left: LeaverRecorded) -> None:
    """Ask that cases somebody led who leaves wait for another lead."""
    _defer(LEAVE_LEADS, account_id=str(left.account_id), noted_by=left.by.name)


def show_moved_referral(moved: ReferralMoved) -> None:
    """Let the screens of every meeting under way ask anew what services said.

    Whoever answers by a link reads nobody's agenda, so which meeting speaks of the person is for
    each screen to find out by its own viewer's rights.
    """
    for meeting in Meeting.objects.filter(state=MeetingState.LIVE):
        note_change(meeting.pk, ChangeKind.ACTION, thing_id=moved.referral_id)


def show_moved_action(moved: ActionMoved) -> None:
    """Let the screens of a meeting show that an action asked there was answered."""
    if moved.origin != ActionOrigin.HUDDLE or moved.origin_id is None:
        return
    # Asking and taking back are the line's own doing: the screens hear of that line.
    if moved.state is ActionState.ASKED or moved.is_taken_back:
        return
    if Meeting.objects.filter(pk=moved.origin_id, state=MeetingState.LIVE).exists():
        note_change(moved.origin_id, ChangeKind.ACTION, thing_id=moved.action_id)


def _words(person_ids: Sequence[uuid.UUID]) -> JSONValue:
    return [str(each) for each in person_ids]


def _defer(job: str, **given: JSONValue) -> None:
    app.configure_task(job).defer(**given)

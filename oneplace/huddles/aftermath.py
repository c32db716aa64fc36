"""What follows here at once when earlier rooms announce something; wired in `config.wiring`."""

from typing import Final

from procrastinate.contrib.django import app

from oneplace.access.announcements import ChoicesChanged, LeaverRecorded
from oneplace.access.models import ChoiceKind
from oneplace.actions.announcements import ActionMoved
from oneplace.casefinding.announcements import PersonListed, PersonUnlisted
from oneplace.huddles import verbs
from oneplace.huddles.models import ChangeKind, Meeting
from oneplace.huddles.verbs.changing import note_change
from oneplace.people import queries as people
from oneplace.people.announcements import DeathsUndone, MergeUndone, PeopleDied, PersonsMerged
from oneplace.referrals.announcements import ReferralMoved
from oneplace.vocabulary.terms import (
    AccountKind,
    ActionOrigin,
    ActionState,
    CaseClosed,
    MeetingState,
    Purpose,
)

CLOSE_OBJECTING: Final = "oneplace.huddles.jobs.close_objecting"
"""The job's name; `huddles.jobs` does it."""


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
    """Close the cases of who died; screens that show them say so at once."""
    verbs.close_cases(
        person_ids=list(died.person_ids),
        reason=CaseClosed.DIED,
        why="Has died. Ring the family before anything is sent",
        by=died.by,
        at=died.at,
    )


def reopen_after_mistake(undone: DeathsUndone) -> None:
    """Take up again the cases closed because somebody was said to have died."""
    verbs.reopen_cases(
        person_ids=list(undone.person_ids), reason=CaseClosed.DIED, by=undone.by, at=undone.at
    )


def close_for_objection(changed: ChoicesChanged) -> None:
    """Close the cases of who objects to sharing; and let every screen ask anew who may see whom."""
    if changed.kind == ChoiceKind.OBJECTION.value and changed.by.kind is AccountKind.RESIDENT:
        # Said on their own page: whoever says it sees no case, so a job closes it, as the loader.
        app.configure_task(CLOSE_OBJECTING).defer(
            person_ids=[str(person) for person in changed.person_ids]
        )
    elif changed.kind == ChoiceKind.OBJECTION.value:
        close_objecting(changed)
    for meeting in Meeting.objects.filter(state=MeetingState.LIVE):
        note_change(meeting.pk, ChangeKind.ACCESS)


def close_objecting(changed: ChoicesChanged) -> None:
    """Close the cases of those of them who object, as far as whoever acts may say who does."""
    if changed.person_ids:
        free = people.may_use(list(changed.person_ids), Purpose.DIRECT_CARE, viewer=changed.by)
        objecting = [person for person in changed.person_ids if person not in free]
        if objecting:
            verbs.close_cases(
                person_ids=objecting,
                reason=CaseClosed.OBJECTION,
                why="Objects to sharing between organisations",
                by=changed.by,
                at=changed.at,
            )


def put_together(merged: PersonsMerged) -> None:
    """People found to be one are spoken of once."""
    for merge in merged.merges:
        verbs.put_cases_together(
            kept_id=merge.kept_id, given_up_id=merge.given_up_id, by=merged.by, at=merged.at
        )


def part_again(undone: MergeUndone) -> None:
    """People found to be two after all are both on the agenda again."""
    for merge in undone.merges:
        verbs.part_cases(
            kept_id=merge.kept_id, given_up_id=merge.given_up_id, by=undone.by, at=undone.at
        )


def name_other_leads(left: LeaverRecorded) -> None:
    """Cases somebody led who leaves wait for another lead."""
    verbs.leave_leads(account_id=left.account_id, by=left.by, at=left.at)


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

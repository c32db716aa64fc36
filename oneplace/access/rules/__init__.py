"""Who may do what about people at work, and what the state allows: the reason, or None."""

from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from oneplace.access.models import Account, Hat, Invitation, Leaving
from oneplace.access.permissions import (
    INVITE_COLLEAGUE,
    MANAGE_PEOPLE_AT_WORK,
    RECORD_LEAVER,
    SEE_AUDIT,
)
from oneplace.access.viewer import Viewer
from oneplace.kit.words import label_of
from oneplace.vocabulary.terms import AccountKind, Role

# These look after everybody's work here; anyone else with the permission their own organisation.
WHOLE_ALLIANCE = (Role.PROGRAMME_DIRECTOR, Role.IG_OFFICER)
# Answers for who may see what, so changes none of it: looks after nobody's posts.
ONLY_LOOK = (Role.IG_OFFICER,)
# In such a post people's records open; these alone let somebody into one.
OPENS_RECORDS = frozenset({"open_person"})
LET_INTO_RECORDS = (Role.PROGRAMME_DIRECTOR, Role.PRACTICE_MANAGER)
WHO_GIVES_POSTS = (
    "Nobody gives or changes a post of their own. A post in which people’s records open is given "
    "by the practice manager, at their own practice only, or by the programme director."
)
# Power over the house itself: a role with any of these is given only by somebody who has it too.
POWERS = frozenset(
    {MANAGE_PEOPLE_AT_WORK, INVITE_COLLEAGUE, RECORD_LEAVER, SEE_AUDIT, "see_feeds", "see_board"}
)
NOT_A_POST = (Role.RESIDENT,)


def manages_everybody(viewer: Viewer) -> bool:
    """Whether a viewer looks after people of every organisation."""
    return viewer.kind is AccountKind.BACKGROUND_JOB or viewer.role in WHOLE_ALLIANCE


def manages_at(viewer: Viewer, organisation_ids: Collection[UUID | None]) -> bool:
    """Whether a post or employer among these organisations is the viewer's to look after."""
    return manages_everybody(viewer) or viewer.organisation_id in organisation_ids


def why_not_look_after(viewer: Viewer, account_id: UUID | None) -> str | None:
    """Why this viewer may change no post of this account; None is somebody without one yet."""
    if not viewer.may(MANAGE_PEOPLE_AT_WORK):
        return "Your role does not look after people at work."
    if viewer.role in ONLY_LOOK:
        return "Your role sees who works here and changes nothing; their manager does."
    if account_id is not None and account_id == viewer.account_id:
        return "Nobody looks after their own posts: ask another manager or the programme team."
    return None


def why_not_manage_hat(viewer: Viewer, hat: Hat) -> str | None:
    """Why this viewer may not change or end a hat."""
    reason = why_not_look_after(viewer, hat.account_id)
    if reason is not None:
        return reason
    if not manages_at(viewer, {hat.post.organisation_id, hat.employer_id}):
        return f"This post is at {hat.post.organisation.name}; their manager looks after it."
    return None


def is_over(hat: Hat, *, on: date) -> bool:
    """Whether a post is held no more on a day: ended, or past its last day."""
    return hat.ended_at is not None or (hat.ends_on is not None and hat.ends_on < on)


def why_not_extend_post(
    viewer: Viewer,
    hat: Hat,
    ends_on: date | None,
    *,
    permissions: Collection[str],
    holds: Collection[str],
) -> str | None:
    """Why this viewer may not move the last day of a post to a later one, or to none.

    Whoever only employs somebody may shorten what they do elsewhere. Letting it run on gives it
    anew, so the host's own rule is asked: else a post the host let end would open again.
    """
    if hat.ends_on is None or (ends_on is not None and ends_on <= hat.ends_on):
        return None
    return why_not_give_post(
        viewer,
        account_id=hat.account_id,
        role=hat.post.role,
        organisation_id=hat.post.organisation_id,
        organisation_name=hat.post.organisation.name,
        permissions=permissions,
        holds=holds,
    )


def why_not_give_post(
    viewer: Viewer,
    *,
    account_id: UUID | None,
    role: Role,
    organisation_id: UUID,
    organisation_name: str,
    permissions: Collection[str],
    holds: Collection[str],
) -> str | None:
    """Why this viewer may not give an account (None: not one yet) a post of `role` there.

    The whole rule behind `WHO_GIVES_POSTS`, for giving and for inviting. `permissions` are what the
    place allows the role, `holds` what it allows the viewer's own. It is where the post is that
    counts, not who pays: an employer elsewhere lets nobody into another organisation's records.
    """
    if viewer.kind is not AccountKind.BACKGROUND_JOB:
        reason = why_not_look_after(viewer, account_id)
        if reason is not None:
            return reason
        if not manages_at(viewer, {organisation_id}):
            return (
                f"This post is at {organisation_name}; their manager looks after it. You give "
                "posts at your own organisation only."
            )
    return why_not_give_role(viewer, role, permissions=permissions, holds=holds)


def why_not_give_role(
    viewer: Viewer, role: Role, *, permissions: Collection[str], holds: Collection[str]
) -> str | None:
    """Why this viewer may not let somebody work as `role`, wherever.

    `permissions` are what the place allows that role, `holds` what it allows the viewer's own.
    """
    if role in NOT_A_POST:
        return f"{label_of(role)} is not a post at work."
    if viewer.kind is AccountKind.BACKGROUND_JOB:
        return None
    beyond = (frozenset(permissions) & POWERS) - frozenset(holds)
    if beyond:
        return (
            f"{label_of(role)} has more say over the service than you have yourself. Ask the "
            "programme team, or whoever runs the service."
        )
    if frozenset(permissions) & OPENS_RECORDS and viewer.role not in LET_INTO_RECORDS:
        return (
            f"People’s records open to a {label_of(role)}. Ask the practice manager, for a post at "
            "their practice, or the programme director."
        )
    return None


def why_not_manage_clients(viewer: Viewer) -> str | None:
    """Why this viewer gives no partner's system a way in, and shuts none out.

    A system reads and writes for a whole feed, so it takes somebody who answers for everybody.
    """
    if viewer.kind is AccountKind.BACKGROUND_JOB:
        return None
    is_theirs = viewer.may(MANAGE_PEOPLE_AT_WORK) and manages_everybody(viewer)
    if is_theirs and viewer.role not in ONLY_LOOK:
        return None
    return "Your role does not give systems a way in: ask whoever runs the service."


def why_not_invite(
    viewer: Viewer,
    *,
    organisation_id: UUID,
    employer_id: UUID,
    organisation_name: str,
) -> str | None:
    """Why this viewer may have no say about an invitation to a post there."""
    if viewer.kind is AccountKind.BACKGROUND_JOB:
        return None
    if not viewer.may(INVITE_COLLEAGUE) or viewer.role in ONLY_LOOK:
        return "Your role does not invite colleagues."
    if not manages_at(viewer, {organisation_id, employer_id}):
        return f"You invite colleagues to your own organisation only, not to {organisation_name}."
    return None


def why_not_dates(starts_on: date | None, ends_on: date | None, *, today: date) -> str | None:
    """Why a post cannot be held between these days."""
    if ends_on is not None and starts_on is not None and ends_on < starts_on:
        return "The last day is before the first."
    if ends_on is not None and ends_on < today:
        return "The last day is already past."
    return None


def why_not_this_manager(
    account_id: UUID | None, manager: Account | None, *, word: str = "line manager"
) -> str | None:
    """Why somebody cannot be line manager or professional lead."""
    if manager is None:
        return None
    if manager.pk == account_id:
        return f"Nobody is their own {word}."
    if not manager.is_active or manager.kind is not AccountKind.STAFF:
        return f"{manager.name} does not work here any more: choose another {word}."
    return None


def why_not_wear_hat(
    hat: Hat,
    *,
    account_id: UUID | None,
    on: date,
    needs_second_factor: bool,
    has_second_factor: bool,
    chosen_at_provider: UUID | None,
    provider_lets_choose: bool,
    is_spoken_for: bool,
) -> str | None:
    """Why this hat cannot be put on in this session.

    `is_spoken_for`: the session was not opened at a provider, or it speaks for the hat.
    """
    if hat.account_id != account_id:
        return "This is somebody else's post."
    if hat.starts_on > on or is_over(hat, on=on):
        return "You do not hold this post today."
    if needs_second_factor and not has_second_factor:
        return "Set up a second step for signing in first."
    if not is_spoken_for:
        return (
            f"Your sign-in does not speak for {hat.post.organisation.name}. Sign in with your "
            "email and password, or as people sign in there, to work in this post."
        )
    if provider_lets_choose and hat.pk != chosen_at_provider:
        return "This post came with your sign-in: sign in again and choose it there."
    return None


def is_spoken_for(hat: Hat, speaks_for: Callable[[str], bool]) -> bool:
    """Whether a provider proves who holds a hat: for whom they work, or who employs them."""
    return speaks_for(hat.post.organisation.code) or speaks_for(hat.employer.code)


def why_not_recognise(
    hats: Iterable[Hat], *, provider_name: str, speaks_for: Callable[[str], bool]
) -> str | None:
    """Why an account is not recognised by the address a provider vouches for.

    `hats` are those held or to come. Who has been given a post elsewhere was proven there too: no
    provider of one organisation opens what another has given. Which one is not told to a stranger.
    """
    if all(is_spoken_for(hat, speaks_for) for hat in hats):
        return None
    return (
        f"An account with your address is already here, with a post for which {provider_name} "
        "does not speak. Sign in with your email and password, or ask your manager."
    )


def why_not_change_ways_in(
    hats: Iterable[Hat], *, provider_name: str, speaks_for: Callable[[str], bool]
) -> str | None:
    """Why an account gets, changes or loses no way in of its own in a provider's session.

    `hats` are those held or to come. A password or a passkey of one's own opens every post, and
    who opened this session has proven to hold only those for which the provider speaks.
    """
    if all(is_spoken_for(hat, speaks_for) for hat in hats):
        return None
    return (
        f"You hold a post for which {provider_name} does not speak, and you signed in there. Sign "
        "in with your own email and password first, then change how you sign in."
    )


def why_not_remove_second_step(kind: AccountKind, *, is_required: bool, others: int) -> str | None:
    """Why a second step stays: staff keep one wherever one is required."""
    if is_required and kind is AccountKind.STAFF and not others:
        return "Staff need a second step. Set up another one first, then remove this."
    return None


def is_open(invitation: Invitation, *, now: datetime, on: date) -> bool:
    """Whether an invitation's link still opens."""
    return why_not_accept(invitation, now=now, on=on) is None


def why_not_accept(invitation: Invitation | None, *, now: datetime, on: date) -> str | None:
    """Why this link does not open any more.

    `now` is machine time, as for every link; `on` the day on which the post would be taken up.
    """
    if invitation is None:
        return "This link is not one of ours, or a newer one has been sent since."
    if invitation.withdrawn_at is not None:
        return "This invitation has been withdrawn."
    if invitation.accepted_at is not None:
        return "This invitation has been used. Sign in with your email and password."
    if invitation.expires_at <= now:
        return "This invitation has expired. Ask whoever invited you to send it again."
    if invitation.ends_on is not None and invitation.ends_on < on:
        last = f"{invitation.ends_on:%-d %B}"
        return f"The post ended on {last}: ask whoever invited you to invite you anew."
    return None


def why_not_accept_as(
    account: Account | None, invitation: Invitation, *, left_at: datetime | None
) -> str | None:
    """Why the account with the invited address may not take up the post; asked on acceptance.

    `left_at` is the machine time at which the leaving of this account came. Whoever left before the
    invitation was sent was invited back; any other ended account stays ended.
    """
    if account is None:
        return None
    if account.kind is not AccountKind.STAFF:
        return "A resident signs in with this address. Ask to be invited at your work address."
    if account.pk == invitation.invited_by_id:
        return "Nobody takes up a post they offered themselves: ask another manager."
    if not account.is_active and (left_at is None or left_at > invitation.sent_at):
        return "Your access ended after this invitation was sent. Ask your manager to invite you."
    return None


def why_not_change_invitation(viewer: Viewer, invitation: Invitation) -> str | None:
    """Why this viewer may not send an invitation again or withdraw it."""
    if invitation.accepted_at is not None:
        return f"{invitation.name} has already accepted."
    if invitation.withdrawn_at is not None:
        return "This invitation has been withdrawn. Invite them anew."
    return why_not_invite(
        viewer,
        organisation_id=invitation.post.organisation_id,
        employer_id=invitation.employer_id,
        organisation_name=invitation.post.organisation.name,
    )


def why_not_record_leaver(  # noqa: PLR0911 - one reason after another reads best flat
    viewer: Viewer, account: Account, hats: Iterable[Hat], leaving: Leaving | None
) -> str | None:
    """Why this viewer may not record that somebody leaves."""
    if account.kind is not AccountKind.STAFF:
        return "Only people at work leave; a resident's access is ended on their own page."
    if not account.is_active:
        return f"{account.name} has already left."
    if leaving is not None:
        return f"{account.name} is already recorded as leaving; take that back first."
    if viewer.kind is AccountKind.BACKGROUND_JOB:
        return None
    if not viewer.may(RECORD_LEAVER) or viewer.role in ONLY_LOOK:
        return "Your role does not record leavers."
    if account.pk == viewer.account_id:
        return "Nobody records their own leaving: ask your line manager."
    held = list(hats)
    if not held and not manages_everybody(viewer):
        return f"{account.name} holds no post at your organisation."
    for hat in held:
        if not manages_at(viewer, {hat.post.organisation_id, hat.employer_id}):
            return (
                f"{account.name} also works at {hat.post.organisation.name}. End the post at your "
                "organisation instead, or ask the programme team."
            )
    return None


def why_not_take_back_leaver(
    viewer: Viewer, leaving: Leaving, *, now: datetime, hold: timedelta, is_manager: bool
) -> str | None:
    """Why a leaving stays: one to come may be taken back until it comes, one that came briefly."""
    if leaving.taken_back_at is not None:
        return "This has already been taken back."
    if not viewer.may(RECORD_LEAVER) or viewer.role in ONLY_LOOK or not is_manager:
        return "Your role does not record leavers here."
    if leaving.account_id == viewer.account_id:
        return "Nobody takes back their own leaving: ask your line manager."
    if leaving.took_effect_at is not None and now > leaving.took_effect_at + hold:
        return "Access ended too long ago to take back. Invite them again if they return."
    return None

"""Why something may not be done in this room: the reason in words with its field, or nothing."""

from datetime import date, datetime
from typing import Final

from oneplace.access.viewer import Viewer
from oneplace.community.models import Companion, Fund, Grant, Group, PointOfAccess
from oneplace.community.permissions import KEEP_GROUPS, KEEP_LOCAL_MONEY, LOG_CONTACT
from oneplace.community.pounds import pounds
from oneplace.kit.clock import local_day
from oneplace.kit.words import say

LONGEST_LINE: Final = 300

Reason = tuple[str, str | None]
"""The reason in words, and the field it is about."""


def keeps(kept_by_id: object, *, by: Viewer) -> bool:
    """Whether a list is kept by the viewer, or where the viewer works."""
    return kept_by_id in by.parties or kept_by_id == by.organisation_id


def why_not_keep_groups(*, by: Viewer) -> Reason | None:
    """Why this viewer keeps no groups or calls."""
    return None if by.may(KEEP_GROUPS) else ("Your role does not keep groups.", None)


def why_not_keep(group: Group, *, by: Viewer) -> Reason | None:
    """Why this viewer may not write who came to a group."""
    if reason := why_not_keep_groups(by=by):
        return reason
    if not keeps(group.kept_by_id, by=by):
        return f"{group.kept_by_name} keeps this group’s list.", None
    if group.closed_on is not None:
        return "This group has closed.", None
    return None


def why_not_note_session(
    group: Group, held_on: date, *, others: int, by: Viewer, at: datetime
) -> Reason | None:
    """Why a session may not be written down."""
    if reason := why_not_keep(group, by=by):
        return reason
    if held_on > local_day(at):
        return "This day is still to come.", "held_on"
    if held_on < group.opened_on:
        return "The group had not opened yet on this day.", "held_on"
    if others < 0:
        return "Write how many others came; 0 for nobody.", "others"
    return None


def why_not_log(point: PointOfAccess, words: str, *, by: Viewer) -> Reason | None:
    """Why a contact may not be written down."""
    if not by.may(LOG_CONTACT):
        return "Your role does not write down contacts.", None
    if point.closed_on is not None:
        return "This point of access has closed.", None
    return why_not_line(words, field="words")


def why_not_line(words: str, *, field: str) -> Reason | None:
    """Why a line may not stand: it is too long."""
    if len(words) > LONGEST_LINE:
        return f"Write at most {LONGEST_LINE} characters.", field
    return None


def why_not_call(companion: Companion, *, by: Viewer) -> Reason | None:
    """Why a call may not be written down."""
    if reason := why_not_keep_groups(by=by):
        return reason
    return None if companion.ended_on is None else ("These calls have ended.", None)


def why_not_keep_money(*, by: Viewer) -> Reason | None:
    """Why this viewer keeps no local money."""
    if by.may(KEEP_LOCAL_MONEY):
        return None
    return say("Your role does not keep the {network}’s money."), None


def why_not_open_fund(pence: int, *, starts_on: date, ends_on: date, by: Viewer) -> Reason | None:
    """Why a fund may not be opened."""
    if reason := why_not_keep_money(by=by):
        return reason
    if pence <= 0:
        return "Write how much money it is, in pounds.", "pounds"
    if ends_on < starts_on:
        return "It ends before it starts. Check the two days.", "ends_on"
    return None


def why_not_give(  # noqa: PLR0911 - one reason after another
    fund: Fund,
    pence: int,
    *,
    left: int,
    purpose: str,
    starts_on: date,
    ends_on: date,
    by: Viewer,
) -> Reason | None:
    """Why a grant may not be given from a fund with so many pence left."""
    if reason := why_not_keep_money(by=by):
        return reason
    if not purpose.strip():
        return "Write what it is for.", "purpose"
    if pence <= 0:
        return "Write how much it is, in pounds.", "pounds"
    if fund.most_pence is not None and pence > fund.most_pence:
        return f"{fund.name} gives at most {pounds(fund.most_pence)} to one.", "pounds"
    if pence > left:
        return f"{fund.name} has {pounds(left)} left.", "pounds"
    if ends_on < starts_on:
        return "It ends before it starts. Check the two days.", "ends_on"
    if starts_on < fund.starts_on or ends_on > fund.ends_on:
        return "The fund’s money is for other days: see when it starts and ends.", "starts_on"
    return None


def why_not_end_grant(grant: Grant, *, by: Viewer) -> Reason | None:
    """Why a grant may not be ended."""
    if reason := why_not_keep_money(by=by):
        return reason
    return None if grant.state == "running" else ("This grant has ended already.", None)

"""Why something may not be done at the desk or on the way home: the reason in words, or nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from oneplace.access.viewer import Viewer
from oneplace.homefirst.models import (
    DESK,
    NOT_STARTED,
    RED_FLAGS,
    Blocker,
    DeskCase,
    DeskState,
    Discharge,
    Episode,
    FailedBecause,
    FailedDischarge,
    Package,
    ProviderAsk,
    RoundPlan,
    RoundState,
    ShiftLead,
)
from oneplace.homefirst.permissions import (
    KEEP_EPISODES,
    KEEP_PROVIDERS,
    PLAN_DISCHARGE,
    RUN_LIFE_DESK,
)
from oneplace.kit.clock import local_day
from oneplace.kit.formats import moment
from oneplace.science.routing import Stop
from oneplace.vocabulary.terms import PROVIDER_ANSWER, BlockerType, DeclaredCapacity, Pathway

LONGEST_WORDS: Final = 2000
LEFT_AHEAD: Final = timedelta(minutes=5)
LEFT_LATE: Final = timedelta(hours=6)
"""A ward's time is taken as it is from six hours before its message came to five minutes after. One
further off rests on a clock that is wrong or a message that lay about: the promise is then counted
from when we heard, both times are shown, and the desk confirms which is right."""
BACK_IN_HOSPITAL: Final = "back_in_hospital"
"""The wait that runs while somebody who was sent home lies in a bed again."""
FAILED_WITHIN: Final = timedelta(hours=72)
"""Back in hospital so soon, the discharge failed and the ward hears the reason."""
WARN_BEFORE: Final = (60, 30, 15)
"""Minutes before a promise runs out: whoever goes, the desk, whoever leads the shift."""
LONGEST_SHIFT: Final = timedelta(hours=14)
"""Whoever took the lead of a shift longer ago has gone home without handing it over."""
FIRST_VISIT_MINUTES: Final = 45
HOME_WITHIN: Final = timedelta(hours=2)
SEARCH_ENDS_WITHIN: Final = timedelta(seconds=45)
"""So long beyond its time a search may be queued, start and end; then it counts as lost."""
TALK_BY: Final = timedelta(weeks=4)
"""By week four of reablement there is a talk about an assessment and what longer help costs."""

Reason = tuple[str, str | None]
"""The reason in words, and the field it is about."""


@dataclass(frozen=True)
class Left:
    """When a promise counts from, what says so, and whether the desk should confirm it."""

    at: datetime
    because: str
    is_doubtful: bool


def runs_desk(case: DeskCase, *, by: Viewer) -> bool:
    """Whether the viewer works at the desk this case stands at."""
    return case.desk_id in by.parties and by.may(RUN_LIFE_DESK)


def why_not_move(
    case: DeskCase, after: DeskState, *, reason: object = None, by: Viewer
) -> str | None:
    """Why a case may not be moved on like this at the desk."""
    if not runs_desk(case, by=by):
        return "Only the desk itself can do this."
    return DESK.why_not(case.state, after, reason=reason)


def why_not_accept(
    case: DeskCase, package: Package, pathway: Pathway | None, *, by: Viewer
) -> Reason | None:
    """Why a referral may not be accepted: the first question comes first."""
    if (why := why_not_move(case, DeskState.ACCEPTED, by=by)) is not None:
        return why, None
    if package is Package.NOT_ASKED:
        return (
            "Ask first: was there a package of help at home that could start again?",
            "package",
        )
    if pathway is Pathway.P0:
        return (
            "The ward arranges pathway 0 by itself. Choose 1, 2 or 3, or send it back.",
            "pathway",
        )
    return None


def why_not_allocate(case: DeskCase, version: int | None, *, by: Viewer) -> str | None:
    """Why nobody may be sent: not accepted, somebody goes already, or another was quicker."""
    if not runs_desk(case, by=by):
        return "Only the desk can send somebody."
    if case.state == DeskState.ALLOCATED:
        return (
            f"{case.worker_name} is going already, planned for {moment(case.planned_at)}. "
            "Take that back first if somebody else must go."
        )
    if (why := DESK.why_not(case.state, DeskState.ALLOCATED)) is not None:
        return why
    if version is not None and version != case.version:
        return "Somebody at the desk changed this meanwhile. Look at it again, then choose."
    return None


def why_not_wait(
    case: DeskCase, rule: str, *, allowed: Iterable[str], is_waiting: bool
) -> str | None:
    """Why our part may not leave out a time: by the rules the place lists for it alone."""
    if not case.is_open:
        return "This is over: nothing is counted any more."
    if is_waiting:
        return "A wait runs already. End it first."
    if rule not in allowed:
        return "The place lists no such wait for this clock, so nothing may be left out."
    return None


def left_at(said: datetime | None, heard: datetime, source: str) -> Left:
    """From when the promise counts, given when the ward says somebody left and when we heard."""
    if said is None:
        return Left(heard, f"{source} said that the person left, without a time", True)
    if said > heard + LEFT_AHEAD or said < heard - LEFT_LATE:
        return Left(
            heard,
            f"{source} gives {moment(said)}, which cannot be right for a message that came "
            f"{moment(heard)}: counted from when it came until the desk confirms the time",
            True,
        )
    return Left(said, f"{source} said that the person left at {moment(said)}", False)


def red_flag(words: str) -> str | None:
    """The first word of a need that rings 999 and not a desk, as it is written; or nothing."""
    folded = " ".join(words.casefold().split())
    return next((flag for flag in RED_FLAGS if flag in folded), None)


def why_not_take_phone_referral(
    need: str, package: Package, rang: str, *, is_flag_ruled_out: bool, by: Viewer
) -> Reason | None:
    """Why what somebody asks by telephone may not be put in the queue."""
    if not by.may(RUN_LIFE_DESK):
        return "Only the desk takes referrals by telephone.", None
    if package is Package.NOT_ASKED:
        return (
            "Ask first: was there a package of help at home that could start again?",
            "package",
        )
    flag = red_flag(need)
    if flag is not None and not is_flag_ruled_out:
        return (
            f"“{flag}” is for 999. Tell whoever rings to hang up and ring 999 now. If they were "
            "asked and it is not that, say so below.",
            "need",
        )
    if not rang.strip():
        return "Write who rings, so that they can be told what came of it.", "rang"
    return None


def why_not_say_why_back(
    failed: FailedDischarge, because: FailedBecause, words: str, *, by: Viewer
) -> Reason | None:
    """Why the reason of a return within 72 hours may not be said."""
    if not runs_desk(failed.case, by=by):
        return "Only the desk that brought them home says why.", None
    if failed.explained_at is not None:
        return f"{failed.explained_by_name} said why {moment(failed.explained_at)}.", None
    if because is FailedBecause.NOT_A_FAILURE and not words.strip():
        return "Write what it was: it is not counted as a return then.", "words"
    return None


def why_not_plan_discharge(*, is_connected: bool, by: Viewer) -> str | None:
    """Why somebody may not plan the way home."""
    if not by.may(PLAN_DISCHARGE):
        return "Your role does not plan discharges."
    if not is_connected:
        return "Nothing connects you with this person now."
    return None


def why_not_ready(discharge: Discharge, ready_at: datetime, *, at: datetime) -> Reason | None:
    """Why somebody may not be said to be ready to leave since a moment."""
    if ready_at > at + LEFT_AHEAD:
        return "This moment is still to come.", "ready_at"
    if discharge.ready_at is not None:
        return (
            f"Ready since {moment(discharge.ready_at)} already. If an acute bed was needed again, "
            "say so first; that clears it.",
            None,
        )
    return None


def why_not_block(
    discharge: Discharge, kind: BlockerType, holder_name: str, *, same: Blocker | None
) -> Reason | None:
    """Why a reason for waiting may not be opened."""
    if same is not None:
        return f"{kind.label} is waited for already, since {moment(same.opened_at)}.", "kind"
    if not holder_name.strip():
        return "Say who is to act: an organisation, or the person and family.", "holder"
    return None


def why_not_unblock(blocker: Blocker, closed_at: datetime, *, at: datetime) -> Reason | None:
    """Why a reason for waiting may not be closed at a moment."""
    if blocker.closed_at is not None:
        return "This is no longer waited for.", None
    if closed_at < blocker.opened_at:
        return "It would end before it began.", "closed_at"
    if closed_at > at + LEFT_AHEAD:
        return "This moment is still to come.", "closed_at"
    return None


def why_not_keep_episode(*, is_connected: bool, by: Viewer) -> str | None:
    """Why somebody may not write in an episode."""
    if not by.may(KEEP_EPISODES):
        return "Your role does not write in episodes of short-term help."
    if not is_connected:
        return "Nothing connects you with this person now."
    return None


def why_not_open_episode(case: DeskCase, *, already: Episode | None) -> str | None:
    """Why an episode may not begin with a case."""
    if already is not None:
        return "An episode began with this referral already."
    if case.state in NOT_STARTED:
        return "Nobody has been there yet. The episode begins with the first visit."
    return None


def why_not_review(episode: Episode, on: date, *, at: datetime) -> Reason | None:
    """Why a week's review may not be written."""
    if episode.ended_on is not None:
        return "This episode is over.", None
    if on > local_day(at):
        return "This day is still to come.", "on"
    if on < episode.started_on:
        return "This is before the episode began.", "on"
    return None


def why_not_end_episode(episode: Episode, on: date, *, at: datetime) -> Reason | None:
    """Why an episode may not end on a day."""
    if episode.ended_on is not None:
        return "This episode is over already.", None
    if on > local_day(at):
        return "This day is still to come.", "on"
    if on < episode.started_on:
        return "This is before the episode began.", "on"
    return None


def why_not_answer_ask(
    ask: ProviderAsk,
    after: DeclaredCapacity,
    *,
    reason: str = "",
    has_other: bool = False,
    by: Viewer,
) -> str | None:
    """Why a provider's answer may not be written: answered already, or another has said yes."""
    if not by.may(RUN_LIFE_DESK) and not by.may(KEEP_PROVIDERS):
        return "Only the desk or the provider writes this answer."
    if after is DeclaredCapacity.ACCEPTED and ask.state in (
        DeclaredCapacity.ACCEPTED,
        DeclaredCapacity.STARTED,
    ):
        return f"{ask.provider_name} has said yes already; nothing is counted twice."
    if has_other and after is DeclaredCapacity.ACCEPTED:
        return "Another provider has taken this on meanwhile. Tell this one that it is settled."
    return PROVIDER_ANSWER.why_not(ask.state, after, reason=reason)


def is_open_hours(opens: object, closes: object) -> bool:
    """Whether hours have both ends; a service without them is open all day."""
    return opens is not None and closes is not None


def is_search_lost(plan: RoundPlan, *, now: datetime) -> bool:
    """Whether a search was killed or never taken up; `now` is real time."""
    if plan.begun_at is None:
        return True
    return now - plan.begun_at > timedelta(seconds=plan.given_seconds) + SEARCH_ENDS_WITHIN


def why_not_take_better(plan: RoundPlan, stop: Stop) -> str | None:
    """Why a plan around the first visit of a case can no longer be taken."""
    if plan.state != RoundState.OFFERED or plan.wanted_at is None:
        return "This plan was taken or put away already."
    if plan.wanted_at < stop.opens_at:
        return "This plan is over its time. Look at who can go now."
    if plan.wanted_at > stop.latest_at:
        return "By this plan the promise would be broken. Look at who can go now."
    return None


def why_not_keep_roster(*, by: Viewer) -> Reason | None:
    """Why somebody may not write who goes out and when."""
    return None if by.may(RUN_LIFE_DESK) else ("Only the desk keeps the roster.", None)


def why_not_lead_shift(desk_id: UUID, *, leads: ShiftLead | None, by: Viewer) -> Reason | None:
    """Why somebody may not take the lead of a desk's shift."""
    if not by.may(RUN_LIFE_DESK) or desk_id not in by.parties:
        return "Only somebody of the desk leads its shift.", None
    if leads is not None and leads.account_id == by.account_id:
        return f"You lead it already, since {moment(leads.from_at)}.", None
    return None


def why_not_shift(
    from_at: datetime,
    until_at: datetime,
    break_from_at: datetime | None,
    break_until_at: datetime | None,
    break_minutes: int,
) -> Reason | None:
    """Why a shift may not be written as it stands."""
    if until_at <= from_at:
        return "The shift would end before it begins.", "until"
    if not break_minutes:
        return None
    if break_from_at is None or break_until_at is None:
        return "Say from when until when the break may begin.", "break_from"
    if break_until_at < break_from_at:
        return "The break would close before it opens.", "break_until"
    if break_from_at < from_at or break_until_at + timedelta(minutes=break_minutes) > until_at:
        return "The break lies outside the shift.", "break_from"
    return None


def why_not_wish(*, is_connected: bool, by: Viewer) -> Reason | None:
    """Why somebody may not write whom a person wants at their door."""
    if not by.may(RUN_LIFE_DESK) and not by.may(KEEP_EPISODES):
        return "Your role does not write this.", None
    if not is_connected:
        return "Nothing connects you with this person now.", None
    return None


def why_not_plan_rounds(on: date, *, by: Viewer, at: datetime) -> Reason | None:
    """Why a day's rounds may not be planned."""
    if not by.may(RUN_LIFE_DESK):
        return "Only the desk plans rounds.", None
    if on < local_day(at):
        return "This day is over.", "on"
    return None


def why_not_settle(plan: RoundPlan, *, by: Viewer) -> Reason | None:
    """Why a suggestion may not be confirmed or put away."""
    if not by.may(RUN_LIFE_DESK):
        return "Only the desk plans rounds.", None
    if plan.state != RoundState.READY:
        who = plan.settled_by_name or "Somebody"
        return f"{who} has settled this suggestion already. Look at the newest.", None
    return None

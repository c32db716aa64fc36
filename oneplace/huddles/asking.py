"""From a line to what it asks: an action in the ledger, a goal in the plan, a referral.

A line is typed in one go (`@pharmacist Fri review BP tablets`); what comes of it lives in its own
room, made and taken back by that room's verbs, in the line's transaction.
"""

import re
import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from oneplace.access.viewer import Viewer
from oneplace.actions import queries as actions
from oneplace.actions import quick_line
from oneplace.actions import verbs as action_verbs
from oneplace.actions.owners import Owner
from oneplace.directory import queries as directory
from oneplace.directory.models import Service
from oneplace.huddles.models import Attendee, Line, LineKind
from oneplace.kit.clock import local_day
from oneplace.kit.formats import weekday
from oneplace.kit.refusals import Refused
from oneplace.kit.words import say
from oneplace.plans import queries as plans
from oneplace.plans import verbs as plan_verbs
from oneplace.plans.models import GoalOrigin
from oneplace.referrals import queries as referrals
from oneplace.referrals import verbs as referral_verbs
from oneplace.referrals.models import ReferralOrigin
from oneplace.vocabulary.terms import ActionOrigin, Attendance, ConnectionState, ReferralSource

USUAL_DUE: Final = timedelta(days=7)
"""When a line names no day, it is asked by the next huddle."""
MOST_NUMBERED: Final = 12
"""As many of those called alike are listed to choose from: a core team may hold a dozen nurses."""
_NUMBER: Final = re.compile(r"^\s*(?P<who>@[^#]{1,80}?)\s*#(?P<number>\d{1,2})(?=\s|$)\s*")
_SERVICE: Final = re.compile(r"^(?P<service>.+?)(?::| for | – | - )\s*(?P<need>.+)$", re.IGNORECASE)


def make(line: Line, *, owner: str, due_on: date | None, by: Viewer, at: datetime) -> None:
    """Make what a line asks, and say on the line what came of it; raises `Refused`.

    `owner` and `due_on` are what a form chose; empty, they are read from the line itself.
    """
    if line.kind == LineKind.ACTION:
        _ask(line, owner=owner, due_on=due_on, by=by, at=at)
    elif line.kind == LineKind.GOAL:
        goal = plan_verbs.set_goal(
            person_id=line.person_id,
            in_their_words=line.words,
            origin=GoalOrigin.HUDDLE,
            origin_id=line.item.meeting_id,
            by=by,
            at=at,
        )
        line.made_id, line.made_words = goal.pk, f"Goal: {line.words}"[:400]
    elif line.kind == LineKind.REFERRAL:
        _refer(line, by=by, at=at)


def _ask(line: Line, *, owner: str, due_on: date | None, by: Viewer, at: datetime) -> None:
    said_owner, said_due, text, remark = _said(line, owner=owner, due_on=due_on, by=by, at=at)
    action = action_verbs.ask(
        person_id=line.person_id,
        text=text,
        owner=said_owner,
        due=said_due,
        origin=ActionOrigin.HUDDLE,
        origin_id=line.item.meeting_id,
        by=by,
        at=at,
    )
    line.made_id, line.due_on = action.pk, action.due_on
    by_day = "today" if action.is_same_day else f"by {weekday(action.due_on)}"
    words = f"{action.owner_name} {by_day}: {action.text}"
    line.made_words = f"{words} ({remark})"[:400] if remark else words[:400]


def _said(
    line: Line, *, owner: str, due_on: date | None, by: Viewer, at: datetime
) -> tuple[Owner, date, str, str]:
    on = local_day(at)
    usual = due_on or on + USUAL_DUE
    if owner:
        chosen = actions.owner(owner, on=on, viewer=by)
        if chosen is None:
            raise Refused("Whoever you chose cannot be asked now. Choose another.", field="owner")
        return chosen, usual, line.words, ""
    names = _names(line, by=by, on=on)
    typed, number = _numbered(line.words)
    try:
        found = quick_line.parse(typed, on=on, names=names)
        if number is not None and found.owner is not None:
            # Nobody had to be chosen: the number belongs to what is asked.
            found, number = quick_line.parse(line.words, on=on, names=names), None
    except quick_line.NotUnderstoodError as error:
        raise Refused(error.reason, field="words") from error
    meant = found.owner
    if meant is None and number is not None and 1 <= number <= len(found.owners):
        meant = found.owners[number - 1]
    if meant is None:
        raise Refused(_choose(found), field="words")
    return meant, found.due_on or usual, found.text, found.remark


def _choose(found: quick_line.QuickLine) -> str:
    """Whom a line may mean, each with the number by which they are chosen."""
    listed = "; ".join(
        f"#{number} {each.label}" for number, each in enumerate(found.owners[:MOST_NUMBERED], 1)
    )
    left = len(found.owners) - MOST_NUMBERED
    more = f"; and {left} more, by name" if left > 0 else ""
    return (
        f"“{found.owner_words}” may be several: {listed}{more}. Type a name after the @, or the "
        f"number, like “@{found.owner_words} #1”."
    )


def _numbered(words: str) -> tuple[str, int | None]:
    """A line without the number that chooses among several, and the number: `@nurse #2 Fri`."""
    found = _NUMBER.match(words)
    if found is None:
        return words, None
    return f"{found['who']} {words[found.end() :]}".strip(), int(found["number"])


def _names(line: Line, *, by: Viewer, on: date) -> quick_line.Names:
    """Who can be asked; of several called alike, whoever is in the room is meant.

    Of a profession nobody is there of, its one core member is, if the huddle names just one.
    """
    asked = Attendee.objects.filter(meeting_id=line.item.meeting_id, account_id__isnull=False)
    present: list[uuid.UUID] = []
    core: dict[str, list[uuid.UUID]] = defaultdict(list)
    here: set[str] = set()
    for account, role, attendance, is_core in asked.values_list(
        "account_id", "role", "attendance", "member__is_core"
    ):
        if account and attendance in (Attendance.PRESENT, Attendance.BY_VIDEO):
            present.append(account)
            here.add(role)
        elif account and is_core:
            core[role].append(account)
    sole = [each[0] for role, each in core.items() if len(each) == 1 and role not in here]
    return actions.names_near(
        line.item.case.practice_id, on=on, viewer=by, in_the_room=[*present, *sole]
    )


def _refer(line: Line, *, by: Viewer, at: datetime) -> None:
    service, need = service_said(line.words, by=by, at=at)
    referral = referral_verbs.make_referral(
        person_id=line.person_id,
        service=service,
        need=need,
        asked_from=ReferralSource.HUDDLE,
        origin=ReferralOrigin.HUDDLE,
        origin_id=line.item.meeting_id,
        by=by,
        at=at,
    )
    line.made_id = referral.pk
    line.made_words = f"Referred to {service.name}: {need}"[:400]


def service_said(words: str, *, by: Viewer, at: datetime) -> tuple[Service, str]:
    """The service a line names, and the need: `garden help: keep up Joyce's garden`."""
    found = _SERVICE.match(words.strip().lstrip("@"))
    named, need = (found["service"], found["need"]) if found else (words.strip(), "")
    answer = directory.search(text=named, viewer=by, at=at, most=1)
    if not answer.found:
        raise Refused(
            f"No service in the directory is called “{named}”. Look under Services, or write it "
            "as an action.",
            field="words",
        )
    service = answer.found[0].service
    if not need:
        raise Refused(f"Say what for, like “{service.name}: company on weekdays”.", field="words")
    return service, need


def unmake(line: Line, *, by: Viewer, at: datetime) -> None:
    """Take back what a line asked, where its room allows it; else say there what to do."""
    if line.made_id is None:
        return
    if line.kind == LineKind.ACTION:
        action = actions.action(line.made_id, viewer=by)
        if action is not None:
            action_verbs.take_back(action=action, by=by, at=at)
    elif line.kind == LineKind.GOAL:
        goal = plans.goal(line.made_id, viewer=by)
        if goal is not None:
            plan_verbs.take_back_goal(goal=goal, by=by, at=at)
    elif line.kind == LineKind.REFERRAL:
        _take_back_referral(line.made_id, by=by, at=at)


def _take_back_referral(referral_id: uuid.UUID, *, by: Viewer, at: datetime) -> None:
    """Take back a service asked for a moment ago; one that has answered is told on its own page."""
    referral = referrals.referral(referral_id, viewer=by)
    if referral is None or not referral.is_open:
        return
    if referral.state != ConnectionState.OFFERED:
        raise Refused(
            f"{referral.service_name} has answered already "
            f"({ConnectionState(referral.state).label.lower()}). Open the referral and tell them "
            "there that it is no longer needed."
        )
    referral_verbs.take_back(
        referral=referral, why=say("Written by mistake in the {huddle}"), by=by, at=at
    )


def open_actions(person_id: uuid.UUID, *, by: Viewer) -> int:
    """How many actions are open for a person."""
    return open_actions_of([person_id], by=by)[person_id]


def open_actions_of(person_ids: Sequence[uuid.UUID], *, by: Viewer) -> dict[uuid.UUID, int]:
    """How many actions are open for each of these persons; one statement."""
    wanted = list(dict.fromkeys(person_ids))
    found = actions.open_of_many(wanted, viewer=by) if wanted else {}
    return {person_id: len(found[person_id]) for person_id in wanted}

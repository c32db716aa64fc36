"""Whoever goes says that they run late: whoever arranges hears it, and the person if wanted."""

import re
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from oneplace.access.models import Account
from oneplace.access.viewer import Viewer
from oneplace.kit.announcing import announce
from oneplace.kit.clock import day_begins, local_day
from oneplace.kit.formats import clock_time, plural
from oneplace.partners.models import Team
from oneplace.post import verbs as post
from oneplace.post.recipients import Recipient
from oneplace.post.verbs import Cause
from oneplace.referrals.queries.reach import how_to_reach
from oneplace.visits import rules
from oneplace.visits.announcements import VisitRunsLate
from oneplace.visits.models import TO_COME, Visit
from oneplace.visits.verbs.writing import change, held, record, refuse

_MOBILE: Final = re.compile(r"(\+44|0044|0)7\d{9}$")
"""A text reaches a mobile number; a landline would read it out, or lose it."""


@transaction.atomic
def say_late(
    *,
    visit: Visit,
    minutes: int,
    words: str = "",
    tells_person: bool = False,
    by: Viewer,
    at: datetime,
) -> Visit:
    """Say that one will be so many minutes later than planned, or than now where that is over.

    The window, the plan and the promise stay as they were; beside them stands when somebody is
    expected. Whoever arranges the visit is told, and how many visits follow on the same round;
    the person by a text where that is wanted and a number is known.
    """
    going = held(visit)
    refuse(rules.why_not_say_late(going, minutes, by=by))
    planned = going.planned_at or going.opens_at
    expected_at = max(planned, at) + timedelta(minutes=minutes)
    change(going, expected_at=expected_at, late_words=words.strip()[:200], late_said_at=at)
    record("say_late", going, by=by, at=at, detail={"minutes": minutes})
    told = _tell_person(going, expected_at, by=by, at=at) if tells_person else ""
    _tell_whoever_arranges(going, planned, told, by=by, at=at)
    announce(
        VisitRunsLate(
            going.pk,
            going.person_id,
            going.worker_id,
            going.origin,
            going.origin_id,
            expected_at,
            at,
        )
    )
    return going


def _tell_person(visit: Visit, expected_at: datetime, *, by: Viewer, at: datetime) -> str:
    """A text without why or what for; in words what came of it."""
    reach = how_to_reach(visit.person_id, viewer=by, at=at)
    if not _MOBILE.match(re.sub(r"[^\d+]", "", reach.phone)):
        known = f"only {reach.phone}" if reach.phone else "none"
        return f"No text: of a mobile number we know {known}. Ring them."
    given = by.name.split(" ", 1)[0]
    post.write_message(
        template="plain_text_message",
        values={
            "words": f"{given} runs late today and will be with you at about "
            f"{clock_time(expected_at)}. Sorry for the wait."
        },
        to=Recipient.person(visit.person_id, name="The person visited", to=reach.phone),
        cause=Cause("visits", "late", visit.pk),
        person_id=visit.person_id,
        hold=False,
        by=by,
        at=at,
    )
    return "The person gets a text."


def _tell_whoever_arranges(
    visit: Visit, planned: datetime, told: str, *, by: Viewer, at: datetime
) -> None:
    """Whoever booked it and the team, each once; no name, for the visit opens behind it."""
    expected = visit.expected_at
    after = _later_visits(visit)
    promise = ""
    if visit.promised_by_at is not None and expected is not None:
        is_broken = expected > visit.promised_by_at
        by_when = clock_time(visit.promised_by_at)
        promise = f"Promised by {by_when}: that is {'broken' if is_broken else 'still kept'}."
    lines = (
        f"{visit.purpose.label}, planned for {clock_time(planned)}.",
        promise,
        visit.late_words,
        told,
        f"{plural(after, 'visit')} of the same round to follow." if after else "",
    )
    values = {
        "subject": f"{by.name} runs late: expected {clock_time(expected)}",
        "words": " ".join(filter(None, lines)),
    }
    for to in _arrangers(visit, by=by):
        post.write_message(
            template="notice",
            values=values,
            to=to,
            cause=Cause("visits", "late", visit.pk),
            person_id=visit.person_id,
            hold=False,
            by=by,
            at=at,
        )


def _arrangers(visit: Visit, *, by: Viewer) -> list[Recipient]:
    found = []
    booker = Account.objects.filter(pk=visit.booked_by_id, is_active=True).first()
    if booker is not None and booker.pk != by.account_id:
        found.append(Recipient.account(booker))
    team = Team.objects.filter(pk=visit.team_id).first() if visit.team_id else None
    if team is not None:
        found.append(Recipient.team(team))
    return found


def _later_visits(visit: Visit) -> int:
    """How many visits of the same round follow on the day."""
    ends = day_begins(local_day(visit.opens_at)) + timedelta(days=1)
    return (
        Visit.objects.filter(
            worker_id=visit.worker_id,
            state__in=TO_COME,
            opens_at__gte=visit.opens_at,
            opens_at__lt=ends,
        )
        .exclude(pk=visit.pk)
        .count()
        if visit.worker_id is not None
        else 0
    )

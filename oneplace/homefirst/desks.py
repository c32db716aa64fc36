"""Which desk answers for a team of a joint service, and who goes out for it, as the place says."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings

from oneplace.vocabulary.ids import id_for
from oneplace.vocabulary.place.clocks import ServiceHours
from oneplace.vocabulary.terms import LifeStream, ServiceCategory, TeamKind, Urgency

STREAM_OF = {
    ServiceCategory.CRISIS_AT_HOME: LifeStream.RAPID_RESPONSE,
    ServiceCategory.HOME_FROM_HOSPITAL: LifeStream.DISCHARGE,
    ServiceCategory.REABLEMENT: LifeStream.REABLEMENT,
}


@dataclass(frozen=True)
class Desk:
    """The team that takes every referral to a joint service."""

    id: uuid.UUID
    name: str
    short_word: str
    hours: ServiceHours | None
    going_out: tuple[uuid.UUID, ...]
    """The teams whose people go to doors for it."""


@cache
def desks() -> tuple[Desk, ...]:
    """Every desk of this place."""
    place = settings.PLACE
    hours = {each.key: each for each in place.service_hours}
    found = []
    for team in place.teams:
        if team.kind is not TeamKind.HOME_FIRST_TEAM or team.joint_service is None:
            continue
        joint = next(each for each in place.joint_services if each.code == team.joint_service)
        going = tuple(
            id_for("team", each.code)
            for each in place.teams
            if each.joint_service == team.joint_service
            and each.kind in (TeamKind.RAPID_RESPONSE_TEAM, TeamKind.REABLEMENT_TEAM)
        )
        key = team.reach.hours if team.reach else ""
        found.append(
            Desk(id_for("team", team.code), team.name, joint.short_word, hours.get(key), going)
        )
    return tuple(found)


def desk_of(team_id: uuid.UUID | None) -> Desk | None:
    """The desk that answers where this team is asked; None where it is no team of a desk's."""
    if team_id is None:
        return None
    direct = next((desk for desk in desks() if desk.id == team_id), None)
    if direct is not None:
        return direct
    return next((desk for desk in desks() if team_id in desk.going_out), None)


def desk(desk_id: uuid.UUID) -> Desk | None:
    """One desk by its team."""
    return next((each for each in desks() if each.id == desk_id), None)


def desk_led_by(parties: Collection[uuid.UUID]) -> Desk | None:
    """The desk at which whoever has these parties works; None for whoever is of none."""
    return next((each for each in desks() if each.id in parties), None)


def stream_of(category: ServiceCategory, urgency: Urgency) -> LifeStream:
    """To which stream a referral belongs: two hours is a crisis whatever was asked for."""
    if urgency is Urgency.TWO_HOURS:
        return LifeStream.RAPID_RESPONSE
    return STREAM_OF.get(category, LifeStream.REHAB)


def is_outside_hours(hours: ServiceHours | None, at: datetime) -> bool:
    """Whether a moment lies outside the hours of a service, by the clock on the wall."""
    if hours is None or hours.all_day or hours.opens is None or hours.closes is None:
        return False
    local = at.astimezone(ZoneInfo(settings.TIME_ZONE))
    calendar = settings.PLACE.calendar
    if not any(day.number == local.weekday() for day in hours.days):
        return True
    if not hours.bank_holidays and local.date() in calendar.holidays:
        return True
    return not hours.opens <= local.time() < hours.closes

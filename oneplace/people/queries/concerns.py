"""Worries about somebody's safety, for the team on duty and their writers alone."""

import uuid
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db.models import F, QuerySet

from oneplace.access.viewer import Viewer
from oneplace.partners.models import Team
from oneplace.people.models import Concern, SafeNow
from oneplace.people.permissions import RAISE_CONCERN
from oneplace.vocabulary.ids import id_for
from oneplace.vocabulary.terms import TeamKind

_ON_DUTY: Final = (TeamKind.SAFEGUARDING_TEAM, TeamKind.SOCIAL_CARE_TEAM)
"""Who receives a concern: the safeguarding team, else the council's first team of social care; the
duty is the council's (Care Act 2014, section 42).
"""


@dataclass(frozen=True)
class DutyTeam:
    """The team that receives concerns, and how it is reached."""

    team: Team
    phone: str
    email: str
    hours: str
    note: str


@dataclass(frozen=True)
class DutyReach:
    """How the team on duty is reached, as the place file says: for pages without the database."""

    name: str
    phone: str
    hours: str
    answers: tuple[tuple[str, str], ...]
    """What may be said of whether somebody is safe now, each with its words."""


def duty_reach(*, viewer: Viewer) -> DutyReach | None:
    """Whom to ring from any page; None for who raises no concern, or where the place names none.

    Asks the database nothing: it stands on every page, for the moment the network is away.
    """
    if not viewer.may(RAISE_CONCERN):
        return None
    place = settings.PLACE
    for kind in _ON_DUTY:
        team = next((each for each in place.teams if each.kind is kind), None)
        if team is not None and team.reach.phone:
            hours = next((h.words for h in place.service_hours if h.key == team.reach.hours), "")
            answers = tuple((value, label) for value, label in SafeNow.choices())
            return DutyReach(team.name, team.reach.phone, hours, answers)
    return None


def duty_team(*, viewer: Viewer) -> DutyTeam | None:
    """The team on duty for people's safety; None where the place names none."""
    if viewer.account_id is None:
        return None
    place = settings.PLACE
    for kind in _ON_DUTY:
        written = next((team for team in place.teams if team.kind is kind), None)
        team = None
        if written is not None:
            team = Team.objects.filter(key=written.code, closed_on__isnull=True).first()
        if written is not None and team is not None:
            reach = written.reach
            hours = next((h.words for h in place.service_hours if h.key == reach.hours), "")
            return DutyTeam(team, reach.phone, reach.email, hours, reach.note)
    return None


def is_on_duty(*, viewer: Viewer) -> bool:
    """Whether the viewer is of the team that receives concerns; asks the database nothing."""
    teams = settings.PLACE.teams
    for kind in _ON_DUTY:
        if written := next((team for team in teams if team.kind is kind), None):
            return id_for("team", written.code) in viewer.team_ids
    return False


def _seen(viewer: Viewer) -> QuerySet[Concern]:
    found = Concern.objects.select_related("team")
    return found if viewer.account_id is not None else found.none()


def concern(concern_id: uuid.UUID, *, viewer: Viewer) -> Concern | None:
    """One concern; None for everybody but its team and its writer."""
    return _seen(viewer).filter(pk=concern_id).first()


def concerns_waiting(*, viewer: Viewer) -> QuerySet[Concern]:
    """What nobody of the viewer's team has received yet, the oldest first."""
    found = _seen(viewer).filter(team_id__in=viewer.team_ids, received_at__isnull=True)
    return found.order_by("raised_at", "pk")


def concerns_nobody_has(*, viewer: Viewer) -> QuerySet[Concern]:
    """What no team has received, the oldest first, for the job that tells of it again."""
    return _seen(viewer).filter(received_at__isnull=True).order_by("raised_at", "pk")


def concerns(*, viewer: Viewer) -> QuerySet[Concern]:
    """All that came to the viewer's team or that they wrote, what waits first, then the newest."""
    return _seen(viewer).order_by(F("received_at").desc(nulls_first=True), "-raised_at", "-pk")

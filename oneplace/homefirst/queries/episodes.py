"""Episodes of short-term help with their reviews, and what providers can take on."""

import uuid
from datetime import date, timedelta

from django.db.models import QuerySet

from oneplace.access.viewer import Viewer
from oneplace.homefirst.models import Episode, ProviderAsk, WeeklyReview, ZoneCapacity
from oneplace.homefirst.permissions import KEEP_PROVIDERS, SEE_LIFE_DESK


def episode(episode_id: uuid.UUID, *, viewer: Viewer) -> Episode | None:
    """One episode; None where it is not open to the viewer."""
    if viewer.account_id is None:
        return None
    return Episode.objects.select_related("person", "case").filter(pk=episode_id).first()


def episode_of(case_id: uuid.UUID, *, viewer: Viewer) -> Episode | None:
    """The episode that began with a case."""
    if viewer.account_id is None:
        return None
    return Episode.objects.select_related("person", "case").filter(case_id=case_id).first()


def reviews(episode: Episode, *, viewer: Viewer) -> QuerySet[WeeklyReview]:
    """The weekly reviews of an episode, the newest first."""
    found = WeeklyReview.objects.filter(episode=episode).order_by("-on", "-written_at")
    return found if viewer.account_id is not None else found.none()


def asks_of(case_id: uuid.UUID, *, viewer: Viewer) -> QuerySet[ProviderAsk]:
    """Which providers were asked for a case, and what they answered, in order."""
    found = ProviderAsk.objects.filter(case_id=case_id).order_by("asked_at", "pk")
    return found if viewer.account_id is not None else found.none()


def ask(ask_id: uuid.UUID, *, viewer: Viewer) -> ProviderAsk | None:
    """One ask of a provider."""
    if viewer.account_id is None:
        return None
    return ProviderAsk.objects.select_related("case").filter(pk=ask_id).first()


def capacity(*, viewer: Viewer, on: date, days: int = 7) -> QuerySet[ZoneCapacity]:
    """What providers say they can give from a day on, by district; about nobody."""
    found = ZoneCapacity.objects.filter(on__gte=on, on__lt=on + timedelta(days=days))
    may = viewer.may(SEE_LIFE_DESK) or viewer.may(KEEP_PROVIDERS)
    return found.order_by("zone", "provider_name", "on") if may else found.none()

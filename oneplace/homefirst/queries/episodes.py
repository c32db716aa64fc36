"""Episodes of short-term help with their reviews, and what providers can take on."""

import uuid
from datetime import date, timedelta

from django.db.models import DateField, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce

from oneplace.access.viewer import Viewer
from oneplace.homefirst.models import Episode, ProviderAsk, WeeklyReview, ZoneCapacity
from oneplace.homefirst.permissions import KEEP_EPISODES, KEEP_PROVIDERS, SEE_LIFE_DESK


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


def reviews_due(*, until: date, viewer: Viewer) -> QuerySet[Episode]:
    """The episodes under way whose weekly review is due by a day (`due_on`), the earliest first.

    Due on the day the last review named, else a week after it, else a week after the beginning.
    """
    newest = WeeklyReview.objects.filter(episode=OuterRef("pk")).order_by("-on", "-written_at")
    last = Coalesce(Subquery(newest.values("on")[:1]), F("started_on"))
    week_on = Cast(last + timedelta(days=7), DateField())
    due_on = Coalesce(Subquery(newest.values("next_on")[:1]), week_on)
    found = Episode.objects.filter(ended_on=None).annotate(due_on=due_on)
    found = found.filter(due_on__lte=until).select_related("person").order_by("due_on", "pk")
    return found if viewer.may(KEEP_EPISODES) else found.none()


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

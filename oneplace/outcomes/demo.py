"""A demonstration's board: one invented resident's story beside a figure, and one publication."""

from datetime import datetime
from typing import Final

from django.conf import settings

from oneplace.access.models import DemoPerson, Hat
from oneplace.access.viewer import Viewer, load_viewer, viewing
from oneplace.kit import clock
from oneplace.outcomes import verbs
from oneplace.outcomes.measurer import MEASURER
from oneplace.outcomes.models import Publication, StoryTold
from oneplace.people.models import Person
from oneplace.records.models import Entry
from oneplace.vocabulary.terms import EntryKind, EntryStatus, Role

_WORDS: Final = (
    "They came the same afternoon, before I had taken my coat off. Three weeks I had sat on that "
    "ward with my bag packed. What I wanted was my own kettle and my own window, and now I have "
    "both."
)
_CALLED: Final = "Somebody who came home last year"


def invent_board() -> None:
    """In a demonstration only, once: a story beside the two hours, and the first publication."""
    if not settings.IS_DEMO:
        return
    at = clock.now()
    if not StoryTold.objects.exists():
        _tell_a_story(at)
    director = _director(at)
    if director is not None and not Publication.objects.exists():
        with viewing(director, at=at):
            verbs.publish_figures(by=director, at=at)


def _tell_a_story(at: datetime) -> None:
    homes = (
        Entry.objects.filter(
            kind=EntryKind.EPISODE, status=EntryStatus.ENDED, detail__stream="discharge",
            detail__sequel="independent",
        )
        .order_by("starts_at", "pk")
        .values_list("subject__person_id", flat=True)
    )  # fmt: skip
    home = next(filter(None, homes), None)
    if home is not None:
        with viewing(MEASURER, at=at):
            verbs.give_story(
                person_id=Person.objects.get(pk=home).current_id,
                indicator="life_two_hours", called=_CALLED, words=_WORDS, by=MEASURER, at=at,
            )  # fmt: skip


def _director(at: datetime) -> Viewer | None:
    for person in DemoPerson.objects.select_related("account"):
        hat = Hat.objects.filter(
            account=person.account, post__role=Role.PROGRAMME_DIRECTOR, ended_at=None
        ).first()
        if hat is not None:
            return load_viewer(person.account.pk, hat.pk, at=at)
    return None

"""Somebody agrees to tell their story beside a figure, and may take it back at any time."""

import uuid
from datetime import datetime

from django.db import transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.insight.indicators import DEFINITIONS
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused
from oneplace.outcomes.models import StoryGiven, StoryTold
from oneplace.people import queries as people
from oneplace.vocabulary.ids import new_id


@transaction.atomic
def give_story(
    *, person_id: uuid.UUID, indicator: str, called: str, words: str, by: Viewer, at: datetime
) -> StoryGiven:
    """Write down what a person agreed may be read beside a figure, under the name they chose."""
    person = people.person(person_id, viewer=by)
    if person is None:
        raise Refused("You can write down a story only of somebody whose record opens to you.")
    if indicator not in DEFINITIONS:
        raise Refused("Choose the figure the story stands beside.", field="indicator")
    if not called.strip() or not words.strip():
        raise Refused("Say the name they chose, and their words.", field="words")
    given = StoryGiven.objects.create(
        id=new_id(), person=person, agreed_on=local_day(at), written_by_name=by.name
    )
    StoryTold.objects.create(
        id=given.pk,
        indicator=indicator,
        called=called.strip(),
        words=words.strip(),
        agreed_on=given.agreed_on,
    )
    audit.record(
        by=by, at=at, action="give_story", subject=("story", given.pk), person_id=person.pk
    )
    return given


@transaction.atomic
def take_back_story(*, given: StoryGiven, by: Viewer, at: datetime) -> StoryGiven:
    """Take a story away from every page at once; that it was given stays with the record."""
    held = StoryGiven.objects.select_for_update().filter(pk=given.pk).first()
    if held is None:
        raise Refused("This story is not yours to see.")
    if held.taken_back_at is not None:
        raise Refused("This story was taken back already.")
    StoryTold.objects.filter(pk=held.pk).delete()
    held.taken_back_at = at
    held.save(update_fields=["taken_back_at"])
    audit.record(
        by=by, at=at, action="take_back_story", subject=("story", held.pk),
        person_id=held.person_id,
    )  # fmt: skip
    return held

"""What people answered, for a viewer: measures of one person, newest first, with their scores."""

import uuid
from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Prefetch, QuerySet

from oneplace.access.viewer import Viewer
from oneplace.people.models import Person
from oneplace.plans.models import Measure, MeasureMoment, MeasureScore


def _with_scores(found: QuerySet[Measure]) -> QuerySet[Measure]:
    scores = Prefetch("scores", queryset=MeasureScore.objects.all(), to_attr="scored")
    return found.prefetch_related(scores)


def measures_of(
    person_id: uuid.UUID, *, viewer: Viewer, instrument: str = "", with_struck: bool = False
) -> list[Measure]:
    """A person's measures, newest first, each with its scores (`scored`); struck ones left out."""
    if viewer.account_id is None:
        return []
    found = Measure.objects.filter(person__current__in=Person.objects.filter(was__pk=person_id))
    if instrument:
        found = found.filter(instrument=instrument)
    if not with_struck:
        found = found.filter(struck_at=None)
    return list(_with_scores(found))


def measures_of_many(
    person_ids: Sequence[uuid.UUID], *, viewer: Viewer
) -> dict[uuid.UUID, list[Measure]]:
    """The measures of several people, newest first, by the person asked for; three statements."""
    if viewer.account_id is None or not person_ids:
        return {}
    asked = dict(Person.objects.filter(pk__in=person_ids).values_list("pk", "current_id"))
    found = Measure.objects.filter(person__current_id__in=set(asked.values()), struck_at=None)
    by_person: dict[uuid.UUID, list[Measure]] = defaultdict(list)
    for measure in _with_scores(found.select_related("person")):
        by_person[measure.person.current_id].append(measure)
    return {person: by_person[now] for person, now in asked.items() if by_person.get(now)}


def measure(measure_id: uuid.UUID, *, viewer: Viewer) -> Measure | None:
    """One measure with its scores (`scored`), struck out or not."""
    if viewer.account_id is None:
        return None
    found = Measure.objects.filter(pk=measure_id).select_related("person")
    return _with_scores(found).first()


def moment_of_next(person_id: uuid.UUID, *, instrument: str, viewer: Viewer) -> MeasureMoment:
    """At which point the next answers stand: the start where nothing was answered before."""
    if viewer.account_id is None:
        return MeasureMoment.BASELINE
    before = Measure.objects.filter(
        person__current__in=Person.objects.filter(was__pk=person_id),
        instrument=instrument,
        struck_at=None,
        not_done="",
    )
    return MeasureMoment.REVIEW if before.exists() else MeasureMoment.BASELINE

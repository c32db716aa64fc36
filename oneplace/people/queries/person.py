"""One person for a viewer: who it is, whose numbers, household, doubts, deaths, merges."""

import uuid
from collections.abc import Mapping, Sequence

from django.db.models import F, Q, QuerySet

from oneplace.access.viewer import Viewer
from oneplace.people.models import (
    Death,
    Household,
    Link,
    Match,
    MatchState,
    Merge,
    NotThisPerson,
    Person,
    WrittenMeanwhile,
)
from oneplace.people.permissions import SEE_WHO_IS_WHO
from oneplace.records.models import Entry, Subject

WAITS = (
    MatchState.WAITING,
    MatchState.SECOND_READER,
    MatchState.DISAGREED,
    MatchState.UNSURE,
)


def person(person_id: uuid.UUID, *, viewer: Viewer) -> Person | None:
    """The person, or whoever it stands for now; None where the viewer may not open it."""
    if viewer.account_id is None:
        return None
    found = Person.objects.filter(was__pk=person_id).first()
    return found or Person.objects.filter(pk=person_id, current=F("id")).first()


def persons(person_ids: Sequence[uuid.UUID], *, viewer: Viewer) -> QuerySet[Person]:
    """Those of these persons the viewer may open, by name."""
    found = Person.objects.filter(pk__in=person_ids).order_by("sort_name", "pk")
    return found if viewer.account_id is not None else found.none()


def those_dead(person_ids: Sequence[uuid.UUID], *, viewer: Viewer) -> Sequence[uuid.UUID]:
    """Those of these persons who are recorded as having died now, in the order asked.

    A job that stops things for a death asks first: it may have been taken back meanwhile.
    """
    if viewer.account_id is None:
        return ()
    dead = set(
        Person.objects.filter(pk__in=list(person_ids), is_dead=True).values_list("pk", flat=True)
    )
    return [each for each in person_ids if each in dead]


def subjects(person_id: uuid.UUID, *, viewer: Viewer) -> QuerySet[Link]:
    """Which numbers of sources are this person's, and how that was decided."""
    links = Link.objects.filter(person__current_id=person_id, ended_at__isnull=True)
    links = links.select_related("subject").order_by("since_at", "pk")
    return links if viewer.account_id is not None else links.none()


def household(person_id: uuid.UUID, *, viewer: Viewer) -> QuerySet[Person]:
    """Who lives at the same address, as far as the viewer may open them."""
    if viewer.account_id is None:
        return Person.objects.none()
    places = Household.objects.filter(person_id=person_id).values("place")
    return (
        Person.objects.filter(household__place__in=places)
        .exclude(pk=person_id)
        .order_by("sort_name", "pk")
    )


def undecided(person_id: uuid.UUID, *, viewer: Viewer) -> QuerySet[Match]:
    """Pairs still to be looked at in which this person is one side; shown on both pages."""
    if viewer.account_id is None:
        return Match.objects.none()
    return Match.objects.filter(
        Q(one__person_id=person_id) | Q(other__person_id=person_id), state__in=WAITS
    )


def doubts(person_id: uuid.UUID, *, viewer: Viewer) -> QuerySet[NotThisPerson]:
    """Marks that an entry on this person's page seems to be about somebody else, newest first."""
    marks = NotThisPerson.objects.filter(person_id=person_id).order_by("-marked_at")
    return marks if viewer.account_id is not None else marks.none()


def open_doubts(*, viewer: Viewer) -> QuerySet[NotThisPerson]:
    """Marks nobody has settled, oldest first, for the record steward."""
    marks = NotThisPerson.objects.filter(settled_at__isnull=True)
    marks = marks.select_related("entry", "person").order_by("marked_at", "pk")
    return marks if viewer.account_id is not None else marks.none()


def deaths(person_id: uuid.UUID, *, viewer: Viewer) -> QuerySet[Death]:
    """What was taken down of this person's death, taken back or not, newest first."""
    found = Death.objects.filter(person_id=person_id).order_by("-recorded_at", "-pk")
    return found if viewer.account_id is not None else found.none()


def merges(person_id: uuid.UUID, *, viewer: Viewer) -> QuerySet[Merge]:
    """With whom this person was made one, undone or not, newest first."""
    found = Merge.objects.filter(Q(kept_id=person_id) | Q(given_up_id=person_id))
    return found if viewer.account_id is not None else found.none()


def written_meanwhile(*, viewer: Viewer) -> QuerySet[WrittenMeanwhile]:
    """What was written while two people were taken for one: what waits first, then the newest."""
    if not viewer.may(SEE_WHO_IS_WHO):
        return WrittenMeanwhile.objects.none()
    found = WrittenMeanwhile.objects.select_related("person", "other", "belongs_to", "merge")
    return found.order_by(F("placed_at").desc(nulls_first=True), "written_at", "pk")


def words_of_written(
    written: Sequence[WrittenMeanwhile], *, viewer: Viewer
) -> Mapping[uuid.UUID, str]:
    """By entry, what was written, as far as the viewer may read it; one statement."""
    if viewer.account_id is None:
        return {}
    keys = [key for one in written for key in (one.entry_id, one.twin_id)]
    rows = Entry.objects.filter(pk__in=keys).values_list("pk", "title", "words")
    return {key: title or words for key, title, words in rows}


def entry_of(person: Person, entry_id: uuid.UUID, *, viewer: Viewer) -> Entry | None:
    """One entry of this person's record; None where it is another's, or not to be opened."""
    if viewer.account_id is None:
        return None
    return Entry.objects.filter(pk=entry_id, subject__person_id=person.pk).first()


def subject(subject_id: uuid.UUID, *, viewer: Viewer) -> Subject | None:
    """One number of a source, for the record steward."""
    if not viewer.may(SEE_WHO_IS_WHO):
        return None
    return Subject.objects.filter(pk=subject_id).first()


def merge(merge_id: uuid.UUID, *, viewer: Viewer) -> Merge | None:
    """One merge with both persons, for the record steward."""
    if not viewer.may(SEE_WHO_IS_WHO):
        return None
    return Merge.objects.select_related("kept", "given_up").filter(pk=merge_id).first()


def recent_merges(*, viewer: Viewer, most: int = 100) -> QuerySet[Merge]:
    """What was put together, newest first, for the record steward."""
    if not viewer.may(SEE_WHO_IS_WHO):
        return Merge.objects.none()
    return Merge.objects.select_related("kept", "given_up")[:most]

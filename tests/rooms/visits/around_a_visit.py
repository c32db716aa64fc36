"""A small world for tests of visits: Margaret, her coordinator, a colleague, a visit of today."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from oneplace.access.models import Hat
from oneplace.access.viewer import Viewer, viewing
from oneplace.people.models import Person
from oneplace.visits import verbs
from oneplace.visits.models import Visit, VisitOrigin, VisitPurpose
from oneplace.vocabulary.terms import Role
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import arrive, connected

OPENS = AT + timedelta(hours=1)
CLOSES = OPENS + timedelta(minutes=30)
ORIGIN = uuid.UUID(int=77)


@dataclass
class World:
    """Who goes, to whom, and the visit."""

    margaret: Person
    pic: Viewer
    visit: Visit

    @property
    def hat(self) -> Hat:
        """The hat of whoever goes."""
        return Hat.objects.select_related("account", "post").get(pk=self.pic.hat_id)

    def as_it_stands(self) -> Visit:
        """The visit read anew."""
        with viewing(self.pic, at=AT):
            return Visit.objects.get(pk=self.visit.pk)


def booked(person: Person, by: Viewer, **more: object) -> Visit:
    """A visit of today by whoever books it; the database must have been told who acts."""
    given = {
        "purpose": VisitPurpose.PLAN,
        "opens_at": OPENS,
        "closes_at": CLOSES,
        "worker": Hat.objects.select_related("account", "post").get(pk=by.hat_id),
        "why": "To plan what comes next",
        "origin": VisitOrigin.HUDDLE,
        "origin_id": ORIGIN,
        **more,
    }
    return verbs.book(person_id=person.pk, by=by, at=AT, **given)  # type: ignore[arg-type]


def make_world() -> World:
    """Margaret, her coordinator Sam, and Sam's visit."""
    margaret = arrive()
    pic = connected(Role.PIC, margaret, "Sam Blake")
    with viewing(pic, at=AT):
        visit = booked(margaret, pic)
    return World(margaret, pic, visit)

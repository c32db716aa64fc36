"""The visit of a demonstration's story: booked by whoever goes, on the day it is told.

Invented, like everybody in it, and made by the verbs themselves.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction

from oneplace.access import verbs as access_verbs
from oneplace.access.models import DemoPerson, Hat
from oneplace.access.models.choice import ChoiceKind, HowTold
from oneplace.access.rules.choices import ChoiceDraft
from oneplace.access.viewer import Viewer, load_viewer, viewing
from oneplace.kit.clock import day_begins, local_day
from oneplace.kit.refusals import Refused
from oneplace.people.models import Person
from oneplace.visits import queries, verbs
from oneplace.visits.models import VisitOrigin, VisitPurpose
from oneplace.visits.verbs.booking import is_connected
from oneplace.vocabulary.terms import RelationshipKind, Role

_BEGINS: Final = timedelta(hours=14)
_AGAIN: Final = timedelta(minutes=30)


def book_story_visit(*, at: datetime) -> bool:
    """Book today's visit to the story's person for its coordinator; whether it was to be done.

    Refused outside a demonstration. The huddle asks for it in the story: whoever passed over that
    chapter finds the visit booked all the same.
    """
    if not settings.IS_DEMO:
        raise RuntimeError("Only a demonstration has an invented visit.")
    doctor, coordinator = _somebody(Role.GP, at=at), _somebody(Role.PIC, at=at)
    if doctor is None or coordinator is None:
        return False
    gp, _ = doctor
    pic, hat = coordinator
    given, _, family = settings.PLACE.demo.story_person.partition(" ")
    with viewing(gp, at=at):
        person = Person.objects.filter(
            given=given, family=family, practice_code=settings.PLACE.demo.show_practice
        ).first()
    if person is None or person.is_dead:
        return False
    with viewing(pic, at=at):
        is_known = is_connected(person.pk, viewer=pic)
    with viewing(gp, at=at):
        _let_him_say_yes(person, pic, by=gp, at=at)
        if not is_known:
            access_verbs.open_relationship(
                person_id=person.pk,
                party_id=hat.account_id,
                kind=RelationshipKind.CASELOAD,
                source="visits",
                by=gp,
                at=at,
            )
    with viewing(pic, at=at):
        todays = queries.mine(viewer=pic, at=at)
        if any(each.person_id == person.pk and each.is_open for each in todays):
            return False
        opens_at = max(day_begins(local_day(at)) + _BEGINS, at + _AGAIN)
        verbs.book(
            person_id=person.pk,
            purpose=VisitPurpose.FIRST,
            opens_at=opens_at,
            closes_at=opens_at + timedelta(minutes=30),
            worker=hat,
            minutes=60,
            why="Home again after three stays, and a fall. What would he like, and who could help?",
            origin=VisitOrigin.HUDDLE,
            by=pic,
            at=at,
        )
    return True


def _let_him_say_yes(person: Person, pic: Viewer, *, by: Viewer, at: datetime) -> None:
    """His yes to the coordinator's organisation, as he gave it to his GP; agreements ask for it."""
    if pic.organisation_id is None:
        return
    with suppress(Refused), transaction.atomic():
        access_verbs.record_choice(
            person_id=person.pk,
            draft=ChoiceDraft(
                kind=ChoiceKind.CONSENT,
                how=HowTold.IN_PERSON,
                said_on=local_day(at),
                party_id=pic.organisation_id,
                party_name=pic.organisation_name,
                words="They may know what you know, if they help with the garden.",
            ),
            by=by,
            at=at,
        )


def _somebody(role: Role, *, at: datetime) -> tuple[Viewer, Hat] | None:
    """Whoever a visitor walks in as for a role, with their hat; None before they arrived."""
    person = DemoPerson.objects.select_related("account").filter(role=role).first()
    if person is None or person.account is None:
        return None
    hat = (
        Hat.objects.filter(account=person.account, post__role=role, ended_at__isnull=True)
        .select_related("account", "post")
        .first()
    )
    viewer = load_viewer(person.account.pk, hat.pk, at=at) if hat else None
    return (viewer, hat) if viewer is not None and hat is not None else None

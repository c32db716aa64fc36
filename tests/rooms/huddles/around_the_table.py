"""A practice's team around the table, the people on its list, and a meeting they hold."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from django.conf import settings

from oneplace.access.models import Hat, Relationship
from oneplace.access.viewer import Viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.huddles import verbs
from oneplace.huddles.models import Item, Meeting, Series
from oneplace.partners.models import Organisation, Post
from oneplace.people.models import Person
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import OrganisationKind, RelationshipKind, Rhythm, Role, Weekday
from tests.database import as_role
from tests.factories import make_account, viewer_in

LISTED = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
"""A week before, after that week's huddle."""
EIGHT = datetime(2026, 3, 12, 8, 0, tzinfo=UTC)
"""The huddle begins, on a Thursday."""
FIRST = date(2026, 1, 8)


@dataclass
class Team:
    """Viewers by role, and the people they look after."""

    practice: Organisation
    viewers: dict[Role, Viewer] = field(default_factory=dict)
    people: list[Person] = field(default_factory=list)

    @property
    def facilitator(self) -> Viewer:
        return self.viewers[Role.NETWORK_FACILITATOR]

    @property
    def gp(self) -> Viewer:
        return self.viewers[Role.GP]

    @property
    def pharmacist(self) -> Viewer:
        return self.viewers[Role.PHARMACIST]

    def hat(self, role: Role) -> Hat:
        return Hat.objects.select_related("account").get(pk=self.viewers[role].hat_id)


_ROLES = {
    Role.NETWORK_FACILITATOR: "Fran Field",
    Role.GP: "Dr Gita Gray",
    Role.COMMUNITY_NURSE: "Nell Okoro",
    Role.SOCIAL_WORKER: "Sol Weaver",
    Role.PHARMACIST: "Priya Shah",
    Role.PIC: "Jo Bright",
}


def a_team() -> Team:
    """One practice of a network with one person of each core role, and three people registered."""
    with as_role(DatabaseRole.LOADER):
        practice = Organisation.objects.filter(
            kind=OrganisationKind.GP_PRACTICE, network__isnull=False
        ).order_by("code")[0]
        team = Team(practice)
        for role, name in _ROLES.items():
            team.viewers[role] = viewer_in(hat_at(practice, role, name), at=LISTED)
        for given, family in (("Margaret", "Okafor"), ("Anil", "Patel"), ("Bola", "Ade")):
            team.people.append(a_person(team, given, family))
    return team


def hat_at(organisation: Organisation, role: Role, name: str) -> Hat:
    """Somebody at work in a role at one organisation."""
    post = Post(
        id=new_id(),
        key=f"huddle-{role}-{new_id()}",
        role=role,
        title=settings.PLACE.label_of(role),
        organisation=organisation,
        network=organisation.network,
    )
    post.save(force_insert=True)
    hat = Hat(
        account=make_account(name=name),
        post=post,
        employer=organisation,
        starts_on=date(2024, 1, 1),
        source="test",
    )
    with as_role(DatabaseRole.LOADER):
        hat.save(force_insert=True)
    return hat


def a_person(team: Team, given: str, family: str) -> Person:
    """Somebody registered with the practice."""
    with as_role(DatabaseRole.LOADER):
        person = Person(
            id=new_id(), given=given, family=family, sort_name=family.upper(),
            born_on=date(1943, 5, 12), made_at=LISTED,
        )  # fmt: skip
        person.current_id = person.pk
        person.save(force_insert=True)
        Relationship(
            person_id=person.pk,
            party_id=team.gp.hat_id,
            kind=RelationshipKind.REGISTERED_PRACTICE,
            source="test",
            starts_at=LISTED.replace(year=2025),
        ).save(force_insert=True)
    return person


def a_series(team: Team, **changes: Any) -> Series:
    """The practice's huddle."""
    given: dict[str, Any] = {
        "host": team.practice,
        "every": Rhythm.WEEKLY,
        "weekday": Weekday.THURSDAY,
        "starts": time(8),
        "minutes": 60,
        "first_on": FIRST,
        "place": "Meeting room 2",
        "by": team.facilitator,
        "at": LISTED,
    }
    with viewing(team.facilitator, at=given["at"]):
        return verbs.open_series(**{**given, **changes})


def a_meeting(team: Team, series: Series) -> Meeting:
    """The meeting of 12 March, three people listed for it."""
    meeting = Meeting.objects.select_related("series").get(series=series, due_on=date(2026, 3, 12))
    with viewing(team.gp, at=LISTED):
        for person in team.people:
            verbs.bring_to_huddle(
                person_id=person.pk,
                practice_id=team.practice.pk,
                why=f"Why {person.given}",
                by=team.gp,
                at=LISTED,
            )
    meeting.refresh_from_db()
    return meeting


def begun(team: Team, meeting: Meeting, *, at: datetime = EIGHT) -> list[Item]:
    """The meeting under way with the first person spoken of; its items in order."""
    with viewing(team.facilitator, at=at):
        verbs.start_meeting(meeting=meeting, by=team.facilitator, at=at)
        verbs.turn_to(meeting=meeting, item=None, by=team.facilitator, at=at)
        meeting.refresh_from_db()
        return items_of(meeting)


def items_of(meeting: Meeting) -> list[Item]:
    """Everybody on the agenda, in order; ask within `viewing`."""
    found = Item.objects.filter(meeting=meeting).select_related("case__lead", "person", "meeting")
    return list(found.order_by("position"))

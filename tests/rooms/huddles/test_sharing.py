"""What a huddle writes is shared as everything else is: by agreement, and as the person chose."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from oneplace.access import verbs as access
from oneplace.access.models import AgreementTerm, ChoiceKind, HowTold, Relationship
from oneplace.access.rules.choices import ChoiceDraft
from oneplace.access.viewer import Viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.huddles import queries, verbs
from oneplace.huddles.models import (
    Case,
    CaseEvent,
    Item,
    ItemEvent,
    Line,
    LineEvent,
    LineKind,
    Meeting,
)
from oneplace.kit.refusals import Refused
from oneplace.partners.models import Organisation
from oneplace.vocabulary.terms import OrganisationKind, RelationshipKind, Role
from tests.database import as_role
from tests.factories import viewer_in
from tests.rooms.huddles.around_the_table import EIGHT, LISTED, Team, begun, hat_at

pytestmark = pytest.mark.django_db
SOON = EIGHT + timedelta(minutes=5)
ALL = (Case, CaseEvent, Item, ItemEvent, Line, LineEvent)


@pytest.fixture
def council(team: Team, meeting: Meeting) -> Viewer:
    """The council's social worker, who stands around everybody on this practice's list."""
    organisation = Organisation.objects.filter(kind=OrganisationKind.COUNCIL).order_by("code")[0]
    hat = hat_at(organisation, Role.SOCIAL_WORKER, "Sana Stone")
    with as_role(DatabaseRole.LOADER):
        for person in team.people:
            Relationship(
                person_id=person.pk, party_id=hat.pk, kind=RelationshipKind.HUDDLE_LIST,
                source="test", starts_at=LISTED,
            ).save(force_insert=True)  # fmt: skip
    return viewer_in(hat, at=LISTED)


@pytest.fixture
def first(team: Team, meeting: Meeting) -> Item:
    """Somebody of whom a line was written."""
    first, *_ = begun(team, meeting)
    with viewing(team.gp, at=SOON):
        verbs.write_line(
            item=first, kind=LineKind.NOTE, words="Asked for her cat", by=team.gp, at=SOON
        )
    return first


def _read(by: Viewer, item: Item) -> list[str]:
    with viewing(by, at=SOON):
        return [
            model.__name__
            for model in ALL
            if model.objects.filter(person_id=item.person_id).exists()
        ]


def test_partners_around_the_table_read_what_an_agreement_shares(
    council: Viewer, first: Item
) -> None:
    assert _read(council, first) == [model.__name__ for model in ALL]


def test_without_an_agreement_only_the_practice_reads_its_list(
    team: Team, council: Viewer, first: Item
) -> None:
    with as_role(DatabaseRole.LOADER):
        AgreementTerm.objects.all().delete()

    assert _read(council, first) == []
    assert _read(team.gp, first) == [model.__name__ for model in ALL]


def test_an_objection_closes_what_was_said_to_every_partner_at_once(
    team: Team, council: Viewer, first: Item, objects: Callable[[Item], None]
) -> None:
    objects(first)

    assert _read(council, first) == []
    assert _read(team.gp, first) == [model.__name__ for model in ALL]


@pytest.fixture
def objects(team: Team) -> Callable[[Item], None]:
    """Somebody objects to sharing between organisations, and their practice writes it down."""

    def _object(item: Item) -> None:
        with viewing(team.gp, at=SOON):
            access.record_choice(
                person_id=item.person_id,
                draft=ChoiceDraft(ChoiceKind.OBJECTION, HowTold.IN_PERSON, SOON.date()),
                by=team.gp,
                at=SOON,
            )

    return _object


def test_whoever_could_not_read_what_the_huddle_makes_of_it_brings_nobody(
    team: Team, council: Viewer, meeting: Meeting
) -> None:
    with as_role(DatabaseRole.LOADER):
        AgreementTerm.objects.all().delete()

    with viewing(council, at=SOON), pytest.raises(Refused, match="Ring the practice"):
        verbs.bring_to_huddle(
            person_id=team.people[0].pk, practice_id=team.practice.pk, why="She fell",
            by=council, at=SOON,
        )  # fmt: skip
    with viewing(team.gp, at=SOON):
        assert len(queries.items(meeting, viewer=team.gp)) == len(team.people)

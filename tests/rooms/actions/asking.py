"""Somebody who asks, somebody who is asked, and the person it is for."""

import uuid
from datetime import date
from typing import Any

from oneplace.access.models import Relationship
from oneplace.access.viewer import Viewer, viewing
from oneplace.actions import verbs
from oneplace.actions.models import Action
from oneplace.actions.owners import Owner
from oneplace.config.database import Role as DatabaseRole
from oneplace.partners.models import Team
from oneplace.people.models import Person
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import ActionOrigin, RelationshipKind, Role
from tests.database import as_role
from tests.factories import AT, make_account, make_hat, viewer_in

FRIDAY = date(2026, 3, 13)
"""The day after `AT`, a Thursday."""


def a_person(given: str = "Margaret", family: str = "Okafor") -> Person:
    """Somebody, whose record opens to nobody yet."""
    with as_role(DatabaseRole.LOADER):
        person = Person(
            id=new_id(), given=given, family=family, sort_name=family.upper(), made_at=AT
        )
        person.current_id = person.pk
        person.save(force_insert=True)
    return person


def relate(
    viewer: Viewer, person: Person, kind: RelationshipKind = RelationshipKind.CASELOAD
) -> None:
    """Let the person open to a viewer."""
    with as_role(DatabaseRole.LOADER):
        Relationship(
            person_id=person.pk,
            party_id=viewer.account_id or new_id(),
            kind=kind,
            source="test",
            starts_at=AT.replace(year=2025),
        ).save(force_insert=True)


def somebody(role: Role, name: str = "") -> Viewer:
    """Somebody at work in a role."""
    return viewer_in(make_hat(role, account=make_account(name=name or role.label)))


def owner_of(viewer: Viewer) -> Owner:
    """A viewer as one who can be asked."""
    assert viewer.organisation_id is not None
    return Owner(
        viewer.organisation_id,
        f"{viewer.name} ({viewer.title.lower()})",
        team_id=viewer.team_ids[0] if viewer.team_ids else None,
        account_id=viewer.account_id,
    )


def team_of(viewer: Viewer) -> Owner:
    """A viewer's team as one that can be asked."""
    team = Team.objects.get(pk=viewer.team_ids[0])
    return Owner(team.host_id, team.name, team_id=team.pk)


def asked(by: Viewer, owner: Owner, person_id: uuid.UUID | None, **more: Any) -> Action:
    """An ask of an owner for a person by Friday, in a huddle."""
    given: dict[str, Any] = {
        "text": "Review BP tablets",
        "due": FRIDAY,
        "origin": ActionOrigin.HUDDLE,
        "at": AT,
        **more,
    }
    with viewing(by, at=given["at"]):
        return verbs.ask(person_id=person_id, owner=owner, by=by, **given)

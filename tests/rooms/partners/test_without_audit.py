"""Organisations, teams and posts change only together with an audit, which a later room writes.

`partners` stands before the audit's room and cannot write it, so each of its verbs runs in the
transaction of a caller that does: the start of the installation, or a verb of access.
"""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from django.conf import settings

from oneplace.access import verbs
from oneplace.access.staff_list import PersonRow
from oneplace.config import installation
from oneplace.config.database import Role as DatabaseRole
from oneplace.partners.models import Network, Organisation, Post, Team
from oneplace.partners.verbs import OutsideOrganisation, WantedPost
from oneplace.vocabulary.terms import AccountKind, OrganisationKind, Role
from tests.database import as_role
from tests.factories import LOADER, bring_in_place

pytestmark = pytest.mark.django_db
PRACTICE = settings.PLACE.practices[0].code


@pytest.fixture
def break_audit(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Break the audit from now on."""

    def refuse(**_: object) -> None:
        raise RuntimeError("the audit cannot be written")

    return lambda: monkeypatch.setattr("oneplace.access.audit.record", refuse)


def _kept() -> list[list[object]]:
    tables = (Network, Organisation, Team, Post, Post.teams.through)
    return [list(table.objects.order_by("pk").values_list()) for table in tables]


def test_bring_in_place_brings_in_nothing_without_its_audit(
    break_audit: Callable[[], None],
) -> None:
    break_audit()
    with (
        as_role(DatabaseRole.LOADER),
        pytest.raises(RuntimeError, match="cannot be written"),
    ):
        installation.bring_in_place()

    assert _kept() == [[], [], [], [], []]


def test_bring_in_organisations_brings_in_none_without_its_audit(
    at: datetime, break_audit: Callable[[], None]
) -> None:
    bring_in_place()
    before = _kept()
    home = OutsideOrganisation("ZH1", "Larkspur", "Larkspur", OrganisationKind.CARE_HOME)

    break_audit()
    with pytest.raises(RuntimeError, match="cannot be written"):
        verbs.bring_in_organisations(rows=[home], by=LOADER, at=at)

    assert _kept() == before


def test_open_posts_opens_none_for_a_list_without_its_audit(
    at: datetime, break_audit: Callable[[], None]
) -> None:
    bring_in_place()
    before = _kept()
    row = PersonRow(
        row=2,
        email="ann@example.org",
        name="Ann New",
        registration="",
        kind=AccountKind.STAFF,
        post=WantedPost(Role.PIC, PRACTICE, title="A post of its own"),
        employer_code=PRACTICE,
        line_manager_email="",
        professional_lead_email="",
        starts_on=date(2026, 1, 1),
        ends_on=None,
    )

    break_audit()
    with pytest.raises(RuntimeError, match="cannot be written"):
        verbs.bring_in_people(rows=[row], file=Path("people.csv"), by=LOADER, at=at)

    assert _kept() == before

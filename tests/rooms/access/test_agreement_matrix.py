"""The page of who sees what says exactly what the rule of the database opens."""

from datetime import date

import pytest
from django.conf import settings
from django.db import connection

from oneplace.access.models import SourceOwner
from oneplace.access.queries import agreements as queries
from oneplace.access.viewer import Viewer
from oneplace.config.database import Role as DatabaseRole
from oneplace.partners.models import Organisation
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.place.agreements import KIND
from oneplace.vocabulary.rows.categories import NEVER_MENTAL_HEALTH
from oneplace.vocabulary.terms import (
    AccountKind,
    DataCategory,
    OrganisationKind,
    Purpose,
    Role,
)
from tests.database import as_role
from tests.factories import bring_in_place

pytestmark = pytest.mark.django_db

DAYS = (date(2026, 3, 12), date(2026, 4, 1), date(2027, 3, 31), date(2027, 4, 1))
READER = Viewer(account_id=new_id(), kind=AccountKind.RESIDENT, name="A resident")
Opened = dict[tuple[str, DataCategory], str]


Owners = dict[str, Organisation]


def _owners() -> Owners:
    """Whose each source is: one of each partner and of one GP practice."""
    practice = settings.PLACE.practices[0].code
    codes = [*(partner.code for partner in settings.PLACE.partners), practice]
    found = Organisation.objects.in_bulk(codes, field_name="code")
    owners = {f"source of {code}": found[code] for code in codes}
    with as_role(DatabaseRole.LOADER):
        SourceOwner.objects.all().delete()
        SourceOwner.objects.bulk_create(
            SourceOwner(owner=owner, organisation=of) for owner, of in owners.items()
        )
    return owners


def _by_the_database(
    at: Organisation, role: Role, purpose: Purpose, on: date, owners: Owners
) -> Opened:
    """What comes to a role at an organisation from each other one, and whether it asks."""
    sees = sorted(part.value for part in settings.PLACE.matrix[role])
    with connection.cursor() as cursor:
        cursor.execute(
            "select access_openings(%s, %s, %s::text[], %s)", [at.pk, purpose.value, sees, on]
        )
        lines = [line.split("|") for line in cursor.fetchone()[0]]
    return {
        (owners[owner].code, DataCategory(part)): sort
        for sort, owner, part in sorted(lines)
        if sort in ("asks", "flow") and owner in owners
    }


def _by_the_page(row: queries.RoleSees, owners: Owners, at: Organisation) -> Opened:
    found: Opened = {}
    for giver in owners.values():
        if giver.pk == at.pk:
            continue
        keys = queries.keys_of(giver.code, giver.kind)
        is_mental = giver.kind is OrganisationKind.MENTAL_HEALTH_TRUST
        for part in DataCategory:
            as_part = part
            if is_mental and part not in NEVER_MENTAL_HEALTH:
                as_part = DataCategory.MENTAL_HEALTH
            cell = row.cells[as_part]
            if keys & set(cell.from_keys):
                found[giver.code, part] = "flow"
            elif keys & set(cell.asks_keys):
                found[giver.code, part] = "asks"
    return found


@pytest.mark.parametrize("on", DAYS, ids=str)
def test_the_page_says_of_every_role_and_organisation_what_the_database_opens(on: date) -> None:
    bring_in_place()
    owners = _owners()
    asked = opened = 0

    places = Organisation.objects.in_bulk(field_name="code")
    for purpose in Purpose:
        held = queries.versions(viewer=READER, on=on)
        lines = [
            line for each in held if each.holds and purpose in each.purposes for line in each.lines
        ]
        for row in queries.who_sees(lines):
            code = row.key
            if code.startswith(KIND):
                if code != f"{KIND}{OrganisationKind.GP_PRACTICE.value}":
                    continue
                # Another practice than the one whose source is asked about.
                code = settings.PLACE.practices[1].code
            at = places[code]
            by_database = _by_the_database(at, row.role, purpose, on, owners)
            assert _by_the_page(row, owners, at) == by_database, (row.key, row.role, purpose)
            asked += len(owners) * len(DataCategory)
            opened += len(by_database)

    assert asked > 10_000
    assert (opened > 500) is (on <= date(2027, 3, 31))


def test_what_a_mental_health_trust_records_is_told_as_its_own_part_only() -> None:
    bring_in_place()
    held = queries.agreement("direct_care", viewer=READER, on=DAYS[0])
    assert held is not None

    rows = {(row.key, row.role): row.cells for row in queries.who_sees(held.lines)}
    worker = rows["council", Role.SOCIAL_WORKER]

    assert "mental_health_trust" in worker[DataCategory.ALERTS].from_keys
    assert "mental_health_trust" not in worker[DataCategory.NOTES].from_keys

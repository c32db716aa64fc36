"""What the readers of tables must know of a source comes from the place file."""

import pytest
from django.conf import settings

from oneplace.config.database import Role as DatabaseRole
from oneplace.feeds import verbs
from oneplace.feeds.models import Source
from tests.database import as_role
from tests.factories import AT, LOADER


@pytest.mark.django_db
def test_the_transfer_list_is_told_whose_hospital_numbers_it_has() -> None:
    with as_role(DatabaseRole.LOADER):
        verbs.keep_sources_in_step(place=settings.PLACE, by=LOADER, at=AT)
        community = Source.objects.get(kind="community_services")
        hospital = Source.objects.get(kind="hospital_messages")

    assert community.habits["hospital"] == hospital.senders[0].partition("/")[0]

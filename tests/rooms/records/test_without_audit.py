"""Nothing is taken into the record, or entered by hand, without the audit's entry of it."""

from datetime import datetime

import pytest
from django.db import transaction

from oneplace.records import verbs
from oneplace.records.models import Entry
from tests.rooms.records.arriving import arrive, entry, loader

pytestmark = pytest.mark.django_db


@pytest.fixture
def broken_audit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Break the audit."""

    def refuse(**_: object) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr("oneplace.access.audit.record", refuse)


@pytest.mark.usefixtures("as_loader", "broken_audit")
def test_take_in_takes_nothing_without_its_audit(at: datetime) -> None:
    delivery = arrive(entry())

    # It is the whole deed that is undone, with whatever it is part of.
    with pytest.raises(RuntimeError, match="no audit"), transaction.atomic():
        verbs.take_in(deliveries=[delivery], by=loader(), at=at)

    assert not Entry.objects.exists()

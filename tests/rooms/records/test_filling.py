"""How full each source's fields are: counted as they stand, of nobody in particular."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from oneplace.access import audit
from oneplace.access.viewer import NOBODY, Viewer
from oneplace.feeds.permissions import SEE_FEEDS
from oneplace.records import queries, verbs
from oneplace.records.cards import Filled
from oneplace.records.models import FieldCount
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.rows import ReachSaid
from oneplace.vocabulary.terms import AccountKind, ReachKind
from tests.rooms.records.arriving import JOHN, SOURCE, arrive, entry, identity, loader

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 12, 9, 40, tzinfo=UTC)
HOME = ReachSaid(ReachKind.ADDRESS, "14 Elm Rise", postcode="CR7 9XX")


def _steward() -> Viewer:
    return replace(
        Viewer(account_id=new_id(), kind=AccountKind.STAFF, name="Stella"),
        permissions=frozenset({SEE_FEEDS}),
    )


def _arrive() -> None:
    rows = (
        identity(born_on=date(1943, 5, 12), reach=(HOME,)),
        identity(JOHN, family="", reach=(ReachSaid(ReachKind.MOBILE, "07700 900001"),)),
        entry(code="44054006", starts_at=AT),
        entry("2"),
    )
    verbs.take_in(deliveries=[arrive(*rows)], by=loader(), at=AT)


@pytest.mark.usefixtures("as_loader")
def test_each_field_is_counted_of_all_that_stands() -> None:
    _arrive()

    verbs.count_fields(by=loader(), at=AT)
    verbs.count_fields(by=loader(), at=AT)

    found = {row.field: (row.filled, row.of) for row in queries.filling(viewer=_steward())}
    assert found["Date of birth"] == (1, 2)
    assert found["First and family name"] == (1, 2)
    assert found["Address"] == (1, 2)
    assert found["Phone or email"] == (1, 2)
    assert found["NHS number that checks"] == (0, 2)
    assert found["Code"] == (1, 2)
    shown = Filled().figures(viewer=_steward())[SOURCE]
    assert [(each.label, each.share, each.what) for each in shown][1] == (
        "Date of birth",
        0.5,
        "people",
    )


@pytest.mark.usefixtures("as_loader")
def test_a_stranger_reads_no_counts() -> None:
    _arrive()
    verbs.count_fields(by=loader(), at=AT)

    assert not queries.filling(viewer=NOBODY)
    assert Filled().figures(viewer=replace(_steward(), permissions=frozenset())) == {}


@pytest.mark.usefixtures("as_loader")
def test_without_its_audit_nothing_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    _arrive()

    def broken(**_: object) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr(audit, "record", broken)

    with pytest.raises(RuntimeError, match="no audit"):
        verbs.count_fields(by=loader(), at=AT)
    assert not FieldCount.objects.exists()

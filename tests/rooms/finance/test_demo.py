"""The demonstration's boards and fund are made by the verbs, once, as the story wants them."""

from datetime import date

import pytest
from django.conf import settings

from oneplace.access.models import DemoPerson, Hat
from oneplace.config.database import Role as DatabaseRole
from oneplace.contracts import queries as contracts
from oneplace.contracts.demo import invent_board
from oneplace.finance import queries
from oneplace.finance.demo import invent_money
from oneplace.partners.models import Organisation, Post
from oneplace.vocabulary.terms import Role
from tests.database import as_role
from tests.factories import AT, LOADER, bring_in_place, make_account, make_hat
from tests.rooms.contracts import board

pytestmark = pytest.mark.django_db


@pytest.fixture
def a_demonstration(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The place, and the people a visitor may walk in as."""
    monkeypatch.setattr(settings, "IS_DEMO", True)
    bring_in_place()
    roles = (Role.PROGRAMME_DIRECTOR, Role.BOARD_CHAIR, Role.SCRUTINY_MEMBER, Role.ANALYST)
    for number, role in enumerate(roles):
        hat = make_hat(role)
        with as_role(DatabaseRole.LOADER):
            DemoPerson(role=role, account=hat.account, title="", why="", position=number).save()
    for code in ("council", "commissioner"):
        with as_role(DatabaseRole.LOADER):
            post = Post.objects.filter(role=Role.FINANCE_LEAD).first()
            assert post is not None
            post.pk, post.key = None, f"finance-{code}"
            post.organisation = Organisation.objects.get(code=code)
            post.save(force_insert=True)
            Hat(
                account=make_account(name=f"Lead of {code}"),
                post=post,
                employer=post.organisation,
                starts_on=date(2024, 1, 1),
                source="test",
            ).save(force_insert=True)


def test_the_story_waits_for_two_partners_and_knows_what_the_fund_costs(
    a_demonstration: None,
) -> None:
    with as_role(DatabaseRole.LOADER):
        made, funds = invent_board(at=AT), invent_money(at=AT)
        again = invent_board(at=AT), invent_money(at=AT)
        everything = contracts.decisions(viewer=LOADER, on=AT.date())
        life = next(each for each in everything if each.decision.title.startswith("Extend LIFE"))
        fund = queries.fund("life", viewer=LOADER)
        assert fund is not None
        year = queries.year_of(fund, viewer=LOADER, on=AT.date())
        assert year is not None
        now = queries.fund_now(year, viewer=LOADER, on=AT.date())
        transfers = list(queries.transfers_on(life.decision.pk, viewer=LOADER))
        agreement = contracts.agreement_now(viewer=LOADER, on=AT.date())
        reports = queries.reports(year, viewer=LOADER).count()

    assert (made, funds, again) == (4, 1, (0, 0))
    assert life.standing.words == "No: ratified by 4 of 6; Council and Hospital still to decide."
    assert agreement.until_on == date(2027, 3, 31)
    assert [each.pence for each in transfers] == [250_000_00]
    assert now.variance > 0
    assert reports == 8


def test_the_lot_is_known_to_the_commissioners_alone(a_demonstration: None) -> None:
    with as_role(DatabaseRole.LOADER):
        invent_board(at=AT)
        lot = next(
            each.decision
            for each in contracts.decisions(viewer=LOADER, on=AT.date())
            if each.decision.only_body
        )

    assert lot.body == board.FEW

"""What commissioners decide alone cannot be listed, opened or inferred by anybody else."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection

from oneplace.access.viewer import Viewer, viewing
from oneplace.contracts import queries, verbs
from oneplace.contracts.models import (
    BoardMeeting,
    Decision,
    DecisionStep,
    InterestKind,
    InterestState,
    Item,
    ItemRuling,
    Marking,
    Matter,
    Minute,
    Paper,
    Presence,
    Ratification,
    Ruling,
    Vote,
)
from oneplace.kit.refusals import Refused
from oneplace.vocabulary.terms import DecisionState, Role
from tests.factories import AT
from tests.rooms.contracts import board

pytestmark = pytest.mark.django_db
KEPT = (BoardMeeting, Decision, DecisionStep, Item, Minute, Paper, Presence, Ratification, Vote)


def every_row() -> int:
    return sum(model.objects.count() for model in KEPT)


def _seated_provider(office: Viewer) -> Viewer:
    provider = board.somebody(Role.ANALYST, "hospital_trust")
    with viewing(office, at=AT):
        verbs.take_seat(
            body=board.DELIVERY, position="Director of integrated care",
            holder_id=provider.account_id, holder_name=provider.name,
            organisation=board.partner("hospital_trust"), from_on=AT.date(), by=office, at=AT,
        )  # fmt: skip
    return provider


OUTSIDE: dict[str, Callable[[Viewer], Viewer]] = {
    "a provider member of the delivery board": _seated_provider,
    "the programme office": lambda office: office,
    "the independent chair": lambda office: board.somebody(Role.BOARD_CHAIR),
    "scrutiny": lambda office: board.somebody(Role.SCRUTINY_MEMBER, "council"),
    "another finance lead of the same commissioner": lambda office: board.somebody(
        Role.FINANCE_LEAD, "commissioner"
    ),
}


@pytest.mark.parametrize("who", list(OUTSIDE))
def test_outside_the_body_there_is_no_row_at_all(who: str, office: Viewer, buyer: Viewer) -> None:
    viewer = OUTSIDE[who](office)

    with viewing(buyer, at=AT):
        assert every_row() > 8
        keys = {model: model.objects.values_list("pk", flat=True).first() for model in KEPT}
    with viewing(viewer, at=AT):
        assert every_row() == 0
        assert queries.decisions(viewer=viewer, on=AT.date()) == []
        assert queries.decision(keys[Decision], viewer=viewer) is None  # type: ignore[arg-type]
        assert list(queries.meetings(viewer=viewer)) == []
        assert queries.meeting(keys[BoardMeeting], viewer=viewer) is None  # type: ignore[arg-type]
        assert queries.item(keys[Item], viewer=viewer) is None  # type: ignore[arg-type]


@pytest.mark.parametrize("who", list(OUTSIDE))
def test_outside_the_body_nobody_writes_there(who: str, office: Viewer, buyer: Viewer) -> None:
    viewer = OUTSIDE[who](office)
    attempts: list[Callable[[], Any]] = [
        lambda: verbs.propose_decision(
            body=board.FEW, matter=Matter.CONTRACT, title="Mine",
            proposal="Award it to us instead, please.", by=viewer, at=AT,
        ),
        lambda: verbs.plan_meeting(
            body=board.FEW, starts_at=datetime(2026, 4, 1, 9, tzinfo=UTC), by=viewer, at=AT
        ),
    ]  # fmt: skip
    for attempt in attempts:
        with viewing(viewer, at=AT), pytest.raises(Refused, match="Only the members of this body"):
            attempt()


def test_its_numbers_leave_no_gap_in_what_others_see(office: Viewer, buyer: Viewer) -> None:
    first, second = board.proposed(office), board.proposed(office)

    assert (first.number, second.number) == (1, 2)


def test_a_seat_that_was_left_opens_nothing_any_more(office: Viewer, buyer: Viewer) -> None:
    with viewing(office, at=AT):
        seat = queries.seats_of(board.FEW, viewer=office, on=AT.date()).get(
            holder_id=buyer.account_id
        )
        verbs.leave_seat(seat=seat, until_on=date(2026, 3, 11), by=office, at=AT)

    with viewing(buyer, at=AT):
        assert every_row() == 0


def test_commissioners_decide_without_cabinet_or_ratification(buyer: Viewer) -> None:
    with viewing(buyer, at=AT):
        item = Item.objects.select_related("meeting", "decision").get()
        decision = verbs.recommend_decision(item=item, by=buyer, at=AT)
        decision = verbs.send_for_ratification(decision=decision, by=buyer, at=AT)

    assert decision.state is DecisionState.IN_FORCE


def test_a_contract_is_proposed_to_commissioners_alone(office: Viewer) -> None:
    with pytest.raises(Refused, match="are decided by Commissioners’ group alone"):
        board.proposed(office, matter=Matter.CONTRACT)


def test_whoever_is_told_to_leave_gets_no_papers_minute_or_proposal(office: Viewer) -> None:
    provider = _seated_provider(office)
    chair = board.somebody(Role.BOARD_CHAIR)
    with viewing(office, at=AT):
        decision = verbs.propose_decision(
            body=board.DELIVERY, matter=Matter.DELIVERY, title="A sixth therapist",
            proposal="Pay the trust for a sixth therapist.", by=office, at=AT,
        )  # fmt: skip
    item = board.on_the_agenda(
        decision, office, body=board.DELIVERY, touches=(board.partner("hospital_trust").pk,)
    )
    with viewing(office, at=AT):
        verbs.add_paper(
            item=item, title="Paper", words="The price.", marking=Marking.PUBLIC, by=office, at=AT
        )
        with pytest.raises(Refused, match="rules on the interests in “A sixth therapist”"):
            verbs.send_papers(meeting=item.meeting, by=office, at=AT)
        conflicts = queries.conflicts_in(item.meeting, [item], viewer=office, on=AT.date())
    for conflict in conflicts[item.pk]:
        with viewing(chair, at=AT):
            verbs.rule_on_interest(
                item=item, seat=conflict.seat, what=conflict.what, ruling=Ruling.LEAVES,
                why="It would be paid by this", by=chair, at=AT,
            )  # fmt: skip
    with viewing(office, at=AT):
        verbs.send_papers(meeting=item.meeting, by=office, at=AT)

    with viewing(provider, at=AT):
        assert Item.objects.count() == 1
        assert Paper.objects.count() == 0
        assert Decision.objects.count() == 0
        assert DecisionStep.objects.count() == 0
        assert ItemRuling.objects.filter(holder_id=provider.account_id).count() == 1
    with viewing(chair, at=AT):
        assert Paper.objects.count() == 1


def test_whoever_declared_an_interest_is_named_for_the_items_it_touches(office: Viewer) -> None:
    trust = board.partner("mental_health_trust")
    holder = board.somebody(Role.FINANCE_LEAD, "council")
    with viewing(office, at=AT):
        verbs.take_seat(
            body=board.BOARD, position="Chief executive", holder_id=holder.account_id,
            holder_name=holder.name, organisation=board.partner("council"), from_on=AT.date(),
            by=office, at=AT,
        )  # fmt: skip
    with viewing(holder, at=AT):
        interest = verbs.declare_interest(
            kind=InterestKind.INDIRECT, state=InterestState.PERCEIVED,
            what="My brother is a ward manager there", organisation=trust,
            began_on=date(2025, 1, 1), by=holder, at=AT,
        )  # fmt: skip
    item = board.on_the_agenda(None, office, touches=(trust.pk,))
    with viewing(office, at=AT):
        found = queries.conflicts_in(item.meeting, [item], viewer=office, on=AT.date())[item.pk]
        named = {each.seat.holder_id: each.what for each in found}
    assert named[holder.account_id] == "My brother is a ward manager there"

    with viewing(holder, at=AT):
        verbs.end_interest(interest=interest, by=holder, at=AT)
    with viewing(office, at=AT):
        later = queries.conflicts_in(item.meeting, [item], viewer=office, on=date(2026, 3, 13))
    assert holder.account_id not in {each.seat.holder_id for each in later[item.pk]}


def test_nobody_rules_on_their_own_interest(office: Viewer, buyer: Viewer) -> None:
    with viewing(buyer, at=AT):
        item = Item.objects.select_related("meeting", "decision").get()
        seat = queries.seats_of(board.FEW, viewer=buyer, on=AT.date()).get(
            holder_id=buyer.account_id
        )
        with pytest.raises(Refused, match="The chair rules"):
            verbs.rule_on_interest(
                item=item, seat=seat, what="Mine", ruling=Ruling.STAYS_AND_VOTES, why="Why not",
                by=buyer, at=AT,
            )  # fmt: skip


def test_the_net_hides_papers_from_raw_statements_too(office: Viewer, buyer: Viewer) -> None:
    with viewing(office, at=AT), connection.cursor() as cursor:
        cursor.execute("select count(*) from contracts_paper")
        assert cursor.fetchone() == (0,)

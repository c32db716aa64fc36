"""Every verb of the room: with a broken audit nothing is saved."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from django.apps import apps
from django.conf import settings

from oneplace.access.viewer import Viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.contracts import queries, verbs
from oneplace.contracts.models import (
    BoardMeeting,
    Decision,
    Interest,
    InterestKind,
    InterestState,
    Item,
    ItemPurpose,
    Marking,
    Matter,
    Question,
    RatificationAnswer,
    Ruling,
    Seat,
    SeatPresence,
    Signatory,
    VoteSaid,
)
from oneplace.vocabulary.terms import Role
from tests.database import as_role
from tests.factories import AT, LOADER
from tests.rooms.contracts import board
from tests.rooms.plans.test_without_audit import kept

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class World:
    """An alliance in the middle of its work."""

    office: Viewer
    chair: Viewer
    asker: Viewer
    proposal: Decision
    item: Item
    meeting: BoardMeeting
    planned: Item
    recommended: Decision
    with_boards: Decision
    binding: Decision
    newer: Decision
    seat: Seat
    signatory: Signatory
    interest: Interest
    question: Question


@pytest.fixture
def world(office: Viewer) -> World:
    chair, asker = board.somebody(Role.BOARD_CHAIR), board.somebody(Role.SCRUTINY_MEMBER)
    viewed = board.viewed(board.proposed(office), office)
    item = board.on_the_agenda(viewed, office)
    with viewing(office, at=AT):
        verbs.send_papers(meeting=item.meeting, by=office, at=AT)
        item.meeting.refresh_from_db()
        seats = list(queries.seats_of(board.BOARD, viewer=office, on=AT.date()))
        for seat in seats:
            verbs.record_presence(
                meeting=item.meeting, seat=seat, said=SeatPresence.PRESENT, by=office, at=AT
            )
            if seat.has_vote:
                verbs.record_vote(item=item, seat=seat, said=VoteSaid.AGREES, by=office, at=AT)
        signatory = queries.signatory_of(board.partner("age_uk").pk, viewer=office)
        interest = verbs.declare_interest(
            kind=InterestKind.FINANCIAL, state=InterestState.ACTUAL, what="Shares",
            began_on=AT.date(), by=office, at=AT,
        )  # fmt: skip
    with viewing(asker, at=AT):
        question = verbs.ask_question(
            question="Of whom are the 95 % counted?", promised_on=date(2026, 3, 20), by=asker, at=AT
        )
    assert signatory is not None
    recommended = board.agreed(
        board.on_the_agenda(board.viewed(board.proposed(office), office), office), office
    )
    return World(
        office=office,
        chair=chair,
        asker=asker,
        proposal=board.proposed(office),
        item=item,
        meeting=item.meeting,
        planned=board.on_the_agenda(None, office),
        recommended=recommended,
        with_boards=board.sent(office),
        binding=board.ratified(board.sent(office), office, *board.PARTNERS),
        newer=board.ratified(board.sent(office), office, *board.PARTNERS),
        seat=next(each for each in seats if each.has_vote),
        signatory=signatory,
        interest=interest,
        question=question,
    )


Do = Callable[[World], object]
VERBS: dict[str, Do] = {
    "join_alliance": lambda w: verbs.join_alliance(
        organisation=_practice(), own_board="Partners", joined_on=AT.date(), by=w.office, at=AT
    ),
    "leave_alliance": lambda w: verbs.leave_alliance(
        signatory=w.signatory, left_on=AT.date(), why="Merged", by=w.office, at=AT
    ),
    "take_seat": lambda w: verbs.take_seat(
        body=board.BOARD, position="Chief executive", holder_id=None, holder_name="New",
        organisation=board.partner("council"), from_on=AT.date(), by=w.office, at=AT,
    ),
    "leave_seat": lambda w: verbs.leave_seat(
        seat=w.seat, until_on=AT.date(), by=w.office, at=AT
    ),
    "propose_decision": lambda w: verbs.propose_decision(
        body=board.BOARD, matter=Matter.STRATEGY, title="New",
        proposal="Something new for everybody.", by=w.office, at=AT,
    ),
    "record_view": lambda w: verbs.record_view(
        decision=w.proposal, body="professional_cabinet", words="Good", said_on=AT.date(),
        by=w.office, at=AT,
    ),
    "send_for_ratification": lambda w: verbs.send_for_ratification(
        decision=w.recommended, by=w.office, at=AT
    ),
    "record_ratification": lambda w: verbs.record_ratification(
        decision=w.with_boards, organisation=board.partner("council"),
        answer=RatificationAnswer.RATIFIED, decided_on=AT.date(), minute="9", by=w.office, at=AT,
    ),
    "reject_decision": lambda w: verbs.reject_decision(
        decision=w.proposal, why="No", said_on=AT.date(), by=w.office, at=AT
    ),
    "replace_decision": lambda w: verbs.replace_decision(
        old=w.binding, new=w.newer, on=AT.date(), by=w.office, at=AT
    ),
    "plan_meeting": lambda w: verbs.plan_meeting(
        body=board.BOARD, starts_at=datetime(2026, 5, 1, tzinfo=UTC), by=w.office, at=AT
    ),
    "add_item": lambda w: verbs.add_item(
        meeting=w.planned.meeting, title="More", purpose=ItemPurpose.NOTE, asked="To note",
        by=w.office, at=AT,
    ),
    "add_paper": lambda w: verbs.add_paper(
        item=w.planned, title="Paper", words="Words", marking=Marking.PUBLIC, by=w.office, at=AT
    ),
    "send_papers": lambda w: verbs.send_papers(meeting=w.planned.meeting, by=w.office, at=AT),
    "record_presence": lambda w: verbs.record_presence(
        meeting=w.meeting, seat=w.seat, said=SeatPresence.APOLOGIES, by=w.office, at=AT
    ),
    "record_vote": lambda w: verbs.record_vote(
        item=w.item, seat=w.seat, said=VoteSaid.ABSTAINS, by=w.office, at=AT
    ),
    "write_minute": lambda w: verbs.write_minute(
        item=w.item, words="Agreed.", by=w.office, at=AT
    ),
    "recommend_decision": lambda w: verbs.recommend_decision(item=w.item, by=w.office, at=AT),
    "hold_meeting": lambda w: verbs.hold_meeting(meeting=w.meeting, by=w.office, at=AT),
    "cancel_meeting": lambda w: verbs.cancel_meeting(
        meeting=w.planned.meeting, why="Snow", by=w.office, at=AT
    ),
    "declare_interest": lambda w: verbs.declare_interest(
        kind=InterestKind.PERSONAL, state=InterestState.PERCEIVED, what="A friend",
        began_on=AT.date(), by=w.office, at=AT,
    ),
    "end_interest": lambda w: verbs.end_interest(interest=w.interest, by=w.office, at=AT),
    "rule_on_interest": lambda w: verbs.rule_on_interest(
        item=w.planned, seat=w.seat, what="Paid by it", ruling=Ruling.LEAVES, why="Paid",
        by=w.chair, at=AT,
    ),
    "ask_question": lambda w: verbs.ask_question(
        question="What do we not know about it?", promised_on=date(2026, 3, 20), by=w.asker, at=AT
    ),
    "answer_question": lambda w: verbs.answer_question(
        question=w.question, answer="Of those accepted.", by=w.chair, at=AT
    ),
}  # fmt: skip


def _practice() -> object:
    from oneplace.partners import queries as partners

    return partners.practices().first()


@pytest.mark.parametrize("name", list(VERBS))
def test_without_its_audit_nothing_is_saved(
    name: str, world: World, broken_audit: Callable[[], None]
) -> None:
    by = {"rule_on_interest": world.chair, "answer_question": world.chair}.get(name, world.office)
    by = world.asker if name == "ask_question" else by
    with viewing(world.office, at=AT):
        before = kept("contracts")
    broken_audit()

    with viewing(by, at=AT), pytest.raises(RuntimeError, match="no audit"):
        VERBS[name](world)

    with viewing(world.office, at=AT):
        assert kept("contracts") == before


def test_without_its_audit_nobody_is_bound(
    office: Viewer, broken_audit: Callable[[], None]
) -> None:
    with as_role(DatabaseRole.LOADER):
        Signatory.objects.all().delete()
        broken_audit()
        with viewing(LOADER, at=AT), pytest.raises(RuntimeError, match="no audit"):
            verbs.keep_signatories_in_step(place=settings.PLACE, by=LOADER, at=AT)

        assert Signatory.objects.count() == 0


def test_every_table_of_the_room_is_looked_at() -> None:
    assert len(list(apps.get_app_config("contracts").get_models())) == 14

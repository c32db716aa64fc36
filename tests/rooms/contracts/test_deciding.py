"""A decision from its proposal to the day it binds, and everything that must stop it."""

from datetime import date

import pytest

from oneplace.access.viewer import Viewer, viewing
from oneplace.contracts import queries, rules, verbs
from oneplace.contracts.models import (
    Decision,
    Matter,
    RatificationAnswer,
    Ruling,
    SeatPresence,
    VoteSaid,
)
from oneplace.kit.refusals import Refused
from oneplace.vocabulary.terms import DecisionState, Role
from tests.factories import AT
from tests.rooms.contracts import board

pytestmark = pytest.mark.django_db


def stands(decision: Decision, by: Viewer, on: date = board.TODAY) -> rules.Standing:
    found = queries.decision(decision.pk, viewer=by)
    assert found is not None
    return rules.standing(found, found.ratifications.all(), on=on)


def test_the_case_for_extension_is_walked_to_six_ratifications(office: Viewer) -> None:
    decision = board.sent(office)
    with viewing(office, at=AT):
        assert stands(decision, office).asked == 6
        assert not stands(decision, office).is_in_force

    decision = board.ratified(decision, office, *board.PARTNERS[:5])
    with viewing(office, at=AT):
        words = stands(decision, office).words
    assert words == "No: ratified by 5 of 6; Age UK still to decide."

    decision = board.ratified(decision, office, "age_uk")
    with viewing(office, at=AT):
        now = stands(decision, office)
        term = queries.agreement_now(viewer=office, on=AT.date())
    assert now.is_in_force
    assert now.words == "Yes, since 12 March 2026: ratified by all 6."
    assert term.until_on == date(2027, 3, 31)
    assert term.first_until_on == date(2018, 3, 31)


def test_it_was_not_in_force_the_day_before(office: Viewer) -> None:
    decision = board.ratified(board.sent(office), office, *board.PARTNERS)

    with viewing(office, at=AT):
        assert not stands(decision, office, date(2026, 3, 11)).is_in_force


def test_one_no_sends_it_back_to_the_board_and_the_next_round_asks_all_again(
    office: Viewer,
) -> None:
    decision = board.ratified(board.sent(office), office, "council")
    with viewing(office, at=AT):
        decision = verbs.record_ratification(
            decision=decision,
            organisation=board.partner("age_uk"),
            answer=RatificationAnswer.REFUSED,
            decided_on=AT.date(),
            minute="14",
            words="The trustees want a break clause.",
            by=office,
            at=AT,
        )
        assert decision.state is DecisionState.BOARD_RECOMMENDED
        assert "refused by Age UK" in stands(decision, office).words

        decision = verbs.send_for_ratification(decision=decision, by=office, at=AT)
        assert len(stands(decision, office).waiting) == 6


def test_a_body_that_left_ratifies_nothing(office: Viewer) -> None:
    decision = board.sent(office)
    with viewing(office, at=AT):
        signatory = queries.signatory_of(board.partner("age_uk").pk, viewer=office)
        assert signatory is not None
        verbs.leave_alliance(
            signatory=signatory, left_on=date(2026, 3, 1), why="Its trustees ended it", by=office,
            at=AT,
        )  # fmt: skip

        with pytest.raises(Refused, match="It left on 1 March 2026"):
            board.ratified(decision, office, "age_uk")


def test_a_partner_that_leaves_is_no_longer_waited_for(office: Viewer) -> None:
    decision = board.ratified(board.sent(office), office, *board.PARTNERS[:5])
    with viewing(office, at=AT):
        signatory = queries.signatory_of(board.partner("age_uk").pk, viewer=office)
        assert signatory is not None
        verbs.leave_alliance(signatory=signatory, left_on=AT.date(), why="Merged", by=office, at=AT)

        assert stands(decision, office).words == "Yes, since 12 March 2026: ratified by all 5."


def test_nothing_is_ratified_without_a_minute_a_reason_for_no_or_in_the_future(
    office: Viewer,
) -> None:
    decision = board.sent(office)
    for changes, field in (
        ({"minute": " "}, "minute"),
        ({"decided_on": date(2026, 3, 13)}, "decided_on"),
        ({"decided_on": date(2016, 1, 1)}, "decided_on"),
        ({"answer": RatificationAnswer.REFUSED}, "words"),
        ({"answer": RatificationAnswer.WAITING}, "answer"),
    ):
        given = {
            "answer": RatificationAnswer.RATIFIED,
            "decided_on": AT.date(),
            "minute": "7",
            **changes,
        }
        with viewing(office, at=AT), pytest.raises(Refused) as refused:
            verbs.record_ratification(
                decision=decision,
                organisation=board.partner("council"),
                by=office,
                at=AT,
                **given,  # type: ignore[arg-type]
            )
        assert refused.value.field == field


def test_nobody_ratifies_twice(office: Viewer) -> None:
    decision = board.ratified(board.sent(office), office, "council")

    with pytest.raises(Refused, match="has answered already"):
        board.ratified(decision, office, "council")


def test_no_board_decides_before_the_cabinet_and_the_residents_have_seen_it(
    office: Viewer,
) -> None:
    decision = board.proposed(office)

    with pytest.raises(Refused, match="see every proposal first"):
        board.agreed(board.on_the_agenda(decision, office), office)


def test_no_board_decides_without_its_quorum_of_partners(office: Viewer) -> None:
    decision = board.viewed(board.proposed(office), office)

    with pytest.raises(Refused, match="not quorate"):
        board.agreed(
            board.on_the_agenda(decision, office),
            office,
            coming=("council", "commissioner", "age_uk", "hospital_trust"),
        )


def test_one_partner_against_stops_it_and_an_abstention_does_not(office: Viewer) -> None:
    item = board.on_the_agenda(board.viewed(board.proposed(office), office), office)
    with viewing(office, at=AT):
        verbs.send_papers(meeting=item.meeting, by=office, at=AT)
        item.meeting.refresh_from_db()
        seats = [
            each
            for each in queries.seats_of(board.BOARD, viewer=office, on=AT.date())
            if each.has_vote
        ]
        for seat in seats:
            verbs.record_presence(
                meeting=item.meeting, seat=seat, said=SeatPresence.PRESENT, by=office, at=AT
            )
            verbs.record_vote(item=item, seat=seat, said=VoteSaid.AGREES, by=office, at=AT)
        verbs.record_vote(item=item, seat=seats[0], said=VoteSaid.AGAINST, by=office, at=AT)
        with pytest.raises(Refused, match="decides unanimously"):
            verbs.recommend_decision(item=item, by=office, at=AT)

        verbs.record_vote(item=item, seat=seats[0], said=VoteSaid.ABSTAINS, by=office, at=AT)
        decision = verbs.recommend_decision(item=item, by=office, at=AT)

    assert decision.state is DecisionState.BOARD_RECOMMENDED


def test_the_independent_chair_has_no_vote(office: Viewer) -> None:
    item = board.on_the_agenda(board.viewed(board.proposed(office), office), office)
    with viewing(office, at=AT):
        seats = queries.seats_of(board.BOARD, viewer=office, on=AT.date())
        chair = seats.get(is_chair=True)

        with pytest.raises(Refused, match="Independent chair has no vote"):
            verbs.record_vote(item=item, seat=chair, said=VoteSaid.AGREES, by=office, at=AT)


def test_whoever_left_before_an_item_does_not_count_for_it(office: Viewer) -> None:
    item = board.on_the_agenda(board.viewed(board.proposed(office), office), office)
    with viewing(office, at=AT):
        seats = list(queries.seats_of(board.BOARD, viewer=office, on=AT.date()))
        voting = [each for each in seats if each.has_vote]
        for seat in voting:
            verbs.record_presence(
                meeting=item.meeting, seat=seat, said=SeatPresence.PRESENT, by=office, at=AT
            )
        for seat in voting[:2]:
            verbs.record_presence(
                meeting=item.meeting, seat=seat, said=SeatPresence.LEFT, left_before=1, by=office,
                at=AT,
            )  # fmt: skip
        room = queries.in_the_room(item.meeting, about=item, viewer=office)

        assert room.quorum(board.BOARD).counted == 6
        assert not room.quorum(board.BOARD, position=1).is_met


def test_a_conflicted_partner_does_not_count_and_does_not_block(office: Viewer) -> None:
    trust = board.partner("hospital_trust").pk
    decision = board.viewed(board.proposed(office), office)
    item = board.on_the_agenda(decision, office, touches=(trust,))
    chair = board.somebody(Role.BOARD_CHAIR)
    with viewing(chair, at=AT):
        seat = queries.seats_of(board.BOARD, viewer=chair, on=AT.date()).get(organisation=trust)
        verbs.rule_on_interest(
            item=item, seat=seat, what="Would be paid", ruling=Ruling.STAYS_SILENT,
            why="It is the provider", by=chair, at=AT,
        )  # fmt: skip
    with viewing(office, at=AT):
        verbs.send_papers(meeting=item.meeting, by=office, at=AT)
        item.meeting.refresh_from_db()
        for each in queries.seats_of(board.BOARD, viewer=office, on=AT.date()):
            verbs.record_presence(
                meeting=item.meeting, seat=each, said=SeatPresence.PRESENT, by=office, at=AT
            )
            if each.has_vote and each.organisation_id != trust:
                verbs.record_vote(item=item, seat=each, said=VoteSaid.AGREES, by=office, at=AT)
        with pytest.raises(Refused, match="does not decide"):
            verbs.record_vote(item=item, seat=seat, said=VoteSaid.AGAINST, by=office, at=AT)
        decision = verbs.recommend_decision(item=item, by=office, at=AT)

    assert decision.state is DecisionState.BOARD_RECOMMENDED


def test_what_was_delegated_needs_no_ratification(office: Viewer) -> None:
    decision = board.viewed(board.proposed(office, matter=Matter.DELIVERY), office)
    decision = board.agreed(board.on_the_agenda(decision, office), office)
    with viewing(office, at=AT):
        decision = verbs.send_for_ratification(decision=decision, by=office, at=AT)

        assert "within what the partners have delegated" in stands(decision, office).words


def test_a_decision_that_starts_later_is_not_in_force_today(office: Viewer) -> None:
    with viewing(office, at=AT):
        decision = verbs.propose_decision(
            body=board.BOARD,
            matter=Matter.MONEY,
            title="Next year’s fund",
            proposal="The fund of the year that begins in April.",
            wanted_from_on=date(2026, 4, 1),
            by=office,
            at=AT,
        )
    item = board.on_the_agenda(board.viewed(decision, office), office)
    decision = board.agreed(item, office)
    with viewing(office, at=AT):
        decision = verbs.send_for_ratification(decision=decision, by=office, at=AT)
    decision = board.ratified(decision, office, *board.PARTNERS)

    with viewing(office, at=AT):
        assert stands(decision, office).words == "Not yet: it takes effect on 1 April 2026."
        assert stands(decision, office, date(2026, 4, 1)).is_in_force


def test_a_replaced_decision_is_not_in_force_from_that_day(office: Viewer) -> None:
    old = board.ratified(board.sent(office), office, *board.PARTNERS)
    new = board.ratified(board.sent(office), office, *board.PARTNERS)
    with viewing(office, at=AT):
        verbs.replace_decision(old=old, new=new, on=AT.date(), by=office, at=AT)

        assert "another decision replaced it" in stands(old, office).words
        assert stands(new, office).is_in_force


def test_a_proposal_is_turned_down_with_a_reason(office: Viewer) -> None:
    decision = board.proposed(office)
    with viewing(office, at=AT):
        with pytest.raises(Refused):
            verbs.reject_decision(decision=decision, why=" ", said_on=AT.date(), by=office, at=AT)
        decision = verbs.reject_decision(
            decision=decision, why="No money for it.", said_on=AT.date(), by=office, at=AT
        )

        assert stands(decision, office).words == "No: rejected. No money for it."


def test_only_the_programme_office_keeps_decisions(office: Viewer) -> None:
    nurse = board.somebody(Role.COMMUNITY_NURSE, "hospital_trust")

    with pytest.raises(Refused, match="programme office keeps"):
        board.proposed(nurse)

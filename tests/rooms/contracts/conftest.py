"""What tests of the agreement ask for."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from oneplace.access.viewer import Viewer, viewing
from oneplace.contracts import queries, verbs
from oneplace.contracts.models import ItemPurpose, Marking, Matter, SeatPresence, VoteSaid
from oneplace.vocabulary.terms import Role
from tests.factories import AT
from tests.rooms.contracts import board


@pytest.fixture
def office(db: None) -> Viewer:
    """The programme director, with the partners bound and the boards seated."""
    board.bind()
    by = board.somebody(Role.PROGRAMME_DIRECTOR, "council", "Programme director")
    for body in (board.BOARD, board.DELIVERY):
        board.seat_everybody(body, by)
    return by


@pytest.fixture
def buyer(office: Viewer) -> Viewer:
    """The commissioner's finance lead, who sits with the commissioners; the lot is on its way."""
    by = board.somebody(Role.FINANCE_LEAD, "commissioner", "A commissioner")
    board.seat_everybody(board.FEW, office, commissioner=by)
    with viewing(by, at=AT):
        decision = verbs.propose_decision(
            body=board.FEW, matter=Matter.CONTRACT, title="Weekend lot",
            proposal="Award the weekend lot to the first bidder.", by=by, at=AT,
        )  # fmt: skip
        meeting = verbs.plan_meeting(
            body=board.FEW, starts_at=datetime(2026, 3, 12, 9, tzinfo=UTC), by=by, at=AT
        )
        item = verbs.add_item(
            meeting=meeting, title="The lot", purpose=ItemPurpose.DECIDE, asked="To award",
            decision=decision, by=by, at=AT,
        )  # fmt: skip
        verbs.add_paper(
            item=item, title="Bids", words="Three bids.", marking=Marking.RESTRICTED,
            restricted_until_on=date(2026, 4, 30), by=by, at=AT,
        )  # fmt: skip
        verbs.send_papers(meeting=meeting, by=by, at=AT)
        for seat in queries.seats_of(board.FEW, viewer=by, on=AT.date()):
            verbs.record_presence(
                meeting=meeting, seat=seat, said=SeatPresence.PRESENT, by=by, at=AT
            )
            verbs.record_vote(
                item=queries.item(item.pk, viewer=by) or item, seat=seat, said=VoteSaid.AGREES,
                by=by, at=AT,
            )  # fmt: skip
        found = queries.item(item.pk, viewer=by)
        assert found is not None
        verbs.write_minute(item=found, words="Awarded.", by=by, at=AT)
    return by


@pytest.fixture
def broken_audit(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Break the audit from now on."""

    def broken(**_: object) -> None:
        raise RuntimeError("no audit")

    return lambda: monkeypatch.setattr("oneplace.access.audit.record", broken)

"""Every query shows whoever does not sit on a body nothing of what it keeps among its members."""

import uuid
from collections.abc import Callable

import pytest

from oneplace.access.viewer import Viewer, viewing
from oneplace.contracts import queries
from oneplace.contracts.models import BoardMeeting, Decision, Item
from oneplace.vocabulary.terms import Role
from tests.factories import AT
from tests.rooms.contracts import board

pytestmark = pytest.mark.django_db
TODAY = AT.date()
Ask = Callable[[Viewer, Decision, BoardMeeting, Item], object]
ASKED: dict[str, Ask] = {
    "agreement_now": lambda v, d, m, i: queries.agreement_now(viewer=v, on=TODAY).extensions,
    "decisions": lambda v, d, m, i: queries.decisions(viewer=v, on=TODAY),
    "waiting_decisions": lambda v, d, m, i: queries.waiting_decisions(viewer=v, on=TODAY),
    "resting_on": lambda v, d, m, i: queries.resting_on("", viewer=v, on=TODAY),
    "decision": lambda v, d, m, i: queries.decision(d.pk, viewer=v),
    "proposals_of": lambda v, d, m, i: list(queries.proposals_of(d.body, viewer=v)),
    "open_decisions": lambda v, d, m, i: list(queries.open_decisions(viewer=v)),
    "replaceable": lambda v, d, m, i: list(queries.replaceable(d, viewer=v)),
    "meetings": lambda v, d, m, i: list(queries.meetings(viewer=v)),
    "next_meetings": lambda v, d, m, i: list(queries.next_meetings(viewer=v, at=AT)),
    "meeting": lambda v, d, m, i: queries.meeting(m.pk, viewer=v),
    "item": lambda v, d, m, i: queries.item(i.pk, viewer=v),
    "in_the_room": lambda v, d, m, i: queries.in_the_room(m, about=i, viewer=v).votes,
    "conflicts_in": lambda v, d, m, i: queries.conflicts_in(
        m, list(Item.objects.filter(meeting=m)), viewer=v, on=TODAY
    ),
}


@pytest.mark.parametrize("name", list(ASKED))
def test_outside_a_body_nothing_of_it_is_told(name: str, office: Viewer, buyer: Viewer) -> None:
    stranger = board.somebody(Role.BOARD_CHAIR)
    with viewing(buyer, at=AT):
        found = Decision.objects.get(), BoardMeeting.objects.get(), Item.objects.get()
        assert isinstance(found[0].pk, uuid.UUID)

    with viewing(stranger, at=AT):
        assert not ASKED[name](stranger, *found)

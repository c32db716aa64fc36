"""An address is nobody's business but that of those who may read its message."""

from datetime import datetime

import pytest

from oneplace.access.viewer import Viewer, viewing
from oneplace.post import queries
from oneplace.post.models import Message
from tests.rooms.post.conftest import a_letter

pytestmark = pytest.mark.django_db


def test_a_stranger_does_not_learn_where_a_message_goes(
    jo: Viewer, stranger: Viewer, at: datetime
) -> None:
    with viewing(jo, at=at):
        letter = a_letter(jo, at)
        own = queries.address(Message.objects.get(pk=letter.pk), viewer=jo)

    with viewing(stranger, at=at):
        # Even with the message in hand, as a fault of ours might put it there.
        found = queries.address(Message(pk=letter.pk), viewer=stranger)

    assert own is not None
    assert found is None

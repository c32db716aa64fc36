"""What a delivery stops, and what the gateway says later, is not kept without its audit."""

from collections.abc import Callable
from datetime import datetime

import pytest

from oneplace.access.models import Account
from oneplace.access.viewer import Viewer, viewing
from oneplace.config.database import Role
from oneplace.post import verbs
from oneplace.post.models import Delivery, Message, MessageState
from tests.database import as_role
from tests.rooms.post.conftest import a_text, an_email

pytestmark = pytest.mark.django_db


def _kept() -> list[list[object]]:
    with as_role(Role.LOADER):
        return [list(model.objects.order_by("pk").values_list()) for model in (Message, Delivery)]


def test_a_delivery_stops_nothing_without_its_audit(
    jo: Viewer, sam: Viewer, at: datetime, broken_audit: Callable[[], None]
) -> None:
    with viewing(jo, at=at):
        mailed = an_email(jo, at, sam)
    Account.objects.filter(pk=sam.account_id).update(is_active=False)
    before = _kept()

    broken_audit()
    with viewing(jo, at=at), pytest.raises(RuntimeError, match="no audit"):
        verbs.begin_delivery(message_id=mailed.pk, transport="t", by=jo, at=at)

    assert _kept() == before


@pytest.mark.parametrize("is_delivered", [True, False])
def test_what_the_gateway_says_is_not_kept_without_its_audit(
    jo: Viewer, at: datetime, broken_audit: Callable[[], None], is_delivered: bool
) -> None:
    with viewing(jo, at=at):
        text = a_text(jo, at)
        Message.objects.filter(pk=text.pk).update(state=MessageState.SENT)
        text.state = MessageState.SENT
    before = _kept()

    broken_audit()
    with viewing(jo, at=at), pytest.raises(RuntimeError, match="no audit"):
        verbs.record_whereabouts(message=text, is_delivered=is_delivered, by=jo, at=at)

    assert _kept() == before

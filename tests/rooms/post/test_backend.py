"""Django's own emails come into the outbox like every other message."""

from datetime import datetime

import pytest
from django.core.mail import EmailMultiAlternatives, send_mail
from django.db import connection, transaction

from oneplace.access.models import AuditEntry
from oneplace.access.viewer import Viewer, viewing
from oneplace.config.database import Role
from oneplace.post.models import Channel, Message, MessageState
from tests.database import as_role
from tests.rooms.post.conftest import account

BACKEND = "oneplace.post.backend.Outbox"


@pytest.fixture(autouse=True)
def outbox(settings: object) -> None:
    # The test runner puts a backend of its own in place of ours.
    settings.EMAIL_BACKEND = BACKEND  # type: ignore[attr-defined]


def _written() -> list[Message]:
    with as_role(Role.LOADER):
        return list(Message.objects.select_related("address").order_by("pk"))


@pytest.mark.django_db
def test_somebody_not_signed_in_who_forgot_a_password_gets_a_message_in_the_outbox(
    jo: Viewer,
) -> None:
    with transaction.atomic():
        sent = send_mail("Reset", "Open http://localhost:8000/x/", None, ["JO@example.org"])

    (message,) = _written()
    assert sent == 1
    assert (message.channel, message.state) == (Channel.EMAIL, MessageState.QUEUED)
    assert (message.recipient_id, message.address.to) == (jo.account_id, "jo@example.org")
    assert message.has_secret
    assert "Open http://localhost:8000/x/" in message.body
    with as_role(Role.LOADER):
        assert AuditEntry.objects.get().action == "write_message"


@pytest.mark.django_db
def test_every_recipient_gets_one_and_none_learns_of_the_other() -> None:
    mail = EmailMultiAlternatives("S", "B", None, ["a@example.org"], bcc=["b@example.org"])
    mail.attach_alternative("<p>B</p>", "text/html")

    with transaction.atomic():
        mail.send()

    assert [m.address.to for m in _written()] == ["a@example.org", "b@example.org"]


@pytest.mark.django_db
def test_the_viewer_of_the_transaction_looks_on_afterwards(jo: Viewer, at: datetime) -> None:
    with viewing(jo, at=at):
        send_mail("S", "B", None, ["a@example.org"])

        with connection.cursor() as cursor:
            cursor.execute("select access_viewer(), access_parties()")
            assert cursor.fetchone() == (jo.account_id, [jo.account_id])


@pytest.mark.django_db
def test_an_email_of_a_rolled_back_transaction_was_never_written(jo: Viewer) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        send_mail("S", "B", None, [account(jo).email])
        raise ZeroDivisionError

    assert _written() == []

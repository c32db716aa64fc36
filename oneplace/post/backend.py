"""Django's own emails (sign-in, password reset) go into the same outbox as everything else."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from email.utils import parseaddr

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction

from oneplace.access.models import Account
from oneplace.access.viewer import Viewer, system_viewer, tell_database
from oneplace.kit import clock
from oneplace.post import verbs
from oneplace.post.recipients import Recipient
from oneplace.post.verbs import Cause
from oneplace.vocabulary.terms import Purpose

SIGN_IN = system_viewer("sign-in", purpose=Purpose.DIRECT_CARE, permissions=frozenset())


class Outbox(BaseEmailBackend):
    """Writes each email as a message of the outbox instead of sending it."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write one message for each recipient; returns how many emails were written.

        Their words may hold a secret (a link, a code), so they are cut once they have been sent.
        """
        at = clock.now()
        for email in email_messages:
            for written in email.recipients():
                name, address = parseaddr(written)
                with _as(SIGN_IN, at=at):
                    verbs.write_message(
                        template="account_email",
                        values={"subject": str(email.subject), "words": str(email.body)},
                        to=_recipient(address, name),
                        cause=Cause("access", "sign_in"),
                        hold=False,
                        has_secret=True,
                        by=SIGN_IN,
                        at=at,
                    )
        return len(email_messages)


def _recipient(address: str, name: str) -> Recipient:
    account = Account.objects.filter(email__iexact=address).first()
    if account is not None:
        return Recipient.account(account)
    return Recipient.address(name=name or address, to=address)


@contextmanager
def _as(viewer: Viewer, *, at: datetime) -> Iterator[None]:
    """Write as the sign-in pages themselves, then let the transaction's own viewer look on."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "select current_setting('oneplace.viewer', true),"
            " current_setting('oneplace.parties', true),"
            " current_setting('oneplace.permissions', true), current_setting('oneplace.at', true)"
        )
        before = [value or "" for value in cursor.fetchone()]
        tell_database(viewer, at=at)
        try:
            yield
        finally:
            # After an error the transaction is gone, and its settings with it.
            if not connection.needs_rollback:
                cursor.execute(
                    "select set_config('oneplace.viewer', %s, true),"
                    " set_config('oneplace.parties', %s, true),"
                    " set_config('oneplace.permissions', %s, true),"
                    " set_config('oneplace.at', %s, true)",
                    before,
                )

"""Makes and withdraws the private link by which somebody's own calendar reads their huddles."""

import hashlib
import secrets
from datetime import datetime

from django.db import transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.huddles import rules
from oneplace.huddles.models import CalendarLink
from oneplace.kit.refusals import refuse_if
from oneplace.vocabulary.ids import new_id


def hash_of(secret: str) -> str:
    """What is kept of a link's secret."""
    return hashlib.sha256(f"huddles-calendar:{secret}".encode()).hexdigest()


@transaction.atomic
def make_calendar_link(*, by: Viewer, at: datetime) -> str:
    """A new private link; the one before stops working. Returns its secret, shown this once."""
    account_id = rules.account_of(by)
    CalendarLink.objects.filter(account_id=account_id, withdrawn_at__isnull=True).update(
        withdrawn_at=at
    )
    secret = secrets.token_urlsafe(32)
    link = CalendarLink(id=new_id(), account_id=account_id, secret_hash=hash_of(secret), made_at=at)
    link.save(force_insert=True)
    audit.record(by=by, at=at, action="make_calendar_link", subject=("calendar", link.pk))
    return secret


@transaction.atomic
def withdraw_calendar_link(*, by: Viewer, at: datetime) -> None:
    """Let one's private link work no longer."""
    known = CalendarLink.objects.filter(
        account_id=rules.account_of(by), withdrawn_at__isnull=True
    ).first()
    refuse_if(None if known else "You have no link.")
    if known is None:
        raise AssertionError
    known.withdrawn_at = at
    known.save(update_fields=["withdrawn_at"])
    audit.record(by=by, at=at, action="withdraw_calendar_link", subject=("calendar", known.pk))

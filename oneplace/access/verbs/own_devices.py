"""A browser that stays known to an own page, so that whoever comes needs no new link each time.

The secret stays in the browser and the number in a head: one without the other opens nothing, five
wrong numbers forget the browser, and closing the page to somebody forgets all of theirs at once.
"""

import uuid
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from oneplace.access import audit
from oneplace.access.models import Account, OwnRecord
from oneplace.access.secrets import hash_of, new_secret
from oneplace.access.viewer import Viewer
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import AuditOutcome

DEVICE_STANDS: Final = timedelta(days=90)
DIGITS: Final = 6
_ALL_ALIKE_OR_IN_ORDER: Final = frozenset(
    {"".join(str((start + step) % 10) for step in range(DIGITS)) for start in range(10)}
    | {"".join(str((start - step) % 10) for step in range(DIGITS)) for start in range(10)}
    | {str(digit) * DIGITS for digit in range(10)}
)


@transaction.atomic
def remember_device(
    *, person_id: uuid.UUID, number: str, browser: str, by: Viewer, at: datetime
) -> str:
    """Let this browser stay known to the page; the secret that goes into it, told once.

    `number` is six digits they choose and type each time. Raises `Refused`.
    """
    digits = _digits(number)
    refuse_if(why_not_number(digits), field="number")
    mine = OwnRecord.objects.filter(person_id=person_id)
    own = mine.filter(account_id=by.account_id).first() if by.account_id else None
    if own is None or not own.is_open:
        raise Refused("This page is not open at the moment.")
    secret, device = new_secret(), new_id()
    audit.record(
        by=by,
        at=at,
        action="remember_device",
        subject=("own_device", device),
        person_id=own.person_id,
        detail={"browser": browser[:80]},
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "select access_remember_device(%s, %s, %s, %s, %s, %s)",
            [
                own.pk,
                device,
                hash_of(secret),
                _number_hash(secret, digits),
                browser[:80],
                timezone.now() + DEVICE_STANDS,
            ],
        )
        made = cursor.fetchall()[0][0]
    refuse_if(None if made else "This page is not open at the moment.")
    return secret


@transaction.atomic
def open_by_device(*, secret: str, number: str, by: Viewer, at: datetime) -> Account | None:
    """Whose account a known browser and the number open; None for a wrong number.

    Raises `Refused` where the browser is known no longer.
    """
    digits = _digits(number)
    with connection.cursor() as cursor:
        cursor.execute(
            "select standing, account_id from access_open_by_device(%s, %s)",
            [hash_of(secret), _number_hash(secret, digits or "none")],
        )
        is_standing, account_id = cursor.fetchall()[0]
    if not is_standing:
        raise Refused("This browser is not known any more. Ask for a new link.")
    account = Account.objects.filter(pk=account_id, is_active=True).first()
    audit.record(
        by=by,
        at=at,
        action="open_by_device",
        outcome=AuditOutcome.DONE if account else AuditOutcome.FAILED,
        subject=("account", account.pk) if account else None,
    )
    return account


@transaction.atomic
def forget_devices(*, by: Viewer, at: datetime) -> int:
    """Let no browser stay known to whoever is signed in; how many were."""
    audit.record(by=by, at=at, action="forget_devices")
    with connection.cursor() as cursor:
        cursor.execute("select access_forget_devices()")
        return int(cursor.fetchall()[0][0])


def why_not_number(digits: str) -> str | None:
    """Why a number is none to keep a page with: not six digits, or the first anybody would try."""
    if len(digits) != DIGITS:
        return "Choose six digits."
    if digits in _ALL_ALIKE_OR_IN_ORDER:
        return "Choose another number: this one is among the first anybody would try."
    return None


def _digits(number: str) -> str:
    return "".join(sign for sign in number if sign.isdigit())


def _number_hash(secret: str, digits: str) -> str:
    """Keyed and bound to the browser's secret: six digits alone are soon guessed."""
    made = salted_hmac("oneplace.access.own-device", f"{secret}:{digits}", algorithm="sha256")
    return made.hexdigest()

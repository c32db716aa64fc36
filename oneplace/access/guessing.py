"""Slows guessing of passwords down without locking out anybody who belongs here.

Failures are counted per account and place. A place is known to an account when it has signed in
from that browser or address before; each known browser and each known address has a count of its
own, all strangers to the account share one. So ten thousand guesses from anywhere close the way in
for strangers, and the clinician at the usual desk signs in as ever. After the "device cookies"
protocol that OWASP describes for slowing down online guessing.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from oneplace.access.models import FailedSignIn
from oneplace.access.secrets import hash_of_login

WINDOW = timedelta(minutes=15)
# Wrong passwords one account may have within the window: at one known place, from all strangers.
MOST_AT_KNOWN_PLACE = 10
MOST_FROM_STRANGERS = 10
# Wrong passwords one address may send for any accounts it is a stranger to: the same guess tried on
# everybody. A practice of sixty behind one address does not mistype this often at once.
MOST_FROM_ADDRESS = 40


@dataclass(frozen=True)
class Attempt:
    """One attempt to sign in with a password."""

    login_hash: str
    from_address: str | None
    known_place: str


def attempt(login: str, *, from_address: str | None, known_place: str) -> Attempt:
    """An attempt, with the typed email kept only as a keyed hash."""
    return Attempt(hash_of_login(login), from_address, known_place)


def why_not_try(tried: Attempt) -> str | None:
    """Why this attempt is not even tried, or None.

    Attempts of one account and kind of place go one at a time until their transaction ends, so that
    a burst at once cannot pass the count.
    """
    busy = "Somebody is trying to sign in to this account just now. Try again in a few seconds."
    if not _has_turn(tried):
        return busy
    since = timezone.now() - WINDOW
    failures = FailedSignIn.objects.filter(failed_at__gt=since)
    own = failures.filter(login_hash=tried.login_hash, known_place=tried.known_place)
    minutes = int(WINDOW.total_seconds() // 60)
    if tried.known_place:
        if own.count() >= MOST_AT_KNOWN_PLACE:
            return (
                f"Too many wrong passwords. Wait {minutes} minutes, or choose “I have forgotten my "
                "password”."
            )
        return None
    too_many = (
        f"Too many wrong passwords. Wait {minutes} minutes, sign in from where you usually do, use "
        "a passkey, or choose “I have forgotten my password”."
    )
    if own.count() >= MOST_FROM_STRANGERS:
        return too_many
    strangers = failures.filter(from_address=tried.from_address, known_place="")
    if tried.from_address and strangers.count() >= MOST_FROM_ADDRESS:
        return too_many
    return None


def _has_turn(tried: Attempt) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_try_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"sign-in {tried.login_hash} {tried.known_place}"],
        )
        return bool(cursor.fetchone()[0])

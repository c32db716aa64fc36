"""Signing in and out: what is noted, which places become known, which sessions end."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.utils import timezone

from oneplace.access import audit, rules
from oneplace.access.models import (
    Account,
    FailedSignIn,
    Hat,
    KnownPlace,
    Session,
)
from oneplace.access.viewer import Viewer
from oneplace.kit import clock
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.vocabulary.terms import AccountKind, AuditOutcome, Role

# A guess older than this counts nowhere; a place not used for this long is no longer known.
GUESSES_KEPT = timedelta(days=7)
PLACE_KNOWN_FOR = timedelta(days=90)


@transaction.atomic
def note_sign_in(
    *,
    account: Account,
    methods: tuple[str, ...],
    browser_hash: str,
    by: Viewer,
    at: datetime,
) -> None:
    """Note that somebody signed in, and by what; the browser and address are known from now on."""
    now = timezone.now()
    KnownPlace.objects.update_or_create(
        account=account,
        browser_hash=browser_hash,
        defaults={"from_address": by.from_address, "last_at": now},
    )
    audit.record(
        by=by,
        at=at,
        action="sign_in",
        subject=("account", account.pk),
        detail={"by": list(methods)},
    )


@transaction.atomic
def note_failed_sign_in(
    *,
    login_hash: str,
    known_place: str,
    was_tried: bool,
    by: Viewer,
    at: datetime,
    method: str = "password",
) -> None:
    """Note a sign-in that failed, or one not even tried because too many failed before.

    Only wrong passwords are counted: a partner's system with an old secret, which asks again every
    minute, must not shut the door for the colleagues behind the same address.
    """
    if was_tried and method == "password":
        FailedSignIn(
            login_hash=login_hash, from_address=by.from_address, known_place=known_place
        ).save(force_insert=True)
    audit.record(
        by=by,
        at=at,
        action="sign_in",
        outcome=AuditOutcome.FAILED if was_tried else AuditOutcome.REFUSED,
        reason="" if was_tried else "too many guesses",
        detail={"login": login_hash, "by": method, "known_place": bool(known_place)},
    )


@transaction.atomic
def note_failed_second_step(
    *, account_id: uuid.UUID | None, method: str, by: Viewer, at: datetime
) -> None:
    """Note a wrong code, or a passkey that did not open anything."""
    audit.record(
        by=by,
        at=at,
        action="sign_in",
        outcome=AuditOutcome.FAILED,
        subject=("account", account_id) if account_id else None,
        detail={"by": method},
    )


@transaction.atomic
def note_sign_in_change(*, account: Account, what: str, by: Viewer, at: datetime) -> None:
    """Note that somebody changed how they prove who they are: password, second step, passkey."""
    audit.record(by=by, at=at, action=what, subject=("account", account.pk))


@transaction.atomic
def end_session(*, account: Account, reference: str, by: Viewer, at: datetime) -> None:
    """Sign one's account out of one browser, named by the hash of its session's key."""
    from oneplace.access.queries import session_reference

    keys = [
        key
        for key in Session.objects.filter(account_id=account.pk).values_list(
            "session_key", flat=True
        )
        if session_reference(key) == reference
    ]
    refuse_if(None if keys else "You are already signed out there.")
    Session.objects.filter(session_key__in=keys).delete()
    audit.record(by=by, at=at, action="end_session", subject=("account", account.pk))


@transaction.atomic
def sign_out_everywhere(*, account: Account, by: Viewer, at: datetime) -> datetime:
    """End every session of an account, wherever it is; whatever its cookie says opens nothing."""
    account.sessions_valid_from = timezone.now()
    account.save(update_fields=["sessions_valid_from"])
    Session.objects.filter(account_id=account.pk).delete()
    audit.record(by=by, at=at, action="sign_out_everywhere", subject=("account", account.pk))
    return account.sessions_valid_from


@transaction.atomic
def admit_from_provider(
    *,
    provider_key: str,
    provider_name: str,
    subject: str,
    name: str,
    email: str,
    is_email_vouched_for: bool,
    speaks_for: Callable[[str], bool],
    by: Viewer,
    at: datetime,
) -> tuple[Account, SocialAccount]:
    """The account of somebody a provider vouches for, made or recognised by their work address.

    `speaks_for` says of an organisation's code whether the provider proves its people: an account
    is recognised only when every post it holds lies with such organisations.

    Nothing of the claims is kept but the provider's own identifier, the name, and an address the
    provider vouches for. An unproven one stays out: an invitation sent to that address later would
    else be accepted into this account, whoever reads the address.
    """
    account = Account.objects.filter(email__iexact=email).first() if email else None
    was_there = account is not None
    if account is not None and not is_email_vouched_for:
        raise Refused(
            f"An account with your address is already here, but {provider_name} does not vouch "
            "for addresses. Sign in with your email and password, or ask your manager."
        )
    if account is not None and account.kind is not AccountKind.STAFF:
        raise Refused("A resident signs in with this address; it cannot be a colleague's too.")
    if account is not None:
        hats = Hat.objects.filter(account=account).select_related("post__organisation", "employer")
        refuse_if(
            rules.why_not_recognise(
                [hat for hat in hats if not rules.is_over(hat, on=local_day(at))],
                provider_name=provider_name,
                speaks_for=speaks_for,
            )
        )
    if account is None:
        account = Account(
            kind=AccountKind.STAFF,
            email=(email or None) if is_email_vouched_for else None,
            name=name or provider_name,
            is_active=True,
        )
        account.set_unusable_password()
        account.save(force_insert=True)
    link = SocialAccount(user=account, provider=provider_key, uid=subject, extra_data={})
    link.save(force_insert=True)
    audit.record(
        by=by,
        at=at,
        action="admit_from_provider",
        subject=("account", account.pk),
        detail={
            "provider": provider_key,
            "name": provider_name,
            "account": "recognised by address" if was_there else "made",
        },
    )
    return account, link


@transaction.atomic
def forget_old_guesses(*, by: Viewer, at: datetime) -> int:
    """Delete guesses too old to count, places too old to be known and expired sessions."""
    now = timezone.now()
    forgotten, _ = FailedSignIn.objects.filter(failed_at__lt=now - GUESSES_KEPT).delete()
    KnownPlace.objects.filter(last_at__lt=now - PLACE_KNOWN_FOR).delete()
    Session.objects.filter(expire_date__lt=now).delete()
    return forgotten


@transaction.atomic
def note_walk_in(*, account: Account, role: Role, by: Viewer, at: datetime) -> None:
    """Note that a visitor to a demo walked in as an invented person."""
    audit.record(
        by=by,
        at=at,
        action="walk_in",
        subject=("account", account.pk),
        detail={"role": role.value},
    )


@transaction.atomic
def move_clock(*, moved_by: timedelta, by: Viewer, at: datetime) -> datetime:
    """Move a demo's care time on; returns the new moment."""
    moved = clock.move(moved_by)
    audit.record(by=by, at=at, action="move_clock", detail={"seconds": moved_by.total_seconds()})
    return moved


def machine_now() -> datetime:
    """Machine time, by which sessions live."""
    return timezone.now()

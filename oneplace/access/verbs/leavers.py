"""Leavers: access ends at once, or with a last day still to come; briefly it can be taken back."""

import uuid
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from oneplace.access import audit, rules
from oneplace.access.announcements import LeaverRecorded, LeaverTakenBack
from oneplace.access.models import Account, Hat, Invitation, Leaving, Session
from oneplace.access.verbs.names import in_the_name_of, recorded_by
from oneplace.access.viewer import Viewer
from oneplace.kit.announcing import announce
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.vocabulary.terms import AccountKind


@transaction.atomic
def record_leaver(*, account: Account, last_on: date, by: Viewer, at: datetime) -> Leaving:
    """Record that somebody leaves; with today or earlier as last day their access ends at once.

    A last day still to come lets every post run until its end; the account is closed the day
    after, by `close_due_leavers` or by the first attempt to sign in.
    """
    account = Account.objects.select_for_update().get(pk=account.pk)
    hats = list(_open_hats(account))
    pending = Leaving.objects.filter(
        account=account, taken_back_at__isnull=True, took_effect_at__isnull=True
    ).first()
    refuse_if(rules.why_not_record_leaver(by, account, hats, pending))
    leaving = Leaving(
        account=account,
        last_on=last_on,
        recorded_by_id=recorded_by(by),
        before={
            "ends_on": {str(hat.pk): hat.ends_on.isoformat() if hat.ends_on else "" for hat in hats}
        },
    )
    if last_on <= at.date():
        _end_access(leaving, by=by, at=at)
    else:
        with in_the_name_of(by, "record_leaver"):
            later = Q(ends_on__isnull=True) | Q(ends_on__gt=last_on)
            _open_hats(account).filter(later).update(ends_on=last_on)
        leaving.save(force_insert=True)
    audit.record(
        by=by,
        at=at,
        action="record_leaver",
        subject=("account", account.pk),
        detail={"last_on": last_on.isoformat(), "at_once": last_on <= at.date()},
    )
    return leaving


@transaction.atomic
def take_back_leaver(*, leaving: Leaving, by: Viewer, at: datetime) -> Leaving:
    """Undo a leaving: posts, account and invitations are as they were; sessions stay ended."""
    leaving = Leaving.objects.select_for_update().get(pk=leaving.pk)
    account = leaving.account
    ended = leaving.before.get("ends_on", {})
    hats = list(Hat.objects.filter(pk__in=[uuid.UUID(key) for key in ended]).select_related("post"))
    organisations = {hat.post.organisation_id for hat in hats} | {hat.employer_id for hat in hats}
    refuse_if(
        rules.why_not_take_back_leaver(
            by,
            leaving,
            now=timezone.now(),
            hold=settings.PLACE.thresholds.undo_hold.timedelta,
            is_manager=rules.manages_everybody(by) or by.organisation_id in organisations,
        )
    )
    with in_the_name_of(by, "take_back_leaver"):
        for hat in hats:
            before = ended[str(hat.pk)]
            hat.ends_on = date.fromisoformat(before) if before else None
            hat.ended_at = None
            hat.save(update_fields=["ends_on", "ended_at"])
        account.is_active = True
        account.left_at = None
        account.save(update_fields=["is_active", "left_at"])
    withdrawn = leaving.before.get("invitations", [])
    Invitation.objects.filter(pk__in=withdrawn).update(withdrawn_at=None)
    leaving.taken_back_at = timezone.now()
    leaving.save(update_fields=["taken_back_at"])
    audit.record(by=by, at=at, action="take_back_leaver", subject=("account", account.pk))
    if leaving.took_effect_at is not None:
        announce(LeaverTakenBack(account_id=account.pk, by=by, at=at))
    return leaving


@transaction.atomic
def close_due_leavers(*, by: Viewer, at: datetime, account: Account | None = None) -> int:
    """End the access of everybody whose last day is past; returns how many. Run as a job, daily."""
    due = Leaving.objects.filter(
        taken_back_at__isnull=True, took_effect_at__isnull=True, last_on__lt=at.date()
    )
    if account is not None:
        due = due.filter(account=account)
    count = 0
    for leaving in due.select_for_update().select_related("account"):
        _end_access(leaving, by=by, at=at)
        audit.record(
            by=by,
            at=at,
            action="close_due_leavers",
            subject=("account", leaving.account_id),
            detail={"last_on": leaving.last_on.isoformat()},
        )
        count += 1
    return count


def _end_access(leaving: Leaving, *, by: Viewer, at: datetime) -> None:
    account = leaving.account
    now = timezone.now()
    if account.kind is not AccountKind.STAFF:
        raise Refused("Only people at work leave.")
    with in_the_name_of(by, "record_leaver"):
        _open_hats(account).update(ended_at=at)
        account.is_active = False
        account.left_at = at
        # Every session of theirs is refused from its next request on, whatever its cookie says.
        account.sessions_valid_from = now
        account.save(update_fields=["is_active", "left_at", "sessions_valid_from"])
    Session.objects.filter(account_id=account.pk).delete()
    waiting = Invitation.objects.filter(
        Q(invited_by=account) | Q(email=account.email),
        accepted_at__isnull=True,
        withdrawn_at__isnull=True,
    )
    leaving.before = {
        **leaving.before,
        "invitations": [str(key) for key in waiting.values_list("pk", flat=True)],
    }
    waiting.update(withdrawn_at=now)
    leaving.took_effect_at = now
    leaving.save()
    announce(LeaverRecorded(account_id=account.pk, by=by, at=at))


def _open_hats(account: Account) -> QuerySet[Hat]:
    return Hat.objects.filter(account=account, ended_at__isnull=True).select_related(
        "post__organisation", "employer"
    )

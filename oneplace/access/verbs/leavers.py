"""Leavers: access ends at once, or with a last day still to come; briefly it can be taken back."""

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
from oneplace.kit.clock import local_day
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
    held = [hat for hat in hats if not rules.is_over(hat, on=local_day(at))]
    refuse_if(rules.why_not_record_leaver(by, account, held, pending))
    leaving = Leaving(
        account=account,
        last_on=last_on,
        recorded_by_id=recorded_by(by),
        before={"hats": [str(hat.pk) for hat in hats]},
    )
    if last_on <= local_day(at):
        _end_access(leaving, by=by, at=at)
    else:
        later = [hat for hat in hats if hat.ends_on is None or hat.ends_on > last_on]
        leaving.before["ends_on"] = {
            str(hat.pk): hat.ends_on.isoformat() if hat.ends_on else "" for hat in later
        }
        with in_the_name_of(by, "record_leaver"):
            Hat.objects.filter(pk__in=[hat.pk for hat in later]).update(ends_on=last_on)
        leaving.save(force_insert=True)
    audit.record(
        by=by,
        at=at,
        action="record_leaver",
        subject=("account", account.pk),
        detail={"last_on": last_on.isoformat(), "at_once": last_on <= local_day(at)},
    )
    return leaving


@transaction.atomic
def take_back_leaver(*, leaving: Leaving, by: Viewer, at: datetime) -> Leaving:
    """Undo what this leaving did to posts, account and invitations; sessions stay ended.

    A post that was ended, shortened or given anew meanwhile stays as it is now. Whoever did not
    record the leaving needs a say over each post that would open again or run longer.
    """
    leaving = Leaving.objects.select_for_update().get(pk=leaving.pk)
    account = leaving.account
    hats = [
        hat
        for hat in Hat.objects.filter(account=account).select_related("post")
        if str(hat.pk) in leaving.before.get("hats", [])
    ]
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
    given_back = _posts_given_back(leaving)
    if leaving.recorded_by_id is None or leaving.recorded_by_id != by.account_id:
        _refuse_posts_of_others(given_back, by=by)
    with in_the_name_of(by, "take_back_leaver"):
        for hat in given_back:
            hat.save(update_fields=["ends_on", "ended_at"])
        # Only the leaving that closed the account opens it again.
        closed_at = leaving.before.get("closed_at")
        if closed_at and account.left_at == datetime.fromisoformat(closed_at):
            account.is_active = True
            account.left_at = None
            account.save(update_fields=["is_active", "left_at"])
    _give_back_invitations(leaving)
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
        taken_back_at__isnull=True, took_effect_at__isnull=True, last_on__lt=local_day(at)
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


def _posts_given_back(leaving: Leaving) -> list[Hat]:
    """The hats that would open again or run longer, as they would then be; nothing is saved."""
    found = Hat.objects.select_for_update(of=("self",)).filter(account=leaving.account)
    hats = list(found.select_related("post__organisation"))
    ended, shortened = leaving.before.get("ended", []), leaving.before.get("ends_on", {})
    held_again = {hat.post_id for hat in hats if hat.ended_at is None}
    given_back = []
    for hat in hats:
        key, before = str(hat.pk), (hat.ended_at, hat.ends_on)
        if hat.ended_at is not None and (key not in ended or hat.post_id in held_again):
            continue
        hat.ended_at = None
        if key in shortened and hat.ends_on == leaving.last_on:
            hat.ends_on = date.fromisoformat(shortened[key]) if shortened[key] else None
        if (hat.ended_at, hat.ends_on) != before:
            given_back.append(hat)
    return given_back


def _refuse_posts_of_others(hats: list[Hat], *, by: Viewer) -> None:
    # Opening a post again gives it anew, so each host's rule is asked. Only who recorded the
    # leaving takes back all of it: that undoes their own act and no more.
    for hat in hats:
        refuse_if(
            rules.why_not_give_post(
                by,
                account_id=hat.account_id,
                role=hat.post.role,
                organisation_id=hat.post.organisation_id,
                organisation_name=hat.post.organisation.name,
                permissions=settings.PLACE.permissions_of(hat.post.role),
                holds=by.permissions,
            )
        )


def _give_back_invitations(leaving: Leaving) -> None:
    for invitation in Invitation.objects.filter(pk__in=leaving.before.get("invitations", [])):
        waiting = Invitation.objects.filter(
            email__iexact=invitation.email,
            post_id=invitation.post_id,
            accepted_at__isnull=True,
            withdrawn_at__isnull=True,
        )
        if not waiting.exists():
            invitation.withdrawn_at = None
            invitation.save(update_fields=["withdrawn_at"])


def _end_access(leaving: Leaving, *, by: Viewer, at: datetime) -> None:
    account = leaving.account
    now = timezone.now()
    if account.kind is not AccountKind.STAFF:
        raise Refused("Only people at work leave.")
    with in_the_name_of(by, "record_leaver"):
        ended = list(_open_hats(account).values_list("pk", flat=True))
        Hat.objects.filter(pk__in=ended).update(ended_at=at)
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
        "ended": [str(key) for key in ended],
        "closed_at": at.isoformat(),
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

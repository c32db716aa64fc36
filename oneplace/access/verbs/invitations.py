"""Invitations: a link that lets a colleague in once, kept only as a hash."""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Max
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from oneplace.access import audit, rules
from oneplace.access.models import Account, Hat, Invitation, Leaving
from oneplace.access.secrets import hash_of, new_secret
from oneplace.access.verbs.hats import end_run_out_hats
from oneplace.access.verbs.names import in_the_name_of, recorded_by
from oneplace.access.viewer import Viewer
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import refuse_if
from oneplace.partners.models import Organisation, Post
from oneplace.vocabulary.terms import AccountKind


@dataclass(frozen=True)
class Sent:
    """An invitation and the link that was sent; the link is known here and in the message only."""

    invitation: Invitation
    link: str


@transaction.atomic
def invite_colleague(
    *,
    name: str,
    email: str,
    post: Post,
    employer: Organisation,
    line_manager: Account | None = None,
    professional_lead: Account | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    by: Viewer,
    at: datetime,
) -> Sent:
    """Invite somebody to take up a post; they receive a link that opens once."""
    email = email.strip().lower()
    refuse_if(
        rules.why_not_invite(
            by,
            organisation_id=post.organisation_id,
            employer_id=employer.pk,
            organisation_name=post.organisation.name,
        ),
        field="organisation",
    )
    # Whatever case the address was brought in with: nobody is missed, least of all the inviter.
    known = Account.objects.filter(email__iexact=email).first()
    account_id = known.pk if known else None
    refuse_if(
        rules.why_not_give_post(
            by,
            account_id=account_id,
            role=post.role,
            organisation_id=post.organisation_id,
            organisation_name=post.organisation.name,
            permissions=settings.PLACE.permissions_of(post.role),
            holds=by.permissions,
        )
    )
    refuse_if(rules.why_not_dates(starts_on, ends_on, today=local_day(at)), field="ends_on")
    refuse_if(rules.why_not_this_manager(account_id, line_manager), field="line_manager_email")
    refuse_if(
        rules.why_not_this_manager(account_id, professional_lead, word="professional lead"),
        field="professional_lead_email",
    )
    refuse_if(_why_not_to(known, email, post, on=local_day(at)), field="email")
    secret = new_secret()
    now = timezone.now()
    invitation = Invitation(
        email=email,
        name=name,
        post=post,
        role=post.role,
        employer=employer,
        line_manager=line_manager,
        professional_lead=professional_lead,
        starts_on=starts_on,
        ends_on=ends_on,
        invited_by_id=recorded_by(by),
        secret_hash=hash_of(secret),
        sent_at=now,
        expires_at=now + settings.PLACE.thresholds.invitation_valid_for.timedelta,
    )
    invitation.save(force_insert=True)
    audit.record(
        by=by,
        at=at,
        action="invite_colleague",
        subject=("invitation", invitation.pk),
        detail={"post": post.key},
    )
    return Sent(invitation, _send(invitation, secret, by=by))


@transaction.atomic
def resend_invitation(*, invitation: Invitation, by: Viewer, at: datetime) -> Sent:
    """Send a new link, good for the full time again; the one sent before opens nothing."""
    refuse_if(rules.why_not_change_invitation(by, invitation))
    secret = new_secret()
    now = timezone.now()
    invitation.secret_hash = hash_of(secret)
    invitation.sent_at = now
    invitation.expires_at = now + settings.PLACE.thresholds.invitation_valid_for.timedelta
    invitation.save(update_fields=["secret_hash", "sent_at", "expires_at"])
    audit.record(by=by, at=at, action="resend_invitation", subject=("invitation", invitation.pk))
    return Sent(invitation, _send(invitation, secret, by=by))


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: Viewer, at: datetime) -> Invitation:
    """Let the link open nothing any more."""
    refuse_if(rules.why_not_change_invitation(by, invitation))
    invitation.withdrawn_at = timezone.now()
    invitation.save(update_fields=["withdrawn_at"])
    audit.record(by=by, at=at, action="withdraw_invitation", subject=("invitation", invitation.pk))
    return invitation


@transaction.atomic
def accept_invitation(
    *, invitation: Invitation, password: str | None, by: Viewer, at: datetime
) -> Hat:
    """Take up the post one was invited to, once.

    Somebody with an account that still works keeps its password: the link gives the post only.
    """
    # Two clicks at once: the second waits here and then finds the link used.
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    refuse_if(rules.why_not_accept(invitation, now=timezone.now(), on=local_day(at)))
    # Much may have happened to the account since the invitation was sent: it is asked about anew.
    account = Account.objects.select_for_update().filter(email__iexact=invitation.email).first()
    left = (
        Leaving.objects.filter(account=account, taken_back_at__isnull=True).aggregate(
            at=Max("took_effect_at")
        )["at"]
        if account is not None
        else None
    )
    refuse_if(rules.why_not_accept_as(account, invitation, left_at=left))
    if account is not None:
        end_run_out_hats(account=account, posts=[invitation.post_id], by=by, at=at)
    with in_the_name_of(by, "accept_invitation"):
        account = _ready_account(account, invitation, password)
        hat = Hat.objects.filter(
            account=account, post_id=invitation.post_id, ended_at__isnull=True
        ).first()
        if hat is None:
            hat = Hat(
                account=account,
                post_id=invitation.post_id,
                employer_id=invitation.employer_id,
                line_manager_id=invitation.line_manager_id,
                professional_lead_id=invitation.professional_lead_id,
                source="invitation",
                starts_on=max(invitation.starts_on or local_day(at), local_day(at)),
                ends_on=invitation.ends_on,
            )
            hat.save(force_insert=True)
    invitation.accepted_at = timezone.now()
    invitation.accepted_by = account
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    audit.record(
        by=by,
        at=at,
        action="accept_invitation",
        subject=("invitation", invitation.pk),
        detail={"account": str(account.pk)},
    )
    return hat


def _ready_account(
    account: Account | None, invitation: Invitation, password: str | None
) -> Account:
    if account is not None and account.is_active and account.has_usable_password():
        return account
    refuse_if(
        "Your account has changed since you opened this page. Open the link again."
        if password is None
        else None
    )
    if account is None:
        account = Account(
            email=invitation.email, name=invitation.name, kind=AccountKind.STAFF, is_active=True
        )
    # Somebody who left and comes back, or who was brought in from a list and never signed in.
    account.is_active = True
    account.left_at = None
    account.set_password(password)
    account.save()
    return account


def _why_not_to(known: Account | None, email: str, post: Post, *, on: date) -> str | None:
    if known is not None and known.kind is not AccountKind.STAFF:
        return "A resident signs in with this address. Ask for the work address."
    if known is not None and any(
        not rules.is_over(hat, on=on) for hat in known.hats.filter(post=post)
    ):
        return f"{known.name} already holds this post."
    waiting = Invitation.objects.filter(
        email=email, post=post, accepted_at__isnull=True, withdrawn_at__isnull=True
    )
    if waiting.exists():
        return "An invitation to this post is already waiting there: send it again instead."
    return None


def _send(invitation: Invitation, secret: str, *, by: Viewer) -> str:
    path = reverse("access:accept_invitation", args=[secret])
    link = f"{settings.PUBLIC_URL}{path}"
    words = {
        "invitation": invitation,
        "link": link,
        "inviter": by.name,
        "place": settings.PLACE,
        "valid_for": settings.PLACE.thresholds.invitation_valid_for.words,
    }
    send_mail(
        f"{by.name} invites you to {settings.PLACE.identity.wordmark}",
        render_to_string("access/email/invitation.txt", words).strip(),
        None,
        [invitation.email],
    )
    return link

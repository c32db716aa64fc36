"""Invitations: made, sent again, withdrawn by those who may; accepted by whoever has the link."""

import uuid

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from oneplace.access import forms, queries, rules, verbs
from oneplace.access.guard import anyone, may
from oneplace.access.models import Invitation
from oneplace.access.permissions import INVITE_COLLEAGUE
from oneplace.access.views.people_at_work import PEOPLE, choices_of_posts, post_typed
from oneplace.kit.clock import local_day
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import Refused, refusals_on
from oneplace.kit.request import Request


@may(INVITE_COLLEAGUE)
def invitations(request: Request) -> HttpResponse:
    """Invitations that wait for an answer."""
    today = local_day(request.received_at)
    return render(
        request,
        "access/invitations.html",
        {
            "title": "Invitations",
            "crumbs": [(PEOPLE[0], reverse(PEOPLE[1]))],
            "invitations": [
                (invitation, rules.is_open(invitation, now=timezone.now(), on=today))
                for invitation in queries.open_invitations(viewer=request.viewer)
            ],
        },
    )


@may(INVITE_COLLEAGUE)
def invite_colleague(request: Request) -> HttpResponse:
    """Invite somebody to work here."""
    form = forms.InviteForm(request.POST or None, **choices_of_posts(request))
    if form.is_valid():
        typed = form.cleaned_data
        # A post made for an invitation that is refused must not be left behind.
        with refusals_on(form), transaction.atomic():
            post, employer = post_typed(request, typed)
            sent = verbs.invite_colleague(
                name=typed["name"],
                email=typed["email"],
                post=post,
                employer=employer,
                line_manager=typed["line_manager_email"],
                professional_lead=typed["professional_lead_email"],
                starts_on=typed["starts_on"],
                ends_on=typed["ends_on"],
                by=request.viewer,
                at=request.received_at,
            )
            messages.success(request, f"An invitation is on its way to {sent.invitation.email}.")
            return redirect("access:invitations")
    page = FormPage(
        title="Invite a colleague",
        lead="They receive a link by email, choose a password and can begin. "
        + rules.WHO_GIVES_POSTS,
        send="Send the invitation",
        crumbs=((PEOPLE[0], reverse(PEOPLE[1])),),
        cancel=reverse(PEOPLE[1]),
    )
    return form_page(
        request,
        form,
        page,
        "access/form_with_colleagues.html",
        colleagues=queries.colleagues(viewer=request.viewer),
    )


@require_POST
@may(INVITE_COLLEAGUE)
def resend_invitation(request: Request, invitation_id: uuid.UUID) -> HttpResponse:
    """Send a new link; the old one opens nothing any more."""
    invitation = _invitation(request, invitation_id)
    try:
        verbs.resend_invitation(invitation=invitation, by=request.viewer, at=request.received_at)
        messages.success(request, f"A new link is on its way to {invitation.email}.")
    except Refused as refused:
        messages.error(request, refused.reason)
    return redirect("access:invitations")


@require_POST
@may(INVITE_COLLEAGUE)
def withdraw_invitation(request: Request, invitation_id: uuid.UUID) -> HttpResponse:
    """Let a link open nothing any more."""
    invitation = _invitation(request, invitation_id)
    try:
        verbs.withdraw_invitation(invitation=invitation, by=request.viewer, at=request.received_at)
        messages.success(request, f"The invitation to {invitation.name} is withdrawn.")
    except Refused as refused:
        messages.error(request, refused.reason)
    return redirect("access:invitations")


@anyone
def accept_invitation(request: Request, secret: str) -> HttpResponse:
    """What somebody will be here, and their first password."""
    invitation = queries.invitation_of_secret(secret)
    today = local_day(request.received_at)
    reason = rules.why_not_accept(invitation, now=timezone.now(), on=today)
    if invitation is None or reason is not None:
        # One page for every link that opens nothing: a guessed one learns no more than an old one.
        return render(
            request,
            "access/invitation_over.html",
            {"title": "This link does not open", "reason": reason},
            status=410,
        )
    knows_password = queries.has_working_account(invitation.email)
    form = (
        None
        if knows_password
        else forms.AcceptForm(request.POST or None, name=invitation.name, email=invitation.email)
    )
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            verbs.accept_invitation(
                invitation=invitation,
                password=form.cleaned_data["password"] if form else None,
                by=request.viewer,
                at=request.received_at,
            )
        except Refused as refused:
            return render(
                request,
                "access/invitation_over.html",
                {"title": "This link does not open", "reason": refused.reason},
                status=410,
            )
        messages.success(request, "Your post is ready. Sign in to begin.")
        return redirect("account_login")
    return render(
        request,
        "access/accept_invitation.html",
        {
            "title": f"Welcome, {invitation.name}",
            "form": form,
            "invitation": invitation,
            "knows_password": knows_password,
        },
    )


def _invitation(request: Request, invitation_id: uuid.UUID) -> Invitation:
    found = queries.invitation(invitation_id, viewer=request.viewer)
    if found is None:
        raise Http404
    return found

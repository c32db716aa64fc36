"""What editors look after: what was proposed, what may be twice, what is old, files, versions."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from oneplace.access.guard import may
from oneplace.directory import forms, queries, verbs
from oneplace.directory.permissions import KEEP_DIRECTORY
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import Refused, refusals_on
from oneplace.kit.request import Request


@require_safe
@may(KEEP_DIRECTORY)
def keep_directory(request: Request) -> HttpResponse:
    """Everything that waits for an editor, the most wanted first."""
    viewer, at = request.viewer, request.received_at
    return render(
        request,
        "directory/keep.html",
        {
            "title": "Keep the directory right",
            "proposals": queries.waiting_proposals(viewer=viewer),
            "pairs": queries.likenesses(viewer=viewer),
            "due": queries.to_check(viewer=viewer, at=at),
            "imports": queries.imports(viewer=viewer),
        },
    )


@require_POST
@may(KEEP_DIRECTORY)
def take_proposal(request: Request, proposal_id: uuid.UUID) -> HttpResponse:
    """Write what was proposed into the directory."""
    found = queries.proposal(proposal_id, viewer=request.viewer)
    if found is None:
        raise Http404
    try:
        service = verbs.take_proposal(proposal=found, by=request.viewer, at=request.received_at)
    except Refused as refused:
        messages.error(request, refused.reason)
        return redirect("directory:keep_directory")
    messages.success(request, f"{service.name} says it now.")
    # What came in free words is written in by hand.
    if found.words:
        return redirect("directory:keep_service", service.pk, "correct")
    return redirect("directory:entry", service.pk)


@may(KEEP_DIRECTORY)
def refuse_proposal(request: Request, proposal_id: uuid.UUID) -> HttpResponse:
    """Say why a proposal is not taken."""
    found = queries.proposal(proposal_id, viewer=request.viewer)
    if found is None:
        raise Http404
    form = forms.WhyNotForm(request.POST or None)
    here = reverse("directory:keep_directory")
    if form.is_valid():
        with refusals_on(form):
            verbs.refuse_proposal(
                proposal=found, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, "Not taken.")
            return redirect(here)
    page = FormPage(
        title="Not taken", caption=f"{found.name}, {found.provider_name}", send="Say so",
        cancel=here,
    )  # fmt: skip
    return form_page(request, form, page)


@require_POST
@may(KEEP_DIRECTORY)
def settle_likes(request: Request, likeness_id: uuid.UUID) -> HttpResponse:
    """Say that two entries are one service, and which stays; or that they are two."""
    pair = queries.pair_of_likes(likeness_id, viewer=request.viewer)
    if pair is None:
        raise Http404
    keep = {"one": pair.one, "other": pair.other}.get(request.POST.get("keep", ""))
    try:
        if keep is None:
            verbs.keep_services_apart(pair=pair, by=request.viewer, at=request.received_at)
            messages.success(request, "Two services. They are not shown again.")
        else:
            verbs.put_services_together(
                pair=pair, keep=keep, by=request.viewer, at=request.received_at
            )
            messages.success(request, f"One service: {keep.name}, {keep.provider.name}.")
    except Refused as refused:
        messages.error(request, refused.reason)
    return redirect("directory:keep_directory")


@require_POST
@may(KEEP_DIRECTORY)
def find_likes(request: Request) -> HttpResponse:
    """Look for entries that may be one service, now."""
    found = verbs.find_likenesses(by=request.viewer, at=request.received_at)
    messages.success(request, f"{found} new pairs to look at." if found else "No new pairs.")
    return redirect("directory:keep_directory")


@require_POST
@may(KEEP_DIRECTORY)
def ask_owner(request: Request, service_id: uuid.UUID) -> HttpResponse:
    """Ask whoever offers a service by email whether its entry is right."""
    service = queries.service(service_id, viewer=request.viewer)
    if service is None:
        raise Http404
    try:
        link = verbs.ask_owner(service=service, by=request.viewer, at=request.received_at)
        messages.success(request, f"Asked by email at {link.sent_to}. One click answers it.")
    except Refused as refused:
        messages.error(request, refused.reason)
    return redirect("directory:entry", service.pk)


@may(KEEP_DIRECTORY)
def import_services(request: Request) -> HttpResponse:
    """Bring in a table or a page of Open Referral, and read what was wrong with it."""
    is_sent = request.method == "POST"
    form = forms.ImportForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        with refusals_on(form):
            made = verbs.import_services(
                name=file.name, content=file.read(), by=request.viewer, at=request.received_at
            )
            return redirect("directory:import_report", made.pk)
    return render(
        request,
        "directory/import.html",
        {"title": "Bring in a file of services", "form": form},
    )


@require_safe
@may(KEEP_DIRECTORY)
def import_report(request: Request, import_id: uuid.UUID) -> HttpResponse:
    """What came in with a file, and every fault with its place."""
    found = queries.import_of(import_id, viewer=request.viewer)
    if found is None:
        raise Http404
    context = {"title": found.name, "found": found}
    return render(request, "directory/import_report.html", context)


@require_safe
@may(KEEP_DIRECTORY)
def versions(request: Request, service_id: uuid.UUID) -> HttpResponse:
    """What an entry said before, change by change."""
    service = queries.service(service_id, viewer=request.viewer)
    if service is None:
        raise Http404
    changes = queries.versions(service.pk, viewer=request.viewer)
    context = {"title": "What it said before", "service": service, "changes": changes}
    return render(request, "directory/versions.html", context)

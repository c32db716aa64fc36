"""A copy of a record: gathered, each item reviewed, signed, made, handed over, opened by a link."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from oneplace.access import verbs
from oneplace.access.guard import anyone, may
from oneplace.access.models import Right, RightItem
from oneplace.access.permissions import HANDLE_RIGHTS
from oneplace.access.queries import rights as right_queries
from oneplace.access.rules.rights import answers_for, decides
from oneplace.access.verbs import Decided, FoundItem, Link
from oneplace.desk import rights_forms as forms
from oneplace.desk import rights_making as making
from oneplace.desk.presenters import rights as pages
from oneplace.desk.rights_views import crumb, crumb_of, held
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import Refused, refusals_on
from oneplace.kit.request import Request, page_number
from oneplace.records import queries as records
from oneplace.records.others import suspected
from oneplace.records.queries import AskedFor

TYPES = {"pdf": "application/pdf", "html": "text/html", "json": "application/json"}


@require_POST
@may(HANDLE_RIGHTS)
def gather_right(request: Request, right_id: uuid.UUID) -> HttpResponse:
    """Set down what the copy is made of, and why each item may be about somebody else."""
    made = held(request, right_id)
    found = record_of(request, made)
    close = pages.close_to(found)
    items = [
        FoundItem(
            pages.ENTRY,
            one.entry.id,
            one.owner,
            one.content_sha,
            tuple(
                hint.value
                for hint in suspected(one.entry, close=close, own_labels=one.own_labels).hints
            ),
        )
        for one in found.entries
    ]
    items += [
        FoundItem(pages.IDENTITY, one.id, one.owner, one.content_sha) for one in found.identities
    ]
    if not _done(
        request,
        lambda: verbs.gather_right(
            right=made, found=items, by=request.viewer, at=request.received_at
        ),
    ):
        return redirect("desk:right", made.pk)
    messages.success(request, f"Gathered: {len(items)} items. Read those marked first.")
    return redirect("desk:decide_items", made.pk)


@may(HANDLE_RIGHTS)
def decide_items(request: Request, right_id: uuid.UUID) -> HttpResponse:
    """The items of a copy, those that may be about somebody else first, each with its decision."""
    made = held(request, right_id)
    found = record_of(request, made)
    items = right_queries.items(made, viewer=request.viewer)
    problem = ""
    if request.method == "POST":
        decided, problem = _decided(request, items)
        if not problem:
            try:
                many = verbs.decide_items(
                    right=made, decided=decided, by=request.viewer, at=request.received_at
                )
            except Refused as refused:
                problem = refused.reason
            else:
                messages.success(request, f"Saved: {many} decided on this page.")
                return redirect(f"{request.path}?page={page_number(request)}")
    owners = right_queries.owner_words(viewer=request.viewer)
    whose = right_queries.whose_part(made, viewer=request.viewer)
    rows = pages.review_items(
        items,
        found,
        owners,
        may_decide=lambda item: decides(request.viewer, made, whose.get(item.owner)),
    )
    number = page_number(request)
    start = (number - 1) * pages.PER_PAGE
    return render(
        request,
        "desk/rights/review.html",
        {
            "title": f"Review: {made.person_name}",
            "crumbs": [crumb(), crumb_of(made)],
            "right": made,
            "rows": rows[start : start + pages.PER_PAGE],
            "tally": right_queries.tally(items),
            "page": number,
            "pages": max(1, -(-len(rows) // pages.PER_PAGE)),
            "problem": problem,
            "typed": request.POST if problem else {},
            "is_answerer": answers_for(request.viewer, made),
            "waits_for": pages.waiting_names(right_queries.parts(made, viewer=request.viewer)),
        },
        status=200,
    )


def _decided(request: Request, items: list[RightItem]) -> tuple[dict[uuid.UUID, Decided], str]:
    """What was decided on a page, and what is wrong with it."""
    found: dict[uuid.UUID, Decided] = {}
    for item in items:
        if f"{item.pk}-decision" not in request.POST:
            continue
        form = forms.ItemForm(request.POST, prefix=str(item.pk))
        if not form.is_valid():
            return {}, "An item holds more words than can be kept: shorten them."
        if (given := form.decided()) is not None:
            found[item.pk] = given
    return found, ""


@require_POST
@may(HANDLE_RIGHTS)
def finish_review(request: Request, right_id: uuid.UUID) -> HttpResponse:
    """Say that every item was looked at."""
    made = held(request, right_id)
    act: Any = lambda: verbs.finish_review(  # noqa: E731 - one act, refused or done
        right=made, by=request.viewer, at=request.received_at
    )
    if _done(request, act):
        messages.success(request, "Reviewed. A second officer reads it and signs.")
    return redirect("desk:right", made.pk)


@require_POST
@may(HANDLE_RIGHTS)
def review_part(request: Request, right_id: uuid.UUID) -> HttpResponse:
    """A partner's officer says that what their own partner recorded is reviewed."""
    made = held(request, right_id)
    act: Any = lambda: verbs.review_part(  # noqa: E731 - one act, refused or done
        right=made, by=request.viewer, at=request.received_at
    )
    if _done(request, act):
        messages.success(request, "Your part is reviewed. The partner who was asked goes on.")
    return redirect("desk:right", made.pk)


@may(HANDLE_RIGHTS)
def take_over_part(request: Request, part_id: uuid.UUID) -> HttpResponse:
    """Review a partner's part in its place, with the reason."""
    part = right_queries.part(part_id, viewer=request.viewer)
    if part is None:
        raise Http404
    form = forms.WhyForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            verbs.take_over_part(
                part=part, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, f"You review what {part.organisation.name} recorded.")
            return redirect("desk:right", part.right_id)
    page = FormPage(
        title=f"Review what {part.organisation.name} recorded",
        caption=f"{part.right.reference}, {part.right.asker_name}",
        lead="Its own officer knows best what may harm somebody else. Take it over only where they "
        "do not answer in time; the reason stands with the request.",
        send="Review it in their place",
        crumbs=(crumb(), crumb_of(part.right)),
        cancel=reverse("desk:right", args=[part.right_id]),
    )
    return form_page(request, form, page)


@require_POST
@may(HANDLE_RIGHTS)
def sign_right(request: Request, right_id: uuid.UUID) -> HttpResponse:
    """A second officer signs."""
    made = held(request, right_id)
    act: Any = lambda: verbs.sign_right(  # noqa: E731 - one act, refused or done
        right=made, by=request.viewer, at=request.received_at
    )
    if _done(request, act):
        messages.success(request, "Signed.")
    return redirect("desk:right", made.pk)


@may(HANDLE_RIGHTS)
def send_back_right(request: Request, right_id: uuid.UUID) -> HttpResponse:
    """Send a review back."""
    made = held(request, right_id)
    form = forms.WhyForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            verbs.send_back_right(
                right=made, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, "Sent back to be looked at again.")
            return redirect("desk:right", made.pk)
    page = FormPage(
        title="Send it back",
        caption=f"{made.reference}, {made.asker_name}",
        lead="Say which items to look at again, and why.",
        send="Send it back",
        crumbs=(crumb(), crumb_of(made)),
        cancel=reverse("desk:right", args=[made.pk]),
    )
    return form_page(request, form, page)


@require_POST
@may(HANDLE_RIGHTS)
def make_copies(request: Request, right_id: uuid.UUID) -> HttpResponse:
    """Make the copy, for paper and for machines, of what was reviewed and signed."""
    made = held(request, right_id)
    by, at = request.viewer, request.received_at
    if len(right_queries.items(made, viewer=by)) > making.MOST_AT_ONCE:
        if _done(request, lambda: verbs.call_for_copy(right=made, by=by, at=at)):
            messages.success(request, "It is long, so it is made in the background: look again.")
    elif _done(request, lambda: making.make(made, by=by, at=at)):
        messages.success(request, "The copy is made. Look at it, then hand it over.")
    return redirect("desk:right", made.pk)


@require_safe
@may(HANDLE_RIGHTS)
def take_copy(request: Request, right_id: uuid.UUID, form: str) -> HttpResponse:
    """Open a copy to print or send it."""
    made = held(request, right_id)
    if form not in TYPES:
        raise Http404
    try:
        copy = verbs.take_copy(right=made, form=form, by=request.viewer, at=request.received_at)
    except Refused:
        raise Http404 from None
    return _file(bytes(copy.content), form, made.reference)


@may(HANDLE_RIGHTS)
def hand_over_right(request: Request, right_id: uuid.UUID) -> HttpResponse:
    """Write down how the copy reached the person; a link and its code are shown this once."""
    made = held(request, right_id)
    form = forms.HandOverForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            done = verbs.hand_over_right(
                right=made, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            if isinstance(done, Link):
                return _link_page(request, made, done)
            messages.success(request, "Handed over. The request is answered.")
            return redirect("desk:right", made.pk)
    page = FormPage(
        title="Hand the copy over",
        caption=f"{made.reference}, {made.asker_name}",
        lead="Check the address once more: a copy that reaches somebody else is a breach.",
        send="Hand it over",
        crumbs=(crumb(), crumb_of(made)),
        cancel=reverse("desk:right", args=[made.pk]),
    )
    return form_page(request, form, page)


def _link_page(request: Request, right: Right, link: Link) -> HttpResponse:
    address = request.build_absolute_uri(reverse("desk:your_copy", args=[link.secret]))
    return render(
        request,
        "desk/rights/link.html",
        {
            "title": "The link and its code",
            "crumbs": [crumb(), crumb_of(right)],
            "right": right,
            "address": address,
            "code": f"{link.code[:4]} {link.code[4:]}",
            "handover": link.handover,
        },
    )


@anyone
def your_copy(request: Request, secret: str) -> HttpResponse:
    """Somebody opens the copy of their own record by its link and its code."""
    form = forms.CodeForm(request.POST or None)
    if form.is_valid():
        wanted = "json" if "json" in request.POST else "pdf"
        copy = _by_link(request, secret, form.cleaned_data["code"], wanted)
        if copy is not None:
            return _file(copy.content, copy.form, "your-record")
        form.add_error(
            "code",
            "This code does not open this link, or the link is over. Check the code; after five "
            "wrong ones the link closes. Ask whoever sent it for another.",
        )
    page = FormPage(
        title="The copy of your record",
        lead="You asked for a copy of what is kept about you. This link opens it with the code you "
        "were told. Open it on a device that is yours.",
        keeps_typed=False,
    )
    return form_page(request, form, page, "desk/rights/your_copy.html")


def _by_link(
    request: Request, secret: str, code: str, wanted: str
) -> right_queries.LinkedCopy | None:
    return right_queries.copy_by_link(
        verbs.hash_of(secret),
        verbs.hash_of(code),
        form=wanted,
        viewer=request.viewer,
        at=request.received_at,
    )


def _file(content: bytes, form: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=TYPES[form])
    # No person's name stands in the name of a file that ends in a folder of downloads.
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def record_of(request: Request, right: Right) -> AskedFor:
    """What a request reaches, noted in the audit; the unknown page before identity is known."""
    if right.person_id is None:
        raise Http404
    return records.asked_for(
        right.pk, right.person_id, viewer=request.viewer, at=request.received_at
    )


def _done(request: Request, act: Any) -> bool:
    """Whether an act went through; its refusal is shown otherwise."""
    try:
        act()
    except Refused as refused:
        messages.error(request, refused.reason)
        return False
    return True

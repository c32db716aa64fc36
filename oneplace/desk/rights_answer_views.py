"""Requests for something to be put right, not used for now, or erased: which entries, and what."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from oneplace.access import verbs
from oneplace.access.guard import may
from oneplace.access.models import Right
from oneplace.access.models.right import RightKind
from oneplace.access.permissions import HANDLE_RIGHTS
from oneplace.access.queries import rights as right_queries
from oneplace.access.rules import rights as right_rules
from oneplace.access.rules.rights import ErasureGround
from oneplace.access.verbs import FoundItem
from oneplace.desk import rights_forms as forms
from oneplace.desk.presenters import rights as pages
from oneplace.desk.rights_review_views import record_of
from oneplace.desk.rights_views import crumb, crumb_of, held
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import refusals_on, refuse_if
from oneplace.kit.request import Request
from oneplace.people import queries as people
from oneplace.records import verbs as records_verbs
from oneplace.records.permissions import ADD_TO_RECORD
from oneplace.records.queries import AskedEntry

TITLES = {
    RightKind.CORRECTION: "What is wrong?",
    RightKind.RESTRICTION: "What is not to be used for now?",
    RightKind.ERASURE: "What is to be erased?",
}
SENDS = {
    RightKind.CORRECTION: "Ask the partner who recorded it",
    RightKind.RESTRICTION: "Stop its use for now",
    RightKind.ERASURE: "Put it to a second officer",
}


@may(HANDLE_RIGHTS)
def choose_entries(request: Request, right_id: uuid.UUID) -> HttpResponse:
    """The entries a request is about, chosen among those it reaches."""
    made = held(request, right_id)
    kind = RightKind(made.kind)
    entries = {str(one.entry.id): one for one in record_of(request, made).entries}
    form = forms.ChooseForm(request.POST or None, kind=kind, known=list(entries))
    if form.is_valid():
        chosen = [entries[key] for key in form.cleaned_data["entries"]]
        with refusals_on(form):
            _choose(request, made, chosen, form.cleaned_data)
            messages.success(request, "Done. What comes next stands below.")
            return redirect("desk:right", made.pk)
    owners = right_queries.owner_words(viewer=request.viewer)
    return render(
        request,
        "desk/rights/choose.html",
        {
            "title": TITLES.get(kind, TITLES[RightKind.CORRECTION]),
            "crumbs": [crumb(), crumb_of(made)],
            "right": made,
            "form": form,
            "send": SENDS.get(kind, "Go on"),
            "rows": [
                (key, pages.shown_entry(one, owners), one.is_restricted)
                for key, one in reversed(entries.items())
            ],
            "chosen": set(request.POST.getlist("entries")),
            "why_mostly_refused": right_rules.WHY_MOSTLY_REFUSED
            if kind is RightKind.ERASURE
            else "",
        },
    )


def _choose(request: Request, made: Right, chosen: list[AskedEntry], given: dict[str, Any]) -> None:
    found = [FoundItem(pages.ENTRY, one.entry.id, one.owner, one.content_sha) for one in chosen]
    by, at, why = request.viewer, request.received_at, given["why"]
    if made.kind == RightKind.CORRECTION:
        owners = right_queries.owner_organisations(viewer=by)
        asked = {owners.get(one.owner) for one in chosen}
        refuse_if(
            None
            if len(asked) == 1 and None not in asked
            else "Choose entries of one partner: for another, write down a second request.",
            field="entries",
        )
        (asked_id,) = asked
        assert asked_id is not None  # noqa: S101 - refused above
        verbs.ask_partner(right=made, found=found, asked_id=asked_id, words=why, by=by, at=at)
    elif made.kind == RightKind.RESTRICTION:
        # The record asks for a request that is this officer's; both stand or fall together.
        verbs.grant_restriction(right=made, found=found, why=why, by=by, at=at)
        _restrict(request, made, [one.entry.id for one in chosen], why, is_restricted=True)
    else:
        verbs.propose_erasure(
            right=made, found=found, ground=ErasureGround(given["ground"]), why=why, by=by, at=at
        )


def _restrict(
    request: Request, made: Right, entry_ids: list[uuid.UUID], why: str, *, is_restricted: bool
) -> None:
    assert made.person_id is not None  # noqa: S101 - chosen from the record of somebody
    records_verbs.restrict_entries(
        right_id=made.pk,
        person_id=made.person_id,
        entry_ids=entry_ids,
        is_restricted=is_restricted,
        why=why,
        by=request.viewer,
        at=request.received_at,
    )


@may(HANDLE_RIGHTS)
def answer_correction(request: Request, right_id: uuid.UUID) -> HttpResponse:
    """The partner whose entry it is says whether it is wrong."""
    made = held(request, right_id)
    form = forms.AnswerForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            verbs.answer_correction(
                right=made, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, "Answered.")
            return redirect("desk:right", made.pk)
    page = FormPage(
        title="Is it wrong?",
        caption=f"{made.reference}, {made.asker_name}",
        lead="What a partner recorded is put right where it was recorded. An opinion honestly held "
        "is not wrong because the person holds another; their words may stand beside it.",
        send="Answer",
        crumbs=(crumb(), crumb_of(made)),
        cancel=reverse("desk:right", args=[made.pk]),
    )
    return form_page(request, form, page)


@may(HANDLE_RIGHTS)
def put_beside(request: Request, right_id: uuid.UUID) -> HttpResponse:
    """Let the person's own words stand beside what was not put right."""
    made = held(request, right_id)
    form = forms.DoneForm(request.POST or None)
    form.fields["words"].label = "What the person says, in their words"
    if form.is_valid():
        with refusals_on(form):
            items = right_queries.items(made, viewer=request.viewer)
            assert made.person_id is not None  # noqa: S101 - identity was checked before
            verbs.finish_right(
                right=made,
                words="The person’s own words stand beside it.",
                by=request.viewer,
                at=request.received_at,
            )
            records_verbs.put_beside(
                right_id=made.pk,
                person_id=made.person_id,
                entry_ids=[item.thing_id for item in items],
                words=form.cleaned_data["words"],
                said_by=made.asker_name,
                by=request.viewer,
                at=request.received_at,
            )
            messages.success(request, "Their words stand beside it, wherever it is read.")
            return redirect("desk:right", made.pk)
    page = FormPage(
        title="Their own words beside it",
        caption=f"{made.reference}, {made.asker_name}",
        lead="They stand beside the entry for everybody who reads it, and go with every copy.",
        send="Let them stand beside it",
        crumbs=(crumb(), crumb_of(made)),
        cancel=reverse("desk:right", args=[made.pk]),
    )
    return form_page(request, form, page)


@may(HANDLE_RIGHTS)
def finish_right(request: Request, right_id: uuid.UUID) -> HttpResponse:
    """Close a request once the source has corrected what was wrong, or nothing more is wanted."""
    made = held(request, right_id)
    form = forms.DoneForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            verbs.finish_right(
                right=made, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, "Closed. Tell the person, if you have not.")
            return redirect("desk:right", made.pk)
    page = FormPage(
        title="Close it",
        caption=f"{made.reference}, {made.asker_name}",
        lead="Write what was done: what the entry says now, or that the person wants nothing more.",
        send="Close it",
        crumbs=(crumb(), crumb_of(made)),
        cancel=reverse("desk:right", args=[made.pk]),
    )
    return form_page(request, form, page)


@may(ADD_TO_RECORD)
def add_own_words(request: Request, person_id: uuid.UUID, entry_id: uuid.UUID) -> HttpResponse:
    """Somebody who looks after a person writes down what the person says about an entry."""
    found = people.person(person_id, viewer=request.viewer)
    entry = people.entry_of(found, entry_id, viewer=request.viewer) if found else None
    if found is None or entry is None:
        raise Http404
    name = f"{found.given} {found.family}".strip()
    form = forms.OwnWordsForm(request.POST or None, initial={"said_by": name})
    here = reverse("desk:entry", args=[found.pk, entry.pk])
    if form.is_valid():
        with refusals_on(form):
            records_verbs.add_own_words(
                entry=entry, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, "Their words stand beside it, wherever it is read.")
            return redirect(here)
    page = FormPage(
        title="Their own words",
        caption=entry.title,
        lead="For everybody who reads this entry; they change nothing of what it says.",
        send="Let them stand beside it",
        cancel=here,
    )
    return form_page(request, form, page)


@may(HANDLE_RIGHTS)
def lift_restriction(request: Request, right_id: uuid.UUID) -> HttpResponse:
    """Let entries be used again; the person is told before."""
    made = held(request, right_id)
    form = forms.WhyForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            items = right_queries.items(made, viewer=request.viewer)
            why = form.cleaned_data["why"]
            verbs.finish_right(
                right=made, words=f"Used again: {why}", by=request.viewer, at=request.received_at
            )
            _restrict(request, made, [item.thing_id for item in items], why, is_restricted=False)
            messages.success(request, "They are used again.")
            return redirect("desk:right", made.pk)
    page = FormPage(
        title="Let it be used again",
        caption=f"{made.reference}, {made.asker_name}",
        lead="Tell the person before you do: the law asks for it (UK GDPR article 18(3)).",
        send="Let it be used again",
        crumbs=(crumb(), crumb_of(made)),
        cancel=reverse("desk:right", args=[made.pk]),
    )
    return form_page(request, form, page)

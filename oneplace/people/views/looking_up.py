"""Look one person up in the whole borough, and take a referral of them: for intake staff."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from oneplace.access.guard import may
from oneplace.kit.refusals import refusals_on
from oneplace.kit.request import Request
from oneplace.people import forms, verbs
from oneplace.people.permissions import LOOK_UP_PERSON
from oneplace.people.presenters import LookUpPage
from oneplace.people.queries.searching import LookedUp
from oneplace.people.views.person import page_of_id


@may(LOOK_UP_PERSON)
def look_up_person(request: Request) -> HttpResponse:
    """One match or none, by number or by name and birth date, with a reason.

    What is typed comes by POST only and stands in no address.
    """
    form = forms.LookUpForm(request.POST or None)
    match: LookedUp | None = None
    has_looked = False
    if form.is_valid():
        with refusals_on(form):
            match = verbs.look_up_person(
                by=request.viewer, at=request.received_at, **form.verb_values()
            )
            has_looked = True
    taking = forms.TakeReferralForm(initial={"person": match.person_id}) if match else None
    return _page(request, form, LookUpPage(match, has_looked, taking))


@may(LOOK_UP_PERSON)
def take_referral(request: Request) -> HttpResponse:
    """Take on the person just looked up: the record opens to the organisation for a while."""
    if request.method != "POST":
        return redirect("people:look_up_person")
    taking = forms.TakeReferralForm(request.POST)
    if taking.is_valid():
        person_id = taking.cleaned_data["person"]
        with refusals_on(taking):
            verbs.take_referral(
                person_id=person_id,
                from_whom=taking.cleaned_data["from_whom"],
                by=request.viewer,
                at=request.received_at,
            )
            messages.success(
                request, "Taken. Your organisation may open the record while the referral lasts."
            )
            return redirect(page_of_id(person_id))
    return _page(request, forms.LookUpForm(), LookUpPage(None, False, taking))


def _page(request: Request, form: forms.LookUpForm, page: LookUpPage) -> HttpResponse:
    return render(request, "people/look_up.html", {"page": page, "form": form})

"""What would somebody see of this person, and why? For officers who answer for access."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render

from oneplace.access import verbs as access
from oneplace.access.guard import may
from oneplace.access.permissions import EXPLAIN_ACCESS
from oneplace.access.viewer import Viewer
from oneplace.desk import forms
from oneplace.desk.presenters import explaining as pages
from oneplace.desk.queries import explaining
from oneplace.kit.request import Request
from oneplace.people import queries as people


@may(EXPLAIN_ACCESS)
def explain_access(request: Request) -> HttpResponse:
    """Choose a colleague, or a role somewhere, and a person: the decision and its reasons.

    The person's number comes by POST only, so that it stands in no address; nothing of the record
    is shown.
    """
    organisations = explaining.organisations_to_ask_about()
    form = forms.ExplainForm(
        request.POST or None, place=settings.PLACE, organisations=organisations
    )
    answer = None
    if form.is_valid():
        answer = _answer(request, form)
    page = pages.ExplainPage(answer)
    return render(request, "desk/access/explain.html", {"page": page, "form": form})


def _answer(request: Request, form: forms.ExplainForm) -> "pages.Answer | None":
    """The answer; None with an error on the form where it names nobody, or more than one."""
    about = _asked_about(request, form)
    found = people.numbered(form.cleaned_data["nhs_number"], viewer=request.viewer)
    if len(found) != 1:
        form.add_error(
            "nhs_number",
            "Nobody here has this NHS number. Check it with whoever asks."
            if not found
            else "More than one record has this number. Ask the record steward to look first.",
        )
    if form.errors:
        return None
    person = found[0]
    lights = [
        (
            one,
            access.explain_access(
                person_id=person.person_id,
                about=one,
                reader=pages.reader_of(one),
                by=request.viewer,
                at=request.received_at,
            ),
        )
        for one in about
    ]
    parties = {
        party
        for _, light in lights
        for party in (
            *(each.party_id for each in light.case.relationships),
            *(each.party_id for each in light.case.barriers),
        )
        if party is not None
    }
    return pages.Answer.of(
        person,
        lights,
        names=explaining.names_of(parties),
        nhs_number=form.cleaned_data["nhs_number"],
        at=request.received_at,
    )


def _asked_about(request: Request, form: forms.ExplainForm) -> list[Viewer]:
    """Everybody the form names: one colleague in each of their hats, or a role somewhere."""
    if form.cleaned_data["role"]:
        return [explaining.anybody_as(form.cleaned_data["role"], form.cleaned_data["organisation"])]
    found = explaining.colleagues(form.cleaned_data["colleague"], viewer=request.viewer)
    if len(found) != 1:
        emails = ", ".join(one.email or one.name for one in found)
        form.add_error(
            "colleague",
            f"Several colleagues fit. Type one work email: {emails}."
            if found
            else "No colleague here is called that. Type their name or work email.",
        )
        return []
    hats = explaining.in_their_hats(found[0], viewer=request.viewer, at=request.received_at)
    if not hats:
        form.add_error(
            "colleague", f"{found[0].name} wears no hat today, so nothing opens to them at all."
        )
    return hats

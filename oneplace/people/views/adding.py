"""Add a person by hand, after looking whether they are here already."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from oneplace.access.guard import may
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import Refused, refusals_on
from oneplace.kit.request import Request
from oneplace.people import cards, forms, queries, verbs
from oneplace.people.permissions import ADD_PERSON, LOOK_UP_PERSON
from oneplace.people.spelling import name_parts
from oneplace.people.views.person import page_of

MOST_SHOWN = 8


@may(ADD_PERSON)
def add_person(request: Request) -> HttpResponse:
    """Type who it is, look at those who may be the same, and only then add them."""
    form = forms.PersonForm(request.POST or None)
    found: list[cards.FoundRow] = []
    if form.is_valid():
        is_sure = form.cleaned_data["is_somebody_else"]
        found = [] if is_sure else _found(request, form)
        if not found:
            with refusals_on(form):
                person = verbs.add_person(
                    newcomer=verbs.Newcomer(**form.newcomer()),
                    by=request.viewer,
                    at=request.received_at,
                )
                messages.success(request, "Added. Your organisation may open the record.")
                return redirect(page_of(person))
    page = FormPage(
        title="Add a person",
        send="Add" if found else "Look, then add",
        lead="Whoever a partner has told us of is here already. We look before we add.",
        cancel="/search/",
    )
    if not found:
        # Asked only once there is somebody it might be.
        del form.fields["is_somebody_else"]
    return form_page(request, form, page, "people/add_person.html", found=found)


def _found(request: Request, form: forms.PersonForm) -> list[cards.FoundRow]:
    """Those who may be meant, each once."""
    rows: dict[object, cards.FoundRow] = {}
    for text in form.searches():
        try:
            answer = verbs.find_people(text=text, by=request.viewer, at=request.received_at)
        except Refused as refused:
            form.add_error(None, refused.reason)
            break
        for row in cards.found_rows(answer, at=request.received_at):
            rows.setdefault(row.person_id, row)
        if rows:
            break
    return list(rows.values())[:MOST_SHOWN] or _looked_up(request, form)


def _looked_up(request: Request, form: forms.PersonForm) -> list[cards.FoundRow]:
    """The one person in the whole borough who fits exactly, for who may look people up."""
    if not (request.viewer.may(LOOK_UP_PERSON) and queries.is_statutory(viewer=request.viewer)):
        return []
    typed = form.cleaned_data
    if not (typed["nhs_number"] or typed["born_on"]):
        return []
    try:
        match = verbs.look_up_person(
            nhs_number=typed["nhs_number"],
            names=[*name_parts(typed["given"]), *name_parts(typed["family"])],
            born_on=typed["born_on"],
            reason="Before somebody is added by hand",
            by=request.viewer,
            at=request.received_at,
        )
    except Refused as refused:
        form.add_error(None, refused.reason)
        return []
    return [cards.match_row(match)] if match else []

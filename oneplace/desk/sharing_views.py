"""Pages about what a person decided on sharing, what protects their record, who speaks for them."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from oneplace.access import verbs as access_verbs
from oneplace.access.guard import may
from oneplace.access.models import PROTECTIONS, Choice, ChoiceKind, HowTold
from oneplace.access.permissions import KEEP_CHOICES, KEEP_PROTECTIONS
from oneplace.access.queries import choices as choice_queries
from oneplace.access.rules.choices import may_decide
from oneplace.desk import choice_forms as forms
from oneplace.desk.permissions import OPEN_PERSON
from oneplace.desk.presenters.choices import (
    ProtectionsPage,
    SharingPage,
    name_of,
    sentence,
    still_coded,
)
from oneplace.kit.clock import local_day
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import refusals_on, refuse_if
from oneplace.kit.request import Request
from oneplace.partners import queries as partners
from oneplace.people import queries as people
from oneplace.people import verbs as people_verbs
from oneplace.people.models import Person
from oneplace.records import queries as records
from oneplace.records import verbs as records_verbs
from oneplace.vocabulary.terms import LabelKind

_DONE = "Recorded. It holds from now on, everywhere."


@require_safe
@may(OPEN_PERSON)
def sharing(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """What a person decided about sharing, what was stepped over, who speaks for them."""
    person, selves = _person(request, person_id)
    viewer, at = request.viewer, request.received_at
    choices = choice_queries.choices(selves, viewer=viewer).exclude(kind__in=PROTECTIONS)
    page = SharingPage.of(
        person,
        state=choice_queries.sharing_state(selves, viewer=viewer),
        choices=choices,
        overrides=choice_queries.overrides(selves, viewer=viewer),
        authorities=_authorities(request, selves),
        viewer=viewer,
        at=at,
    )
    return render(request, "desk/sharing/choices.html", {"page": page})


@may(KEEP_CHOICES)
def choose_choice(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """The first question: what did they decide?"""
    person, _ = _person(request, person_id)
    form = forms.ChooseForm(request.POST or None, asks=forms.ASKS)
    if form.is_valid():
        if form.cleaned_data["kind"] == ChoiceKind.TOLD.value:
            return redirect("desk:tell_people", person.pk)
        return redirect("desk:record_choice", person.pk, form.cleaned_data["kind"])
    page = _form_page(person, "Record a choice about sharing", send="Go on")
    return form_page(request, form, page)


@may(KEEP_CHOICES)
def record_choice(request: Request, person_id: uuid.UUID, kind: str) -> HttpResponse:
    """The questions one choice asks."""
    person, selves = _person(request, person_id)
    chosen = _kind(kind, forms.ASKS)
    form = _choice_form(request, chosen, selves)
    if form.is_valid():
        with refusals_on(form):
            _record(request, person.pk, form)
            messages.success(request, _DONE)
            return _back(request, person.pk)
    page = _form_page(person, forms.ASKS[chosen], send="Record it")
    return form_page(request, form, page)


@may(KEEP_CHOICES)
def tell_people(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """That somebody was told how their information is shared, with a letter if wanted."""
    person, _ = _person(request, person_id)
    today = local_day(request.received_at)
    form = forms.ToldForm(request.POST or None, today=today)
    if form.is_valid():
        with refusals_on(form):
            given = form.cleaned_data
            done = people_verbs.tell_people(
                person_ids=[person.pk],
                how=HowTold(given["how"]),
                said_on=given["said_on"],
                with_letter=given["with_letter"],
                by=request.viewer,
                at=request.received_at,
            )
            if done.without_letter:
                messages.warning(request, "Recorded. No letter: no address of theirs opens to you.")
            elif done.letters:
                messages.success(request, "Recorded. The letter waits in the outbox.")
            else:
                messages.success(request, "Recorded.")
            return _back(request, person.pk)
    page = _form_page(person, forms.ASKS[ChoiceKind.TOLD], send="Record it")
    return form_page(request, form, page)


@may(KEEP_CHOICES)
def end_choice(request: Request, person_id: uuid.UUID, choice_id: uuid.UUID) -> HttpResponse:
    """Take a choice back."""
    person, selves = _person(request, person_id)
    choice = _choice(request, choice_id, selves)
    if choice.kind in PROTECTIONS:
        raise Http404
    form = forms.WhyForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            access_verbs.end_choice(
                choice=choice, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, "Taken back. What was said stays readable below.")
            return _back(request, person.pk)
    lead = f"{sentence(choice)}.{still_coded(choice)}"
    page = _form_page(person, "Take it back", send="Take it back", lead=lead)
    return form_page(request, form, page)


@may(KEEP_CHOICES)
def override_choice(request: Request, person_id: uuid.UUID, choice_id: uuid.UUID) -> HttpResponse:
    """Let one organisation past a choice, for a greater need, for a time."""
    person, selves = _person(request, person_id)
    choice = _choice(request, choice_id, selves)
    form = forms.OverrideForm(
        request.POST or None,
        organisations=partners.partners_and_practices(),
        today=local_day(request.received_at),
    )
    if form.is_valid():
        with refusals_on(form):
            access_verbs.override_choice(
                choice=choice, by=request.viewer, at=request.received_at, **form.verb_values()
            )
            messages.success(request, "They see it now. It ends by itself, and is looked at again.")
            return _back(request, person.pk)
    page = FormPage(
        title="Step over a choice",
        caption=name_of(person),
        lead=f"{sentence(choice)}. Urgent care and keeping somebody safe need no step: there, "
        "the record opens as before. If you can, ask the person first.",
        send="Step over it",
        cancel=reverse("desk:sharing", args=[person.pk]),
        is_warning=True,
    )
    return form_page(request, form, page)


@may(KEEP_CHOICES)
def review_override(request: Request, person_id: uuid.UUID, override_id: uuid.UUID) -> HttpResponse:
    """Look again at a choice that was stepped over."""
    person, selves = _person(request, person_id)
    override = choice_queries.override(override_id, viewer=request.viewer)
    if override is None or override.person_id not in selves:
        raise Http404
    form = forms.ReviewForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            access_verbs.review_override(
                override=override, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, "Written down.")
            return _back(request, person.pk)
    lead = f"{override.party_name}: {override.reason}"
    page = _form_page(person, "Look at it again", send="Write it down", lead=lead)
    return form_page(request, form, page)


@may(KEEP_CHOICES)
def record_authority(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Somebody who cares for the person or may decide for them."""
    person, _ = _person(request, person_id)
    form = forms.AuthorityForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            access_verbs.record_authority(
                person_id=person.pk, by=request.viewer, at=request.received_at, **form.verb_values()
            )
            messages.success(request, "Recorded.")
            return _back(request, person.pk)
    title = "Who cares for them, or may decide for them?"
    return form_page(request, form, _form_page(person, title, send="Record it"))


@may(KEEP_CHOICES)
def end_authority(request: Request, person_id: uuid.UUID, authority_id: uuid.UUID) -> HttpResponse:
    """Somebody no longer cares for the person or decides for them."""
    person, selves = _person(request, person_id)
    authority = choice_queries.authority(authority_id, viewer=request.viewer)
    if authority is None or authority.person_id not in selves:
        raise Http404
    form = forms.WhyForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            access_verbs.end_authority(
                authority=authority, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, "Written down.")
            return _back(request, person.pk)
    title = f"{authority.name} no longer cares or decides for them"
    return form_page(request, form, _form_page(person, title, send="Write it down"))


@may(KEEP_CHOICES)
def restrict_entry(request: Request, person_id: uuid.UUID, entry_id: uuid.UUID) -> HttpResponse:
    """Mark an entry as needing more care than the rest of the record."""
    person, _ = _person(request, person_id)
    entry = people.entry_of(person, entry_id, viewer=request.viewer)
    if entry is None:
        raise Http404
    form = forms.RestrictForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            records_verbs.restrict_entry(
                entry=entry,
                label=LabelKind(form.cleaned_data["label"]),
                why=form.cleaned_data["why"],
                by=request.viewer,
                at=request.received_at,
            )
            messages.success(request, "Marked. Fewer people see it from now on, perhaps not you.")
            return redirect("desk:person", person.pk)
    page = FormPage(
        title="This needs more care than the rest",
        caption=entry.title or entry.kind.label,
        lead="From now on only those see it whose role is given such things. You may not see it "
        "any more; the information governance officer can lift the mark.",
        send="Mark it",
        cancel=reverse("desk:entry", args=[person.pk, entry.pk]),
        is_warning=True,
    )
    return form_page(request, form, page)


# --- protections: for those who keep them ---


@require_safe
@may(KEEP_PROTECTIONS)
def protections(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """What protects a record; opened by an officer for a record they may not read."""
    name = _known(request, person_id)
    viewer = request.viewer
    page = ProtectionsPage.of(
        person_id,
        name,
        choices=choice_queries.choices([person_id], viewer=viewer).filter(kind__in=PROTECTIONS),
        marks=records.restrictions(person_id=person_id, viewer=viewer),
        viewer=viewer,
        at=request.received_at,
    )
    return render(request, "desk/sharing/protections.html", {"page": page})


@may(KEEP_PROTECTIONS)
def choose_protection(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """The first question: what kind of protection?"""
    name = _known(request, person_id)
    form = forms.ChooseForm(request.POST or None, asks=forms.PROTECTION_ASKS)
    if form.is_valid():
        return redirect("desk:record_protection", person_id, form.cleaned_data["kind"])
    page = _protection_page(person_id, name, "Protect the record", send="Go on")
    return form_page(request, form, page)


@may(KEEP_PROTECTIONS)
def record_protection(request: Request, person_id: uuid.UUID, kind: str) -> HttpResponse:
    """The questions one protection asks."""
    name = _known(request, person_id)
    chosen = _kind(kind, forms.PROTECTION_ASKS)
    form = _choice_form(request, chosen, [person_id])
    if form.is_valid():
        with refusals_on(form):
            _record(request, person_id, form)
            messages.success(request, _DONE)
            return redirect("desk:protections", person_id)
    title = forms.PROTECTION_ASKS[chosen]
    page = _protection_page(person_id, name, title, send="Protect the record")
    return form_page(request, form, page)


@may(KEEP_PROTECTIONS)
def lift_protection(request: Request, person_id: uuid.UUID, choice_id: uuid.UUID) -> HttpResponse:
    """Lift a protection."""
    name = _known(request, person_id)
    choice = _choice(request, choice_id, [person_id])
    form = forms.WhyForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            access_verbs.end_choice(
                choice=choice, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, "Lifted.")
            return redirect("desk:protections", person_id)
    lead = f"{sentence(choice)}."
    page = _protection_page(person_id, name, "Lift the protection", send="Lift it", lead=lead)
    return form_page(request, form, page)


@may(KEEP_PROTECTIONS)
def lift_restriction(
    request: Request, person_id: uuid.UUID, restriction_id: uuid.UUID
) -> HttpResponse:
    """Take a mark off an entry."""
    name = _known(request, person_id)
    mark = records.restriction(restriction_id, viewer=request.viewer)
    if mark is None or mark.person_id != person_id:
        raise Http404
    form = forms.WhyForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            records_verbs.lift_restriction(
                restriction=mark, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, "Lifted.")
            return redirect("desk:protections", person_id)
    lead = f"{mark.label.label}: {mark.why}"
    page = _protection_page(person_id, name, "Lift the mark", send="Lift it", lead=lead)
    return form_page(request, form, page)


# --- what the views share ---


def _person(request: Request, person_id: uuid.UUID) -> tuple[Person, list[uuid.UUID]]:
    """The person, and all their identifiers; the page of the unknown where nothing opens."""
    found = people.person(person_id, viewer=request.viewer)
    if found is None:
        raise Http404
    return found, people.selves(found.pk, viewer=request.viewer)


def _known(request: Request, person_id: uuid.UUID) -> str:
    """Whose record it is, for whoever keeps protections; the page of the unknown for nobody."""
    name = people.called(person_id, viewer=request.viewer)
    if name is None:
        raise Http404
    return name or "This person"


def _kind(word: str, asks: dict[ChoiceKind, str]) -> ChoiceKind:
    if word not in {kind.value for kind in asks}:
        raise Http404
    return ChoiceKind(word)


def _choice(request: Request, choice_id: uuid.UUID, selves: Sequence[uuid.UUID]) -> Choice:
    found = choice_queries.choice(choice_id, viewer=request.viewer)
    if found is None or found.person_id not in selves:
        raise Http404
    return found


def _authorities(request: Request, selves: Sequence[uuid.UUID]) -> list[Any]:
    return [
        one for each in selves for one in choice_queries.authorities(each, viewer=request.viewer)
    ]


def _choice_form(
    request: Request, kind: ChoiceKind, selves: Sequence[uuid.UUID]
) -> forms.ChoiceForm:
    deciders = [one.name for one in _authorities(request, selves) if may_decide(one)]
    return forms.ChoiceForm(
        request.POST or None,
        kind=kind,
        organisations=partners.partners_and_practices(),
        authorities=deciders,
        at=request.received_at,
    )


def _record(request: Request, person_id: uuid.UUID, form: forms.ChoiceForm) -> Choice:
    worker = None
    if typed := form.cleaned_data.get("worker"):
        worker = choice_queries.worker(typed, viewer=request.viewer)
        refuse_if(
            None if worker else "Nobody, or more than one, is known by this. Enter the work email.",
            field="worker",
        )
    return access_verbs.record_choice(
        person_id=person_id,
        draft=form.draft(worker=worker, lets_in=_let_in(request, form)),
        by=request.viewer,
        at=request.received_at,
    )


def _let_in(request: Request, form: forms.ChoiceForm) -> list[tuple[uuid.UUID, str]]:
    found = []
    for line in (form.cleaned_data.get("lets_in") or "").splitlines():
        if not line.strip():
            continue
        account = choice_queries.worker(line, viewer=request.viewer)
        refuse_if(
            None if account else f"Nobody is known by “{line.strip()}”. Enter the work email.",
            field="lets_in",
        )
        if account is not None:
            found.append((account.pk, account.name))
    return found


def _form_page(person: Person, title: str, *, send: str, lead: str = "") -> FormPage:
    cancel = reverse("desk:sharing", args=[person.pk])
    return FormPage(title=title, caption=name_of(person), send=send, lead=lead, cancel=cancel)


def _protection_page(
    person_id: uuid.UUID, name: str, title: str, *, send: str, lead: str = ""
) -> FormPage:
    return FormPage(
        title=title,
        caption=name,
        send=send,
        lead=lead,
        cancel=reverse("desk:protections", args=[person_id]),
        keeps_typed=False,
    )


def _back(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """To the page of choices; to My day for whoever has just been kept out."""
    if people.person(person_id, viewer=request.viewer) is None:
        return redirect("desk:my_day")
    return redirect("desk:sharing", person_id)

"""A practice's list, and the GP's page on which one person follows another."""

import uuid
from collections.abc import Callable, Iterable, Sequence

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_POST

from oneplace.access.guard import may
from oneplace.casefinding import forms, presenters, queries, rules, verbs
from oneplace.casefinding.models import Suggestion
from oneplace.casefinding.permissions import SCREEN_SUGGESTIONS, SEE_PRACTICE_LIST
from oneplace.kit.clock import local_day
from oneplace.kit.formats import day
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import Refused, refusals_on
from oneplace.kit.request import Request
from oneplace.kit.words import label_of, say
from oneplace.partners.models import Organisation
from oneplace.vocabulary.terms import SuggestionState

LIST = "casefinding:practice_list"
Rows = list[presenters.Row]


@may(SEE_PRACTICE_LIST)
def practice_list(request: Request) -> HttpResponse:
    """Who waits for the practice, who is on its list, who was put off: by what comes next."""
    practices = queries.practices_of(request.viewer)
    practice = _chosen(practices, request.GET.get("practice", ""))
    if practice is None:
        return render(request, "casefinding/no_practice.html", {"title": "People to look at"})
    page = _list_page(request, practice, practices)
    return render(
        request,
        "casefinding/list.html",
        {"title": f"People to look at, {practice.name}", "page": page},
    )


@may(SCREEN_SUGGESTIONS)
def screening(request: Request) -> HttpResponse:
    """To the first person who waits in any practice of theirs; to the list when nobody does."""
    practices = queries.practices_of(request.viewer)
    if not practices:
        raise Http404
    first = queries.waiting_for_practice(
        *(each.pk for each in practices), viewer=request.viewer, on=local_day(request.received_at)
    ).first()
    return redirect(_next_page(first))


@may(SEE_PRACTICE_LIST)
def suggestion(request: Request, suggestion_id: uuid.UUID) -> HttpResponse:
    """One person: why now, what is in place, who knows them, told, and the answers."""
    return _screening_page(request, _suggestion(request, suggestion_id))


@require_POST
@may(SCREEN_SUGGESTIONS)
def accept(request: Request, suggestion_id: uuid.UUID) -> HttpResponse:
    """Take somebody on, and go on to the next."""
    held = _suggestion(request, suggestion_id)
    return _decided(
        request,
        held,
        lambda: verbs.accept(suggestion=held, by=request.viewer, at=request.received_at),
    )


@require_POST
@may(SCREEN_SUGGESTIONS)
def decline(request: Request, suggestion_id: uuid.UUID) -> HttpResponse:
    """Say why somebody is not for the huddle, and go on to the next."""
    held = _suggestion(request, suggestion_id)
    form = forms.DeclineForm(request.POST)
    if not form.is_valid():
        return _not_understood(request, held, form.errors.values())
    return _decided(
        request,
        held,
        lambda: verbs.decline(
            suggestion=held, by=request.viewer, at=request.received_at, **form.cleaned_data
        ),
    )


@require_POST
@may(SCREEN_SUGGESTIONS)
def not_now(request: Request, suggestion_id: uuid.UUID) -> HttpResponse:
    """Put somebody off to a later day, and go on to the next."""
    held = _suggestion(request, suggestion_id)
    form = forms.NotNowForm(request.POST)
    returns_on = form.day(local_day(request.received_at)) if form.is_valid() else None
    if returns_on is None:
        messages.error(request, "Choose the day on which they come back.")
        return redirect("casefinding:suggestion", held.pk)
    return _decided(
        request,
        held,
        lambda: verbs.not_now(
            suggestion=held, returns_on=returns_on, by=request.viewer, at=request.received_at
        ),
    )


@require_POST
@may(SCREEN_SUGGESTIONS)
def tell(request: Request, suggestion_id: uuid.UUID) -> HttpResponse:
    """Record that the person was told, and stay on the page: accepting is the next press."""
    held = _suggestion(request, suggestion_id)
    form = forms.ToldForm(request.POST)
    if not form.is_valid():
        return _not_understood(request, held, form.errors.values())
    try:
        told = verbs.tell(
            suggestion=held, by=request.viewer, at=request.received_at, **form.cleaned_data
        )
    except Refused as refused:
        messages.error(request, refused.reason)
        return redirect("casefinding:suggestion", held.pk)
    is_listed = told.state is SuggestionState.LISTED
    words = (
        say("Told, and on the list for the next {huddle}.") if is_listed else "Recorded as told."
    )
    messages.success(request, f"{words} Press Z to take it back.")
    return redirect("casefinding:suggestion", held.pk)


@may(SCREEN_SUGGESTIONS)
def record_objection(request: Request, suggestion_id: uuid.UUID) -> HttpResponse:
    """Write down that the person does not want their information shared."""
    held = _suggestion(request, suggestion_id)
    form = forms.ObjectionForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            verbs.record_objection(
                suggestion=held, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(
                request, "Recorded. Sharing has stopped, and they are not suggested again."
            )
            return redirect(LIST)
    page = FormPage(
        title="They do not want this",
        caption=presenters.name_of(held.person.current),
        send="Record what they decided",
        cancel=reverse("casefinding:suggestion", args=[held.pk]),
    )
    return form_page(request, form, page)


@may(SCREEN_SUGGESTIONS)
def leave_list(request: Request, suggestion_id: uuid.UUID) -> HttpResponse:
    """Take somebody off the list, with the reason."""
    held = _suggestion(request, suggestion_id)
    form = forms.LeaveForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            verbs.leave_list(
                suggestion=held, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, "They are off the list.")
            return redirect(LIST)
    page = FormPage(
        title="Off the list",
        caption=presenters.name_of(held.person.current),
        send="Take them off the list",
        cancel=reverse("casefinding:suggestion", args=[held.pk]),
    )
    return form_page(request, form, page)


@require_POST
@may(SCREEN_SUGGESTIONS)
def take_back(request: Request, suggestion_id: uuid.UUID) -> HttpResponse:
    """Undo what this viewer did last with somebody, and show them again."""
    held = _suggestion(request, suggestion_id)
    try:
        verbs.take_back(suggestion=held, by=request.viewer, at=request.received_at)
        messages.success(request, "Taken back. Here they are again.")
    except Refused as refused:
        messages.error(request, refused.reason)
    return redirect("casefinding:suggestion", held.pk)


# --- how each is done ---


def _chosen(practices: Sequence[Organisation], code: str) -> Organisation | None:
    named = (each for each in practices if each.code == code)
    return next(named, practices[0] if practices else None)


def _suggestion(request: Request, suggestion_id: uuid.UUID) -> Suggestion:
    found = queries.suggestion(suggestion_id, viewer=request.viewer)
    if found is None:
        raise Http404
    return found


_SAID = {
    SuggestionState.LISTED: "{name} is on the list for the next {huddle}.",
    SuggestionState.ACCEPTED: "{name} is accepted. They go on the list once they have been told.",
    SuggestionState.DECLINED: "{name} is not suggested again without something new.",
    SuggestionState.GP_SCREENED: "{name} comes back on {returns_on}.",
}


def _decided(request: Request, held: Suggestion, verb: Callable[[], Suggestion]) -> HttpResponse:
    following = _after(request, held)
    try:
        done = verb()
    except Refused as refused:
        messages.error(request, refused.reason)
        return redirect("casefinding:suggestion", held.pk)
    said = say(
        _SAID.get(done.state, done.state.label),
        name=presenters.name_of(held.person.current),
        returns_on=day(done.returns_on),
    )
    messages.success(request, f"{said} Press Z to take it back.")
    request.session["casefinding_last"] = str(held.pk)
    return redirect(_next_page(following))


def _not_understood(
    request: Request, held: Suggestion, errors: Iterable[Iterable[object]]
) -> HttpResponse:
    said = [str(words) for each in errors for words in each]
    messages.error(request, said[0] if said else "Choose one.")
    return redirect("casefinding:suggestion", held.pk)


def _queue(request: Request, practice_id: uuid.UUID) -> list[Suggestion]:
    return list(
        queries.waiting_for_practice(
            practice_id, viewer=request.viewer, on=local_day(request.received_at)
        )[:100]
    )


def _after(request: Request, held: Suggestion) -> Suggestion | None:
    """Who comes after somebody in the queue: found before they leave it."""
    queue = _queue(request, held.practice_id)
    place = next((n for n, each in enumerate(queue) if each.pk == held.pk), -1)
    others = [each for each in queue[place + 1 :] + queue[: max(place, 0)] if each.pk != held.pk]
    return others[0] if others else None


def _next_page(following: Suggestion | None) -> str:
    if following is None:
        return reverse(LIST)
    return reverse("casefinding:suggestion", args=[following.pk])


def _screening_page(request: Request, held: Suggestion) -> HttpResponse:
    viewer, at = request.viewer, request.received_at
    queue = _queue(request, held.practice_id)
    place = next((n for n, each in enumerate(queue) if each.pk == held.pk), None)
    reasons, gaps = presenters.split(queries.reasons_of([held.pk], viewer=viewer).get(held.pk, ()))
    standing = queries.in_place(held.person.current_id, viewer=viewer, at=at)
    refused = rules.why_not_decide(held, viewer)
    step = queries.last_step(held.pk, viewer=viewer)
    told = queries.told_states([held.person_id], viewer=viewer).get(held.person_id)
    queries.note_shown([held.person_id], viewer=viewer, at=at, action="see_suggestion")
    page = presenters.Screening(
        suggestion=held,
        name=presenters.name_of(held.person.current),
        age=presenters.age_of(held.person.current, at),
        reasons=reasons,
        gaps=gaps,
        worries=queries.worries_of([held.pk], viewer=viewer),
        scores=presenters.score_lines(queries.scores_of(held.pk, viewer=viewer)),
        in_place=presenters.in_place(standing),
        known_by=presenters.known_by(standing),
        told=told,
        leaves=presenters.leaves(held),
        place=0 if place is None else place + 1,
        of=len(queue),
        may_decide=refused is None,
        why_not=refused or "",
        last_step=step if rules.why_not_take_back(step, viewer, at=at) is None else None,
        following=_following(queue, place),
    )
    return render(
        request,
        "casefinding/screening.html",
        {
            "title": f"{page.pronoun_line}",
            "page": page,
            "declines": forms.DECLINES,
            "hows": forms.HOWS[:3],
            "weeks": forms.WEEKS,
            "person_address": _person_address(held.person.current_id),
            "last": _last(request, held),
        },
    )


def _following(queue: Sequence[Suggestion], place: int | None) -> Suggestion | None:
    others = queue if place is None else [*queue[place + 1 :], *queue[:place]]
    return others[0] if others else None


def _last(request: Request, held: Suggestion) -> str:
    """The suggestion decided just before, which Z takes back."""
    last = str(request.session.get("casefinding_last", ""))
    return "" if last == str(held.pk) else last


def _person_address(person_id: uuid.UUID) -> str:
    try:
        return reverse("desk:person", args=[person_id])
    except NoReverseMatch:
        return ""


def _list_page(
    request: Request, practice: Organisation, practices: Sequence[Organisation]
) -> presenters.ListPage:
    viewer, at = request.viewer, request.received_at
    on = local_day(at)
    found = queries.of_practice(practice.pk, viewer=viewer, on=on)
    everybody = found.everybody
    people = [each.person_id for each in everybody]
    reasons = queries.reasons_of([each.pk for each in everybody], viewer=viewer)
    told = queries.told_states(people, viewer=viewer)
    queries.note_shown(people, viewer=viewer, at=at, action="see_practice_list")

    def rows(group: str) -> Rows:
        return [
            presenters.row(each, reasons, told, when=_when(group, each), at=at)
            for each in getattr(found, group)
        ]

    return presenters.ListPage(
        practice=practice,
        practices=practices,
        waiting=rows("waiting"),
        to_tell=rows("to_tell"),
        listed=rows("listed"),
        put_off=rows("put_off"),
        declined=rows("declined"),
        may_screen=presenters.may_screen(practice, viewer),
    )


def _when(group: str, each: Suggestion) -> str:
    match group:
        case "waiting":
            return f"since {day(each.suggested_at)}"
        case "listed":
            return f"since {day(each.listed_at)}"
        case "put_off":
            return f"back on {day(each.returns_on)}"
        case "declined":
            reason = label_of(each.declined) if each.declined else ""
            return f"{reason}, {day(each.decided_at)}"
        case _:
            return f"accepted {day(each.decided_at)}"

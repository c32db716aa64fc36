"""Lists in plain blocks: built with a live count, saved, shared; names asked for and opened."""

import uuid
from collections.abc import Sequence

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from oneplace.access.guard import may
from oneplace.casefinding import forms, presenters, queries, verbs
from oneplace.casefinding.blocks import (
    KINDS,
    MOST_BLOCKS,
    BlockNotUnderstood,
    Chosen,
    as_blocks,
    read,
    sentence,
)
from oneplace.casefinding.models import ListVersion, NamesAsked, Run, SavedList
from oneplace.casefinding.models.saved_list import NAMES_OPEN_FOR
from oneplace.casefinding.permissions import (
    BUILD_LISTS,
    OPEN_NAMES,
    SEE_COVERAGE,
    SEE_PRACTICE_LIST,
)
from oneplace.casefinding.queries import Matched
from oneplace.kit.formats import day
from oneplace.kit.refusals import Refused
from oneplace.kit.request import Request
from oneplace.people import queries as people
from oneplace.vocabulary.ids import new_id

_FIRST = (Chosen("frailty", "moderate"), Chosen("no_plan"))
"""What a new list begins with: an example that can be changed."""


@may(BUILD_LISTS)
def build_list(request: Request) -> HttpResponse:
    """A list as a sentence of blocks, and how many it finds; changed as often as wished.

    Works by a form alone; with htmx the form is sent on each change.
    """
    saved = _saved(request, request.GET.get("list", "") or request.POST.get("list", ""))
    if request.method == "POST":
        return _builder(request, _sent(request.POST, is_change=bool(request.htmx)), saved)
    version = _version(saved, request.GET.get("version", ""))
    chosen = read(version.blocks) if version is not None else _FIRST
    return _builder(request, chosen, saved)


@require_POST
@may(BUILD_LISTS)
def save_list(request: Request) -> HttpResponse:
    """Save the list under a name, or as its next version."""
    chosen = [each for each in _sent(request.POST) if each.code]
    saved = _saved(request, request.POST.get("list", ""))
    form = forms.SaveListForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Give the list a name others will understand.")
        return _builder(request, chosen, saved)
    is_copy = bool(request.POST.get("as_new"))
    try:
        as_blocks(chosen)
        kept = verbs.save_list(
            chosen=chosen,
            saved=None if is_copy else saved,
            by=request.viewer,
            at=request.received_at,
            **form.cleaned_data,
        )
    except BlockNotUnderstood as error:
        messages.error(request, str(error))
        return _builder(request, chosen, saved)
    except Refused as refused:
        messages.error(request, refused.reason)
        return _builder(request, chosen, saved)
    messages.success(request, f"Saved as “{kept.name}”.")
    return redirect(f"{_address()}?list={kept.pk}")


@require_POST
@may(BUILD_LISTS)
def close_list(request: Request, list_id: uuid.UUID) -> HttpResponse:
    """Take a list away."""
    saved = _saved(request, str(list_id))
    if saved is None:
        raise Http404
    try:
        verbs.close_list(saved=saved, by=request.viewer, at=request.received_at)
        messages.success(request, "The list is gone.")
    except Refused as refused:
        messages.error(request, refused.reason)
    return redirect(_address())


@require_POST
@may(BUILD_LISTS)
def ask_names(request: Request, list_id: uuid.UUID) -> HttpResponse:
    """Ask a practice to open the names behind a saved list."""
    saved, run = _saved(request, str(list_id)), queries.current_run(viewer=request.viewer)
    if saved is None or run is None:
        raise Http404
    form = forms.AskNamesForm(request.POST, practices=_own_practices(request))
    if not form.is_valid():
        messages.error(request, "Choose the practice, and say what the names are for.")
        return redirect(f"{_address()}?list={saved.pk}")
    verbs.ask_names(
        version=saved.versions.all()[0],
        run=run,
        by=request.viewer,
        at=request.received_at,
        **form.cleaned_data,
    )
    messages.success(request, "The practice is asked. Its GP decides whether you see the names.")
    return redirect(f"{_address()}?list={saved.pk}")


@may(OPEN_NAMES)
def open_names(request: Request, asked_id: uuid.UUID) -> HttpResponse:
    """Which of the practice's own people are asked for: opened, or refused with a reason."""
    asked = _asked(request, asked_id)
    own = queries.people_of(asked, viewer=request.viewer)
    if request.method == "POST":
        try:
            if request.POST.get("answer") == "open":
                verbs.open_names(
                    asked=asked, person_ids=own, by=request.viewer, at=request.received_at
                )
                messages.success(request, _open_until(asked, request))
                return redirect("casefinding:see_names", asked.pk)
            else:
                verbs.refuse_names(
                    asked=asked,
                    why=request.POST.get("why", ""),
                    by=request.viewer,
                    at=request.received_at,
                )
                messages.success(request, "They read why not.")
            return redirect("casefinding:practice_list")
        except Refused as refused:
            messages.error(request, refused.reason)
    shown = list(people.persons(own, viewer=request.viewer))
    queries.note_shown(own, viewer=request.viewer, at=request.received_at, action="see_asked_names")
    names = queries.all_practices(viewer=request.viewer)
    return render(
        request,
        "casefinding/open_names.html",
        {
            "title": "Open names?",
            "asked": asked,
            "open_until": _open_until(asked, request),
            "sentence": sentence(read(asked.version.blocks), names),
            "people": [
                (presenters.name_of(each), presenters.age_of(each, request.received_at))
                for each in shown
            ],
        },
    )


@may(SEE_PRACTICE_LIST)
def see_names(request: Request, asked_id: uuid.UUID) -> HttpResponse:
    """The people whose names a practice opened, and why each is on the list."""
    viewer, at = request.viewer, request.received_at
    asked = queries.names_opened(viewer=viewer, at=at).filter(pk=asked_id).first()
    if asked is None:
        raise Http404
    shown = list(people.persons(queries.opened_people(asked, viewer=viewer, at=at), viewer=viewer))
    why = queries.why_on_list(asked, viewer=viewer)
    queries.note_shown([each.pk for each in shown], viewer=viewer, at=at, action="see_names")
    names = queries.all_practices(viewer=viewer)
    return render(
        request,
        "casefinding/see_names.html",
        {
            "title": "Names that are open",
            "asked": asked,
            "open_to": queries.asked_for(asked, viewer=viewer),
            "sentence": sentence(read(asked.version.blocks), names),
            "people": [
                (
                    each.pk,
                    presenters.name_of(each),
                    presenters.age_of(each, at),
                    why.get(each.current_id, ()),
                )
                for each in shown
            ],
            "may_close": viewer.may(OPEN_NAMES) and viewer.organisation_id == asked.practice_id,
        },
    )


@require_POST
@may(OPEN_NAMES)
def close_names(request: Request, asked_id: uuid.UUID) -> HttpResponse:
    """Close names again before they close by themselves."""
    viewer, at = request.viewer, request.received_at
    asked = queries.names_opened(viewer=viewer, at=at).filter(pk=asked_id).first()
    if asked is None:
        raise Http404
    try:
        verbs.close_names(asked=asked, by=viewer, at=at)
        messages.success(request, "The names are closed again.")
    except Refused as refused:
        messages.error(request, refused.reason)
    return redirect("casefinding:practice_list")


@may(SEE_COVERAGE)
def coverage(request: Request) -> HttpResponse:
    """Who is found and who is missed, by practice, deprivation, ethnicity and age."""
    run = queries.current_run(viewer=request.viewer)
    return render(
        request,
        "casefinding/coverage.html",
        {
            "title": "Who is found, and who is missed",
            "run": run,
            "totals": queries.coverage_totals(run, viewer=request.viewer) if run else None,
            "round_to": settings.PLACE.thresholds.small_numbers.round_to,
            "groups": queries.coverage(run, viewer=request.viewer) if run is not None else {},
            "titles": presenters.GROUPS,
            "not_chosen": queries.not_chosen(run, viewer=request.viewer) if run is not None else [],
        },
    )


@may(SEE_COVERAGE)
def segments(request: Request) -> HttpResponse:
    """Everybody living here by what sort of care they need; for planning, in counts alone."""
    run = queries.current_run(viewer=request.viewer)
    practices = queries.all_practices(viewer=request.viewer)
    practice = request.GET.get("practice", "")
    practice = practice if practice in practices else ""
    return render(
        request,
        "casefinding/segments.html",
        {
            "title": "Who lives here",
            "run": run,
            "totals": queries.coverage_totals(run, viewer=request.viewer) if run else None,
            "lines": queries.segments(run, practice=practice, viewer=request.viewer)
            if run is not None
            else [],
            "practices": sorted(practices.items(), key=lambda each: each[1]),
            "practice": practice,
            "practice_name": practices.get(practice, ""),
            "round_to": settings.PLACE.thresholds.small_numbers.round_to,
        },
    )


# --- how each is done ---


def _address() -> str:
    return reverse("casefinding:build_list")


def _saved(request: Request, list_id: str) -> SavedList | None:
    try:
        wanted = uuid.UUID(list_id)
    except ValueError:
        return None
    return queries.saved_list(wanted, viewer=request.viewer)


def _version(saved: SavedList | None, number: str) -> ListVersion | None:
    """The version of a list that is asked for, or else its newest."""
    if saved is None:
        return None
    versions = list(saved.versions.all())
    return next((each for each in versions if str(each.number) == number), versions[0])


def _asked(request: Request, asked_id: uuid.UUID) -> NamesAsked:
    found = queries.names_asked(viewer=request.viewer).filter(pk=asked_id).first()
    if found is None:
        raise Http404
    return found


def _open_until(asked: NamesAsked, request: Request) -> str:
    """To whom names are opened and until when: said before and after alike."""
    to = queries.asked_for(asked, viewer=request.viewer)
    until = day(request.received_at + NAMES_OPEN_FOR)
    return f"{to} may open these people’s records until {until}. You can close them before."


def _sent(sent: QueryDict, *, is_change: bool = False) -> list[Chosen]:
    """The blocks as they were sent: those filled in, without the one taken out.

    A change of a field presses no button, whichever the browser sends along. A block that was
    another before begins without a value: the old one was an answer to another question.
    """
    taken_out = "" if is_change else sent.get("take_out", "")
    chosen = []
    for number in range(MOST_BLOCKS):
        code = sent.get(f"code_{number}", "")
        if code and str(number) != taken_out:
            is_same = sent.get(f"was_{number}", code) == code
            chosen.append(Chosen(code, sent.get(f"value_{number}", "")[:40] if is_same else ""))
    if "add" in sent and not is_change and len(chosen) < MOST_BLOCKS:
        chosen.append(Chosen(""))
    return chosen


def _own_practices(request: Request) -> dict[str, str]:
    return {str(each.pk): each.name for each in queries.practices_of(request.viewer)}


def _builder(request: Request, chosen: Sequence[Chosen], saved: SavedList | None) -> HttpResponse:
    viewer = request.viewer
    run = queries.current_run(viewer=viewer)
    filled = [each for each in chosen if each.code]
    found, problem = _found(request, run, filled)
    names = queries.all_practices(viewer=viewer)
    known = [each for each in filled if each.code in KINDS]
    page = {
        "title": "Build a list",
        "chosen": list(chosen) or [Chosen("")],
        "kinds": KINDS,
        "groups": presenters.kinds_by_group(has_model=run is not None and bool(run.model_id)),
        "versions": [(each, sentence(read(each.blocks), names)) for each in saved.versions.all()]
        if saved is not None
        else [],
        "practices": sorted(names.items(), key=lambda each: each[1]),
        "sentence": sentence(known, names),
        "found": found,
        "problem": problem,
        "run": run,
        "saved": saved,
        "lists": list(queries.saved_lists(viewer=viewer)),
        "asked": list(queries.asked_by(saved, viewer=viewer)) if saved is not None else [],
        "now": request.received_at,
        "own_practices": _own_practices(request) if saved is not None else {},
        "most": MOST_BLOCKS,
        "key": new_id(),
        "name": request.POST.get("name", saved.name if saved is not None else ""),
        "is_shared": bool(request.POST.get("is_shared"))
        if request.method == "POST"
        else saved is not None and saved.is_shared,
    }
    template = "casefinding/_builder.html" if request.htmx else "casefinding/build_list.html"
    return render(request, template, page)


def _found(
    request: Request, run: Run | None, chosen: Sequence[Chosen]
) -> tuple[Matched | None, str]:
    """What the blocks find, or what stands in the way in words."""
    if run is None or not queries.can_be_asked(run):
        return None, "Nothing has been found yet: the first run over what partners send is to come."
    try:
        found = verbs.count_list(run=run, chosen=chosen, by=request.viewer, at=request.received_at)
    except BlockNotUnderstood as error:
        return None, str(error)
    return found, ""

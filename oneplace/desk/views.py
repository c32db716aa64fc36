"""The door, My day and the pages that look across rooms."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST, require_safe

from oneplace.access.guard import anyone, may, signed_in
from oneplace.desk import cards, forms, own_page_views, presenters, queries
from oneplace.desk.permissions import (
    OPEN_MY_DAY,
    SEARCH,
    SEE_HELP,
    SEE_PARTNERS,
    SEE_SERVICES,
)
from oneplace.desk.topics import topics
from oneplace.desk.words import day_words
from oneplace.kit.refusals import Refused
from oneplace.kit.request import Request
from oneplace.partners import queries as partner_queries
from oneplace.people import verbs as people_verbs
from oneplace.people.permissions import FIND_PERSON
from oneplace.vocabulary.terms import Role

LEAST_FOR_PEOPLE = 4


@require_safe
@anyone
def door(request: HttpRequest) -> HttpResponse:
    """The first page: what this place is, and the way in."""
    page = presenters.Door.made(
        place=settings.PLACE, people=queries.demo_people(), steps=queries.arriving()
    )
    return render(request, "desk/door.html", {"page": page})


@require_GET
@anyone
def arriving(request: Request) -> HttpResponse:
    """What is still arriving in a demonstration, for the door to ask again and again."""
    steps = presenters.Arriving(queries.arriving())
    if not request.htmx:
        return redirect("desk:door")
    response = render(request, "desk/arriving.html", {"arriving": steps})
    if steps.is_over:
        # The people to walk in as have arrived with the last step: show the whole door anew.
        response.headers["HX-Refresh"] = "true"
    return response


@require_safe
@may(OPEN_MY_DAY)
def my_day(request: Request) -> HttpResponse:
    """What needs this role today."""
    viewer = request.viewer
    if viewer.role is Role.RESIDENT:
        return own_page_views.home(request)
    words = day_words(viewer.role, settings.PLACE)
    rows = cards.rows_for(viewer, at=request.received_at)
    day = presenters.MyDay(viewer=viewer, at=request.received_at, words=words, rows=rows)
    return render(request, "desk/my_day.html", {"page": day})


@may(SEARCH)
def search(request: Request) -> HttpResponse:
    """Search; words come by POST only, so that no name stands in an address or a log."""
    form = forms.SearchForm(request.POST if request.method == "POST" else None)
    found, people = None, None
    if form.is_valid():
        found = queries.answers(form.cleaned_data["words"], viewer=request.viewer)
        people = _people(request, form.cleaned_data["words"])
    page = presenters.SearchPage(viewer=request.viewer, form=form, found=found, people=people)
    return render(request, "desk/search.html", {"page": page, "form": form})


def _people(request: Request, words: str) -> presenters.People | None:
    """The people found, with a trace in the audit of whom it showed; None for who finds nobody."""
    if not request.viewer.may(FIND_PERSON):
        return None
    try:
        answer = people_verbs.find_people(text=words, by=request.viewer, at=request.received_at)
    except Refused as refused:
        return presenters.People.of(None, request.viewer, refusal=str(refused))
    return presenters.People.of(answer, request.viewer)


@require_POST
@may(SEARCH)
def suggestions(request: Request) -> HttpResponse:
    """A few answers while somebody types."""
    form = forms.SearchForm(request.POST)
    found = (
        queries.answers(form.cleaned_data["words"], viewer=request.viewer, most=3)
        if form.is_valid()
        else None
    )
    words = form.cleaned_data["words"] if found is not None else ""
    # Each look for people leaves a trace, so the first letters of a word look for nobody yet.
    people = _people(request, words) if len(words) >= LEAST_FOR_PEOPLE else None
    return render(request, "desk/suggestions.html", {"found": found, "people": people})


@require_safe
@may(SEE_PARTNERS)
def partners(request: Request) -> HttpResponse:
    """Who works together here."""
    page = presenters.PartnersPage.made(
        place=settings.PLACE,
        organisations=partner_queries.partners_and_practices(),
        teams=partner_queries.open_teams(),
    )
    return render(request, "desk/partners.html", {"page": page})


@require_safe
@may(SEE_PARTNERS)
def network(request: Request, key: str) -> HttpResponse:
    """One network: its practices, teams and huddle times."""
    found = partner_queries.network(key)
    if found is None:
        raise Http404
    page = presenters.NetworkPage.made(place=settings.PLACE, network=found, at=request.received_at)
    return render(request, "desk/network.html", {"page": page})


@require_safe
@may(SEE_PARTNERS)
def team(request: Request, key: str) -> HttpResponse:
    """One team: what it does, how to reach it, who is in it."""
    found = partner_queries.team(key)
    if found is None:
        raise Http404
    page = presenters.TeamPage.made(place=settings.PLACE, team=found)
    return render(request, "desk/team.html", {"page": page})


@require_safe
@may(SEE_PARTNERS)
def organisation(request: Request, code: str) -> HttpResponse:
    """One partner, practice or other organisation."""
    found = partner_queries.organisation(code)
    if found is None:
        raise Http404
    page = presenters.OrganisationPage.made(place=settings.PLACE, organisation=found)
    return render(request, "desk/organisation.html", {"page": page})


@may(SEE_SERVICES)
def services(request: Request) -> HttpResponse:
    """The services people can be referred to, narrowed by choices and words.

    Choices travel in the address, so that a list can be kept; typed words come by POST only.
    """
    given = request.POST if request.method == "POST" else request.GET
    form = forms.ServicesForm(given or None, place=settings.PLACE)
    chosen = queries.ServiceFilter()
    if form.is_bound and form.is_valid():
        chosen = queries.ServiceFilter(**form.cleaned_data)
        if request.method == "POST" and not chosen.words:
            kept = {
                name: value
                for name, value in form.cleaned_data.items()
                if value and name != "words"
            }
            return redirect(reverse("desk:services") + (f"?{urlencode(kept)}" if kept else ""))
        if request.method != "POST" and chosen.words:
            chosen = queries.ServiceFilter(chosen.partner, chosen.category, chosen.network)
    page = presenters.ServicesPage.made(
        place=settings.PLACE,
        found=queries.services(chosen),
        chosen=chosen,
        at=request.received_at,
    )
    return render(request, "desk/services.html", {"page": page, "form": form})


@require_safe
@may(SEE_SERVICES)
def service(request: Request, code: str) -> HttpResponse:
    """One service: what, who for, when, how to ask."""
    found = queries.service(code)
    if found is None:
        raise Http404
    page = presenters.ServicePage.made(
        place=settings.PLACE,
        service=found,
        networks=queries.networks_of(found),
        at=request.received_at,
        may_see_teams=request.viewer.may(SEE_PARTNERS),
    )
    return render(request, "desk/service.html", {"page": page})


@require_safe
@may(SEE_HELP)
def help_pages(request: Request) -> HttpResponse:
    """How do I …: every help page."""
    return render(request, "desk/help.html", {"topics": topics(is_demo=settings.IS_DEMO)})


@require_safe
@may(SEE_HELP)
def help_topic(request: Request, key: str) -> HttpResponse:
    """One help page."""
    known = topics(is_demo=settings.IS_DEMO)
    topic = next((topic for topic in known if topic.key == key), None)
    if topic is None:
        raise Http404
    others = [other for other in known if other is not topic]
    return render(request, f"desk/help/{topic.key}.html", {"topic": topic, "other_topics": others})


@require_safe
@anyone
def about(request: HttpRequest) -> HttpResponse:
    """About this place: its agreement, boards, words and published figures."""
    return render(request, "desk/about.html", {"page": presenters.AboutPage.made(settings.PLACE)})


@require_safe
@anyone
def privacy(request: HttpRequest) -> HttpResponse:
    """Who can see what, in short."""
    page = presenters.PrivacyPage.made(settings.PLACE)
    return render(request, "desk/privacy.html", {"page": page})


@require_safe
@anyone
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return render(request, "desk/accessibility.html")


@require_POST
@signed_in
def stay_signed_in(request: HttpRequest) -> HttpResponse:
    """Somebody is still there: asking is enough, because every request keeps a session alive."""
    return HttpResponse(status=204)

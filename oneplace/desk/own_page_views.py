"""Somebody's own page: my plan, who is helping me, what happens next, who can see my information.

No address names a person: whose page it is follows from who is signed in. Whoever was chosen to
help sees the first three, and never who looked, what was decided about sharing, or a concern.
"""

import uuid
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from oneplace.access import audit
from oneplace.access import verbs as access_verbs
from oneplace.access.guard import BEGAN_IN_SESSION, anyone, may
from oneplace.access.middleware import SEEN_IN_SESSION
from oneplace.access.models import PROTECTIONS, Account, Choice, ChoiceKind
from oneplace.access.queries import choices as choice_queries
from oneplace.access.queries import emergency as emergency_queries
from oneplace.access.queries import looks as look_queries
from oneplace.access.queries import own as own_queries
from oneplace.access.rules.own import is_own_choice
from oneplace.access.sessions import ADDRESS_IN_SESSION, BROWSER_IN_SESSION
from oneplace.access.sign_in import browser_words
from oneplace.access.viewer import tell_database
from oneplace.actions import verbs as action_verbs
from oneplace.actions.models import Action
from oneplace.casefinding import verbs as case_verbs
from oneplace.desk import cards
from oneplace.desk import own_page_forms as forms
from oneplace.desk.own_page_demo import prepare_own_page
from oneplace.desk.permissions import OPEN_OWN_RECORD
from oneplace.desk.presenters import looks as look_pages
from oneplace.desk.presenters import own_page as pages
from oneplace.desk.presenters.choices import still_coded
from oneplace.desk.queries import own_page as queries
from oneplace.desk.queries.own_visits import visits_coming
from oneplace.desk.words import day_words
from oneplace.kit.clock import local_day
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import Refused, refusals_on, refuse_if
from oneplace.kit.request import Request
from oneplace.partners import queries as partners
from oneplace.people import queries as people
from oneplace.plans import print_words, printed
from oneplace.plans import verbs as plan_verbs
from oneplace.plans.cards import PlanShown, plan_shown
from oneplace.vocabulary.terms import AccountKind, Role

CHOSEN_IN_SESSION: Final = "own_page"
_SEE: Final = "see_own_page"


def home(request: Request) -> HttpResponse:
    """The four tiles; the page that says why, where none is open to whoever is signed in."""
    viewer, at = request.viewer, request.received_at
    words = day_words(Role.RESIDENT, settings.PLACE)
    own = _own_or_none(request)
    if own is None and settings.IS_DEMO and prepare_own_page(at=at):
        tell_database(viewer, at=at)
        own = _own_or_none(request)
    if own is None:
        was_closed = own_queries.was_suspended(viewer=viewer)
        return render(
            request,
            "desk/own/not_open.html",
            {
                "why": pages.NOT_OPEN if was_closed else "",
                "name": viewer.name,
                "words": words,
                "rows": cards.rows_for(viewer, at=at)[cards.Section.NOW],
            },
        )
    plan = plan_shown(own.person_id, viewer=viewer, at=at)
    rows = cards.rows_for(viewer, at=at)[cards.Section.NOW]
    page = pages.OwnHome.of(
        viewer,
        words=words,
        plan=_plan(request, own, plan),
        helpers=_helpers(request, own, plan),
        following=_next(request, own, plan),
        looks=None if own.is_supporter else _looks(request, own),
        rows=rows,
        at=at,
    )
    _see(request, own)
    return render(request, "desk/own/home.html", {"page": page})


# --- what is read ---------------------------------------------------------------------------------


@require_safe
@may(OPEN_OWN_RECORD)
def own_plan(request: Request) -> HttpResponse:
    """My plan, and what was agreed."""
    own = own_or_404(request)
    page = _plan(
        request, own, plan_shown(own.person_id, viewer=request.viewer, at=request.received_at)
    )
    _see(request, own)
    return _page(request, "desk/own/plan.html", page)


@require_safe
@may(OPEN_OWN_RECORD)
def own_print(request: Request) -> HttpResponse:
    """My plan to keep: in large print, in easy words, or one page for the fridge; or as PDF."""
    own = own_or_404(request)
    viewer, at = request.viewer, request.received_at
    page = printed.PrintedPlan.of(
        own.person,
        plan_shown(own.person_id, viewer=viewer, at=at),
        viewer=viewer,
        at=at,
        form=request.GET.get("form", printed.LARGE),
        words=_print_words(request),
        here=reverse("desk:own_print"),
        back=reverse("desk:own_plan"),
    )
    _see(request, own)
    shown = render(request, page.template, {"page": page})
    return printed.page_or_pdf(shown, wanted=request.GET.get("as", ""), name="my-plan")


def _print_words(request: Request) -> print_words.PrintWords:
    """The words of the language asked for; in English where its file cannot be used."""
    try:
        return print_words.print_words(request.GET.get("language", print_words.ENGLISH))
    except print_words.WordsRefused:
        return print_words.print_words()


@require_safe
@may(OPEN_OWN_RECORD)
def own_helpers(request: Request) -> HttpResponse:
    """Who is helping me."""
    own = own_or_404(request)
    plan = plan_shown(own.person_id, viewer=request.viewer, at=request.received_at)
    page = _helpers(request, own, plan)
    _see(request, own)
    return _page(request, "desk/own/helpers.html", page)


@require_safe
@may(OPEN_OWN_RECORD)
def own_next(request: Request) -> HttpResponse:
    """What happens next."""
    own = own_or_404(request)
    plan = plan_shown(own.person_id, viewer=request.viewer, at=request.received_at)
    page = _next(request, own, plan)
    _see(request, own)
    return _page(request, "desk/own/next.html", page)


@require_safe
@may(OPEN_OWN_RECORD)
def own_information(request: Request) -> HttpResponse:
    """What I decided about sharing, and who looked, with what was asked about it."""
    own = own_or_404(request, is_alone=True)
    viewer = request.viewer
    found = choice_queries.choices(_selves(request, own), viewer=viewer).filter(ended_at=None)
    standing = [one for one in found if one.kind not in PROTECTIONS]
    theirs = [one.pk for one in standing if is_own_choice(viewer, one.kind)]
    page = pages.InformationPage.of(own, standing, _looks(request, own), theirs)
    _see(request, own)
    return _page(request, "desk/own/information.html", page)


@require_POST
@may(OPEN_OWN_RECORD)
def own_switch(request: Request) -> HttpResponse:
    """Go to the page of somebody else one was chosen to help, or back to one's own."""
    chosen = str(request.POST.get("person", ""))
    open_to = {str(page.person_id) for page in own_queries.own_pages(viewer=request.viewer)}
    if chosen not in open_to:
        raise Http404
    request.session[CHOSEN_IN_SESSION] = chosen
    return redirect("desk:my_day")


# --- what is written ------------------------------------------------------------------------------


@may(OPEN_OWN_RECORD)
def own_words(request: Request) -> HttpResponse:
    """Add my own words to my plan."""
    own = own_or_404(request)
    form = forms.OwnWordsForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            plan_verbs.add_own_words(
                person_id=own.person_id,
                by=request.viewer,
                at=request.received_at,
                **form.cleaned_data,
            )
            messages.success(request, "Saved. Your words are in the plan.")
            return redirect("desk:own_plan")
    return _form(request, own, form, "Add your own words", send="Save my words")


@may(OPEN_OWN_RECORD)
def own_goal(request: Request) -> HttpResponse:
    """Write down something I would like to do."""
    own = own_or_404(request, is_alone=True)
    form = forms.OwnGoalForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            plan_verbs.set_own_goal(
                person_id=own.person_id,
                by=request.viewer,
                at=request.received_at,
                **form.cleaned_data,
            )
            messages.success(request, "Saved. It is in your plan, in your words.")
            return redirect("desk:own_plan")
    return _form(request, own, form, "Something I would like to do", send="Save it")


@require_POST
@may(OPEN_OWN_RECORD)
def say_my_plan(request: Request) -> HttpResponse:
    """That is my plan."""
    own = own_or_404(request, is_alone=True)
    try:
        plan_verbs.say_my_plan(person_id=own.person_id, by=request.viewer, at=request.received_at)
        messages.success(request, "Thank you. We have written down that this is your plan.")
    except Refused as refused:
        messages.error(request, refused.reason)
    return redirect("desk:own_plan")


@may(OPEN_OWN_RECORD)
def tell_us(request: Request) -> HttpResponse:
    """Tell us that something has changed, or ask for a change."""
    own = own_or_404(request, is_alone=True)
    around = queries.around_me(own.person_id, viewer=request.viewer, at=request.received_at)
    owner = queries.whom_to_ask(around)
    form = forms.TellUsForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            refuse_if(
                None if owner else "Nobody is shown here yet who could answer. Please ring us."
            )
            assert owner is not None  # noqa: S101 - refused before
            action = action_verbs.ask_on_own_page(
                person_id=own.person_id,
                owner=owner,
                by=request.viewer,
                at=request.received_at,
                **form.cleaned_data,
            )
            messages.success(
                request,
                f"Sent to {action.owner_name}. You will find the answer on your page.",
            )
            return redirect("desk:own_next")
    lead = f"It goes to {owner.label}, who answers within a week." if owner else ""
    return _form(
        request, own, form, "Tell us that something has changed", send="Send it", lead=lead
    )


@may(OPEN_OWN_RECORD)
def ask_to_be_looked_at(request: Request) -> HttpResponse:
    """I would like to be looked at: it goes to my practice, which answers."""
    own = own_or_404(request, is_alone=True)
    around = queries.around_me(own.person_id, viewer=request.viewer, at=request.received_at)
    practice = queries.own_practice(around)
    form = forms.LookAtMeForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            action = case_verbs.ask_to_be_looked_at(
                person_id=own.person_id,
                practice=practice,
                by=request.viewer,
                at=request.received_at,
                **form.cleaned_data,
            )
            messages.success(
                request, f"Sent to {action.owner_name}. You will find the answer on your page."
            )
            return redirect("desk:own_next")
    to = practice.label if practice else "your GP practice"
    return _form(
        request,
        own,
        form,
        "Ask to be looked at",
        send="Send it",
        lead=f"It goes to {to}. They answer within a week. They may want the people who help "
        "you to talk together about what would make things easier. They ask you first.",
    )


# --- sharing --------------------------------------------------------------------------------------


@may(OPEN_OWN_RECORD)
def own_choose(request: Request) -> HttpResponse:
    """What do you want to tell us about sharing?"""
    own = own_or_404(request, is_alone=True)
    form = forms.OwnChooseForm(request.POST or None)
    if form.is_valid():
        return redirect("desk:own_decide", form.cleaned_data["kind"])
    return _form(request, own, form, "Say what may be shared", send="Go on", back="information")


@may(OPEN_OWN_RECORD)
def own_decide(request: Request, kind: str) -> HttpResponse:
    """The one question a choice asks."""
    own = own_or_404(request, is_alone=True)
    chosen = next((one for one in forms.OWN_ASKS if one.value == kind), None)
    if chosen is None:
        raise Http404
    form = forms.OwnChoiceForm(
        request.POST or None,
        kind=chosen,
        organisations=partners.partners_and_practices(),
        today=local_day(request.received_at),
    )
    if form.is_valid():
        with refusals_on(form):
            worker = None
            if typed := form.cleaned_data.get("worker"):
                worker = choice_queries.worker(typed, viewer=request.viewer)
                refuse_if(
                    None if worker else "We do not know who this is. Write their full name.",
                    field="worker",
                )
            access_verbs.record_choice(
                person_id=own.person_id,
                draft=form.draft(worker=worker),
                by=request.viewer,
                at=request.received_at,
            )
            messages.success(request, "Written down. It holds from now on, everywhere.")
            return redirect("desk:own_information")
    return _form(
        request,
        own,
        form,
        forms.OWN_ASKS[chosen],
        send="This is what I want",
        lead=_WHAT_FOLLOWS[chosen],
        back="information",
    )


_WHAT_FOLLOWS: Final = {
    ChoiceKind.OBJECTION: "Each organisation then sees only what it wrote itself. In an emergency, "
    "and to keep you or somebody else safe, they may still look. Some help may be slower.",
    ChoiceKind.EXCLUDED_ORGANISATION: "Nobody there opens your record then, but in an emergency.",
    ChoiceKind.EXCLUDED_WORKER: "They cannot open your record at all then.",
    ChoiceKind.LIMIT: "It stays with whoever wrote it. In an emergency it may still be seen.",
    ChoiceKind.CONSENT: "They then see what they need to help you, and no more.",
    ChoiceKind.SOMEBODY_CLOSE: "We write this down for everybody who works with you.",
}


@may(OPEN_OWN_RECORD)
def own_take_back(request: Request, choice_id: uuid.UUID) -> HttpResponse:
    """Take back something I decided about sharing."""
    own = own_or_404(request, is_alone=True)
    choice = _choice(request, own, choice_id)
    if request.method == "POST":
        try:
            access_verbs.end_choice(
                choice=choice,
                why="Taken back by the person on their own page",
                by=request.viewer,
                at=request.received_at,
            )
            messages.success(request, "Taken back.")
        except Refused as refused:
            messages.error(request, refused.reason)
        return redirect("desk:own_information")
    page = pages.OwnPart(
        "Take this back?", own, lead=f"{pages.said_by_you(choice)}.{still_coded(choice)}"
    )
    return _page(request, "desk/own/take_back.html", page)


def _choice(request: Request, own: queries.Own, choice_id: uuid.UUID) -> Choice:
    found = choice_queries.choice(choice_id, viewer=request.viewer)
    if found is None or found.ended_at or found.person_id not in _selves(request, own):
        raise Http404
    if not is_own_choice(request.viewer, found.kind):
        raise Http404
    return found


@may(OPEN_OWN_RECORD)
def own_ask_about_look(request: Request, entry_id: int) -> HttpResponse:
    """Ask about one look at my record."""
    own = own_or_404(request, is_alone=True)
    viewer = request.viewer
    look = look_queries.look(entry_id, own.person_id, viewer=viewer)
    if look is None or look.account_id in (None, viewer.account_id) or not look.name:
        raise Http404
    to = emergency_queries.answers_for(
        look.account_id, look.hat_id, on=local_day(request.received_at), asker=viewer.account_id
    )
    form = forms.AskAboutLookForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            access_verbs.ask_about_look(
                person_id=own.person_id,
                look=look,
                looked_words=look_pages.looked_words(look),
                to=to,
                is_own=True,
                by=viewer,
                at=request.received_at,
                **form.cleaned_data,
            )
            messages.success(
                request,
                f"Sent to {', '.join(one.name for one in to)}. You will find the answer here.",
            )
            return redirect("desk:own_information")
    line = look_pages.line_of(look, is_own=True)
    asked = ", ".join(one.name for one in to)
    return _form(
        request,
        own,
        form,
        "Ask about this",
        send="Send my question",
        lead=f"{line.sentence} Your question goes to {asked}, who must answer it.",
        back="information",
    )


@require_POST
@may(OPEN_OWN_RECORD)
def own_stop_supporter(request: Request, own_id: uuid.UUID) -> HttpResponse:
    """Close my page at once to somebody I chose to help me."""
    own = own_or_404(request, is_alone=True)
    found = own_queries.own_record(own_id, viewer=request.viewer)
    if found is None or not found.is_supporter or found.person_id not in _selves(request, own):
        raise Http404
    try:
        access_verbs.suspend_own_record(own=found, by=request.viewer, at=request.received_at)
        messages.success(request, f"{found.account.name} does not see your page any more.")
    except Refused as refused:
        messages.error(request, refused.reason)
    return redirect("desk:own_helpers")


# --- coming in by a link --------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@anyone
def own_link(request: Request, secret: str) -> HttpResponse:
    """Come in by a link and the code that goes with it; both open once."""
    if not own_queries.is_link_open(secret):
        return _link_is_over(request)
    form = forms.CodeForm(request.POST or None)
    if form.is_valid():
        try:
            account = access_verbs.open_own_link(
                secret=secret,
                code=form.cleaned_data["code"],
                by=request.viewer,
                at=request.received_at,
            )
        except Refused:
            return _link_is_over(request)
        if account is not None:
            come_in(request, account)
            return redirect("desk:my_day")
        form.add_error("code", "This code does not go with the link. Check it and try again.")
    page = FormPage(
        title="Your code, please",
        lead="The link was sent to you, and the code was told to you another way.",
        send="Open the page",
        keeps_typed=False,
    )
    return form_page(request, form, page)


def come_in(request: Request, account: Account) -> None:
    """Sign them in, by a link or a browser that is known."""
    login(request, account, backend=settings.AUTHENTICATION_BACKENDS[0])
    now = access_verbs.machine_now().isoformat()
    session = request.session
    session[BEGAN_IN_SESSION] = session[SEEN_IN_SESSION] = now
    session[ADDRESS_IN_SESSION] = request.viewer.from_address
    session[BROWSER_IN_SESSION] = browser_words(request.headers.get("User-Agent", ""))


def _link_is_over(request: Request) -> HttpResponse:
    return render(request, "desk/own/link_over.html", status=410)


# --- shared ---------------------------------------------------------------------------------------


def _own_or_none(request: Request) -> queries.Own | None:
    given = request.session.get(CHOSEN_IN_SESSION)
    chosen = uuid.UUID(given) if given else None
    return queries.own_page(viewer=request.viewer, chosen=chosen)


def own_or_404(request: Request, *, is_alone: bool = False) -> queries.Own:
    """Whose page it is; the page of the unknown for nobody, and for what is the person's alone."""
    own = _own_or_none(request)
    if own is None or (is_alone and own.is_supporter):
        raise Http404
    return own


def _selves(request: Request, own: queries.Own) -> list[uuid.UUID]:
    """Every identifier of whose page it is."""
    return people.selves(own.person_id, viewer=request.viewer)


def _see(request: Request, own: queries.Own) -> None:
    audit.record(by=request.viewer, at=request.received_at, action=_SEE, person_id=own.person_id)


def _plan(request: Request, own: queries.Own, plan: PlanShown) -> pages.PlanPage:
    return pages.PlanPage.of(own, plan, _told(request, own), at=request.received_at)


def _helpers(request: Request, own: queries.Own, plan: PlanShown) -> pages.HelpersPage:
    viewer, at = request.viewer, request.received_at
    supporters = own_queries.comes_to(_selves(request, own), viewer=viewer)
    return pages.HelpersPage.of(
        own,
        plan,
        queries.around_me(own.person_id, viewer=viewer, at=at),
        queries.referred(own.person_id, viewer=viewer, at=at),
        [] if own.is_supporter else list(supporters),
    )


def _next(request: Request, own: queries.Own, plan: PlanShown) -> pages.NextPage:
    viewer, at = request.viewer, request.received_at
    return pages.NextPage.of(
        own,
        plan,
        [
            pages.Coming(one.when, one.what, one.who)
            for one in visits_coming(own.person_id, viewer=viewer, at=at)
        ],
        _told(request, own),
        queries.referred(own.person_id, viewer=viewer, at=at),
        at=at,
    )


def _told(request: Request, own: queries.Own) -> list[Action]:
    return queries.told_of(own.person_id, viewer=request.viewer, at=request.received_at)


def _looks(request: Request, own: queries.Own) -> look_pages.OwnLooksPage:
    viewer = request.viewer
    return look_pages.OwnLooksPage.of(
        look_queries.looks(own.person_id, viewer=viewer),
        list(emergency_queries.look_questions_about(own.person_id, viewer=viewer)),
        account_id=viewer.account_id,
    )


def _page(request: Request, template: str, page: pages.OwnPart) -> HttpResponse:
    is_person = request.viewer.kind is AccountKind.RESIDENT
    return render(request, template, {"page": page, "crumbs": page.crumbs, "is_person": is_person})


_BACK: Final = {"plan": "desk:own_plan", "information": "desk:own_information"}


def _form(
    request: Request,
    own: queries.Own,
    form: BaseForm,
    title: str,
    *,
    send: str,
    lead: str = "",
    back: str = "plan",
) -> HttpResponse:
    part = pages.OwnPart(title, own)
    page = FormPage(
        title=title,
        caption=part.caption,
        send=send,
        lead=lead,
        crumbs=part.crumbs,
        cancel=reverse(_BACK[back]),
    )
    return form_page(request, form, page)

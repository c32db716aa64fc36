"""Coming back to an own page in a browser that stays known: a number instead of a new link."""

from typing import Final

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from oneplace.access import verbs as access_verbs
from oneplace.access.guard import anyone, may
from oneplace.access.queries import own as own_queries
from oneplace.access.sign_in import browser_words
from oneplace.desk import own_page_forms as forms
from oneplace.desk.own_page_views import come_in, own_or_404
from oneplace.desk.permissions import OPEN_OWN_RECORD
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import Refused, refusals_on
from oneplace.kit.request import Request

DEVICE_COOKIE: Final = f"{settings.NARROW_COOKIES_BEGIN}device"


@may(OPEN_OWN_RECORD)
def own_device(request: Request) -> HttpResponse:
    """Let this browser stay known, with a number they choose."""
    own = own_or_404(request)
    form = forms.DeviceForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            secret = access_verbs.remember_device(
                person_id=own.person_id,
                number=form.cleaned_data["number"],
                browser=browser_words(request.headers.get("User-Agent", "")),
                by=request.viewer,
                at=request.received_at,
            )
            messages.success(
                request, "This browser is known for three months. Come back by the same address."
            )
            answer = redirect("desk:my_day")
            _keep(answer, secret)
            return answer
    days = access_verbs.DEVICE_STANDS.days
    page = FormPage(
        title="Come back without a new link",
        lead=f"Choose a number. In this browser it opens the page for {days} days. Do this only on "
        "a phone or computer that is yours. After five wrong numbers you need a new link.",
        send="Remember this browser",
        cancel=reverse("desk:my_day"),
        keeps_typed=False,
    )
    return form_page(request, form, page)


@require_http_methods(["GET", "POST"])
@anyone
def come_back(request: Request) -> HttpResponse:
    """Come in by the number, in a browser that is known; nothing is said of whose page it is."""
    secret = request.COOKIES.get(DEVICE_COOKIE, "")
    if not own_queries.is_device_known(secret):
        return _over(request)
    form = forms.NumberForm(request.POST or None)
    if form.is_valid():
        try:
            account = access_verbs.open_by_device(
                secret=secret,
                number=form.cleaned_data["number"],
                by=request.viewer,
                at=request.received_at,
            )
        except Refused:
            return _over(request)
        if account is not None:
            come_in(request, account)
            return redirect("desk:my_day")
        form.add_error("number", "This is not the number you chose. Try again.")
    page = FormPage(
        title="Your number, please",
        lead="The one you chose in this browser.",
        send="Open the page",
        keeps_typed=False,
    )
    return form_page(request, form, page)


@require_POST
@may(OPEN_OWN_RECORD)
def own_forget_devices(request: Request) -> HttpResponse:
    """Let no browser stay known to whoever is signed in."""
    count = access_verbs.forget_devices(by=request.viewer, at=request.received_at)
    messages.success(
        request,
        "No browser is known any more: you need a new link next time."
        if count
        else "No browser was known.",
    )
    answer = redirect("desk:my_day")
    answer.delete_cookie(DEVICE_COOKIE, path=reverse("desk:come_back"))
    return answer


def _keep(answer: HttpResponse, secret: str) -> None:
    answer.set_cookie(
        DEVICE_COOKIE,
        secret,
        max_age=access_verbs.DEVICE_STANDS,
        path=reverse("desk:come_back"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _over(request: Request) -> HttpResponse:
    return render(request, "desk/own/link_over.html", {"is_browser": True}, status=410)

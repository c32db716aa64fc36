"""Pages of feeds: how each stands, what it brought, what was kept aside, bringing files in."""

import tempfile
import uuid
from datetime import timedelta
from pathlib import Path, PurePosixPath
from urllib.parse import urlencode

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from oneplace.access.guard import may
from oneplace.feeds import forms, presenters, queries, verbs
from oneplace.feeds.bringing import bring_in as bring_in_paths
from oneplace.feeds.figures import known_figures
from oneplace.feeds.models import Quarantined
from oneplace.feeds.permissions import BRING_IN_FILES, SEE_FEEDS, SETTLE_QUARANTINE
from oneplace.files.store import NotKept
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import Refused, refusals_on
from oneplace.kit.request import Request, page_number
from oneplace.partners import queries as partner_queries
from oneplace.vocabulary.terms import Door

_PER_PAGE = 50
_DELIVERIES_SHOWN = 25
_REFUSED_SHOWN = 20
_REFUSED_LATELY = timedelta(days=7)
_BROUGHT_IN_SESSION = "brought_in"
_MOST_REMEMBERED = 500


@may(SEE_FEEDS)
def feeds(request: Request) -> HttpResponse:
    """Every feed: how fresh, how much, what is wrong; those that need somebody first."""
    viewer, at = request.viewer, request.received_at
    states = queries.feed_states(viewer=viewer, at=at)
    figures: dict[str, list] = {}  # type: ignore[type-arg]
    for known in known_figures():
        for code, rows in known.figures(viewer=viewer).items():
            figures.setdefault(code, []).extend(rows[:1])
    page = presenters.Feeds.of(
        states,
        days=queries.days([each.source.pk for each in states], viewer=viewer, at=at),
        aside=queries.open_quarantine_counts(viewer=viewer),
        unmapped=queries.unmapped_counts(viewer=viewer),
        refused=queries.refused_counts(viewer=viewer, since=at - _REFUSED_LATELY),
        figures=figures,
        partners=partner_queries.short_words(),
        waiting=queries.waiting_count(viewer=viewer),
        at=at,
    )
    return render(request, "feeds/feeds.html", {"page": page})


@may(SEE_FEEDS)
def feed(request: Request, code: str) -> HttpResponse:
    """One feed: what was agreed, what came, which days are missing, what has no place."""
    viewer, at = request.viewer, request.received_at
    state = queries.feed_state(code, viewer=viewer, at=at)
    if state is None:
        raise Http404
    number = page_number(request)
    begin = (number - 1) * _DELIVERIES_SHOWN
    came = list(
        queries.deliveries(state.source, viewer=viewer)[begin : begin + _DELIVERIES_SHOWN + 1]
    )
    page = presenters.FeedPage.of(
        state,
        counts=queries.days([code], viewer=viewer, at=at)[code],
        volume=queries.volume(state.source, viewer=viewer),
        deliveries=came[:_DELIVERIES_SHOWN],
        number=number,
        has_more=len(came) > _DELIVERIES_SHOWN,
        unmapped=list(queries.unmapped(state.source, viewer=viewer)[:200]),
        refused=list(queries.refused_requests(state.source, viewer=viewer)[:_REFUSED_SHOWN]),
        open_aside=queries.open_quarantine_counts(viewer=viewer).get(code, 0),
        groups=[
            (known.title, known.figures(viewer=viewer).get(code, ())) for known in known_figures()
        ],
        partner=partner_queries.short_words().get(state.source.organisation_code, ""),
        at=at,
    )
    return render(request, "feeds/feed.html", {"page": page})


@may(SEE_FEEDS)
def delivery(request: Request, delivery_id: uuid.UUID) -> HttpResponse:
    """One delivery: what came, and what became of it."""
    found = queries.one_delivery(delivery_id, viewer=request.viewer)
    if found is None:
        raise Http404
    aside = queries.quarantined_of(found, viewer=request.viewer)[:200]
    page = presenters.DeliveryPage.of(
        found, list(aside), may_settle=request.viewer.may(SETTLE_QUARANTINE)
    )
    return render(request, "feeds/delivery.html", {"page": page, "delivery": found})


@require_POST
@may(SETTLE_QUARANTINE)
def read_delivery_again(request: Request, delivery_id: uuid.UUID) -> HttpResponse:
    """Read a whole delivery again, as after a mapping has been mended."""
    found = queries.one_delivery(delivery_id, viewer=request.viewer)
    if found is None:
        raise Http404
    try:
        again = verbs.read_delivery_again(delivery=found, by=request.viewer, at=request.received_at)
    except (Refused, NotKept) as refused:
        messages.error(request, str(refused))
        return redirect("feeds:delivery", found.pk)
    messages.success(request, "It will be read again in a moment. What is known already stays.")
    return redirect("feeds:delivery", again.pk)


@may(SETTLE_QUARANTINE)
def kept_aside(request: Request) -> HttpResponse:
    """What was kept aside, with filters."""
    viewer = request.viewer
    states = queries.feed_states(viewer=viewer, at=request.received_at)
    form = forms.KeptAsideForm(request.GET or None, sources=[each.source for each in states])
    wanted = form.wanted()
    pages = Paginator(queries.quarantined(wanted, viewer=viewer), _PER_PAGE)
    shown = pages.get_page(page_number(request))
    kept = {name: request.GET[name] for name in form.fields if request.GET.get(name)}
    page = presenters.AsidePage(
        rows=tuple(presenters.AsideRow.of(each) for each in shown),
        total=pages.count,
        number=shown.number,
        pages=pages.num_pages,
        is_narrowed=bool(kept),
        asked=urlencode(kept),
    )
    return render(request, "feeds/kept_aside.html", {"page": page, "form": form})


@may(SETTLE_QUARANTINE)
def quarantined(request: Request, quarantined_id: uuid.UUID) -> HttpResponse:
    """One thing kept aside: where and why, as it was sent, and what can be done about it."""
    return _one_aside(request, _held(request, quarantined_id))


@require_POST
@may(SETTLE_QUARANTINE)
def mend(request: Request, quarantined_id: uuid.UUID) -> HttpResponse:
    """Put mended text in its place and read that."""
    held = _held(request, quarantined_id)
    form = forms.MendForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            again = verbs.mend(
                quarantined=held,
                content=presenters.as_sent(form.cleaned_data["content"], _content(held) or b""),
                why=form.cleaned_data["why"],
                by=request.viewer,
                at=request.received_at,
            )
            messages.success(request, "Mended. It is being read now.")
            return redirect("feeds:delivery", again.pk)
    return _one_aside(request, held, mend_form=form)


@require_POST
@may(SETTLE_QUARANTINE)
def read_again(request: Request, quarantined_id: uuid.UUID) -> HttpResponse:
    """Read it again as it stands, because what stood in its way has changed."""
    held = _held(request, quarantined_id)
    try:
        again = verbs.read_again(quarantined=held, by=request.viewer, at=request.received_at)
    except (Refused, NotKept) as refused:
        messages.error(request, str(refused))
        return redirect("feeds:quarantined", held.pk)
    messages.success(request, "It is being read again now.")
    return redirect("feeds:delivery", again.pk)


@require_POST
@may(SETTLE_QUARANTINE)
def dismiss(request: Request, quarantined_id: uuid.UUID) -> HttpResponse:
    """Leave it out for good, with a reason."""
    held = _held(request, quarantined_id)
    form = forms.DismissForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            verbs.dismiss(
                quarantined=held, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, "Left out. Its bytes are kept.")
            return redirect("feeds:kept_aside")
    return _one_aside(request, held, dismiss_form=form)


def _held(request: Request, key: uuid.UUID) -> Quarantined:
    held = queries.one_quarantined(key, viewer=request.viewer)
    if held is None:
        raise Http404
    return held


def _content(held: Quarantined) -> bytes | None:
    try:
        return queries.content_of(held.delivery, held.offset, held.length or None)
    except NotKept:
        return None


def _one_aside(
    request: Request,
    held: Quarantined,
    *,
    mend_form: forms.MendForm | None = None,
    dismiss_form: forms.DismissForm | None = None,
) -> HttpResponse:
    page = presenters.OneAside.of(held, _content(held))
    return render(
        request,
        "feeds/quarantined.html",
        {
            "page": page,
            "held": held,
            "mend_form": mend_form or forms.MendForm(initial={"content": page.text or ""}),
            "dismiss_form": dismiss_form or forms.DismissForm(),
        },
        status=200 if mend_form is None and dismiss_form is None else 422,
    )


@may(BRING_IN_FILES)
def bring_in(request: Request) -> HttpResponse:
    """Bring files in by hand; what comes of each stands on the next page."""
    states = queries.feed_states(viewer=request.viewer, at=request.received_at)
    form = forms.BringInForm(
        request.POST or None,
        request.FILES or None,
        sources=[each.source for each in states],
        initial={"feed": request.GET.get("feed", "")},
    )
    if form.is_valid():
        with refusals_on(form):
            return _bring(request, form)
    page = FormPage(
        title="Bring in files",
        send="Bring in",
        lead="What comes in is kept exactly as it is, then read into the record. "
        "Bringing the same file in twice changes nothing.",
        crumbs=(presenters.to_feeds(),),
        keeps_typed=False,
    )
    return form_page(request, form, page)


def _bring(request: Request, form: forms.BringInForm) -> HttpResponse:
    with tempfile.TemporaryDirectory() as folder:
        paths = [
            _laid_down(each, Path(folder), number)
            for number, each in enumerate(form.cleaned_data["uploads"])
        ]
        brought = bring_in_paths(
            paths=paths,
            feed=form.cleaned_data["feed"],
            door=Door.UPLOAD,
            by=request.viewer,
            at=request.received_at,
        )
    request.session[_BROUGHT_IN_SESSION] = {
        "deliveries": [str(each.pk) for each in brought.deliveries[-_MOST_REMEMBERED:]],
        "left_out": [[each.name, each.why] for each in brought.left_out[:_MOST_REMEMBERED]],
    }
    return redirect("feeds:brought_in")


def _laid_down(given: "UploadedFile[bytes]", folder: Path, number: int) -> Path:
    """An uploaded file under its own last name in a folder of its own: no path of the sender."""
    own = folder / str(number)
    own.mkdir()
    name = PurePosixPath((given.name or "").replace("\\", "/")).name
    path = own / (name if name not in {"", ".", ".."} else "file")
    with path.open("wb") as target:
        for chunk in given.chunks():
            target.write(chunk)
    return path


@may(BRING_IN_FILES)
def brought_in(request: Request) -> HttpResponse:
    """What the viewer has just brought in and how far it has been read; renews itself."""
    kept = request.session.get(_BROUGHT_IN_SESSION) or {"deliveries": [], "left_out": []}
    found = queries.being_read(
        [uuid.UUID(key) for key in kept["deliveries"]], viewer=request.viewer
    )
    page = presenters.BroughtPage.of(found, [(name, why) for name, why in kept["left_out"]])
    template = "feeds/brought_in_rows.html" if request.htmx else "feeds/brought_in.html"
    return render(request, template, {"page": page})

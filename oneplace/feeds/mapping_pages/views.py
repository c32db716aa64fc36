"""Pages that make a mapping step by step, list mappings, and change one as text."""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from oneplace.access.guard import may
from oneplace.feeds import queries, verbs
from oneplace.feeds.mapping_pages import examples, forms, presenters
from oneplace.feeds.mapping_pages.presenters import FirstRows, Step
from oneplace.feeds.models import Source
from oneplace.feeds.permissions import MANAGE_FEEDS
from oneplace.feeds.presenters import to_feeds
from oneplace.feeds.tables.mapping import read_mapping
from oneplace.feeds.tables.previewing import Column, columns_of, first_rows
from oneplace.feeds.tables.refusing import Unopenable
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import Refused, refusals_on
from oneplace.kit.request import Request
from oneplace.partners import queries as partner_queries

_DRAFT: Final = "mapping_draft"
_EXAMPLE: Final = "mapping_example"
_TRIED_ON: Final = "mapping_tried_on"


@may(MANAGE_FEEDS)
def mappings(request: Request) -> HttpResponse:
    """Every mapping, its version, and the feeds read by it."""
    rows = presenters.rows_of(queries.mappings(viewer=request.viewer))
    return render(request, "feeds/mappings.html", {"rows": rows, "crumbs": (to_feeds(),)})


@may(MANAGE_FEEDS)
def new_mapping(request: Request) -> HttpResponse:
    """Step 1: an example of what the partner sends."""
    form = forms.ExampleForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        with refusals_on(form):
            sheet = form.cleaned_data["sheet"]
            example = examples.keep(form.cleaned_data["example"], request.session, _EXAMPLE)
            try:
                found = columns_of(example.received(request.received_at), sheet)
            except Unopenable as wrong:
                examples.forget(request.session, _EXAMPLE)
                raise Refused(wrong.words, field="example") from None
            if not found:
                examples.forget(request.session, _EXAMPLE)
                raise Refused(*_no_columns(sheet))
            request.session[_DRAFT] = {"sheet": sheet}
            return redirect("feeds:map_row")
    page = Step(
        1, "Choose an example file", lead="A mapping says what the columns of a partner’s own "
        "file mean. You make it once; every later file of that layout is read by it.",
    )  # fmt: skip
    return form_page(request, form, page)


def _no_columns(sheet: str) -> tuple[str]:
    if sheet:
        return (f"There is no sheet {sheet} with a heading in this file.",)
    return ("There is no row of headings in this file.",)


@may(MANAGE_FEEDS)
def map_row(request: Request) -> HttpResponse:
    """Step 2: what a row is, and whose."""
    started = _started(request)
    if isinstance(started, HttpResponse):
        return started
    draft, columns = started
    form = forms.RowForm(
        request.POST or None, columns=columns, initial=draft.get("row") or _first_guess(columns)
    )
    if form.is_valid():
        before = draft.get("row", {})
        draft["row"] = form.cleaned_data
        if before.get("kind") != form.cleaned_data["kind"]:
            draft.pop("toml", None)
        request.session[_DRAFT] = draft
        return redirect("feeds:map_columns")
    page = Step(2, "What a row is", back=reverse("feeds:new_mapping"))
    return form_page(request, form, page)


def _first_guess(columns: tuple[Column, ...]) -> dict[str, Any]:
    return {"number": columns[0].name} if columns else {}


@may(MANAGE_FEEDS)
def map_columns(request: Request) -> HttpResponse:
    """Step 3: which of their columns is which of our fields."""
    started = _started(request, "row")
    if isinstance(started, HttpResponse):
        return started
    draft, columns = started
    form = forms.ColumnsForm(
        request.POST or None,
        columns=columns,
        row=draft["row"],
        sheet=draft["sheet"],
        initial=draft.get("columns"),
    )
    if form.is_valid():
        draft |= {"columns": form.cleaned_data, "toml": form.toml}
        request.session[_DRAFT] = draft
        return redirect("feeds:map_rows")
    page = Step(3, "Choose the columns", "Show the first rows", back=reverse("feeds:map_row"))
    return form_page(
        request,
        form,
        page,
        "feeds/map_columns.html",
        groups=presenters.groups_of(form),
        columns=columns,
    )


@may(MANAGE_FEEDS)
def map_rows(request: Request) -> HttpResponse:
    """Step 4: what becomes of the first rows; the mapping may be mended as text."""
    started = _started(request, "toml")
    if isinstance(started, HttpResponse):
        return started
    draft, _ = started
    form = forms.TextForm(request.POST or None, initial={"toml": draft["toml"]})
    del form.fields["example"]
    if form.is_valid():
        draft["toml"] = form.cleaned_data["toml"]
        request.session[_DRAFT] = draft
    made = None if form.is_bound and form.errors else _made(request, draft["toml"], _EXAMPLE)
    page = Step(4, "The first rows", "Show them again", back=reverse("feeds:map_columns"))
    return form_page(request, form, page, "feeds/map_rows.html", made=made)


@may(MANAGE_FEEDS)
def save_mapping(request: Request) -> HttpResponse:
    """Step 5: the feed it is for; then files may be brought in."""
    started = _started(request, "toml")
    if isinstance(started, HttpResponse):
        return started
    draft, _ = started
    sources = queries.mapped_sources(viewer=request.viewer)
    form = forms.SaveForm(
        request.POST or None,
        sources=sources,
        partners=partner_queries.short_words(),
        initial={"name": read_mapping(draft["toml"]).name},
    )
    if form.is_valid():
        with refusals_on(form):
            code = _saved(request, form.cleaned_data, draft["toml"], sources)
            examples.forget(request.session, _EXAMPLE)
            request.session.pop(_DRAFT, None)
            messages.success(request, "Saved. Now bring in the files of this layout.")
            return redirect(f"{reverse('feeds:bring_in')}?feed={code}")
    page = Step(5, "Save it with a feed", "Save", back=reverse("feeds:map_rows"))
    return form_page(request, form, page)


_OF_A_NEW_FEED: Final = (
    "code", "name", "organisation_code", "every", "agreed_lateness", "ring", "phone",
)  # fmt: skip


def _saved(request: Request, given: dict[str, Any], toml: str, sources: list[Source]) -> str:
    by, at = request.viewer, request.received_at
    known = next((each for each in sources if each.pk == given["feed"]), None)
    if known is None:
        chosen = {name: given[name] for name in _OF_A_NEW_FEED}
        return verbs.add_mapped_feed(toml=toml, by=by, at=at, **chosen).pk
    verbs.map_feed(source=known, toml=toml, by=by, at=at)
    return known.pk


@may(MANAGE_FEEDS)
def mapping(request: Request, code: str) -> HttpResponse:
    """One mapping as text, tried on a file, and saved as a new version."""
    known = queries.mapping(code, viewer=request.viewer)
    if known is None:
        raise Http404
    wanted = request.GET.get("version", "")
    shown = next((each for each in known.versions if str(each.version) == wanted), known.newest)
    form = forms.TextForm(request.POST or None, request.FILES or None, initial={"toml": shown.toml})
    made = None
    if form.is_valid():
        with refusals_on(form):
            if form.cleaned_data["example"]:
                examples.keep(form.cleaned_data["example"], request.session, _TRIED_ON)
            toml = form.cleaned_data["toml"]
            if request.POST.get("do") == "save":
                saved = verbs.save_mapping(
                    code=code, toml=toml, by=request.viewer, at=request.received_at
                )
                messages.success(request, f"Version {saved.version} is in use from now on.")
                examples.forget(request.session, _TRIED_ON)
                return redirect("feeds:mapping", code)
            made = _made(request, toml, _TRIED_ON)
            if made is None:
                form.add_error("example", "Choose a file to try the mapping on.")
    page = presenters.MappingPage.of(known, shown.version)
    return form_page(request, form, page, "feeds/mapping.html", made=made)


def _made(request: Request, toml: str, slot: str) -> FirstRows | None:
    example = examples.kept(request.session, slot)
    if example is None:
        return None
    preview = first_rows(read_mapping(toml), example.received(request.received_at))
    return FirstRows.of(preview, example.name)


def _started(
    request: Request, needs: str = "sheet"
) -> tuple[dict[str, Any], tuple[Column, ...]] | HttpResponse:
    """What was chosen so far and the example's columns; or the way to the step that is missing."""
    draft: dict[str, Any] = request.session.get(_DRAFT) or {}
    example = examples.kept(request.session, _EXAMPLE)
    if example is None or "sheet" not in draft:
        if draft:
            messages.info(request, "The example file is no longer here: choose it again.")
        return redirect("feeds:new_mapping")
    if needs not in draft:
        return redirect("feeds:map_row" if "row" not in draft else "feeds:map_columns")
    try:
        return draft, columns_of(example.received(request.received_at), draft["sheet"])
    except Unopenable as wrong:
        messages.error(request, wrong.words)
        return redirect("feeds:new_mapping")


@may(MANAGE_FEEDS)
def add_feed(request: Request) -> HttpResponse:
    """Add a feed the place file does not name, of a layout we read already."""
    form = forms.AddFeedForm(request.POST or None, partners=partner_queries.short_words())
    if form.is_valid():
        with refusals_on(form):
            made = verbs.add_source(by=request.viewer, at=request.received_at, **form.cleaned_data)
            messages.success(request, f"{made.name} can come now. It is known as {made.code}.")
            return redirect("feeds:feed", made.pk)
    page = FormPage(
        title="Add a feed",
        send="Add it",
        lead="For a system whose layout is read here already. For a table of the partner’s own, "
        "make a mapping instead.",
        crumbs=(to_feeds(),),
        cancel=reverse("feeds:feeds"),
    )
    return form_page(request, form, page)


@may(MANAGE_FEEDS)
def change_senders(request: Request, code: str) -> HttpResponse:
    """Say who may send messages for a feed that was added here."""
    source = queries.open_source(code, viewer=request.viewer)
    if source is None or source.is_of_place:
        raise Http404
    form = forms.SendersForm(request.POST or None, initial={"senders": "\n".join(source.senders)})
    if form.is_valid():
        with refusals_on(form):
            verbs.change_source(
                source=source,
                senders=list(form.cleaned_data["senders"]),
                by=request.viewer,
                at=request.received_at,
            )
            messages.success(request, "Saved. It holds from the next message on.")
            return redirect("feeds:feed", source.pk)
    page = FormPage(
        title="Who may send this feed",
        caption=source.name,
        send="Save",
        crumbs=(to_feeds(),),
        cancel=reverse("feeds:feed", args=[source.pk]),
    )
    return form_page(request, form, page)

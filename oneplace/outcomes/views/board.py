"""The board page, one indicator, who waited longer, the claims; no name stands on any of them."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from oneplace.access.guard import may
from oneplace.insight.indicators.measuring import GROUPINGS
from oneplace.kit.request import Request
from oneplace.kit.words import say
from oneplace.outcomes import cards, drawing, presenters, queries
from oneplace.outcomes.permissions import KEEP_MEASURES, PUBLISH_FIGURES, SEE_BOARD
from oneplace.outcomes.wording import not_known
from oneplace.vocabulary.place.clocks import Clock
from oneplace.vocabulary.terms import ClockMoment, MeasureUnit

BOARD = ("The board", "outcomes:board")


def _crumbs() -> tuple[tuple[str, str], ...]:
    return ((BOARD[0], reverse(BOARD[1])),)


def _life_rules() -> list[Clock]:
    """The place's rules of when somebody must have been seen at home."""
    return [each for each in settings.PLACE.clocks if each.stops is ClockMoment.FIRST_VISIT_AT_HOME]


@require_safe
@may(SEE_BOARD)
def board(request: Request) -> HttpResponse:
    """The statements with their figures, the claims, what waits, and what is not known."""
    viewer = request.viewer
    charts = queries.every_chart(viewer=viewer)
    signals = {each.indicator: each for each in queries.open_signals(viewer=viewer)}
    return render(
        request,
        "outcomes/board.html",
        {
            "title": BOARD[0],
            "measuring": queries.current(viewer=viewer),
            "statements": presenters.by_statement(settings.PLACE.statements, charts, signals),
            "claims": queries.claims(viewer=viewer),
            "more": cards.on_board(viewer, at=request.received_at),
            "unknown": not_known(each.not_known for each in charts.values()),
            "may_publish": viewer.may(PUBLISH_FIGURES),
        },
    )


@require_safe
@may(SEE_BOARD)
def indicator(request: Request, key: str) -> HttpResponse:
    """One indicator: its sentence, its chart, its table, its definition, its groups."""
    viewer = request.viewer
    variant = request.GET.get("reading", "")
    charted = queries.charted(key, variant=variant, viewer=viewer)
    if charted is None or (variant and variant not in charted.definition.variants):
        raise Http404
    grouping = request.GET.get("by", "practice")
    shown = queries.groups(charted, grouping, viewer=viewer) if grouping != "place" else None
    return render(
        request,
        "outcomes/indicator.html",
        {
            "title": charted.definition.title,
            "crumbs": _crumbs(),
            "charted": charted,
            "definition": charted.definition,
            "variant": charted.definition.variants.get(variant),
            "figure": charted.figure,
            "period": presenters.period(charted.figure),
            "drawn": drawing.control_chart(
                charted.chart,
                name=charted.definition.title,
                sentence=charted.sentence,
                untold=[row.month for row in charted.months if row.status == "missing"],
                most=100.0 if charted.definition.unit is MeasureUnit.PER_CENT else None,
            )
            if charted.chart is not None
            else "",
            "limits": presenters.limits_words(charted),
            "rows": presenters.table(charted),
            "groups": shown,
            "funnel": presenters.funnel(shown)
            if shown is not None and grouping in ("practice", "network")
            else "",
            "funnel_sentence": presenters.funnel_sentence(shown) if shown is not None else "",
            "groupings": {k: say(label) for k, label in GROUPINGS.items() if k != "place"},
            "grouping": grouping,
            "signals": queries.signals_of(key, viewer=viewer),
            "rebases": queries.rebases(key, viewer=viewer),
            "stories": queries.stories(key, viewer=viewer),
            "has_breaches": key == "life_two_hours",
            "claims": [
                each
                for each in queries.claims(viewer=viewer)
                if any(reading.indicator == key for reading in each.readings)
            ],
            "may_keep": viewer.may(KEEP_MEASURES),
        },
    )


@require_safe
@may(SEE_BOARD)
def breaches(request: Request, key: str) -> HttpResponse:
    """Who waited longer than the promise, by how long: counts only."""
    charted = queries.charted(key, viewer=request.viewer)
    if charted is None or key != "life_two_hours":
        raise Http404
    figure = charted.figure
    return render(
        request,
        "outcomes/breaches.html",
        {
            "title": "Who waited longer",
            "crumbs": (
                *_crumbs(),
                (charted.definition.title, reverse("outcomes:indicator", args=[key])),
            ),
            "definition": charted.definition,
            "figure": figure,
            "period": presenters.period(figure),
            "waited": queries.waited(charted, viewer=request.viewer),
            "clocks": _life_rules(),
        },
    )


@require_safe
@may(SEE_BOARD)
def claims(request: Request) -> HttpResponse:
    """Every claim with its verdict."""
    return render(
        request,
        "outcomes/claims.html",
        {
            "title": "What the programme has claimed",
            "crumbs": _crumbs(),
            "claims": queries.claims(viewer=request.viewer),
        },
    )


@require_safe
@may(SEE_BOARD)
def claim(request: Request, key: str) -> HttpResponse:
    """One claim: its words, what they leave open, our own rows under each reading."""
    found = queries.claim(key, viewer=request.viewer)
    if found is None:
        raise Http404
    shown = queries.readings(found, viewer=request.viewer)
    return render(
        request,
        "outcomes/claim.html",
        {
            "title": found.figure,
            "crumbs": (*_crumbs(), ("Claims", reverse("outcomes:claims"))),
            "claim": found,
            "readings": [(each, presenters.period(each.figure)) for each in shown],
            "beside": cards.beside(key, request.viewer, at=request.received_at),
            "rules": _life_rules() if key == "two_hours" else [],
            "has_breaches": key == "two_hours",
        },
    )

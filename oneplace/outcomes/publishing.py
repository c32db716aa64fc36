"""What a publication freezes: every figure through the gate, with the true counts kept apart.

A figure is of fixed months and fixed groups: the whole place and its networks, over the last
twelve months. So two publications cannot be subtracted to a few people; the guard sees to the rest.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Sum

from oneplace.access.viewer import Viewer
from oneplace.huddles import queries as huddles
from oneplace.huddles.queries import RolledOut
from oneplace.insight.indicators import Definition
from oneplace.kit.formats import day
from oneplace.outcomes import queries
from oneplace.outcomes.defining import definition_of
from oneplace.outcomes.gate import named
from oneplace.outcomes.models import Measured, Measuring
from oneplace.outcomes.wording import amount, month, not_known
from oneplace.science import suppression
from oneplace.vocabulary.terms import MeasureUnit

_GROUPS = ("place", "network")


def frozen(
    measuring: Measuring, earlier: Sequence[Mapping[str, int]], *, viewer: Viewer, at: datetime
) -> tuple[dict[str, Any], dict[str, int]]:
    """The content of a publication, and the true counts behind what it shows."""
    figures: list[dict[str, Any]] = []
    behind: dict[str, int] = {}
    charts = queries.every_chart(viewer=viewer)
    for key, charted in charts.items():
        figure = charted.figure
        definition = definition_of(key)
        told: dict[str, Any] = {
            "key": key, "title": definition.title, "sentence": definition.sentence,
            "statement": definition.statement, "definition": definition.label,
            "numerator": definition.numerator, "denominator": definition.denominator,
            "source": definition.source, "does_not_say": definition.does_not_say, "lines": [],
        }  # fmt: skip
        if figure is None:
            told["nothing"] = charted.why_no_figure
        else:
            told["from"], told["until"] = month(figure.first), month(figure.last)
            lines, counts = _lines(definition, figure, measuring, earlier)
            told["lines"] = lines
            behind |= counts
        figures.append(told)
    content = {
        "place": settings.PLACE.name,
        "statements": [
            {"key": each.key, "words": each.words} for each in settings.PLACE.statements
        ],
        "figures": figures,
        "claims": [
            {
                "key": each.key, "words": each.words, "source": each.source,
                "said_on": each.said_on.isoformat(), "verdict": each.verdict.label,
                "why": each.why, "undefined": list(each.undefined),
            }
            for each in settings.PLACE.claims
        ],
        "roll_out": _roll_out(viewer=viewer, at=at),
        "not_known": not_known(each.not_known for each in charts.values()),
    }  # fmt: skip
    return content, behind


def _roll_out(*, viewer: Viewer, at: datetime) -> list[dict[str, Any]]:
    """How far each network has come: practices, those that have met, those that met lately."""
    by_network: dict[str, list[RolledOut]] = {each.code: [] for each in settings.PLACE.networks}
    for row in huddles.roll_out(viewer=viewer, at=at):
        if row.practice.network is not None:
            by_network.setdefault(row.practice.network.key, []).append(row)
    names = {each.code: each.name for each in settings.PLACE.networks}
    told = []
    for key, rows in by_network.items():
        begun = [row.first_held for row in rows if row.first_held is not None]
        told.append(
            {
                "network": names.get(key, key), "practices": len(rows), "begun": len(begun),
                "lately": sum(row.held_lately > 0 for row in rows),
                "since": day(min(begun)) if begun else "",
            }
        )  # fmt: skip
    return told if any(row["practices"] for row in told) else []


def _lines(
    definition: Definition,
    figure: queries.Figure,
    measuring: Measuring,
    earlier: Sequence[Mapping[str, int]],
) -> tuple[list[dict[str, str]], dict[str, int]]:
    lines: list[dict[str, str]] = []
    behind: dict[str, int] = {}
    is_mean = definition.unit in (MeasureUnit.DAYS, MeasureUnit.SCORE)
    for grouping in _GROUPS:
        rows = (
            Measured.objects.filter(
                measuring=measuring, indicator=definition.key, variant="", grouping=grouping,
                month__range=(figure.first, figure.last),
            )
            .values("value")
            .annotate(tops=Sum("top"), bottoms=Sum("bottom"))
        )  # fmt: skip
        parts = {row["value"]: (row["tops"], row["bottoms"]) for row in rows if row["bottoms"]}
        name = f"{definition.key}|{figure.first}|{figure.last}|{grouping}"
        # The people behind a rate are counted, not their months, and held against few.
        months = figure.months if definition.is_rate else 1
        tops = {f"{name}|{key}|top": round(each[0]) for key, each in parts.items()}
        bottoms = {f"{name}|{key}|bottom": round(each[1] / months) for key, each in parts.items()}
        shown_tops = suppression.guarded(
            suppression.row(tops) if not is_mean else {}, tops, earlier
        )
        shown = suppression.guarded(suppression.row(bottoms), bottoms, earlier)
        for key, (top, bottom) in sorted(parts.items(), key=lambda item: named(grouping, item[0])):
            people = shown[f"{name}|{key}|bottom"]
            counted = shown_tops.get(f"{name}|{key}|top")
            if not is_mean and definition.unit is MeasureUnit.PER_CENT and counted is not None:
                alone = suppression.share(round(top), round(bottom))
                counted = counted if alone.numerator.why is None else alone.numerator
            value: float | None
            if is_mean:
                value = top / bottom if people.shown and bottom >= definition.least else None
            else:
                value = suppression.Share(counted or people, people).value
                value = None if value is None else value / months * definition.multiplier
            why = people.why or (counted.why if counted is not None else None)
            lines.append(
                {
                    "group": named(grouping, key),
                    "grouping": grouping,
                    "numerator": counted.words if counted is not None else "",
                    "denominator": people.words,
                    "value": "left out" if value is None else amount(definition, value),
                    "why": why.label
                    if why is not None
                    else ("" if value is not None else definition.too_few),
                }
            )
            for cell, held in ((f"{name}|{key}|bottom", people), (f"{name}|{key}|top", counted)):
                if held is not None and held.shown is not None:
                    behind[cell] = bottoms.get(cell, tops.get(cell, 0))
    return lines, behind

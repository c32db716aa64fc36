"""Figures of a snapshot are kept, and each new concern among them becomes somebody's duty."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any, Final

import pyarrow as pa
from django.db import connection, transaction

from oneplace.access import audit
from oneplace.access.models import Hat
from oneplace.access.viewer import Viewer
from oneplace.actions import verbs as action_verbs
from oneplace.actions.owners import Owner
from oneplace.insight.before_and_after import BeforeAfter
from oneplace.insight.indicators import DEFINITIONS, Definition, Measures
from oneplace.kit import formats
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused
from oneplace.kit.words import label_of
from oneplace.outcomes import queries
from oneplace.outcomes.models import Measuring, Signal
from oneplace.outcomes.queries.charts import Charted
from oneplace.science import suppression
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import AccountKind, ActionOrigin, Role

_ANSWER_WITHIN: Final = timedelta(days=14)
_COLUMNS: Final = (
    "measuring_id", "indicator", "variant", "version", "month", "grouping", "value", "top",
    "bottom",
)  # fmt: skip


@transaction.atomic
def keep_measures(
    *,
    measures: Measures,
    before_and_after: Mapping[str, BeforeAfter | None],
    waited: Mapping[str, Mapping[str, int]],
    by: Viewer,
    at: datetime,
) -> Measuring:
    """Keep what was measured in place of what was measured before; raise a duty for each concern.

    A job's work, as the loader: pages only read what it keeps. Measuring the same snapshot again
    changes no figure and raises nothing twice.
    """
    if by.kind is not AccountKind.BACKGROUND_JOB:
        raise Refused("Figures are measured by the house's own job, never typed in.")
    # What publications froze they hold themselves: what was measured before is not needed again.
    Measuring.objects.all().delete()
    kept = Measuring.objects.create(
        id=new_id(),
        snapshot=measures.snapshot,
        snapshot_made_at=measures.made_at,
        measured_at=at,
        first_month=measures.months.first,
        last_month=measures.months.last,
        known_until={key: day.isoformat() for key, day in measures.known_until.items()},
        before_and_after={
            use: _plain(found) for use, found in before_and_after.items() if found is not None
        },
        waited={band: dict(by_month) for band, by_month in waited.items()},
    )
    _copy(kept, measures.cells)
    audit.record(
        by=by,
        at=at,
        action="keep_measures",
        subject=("measuring", kept.pk),
        detail={"snapshot": measures.snapshot, "cells": measures.cells.num_rows},
    )
    for key in DEFINITIONS:
        charted = queries.charted(key, viewer=by)
        if charted is not None:
            _raise_signal(charted.definition, charted, by=by, at=at)
    return kept


def _plain(found: BeforeAfter) -> dict[str, Any]:
    told = asdict(found)
    # People a huddle took on are a group below the whole place: their counts pass the gate.
    counted = suppression.share(found.died, found.people)
    told["people"] = counted.denominator.words
    said = {suppression.Why.FEW: "1 to 7", suppression.Why.FEW_WITHOUT: "all but 1 to 7"}
    why = counted.numerator.why
    told["died"] = said.get(why, "*") if why is not None else counted.numerator.words
    told["share_expected"] = found.fall.share
    return {
        name: formats.day(value) if isinstance(value, date) else value
        for name, value in told.items()
    }


def _copy(kept: Measuring, cells: pa.Table) -> None:
    statement = f"copy outcomes_measured ({', '.join(_COLUMNS)}) from stdin"
    connection.ensure_connection()
    with connection.connection.cursor() as cursor, cursor.copy(statement) as rows:
        for cell in cells.to_pylist():
            version = DEFINITIONS[cell["indicator"]].version
            rows.write_row(
                (kept.pk, cell["indicator"], cell["variant"], version, cell["month"],
                 cell["grouping"], cell["value"], cell["top"], cell["bottom"])
            )  # fmt: skip


def _raise_signal(definition: Definition, charted: Charted, *, by: Viewer, at: datetime) -> None:
    """Make a concern somebody's duty: one open signal an indicator, one a month."""
    chart = charted.chart
    latest = chart.latest if chart is not None else None
    if chart is None or latest is None or not chart.variation.is_concern:
        return
    month = latest.point.on
    held = Signal.objects.filter(indicator=definition.key)
    if held.filter(ended_at=None).exists() or held.filter(month__gte=month).exists():
        return
    signal = Signal(
        id=new_id(),
        indicator=definition.key,
        version=definition.version,
        month=month,
        variation=chart.variation,
        rule=latest.rule,
        words=f"{definition.title}: {charted.sentence}",
        raised_at=at,
    )
    owner = _owner_of(definition, on=local_day(at))
    if owner is not None:
        due = local_day(at) + _ANSWER_WITHIN
        action = action_verbs.ask(
            person_id=None,
            text=f"Say what lies behind this and what is done: {definition.title.lower()}, "
            f"{month:%B %Y}."
            " It closes with evidence on the page of the figure.",
            owner=owner,
            due=due,
            origin=ActionOrigin.BOARD,
            origin_id=signal.pk,
            by=by,
            at=at,
        )
        signal.action_id, signal.owner_name, signal.due_on = action.pk, action.owner_name, due
    signal.save(force_insert=True)
    audit.record(
        by=by,
        at=at,
        action="raise_signal",
        subject=("signal", signal.pk),
        detail={"indicator": definition.label, "month": month.isoformat()},
    )


def _owner_of(definition: Definition, *, on: date) -> Owner | None:
    """Whoever wears the hat that owns an indicator, else the programme's director."""
    for role in (definition.owner, Role.PROGRAMME_DIRECTOR):
        hat = (
            Hat.objects.filter(
                post__role=role, starts_on__lte=on, ended_at=None, account__is_active=True
            )
            .select_related("account", "post__organisation")
            .order_by("account__name", "pk")
            .first()
        )
        if hat is not None:
            return Owner(
                organisation_id=hat.post.organisation_id,
                label=f"{hat.account.name} ({label_of(role).lower()})",
                account_id=hat.account_id,
            )
    return None

"""Groups below the whole place, as the gate for small numbers lets them be shown."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from oneplace.access.viewer import Viewer
from oneplace.insight.indicators import DEFINITIONS, Definition, month_after
from oneplace.insight.indicators.measuring import GROUPINGS
from oneplace.kit.words import say
from oneplace.outcomes.defining import definition_of
from oneplace.outcomes.gate import GroupLine, gated
from oneplace.outcomes.models import Measured
from oneplace.outcomes.queries.charts import YEAR, current


@dataclass(frozen=True)
class Groups:
    """All groups of one kind, over the last twelve months that may no longer change."""

    grouping: str
    title: str
    lines: tuple[GroupLine, ...]
    first: date
    last: date
    definition: Definition


def groups(key: str, grouping: str, *, viewer: Viewer) -> Groups | None:
    """An indicator by group, rounded, with few people left out; None where there is nothing."""
    measuring = current(viewer=viewer)
    if measuring is None or key not in DEFINITIONS or grouping not in GROUPINGS:
        return None
    definition = definition_of(key)
    last = month_after(measuring.last_month, -definition.provisional_months)
    first = max(measuring.first_month, month_after(last, 1 - YEAR))
    cells = (
        Measured.objects.filter(
            measuring=measuring, indicator=key, variant="", grouping=grouping,
            month__range=(first, last),
        )
        .values("value")
        .annotate(tops=Sum("top"), bottoms=Sum("bottom"))
    )  # fmt: skip
    parts = {row["value"]: (row["tops"], row["bottoms"]) for row in cells if row["bottoms"]}
    if not parts:
        return None
    lines = gated(definition, grouping, parts)
    return Groups(grouping, say(GROUPINGS[grouping]), lines, first, last, definition)

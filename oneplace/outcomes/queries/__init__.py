"""What the room answers, always to a viewer: charts, groups, claims, signals, publications."""

from oneplace.outcomes.queries.charts import (
    Charted,
    Figure,
    MonthRow,
    charted,
    current,
    every_chart,
    figure_of,
    rebases,
)
from oneplace.outcomes.queries.claims import ReadingShown, claim, claims, readings, waited
from oneplace.outcomes.queries.groups import Groups, groups
from oneplace.outcomes.queries.kept import (
    counts_behind,
    open_signals,
    publication,
    publications,
    signal,
    signals_of,
    signals_raised,
    stories,
)

__all__ = [
    "Charted",
    "Figure",
    "Groups",
    "MonthRow",
    "ReadingShown",
    "charted",
    "claim",
    "claims",
    "counts_behind",
    "current",
    "every_chart",
    "figure_of",
    "groups",
    "open_signals",
    "publication",
    "publications",
    "readings",
    "rebases",
    "signal",
    "signals_of",
    "signals_raised",
    "stories",
    "waited",
]

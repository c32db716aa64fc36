"""Groups below the whole place, as the gate for small numbers lets them be shown."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from oneplace.access.viewer import Viewer
from oneplace.insight.indicators import Definition
from oneplace.insight.indicators.measuring import GROUPINGS
from oneplace.kit.words import say
from oneplace.outcomes.gate import Gated, GroupLine, Whole, gated
from oneplace.outcomes.models import Measured
from oneplace.outcomes.queries.charts import Charted, current
from oneplace.outcomes.wording import amount


@dataclass(frozen=True)
class Groups:
    """All groups of one kind, over the months of the whole place's figure."""

    grouping: str
    title: str
    gated: Gated
    first: date
    last: date
    definition: Definition
    variant: str

    @property
    def lines(self) -> tuple[GroupLine, ...]:
        """Each group, in its order."""
        return self.gated.lines

    @property
    def denominator(self) -> str:
        """What the denominator of each counts."""
        read = self.definition.variants.get(self.variant)
        counts = (read.counts if read is not None else "") or self.definition.counts
        return f"{counts} on average" if self.definition.is_rate else counts

    @property
    def has_intervals(self) -> bool:
        """Whether a value here has an interval: a share or a rate, not a mean."""
        return bool(self.definition.interval)

    @property
    def whole(self) -> str:
        """The whole place's value over the same months, in words."""
        return amount(self.definition, self.gated.whole)


def groups(of: Charted, grouping: str, *, viewer: Viewer) -> Groups | None:
    """What is charted by group, rounded, with few people left out; None where there is nothing.

    Over the very months of the figure of the whole place, and by the same reading, so that the
    groups stand beside the whole they are parts of.
    """
    measuring = current(viewer=viewer)
    known = of.whole
    read = of.definition.variants.get(of.variant)
    if measuring is None or grouping not in GROUPINGS or not known:
        return None
    if read is not None and not read.has_groups:
        return None
    first, last = known[0].month, known[-1].month
    cells = (
        Measured.objects.filter(
            measuring=measuring, indicator=of.definition.key, variant=of.variant,
            grouping=grouping, month__range=(first, last),
        )
        .values("value")
        .annotate(tops=Sum("top"), bottoms=Sum("bottom"))
    )  # fmt: skip
    parts = {row["value"]: (row["tops"], row["bottoms"]) for row in cells if row["bottoms"]}
    if not parts:
        return None
    whole = Whole(sum(row.top for row in known), sum(row.bottom for row in known), len(known))
    found = gated(of.definition, grouping, parts, whole=whole)
    return Groups(grouping, say(GROUPINGS[grouping]), found, first, last, of.definition, of.variant)

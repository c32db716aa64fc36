"""Who waited longer than two hours for a first visit, by how long: counts, for the gate."""

from collections.abc import Mapping
from typing import Final

import ibis

from oneplace.insight.indicators.asked import Asked, month_begun
from oneplace.insight.indicators.definition import month_after
from oneplace.insight.indicators.life_two_hours import MINUTES, STREAMS
from oneplace.insight.indicators.measuring import months_until
from oneplace.insight.snapshot import Snapshot

BANDS: Final = (
    (MINUTES, 240, "2 to 4 hours"),
    (240, 720, "4 to 12 hours"),
    (720, 1440, "12 to 24 hours"),
    (1440, 10**9, "longer than a day"),
)
NOT_RECORDED: Final = "no visit recorded"


def waited_longer(snapshot: Snapshot) -> Mapping[str, Mapping[str, int]]:
    """How many accepted people waited how long over two hours, by the month the clock started in.

    By month, so that they are those of the figure they stand beside, whichever months it is of.
    """
    on = snapshot.manifest.made_on
    months = months_until(on)
    asked = Asked(snapshot, months, on)
    work = asked.work("life")
    work = work.anti_join(snapshot.table("uncounted"), "pseudonym")
    late = work.filter(
        work.mark.isin(STREAMS),
        work.note == "accepted",
        work.started_on >= ibis.literal(months.first),
        work.started_on < ibis.literal(month_after(months.last)),
        work.value.isnull() | (work.value > MINUTES),
    )
    cases = [((late.value > low) & (late.value <= high), words) for low, high, words in BANDS]
    named = late.mutate(
        band=ibis.cases(*cases, else_=NOT_RECORDED), month=month_begun(late.started_on)
    )
    rows = named.group_by("band", "month").agg(people=named.count()).to_pyarrow().to_pylist()
    found: dict[str, dict[str, int]] = {words: {} for *_, words in (*BANDS, (0, 0, NOT_RECORDED))}
    for row in sorted(rows, key=lambda row: row["month"]):
        found[row["band"]][row["month"].isoformat()] = row["people"]
    return found

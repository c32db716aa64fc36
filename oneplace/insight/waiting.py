"""Who waited longer than two hours for a first visit, by how long: counts, for the gate."""

from collections.abc import Mapping
from typing import Final

import ibis

from oneplace.insight.indicators.asked import Asked
from oneplace.insight.indicators.life_two_hours import MINUTES, STREAMS
from oneplace.insight.indicators.measuring import months_until
from oneplace.insight.snapshot import Snapshot

_MONTHS: Final = 12
BANDS: Final = (
    (MINUTES, 240, "2 to 4 hours"),
    (240, 720, "4 to 12 hours"),
    (720, 1440, "12 to 24 hours"),
    (1440, 10**9, "longer than a day"),
)
NOT_RECORDED: Final = "no visit recorded"


def waited_longer(snapshot: Snapshot) -> Mapping[str, int]:
    """How many accepted people of the last twelve whole months waited how long over two hours."""
    on = snapshot.manifest.made_on
    months = months_until(on, count=_MONTHS)
    asked = Asked(snapshot, months, on)
    work = asked.work("life")
    work = work.anti_join(snapshot.table("uncounted"), "pseudonym")
    late = work.filter(
        work.mark.isin(STREAMS),
        work.note == "accepted",
        work.started_on >= ibis.literal(months.first),
        work.started_on <= ibis.literal(on),
        work.value.isnull() | (work.value > MINUTES),
    )
    cases = [((late.value > low) & (late.value <= high), words) for low, high, words in BANDS]
    named = late.mutate(band=ibis.cases(*cases, else_=NOT_RECORDED))
    rows = named.group_by("band").agg(people=named.count()).to_pyarrow().to_pylist()
    found = {row["band"]: row["people"] for row in rows}
    return {words: found.get(words, 0) for *_, words in (*BANDS, (0, 0, NOT_RECORDED))}

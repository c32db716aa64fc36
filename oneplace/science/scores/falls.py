"""Falls risk by five questions (FRAT), as far as records answer them.

Nandy S and others, J Public Health 2004;26:138-43 (three or more of five: higher risk; to verify
against the paper). A fall in the last year, four or more medicines, stroke or Parkinson's, balance,
rising from a chair. Other tools carry the same four letters. A record can say yes and seldom no, so
the answer stays incomplete, and only "higher" is ever said before all five are answered.
"""

from typing import Final

from oneplace.science.scores.frailty_index import going_on, taken_now
from oneplace.science.scores.life import (
    Contribution,
    Happening,
    Instrument,
    Life,
    Score,
    State,
    contribution,
    outside,
)

INSTRUMENT: Final = Instrument(
    "falls_risk",
    "The falls risk assessment tool (FRAT)",
    "2004, from records",
    "Nandy and others, J Public Health 2004, doi 10.1093/pubmed/fdh132",
    "Finds people to be offered a falls assessment; it does not replace one.",
    65,
)
HIGHER: Final = 3
MEDICINES: Final = 4
YEAR: Final = 365
QUESTIONS: Final = 5


def falls(life: Life, days: int) -> list[Happening]:
    """Falls within so many days, one for each day on which somebody fell.

    A practice codes a fall it is told of as an observation of that day.
    """
    by_day = {}
    coded = [each for each in life.of("observation") if "frailty/falls" in each.ideas]
    for each in life.within([*life.of("fall"), *coded], days):
        by_day[each.happened_on] = each
    return list(by_day.values())


def falls_risk(life: Life) -> Score:
    """How many of the five are known to be so."""
    if not INSTRUMENT.is_for(life.age):
        return outside(INSTRUMENT, life.age)
    parts: list[Contribution] = []
    if fell := falls(life, YEAR):
        parts.append(contribution("a fall in the last year", 1, fell))
    medicines = taken_now(life)
    if len(medicines) >= MEDICINES:
        every = [each for found in medicines.values() for each in found]
        parts.append(contribution("four or more medicines", 1, every))
    for what, names in (
        ("stroke or Parkinson's", {"frailty/stroke-tia", "frailty/parkinsons"}),
        ("balance", {"flags/balance"}),
        ("rising from a chair", {"flags/chair-rise"}),
    ):
        kinds = ("condition", "observation", "procedure", "flag")
        if found := [each for each in life.of(*kinds) if each.ideas & names]:
            parts.append(contribution(what, 1, found))
    points = len(parts)
    state = State.COMPLETE if points == QUESTIONS else State.INCOMPLETE
    return Score(
        INSTRUMENT,
        state,
        points,
        "higher" if points >= HIGHER else None,
        "" if state is State.COMPLETE else _unanswered(life, len(medicines)),
        tuple(parts),
    )


def _unanswered(life: Life, taken: int) -> str:
    why = "Records do not answer all five questions."
    listed = len(going_on(life))
    if taken >= MEDICINES or listed < MEDICINES:
        return why
    return (
        f"{why} {listed} medicines are on the list, but of {listed - taken} no record says that "
        "it was issued in the last twelve months, so many medicines are not counted."
    )

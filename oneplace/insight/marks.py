"""What each sort of event means to the scores: bits and small numbers, worked out once a sort.

A snapshot has millions of events and a few thousand sorts of them (`whats`). Everything that asks
code lists happens here, over the sorts; the passes over events then do arithmetic only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntFlag
from typing import Any, Final

import pyarrow as pa

from oneplace.science.code_lists import CodeLists
from oneplace.science.scores import charlson as charlson_score
from oneplace.science.scores import frailty_index as frailty
from oneplace.science.scores.frailty_index import MEDICINES
from oneplace.science.scores.hospital_frailty import category
from oneplace.science.scores.lately import CARES, CONTACT_KINDS, MISSED, ON_A_LIST


class Topic(IntFlag):
    """What a sort of event is to a score or reason; one sort may be several."""

    EMERGENCY_STAY = 1
    PLANNED_STAY = 1 << 1
    OTHER_STAY = 1 << 2
    ATTENDANCE = 1 << 3
    FALL = 1 << 4
    CARE_PACKAGE = 1 << 5
    CARER = 1 << 6
    CARER_STRAIN = 1 << 7
    BEREAVEMENT = 1 << 8
    PLAN = 1 << 9
    CONTACT = 1 << 10
    MEDICINES_REVIEW = 1 << 11
    EMERGENCY_DIAGNOSIS = 1 << 12
    WEIGHT = 1 << 13
    CLINICAL_FRAILTY = 1 << 14
    ACTIVATION = 1 << 15
    END_OF_LIFE = 1 << 16
    BALANCE = 1 << 17
    CHAIR_RISE = 1 << 18
    STROKE_OR_PARKINSONS = 1 << 19
    PRACTICE_CODED = 1 << 20
    CODED_CONDITION = 1 << 21
    ISSUE = 1 << 22


STAY: Final = Topic.EMERGENCY_STAY | Topic.PLANNED_STAY | Topic.OTHER_STAY
OF_REASON: Final[Mapping[str, Topic]] = {
    "emergency_stay": Topic.EMERGENCY_STAY,
    "attendance": Topic.ATTENDANCE,
    "fall": Topic.FALL,
    "care_package": Topic.CARE_PACKAGE,
    "carer_strain": Topic.CARER_STRAIN,
    "bereavement": Topic.BEREAVEMENT,
    "emergency_diagnosis": Topic.EMERGENCY_DIAGNOSIS,
    "weight": Topic.WEIGHT,
    "clinical_frailty": Topic.CLINICAL_FRAILTY,
    "activation": Topic.ACTIVATION,
}
"""Topics of reasons by their word; `deficit` is any deficit, `left_stay` the end of a stay."""

IF_MALE: Final = 40
"""The bit of a haemoglobin that is low for a man only."""
_CODED: Final = ("condition", "observation", "flag")
_STAYS: Final = {"emergency": Topic.EMERGENCY_STAY, "planned": Topic.PLANNED_STAY}
_SIMPLE: Final = {
    "attendance": Topic.ATTENDANCE,
    "fall": Topic.FALL,
    "care_package": Topic.CARE_PACKAGE,
    "carer": Topic.CARER,
    "carer_strain": Topic.CARER,
    "bereavement": Topic.BEREAVEMENT,
    "care_plan": Topic.PLAN,
    "issue": Topic.ISSUE,
}
_PASSED_OVER: Final = {"carer": CARES, "carer_strain": CARES, "care_plan": ON_A_LIST}
"""Marks by which somebody has no carer, for they are one; and no plan, but a place on a list."""
_MEASURED: Final = {
    "measures/clinical-frailty": Topic.CLINICAL_FRAILTY,
    "measures/activation": Topic.ACTIVATION,
}
_FLAGGED: Final = {
    "flags/bereaved": Topic.BEREAVEMENT,
    "flags/care-plan": Topic.PLAN,
    "flags/end-of-life": Topic.END_OF_LIFE,
}
_ASKED: Final = {
    "flags/balance": Topic.BALANCE,
    "flags/chair-rise": Topic.CHAIR_RISE,
    "frailty/stroke-tia": Topic.STROKE_OR_PARKINSONS,
    "frailty/parkinsons": Topic.STROKE_OR_PARKINSONS,
}

SCHEMA: Final = pa.schema(
    [
        pa.field("what", pa.int32()),
        pa.field("topics", pa.int32()),
        pa.field("deficits", pa.int64()),
        pa.field("measure", pa.int8()),
        pa.field("charlson", pa.int32()),
        pa.field("long_term", pa.int64()),
        pa.field("medicine", pa.int32()),
        pa.field("category", pa.int16()),
    ]
)


@dataclass(frozen=True)
class Marks:
    """The marks of a snapshot's sorts of events, and what the bits and numbers stand for."""

    table: pa.Table
    deficits: tuple[str, ...]
    measures: tuple[str, ...]
    """Measure n stands at place n - 1."""
    long_term: tuple[str, ...]
    points: tuple[tuple[str, int], ...]
    """Category n of hospital frailty and its points in tenths stand at place n - 1."""
    covers_practice: bool
    covers_attendances: bool
    ideas: Mapping[int, frozenset[str]]

    def measure(self, key: str) -> int:
        """The number of a measure."""
        return self.measures.index(key) + 1

    def deficit(self, key: str) -> int:
        """The bit of a deficit, as a number."""
        return 1 << self.deficits.index(key)

    def condition(self, key: str) -> int:
        """The bit of a long-term condition, as a number."""
        return 1 << self.long_term.index(key)


def marks_of(whats: pa.Table, lists: CodeLists) -> Marks:
    """Mark every sort of event of a snapshot."""
    deficits = (*lists.keys("frailty"), frailty.POLYPHARMACY)
    measures, long_term = lists.keys("measures"), lists.keys("long_term")
    points = tuple(sorted(lists.points.items()))
    numbers = {key: place + 1 for place, (key, _) in enumerate(points)}
    charlson_keys = tuple(charlson_score.WEIGHTS)
    medicines: dict[str, int] = {}
    rows: list[dict[str, Any]] = []
    ideas: dict[int, frozenset[str]] = {}
    covers, attended = False, False
    for what in whats.to_pylist():
        kind, system, code = what["kind"], what["system"], what["code"]
        found = lists.ideas(system, code) if system else frozenset()
        ideas[what["what"]] = found
        is_frailty = kind in frailty.KINDS
        shown = _keys(found, "frailty/") if is_frailty else set()
        covers = covers or (kind == "condition" and system != "icd10" and bool(shown))
        attended = attended or kind == "attendance"
        measured = sorted(_keys(found, "measures/")) if kind == "observation" else []
        of_charlson = _keys(found, "charlson/") if kind in charlson_score.KINDS else set()
        of_long_term = _keys(found, "long_term/") if kind == "condition" else set()
        rows.append(
            {
                "what": what["what"],
                "topics": int(topics_of_sort(kind, what["mark"], system, found)),
                "deficits": sum(1 << deficits.index(key) for key in shown),
                "measure": measures.index(measured[0]) + 1 if measured else 0,
                "charlson": sum(1 << charlson_keys.index(key) for key in of_charlson),
                "long_term": sum(1 << long_term.index(key) for key in of_long_term),
                "medicine": medicines.setdefault(code, len(medicines) + 1)
                if kind in MEDICINES
                else 0,
                "category": numbers.get(category(code), 0)
                if kind == "diagnosis" and what["mark"] == "emergency" and system == "icd10"
                else 0,
            }
        )
    table = pa.Table.from_pylist(rows, schema=SCHEMA)
    return Marks(table, deficits, measures, long_term, points, covers, attended, ideas)


_MEASURING: Final = ("observation", "questionnaire")


def _keys(ideas: frozenset[str], folder: str) -> set[str]:
    return {name.removeprefix(folder) for name in ideas if name.startswith(folder)}


def topics_of_sort(kind: str, mark: str, system: str, ideas: frozenset[str]) -> Topic:
    """What a sort of event is to the scores and reasons."""
    topics = Topic(0) if mark == _PASSED_OVER.get(kind) else _SIMPLE.get(kind, Topic(0))
    if kind == "carer_strain":
        topics |= Topic.CARER_STRAIN
    if kind == "stay":
        topics |= _STAYS.get(mark, Topic.OTHER_STAY)
    if kind in CONTACT_KINDS and mark != MISSED:
        topics |= Topic.CONTACT
    if kind == "observation" and "measures/weight" in ideas:
        topics |= Topic.WEIGHT
    # A practice codes a fall it is told of as an observation of that day; a condition is a
    # tendency.
    if kind == "observation" and "frailty/falls" in ideas:
        topics |= Topic.FALL
    if kind == "review" and mark == "medicines":
        topics |= Topic.MEDICINES_REVIEW
    if kind == "diagnosis" and mark == "emergency" and system == "icd10":
        topics |= Topic.EMERGENCY_DIAGNOSIS
    if kind in ("condition", "medicine") and system not in ("", "icd10"):
        topics |= Topic.PRACTICE_CODED
    if kind in charlson_score.KINDS and system:
        topics |= Topic.CODED_CONDITION
    for kinds, named in (
        (_MEASURING, _MEASURED),
        (_CODED, _FLAGGED),
        (frailty.KINDS, _ASKED),
    ):
        if kind in kinds:
            for name in ideas & named.keys():
                topics |= named[name]
    return topics

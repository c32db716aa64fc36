"""The truth table by hand: who sees which part of what whom recorded, in which situation.

`truth.csv` is written from the place's sharing agreements and roles in words, never computed from
the rule. A row speaks of several roles and situations at once where the same holds; `same_as` says
that all is as in another situation. No row at all, or two for one cell, is a mistake.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from oneplace.vocabulary.terms import Role
from tests.house.role_matrix.situations import SITUATIONS

TABLE: Final = Path(__file__).with_name("truth.csv")
RECORDERS: Final = ("practice", "hospital", "mental_health", "council", "charity", "nobody")
"""Who recorded something. What has no known owner (`nobody`) is shown to nobody, so it has no
column."""
ITEMS: Final = (
    *("who", "reach", "alerts", "events", "health", "care", "support", "notes"),
    *("safeguarding", "protected"),
)
"""What was recorded. What is specially protected stands in the column of the role's own
organisation, and elsewhere only where somebody is to be kept safe."""


@dataclass(frozen=True)
class Truth:
    """What one role sees in one situation."""

    is_record_open: bool
    opens: frozenset[tuple[str, str]]
    """Pairs of recorder and item."""


@cache
def truth() -> dict[tuple[Role, str], Truth]:
    """The whole table, by role and situation; raises for a cell with no row or with two."""
    rows: dict[tuple[str, str], dict[str, str]] = {}
    with TABLE.open(newline="") as file:
        for row in csv.DictReader(file):
            situations = SITUATIONS if row["situations"] == "every" else row["situations"].split()
            for role in row["roles"].split():
                for situation in situations:
                    if (role, situation) in rows:
                        raise ValueError(f"two rows for {role}, {situation}")
                    rows[role, situation] = row
    return {
        (role, situation): _truth(rows, role.value, situation)
        for role in Role
        for situation in SITUATIONS
    }


def _truth(rows: dict[tuple[str, str], dict[str, str]], role: str, situation: str) -> Truth:
    row = rows[role, situation]
    if row["same_as"]:
        return _truth(rows, role, row["same_as"])
    opens = {
        (recorder, item) for recorder in RECORDERS[:-1] for item in (row[recorder] or "").split()
    }
    if unknown := {item for _, item in opens} - set(ITEMS):
        raise ValueError(f"{role}, {situation}: there is no item {unknown}")
    return Truth(row["record"] == "open", frozenset(opens))

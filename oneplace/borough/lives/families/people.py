"""The arrays families are built in, and what kinds of people there are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from oneplace.borough.lives.moments import Array

SCRIPTED: Final = {"desmond": 0, "joyce": 1, "marcia": 2}
"""Person indexes of those written by hand (`desmond`)."""

CODES: Final = ("A", "B", "C", "D", "E", "F", "G", "H", "J", "K", "L", "M", "N", "P", "R", "S", "Z")

_CLUSTER: Final = {"A": 0, "B": 0, "C": 0, "D": 3, "E": 3, "F": 3, "G": 3, "H": 1, "J": 1, "K": 1,
                   "L": 1, "M": 2, "N": 2, "P": 2, "R": 1, "S": 4, "Z": 0}  # fmt: skip
CULTURES: Final = ("english", "irish", "european", "caribbean", "african", "indian", "tamil",
                   "pakistani", "bangladeshi", "chinese", "arab")  # fmt: skip


@dataclass
class People:
    """The arrays families are built in; one place per person, scripted people first."""

    age: Array
    """Years at now (of the dead and the moved: as if they still were here)."""
    woman: Array
    fate: Array
    """0 living here at now, 1 died before now, 2 moved away before now."""
    ordinary: Array
    ethnicity: Array
    in_home: Array
    """Care home index or -1."""
    partner: Array
    mother: Array
    father: Array
    head: Array
    """Whose household they belong to, by person."""
    liability: Array
    """How prone to illness, standard normal with shifts; drives conditions and frailty."""
    widowed_by: Array
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many."""
        return len(self.age)

    @property
    def here(self) -> Array:
        """Living in the borough at now."""
        return np.asarray(self.fate == 0)

    @property
    def cluster(self) -> Array:
        """Whom people marry among: ethnic categories in five groups."""
        return cluster_of(self.ethnicity)


def cluster_of(ethnicity: Array) -> Array:
    """The group of each ethnic category (an index into `CODES`)."""
    return np.array([_CLUSTER[code] for code in CODES])[ethnicity]

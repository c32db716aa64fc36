"""What tests of outcomes ask for: figures kept as the nightly job keeps them, and who looks."""

from datetime import UTC, date, datetime

import pyarrow as pa
import pytest

from oneplace.access.viewer import Viewer, permissions_of, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.insight.indicators import Measures, month_after
from oneplace.insight.indicators.definition import Months
from oneplace.insight.indicators.measuring import CELLS
from oneplace.outcomes import verbs
from oneplace.outcomes.measurer import MEASURER
from oneplace.outcomes.models import Measuring
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import AccountKind, Role
from tests.database import as_role
from tests.factories import AT, bring_in_place

FIRST, LAST = date(2024, 3, 1), date(2026, 2, 1)


def somebody(role: Role, name: str = "Somebody") -> Viewer:
    """A viewer of a role; nobody of the database, for rules need no more."""
    return Viewer(
        account_id=new_id(), kind=AccountKind.STAFF, name=name, role=role,
        permissions=permissions_of(role),
    )  # fmt: skip


def cell(indicator, month, top, bottom, *group, variant=""):
    """One cell as `insight` measures it; `group` is a grouping and its value."""
    grouping, value = group or ("place", "")
    return {
        "indicator": indicator, "variant": variant, "month": month, "grouping": grouping,
        "value": value, "top": float(top), "bottom": float(bottom),
    }  # fmt: skip


def two_hours(last_top=36):
    """Two years of the two hours: 36 of 40 each month, and the last as told; two practices."""
    months = Months(FIRST, LAST).every()
    cells = []
    for at, month in enumerate(months):
        top = last_top if month == LAST else 36 + at % 2
        cells.append(cell("life_two_hours", month, top, 40))
        cells.append(cell("life_two_hours", month, top - 2, 37, variant="by_day"))
        cells.append(cell("life_two_hours", month, top - 1, 38, "practice", "ZZAS06"))
        cells.append(cell("life_two_hours", month, 0 if at % 6 else 1, 2 if not at % 6 else 0,
                          "practice", "ZZTH04"))  # fmt: skip
        cells.append(cell("emergency_admissions", month, 12, 600))
    return cells


def keep(cells, *, known_until=None, snapshot="a" * 64, at=AT, before_and_after=None) -> Measuring:
    """Keep these figures, as the job."""
    measures = Measures(
        pa.Table.from_pylist(cells, schema=CELLS),
        known_until or {},
        Months(FIRST, LAST),
        snapshot,
        datetime(2026, 3, 12, 4, tzinfo=UTC),
    )
    with as_role(DatabaseRole.LOADER), viewing(MEASURER, at=at):
        return verbs.keep_measures(
            measures=measures, before_and_after=before_and_after or {},
            waited={
                "2 to 4 hours": {"2024-03-01": 5, "2026-01-01": 20},
                "4 to 12 hours": {"2026-01-01": 3},
                "no visit recorded": {"2025-03-01": 11},
            },
            by=MEASURER, at=at,
        )  # fmt: skip


@pytest.fixture
def measured(db: None) -> Measuring:
    """Two years measured."""
    bring_in_place()
    return keep(two_hours())


__all__ = ["AT", "FIRST", "LAST", "cell", "keep", "month_after", "somebody", "two_hours"]

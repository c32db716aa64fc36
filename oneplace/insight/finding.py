"""Who may need us: scores, reasons, segments and who is eligible, for a whole place at once.

    snapshot = Snapshot.open(newest(folder))
    found = find(snapshot, on=date(2026, 3, 12), settings=Settings())
    found.scores.filter(found.scores.frailty_band == "severe").to_pyarrow()

It answers pseudonyms and counts only. Who stands behind a pseudonym `people.queries.people_behind`
says to whoever may open them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from oneplace.insight.settings import Settings
from oneplace.insight.snapshot import Snapshot


@dataclass(frozen=True)
class Found:
    """What was found: four Ibis tables with the columns of `shapes.FOUND`, and of what.

    The tables live as long as the snapshot is open; `.to_pyarrow()` takes a copy out.
    """

    on: date
    snapshot: str
    """The hash of the snapshot."""
    settings: str
    """The version of the settings."""
    code_lists: str
    """The version of the code lists."""
    scores: Any
    reasons: Any
    segments: Any
    eligible: Any

    @property
    def tables(self) -> Mapping[str, Any]:
        """The four tables by name."""
        return {
            "scores": self.scores,
            "reasons": self.reasons,
            "segments": self.segments,
            "eligible": self.eligible,
        }

    def write(self, folder: Path) -> None:
        """Write the four tables as Parquet files into a folder, which is made."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, table in self.tables.items():
            table.to_parquet(folder / f"{name}.parquet")


def find(snapshot: Snapshot, *, on: date, settings: Settings | None = None) -> Found:
    """Score everybody alive on a day, with reasons, segments and the eligible list."""
    raise NotImplementedError

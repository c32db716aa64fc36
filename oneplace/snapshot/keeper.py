"""On whose behalf a snapshot is taken."""

from typing import Final

from oneplace.access.viewer import system_viewer
from oneplace.vocabulary.terms import Purpose

KEEPER: Final = system_viewer(
    "keeper of snapshots", purpose=Purpose.RISK_STRATIFICATION, permissions=frozenset()
)

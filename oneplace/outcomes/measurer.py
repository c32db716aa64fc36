"""Background work of outcomes: as whom the house measures itself."""

from typing import Final

from oneplace.access.viewer import system_viewer
from oneplace.vocabulary.terms import Purpose

MEASURER: Final = system_viewer(
    "measurer", purpose=Purpose.COMMISSIONING, permissions=frozenset({"see_board", "ask_action"})
)

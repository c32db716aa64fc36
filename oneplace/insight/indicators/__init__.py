"""What the alliance is measured by: one definition a file, asked of a snapshot all at once."""

from oneplace.insight.indicators.definition import Counted, Definition, Variant
from oneplace.insight.indicators.measuring import Measures, measure, month_after, month_of
from oneplace.insight.indicators.register import DEFINITIONS, definition

__all__ = [
    "DEFINITIONS",
    "Counted",
    "Definition",
    "Measures",
    "Variant",
    "definition",
    "measure",
    "month_after",
    "month_of",
]

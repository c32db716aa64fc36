"""What resources say, as rows of the record: one table an element, one folder a thing.

`rows.rows_of` reads a plan. An element that no table names is counted by its path.
"""

from oneplace.feeds.fhir.meaning.reading import Sender
from oneplace.feeds.fhir.meaning.rows import rows_of

__all__ = ["Sender", "rows_of"]

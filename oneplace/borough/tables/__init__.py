"""The one contract between lives and feeds: every table of a life history, column by column.

How to read it:

- A *person* is an index into `people` (0-based, dense, never re-used); `stay`, `practice`, `staff`,
  `organisation`, `address`, ... are indexes into the table of that name in the same way. The feeds
  give each source its own identifiers; an index must never be written to a file.
- `index` is int32. `when` is a moment: timestamp in microseconds, **UTC** (numpy int64 inside).
  Writers turn it into UK local time with `uk_local`. `day` is a UK calendar date (date32).
- `code` is a dictionary-encoded string: one of a small closed list, given in the meaning or in
  the sheet named there. `text` is a dictionary-encoded string from a larger list.
- A column marked `?` may be null; null means "there is none" or "not yet", never "unknown to us".
- The life is the truth: complete, correct, on time. Defects of the *sources* (typos, missing
  numbers, late or repeated messages) are the feed writers' work.
- Lives run on past the pinned now to `Settings.ends_at`, so a demo's clock has a future. What is
  still open at that end has null ends.
- Rows of event tables are sorted by person, then time; those of the people written by hand come
  last.
"""

from oneplace.borough.tables.every import TABLES
from oneplace.borough.tables.lives import Lives
from oneplace.borough.tables.table import Column, Table

__all__ = ["TABLES", "Column", "Lives", "Table"]

"""Small numbers: what may be counted aloud, in one place.

A count under `least` is not told. Where exactly one count of a group with a known total is left
out it could be worked out from the rest, so the next smallest goes too.
"""

from collections.abc import Sequence
from typing import Any

import ibis


def told(count: int, least: int) -> str:
    """A count as it may be said."""
    return f"fewer than {least}" if 0 < count < least else f"{count:,}"


def suppressed(table: Any, *, counts: Sequence[str], row: str, within: str, least: int) -> Any:
    """A table of counts with the small ones null, and others that would give them away.

    Within each group of `within` and, where it is known, within each `row` across groups, no single
    count is left out alone. `is_suppressed` marks rows of which any count was left out.
    """
    for name in counts:
        table = _hide(table, name, row, within, least)
    is_hidden: Any = ibis.literal(False)
    for name in counts:
        is_hidden = is_hidden | table[f"{name}_hidden"]
    shown = {
        name: table[f"{name}_hidden"].ifelse(ibis.null("int64"), table[name]) for name in counts
    }
    return table.select(row, within, **shown, is_suppressed=is_hidden)


def _hide(table: Any, name: str, row: str, within: str, least: int) -> Any:
    hidden = f"{name}_hidden"
    table = table.mutate({hidden: (table[name] > 0) & (table[name] < least)})
    # Twice: hiding a second count in a column may leave one alone in its row, and the other way.
    for _ in range(2):
        for group in (within, row):
            key = table[group].fill_null("")
            window = ibis.window(group_by=key)
            alone = table[hidden].sum().over(window) == 1
            order = ibis.window(
                group_by=key, order_by=[table[hidden], table[name], table[row], table[within]]
            )
            is_next = ibis.row_number().over(order) == 0
            table = table.mutate({hidden: table[hidden] | (alone & is_next & ~table[hidden])})
    return table

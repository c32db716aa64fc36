"""Small numbers: what may be counted aloud, in one place.

A count under `least` is not told. What is told beside it - the other counts of its row and column
and the totals of both - would often give it away, so more is left out until it does not: however
the table is added up, each small count may still be any number it could have been.

The method is that of networks for two-way tables (Cox, J Am Stat Assoc 1995;90:1453-62; Kelly and
others, Networks 1992;22:397-417): hidden counts are the arcs of a network in which every total is
kept, and a count is safe where enough can flow around it. In such a network every bound is a whole
number, so what is possible here is possible for counts of people.
"""

import heapq
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import pyarrow as pa

WHOLE: Final = None
"""The column in which the counts of a row over all columns stand."""
_NOUGHT_COSTS: Final = 10**9
"""Noughts are told as they are, unless nothing else keeps a small count hidden."""
Key: TypeAlias = tuple[Hashable, Hashable | None]
"""A count of a table: its row, and its column or `WHOLE`."""


def told(count: int, least: int) -> str:
    """A count as it may be said."""
    return f"fewer than {least}" if 0 < count < least else f"{count:,}"


def suppressed(
    table: pa.Table, *, counts: Sequence[str], row: str, within: str, least: int
) -> pa.Table:
    """A table of counts with the small ones null, and others that would give them away.

    `within` is null where a line counts its `row` everywhere. Each of `counts` is a part of the one
    before it. `is_suppressed` marks lines of which any count was left out.
    """
    keys = list(zip(table[row].to_pylist(), table[within].to_pylist(), strict=True))
    most: Mapping[Key, int] = {}
    hidden: list[frozenset[Key]] = []
    for name in counts:
        number = dict(zip(keys, table[name].to_pylist(), strict=True))
        hidden.append(left_out(number, least=least, most=most))
        most = number
    shown = {
        name: pa.array(
            [
                None if key in gone else number
                for key, number in zip(keys, table[name].to_pylist(), strict=True)
            ],
            pa.int64(),
        )
        for name, gone in zip(counts, hidden, strict=True)
    }
    is_suppressed = pa.array([any(key in gone for gone in hidden) for key in keys], pa.bool_())
    return pa.table(
        {row: table[row], within: table[within], **shown, "is_suppressed": is_suppressed}
    )


def left_out(
    counts: Mapping[Key, int], *, least: int, most: Mapping[Key, int] | None = None
) -> frozenset[Key]:
    """Which counts of a table are not told.

    Whoever reads it is taken to know everything else: each column's total, the total of all, who
    is counted in no column, which of the hidden counts are small, and `most`, what each count is a
    part of. Each small one then still may be every number from 1 to below `least`.
    """
    net = _Network.of(counts, least=least, most=most or {})
    small = sorted((key for key, n in counts.items() if 0 < n < least), key=lambda key: counts[key])
    for key in small:
        net.hide(key)
    for key in small:
        targets = (1, min(least - 1, net.most.get(key, least - 1)))
        opened = [net.open_to(key, target) for target in targets]
        if not all(opened):
            net.hide_around(key)
    return frozenset(net.hidden)


@dataclass(slots=True)
class _Network:
    """A table of counts as a network: rows and columns are places, hidden counts are arcs.

    What is in an arc may change as long as at every place as much comes in as goes out, for there a
    total is kept. A count of a column runs from its row to its column; a row's whole, which is what
    all those add up to, runs the other way, from the whole to the row.
    """

    counts: Mapping[Key, int]
    least: int
    most: Mapping[Key, int]
    hidden: set[Key] = field(default_factory=set)
    arcs: dict[Hashable, list[tuple[Hashable, Key | None, int]]] = field(default_factory=dict)
    """From each place: to which, by which count, and whether the count grows by it (1) or not."""

    @classmethod
    def of(cls, counts: Mapping[Key, int], *, least: int, most: Mapping[Key, int]) -> "_Network":
        net = cls(counts, least, most)
        arcs: dict[Hashable, list[tuple[Hashable, Key | None, int]]] = defaultdict(list)
        for key in counts:
            begin, end = net.ends(key)
            arcs[begin].append((end, key, 1))
            arcs[end].append((begin, key, -1))
        for row in {row for row, _ in counts} - {row for row, column in counts if column is WHOLE}:
            # No whole of this row is told, nor anything that adds up to one.
            arcs["row", row].append((("column", WHOLE), None, -1))
            arcs["column", WHOLE].append((("row", row), None, 1))
        net.arcs = dict(arcs)
        return net

    def ends(self, key: Key) -> tuple[Hashable, Hashable]:
        """Where the arc of a count begins and ends."""
        line, column = ("row", key[0]), ("column", key[1])
        return (column, line) if key[1] is WHOLE else (line, column)

    def hide(self, key: Key) -> None:
        """Leave a count out."""
        self.hidden.add(key)

    def hide_around(self, key: Key) -> None:
        """Leave out everything beside a count that nothing keeps hidden otherwise."""
        self.hidden.update(
            other for other in self.counts if other[0] == key[0] or other[1] == key[1]
        )

    def bounds(self, key: Key) -> tuple[int, int]:
        """Between which numbers a reader who knows our rules places a hidden count."""
        count = self.counts[key]
        most = self.most.get(key, _NOUGHT_COSTS)
        if count == 0:
            return 0, most
        return (1, min(self.least - 1, most)) if count < self.least else (self.least, most)

    def cost(self, key: Key | None) -> int:
        """What is lost by hiding a count: nothing where it is hidden already."""
        if key is None or key in self.hidden:
            return 0
        return self.counts[key] or _NOUGHT_COSTS

    def open_to(self, key: Key, target: int) -> bool:
        """Whether a small count may be `target` after all; hides what that needs, if it can be."""
        wanted = target - self.counts[key]
        begin, end = self.ends(key)
        if wanted < 0:
            begin, end = end, begin
        moved: dict[Key, int] = defaultdict(int)
        left = abs(wanted)
        while left:
            # What goes more through the count itself comes back by the others.
            path = self._cheapest(end, begin, moved, without=key)
            if path is None:
                return False
            room = min(left, *(self._room(each, way, moved) for each, way in path))
            for each, way in path:
                if each is not None:
                    moved[each] += way * room
                    self.hide(each)
            left -= room
        return True

    def _room(self, key: Key | None, way: int, moved: Mapping[Key, int]) -> int:
        if key is None:
            return _NOUGHT_COSTS
        low, high = self.bounds(key)
        now = self.counts[key] + moved.get(key, 0)
        return high - now if way > 0 else now - low

    def _cheapest(
        self, begin: Hashable, end: Hashable, moved: Mapping[Key, int], *, without: Key
    ) -> list[tuple[Key | None, int]] | None:
        """The way from one place to another that hides the least; None where there is none."""
        best: dict[Hashable, int] = {begin: 0}
        came: dict[Hashable, tuple[Hashable, Key | None, int]] = {}
        waiting: list[tuple[int, int, Hashable]] = [(0, 0, begin)]
        turn = 0
        while waiting:
            so_far, _, here = heapq.heappop(waiting)
            if here == end:
                break
            if so_far > best[here]:
                continue
            for there, key, way in self.arcs.get(here, ()):
                if key == without or self._room(key, way, moved) <= 0:
                    continue
                cost = so_far + self.cost(key)
                if cost < best.get(there, cost + 1):
                    turn += 1
                    best[there], came[there] = cost, (here, key, way)
                    heapq.heappush(waiting, (cost, turn, there))
        if end not in came:
            return None
        path: list[tuple[Key | None, int]] = []
        here = end
        while here != begin:
            here, key, way = came[here]
            path.append((key, way))
        return path

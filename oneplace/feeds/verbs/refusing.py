"""Notes what a partner's system was refused, so that whoever keeps its feed can help it."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import connection, transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.feeds.models import RefusedRequest, Source

MOST_ALIKE: Final = 200
"""Kinds of refusals kept of one source; beyond that the longest past go."""
MOST_OF_ONE: Final = 5
"""Of one request so many reasons are noted: the rest is of the same mistake, mostly."""

_QUOTED: Final = re.compile("“[^”]*”|\"[^\"]*\"|'[^']*'|‘[^’]*’")
_NUMBERED: Final = re.compile(r"\S*\d\S*")
_AGAIN: Final = re.compile(r"…(?:[,\s]+(?:or )?…)+")
_ENTRY: Final = re.compile(r"\[\d+\]")

_NOTE: Final = """
insert into feeds_refusedrequest as r
       (source_id, asked, status, place, reason, times, first_at, last_at)
values (%s, %s, %s, %s, %s, 1, %s, %s)
on conflict (source_id, asked, status, place, reason) do update
   set times = r.times + 1, last_at = greatest(r.last_at, excluded.last_at)
"""


@transaction.atomic
def note_refusal(
    *,
    source: Source,
    asked: str,
    status: int,
    faults: Sequence[tuple[str, str]],
    by: Viewer,
    at: datetime,
) -> None:
    """Note why a request was refused: places and words, the same ones counted together.

    Whatever a word quotes, and whatever has a digit, may be from what was sent: it is cut out.
    """
    reasons = {(_place(place), _words(words, place)) for place, words in faults[:MOST_OF_ONE]}
    with connection.cursor() as cursor:
        for place, words in sorted(reasons or {("", "No reason was given.")}):
            cursor.execute(_NOTE, [source.pk, asked[:80], status, place, words, at, at])
    kept = RefusedRequest.objects.filter(source=source).order_by("-last_at", "-pk")
    old = list(kept.values_list("pk", flat=True)[MOST_ALIKE:])
    if old:
        RefusedRequest.objects.filter(pk__in=old).delete()
    audit.record(
        by=by,
        at=at,
        action="note_refusal",
        subject=("source", source.pk),
        detail={"status": status, "reasons": len(reasons)},
    )


def _place(place: str) -> str:
    return _ENTRY.sub("", place)[:300]


def _words(words: str, place: str) -> str:
    # An issue says its place once more before its words.
    head, mark, rest = words.partition(": ")
    leaf = place.rpartition(".")[2]
    said = rest if mark and leaf and head.endswith(leaf) else words
    cut = _NUMBERED.sub("…", _QUOTED.sub("“…”", said))
    return _AGAIN.sub("…", cut).strip()[:300]

"""Services that fit a need said in plain words, near somewhere, open now, for somebody.

One statement ranks: words of the name and kind before those of the description, the needs the words
speak of, nearness; an entry nobody has checked for long falls. A misspelt word is understood by the
three-letter parts it shares with a word of the directory.
"""

import math
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.utils import timezone

from oneplace.access.viewer import Viewer
from oneplace.directory.models import Service
from oneplace.directory.queries.service import Place, place_of, services_of
from oneplace.directory.reading_words import needs_in, parts_of, words_of
from oneplace.kit.clock import local_day
from oneplace.vocabulary.place.clocks import ServiceHours
from oneplace.vocabulary.terms import DirectoryCheck, NeedKind, ServiceCategory, Weekday

DUE_AFTER: Final = timedelta(days=183)
STALE_AFTER: Final = timedelta(days=365)
MOST: Final = 40
# How alike a misspelt word must be: the share of three-letter parts in common.
_ALIKE: Final = 0.4

_ALIKE_WORDS: Final = """
with typed as (select * from unnest(%(words)s::text[], %(parts)s::text[]) as t (word, part)),
sizes as (select word, count(*) as parts from typed group by word),
known as (select distinct t.word from typed t join directory_wordkey k on k.word = t.word),
likely as (
    select t.word, k.word as found, count(*) as shared
      from typed t join directory_wordkey k on k.part = t.part
     where not exists (select from known where known.word = t.word)
     group by t.word, k.word
)
select distinct on (l.word) l.word, l.found
  from likely l join sizes s on s.word = l.word
 where l.shared::float / (s.parts + length(l.found) + 1 - l.shared) >= %(alike)s
 order by l.word, l.shared::float / (s.parts + length(l.found) + 1 - l.shared) desc, l.found
"""

# Put together of what was asked, so that nothing is reckoned for what was not; parts are constants.
_RANKED: Final = """
with fits as materialized (
    select s.id,
           {words}
           + case when s.needs && %(needs)s::varchar[] then 0.4 else 0 end
           - case when s.checked_on is null then 0.2
                  when s.checked_on < %(stale)s then 0.35
                  when s.checked_on < %(due)s then 0.1 else 0 end
           - case s.capacity when 'full' then 0.3 when 'waiting' then 0.05 else 0 end
           - case when %(for_oneself)s and not s.is_self_referral then 0.5 else 0 end as score
      from directory_service s
     where {where}
){near}
"""
_ANYWHERE: Final = """
select f.id, null::float8 as km, f.score, count(*) over ()
  from fits f order by score desc, f.id limit %(most)s
"""
_NEAR: Final = """, apart as (
    select a.service_id, 111.2 * sqrt(min(
               (l.latitude - %(latitude)s::float8) * (l.latitude - %(latitude)s::float8)
               + (l.longitude - %(longitude)s::float8) * (l.longitude - %(longitude)s::float8)
               * %(shrunk)s::float8)) as km
      from fits f join directory_serviceatlocation a on a.service_id = f.id
           join directory_location l on l.id = a.location_id
     where l.latitude is not null group by a.service_id
)
select f.id, n.km,
       f.score - case when n.km is null then 0.1 else least(n.km / 20, 0.4) end as score,
       count(*) over ()
  from fits f left join apart n on n.service_id = f.id
 where %(within)s::float8 is null or n.km is null or n.km <= %(within)s::float8
 order by score desc, km nulls last, f.id limit %(most)s
"""
_WORDS: Final = (
    "least(ts_rank('{0.1, 0.25, 0.6, 1.0}', s.search, to_tsquery('english', %(query)s)), 1)"
)
_MATCHES: Final = "s.search @@ to_tsquery('english', %(query)s)"
_NEEDED: Final = "s.needs && %(needs)s::varchar[]"
_LISTED: Final = """s.is_listed and s.same_as_id is null
   and (s.closed_from is null or s.closed_from > %(today)s
        or (s.closed_until is not null and s.closed_until < %(today)s))"""
_OPEN: Final = """(s.hours = any (%(open_hours)s::text[])
        or exists (select from directory_schedule t where t.service_id = s.id
                      and %(weekday)s = any (t.weekdays)
                      and coalesce(t.opens_at, '00:00') <= %(time)s
                      and coalesce(t.closes_at, '23:59') >= %(time)s))"""


@dataclass(frozen=True)
class Wanted:
    """What a service shall be, besides fitting the words."""

    category: ServiceCategory | None = None
    need: NeedKind | None = None
    age: int | None = None
    language: str = ""
    is_free: bool = False
    is_open_now: bool = False
    within_km: float | None = None
    is_for_oneself: bool = False
    """Somebody looks for themselves: what only a professional can ask for comes last."""


@dataclass(frozen=True)
class Found:
    """One service that fits, how far it is, and how far its entry has been checked."""

    service: Service
    km: float | None
    score: float
    check: DirectoryCheck


@dataclass(frozen=True)
class Answer:
    """What a search found, best first, and how the words were understood."""

    found: tuple[Found, ...]
    total: int
    needs: tuple[NeedKind, ...] = ()
    corrected: dict[str, str] = field(default_factory=dict)
    """Words read as others: `{"gardning": "gardening"}`."""
    near: Place | None = None
    is_near_unknown: bool = False
    """A postcode was given that nobody knows: nothing was sorted by distance."""


def search(
    *,
    text: str = "",
    near: str = "",
    wanted: Wanted | None = None,
    most: int = MOST,
    viewer: Viewer,
    at: datetime,
) -> Answer:
    """Services that fit, best first; everything listed where nothing was typed."""
    wanted = wanted or Wanted()
    place = place_of(near, viewer=viewer) if near.strip() else None
    words = words_of(text)
    corrected = _alike(words)
    read = tuple(dict.fromkeys([*words, *corrected.values()]))
    needs = list(needs_in(" ".join(read)))
    if wanted.need is not None and wanted.need not in needs:
        needs.append(wanted.need)
    now = timezone.localtime(at)
    values: dict[str, Any] = {
        "query": " | ".join(f"{word}:*" for word in read),
        "needs": [need.value for need in needs],
        "latitude": place.latitude if place else None,
        "longitude": place.longitude if place else None,
        # A degree of longitude is shorter than one of latitude; squared, as distances are.
        "shrunk": math.cos(math.radians(place.latitude)) ** 2 if place else None,
        "stale": local_day(at) - STALE_AFTER,
        "due": local_day(at) - DUE_AFTER,
        "today": local_day(at),
        "category": wanted.category.value if wanted.category else "",
        "age": wanted.age,
        "language": wanted.language,
        "within": wanted.within_km,
        "for_oneself": wanted.is_for_oneself,
        "open_hours": _open_hours(at) if wanted.is_open_now else [],
        "weekday": now.weekday(),
        "time": now.time(),
        "most": most,
    }
    with connection.cursor() as cursor:
        cursor.execute(_statement(values, wanted), values)
        rows = cursor.fetchall()
    return Answer(
        found=_found(rows, viewer=viewer, at=at),
        total=rows[0][3] if rows else 0,
        needs=tuple(needs),
        corrected=corrected,
        near=place,
        is_near_unknown=bool(near.strip()) and place is None,
    )


def check_of(checked_on: date | None, *, on: date) -> DirectoryCheck:
    """How far an entry checked on a day can be relied on."""
    if checked_on is None:
        return DirectoryCheck.NEVER_CHECKED
    if checked_on < on - STALE_AFTER:
        return DirectoryCheck.STALE
    return DirectoryCheck.DUE_FOR_CHECK if checked_on < on - DUE_AFTER else DirectoryCheck.CHECKED


def _statement(values: dict[str, Any], wanted: Wanted) -> str:
    """The statement that answers exactly what was asked; what was typed stays a value of it."""
    fits = [
        part for part, asked in ((_MATCHES, values["query"]), (_NEEDED, values["needs"])) if asked
    ]
    where = [_LISTED]
    if fits:
        where.append(f"({' or '.join(fits)})")
    if values["category"]:
        where.append("s.category = %(category)s")
    if values["age"] is not None:
        where.append("coalesce(s.min_age, 0) <= %(age)s and coalesce(s.max_age, 200) >= %(age)s")
    if values["language"]:
        where.append("%(language)s = any (s.languages)")
    if wanted.is_free:
        where.append("s.cost_pence = 0")
    if wanted.is_open_now:
        where.append(_OPEN)
    return _RANKED.format(
        words=_WORDS if values["query"] else "0",
        where="\n       and ".join(where),
        near=_ANYWHERE if values["latitude"] is None else _NEAR,
    )


def _alike(words: tuple[str, ...]) -> dict[str, str]:
    """For words that stand nowhere in the directory, the likeliest that does."""
    shortest = 4
    pairs = [(word, part) for word in words if len(word) >= shortest for part in parts_of(word)]
    if not pairs:
        return {}
    values: dict[str, Any] = {
        "words": [word for word, _ in pairs],
        "parts": [part for _, part in pairs],
        "alike": _ALIKE,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ALIKE_WORDS, values)
        return {word: found for word, found in cursor.fetchall() if not found.startswith(word)}


def _found(
    rows: list[tuple[uuid.UUID, float | None, float, int]], *, viewer: Viewer, at: datetime
) -> tuple[Found, ...]:
    by_id = {each.pk: each for each in services_of([row[0] for row in rows], viewer=viewer)}
    today = local_day(at)
    return tuple(
        Found(by_id[id], km, float(score), check_of(by_id[id].checked_on, on=today))
        for id, km, score, _ in rows
        if id in by_id
    )


def _open_hours(at: datetime) -> list[str]:
    """The codes of opening hours in the place file that are open now."""
    now = timezone.localtime(at)
    return [hours.key for hours in settings.PLACE.service_hours if _is_open(hours, now)]


def _is_open(hours: ServiceHours, now: datetime) -> bool:
    days = [list(Weekday).index(day) for day in hours.days]
    if hours.all_day:
        return now.weekday() in days
    assert hours.opens is not None and hours.closes is not None  # noqa: S101 - the place file says
    if hours.opens < hours.closes:
        return now.weekday() in days and hours.opens <= now.time() < hours.closes
    # Over midnight: the evening of one day, or the small hours after it.
    began_today = now.weekday() in days and now.time() >= hours.opens
    return began_today or ((now.weekday() - 1) % 7 in days and now.time() < hours.closes)

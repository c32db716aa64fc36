"""Makes choices of what partners' records say in codes about sharing: objections and opt-outs.

Which codes say what, and whose word counts, a place lists (`choice_codes`). A code stands from its
day until a later one takes it back, or somebody took it back by hand. Of two that nothing tells
apart the one that closes stands.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from procrastinate.contrib.django import app

from oneplace.access import audit
from oneplace.access import verbs as access_verbs
from oneplace.access.models import ChoiceKind
from oneplace.access.rules.choices import KIND_OF_CODE
from oneplace.access.verbs import CodedBegun, CodedEnded
from oneplace.access.viewer import Viewer
from oneplace.kit.clock import local_day
from oneplace.kit.formats import day
from oneplace.kit.kept_plans import array_text
from oneplace.people.verbs.statements import FEW, pluck, run
from oneplace.people.verbs.summaries import chunks
from oneplace.vocabulary.place.governing import ChoiceCode
from oneplace.vocabulary.terms import AccountKind

READ_CODES: Final = "oneplace.people.jobs.read_codes"
"""The job's name; `people.jobs` does it, as the loader: who serves pages sees not every entry."""

# Several codes may say one thing, and several feeds may be believed of one code.
CODED: Final = """
with codes as (
    select * from unnest(%(codes)s::text[], %(systems)s::text[], %(feeds)s::text[],
                         %(kinds)s::text[], %(taking_back)s::bool[])
        as c (code, system, feed, kind, takes_back)
),
selves as (
    select p.id, p.current_id as whose from people_person p where p.current_id = any(%(persons)s)
),
said as (
    select s.person_id as whose, c.kind, c.takes_back, e.id as entry_id, e.source, e.title,
           e.organisation, coalesce(e.starts_at, e.recorded_at, e.said_at) as said_at,
           coalesce(e.recorded_at, e.said_at) as noted_at
      from records_subject s
      join records_entry e on e.subject_id = s.id and e.code = any(%(codes)s::text[])
      join codes c on c.code = e.code and c.system = e.code_system and c.feed = e.source
     where s.person_id = any(%(persons)s) and e.status not in ('in_error', 'cancelled')
),
held as (
    select selves.whose, c.* from selves join access_choice c on c.person_id = selves.id
     where c.kind = any(%(kinds)s) and c.party_id is null
),
taken_back as (
    select distinct on (whose, kind) * from (
        select whose, kind, said_at, noted_at, source, title from said where takes_back
        union all
        select whose, kind, ended_at, ended_at, '', '' from held
         where ended_at is not null and ended_source = ''
    ) as each
    order by whose, kind, said_at desc, noted_at desc
),
stands as (
    select distinct on (s.whose, s.kind) s.* from said s
      left join taken_back t on t.whose = s.whose and t.kind = s.kind
     where not s.takes_back
       and (t.said_at is null or (s.said_at, s.noted_at) >= (t.said_at, t.noted_at))
     order by s.whose, s.kind, s.said_at, s.noted_at, s.entry_id
)
select true, s.whose, s.kind, null::uuid, s.entry_id, s.source, s.said_at, s.title,
       coalesce(o.name, s.organisation)
  from stands s left join partners_organisation o on o.code = s.organisation
 where not exists (select from held h
                    where h.whose = s.whose and h.kind = s.kind and h.ended_at is null)
union all
select false, h.person_id, h.kind, h.id, h.entry_id, coalesce(nullif(t.source, ''), h.source),
       t.said_at, coalesce(t.title, ''), ''
  from held h left join taken_back t on t.whose = h.whose and t.kind = h.kind
 where h.ended_at is null and h.entry_id is not null
   and not exists (select from stands s where s.whose = h.whose and s.kind = h.kind)
   -- What the law had us erase says nothing any more, and takes nothing back.
   and not exists (select from records_entry e
                    where e.id = h.entry_id and e.erased_at is not null)
"""


def reads_codes(by: Viewer) -> bool:
    """Whether this viewer reads codes as it goes: the loader, where the place lists any."""
    return by.kind is AccountKind.BACKGROUND_JOB and bool(settings.PLACE.choice_codes)


def coded_values() -> dict[str, Any]:
    """The values `CODED` asks for besides `persons`: the place's codes, one row for each feed."""
    return _coded_values(tuple(settings.PLACE.choice_codes))


@lru_cache(maxsize=8)
def _coded_values(codes: tuple[ChoiceCode, ...]) -> dict[str, Any]:
    # They go with every record that arrives: the driver need not write out the lists each time.
    rows = [(code, feed) for code in codes for feed in code.feeds]
    return {
        "codes": array_text(code.code for code, _ in rows),
        "systems": array_text(code.system for code, _ in rows),
        "feeds": array_text(feed for _, feed in rows),
        "kinds": array_text(KIND_OF_CODE[code.says].value for code, _ in rows),
        "taking_back": array_text(str(code.takes_back).lower() for code, _ in rows),
    }


def keep_coded(found: Sequence[Any], *, by: Viewer, at: datetime) -> None:
    """Begin and end choices as `CODED` found them; where all is in step, nothing is written."""
    names = {feed.code: feed.name for feed in settings.PLACE.feeds}
    begun, ended = [], []
    for begins, person, kind, choice, entry, source, said_at, title, organisation in found:
        name = names.get(source, source)
        if begins:
            begun.append(
                CodedBegun(
                    person,
                    ChoiceKind(kind),
                    local_day(said_at),
                    source,
                    name,
                    entry,
                    words=title,
                    organisation=organisation,
                )
            )
        else:
            why = _why(title, said_at)
            ended.append(CodedEnded(choice, person, ChoiceKind(kind), source, name, why))
    access_verbs.keep_coded_choices(begun=begun, ended=ended, by=by, at=at)


def _why(title: str, said_at: datetime | None) -> str:
    if title and said_at is not None:
        return f"{title}, {day(local_day(said_at))}"
    return "It is no longer in what they send"


@transaction.atomic
def read_codes(*, person_ids: Iterable[uuid.UUID] | None = None, by: Viewer, at: datetime) -> int:
    """Hold what codes say of these people, or of everybody, against their choices.

    Feeds do so by themselves; this is for a place that changed its list of codes, and for people
    whom a page put together or apart. Returns how many people were asked about.
    """
    asked = None if person_ids is None else list(person_ids)
    many = FEW + 1 if asked is None else len(asked)
    persons = pluck(run(_CURRENT, {"persons": asked}, things=many))
    if reads_codes(by):
        for chunk in chunks(persons):
            found = run(CODED, {"persons": chunk, **coded_values()}, things=len(chunk))
            keep_coded(found, by=by, at=at)
    audit.record(by=by, at=at, action="read_codes", detail={"persons": len(persons)})
    return len(persons)


_CURRENT: Final = """
select distinct current_id from people_person
 where %(persons)s::uuid[] is null or id = any(%(persons)s)
"""


def ask_to_read_codes(persons: Iterable[uuid.UUID]) -> None:
    """Let the loader read these people's codes, once this transaction is done."""
    if settings.PLACE.choice_codes:
        app.configure_task(READ_CODES).defer(person_ids=[str(each) for each in persons])

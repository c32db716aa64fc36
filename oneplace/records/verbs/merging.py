"""Merges lines into the record in sets: the state is a function of the set of all that was said.

Of each thing and each different content the latest (`said_at`, `version`) counts; of the contents
the one with the greatest (`said_at`, `version`, hash) stands in the table, the others in
`Version`. What is there for the first time goes straight into its table; the rest is laid out in
a temporary table and merged by a few statements, whatever their number and order.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from select import select
from typing import Any, Final, NamedTuple

from django.db import DatabaseError, connection, models, transaction
from django.db.utils import IntegrityError

from oneplace.kit.kept_plans import cursor_of_deed
from oneplace.records.models import Agent, Entry, Identity, Same, VersionOf
from oneplace.records.verbs import lines
from oneplace.records.verbs.lines import Line

_BETWEEN_ROWS: Final = "\x1e"
# Lines laid out from which on PostgreSQL should count them before it plans.
_WORTH_COUNTING: Final = 500
# Up to so many lines come with the statement itself: emptying and filling a temporary table costs a
# message that arrives alone more than all its other work.
_FEW: Final = 200
# Lines sent to PostgreSQL at once.
_PIECE: Final = 250
_OPTIONS: Final = "(format text, delimiter E'\\x1f', null E'\\x1dN')"


class Merged(NamedTuple):
    """What became of some lines; ids as 32 digits."""

    added: int
    changed: int
    subjects: frozenset[str]
    """Of whom something is new or has changed."""


@dataclass(frozen=True, eq=False)
class Table:
    """How one kind of thing is merged."""

    model: type[models.Model]
    thing: VersionOf
    columns: tuple[str, ...]
    subject: str
    """SQL for whom a row `x` speaks of; `null` for nobody."""
    touches: str
    """SQL for the array of every subject a row `x` concerns."""

    @property
    def name(self) -> str:
        """As the database calls it."""
        return self.model._meta.db_table


ENTRIES: Final = Table(Entry, VersionOf.ENTRY, lines.ENTRY, "x.subject_id", "array[x.subject_id]")
IDENTITIES: Final = Table(
    Identity, VersionOf.IDENTITY, lines.IDENTITY, "x.subject_id", "array[x.subject_id]"
)
AGENTS: Final = Table(Agent, VersionOf.AGENT, lines.AGENT, "null::uuid", "array[]::uuid[]")
SAME: Final = Table(
    Same, VersionOf.SAME, lines.SAME, "x.kept_id", "array[x.kept_id, x.given_up_id]"
)


def add_subjects(subjects: dict[str, str]) -> frozenset[str]:
    """Write the subjects not there yet, given as line by id; gives back the ids of those."""
    if not subjects:
        return frozenset()
    # In one order, so that two loaders at once wait for each other and never in a circle.
    told = sorted(subjects.values())
    if len(told) <= _FEW:
        with cursor_of_deed() as cursor:
            cursor.execute(f"with {_FEW_SUBJECTS}, {_ADD_SUBJECTS}", [told])
            return frozenset(id for (id,) in cursor.fetchall())
    with connection.cursor() as cursor:
        cursor.execute(
            "create temporary table if not exists stage_subject (id uuid, authority text,"
            " value text) on commit delete rows"
        )
        cursor.execute("truncate stage_subject")
        _copy(cursor, "stage_subject", ("id", "authority", "value"), told)
        cursor.execute(f"with {_ADD_SUBJECTS}")
        return frozenset(id for (id,) in cursor.fetchall())


# A line as COPY would read it, laid out by the statement that uses it.
_FIELDS: Final = (
    "select string_to_array(line, E'\\x1f', E'\\x1dN') as f from unnest(%s::text[]) as line"
)
_LAID_OUT: Final = f"({_FIELDS}) l"
_FEW_SUBJECTS: Final = f"""
stage_subject (id, authority, value) as (select f[1]::uuid, f[2], f[3] from {_LAID_OUT})
"""
_ADD_SUBJECTS: Final = """
added as (
    insert into records_subject (id, authority, value)
    select id, authority, value from stage_subject order by id
    on conflict (id) do nothing returning id
)
select replace(id::text, '-', '') from added
"""


def write(table: Table, said: Sequence[Line]) -> Merged:
    """Write any lines of a table, whatever is there of them and in whatever order they come."""
    if not said:
        return Merged(0, 0, frozenset())
    if len(said) <= _FEW:
        news, others = _add_few(table, said)
    else:
        news, others = _sorted_out(table, said)
        if not _add(table, news):
            others += news
            news = []
    merged = _merge(table, others)
    concerned = merged.subjects.union(*(line.concerns for line in news))
    return Merged(len(news) + merged.added, merged.changed, concerned)


def _add_few(table: Table, said: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """Write lines of things not there, one of each, in one statement; and give back those.

    Also the others whose content does not stand: what does is done with, as in `_sorted_out`.
    """
    first = {line.id: line for line in reversed(said)}
    with cursor_of_deed() as cursor:
        cursor.execute(_adding(table), [[line.text for _, line in sorted(first.items())]])
        added = {id for (id,) in cursor.fetchall()}
    news = [line for id, line in first.items() if id in added]
    left = [line for line in said if line.id not in added or line is not first[line.id]]
    if not left:
        return news, left
    with connection.cursor() as cursor:
        return news, [line for line, _ in _not_standing(cursor, table, left)]


@cache
def _adding(table: Table) -> str:
    """Lays few lines out and writes those of things not there; of people their reach with them."""
    types = {
        field.column: (field.db_type(connection) or "").partition("(")
        for field in table.model._meta.concrete_fields
    }
    columns = (*lines.SAID, *table.columns)
    # Without its length: a text too long is refused where it is written, not cut here.
    values = ", ".join(
        f"f[{place}]::{types[column][0]}{'[]' if types[column][2].endswith('[]') else ''}"
        for place, column in enumerate(columns, 1)
    )
    statement = (
        f"with l as materialized ({_FIELDS}), added as ("
        f"insert into {table.name} ({_list(columns)}) select {values} from l"
        " on conflict (id) do nothing returning id)"
    )
    if table is IDENTITIES:
        told = (
            f"(select a.id, l.f[{len(columns) + 1}]::jsonb as reach"
            " from added a join l on l.f[1]::uuid = a.id) r"
        )
        statement += f", reached as ({_reach_comes(told)})"
    return f"{statement} select replace(id::text, '-', '') from added"


def _sorted_out(table: Table, said: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """Lines of things not there yet, one of each; and those whose content does not stand.

    What stands already is only said anew: its span is widened and its line is done with.
    """
    with connection.cursor() as cursor:
        there = _there(cursor, table, said)
        if not there:
            once = {line.id: line for line in said}
            if len(once) == len(said):
                return list(said), []
            return _parted((line, True) for line in said)
        known = [line for line in said if line.id in there]
        fresh = [(line, True) for line in said if line.id not in there]
        return _parted([*fresh, *_not_standing(cursor, table, known)])


def _parted(found: Iterable[tuple[Line, bool]]) -> tuple[list[Line], list[Line]]:
    """Of things not there the first line each; and all other lines."""
    news: dict[str, Line] = {}
    others: list[Line] = []
    for line, is_new in found:
        if is_new and line.id not in news:
            news[line.id] = line
        else:
            others.append(line)
    return list(news.values()), others


def _there(cursor: Any, table: Table, said: Sequence[Line]) -> frozenset[str]:
    """The ids of those lines whose thing is there: a look at one index, for what is mostly new."""
    ids = "{" + ",".join([line.id for line in said]) + "}"
    cursor.execute(
        f"select replace(id::text, '-', '') from {table.name} where id = any(%s::uuid[])", [ids]
    )
    return frozenset(id for (id,) in cursor.fetchall())


def _not_standing(cursor: Any, table: Table, said: Sequence[Line]) -> Iterator[tuple[Line, bool]]:
    """Lines whose content does not stand, and whether nothing is there of their thing."""
    keys = [lines.key_text(number, line) for number, line in enumerate(said)]

    def ask(statement: str, *parts: str) -> None:
        if len(keys) <= _FEW:
            parts = (_FEW_KEYS, *parts)
        whole = f"with {', '.join(parts)} {statement}" if parts else statement
        cursor.execute(whole.format(table=table.name), [keys] if len(keys) <= _FEW else None)

    if len(keys) > _FEW:
        _lay_out_keys(cursor, keys)
    ask(_NOT_STANDING, _HELD)
    found = cursor.fetchall()
    if len(found) < len(said):
        ask(_WIDEN)
    return ((said[number], is_new) for number, is_new in found)


def _lay_out_keys(cursor: Any, keys: Sequence[str]) -> None:
    cursor.execute(
        "create temporary table if not exists stage_key (number integer, id uuid, sha bytea,"
        ' said_at timestamptz, version text collate "C") on commit delete rows'
    )
    cursor.execute("truncate stage_key")
    _copy(cursor, "stage_key", ("number", "id", "sha", "said_at", "version"), list(keys))
    if len(keys) >= _WORTH_COUNTING:
        cursor.execute("analyze stage_key")


_FEW_KEYS: Final = f"""
stage_key (number, id, sha, said_at, version) as (
    select f[1]::integer, f[2]::uuid, f[3]::bytea, f[4]::timestamptz, f[5] collate "C"
      from {_LAID_OUT}
)
"""
# Another loader may be changing what stands: it is held, and what is held is looked at.
_HELD: Final = """
held as (
    select id, content_sha from {table} where id in (select id from stage_key)
    order by id for update
)
"""
_NOT_STANDING: Final = """
select k.number, h.id is null from stage_key k left join held h using (id)
where h.content_sha is distinct from k.sha order by k.number
"""
_WIDEN: Final = """
update {table} t set
    said_at = case when (s.said_at, s.version) > (t.said_at, t.version)
        then s.said_at else t.said_at end,
    version = case when (s.said_at, s.version) > (t.said_at, t.version)
        then s.version else t.version end,
    first_said_at = least(s.first_said_at, t.first_said_at)
from (
    select distinct on (id, sha) id, sha, said_at, version,
        min(said_at) over (partition by id, sha) as first_said_at
    from stage_key order by id, sha, said_at desc, version desc
) s
where s.id = t.id and s.sha = t.content_sha
  and ((s.said_at, s.version) > (t.said_at, t.version) or s.first_said_at < t.first_said_at)
"""


def _add(table: Table, fresh: Sequence[Line]) -> bool:
    """Write lines of things not there; False where another loader was quicker with one of them."""
    if not fresh:
        return True
    columns = (*lines.SAID, *table.columns)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            if table is not IDENTITIES:
                _copy(cursor, table.name, columns, [line.text for line in fresh])
                return True
            texts, ways = zip(*map(lines.without_reach, fresh), strict=True)
            _copy(cursor, table.name, columns, texts)
            of_ways = ("identity_id", "position", *lines.REACH)
            _copy(cursor, "records_reach", of_ways, [way for some in ways for way in some])
    except IntegrityError:
        return False
    return True


def _merge(table: Table, said: Sequence[Line]) -> Merged:
    """Write lines most of which say something else than what stands."""
    if not said:
        return Merged(0, 0, frozenset())
    with connection.cursor() as cursor:
        _lay_out(cursor, table, _once_each(said))
        steps = _steps(table)
        cursor.execute(steps.insert)
        added = int(cursor.fetchone()[0])
        cursor.execute(steps.lock)
        cursor.execute(steps.widen)
        cursor.execute(steps.rise)
        cursor.execute(steps.keep)
        cursor.execute(steps.touched)
        touched = frozenset(id for (id,) in cursor.fetchall())
        cursor.execute(steps.stand)
        changed = cursor.rowcount
        if table is IDENTITIES:
            cursor.execute(_REACH_GOES)
            cursor.execute(_reach_comes("risen_identity r"))
    return Merged(added, changed, touched)


def _once_each(said: Sequence[Line]) -> list[str]:
    """Of each thing and content the latest saying, with the moment it was first said."""
    latest: dict[tuple[str, str], Line] = {}
    first: dict[tuple[str, str], datetime] = {}
    for line in said:
        key = (line.id, line.sha)
        there = latest.get(key)
        if there is None or line.order > there.order:
            latest[key] = line
        at = line.order[0]
        if there is None or at < first[key]:
            first[key] = at
    return [
        line.text if line.order[0] == first[key] else lines.first_said(line, first[key]).text
        for key, line in latest.items()
    ]


def _lay_out(cursor: Any, table: Table, texts: list[str]) -> None:
    stage = f"stage_{table.thing.value}"
    columns = (*lines.SAID, *table.columns)
    extra = ", null::jsonb as reach" if table is IDENTITIES else ""
    cursor.execute(
        f"create temporary table if not exists {stage} on commit delete rows as"
        f" select {_list(columns)}{extra} from {table.name} with no data"
    )
    cursor.execute(
        f"create temporary table if not exists risen_{table.thing.value} on commit delete rows as"
        f" select {_list(columns)}{extra}, false as is_new from {table.name} with no data"
    )
    cursor.execute(f"truncate {stage}, risen_{table.thing.value}")
    copied = (*columns, "reach") if table is IDENTITIES else columns
    _copy(cursor, stage, copied, texts)
    if len(texts) >= _WORTH_COUNTING:
        cursor.execute(f"analyze {stage}")


class _Steps(NamedTuple):
    insert: str
    lock: str
    widen: str
    rise: str
    keep: str
    stand: str
    touched: str


# Of a content that is kept already only the span over which it was said widens.
_SAID_AGAIN: Final = (
    " on conflict (thing_id, content_sha) do update set"
    " said_at = case when (excluded.said_at, excluded.version) > (v.said_at, v.version)"
    " then excluded.said_at else v.said_at end,"
    " version = case when (excluded.said_at, excluded.version) > (v.said_at, v.version)"
    " then excluded.version else v.version end,"
    " first_said_at = least(excluded.first_said_at, v.first_said_at)"
    " where (excluded.said_at, excluded.version) > (v.said_at, v.version)"
    " or excluded.first_said_at < v.first_said_at"
)


@cache
def _steps(table: Table) -> _Steps:
    """The statements of a merge, in order: `s` are contents said, `t` what stands, `r` what rises.

    Each content of a thing is laid out once.
    """
    name, thing = table.name, table.thing.value
    stage, risen = f"stage_{thing}", f"risen_{thing}"
    columns = (*lines.SAID, *table.columns)
    reach = ", {of}.reach" if table is IDENTITIES else ""
    order = "({of}.said_at, {of}.version, {of}.content_sha)"
    # The greatest of a thing among those laid out.
    is_best = (
        f"not exists (select from {stage} o where o.id = s.id"
        f" and {order.format(of='o')} > {order.format(of='s')})"
    )
    kept = ("source", "content_sha", "said_at", "version", "delivery_id", "place", "arrived_at",
            "first_said_at")  # fmt: skip
    return _Steps(
        insert=(
            f"with added as (insert into {name} ({_list(columns)})"
            f" select {_list(columns, of='s')} from {stage} s"
            f" where not exists (select from {name} t where t.id = s.id) and {is_best}"
            " order by s.id on conflict (id) do nothing returning id, content_sha),"
            f" noted as (insert into {risen} select {_list(columns, of='s')}"
            f"{reach.format(of='s')}, true from {stage} s join added using (id, content_sha))"
            " select count(*) from added"
        ),
        lock=f"select from {name} where id in (select id from {stage}) order by id for update",
        widen=(
            f"update {name} t set"
            " said_at = case when (s.said_at, s.version) > (t.said_at, t.version)"
            " then s.said_at else t.said_at end,"
            " version = case when (s.said_at, s.version) > (t.said_at, t.version)"
            " then s.version else t.version end,"
            " first_said_at = least(s.first_said_at, t.first_said_at)"
            f" from {stage} s where s.id = t.id and s.content_sha = t.content_sha"
            " and ((s.said_at, s.version) > (t.said_at, t.version)"
            " or s.first_said_at < t.first_said_at)"
        ),
        rise=(
            f"insert into {risen} select {_list(columns, of='s')}{reach.format(of='s')}, false"
            f" from {stage} s join {name} t on t.id = s.id"
            f" where s.content_sha <> t.content_sha and {is_best}"
            f" and {order.format(of='s')} > {order.format(of='t')}"
        ),
        keep=(
            "insert into records_version as v (thing, thing_id, subject_id, content, received_at,"
            f" {_list(kept)}) select '{thing}', k.* from ("
            # What stood until now ...
            f"select x.id, {table.subject}, {_content(table, _STANDING_REACH)}, x.received_at,"
            f" {_list(kept, of='x')} from {name} x join {risen} r on r.id = x.id and not r.is_new"
            # ... and what never will.
            f" union all select x.id, {table.subject}, {_content(table, 'x.reach')}, now(),"
            f" {_list(kept, of='x')} from {stage} x join {name} t on t.id = x.id"
            f" left join {risen} r on r.id = x.id and not r.is_new"
            " where x.content_sha <> t.content_sha"
            " and x.content_sha is distinct from r.content_sha) k order by 1, 2" + _SAID_AGAIN
        ),
        # Whom it speaks of now, and whom what stood until now spoke of.
        touched=(
            f"select distinct replace(unnest({table.touches})::text, '-', '') from ("
            f"select {_list(table.columns)} from {risen} union all"
            f" select {_list(table.columns, of='t')} from {name} t join {risen} using (id)) x"
        ),
        stand=(
            f"update {name} t set {_assigned(columns)}, received_at = now(),"
            # It may have been said before, and have given way to something else since.
            " first_said_at = least(r.first_said_at, (select v.first_said_at"
            " from records_version v where v.thing_id = r.id and v.content_sha = r.content_sha))"
            f" from {risen} r where r.id = t.id and not r.is_new"
        ),
    )


# Ways of reach are rows of their own, because a policy hides rows; they stand or go together.
_REACH_GOES: Final = (
    "delete from records_reach w using risen_identity r where w.identity_id = r.id and not r.is_new"
)


def _reach_comes(told: str) -> str:
    """SQL that writes the ways of reach of identities `r`, each with its `id` and `reach`."""
    return (
        "insert into records_reach (identity_id, position, kind, text, postcode, lines, uprn, use,"
        " starts_on, ends_on, rank, note)"
        " select r.id, w.position - 1, w.way ->> 0, w.way ->> 1, w.way ->> 2,"
        " array(select jsonb_array_elements_text(w.way -> 3)), w.way ->> 4, w.way ->> 5,"
        " (w.way ->> 6)::date, (w.way ->> 7)::date, (w.way ->> 8)::integer, w.way ->> 9"
        f" from {told}, jsonb_array_elements(r.reach) with ordinality w (way, position)"
        " order by r.id, w.position"
    )


# As the lines have them: a list of ways, each a list of its fields.
_STANDING_REACH: Final = (
    "(select coalesce(jsonb_agg(jsonb_build_array("
    + ", ".join(f'w."{column}"' for column in lines.REACH)
    + ") order by w.position), '[]')"
    " from records_reach w where w.identity_id = x.id)"
)


def _content(table: Table, reach: str) -> str:
    """SQL for what a row `x` says as one JSON object."""
    # In two halves: a function takes at most a hundred arguments.
    pairs = [f"'{column}', x.{_quoted(column)}" for column in table.columns]
    half = len(pairs) // 2
    text = (
        f"jsonb_build_object({', '.join(pairs[:half])})"
        f" || jsonb_build_object({', '.join(pairs[half:])})"
    )
    return f"{text} || jsonb_build_object('reach', {reach})" if table is IDENTITIES else text


def _assigned(columns: Collection[str]) -> str:
    taken = (_quoted(column) for column in columns if column not in {"id", "first_said_at"})
    return ", ".join(f"{column} = r.{column}" for column in taken)


def _quoted(column: str) -> str:
    return f'"{column}"'


def _list(columns: Collection[str], *, of: str = "") -> str:
    prefix = f"{of}." if of else ""
    return ", ".join(f"{prefix}{_quoted(column)}" for column in columns)


def _copy(cursor: Any, table: str, columns: Sequence[str], texts: Sequence[str]) -> None:
    """COPY whole lines; their fields lie between `lines.BETWEEN`, and none is escaped yet."""
    if not texts:
        return
    statement = f"copy {table} ({_list(columns)}) from stdin {_OPTIONS}"
    # The cursor's own COPY knows nothing of Django's errors.
    with connection.wrap_database_errors, cursor.copy(statement) as copy:
        # A piece at a time stays in the processor's cache, and PostgreSQL works on the one before.
        for start in range(0, len(texts), _PIECE):
            copy.write(_escaped(texts[start : start + _PIECE]))
            _send(cursor.connection.pgconn)


def _send(connection: Any) -> None:
    """Wait until PostgreSQL has taken what was written to it.

    Left to itself the driver gathers a whole COPY, and moves what is left of it at each sending:
    of some megabytes that costs more than to make them.
    """
    while connection.flush():
        readable, _, _ = select([connection.socket], [connection.socket], [])
        if readable:
            connection.consume_input()


def _escaped(texts: Sequence[str]) -> bytes:
    """Some lines as COPY reads them; that each has all its fields and no more, COPY sees itself."""
    blob = _BETWEEN_ROWS.join(texts)
    if blob.count(_BETWEEN_ROWS) != len(texts) - 1:
        raise DatabaseError("A line holds a character that stands between lines.")
    for plain, escaped in (("\\", "\\\\"), ("\n", "\\n"), ("\r", "\\r"), (_BETWEEN_ROWS, "\n")):
        blob = blob.replace(plain, escaped)
    return blob.encode("utf-8") + b"\n"


# Keeps what an entry says now, before it is made to say something else by hand.
KEEP_ENTRY: Final = (
    "insert into records_version as v (thing, thing_id, subject_id, content, source, content_sha,"
    " said_at, version, delivery_id, place, arrived_at, first_said_at, received_at)"
    f" select 'entry', x.id, x.subject_id, {_content(ENTRIES, '')}, x.source, x.content_sha,"
    " x.said_at, x.version, x.delivery_id, x.place, x.arrived_at, x.first_said_at, x.received_at"
    f" from records_entry x where x.id = %s{_SAID_AGAIN}"
)

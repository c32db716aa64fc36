"""Hashes blocks of the audit from their entries, as fast as the database can tell them.

What is hashed of an entry is one text: every column but its number as PostgreSQL writes a `jsonb`,
and every person shown. Put together column by column that text takes a quarter of the time the
database would take for a whole `jsonb` of the row: words are written as they are where none of them
needs an escape, which is asked once a row. Persons are looked for only where some were shown.
Several entries make one row of a COPY, several blocks travel in one, and two connections tell
different blocks at once.
"""

import hashlib
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, transaction

ENTRIES_AT_ONCE: Final = 50_000
"""How many entries, about, travel in one COPY."""
BLOCKS_AT_ONCE: Final = 2_000
APART: Final = 100_000
"""From so many entries on two connections are worth their opening."""
CONNECTIONS: Final = 2

# As JSON these are written as they are in a `jsonb`; an array, say, is not.
_ALIKE: Final = (
    *("smallint", "integer", "bigint", "boolean", "text", "character varying"),
    *("timestamp with time zone", "date", "inet"),
)
_IN_QUOTES: Final = ("uuid", "xid8")
_WORDS: Final = ("text", "character varying")
_AS_IT_IS: Final = ("smallint", "integer", "bigint", "jsonb")
# What JSON writes in another way than it is.
_ESCAPED: Final = r"""'[\x01-\x1f"\\]'"""
_MOST_PARTS: Final = 90
"""How many parts PostgreSQL puts together at once, about."""
_ROW: Final = """
select b.block, e.number, e.lines
  from unnest(%(blocks)s::bigint[], %(epochs)s::smallint[], %(begin)s::text[], %(below)s::text[])
       as b (block, epoch, begins, below)
 cross join lateral (
       select count(*) as number,
              string_agg(concat(E'\n', e.id, ':', {text}, case when e.id in (
                  select p.entry_id from access_auditperson p
                   where p.entry_id between %(first)s and %(last)s)
              then (select jsonb_agg(p.person_id order by p.id)::text
                      from access_auditperson p where p.entry_id = e.id) end),
                  '' order by e.id) as lines
         from access_auditentry e
        where e.epoch = b.epoch
          and e.transaction_id >= b.begins::xid8 and e.transaction_id < b.below::xid8
        group by e.id / 64 order by e.id / 64
       ) e
"""
_NUMBERS: Final = """
select min(e.id), max(e.id)
  from unnest(%(epochs)s::smallint[], %(begin)s::text[], %(below)s::text[])
       as b (epoch, begins, below)
  join access_auditentry e on e.epoch = b.epoch
   and e.transaction_id >= b.begins::xid8 and e.transaction_id < b.below::xid8
"""
# The binary form of a row: three columns, two numbers of eight bytes and a text.
_HEADER: Final = 19
_TRAILER: Final = b"\xff\xff"
_BLOCK: Final = slice(6, 14)
_NUMBER: Final = slice(18, 26)
_LENGTH: Final = slice(26, 30)
_TEXT: Final = 30


@dataclass(frozen=True)
class Block:
    """The transactions whose entries make a block, and the digest it follows."""

    block: int
    epoch: int
    begins: str
    below: str
    entries: int
    """How many entries it is said to hold."""
    previous: bytes


@dataclass(frozen=True)
class Hashed:
    """What a block's entries come to."""

    digest: bytes
    entries: int


def hash_blocks(blocks: Sequence[Block]) -> Mapping[int, Hashed]:
    """The digest of each block from its entries, by its number.

    Few are hashed in the transaction in hand; many by two connections of their own, which see what
    has been committed.
    """
    waiting = deque(_handfuls(blocks))
    found: dict[int, Hashed] = {}
    if sum(block.entries for block in blocks) < APART:
        with connection.cursor() as cursor:
            _work(cursor, waiting, found)
        return found
    with connection.cursor() as cursor:
        cursor.execute("select current_user")
        role = cursor.fetchone()[0]
    faults: list[BaseException] = []
    at_work = [
        threading.Thread(target=_apart, args=(role, waiting, found, faults))
        for _ in range(CONNECTIONS)
    ]
    for thread in at_work:
        thread.start()
    for thread in at_work:
        thread.join()
    if faults:
        raise faults[0]
    return found


def _handfuls(blocks: Iterable[Block]) -> Iterator[list[Block]]:
    """The blocks, so many together as travel well."""
    held: list[Block] = []
    entries = 0
    for block in blocks:
        held.append(block)
        entries += block.entries
        if entries >= ENTRIES_AT_ONCE or len(held) >= BLOCKS_AT_ONCE:
            yield held
            held, entries = [], 0
    if held:
        yield held


def _apart(
    role: str,
    waiting: deque[list[Block]],
    found: dict[int, Hashed],
    faults: list[BaseException],
) -> None:
    """Work in a thread, whose connection is its own."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select set_config('role', %s, true)", [role])
            _work(cursor, waiting, found)
    except BaseException as fault:
        waiting.clear()
        faults.append(fault)
    finally:
        connection.close()


def _work(cursor: Any, waiting: deque[list[Block]], found: dict[int, Hashed]) -> None:
    # Rows come in the order of their blocks and, in each, of their numbers: no worker may mix them.
    cursor.execute(
        "select set_config('max_parallel_workers_per_gather', '0', true),"
        " set_config('jit', 'off', true), set_config('work_mem', '64MB', true)"
    )
    statement = f"copy ({_ROW.format(text=_text(cursor))}) to stdout (format binary)"
    while waiting:
        try:
            blocks = waiting.popleft()
        except IndexError:  # the other took the last
            return
        found.update(_hash_some(cursor, statement, blocks))


def _text(cursor: Any) -> str:
    """SQL of an entry's columns, but for its number, as the text of a `jsonb` of them would be."""
    cursor.execute(
        "select attname, format_type(atttypid, null), attnotnull from pg_attribute"
        " where attrelid = 'access_auditentry'::regclass and attnum > 0 and not attisdropped"
        " and attname <> 'id'"
    )
    columns = sorted(cursor.fetchall(), key=lambda column: (len(column[0]), column[0]))
    words = [f'e."{name}"' for name, sort, _ in columns if sort in _WORDS]
    plain, escaped = (_object(columns, is_escaped=is_escaped) for is_escaped in (False, True))
    return f"case when {_together(words)} ~ {_ESCAPED} then {escaped} else {plain} end"


def _object(columns: Sequence[tuple[str, str, bool]], *, is_escaped: bool) -> str:
    """SQL of the columns as one JSON object; words as they are, unless they are to be escaped."""
    parts: list[str] = []
    for place, (name, sort, is_never_null) in enumerate(columns):
        before = f'{", " if place else "{"}"{name}": '
        column = f'e."{name}"'
        if sort in _IN_QUOTES or (sort in _WORDS and not is_escaped):
            parts += _quoted(before, column, is_never_null=is_never_null)
            continue
        value = column if sort in _AS_IT_IS else f"{_function(sort)}({column})::text"
        if not is_never_null:
            value = f"coalesce({value if value != column else f'{column}::text'}, 'null')"
        parts += [f"'{before}'", value]
    return _together([*parts, "'}'"])


def _function(sort: str) -> str:
    return "to_json" if sort in _ALIKE else "to_jsonb"


def _quoted(before: str, column: str, *, is_never_null: bool) -> list[str]:
    if is_never_null:
        return [f"""'{before}"'""", column, """'"'"""]
    quote = f"case when {column} is not null then '\"' end"
    return [f"'{before}'", f"case when {column} is null then 'null' else '\"' end", column, quote]


def _together(parts: Sequence[str]) -> str:
    """SQL of all these parts one after another, what is null left out."""
    if len(parts) <= _MOST_PARTS:
        return f"concat({', '.join(parts)})"
    some = [parts[first : first + _MOST_PARTS] for first in range(0, len(parts), _MOST_PARTS)]
    return _together([_together(each) for each in some])


def _hash_some(
    cursor: Any, statement: str, blocks: Sequence[Block]
) -> Iterator[tuple[int, Hashed]]:
    """The digests of some blocks, whose entries come in one stream."""
    values: dict[str, Any] = {
        "blocks": [block.block for block in blocks],
        "epochs": [block.epoch for block in blocks],
        "begin": [block.begins for block in blocks],
        "below": [block.below for block in blocks],
    }
    cursor.execute(_NUMBERS, values)
    values["first"], values["last"] = cursor.fetchone()
    hashers = {block.block.to_bytes(8, "big", signed=True): _begun(block) for block in blocks}
    counts = dict.fromkeys(hashers, 0)
    with cursor.copy(statement, values) as stream:
        for row in _rows(stream):
            key = bytes(row[_BLOCK])
            hashers[key].update(row[_TEXT:])
            counts[key] += int.from_bytes(row[_NUMBER], "big")
    for block in blocks:
        key = block.block.to_bytes(8, "big", signed=True)
        yield block.block, Hashed(hashers[key].digest(), counts[key])


def _rows(stream: Any) -> Iterator[memoryview]:
    """Each row of a COPY in its binary form, which comes as one message; raises if it does not."""
    is_first = True
    for message in stream:
        row = memoryview(message)
        if is_first:
            row, is_first = row[_HEADER:], False
        if len(row) == len(_TRAILER) and bytes(row) == _TRAILER:
            continue
        if len(row) < _TEXT or int.from_bytes(row[_LENGTH], "big") != len(row) - _TEXT:
            raise RuntimeError(
                "The database sent entries of the audit in another form than agreed."
            )
        yield row


def _begun(block: Block) -> "hashlib._Hash":
    hasher = hashlib.sha256(block.previous)
    hasher.update(f"{block.epoch}:{block.begins}:{block.below}".encode())
    return hasher

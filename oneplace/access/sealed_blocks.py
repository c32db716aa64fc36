"""Hashes blocks of the audit from their entries, as fast as the database can tell them.

What is hashed of an entry is one text: every column but its number as PostgreSQL writes a `jsonb`,
and every person shown. Put together column by column that text takes a third of the time the
database would take for a whole `jsonb` of the row. Several blocks travel in one COPY, and two
connections tell different blocks at once.
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
_ROW: Final = """
select b.block, e.line
  from unnest(%(blocks)s::bigint[], %(epochs)s::smallint[], %(begin)s::text[], %(below)s::text[])
       as b (block, epoch, begins, below)
 cross join lateral (
       select E'\\n' || e.id || ':' || {text} || coalesce(
                  (select jsonb_agg(p.person_id order by p.id)::text
                     from access_auditperson p where p.entry_id = e.id), '') as line
         from (select * from access_auditentry e
                where e.epoch = b.epoch
                  and e.transaction_id >= b.begins::xid8 and e.transaction_id < b.below::xid8
                order by e.id) e
       ) e
"""
# The binary form of a row: two columns, the first a number of eight bytes, the second a text.
_HEADER: Final = 19
_TRAILER: Final = b"\xff\xff"
_BLOCK: Final = slice(6, 14)
_LENGTH: Final = slice(14, 18)
_TEXT: Final = 18


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
        " set_config('jit', 'off', true)"
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
        "select attname, format_type(atttypid, null) from pg_attribute"
        " where attrelid = 'access_auditentry'::regclass and attnum > 0 and not attisdropped"
        " and attname <> 'id'"
    )
    columns = sorted(cursor.fetchall(), key=lambda column: (len(column[0]), column[0]))
    parts = " || ', ' || ".join(
        f"'\"{name}\": ' || coalesce({_value(name, sort)}, 'null')" for name, sort in columns
    )
    return f"'{{' || {parts} || '}}'"


def _value(name: str, sort: str) -> str:
    if sort in _IN_QUOTES:
        return f"""'"' || e."{name}" || '"'"""
    if sort == "jsonb":
        return f'e."{name}"::text'
    return f'{"to_json" if sort in _ALIKE else "to_jsonb"}(e."{name}")::text'


def _hash_some(
    cursor: Any, statement: str, blocks: Sequence[Block]
) -> Iterator[tuple[int, Hashed]]:
    """The digests of some blocks, whose entries come in one stream."""
    values = {
        "blocks": [block.block for block in blocks],
        "epochs": [block.epoch for block in blocks],
        "begin": [block.begins for block in blocks],
        "below": [block.below for block in blocks],
    }
    hashers = {block.block.to_bytes(8, "big", signed=True): _begun(block) for block in blocks}
    counts = dict.fromkeys(hashers, 0)
    with cursor.copy(statement, values) as stream:
        key, update, number = b"", hashlib.sha256().update, 0
        for row in _rows(stream):
            if row[_BLOCK] != key:
                if key:
                    counts[key] += number
                key, number = bytes(row[_BLOCK]), 0
                update = hashers[key].update
            update(row[_TEXT:])
            number += 1
        if key:
            counts[key] += number
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

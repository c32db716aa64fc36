"""The state of the record as one hash: what orders, repeats and kills must never change."""

from typing import Final

from django.db import connection

# When and where something reached us is no part of what the record says.
_LEFT_OUT: Final = (
    "- '{delivery_id,place,arrived_at,received_at,person_id,sorts_at,erased_at}'::text[]"
)
_TABLES: Final = {
    "records_subject": "true",
    "records_identity": "true",
    "records_entry": "true",
    "records_agent": "true",
    "records_same": "true",
    "records_reach": "true",
    # An old content that stands again is no version while it does.
    "records_version": (
        "not exists (select from records_entry e where e.id = x.thing_id"
        " and e.content_sha = x.content_sha)"
        " and not exists (select from records_identity e where e.id = x.thing_id"
        " and e.content_sha = x.content_sha)"
        " and not exists (select from records_agent e where e.id = x.thing_id"
        " and e.content_sha = x.content_sha)"
        " and not exists (select from records_same e where e.id = x.thing_id"
        " and e.content_sha = x.content_sha)"
    ),
}
# Rows counted on by the database rather than made from a key.
_NUMBERED: Final = frozenset({"records_reach", "records_version"})


def state_hash(*, with_past: bool = True) -> str:
    """64 hexadecimal digits that are the same for two records that say the same.

    Asked as the loader, whom no policy narrows. The hashes of rows are added up, so that neither
    order nor memory matters: counts, then sums of 120 bits. Without the past, versions and when a
    thing was first said are left out: a reader that folds a visit from all its messages says what
    it once was only when they come one by one, so its past depends on how they came.
    """
    parts = []
    for table, which in _TABLES.items():
        if table == "records_version" and not with_past:
            continue
        row = f"to_jsonb(x) {_LEFT_OUT}" + (" - 'id'" if table in _NUMBERED else "")
        row += "" if with_past else " - 'first_said_at'"
        parts.append(
            f"select '{table}' as name, count(*) as rows,"
            " coalesce(sum(('x' || substr(h, 1, 15))::bit(60)::bigint), 0) as one,"
            " coalesce(sum(('x' || substr(h, 16, 15))::bit(60)::bigint), 0) as two"
            f" from (select md5(({row})::text) as h from {table} x where {which}) hashed"
        )
    with connection.cursor() as cursor:
        cursor.execute(
            "select encode(sha256(convert_to(string_agg("
            "name || ':' || rows || ':' || one || ':' || two, ',' order by name), 'UTF8')), 'hex')"
            f" from ({' union all '.join(parts)}) tables"
        )
        return str(cursor.fetchone()[0])

"""Receives FHIR over HTTP: what a plan asks, decided against what is here, kept, then answered.

Everything a sender is told (ids, versions, what was found) is written in the transaction that
keeps the bytes. The record is drawn from them afterwards, by the reader.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple

import orjson
from django.db import connection, transaction

from oneplace.access.viewer import Viewer
from oneplace.feeds.fhir.deciding import EACH_ALONE, overlapping, several
from oneplace.feeds.fhir.faults import Fault, IssueCode
from oneplace.feeds.fhir.naming import made_id
from oneplace.feeds.fhir.numbers import Numbers, number_sha, numbers_of
from oneplace.feeds.fhir.plans import Plan, Step
from oneplace.feeds.models import Delivery, Source
from oneplace.feeds.queries.deliveries import lock_number
from oneplace.feeds.verbs.receiving import receive
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import Door

What = Literal["created", "updated", "unchanged", "found", "refused"]
_TOUCHING: Final = frozenset({"created", "updated", "unchanged"})
_MOST_LOCKS: Final = 100
"""A bundle that touches more than these locks its source whole."""


class Kept(NamedTuple):
    """What came of one step."""

    what: What
    id: str = ""
    version: int = 0
    last_updated: datetime | None = None
    fault: Fault | None = None


class PlanRefused(Exception):
    """What is here already stands against the plan; nothing of it was kept."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = tuple(faults)


class _Current(NamedTuple):
    version: int
    sha256: str
    last_updated: datetime


@dataclass(frozen=True)
class _Decided:
    step: Step
    kept: Kept


@transaction.atomic
def receive_resources(
    *, plan: Plan, source: Source, name: str, by: Viewer, at: datetime
) -> list[Kept]:
    """Keep what a checked plan asks for, all or nothing but for a batch; one answer a step.

    Raises `PlanRefused` where a version does not match or a number is not one resource's, and
    `NotKept` when the disk is full. A resource sent again as it stands changes nothing.
    """
    whole_sha = hashlib.sha256(plan.data).hexdigest()
    _lock(plan, source)
    decided = _decide(plan, source, whole_sha, at)
    refused = [one.kept.fault for one in decided if one.kept.fault is not None]
    if refused and plan.kind != "batch":
        raise PlanRefused(refused)
    changes = any(one.kept.what in {"created", "updated"} for one in decided)
    if not changes and all(one.kept.what == "refused" for one in decided):
        return [one.kept for one in decided]
    delivery = receive(
        source=source,
        door=Door.FHIR,
        name=name,
        content=plan.data,
        # The same bytes once more, after others took their place: they are read once more.
        replays=_first_of(source, whole_sha) if changes else None,
        by=by,
        at=at,
    )
    if delivery.first_id is None:
        _write(delivery, plan, decided, at)
    return [one.kept for one in decided]


def _lock(plan: Plan, source: Source) -> None:
    """Let two requests about one resource go one after the other."""
    keys = {
        f"{source.code}|{step.kind}|{step.search or step.id or step.span}" for step in plan.steps
    }
    with connection.cursor() as cursor:
        whole = lock_number(source.code)
        if len(keys) > _MOST_LOCKS:
            cursor.execute("select pg_advisory_xact_lock(%s)", [whole])
            return
        cursor.execute("select pg_advisory_xact_lock_shared(%s)", [whole])
        numbers = sorted({lock_number(key) for key in keys})
        cursor.execute(
            "select pg_advisory_xact_lock(n) from"
            " (select unnest(%s::bigint[]) as n order by 1) numbers",
            [numbers],
        )


def _decide(plan: Plan, source: Source, whole_sha: str, at: datetime) -> list[_Decided]:
    """What becomes of each step: of a batch one after the other, of a transaction all at once."""
    found = _found_by_number(plan, source)
    names = [_named(step, found, source, whole_sha) for step in plan.steps]
    keys = {(step.kind, one) for step, each in zip(plan.steps, names, strict=True) for one in each}
    current = _current(source, keys)
    numbers, touched = Numbers(), dict[tuple[str, str], int | None]()
    decided = []
    for step, (made, *known) in zip(plan.steps, names, strict=True):
        with_number = known
        if step.search is not None and plan.kind in EACH_ALONE:
            asked = (step.kind, number_sha(step.search))
            with_number = list(numbers.found(asked, dict.fromkeys(known, "")))
        identifier = with_number[0] if with_number else made
        stands = current.get((step.kind, identifier))
        fault = _why_not(step, with_number, stands)
        kept = Kept("refused", identifier, fault=fault) if fault else None
        kept = kept or _kept(step, identifier, stands, at)
        key = (step.kind, kept.id)
        if plan.kind == "transaction" and kept.what in _TOUCHING:
            if key in touched:
                kept = Kept("refused", kept.id, fault=overlapping(step, touched[key]))
            touched[key] = step.entry
        elif kept.what in {"created", "updated"}:
            current[key] = _Current(kept.version, step.sha256, at)
            numbers.note(*key, set(numbers_of(step.resource)), step.sha256)
        decided.append(_Decided(step, kept))
    return decided


def _named(
    step: Step, found: dict[tuple[str, str], list[str]], source: Source, whole_sha: str
) -> list[str]:
    """The id a step's resource has of itself, then those that have its condition's number."""
    own = step.id or made_id(step, source=source.code, sha256=whole_sha)
    return [own, *(found.get((step.kind, number_sha(step.search)), []) if step.search else [])]


def _why_not(step: Step, with_number: list[str], stands: _Current | None) -> Fault | None:
    """Why a step may not be carried out, given what is here, or None."""
    if len(with_number) > 1:
        return several(step, len(with_number))
    if step.if_match and (stands is None or str(stands.version) != step.if_match):
        here = f"version {stands.version} is here" if stands else "it is not here"
        words = f"You changed version {step.if_match}, but {here}. Read it again and repeat."
        return _refused(step, "conflict", words)
    return None


def _kept(step: Step, identifier: str, stands: _Current | None, at: datetime) -> Kept:
    """What becomes of one step, given what is here."""
    if stands is None:
        return Kept("created", identifier, 1, at)
    if step.verb == "create_unless_found":
        return Kept("found", identifier, stands.version, stands.last_updated)
    if stands.sha256 == step.sha256:
        return Kept("unchanged", identifier, stands.version, stands.last_updated)
    if step.verb == "create":
        # Another resource has the id it would get: it gets one of its own.
        return Kept("created", str(new_id()), 1, at)
    return Kept("updated", identifier, stands.version + 1, at)


def _refused(step: Step, code: IssueCode, words: str) -> Fault:
    path = "entry.request" if step.entry is not None else step.kind
    return Fault("error", code, words, path, step.entry, step.kind, step.id)


def _found_by_number(plan: Plan, source: Source) -> dict[tuple[str, str], list[str]]:
    """By type and number of a condition, which current resources have it."""
    asked = sorted({(step.kind, number_sha(step.search)) for step in plan.steps if step.search})
    found: dict[tuple[str, str], list[str]] = {}
    if not asked:
        return found
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct n.kind, n.number_sha, r.fhir_id"
            " from unnest(%s::text[], %s::text[]) as a(kind, number_sha)"
            " join feeds_resourcenumber n on n.source_id = %s and n.kind = a.kind"
            "  and n.number_sha = a.number_sha"
            " join feeds_resource r on r.id = n.resource_id and r.is_current"
            " order by r.fhir_id",
            [[kind for kind, _ in asked], [sha for _, sha in asked], source.code],
        )
        for kind, sha, identifier in cursor.fetchall():
            found.setdefault((kind, sha), []).append(identifier)
    return found


def _current(source: Source, keys: set[tuple[str, str]]) -> dict[tuple[str, str], _Current]:
    ordered = sorted(keys)
    with connection.cursor() as cursor:
        cursor.execute(
            "select r.kind, r.fhir_id, r.version, r.sha256, r.last_updated"
            " from unnest(%s::text[], %s::text[]) as a(kind, fhir_id)"
            " join feeds_resource r on r.source_id = %s and r.kind = a.kind"
            "  and r.fhir_id = a.fhir_id and r.is_current",
            [[kind for kind, _ in ordered], [one for _, one in ordered], source.code],
        )
        return {(row[0], row[1]): _Current(*row[2:]) for row in cursor.fetchall()}


def _first_of(source: Source, sha256: str) -> Delivery | None:
    return Delivery.objects.filter(
        source=source, sha256=sha256, first__isnull=True, replays__isnull=True
    ).first()


_STAND_BACK: Final = """
update feeds_resource r set is_current = false
from unnest(%s::text[], %s::text[]) as a(kind, fhir_id)
where r.source_id = %s and r.kind = a.kind and r.fhir_id = a.fhir_id and r.is_current
"""
_STAND: Final = """
insert into feeds_resource (source_id, kind, fhir_id, version, delivery_id, "offset", length,
    sha256, last_updated, is_deleted, is_current)
select %(source)s, a.kind, a.fhir_id, a.version, %(delivery)s, a.start, a.length, a.sha256, %(at)s,
    false, a.version = max(a.version) over (partition by a.kind, a.fhir_id)
from unnest(%(kinds)s::text[], %(ids)s::text[], %(versions)s::int[], %(starts)s::bigint[],
    %(lengths)s::int[], %(shas)s::text[]) as a(kind, fhir_id, version, start, length, sha256)
returning kind, fhir_id, id, is_current
"""
_NUMBERS: Final = """
insert into feeds_resourcenumber (source_id, kind, number_sha, resource_id)
select %s, a.kind, a.number_sha, a.resource
from unnest(%s::text[], %s::text[], %s::bigint[]) as a(kind, number_sha, resource)
"""
_GIVEN: Final = "insert into feeds_answered (delivery_id, given) values (%s, %s)"


def _write(delivery: Delivery, plan: Plan, decided: Sequence[_Decided], at: datetime) -> None:
    new = [one for one in decided if one.kept.what in {"created", "updated"}]
    kinds, ids = [one.step.kind for one in new], [one.kept.id for one in new]
    with connection.cursor() as cursor:
        if new:
            cursor.execute(_STAND_BACK, [kinds, ids, delivery.source_id])
            cursor.execute(
                _STAND,
                {
                    "source": delivery.source_id,
                    "delivery": delivery.pk,
                    "at": at,
                    "kinds": kinds,
                    "ids": ids,
                    "versions": [one.kept.version for one in new],
                    "starts": [one.step.span.start for one in new],
                    "lengths": [one.step.span.end - one.step.span.start for one in new],
                    "shas": [one.step.sha256 for one in new],
                },
            )
            rows = {(kind, one): key for kind, one, key, is_current in cursor.fetchall()
                    if is_current}  # fmt: skip
            numbers = list(_numbers(new, rows))
            if numbers:
                cursor.execute(
                    _NUMBERS, [delivery.source_id, *map(list, zip(*numbers, strict=True))]
                )
        given = {
            str(one.step.span.start): [
                one.kept.id,
                one.kept.what not in {"found", "refused"},
                one.kept.version,
            ]
            for one in decided
        }
        cursor.execute(_GIVEN, [delivery.pk, orjson.dumps(given).decode()])


def _numbers(new: Sequence[_Decided], rows: dict[tuple[str, str], int]) -> Any:
    """Kind, hash and row of every business identifier of what is new and stands."""
    last = {(one.step.kind, one.kept.id): one.step for one in new}
    for key, step in last.items():
        for sha in numbers_of(step.resource):
            yield step.kind, sha, rows[key]

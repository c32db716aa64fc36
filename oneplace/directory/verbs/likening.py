"""Entries that may be one service are found; an editor says whether they are."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import combinations
from typing import Final

from django.db import transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.directory import rules
from oneplace.directory.likeness import Entry, likeness
from oneplace.directory.models import Likeness, LikenessState, Service, ServiceAtLocation
from oneplace.kit.refusals import Refused, refuse_if

_MOST_TOGETHER: Final = 60
"""A key that more entries share than this, such as a common word, tells nothing."""


@transaction.atomic
def find_likenesses(*, by: Viewer, at: datetime) -> int:
    """Look for entries that may be one service; how many new pairs. Nothing is put together."""
    entries = _entries()
    known = set(Likeness.objects.values_list("one_id", "other_id"))
    found = []
    for one, other in _pairs(entries):
        pair = (one, other) if one.id < other.id else (other, one)
        if (pair[0].id, pair[1].id) in known:
            continue
        known.add((pair[0].id, pair[1].id))
        like = likeness(*pair)
        if like is not None:
            found.append(
                Likeness(
                    one_id=pair[0].id,
                    other_id=pair[1].id,
                    score=like.score,
                    reasons=list(like.reasons),
                    found_at=at,
                )
            )
    Likeness.objects.bulk_create(found, batch_size=1_000)
    audit.record(by=by, at=at, action="find_likenesses", detail={"pairs": len(found)})
    return len(found)


@transaction.atomic
def put_services_together(*, pair: Likeness, keep: Service, by: Viewer, at: datetime) -> Likeness:
    """Say that two entries are one service: `keep` is found from now on, the other leads to it."""
    held = _held(pair, by=by)
    if keep.pk not in (held.one_id, held.other_id):
        raise Refused("Choose one of the two.", field="keep")
    given_up = held.other_id if keep.pk == held.one_id else held.one_id
    Service.objects.filter(pk=given_up).update(same_as=keep)
    # Whatever led to the one given up leads on.
    Service.objects.filter(same_as_id=given_up).update(same_as=keep)
    Service.objects.filter(pk=keep.pk).update(same_as=None)
    return _decide(held, LikenessState.SAME, by=by, at=at, action="put_services_together")


@transaction.atomic
def keep_services_apart(*, pair: Likeness, by: Viewer, at: datetime) -> Likeness:
    """Say that two entries are two services; also where they had been put together."""
    held = _held(pair, by=by)
    both = (held.one_id, held.other_id)
    Service.objects.filter(pk__in=both, same_as_id__in=both).update(same_as=None)
    return _decide(held, LikenessState.DIFFERENT, by=by, at=at, action="keep_services_apart")


def _held(pair: Likeness, *, by: Viewer) -> Likeness:
    refuse_if(rules.why_not_edit(by=by))
    return Likeness.objects.select_for_update().get(pk=pair.pk)


def _decide(
    held: Likeness, state: LikenessState, *, by: Viewer, at: datetime, action: str
) -> Likeness:
    held.state, held.decided_by_name, held.decided_at = state, by.name, at
    held.save(update_fields=["state", "decided_by_name", "decided_at"])
    audit.record(by=by, at=at, action=action, subject=("likeness", held.pk))
    return held


def _entries() -> list[Entry]:
    postcodes: dict[object, set[str]] = defaultdict(set)
    for service_id, postcode in ServiceAtLocation.objects.values_list(
        "service_id", "location__postcode"
    ):
        postcodes[service_id].add("".join(postcode.upper().split()))
    rows = Service.objects.filter(is_listed=True, same_as=None).values_list(
        "pk",
        "name",
        "provider__name",
        "phone",
        "provider__phone",
        "email",
        "website",
        "source_code",
    )
    return [
        Entry(
            id=pk,
            name=name,
            provider=provider,
            phone="".join(sign for sign in (phone or other) if sign.isdigit()),
            email=email.lower(),
            website=website.lower().removeprefix("https://").removeprefix("http://").rstrip("/"),
            source=source,
            postcodes=frozenset(postcodes[pk] - {""}),
        )
        for pk, name, provider, phone, other, email, website, source in rows
    ]


def _pairs(entries: list[Entry]) -> Iterator[tuple[Entry, Entry]]:
    """Pairs worth comparing: they share a number, an address of the web, or a place and a word."""
    blocks: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        for key in entry.meets_by():
            blocks[key].append(entry)
    for together in blocks.values():
        if len(together) <= _MOST_TOGETHER:
            yield from combinations(together, 2)

"""Has single records arrive beside a borough's people, and says how long each took.

Run as a process of its own by the figures: `python -m tests.benches.people_arrivals FOLDER WORLD`.
"""

import json
import random
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.benches import SEED

ARRIVALS, WARM_UP = 400, 30
# Of those who arrive: so many bring their number, are spelled as ever, live where they lived.
_WITH_NUMBER, _SPELLED_ALIKE, _AT_HOME = 0.6, 0.9, 0.8


def main(folder: str, world: str) -> None:
    """Fill the database, link everybody, then let one after another arrive."""
    from tests.benches.feeds_load import prepared

    prepared(folder)
    from oneplace.config.database import Database

    try:
        print(json.dumps(_measured(Path(world))))
    finally:
        Database().stop()


def _measured(world: Path) -> dict[str, Any]:
    from django.utils import timezone

    from oneplace.config.intake import link_everybody
    from oneplace.records.models import Subject
    from tests.benches import fhir_worker, from_memory

    at = timezone.now()
    if world.is_dir():
        setattr(fhir_worker, "_wait", lambda: None)  # noqa: B010 - nobody else begins with it
        fhir_worker._take(sorted(world.glob("*/fhir/*.ndjson")))
    link_everybody(at=at)
    from_memory.as_in_tests()
    deliveries = [_arrived(said) for said in _said(at)]
    for delivery in deliveries[:WARM_UP]:
        _decide(delivery, at)
    spent, took = time.process_time(), []
    for delivery in deliveries[WARM_UP:]:
        began = time.perf_counter()
        _decide(delivery, at)
        took.append(time.perf_counter() - began)
    spent = time.process_time() - spent
    took.sort()
    return {
        "arrivals": len(took),
        "subjects": Subject.objects.count(),
        "median_ms": 1000 * took[len(took) // 2],
        "p99_ms": 1000 * took[int(len(took) * 0.99)],
        "processor_ms": 1000 * spent / len(took),
    }


def _arrived(said: Any) -> Any:
    from tests.rooms.records.arriving import arrive

    return arrive(said)


def _decide(delivery: Any, at: datetime) -> None:
    """What the reader process does with one delivery, in one transaction."""
    from django.db import transaction

    from oneplace.config.intake import READER, take_together

    with transaction.atomic():
        taken = take_together(deliveries=[delivery], by=READER, at=at)
    if not taken.to_place:
        raise RuntimeError("An arrival changed nothing, so nothing was decided.")


def _said(at: datetime) -> Iterator[Any]:
    """People a council speaks of for the first time: most are known by another partner's words."""
    from oneplace.records.models import Identity, Reach
    from oneplace.vocabulary.rows import IdentitySaid, ReachSaid, SubjectKey

    chance = random.Random(SEED)
    known = list(Identity.objects.order_by("id").values_list("pk", flat=True))
    for number, key in enumerate(chance.sample(known, min(ARRIVALS + WARM_UP, len(known)))):
        one = Identity.objects.get(pk=key)
        ways = [
            ReachSaid(way.kind, way.text, way.postcode, tuple(way.lines), way.uprn, way.use)
            for way in Reach.objects.filter(identity_id=key)
        ]
        has_number = chance.random() < _WITH_NUMBER
        yield IdentitySaid(
            "made_up",
            SubjectKey("council:Z02", f"{at.timestamp():.0f}-{number}"),
            at,
            "row 1",
            family=one.family,
            given=one.given if chance.random() < _SPELLED_ALIKE else one.given[:-1],
            born_on=one.born_on,
            gender=one.gender,
            nhs_number=one.nhs_number if has_number else "",
            is_nhs_number_sound=has_number and one.is_nhs_number_sound,
            reach=tuple(ways) if chance.random() < _AT_HOME else (),
        )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])

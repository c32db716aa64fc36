"""Where resources of files lie: every version in order, to the byte, and the last one current."""

import random
from collections import defaultdict
from datetime import datetime
from typing import Any

import orjson
import pytest

from oneplace.config.intake import READER
from oneplace.feeds import queries
from oneplace.feeds.models import Resource, ResourceNumber
from oneplace.feeds.verbs import receive
from oneplace.feeds.verbs.indexing import index_resources
from oneplace.records.verbs import take_in
from oneplace.vocabulary.terms import Door
from tests.rooms.feeds.fhir import samples
from tests.rooms.feeds.fhir.test_landing import _bring, _loading

pytestmark = pytest.mark.django_db


def _patient(one: int, content: int) -> dict[str, Any]:
    """One of a few patients in one of a few states; some states have numbers of their own."""
    numbers = [
        {"system": "https://example.org/Id", "value": f"{content}-{n}"} for n in range(content)
    ]
    more: dict[str, Any] = {"identifier": numbers} if numbers else {}
    return {"resourceType": "Patient", "id": f"p{one}", "gender": "female", "birthDate": "1947",
            "multipleBirthInteger": content + 1, **more}  # fmt: skip


def _file(chance: random.Random) -> tuple[bytes, list[bytes]]:
    """A file of several bundles, and the resources in the order they stand in it."""
    lines, told = [], []
    for _ in range(chance.randrange(1, 4)):
        ones = chance.sample(range(4), k=chance.randrange(1, 4))
        resources = [_patient(one, chance.randrange(3)) for one in ones]
        lines.append(samples.bundle(*[samples.put(each) for each in resources]))
        told += [orjson.dumps(each) for each in resources]
    return b"\n".join(lines) + b"\n", told


@pytest.mark.parametrize("seed", range(6))
def test_versions_are_those_of_reading_one_by_one(at: datetime, seed: int) -> None:
    chance = random.Random(seed)
    said: dict[str, list[bytes]] = defaultdict(list)
    with _loading(at):
        _bring(samples.bundle(samples.put(_patient(9, 1))), at)
        source = Resource.objects.get().source
        for _ in range(3):
            for number in range(chance.randrange(1, 4)):
                content, told = _file(chance)
                received = receive(
                    source=source, door=Door.COMMAND, name=f"{number}.ndjson", content=content,
                    by=READER, at=at,
                )  # fmt: skip
                for each in told if received.first_id is None else ():
                    of_one = said[orjson.loads(each)["id"]]
                    if not of_one or of_one[-1] != each:
                        of_one.append(each)
            take_in(deliveries=queries.waiting(), by=READER, at=at)

        for fhir_id, versions in said.items():
            found = Resource.objects.filter(fhir_id=fhir_id).select_related("delivery")
            rows = list(found.order_by("version"))
            sent = [queries.content_of(row.delivery, row.offset, row.length) for row in rows]
            assert sent == versions
            assert [row.version for row in rows] == list(range(1, len(versions) + 1))
            assert [row.is_current for row in rows] == [False] * (len(versions) - 1) + [True]
            held = orjson.loads(versions[-1]).get("identifier", [])
            assert ResourceNumber.objects.filter(resource=rows[-1]).count() == len(held)


def test_nothing_noted_writes_nothing(at: datetime) -> None:
    with _loading(at):
        index_resources([])

        assert not Resource.objects.exists()

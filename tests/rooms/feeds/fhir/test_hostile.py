"""Damaged and hostile input: always an answer with a place, never an exception, never a wait."""

import copy
import json
import time
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oneplace.feeds.fhir import bundles, outcome
from oneplace.feeds.fhir.faults import refusing
from oneplace.feeds.fhir.plans import Plan
from tests.rooms.feeds.fhir import samples
from tests.rooms.feeds.fhir.told import rows

_LONGEST_SECONDS = 1.0
_UNHURRIED = settings(
    deadline=None, max_examples=150, suppress_health_check=list(HealthCheck), derandomize=True
)


def _take(data: bytes) -> Plan:
    started = time.process_time()
    plan = bundles.plan_bundle(data)
    rows(plan)
    answer = outcome.operation_outcome(plan.faults)
    assert time.process_time() - started < _LONGEST_SECONDS
    assert answer["issue"]
    assert plan.steps or refusing(plan.faults) or plan.entries == 0
    assert 200 <= outcome.http_status(plan) < 500
    return plan


_ODD = (
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from(["#", "#x", "urn:uuid:", "Patient/", "2026-13-01", "\u0000", "1" * 70])
    | st.sampled_from([{}, [], [[]], [{}], {"a": {}}, [None], {"reference": 1}])
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return [path, *(found for key, part in inner for found in _places(part, (*path, key)))]


_STORY = orjson.loads(samples.story())
_PLACES = [path for path in _places(_STORY) if path]


@_UNHURRIED
@given(st.lists(st.tuples(st.sampled_from(_PLACES), _ODD), min_size=1, max_size=4), st.booleans())
def test_any_element_may_be_anything(changes: list[tuple[Any, Any]], is_batch: bool) -> None:
    value = copy.deepcopy(_STORY)
    value["type"] = "batch" if is_batch else "transaction"
    for path, odd in changes:
        found = value
        try:
            for step in path[:-1]:
                found = found[step]
            found[path[-1]] = odd
        except (KeyError, IndexError, TypeError):
            continue

    _take(json.dumps(value).encode())


@_UNHURRIED
@given(st.integers(0, 4_000), st.binary(max_size=6))
def test_bytes_may_be_damaged_anywhere(place: int, damage: bytes) -> None:
    data = samples.story()

    _take(data[:place] + damage + data[place + len(damage) :])


@_UNHURRIED
@given(st.integers(0, 4_000))
def test_a_bundle_may_be_cut_anywhere(length: int) -> None:
    plan = _take(samples.story()[:length])

    assert plan.is_refused or length >= len(samples.story())


@_UNHURRIED
@given(st.binary(max_size=200))
def test_anything_may_come(data: bytes) -> None:
    _take(data)


def test_damage_to_the_boroughs_own_bundles_is_answered(fhir_files: list[Path]) -> None:
    lines = [line for path in fhir_files[-3:] for line in path.read_bytes().splitlines()][:40]
    for number, line in enumerate(lines):
        place = len(line) * (number + 1) // (len(lines) + 1)
        _take(line[:place] + b"}" + line[place:])
        _take(line[:place])


def _extension(depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {"url": "a", "valueString": "b"}
    for _ in range(depth):
        found = {"url": "a", "extension": [found]}
    return found


def _items(depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {"linkId": "1"}
    for _ in range(depth):
        found = {"linkId": "1", "item": [found]}
    return found


@pytest.mark.parametrize("depth", [20, 40, 100, 200])
def test_depth_is_followed_to_its_limit_and_refused_beyond(depth: int) -> None:
    patient = samples.patient(extension=[_extension(depth)])
    form = {
        "resourceType": "QuestionnaireResponse",
        "id": "q",
        "status": "completed",
        "item": [_items(depth)],
    }

    for resource in (patient, form):
        text = json.dumps(samples.put(resource))
        data = f'{{"resourceType":"Bundle","type":"batch","entry":[{text}]}}'.encode()
        assert _take(data).is_refused == (depth > 30)


@pytest.mark.parametrize(
    "resource",
    [
        samples.patient(text={"status": "generated", "div": "<" * 900_000}),
        samples.patient(birthDate="1" * 900_000),
        samples.patient(name=[{"given": ["a"] * 100_000}]),
        samples.patient(identifier=[{"system": "https://fhir.nhs.uk/Id/nhs-number",
                                     "value": " -" * 300_000}]),
        samples.patient(photo=[{"data": "A" * 900_000 + "!", "contentType": "image/png"}]),
        samples.condition(subject={"reference": "Patient/" + "a/" * 300_000}),
        samples.condition(subject={"reference": "A" * 900_000}),
        samples.condition(code={"coding": [{"code": "a " * 400_000}]}),
        samples.observation(effectiveDateTime="2026-" * 150_000),
    ],
    ids=range(9),
)  # fmt: skip
def test_long_values_do_not_hold_up_the_door(resource: dict[str, Any]) -> None:
    _take(samples.bundle(samples.put(resource, samples.PATIENT_URL), kind="batch"))


def test_ten_thousand_faults_are_answered_with_a_few() -> None:
    entries = [samples.put(samples.patient(gender="F", id=f"p{n}")) for n in range(2_000)]

    plan = _take(samples.bundle(*entries))

    assert len(plan.faults) == 2_000
    assert len(outcome.operation_outcome(plan.faults)["issue"]) == 201


def test_many_references_to_nothing_are_answered_quickly() -> None:
    entries = [
        samples.put(samples.condition(id=f"c{n}", subject={"reference": f"urn:uuid:{n}"}))
        for n in range(2_000)
    ]

    assert len(_take(samples.bundle(*entries)).faults) == 2_000

"""What is read by a short cut reads as it does the long way round, sound or spoiled."""

import copy
import io
import json
import random
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oneplace.feeds.fhir import bundles, referring, repeats, schema
from oneplace.feeds.fhir.meaning import rows
from oneplace.feeds.fhir.numbers import Numbers
from oneplace.feeds.fhir.reader import READER
from oneplace.feeds.reading import Received
from oneplace.records.verbs import lines, taking
from oneplace.vocabulary.rows import (
    AgentSaid,
    IdentitySaid,
    Lasting,
    ReachSaid,
    SubjectKey,
    Unmapped,
)
from oneplace.vocabulary.terms import ReachKind
from tests.rooms.feeds.fhir import samples

_UNHURRIED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
_STORY: dict[str, Any] = orjson.loads(samples.story())
_GIVEN = lines.from_delivery("0" * 32, datetime(2026, 3, 8, 6, tzinfo=UTC))
_NAMED = st.sampled_from(
    [
        samples.PATIENT_URL,
        samples.ENCOUNTER_URL,
        "Patient/p1",
        "Patient/elsewhere",
        "Practitioner/p 1",
        "urn:uuid:0a1b2c3d-0000-4000-8000-00000000ffff",
        "#inside",
        "nothing",
        'a "quoted" /text',
        "Patient?identifier=a|1",
        "Patient?name=a",
        "https://example.org/fhir/Patient/7",
    ]
)
_ODD: st.SearchStrategy[Any] = st.sampled_from(
    [None, "", 1.50, True, [], {}, [{}], {"reference": 3}, "2026-02-30"]
)


def _spoiled(named: Sequence[str], odd: Sequence[tuple[int, Any]], kind: str) -> dict[str, Any]:
    """The story with other references, and with some elements of its resources made odd."""
    value = copy.deepcopy(_STORY)
    value["type"] = kind
    resources = [entry["resource"] for entry in value["entry"]]
    for place, text in enumerate(named):
        resources[1 + place % 3]["subject"] = {"reference": text}
    for place, made in odd:
        resource = resources[place % len(resources)]
        resource[sorted(resource)[place % len(resource)]] = made
    return value


_SPOILED = st.builds(
    _spoiled,
    st.lists(_NAMED, max_size=3),
    st.lists(st.tuples(st.integers(0, 99), _ODD), max_size=2),
    st.sampled_from(["transaction", "batch", "collection"]),
)


_MEMBERS: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
    st.sampled_from(
        ["url", "id", "extension", "valueString", "valueCode", "valueBoolean", "_valueString",
         "valueQuantity", "valueDateTime", "nonsense"]
    ),
    st.sampled_from(["a", "https://example.org/x", True, {"value": 1}, "2026", [], {"id": "a"}]),
    max_size=5,
)  # fmt: skip
"""Extensions, most of them wrong: two values, none, no address."""


@settings(max_examples=400, deadline=None)
@given(_MEMBERS, st.sampled_from(["extension", "effectiveDateTime", "valueString"]), _ODD)
def test_whether_a_resource_has_faults_is_asked_the_quick_way_as_by_telling_them(
    extension: dict[str, Any], name: str, odd: Any
) -> None:
    resource = samples.observation(extension=[extension])
    for one in (resource, {**resource, name: odd}):
        quick = schema.is_valid("Observation")(one)

        assert quick is schema.validator("Observation").is_valid(one)
        assert quick is (not list(schema.validator("Observation").iter_errors(one)))


def _forget() -> None:
    """As a process that has read nothing yet."""
    for known in (repeats.SOUND, rows._KNOWN):
        known._made.clear()


def _units(*several: bytes) -> list[tuple[str, object]]:
    received = [
        Received(
            id=f"d{number}",
            source="elsewhere",
            organisation="ZZAS06",
            name="x.ndjson",
            size=len(data),
            sha256="0" * 64,
            arrived_at=datetime(2026, 3, 8, 5, number, tzinfo=UTC),
            open=lambda data=data: io.BytesIO(data),  # type: ignore[misc]
            habits={"numbers_of": "practice"},
        )
        for number, data in enumerate(several)
    ]
    return [(one.id, unit) for one, unit in READER.units_of(received)]


@_UNHURRIED
@given(_SPOILED)
def test_searching_the_bytes_for_references_finds_what_walking_through_all_finds(
    value: dict[str, Any],
) -> None:
    data = orjson.dumps(value)
    quick = bundles.plan_whatever(data)

    with mock.patch.object(referring, "_is_doubtful", lambda bundled, compact: True):
        slow = bundles.plan_whatever(data)

    assert quick == slow


@_UNHURRIED
@given(_SPOILED, st.booleans())
def test_compact_bytes_are_planned_as_spaced_ones_are(
    value: dict[str, Any], is_ascii: bool
) -> None:
    compact = bundles.plan_whatever(orjson.dumps(value))
    spaced = bundles.plan_whatever(json.dumps(value, indent=1, ensure_ascii=is_ascii).encode())

    assert [fault._replace(words="") for fault in compact.faults] == [
        fault._replace(words="") for fault in spaced.faults
    ]
    assert [(one.entry, one.verb, one.kind, one.id, one.search) for one in compact.steps] == [
        (one.entry, one.verb, one.kind, one.id, one.search) for one in spaced.steps
    ]
    assert compact.targets == spaced.targets
    for one in (compact, spaced):
        for step in one.steps:
            assert orjson.loads(one.bytes_of(step)) == orjson.loads(
                orjson.dumps(value["entry"][step.entry or 0]["resource"])
            )


@_UNHURRIED
@given(_SPOILED, _SPOILED)
def test_what_was_read_before_changes_nothing_of_what_is_read_again(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    lines = b"\n".join(orjson.dumps(value) for value in (first, second, first)) + b"\n"
    _forget()
    cold = _units(lines, lines)

    assert _units(lines, lines) == cold


def test_the_boroughs_files_read_alike_cold_and_warm(fhir_files: list[Path]) -> None:
    several = [path.read_bytes() for path in fhir_files[-4:]]
    _forget()
    cold = _units(*several)
    lines_of_cold = _lines_made(cold)
    warm = _units(*several)

    assert warm == cold
    # What of a person or agent said again was made before is what is made of it anew.
    assert _lines_made(warm) == lines_of_cold == _lines_made(warm, anew=True)


def _lines_made(units: list[tuple[str, Any]], *, anew: bool = False) -> list[lines.Line]:
    """The lines of the rows; made anew of rows whose detail nobody keeps."""
    said = [row for _, unit in units for row in unit.rows if not isinstance(row, Unmapped)]
    if anew:
        said = [
            row._replace(detail=dict(row.detail))
            if isinstance(row, IdentitySaid | AgentSaid)
            else row
            for row in said
        ]
    return [taking._line_of(row, _GIVEN)[1] for row in said]


def _lasting(**other: Any) -> IdentitySaid:
    said = IdentitySaid(
        "gp",
        SubjectKey("practice:ZZAS06", "7"),
        datetime(2026, 3, 7, tzinfo=UTC),
        "entry 1",
        family="Adeyemi",
        detail=Lasting({"gp": "Dr A"}),
    )
    return said._replace(**other)


@pytest.mark.parametrize(
    "other",
    [
        {"family": "Bello"},
        {"source": "elsewhere"},
        {"subject": SubjectKey("practice:ZZAS06", "8")},
        {"said_at": datetime(2026, 3, 8, tzinfo=UTC), "place": "entry 2", "version": "2"},
        {"reach": (ReachSaid(ReachKind.MOBILE, "07700 900842"),)},
        {"detail": Lasting({"gp": "Dr B"})},
    ],
    ids=lambda other: next(iter(other)),
)
def test_what_was_made_of_a_row_is_not_taken_for_another(other: dict[str, Any]) -> None:
    first = _lasting()
    lines.identity_line(first, _GIVEN)
    second = first._replace(**other)
    plainly = second._replace(detail=dict(second.detail))

    assert lines.identity_line(second, _GIVEN) == lines.identity_line(plainly, _GIVEN)
    assert lines.identity_line(first, _GIVEN) == lines.identity_line(
        first._replace(detail=dict(first.detail)), _GIVEN
    )


@pytest.mark.parametrize("seed", range(20))
def test_numbers_find_what_has_them_last(seed: int) -> None:
    chance = random.Random(seed)
    numbers = Numbers()
    has: dict[str, tuple[tuple[str, ...], str]] = {}
    kept = {"r0": "before", "r9": "before"}
    for step in range(60):
        one = f"r{chance.randrange(4)}"
        shas = tuple(dict.fromkeys(chance.choices("abc", k=chance.randrange(4))))
        has[one] = (shas, str(step))
        numbers.note("Patient", one, shas, str(step))

        for sha in "abc":
            stands = {
                key: content
                for key, content in kept.items()
                if key not in has or sha in has[key][0]
            }
            read = {key: content for key, (held, content) in has.items() if sha in held}
            assert numbers.found(("Patient", sha), kept) == stands | read

"""What was received is kept byte for byte."""

import json
from decimal import Decimal

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oneplace.feeds.fhir import exact
from tests.rooms.feeds.fhir import samples


def _refusal(data: bytes, limits: exact.Limits = exact.LIMITS) -> str:
    with pytest.raises(exact.NotReadable) as caught:
        exact.read(data, limits)
    return str(caught.value)


@pytest.mark.parametrize("indent", [None, 0, 3])
@pytest.mark.parametrize("is_ascii", [True, False])
def test_a_resource_is_found_in_a_bundle_however_it_is_written(
    indent: int | None, is_ascii: bool
) -> None:
    value = orjson.loads(samples.story())
    data = json.dumps(value, indent=indent, ensure_ascii=is_ascii).encode()

    read = exact.read(data)

    found = [orjson.loads(span.of(data)) for span in read.spans if span]
    assert found == [entry["resource"] for entry in value["entry"]]


def test_a_resource_is_found_whatever_stands_beside_it() -> None:
    data = (
        b'{"entry":[{"resource":{"a":1}},{"request":{"x":"\\"resource\\":{"}},'
        b'{"link":[],"resource":{"b":[]},"search":{},"request":{}}],"resourceType":"Bundle"}'
    )

    read = exact.read(data)

    assert [span and span.of(data) for span in read.spans] == [b'{"a":1}', None, b'{"b":[]}']
    assert read.is_exact


def test_a_decimal_keeps_its_places() -> None:
    data = samples.bundle(samples.put(samples.observation())).replace(b"71.5", b"71.50")

    read = exact.read(data)

    quantity = read.value["entry"][0]["resource"]["valueQuantity"]["value"]
    assert str(exact.decimal_of(quantity)) == "71.50"
    assert b'"value":71.50' in (read.spans[0] or exact.Span(0, 0)).of(data)


def test_a_byte_order_mark_is_stepped_over() -> None:
    data = b"\xef\xbb\xbf" + orjson.dumps(samples.patient())

    read = exact.read(data)

    assert read.spans[0] is not None
    assert read.spans[0].of(data) == data[3:]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "Nothing was sent"),
        (b"[1]", "curly brackets"),
        (b'{"a":', "not JSON"),
        (b'{"a":NaN}', "not JSON"),
        (b'{"a":"\xff"}', "not JSON"),
        (b'{"a":{"b":1,"b":2}}', "stands twice"),
        (b'{"a":1,"\\u0061":2}', "stands twice"),
        (b'{"a":1.' + b"1" * 100 + b"}", "digits"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"a":' * 300 + b"1" + b"}" * 300, "nested too deeply"),
        (b'{"a":' * 100 + b"1" + b"}" * 100, "nested too deeply"),
        (b'{ "a":' * 100 + b"1" + b"}" * 100, "nested too deeply"),
        (b"<Patient xmlns='http://hl7.org/fhir'/>", "XML is not yet supported"),
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "XML is not yet"),
    ],
)
def test_what_cannot_be_read_is_refused_in_plain_words(data: bytes, words: str) -> None:
    assert words in _refusal(data)


def test_what_is_too_large_is_refused_before_it_is_parsed() -> None:
    limits = exact.Limits(bytes=100, entries=1)

    assert "at most 100" in _refusal(b"{" * 101, limits)
    assert "at most 1 are taken" in _refusal(
        b'{"entry":[{},{}]}', exact.Limits(bytes=100, entries=1)
    )


def test_the_canonical_hash_looks_past_spaces_and_order_but_not_past_places() -> None:
    one = exact.read(b'{"a":1.5,"b":[1,2]}').value
    same = exact.read(b'{ "b" : [1, 2],\n "a" : 1.5 }').value
    other = exact.read(b'{"a":1.50,"b":[1,2]}').value

    assert exact.canonical_hash(one) == exact.canonical_hash(same)
    assert exact.canonical_hash(one) != exact.canonical_hash(other)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text(max_size=8)
    | st.floats(allow_nan=False, allow_infinity=False, width=32),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner,
    max_size=3),
    max_leaves=12,
)  # fmt: skip


_UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@_UNHURRIED
@given(st.lists(st.dictionaries(st.sampled_from(["resource", "fullUrl", "x"]), _JSON), min_size=1))
def test_every_span_holds_the_resource_it_says(entries: list[dict[str, object]]) -> None:
    value = {"resourceType": "Bundle", "entry": entries}
    for data in (orjson.dumps(value), json.dumps(value, indent=1).encode()):
        read = exact.read(data)

        for entry, span in zip(entries, read.spans, strict=True):
            assert (span is not None) == ("resource" in entry)
            if span is not None:
                assert orjson.loads(span.of(data)) == entry["resource"]


@_UNHURRIED
@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-999, max_value=999))
def test_a_decimal_is_what_was_written(number: Decimal) -> None:
    read = exact.read(f'{{"a":{number}}}'.encode())

    assert exact.decimal_of(read.value["a"]) == number

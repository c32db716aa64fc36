"""The directory keeps Open Referral UK: required fields, nothing null, counts that agree."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from .conftest import Borough

REQUIRED = {
    "services": ("id", "name", "status", "organization_id"),
    "organizations": ("id", "name", "description"),
    "service_at_locations": ("id", "service_id", "location_id", "location"),
    "taxonomies": ("id", "name", "description"),
    "taxonomy_terms": ("id", "name", "description"),
}
NESTED = {
    "organization": ("id", "name", "description"),
    "location": ("id", "location_type"),
    "addresses": ("id", "address_1", "city", "state_province", "postal_code", "country",
                  "address_type"),
    "schedules": ("id",), "contacts": ("id",), "phones": ("id", "number"),
    "cost_options": ("id",), "service_areas": ("id",), "languages": ("id",),
    "attributes": ("id",), "taxonomy_term": ("id", "name", "description"),
    "organization_identifiers": ("id", "identifier_type", "identifier"),
}  # fmt: skip


@pytest.fixture(scope="module")
def pages(borough: Borough) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in borough.of_feed("voluntary_directory"):
        name = row["path"].rsplit("/", 1)[1]
        if "_page_" in name:
            page = json.loads((borough.folder / row["path"]).read_text())
            found.setdefault(name.split("_page_")[0], []).append(page)
    return {
        name: sorted(listed, key=lambda page: page["page_number"]) for name, listed in found.items()
    }


def everything(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    yield name, value
    if isinstance(value, dict):
        for inner_name, inner in value.items():
            yield from everything(inner, inner_name)
    elif isinstance(value, list):
        for inner in value:
            yield from everything(inner, name)


def test_counts_of_pages_agree_with_their_contents(pages: dict[str, list[dict[str, Any]]]) -> None:
    assert set(pages) == set(REQUIRED)
    for listed in pages.values():
        assert sum(len(page["contents"]) for page in listed) == listed[0]["total_items"]
        assert [page["page_number"] for page in listed] == list(range(1, len(listed) + 1))
        for page in listed:
            assert page["total_pages"] == len(listed)
            assert page["size"] == len(page["contents"])
            assert page["first_page"] == (page["page_number"] == 1)
            assert page["last_page"] == (page["page_number"] == len(listed))
            assert page["empty"] == (not page["contents"])


def test_required_fields_are_there_and_nothing_is_null_or_empty(
    pages: dict[str, list[dict[str, Any]]],
) -> None:
    for kind, listed in pages.items():
        for page in listed:
            for entity in page["contents"]:
                for field in REQUIRED[kind]:
                    assert entity.get(field) not in (None, ""), (kind, field)
                for name, value in everything(entity):
                    assert value not in (None, "", [], {}), (kind, name)
                    if isinstance(value, dict):
                        for field in NESTED.get(name, ()):
                            assert field in value, (name, field)


def test_ids_are_uuids_and_statuses_are_known(pages: dict[str, list[dict[str, Any]]]) -> None:
    for page in pages["services"]:
        for service in page["contents"]:
            uuid.UUID(service["id"])
            assert service["status"] in {"active", "inactive", "defunct", "temporarily closed"}
            assert service["organization_id"] == service["organization"]["id"]


def test_the_root_names_its_version(borough: Borough) -> None:
    (path,) = [
        row["path"]
        for row in borough.of_feed("voluntary_directory")
        if row["path"].endswith("/index.json")
    ]

    told = json.loads((borough.folder / path).read_text())

    assert told["version"] == "HSDS-UK-3.0"
    assert set(told) == {"version", "profile", "openapi_url"}

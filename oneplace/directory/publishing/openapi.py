"""The feed described for machines, drawn from the shapes it is checked by."""

from typing import Any, Final

from oneplace.directory.publishing.shapes import ENTITIES, VERSION, Field

_LISTS: Final = {
    "services": "service",
    "service_at_locations": "service_at_location",
    "taxonomies": "taxonomy",
    "taxonomy_terms": "taxonomy_term",
    "organizations": "organization",
}
_OF_ALL: Final = ("page", "per_page")
_OF_SERVICES: Final = (
    "search", "taxonomy_term_id", "taxonomy_id", "minimum_age", "maximum_age", "start_time",
    "end_time", "day", "organization_id", "modified_after",
)  # fmt: skip
_FORMATS: Final = ("uuid", "uri", "email", "date", "date-time")


def description(base: str) -> dict[str, Any]:
    """An OpenAPI document of the whole feed."""
    paths: dict[str, Any] = {"/": {"get": _answer({"type": "object"}, "What the feed is")}}
    for name, entity in _LISTS.items():
        asked = [*_OF_ALL]
        if entity in ("service", "service_at_location"):
            asked += _OF_SERVICES
        if entity == "service_at_location":
            asked += ["postcode", "proximity"]
        paths[f"/{name}"] = {"get": _answer(_page(entity), f"A page of {name}", asked)}
        paths[f"/{name}/{{id}}"] = {"get": _answer(_ref(entity), f"One of {name}", ["id"])}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Directory of services", "version": VERSION},
        "servers": [{"url": base.rstrip("/")}],
        "paths": paths,
        "components": {"schemas": {name: _schema(name) for name in ENTITIES}},
    }


def _schema(entity: str) -> dict[str, Any]:
    fields = ENTITIES[entity]
    return {
        "type": "object",
        "properties": {name: _property(field) for name, field in fields.items()},
        "required": [name for name, field in fields.items() if field.is_required],
    }


def _property(field: Field) -> dict[str, Any]:
    if field.type.startswith("["):
        return {"type": "array", "minItems": 1, "items": _ref(field.type.strip("[]"))}
    if field.type in ENTITIES:
        return _ref(field.type)
    found: dict[str, Any] = {"type": field.type}
    if field.format in _FORMATS:
        found["format"] = field.format
    if field.one_of:
        found["enum"] = list(field.one_of)
    return found


def _ref(entity: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{entity}"}


def _page(entity: str) -> dict[str, Any]:
    numbers = ("total_items", "total_pages", "page_number", "size")
    truths = ("first_page", "last_page", "empty")
    return {
        "type": "object",
        "properties": {
            **{name: {"type": "integer"} for name in numbers},
            **{name: {"type": "boolean"} for name in truths},
            "contents": {"type": "array", "items": _ref(entity)},
        },
        "required": [*numbers, *truths, "contents"],
    }


def _answer(schema: dict[str, Any], says: str, asked: list[str] | None = None) -> dict[str, Any]:
    return {
        "summary": says,
        "parameters": [
            {
                "name": name,
                "in": "path" if name == "id" else "query",
                "required": name == "id",
                "schema": {"type": "string"},
            }
            for name in asked or []
        ],
        "responses": {
            "200": {"description": says, "content": {"application/json": {"schema": schema}}}
        },
    }

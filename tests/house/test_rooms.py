"""The shape of the rooms where a linter cannot see it: who writes, who reads, who looks back."""

import ast
import configparser
from collections.abc import Callable, Iterator
from pathlib import Path

from django.apps import apps
from django.db import models
from django.urls import URLResolver, get_resolver

HOUSE = Path(__file__).resolve().parents[2] / "oneplace"
ROOMS = (
    *("partners", "access", "post", "files", "feeds", "records", "people", "actions"),
    *("directory", "referrals", "visits"),
    "casefinding",
    "plans",
    "huddles",
    "community",
    "homefirst",
    "outcomes",
    "contracts",
    "finance",
    "desk",
)
WRITES = {
    "save",
    "create",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "delete",
    "abulk_create",
    "acreate",
    "asave",
}
WRITING_SQL = ("insert into", "update ", "delete from", "truncate ", "copy ")
# Not verbs, and why they write all the same.
WRITES_BY_RIGHT = {
    "access/audit.py": "the audit is what verbs write with",
    "access/sealer.py": "the sealer writes seals, which no verb may",
    "access/sealed_blocks.py": "sends ids to a temporary table, to read the entries of a block by",
    "kit/cache.py": "the cache is no room's, and holds nothing that is not made anew",
    "kit/clock.py": "the demo's clock belongs to no room",
}


def _modules(*rooms: str) -> Iterator[tuple[str, ast.Module]]:
    for room in rooms:
        for file in sorted((HOUSE / room).rglob("*.py")):
            name = file.relative_to(HOUSE).as_posix()
            if "/migrations/" not in name:
                yield name, ast.parse(file.read_text())


def _is_verb(name: str) -> bool:
    return name.split("/")[1] in {"verbs", "verbs.py"}


def _writes(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            is_queryset_update = node.func.attr == "update" and "objects" in ast.unparse(node.func)
            named = ast.unparse(node.func.value)
            is_session = "session" in named or named.startswith("super()")
            if (node.func.attr in WRITES or is_queryset_update) and not is_session:
                yield node.lineno
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value.strip().lower()
            if text.startswith(WRITING_SQL):
                yield node.lineno


def test_only_verbs_write() -> None:
    found = [
        f"{name}:{line}"
        for name, tree in _modules("kit", *ROOMS)
        if not _is_verb(name) and name not in WRITES_BY_RIGHT
        for line in _writes(tree)
    ]

    assert found == []


def _is_shown(name: str, tree: ast.Module) -> bool:
    """Whether a module makes pages, whatever it is called and however deep it lies."""
    _, *folders, file = name.split("/")
    if {"views", "presenters"} & {*folders} or file == "cards.py":
        return True
    if file.removesuffix(".py").endswith(("views", "presenters")):
        return True
    return any(
        isinstance(node, ast.FunctionDef)
        and "request" in {each.arg for each in node.args.args}
        and "HttpResponse" in ast.unparse(node.returns or ast.Constant(None))
        and any("may" in ast.unparse(one) for one in node.decorator_list)
        for node in tree.body
    )


def test_every_module_with_a_page_is_looked_at() -> None:
    shown = {name for name, tree in _modules(*ROOMS) if _is_shown(name, tree)}

    assert {
        "desk/record_views.py",
        "desk/story_views.py",
        "desk/presenters/record/page.py",
        "feeds/fhir_door/views.py",
        "feeds/mapping_pages/views.py",
        "people/views/review.py",
    } <= shown
    views = {
        callback.__module__.removeprefix("oneplace.").replace(".", "/") + ".py"
        for callback in _callbacks(get_resolver())
        if callback.__module__.startswith(tuple(f"oneplace.{room}." for room in ROOMS))
    }
    assert {name for name in views if (HOUSE / name).exists()} - shown == set()


def _callbacks(resolver: URLResolver) -> Iterator[Callable[..., object]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _callbacks(entry)
        else:
            yield entry.callback


def test_views_read_only_through_queries() -> None:
    found = []
    for name, tree in _modules(*ROOMS):
        if not _is_shown(name, tree):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in {"objects", "_base_manager"}:
                found.append(f"{name}:{node.lineno} reads a model by itself")
            if isinstance(node, ast.Attribute) and node.attr == "cursor":
                found.append(f"{name}:{node.lineno} opens a cursor")

    assert found == []


def test_verbs_are_keyword_only_and_say_who_and_when() -> None:
    found = []
    for name, tree in _modules(*ROOMS):
        if not _is_verb(name):
            continue
        for node in tree.body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            if not any("transaction" in ast.unparse(d) for d in node.decorator_list):
                continue
            keywords = {argument.arg for argument in node.args.kwonlyargs}
            if node.args.args or not {"by", "at"} <= keywords:
                found.append(f"{name}:{node.lineno} {node.name}")

    assert found == []


def test_foreign_keys_look_back_the_way_the_data_came() -> None:
    order = _order_of_rooms()
    found = []
    for model in apps.get_models(include_auto_created=True):
        here = model._meta.app_label
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey) and isinstance(field.related_model, type):
                there = field.related_model._meta.app_label
                if here in order and there in order and order[there] > order[here]:
                    found.append(f"{model._meta.label}.{field.name} looks forward to {there}")

    assert found == []


def _order_of_rooms() -> dict[str, int]:
    """Each room's place, counted from the ground, as `.importlinter` draws the arrow."""
    contracts = configparser.ConfigParser(comment_prefixes=("#",))
    contracts.read(HOUSE.parent / ".importlinter")
    layers = contracts["importlinter:contract:arrow"]["layers"].split("\n")
    rows = [line.strip() for line in layers if line.strip() and not line.strip().startswith("#")]
    return {
        room.strip(" ()"): level
        for level, row in enumerate(reversed(rows))
        for room in row.split("|")
    }


def test_every_room_says_what_it_keeps_receives_and_hands_on() -> None:
    for room in (*ROOMS, "feeds", "kit", "science", "insight", "vocabulary", "config"):
        text = ast.get_docstring(ast.parse((HOUSE / room / "__init__.py").read_text())) or ""
        assert "Keeps:" in text and "eceives from:" in text and "ands on:" in text, room


def test_every_module_opens_with_a_sentence() -> None:
    silent = [
        file.relative_to(HOUSE).as_posix()
        for file in HOUSE.rglob("*.py")
        if "/migrations/" not in file.as_posix()
        and file.read_text().strip()
        and not ast.get_docstring(ast.parse(file.read_text()))
    ]

    assert silent == []


def test_nothing_is_called_utils_or_helpers() -> None:
    forbidden = {"utils", "helpers", "common", "services", "misc", "util"}

    found = [
        file.as_posix()
        for file in HOUSE.rglob("*")
        if file.stem in forbidden and (file.suffix == ".py" or file.is_dir())
    ]

    assert found == []


def test_no_code_is_deserialised() -> None:
    forbidden = {"pickle", "marshal", "shelve", "dill", "joblib"}

    found = [
        f"{file.name}:{node.lineno}"
        for file in HOUSE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if (isinstance(node, ast.Import) and {a.name.split(".")[0] for a in node.names} & forbidden)
        or (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in forbidden)
    ]

    assert found == []


def test_the_jobs_of_every_room_are_known_to_the_worker() -> None:
    from procrastinate.contrib.django import app

    rooms = {module.parent.name for module in HOUSE.glob("*/jobs.py")}
    known = {name.split(".")[1] for name in app.tasks if name.startswith("oneplace.")}

    assert rooms - known == set()

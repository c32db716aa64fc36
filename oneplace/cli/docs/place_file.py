"""What a place file may say, key by key, from the models that check it."""

import types
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from oneplace.cli.docs.pages import one_line, written_from
from oneplace.vocabulary.place.part import KEY_PATTERN
from oneplace.vocabulary.place.span import Span
from oneplace.vocabulary.terms import Term

_PLAIN = {
    "str": "words",
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "date": "a date, 2026-03-12",
    "time": "a time, 08:00:00",
    "datetime": "a moment with its zone, 2026-03-12T09:40:00+00:00",
    "Path": "a path",
}


def place_file() -> str:
    """Every part of a place file, its keys, what each holds and whether it is needed."""
    from oneplace.vocabulary.place import Place

    lines = [
        "# The place file",
        "",
        written_from("the models in `oneplace/vocabulary/place/`"),
        "",
        "One TOML file describes one place. `oneplace place new NAME` writes a complete one with "
        "comments; `oneplace place check` says everything that is wrong with one, each with file, "
        "key, reason and remedy. A key not listed here is refused, so that a typing mistake is "
        "never silently ignored.",
        "",
    ]
    terms: dict[str, type[Term]] = {}
    seen: set[type[BaseModel]] = set()
    waiting: list[tuple[str, type[BaseModel]]] = [("", Place)]
    while waiting:
        path, model = waiting.pop(0)
        if model in seen:
            continue
        seen.add(model)
        lines += _part(path, model, terms)
        waiting += _below(path, model)
    lines += ["## Closed lists", "", "Words that may stand where a part says *a word of …*.", ""]
    for name in sorted(terms):
        words = ", ".join(f"`{member.value}` ({member.label})" for member in terms[name])
        lines += [f"### {name}", "", f"{one_line(terms[name].__doc__ or '')} {words}.", ""]
    return "\n".join(lines)


def _part(path: str, model: type[BaseModel], terms: dict[str, type[Term]]) -> Iterator[str]:
    title = f"`{path}`" if path else "The head of the file"
    yield from (f"## {title}", "", one_line(model.__doc__ or ""), "")
    yield from ("| Key | Holds | |", "|---|---|---|")
    for name, field in model.model_fields.items():
        needed = "needed" if field.is_required() else "may be left out"
        said = _form(field.metadata) or _said(field.annotation, terms)
        yield f"| `{field.alias or name}` | {said} | {needed} |"
    yield ""


def _form(constraints: list[Any]) -> str:
    """The form a text must have, in words, if it must have one."""
    for constraint in constraints:
        pattern = getattr(constraint, "pattern", None)
        if pattern == KEY_PATTERN:
            return "a key: small letters, digits and _"
        if pattern:
            return f"words of the form `{pattern}`".replace("|", "\\|")
    return ""


def _below(path: str, model: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    start = path.strip("[]")
    for name, field in model.model_fields.items():
        key = f"{start}.{field.alias or name}" if start else field.alias or name
        for kind, inner in _models(field.annotation):
            yield {"one": f"[{key}]", "many": f"[[{key}]]", "named": f"[{key}.<name>]"}[kind], inner


def _models(annotation: Any, kind: str = "one") -> Iterator[tuple[str, type[BaseModel]]]:
    origin = get_origin(annotation)
    if origin is None:
        if _is_part(annotation):
            yield kind, annotation
        return
    inner = {tuple: "many", list: "many"}.get(origin, kind)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        inner = "named"
    for argument in get_args(annotation):
        yield from _models(argument, inner)


def _is_part(annotation: Any) -> bool:
    return (
        isinstance(annotation, type)
        and issubclass(annotation, BaseModel)
        # A length of time is one line of text to whoever writes the file.
        and annotation is not Span
    )


def _said(annotation: Any, terms: dict[str, type[Term]]) -> str:
    """What a key holds, in words."""
    origin = get_origin(annotation)
    arguments = [each for each in get_args(annotation) if each not in (type(None), Ellipsis)]
    if origin is Annotated:
        return _said(arguments[0], terms)
    if origin in (Union, types.UnionType):
        return " or ".join(_said(each, terms) for each in arguments)
    if origin in (tuple, list, frozenset, set):
        if _is_part(arguments[0]):
            return "rows, below"
        return f"a list, each {_said(arguments[0], terms)}"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return f"a table for each {_said(arguments[0], terms).removeprefix('a ')}"
    return _plainly(annotation, terms)


def _plainly(annotation: Any, terms: dict[str, type[Term]]) -> str:
    if annotation is Span:
        return "a length of time, “2 hours”"
    if _is_part(annotation):
        return "a table, below"
    if isinstance(annotation, type) and issubclass(annotation, Term):
        terms[annotation.__name__] = annotation
        return f"a word of [{annotation.__name__}](#{annotation.__name__.lower()})"
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return "one of " + ", ".join(f"`{member.value}`" for member in annotation)
    name = getattr(annotation, "__name__", str(annotation))
    return _PLAIN.get(name, name)

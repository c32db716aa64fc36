"""Writes a mapping file from what was chosen on the guided pages."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

_DELETE: Final = "\x7f"


@dataclass(frozen=True)
class Chosen:
    """Where one field comes from: columns, or the same text on every row."""

    columns: tuple[str, ...] = ()
    always: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    """Their words to ours; empty for none."""

    @property
    def is_chosen(self) -> bool:
        """Whether anything was chosen for the field."""
        return bool(self.columns or self.always)


@dataclass(frozen=True)
class Layout:
    """A whole layout as it was chosen."""

    name: str
    authority: str
    number: str
    kind: str = ""
    """The stored word of `EntryKind`; empty where a row tells only who the person is."""
    sheet: str = ""
    dates: str = ""
    says_at: str = ""
    youngest: int = 0
    key: tuple[str, ...] = ()
    only_if: str = ""
    only_if_is: tuple[str, ...] = ()
    otherwise: str = "leave out"
    identity: Mapping[str, Chosen] = field(default_factory=dict)
    entry: Mapping[str, Chosen] = field(default_factory=dict)
    detail: Mapping[str, Chosen] = field(default_factory=dict)


def as_toml(layout: Layout) -> str:
    """The text of the mapping file of a layout, as a person would write it."""
    return "\n".join(_lines(layout)) + "\n"


def _lines(layout: Layout) -> Iterator[str]:
    yield f"name = {_quoted(layout.name)}"
    yield from _file(layout)
    yield from ("", "[subject]", f"authority = {_quoted(layout.authority)}")
    yield f"number = {_quoted(layout.number)}"
    groups = {"identity": layout.identity}
    if layout.kind:
        groups |= {"entry": layout.entry, "detail": layout.detail}
    for group, fields in groups.items():
        for name, chosen in fields.items():
            if chosen.words and chosen.columns:
                yield from ("", f"[codes.{group}_{name}]")
                for theirs, ours in chosen.words.items():
                    yield f"{_quoted(theirs)} = {_quoted(ours)}"
    yield from _fields("[identity]", "identity", layout.identity, layout)
    if layout.kind:
        yield from _entry(layout)


def _file(layout: Layout) -> Iterator[str]:
    said = {"sheet": layout.sheet, "dates": layout.dates, "says_at": layout.says_at}
    lines = [f"{name} = {_quoted(text)}" for name, text in said.items() if text]
    if layout.youngest:
        lines.append(f"youngest = {layout.youngest}")
    if lines:
        yield from ("", "[file]", *lines)


def _entry(layout: Layout) -> Iterator[str]:
    yield from ("", "[[entries]]", f"kind = {_quoted(layout.kind)}")
    if layout.key:
        yield f"key = {_listed(layout.key)}"
    if layout.only_if:
        condition = f"column = {_quoted(layout.only_if)}"
        if layout.only_if_is:
            condition += f", is = {_listed(layout.only_if_is)}"
        yield f"only_if = {{ {condition} }}"
    for name, chosen in layout.entry.items():
        if chosen.is_chosen:
            yield f"{name} = {_value('entry', name, chosen, layout)}"
    yield from _fields("[entries.detail]", "detail", layout.detail, layout)


def _fields(
    heading: str, group: str, fields: Mapping[str, Chosen], layout: Layout
) -> Iterator[str]:
    chosen = {name: each for name, each in fields.items() if each.is_chosen}
    if chosen:
        yield from ("", heading)
        for name, each in chosen.items():
            yield f"{name} = {_value(group, name, each, layout)}"


def _value(group: str, name: str, chosen: Chosen, layout: Layout) -> str:
    if not chosen.columns:
        return f"{{ text = {_quoted(chosen.always)} }}"
    if chosen.words:
        otherwise = f", otherwise = {_quoted(layout.otherwise)}"
        return f'{{ columns = {_listed(chosen.columns)}, codes = "{group}_{name}"{otherwise} }}'
    if len(chosen.columns) == 1:
        return _quoted(chosen.columns[0])
    return _listed(chosen.columns)


def _listed(texts: tuple[str, ...]) -> str:
    return f"[{', '.join(_quoted(each) for each in texts)}]"


def _quoted(text: str) -> str:
    # TOML's basic strings take JSON's escapes; beside them it wants DEL escaped.
    return json.dumps(text, ensure_ascii=False).replace(_DELETE, "\\u007f")

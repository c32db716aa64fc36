"""The map of the house, from the rooms' own docstrings and what is said for rooms to come."""

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from oneplace.cli.console import Stop
from oneplace.cli.docs.pages import one_line, written_from

_PART = re.compile(
    r"(Keeps|Receives from|Hands on):\s*(.*?)(?=(?:Keeps|Receives from|Hands on):|\Z)", re.S
)


@dataclass(frozen=True)
class Room:
    """One package of the house: what it says of itself, or what the map says it will be."""

    name: str
    sentence: str
    is_built: bool
    stands_beside: bool = False
    keeps: str = ""
    receives_from: str = ""
    hands_on: str = ""


@dataclass(frozen=True)
class Group:
    """Rooms that stand together on the map."""

    name: str
    says: str
    rooms: tuple[Room, ...]


def read_map(project: Path) -> tuple[Group, ...]:
    """The groups and rooms of the map; a built room speaks for itself.

    Raises `Stop` when a room is built and spoken for too, or neither.
    """
    content = tomllib.loads((project / "docs" / "map.toml").read_text())
    return tuple(
        Group(
            group["name"],
            group["says"],
            tuple(_room(project, entry) for entry in group["rooms"]),
        )
        for group in content["groups"]
    )


def _room(project: Path, entry: dict[str, Any]) -> Room:
    name = entry["name"]
    file = project / "oneplace" / name / "__init__.py"
    will = str(entry.get("will", ""))
    beside = bool(entry.get("stands_beside"))
    if not file.exists():
        if not will:
            raise Stop(
                f"docs/map.toml: {name} is not built and nothing says what it will be. Add a "
                "sentence as `will`."
            )
        return Room(name, will, is_built=False, stands_beside=beside)
    if will:
        raise Stop(
            f"docs/map.toml: {name} is built and speaks for itself in oneplace/{name}/__init__.py. "
            "Remove its `will`."
        )
    docstring = ast.get_docstring(ast.parse(file.read_text())) or ""
    if not docstring:
        raise Stop(f"oneplace/{name}/__init__.py has no docstring. Say what the room is for.")
    parts = {key: one_line(text) for key, text in _PART.findall(docstring)}
    return Room(
        name,
        one_line(docstring.split("\n\n")[0]),
        is_built=True,
        stands_beside=beside,
        keeps=parts.get("Keeps", ""),
        receives_from=parts.get("Receives from", ""),
        hands_on=parts.get("Hands on", ""),
    )


def house(project: Path) -> str:
    """The map of the house, its arrow and the shape of a room."""
    groups = read_map(project)
    built = [room for group in groups for room in group.rooms if room.is_built]
    coming = [room for group in groups for room in group.rooms if not room.is_built]
    lines = [
        "# The house",
        "",
        written_from("the rooms' docstrings and `docs/map.toml`"),
        "",
        f"oneplace is one program made of rooms. {len(built)} of its {len(built) + len(coming)} "
        "packages are built; the others are named here with a sentence each, so that what comes "
        "has its place already.",
        "",
        "## The arrow",
        "",
        "```text",
        *_arrow(groups[0]),
        "```",
        "",
        "A room may look back the way the data came, never forward. A plan knows its person; a "
        "person knows nothing of plans. Foreign keys follow the same arrow. A later room puts "
        "something before an earlier one by calling its verb; an early room that must cause "
        "something later *announces* it, and `oneplace/config/wiring.py` is the only file that "
        "says who listens. `make check` holds the code to this by `.importlinter`, where a room "
        "not yet built stands in brackets.",
        "",
    ]
    for group in groups:
        lines += [
            f"## {group.name}",
            "",
            group.says,
            "",
            "| Room | What it is | |",
            "|---|---|---|",
        ]
        for room in group.rooms:
            state = "built" if room.is_built else "to come"
            lines.append(f"| `{room.name}` | {_cell(room)} | {state} |")
        lines.append("")
    lines += [_SHAPE]
    return "\n".join(lines)


def _cell(room: Room) -> str:
    said = [room.sentence]
    for title, text in (
        ("Keeps", room.keeps),
        ("Receives from", room.receives_from),
        ("Hands on", room.hands_on),
    ):
        if text:
            said.append(f"*{title}:* {text}")
    return "<br>".join(said).replace("|", "\\|")


def _arrow(group: Group, *, width: int = 84) -> Iterator[str]:
    line = ""
    for number, room in enumerate(group.rooms):
        piece = room.name if room.is_built else f"({room.name})"
        step = piece if number == 0 else f" {'|' if room.stands_beside else '→'} {piece}"
        if len(line) + len(step) > width:
            yield line
            line = f"    {step.strip()}"
        else:
            line += step
    yield line
    yield ""
    yield "( ) not built yet"


_SHAPE = """\
## The shape of a room

Every room has the same shape, so knowing one is knowing all. It has only the files it needs: the
shape is a promise about where things are, not a form to fill in.

| File | Holds |
|---|---|
| `__init__.py` | what the room keeps, from whom it receives, to whom it hands on |
| `announcements.py` | what it tells later rooms |
| `models/` | one file per thing: fields, constraints, scoped querysets |
| `permissions.py` | what may be allowed to roles |
| `rules.py` | why something may not be done: the reason, or nothing |
| `queries.py` | reads, always on behalf of a viewer |
| `extracts.py` | rows for the snapshot |
| `verbs.py` | the only module that writes |
| `cards.py` | the small face other rooms may show |
| `forms.py`, `presenters.py`, `views.py`, `urls.py`, `jinja2/` | the pages |
| `commands.py`, `jobs.py` | what runs without a page |

Inside a room imports run one way: views → forms, presenters, verbs → cards → queries, extracts →
rules → models → announcements.
"""

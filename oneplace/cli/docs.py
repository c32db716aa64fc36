"""`oneplace docs`: write the documents that are made from the code, or say which fell behind."""

import ast
import importlib
import importlib.util
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from oneplace.cli.console import Console, Stop, speaks

HELP_WIDTH = 92
_WRITTEN = (
    "<!-- Written by `oneplace docs` from {source}. Do not edit: change that, run it again. -->"
)
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


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; fail if a document fell behind.")
@speaks
def docs(*, check: bool, console: Console) -> None:
    """Write the documents that are made from the code.

    The map of the house from the rooms' own words, the states, the permissions of each role, every
    command's help, and the hazard log with its ratings. Needs a clone, and no database.
    """
    from oneplace.config.paths import PROJECT

    if not (PROJECT / "docs" / "map.toml").exists():
        raise Stop(
            f"There is no documentation at {PROJECT / 'docs'}: this is an installed copy. Run the "
            "command in a clone of the repository."
        )
    behind = []
    for name, write in documents(PROJECT).items():
        file = PROJECT / name
        text = write()
        if file.exists() and file.read_text() == text:
            continue
        behind.append(name)
        if not check:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
    if check and behind:
        raise Stop(
            f"{len(behind)} of the documents made from the code fell behind: {', '.join(behind)}. "
            "Run `oneplace docs` and commit what it changes."
        )
    if check or not behind:
        console.say("Every document made from the code is in step with it.")
    else:
        console.say(f"Written: {', '.join(behind)}.")
    console.result(done=True, written=[] if check else behind)


def documents(project: Path) -> Mapping[str, Callable[[], str]]:
    """Each document made from the code, by its path in the project, and how to write it."""
    return {
        "docs/house.md": lambda: house(project),
        "docs/reference/states.md": states,
        "docs/reference/permissions.md": lambda: permissions(project),
        "docs/reference/commands.md": commands,
        "docs/reference/hazards.md": lambda: hazards(project),
    }


# --- the map of the house -------------------------------------------------------------------------


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
    parts = {key: _one_line(text) for key, text in _PART.findall(docstring)}
    return Room(
        name,
        _one_line(docstring.split("\n\n")[0]),
        is_built=True,
        stands_beside=beside,
        keeps=parts.get("Keeps", ""),
        receives_from=parts.get("Receives from", ""),
        hands_on=parts.get("Hands on", ""),
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())


def house(project: Path) -> str:
    """The map of the house, its arrow and the shape of a room."""
    groups = read_map(project)
    built = [room for group in groups for room in group.rooms if room.is_built]
    coming = [room for group in groups for room in group.rooms if not room.is_built]
    lines = [
        "# The house",
        "",
        _WRITTEN.format(source="the rooms' docstrings and `docs/map.toml`"),
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


# --- states ---------------------------------------------------------------------------------------


def states() -> str:
    """Every table of states the vocabulary has, as text tables."""
    from oneplace.vocabulary import terms

    lines = [
        "# States",
        "",
        _WRITTEN.format(source="the tables in `oneplace/vocabulary/terms/`"),
        "",
        "Each life cycle of the house is a table: which state may follow which, and which may not "
        "be entered without a reason. The code refuses anything else, in these words.",
        "",
    ]
    for name in sorted(terms.__all__):
        table = getattr(terms, name)
        if isinstance(table, terms.Transitions):
            lines += _state_table(name, table)
    return "\n".join(lines)


def _state_table(name: str, table: Any) -> list[str]:
    kind = type(table.start)
    lines = [
        f"## {name.replace('_', ' ').capitalize()}",
        "",
        f"{_one_line((kind.__doc__ or '').strip())} (`{kind.__name__}`)",
        "",
        "| State | Stored as | May become | |",
        "|---|---|---|---|",
    ]
    for state in kind:
        notes = []
        if state == table.start:
            notes.append("begins here")
        if table.is_final(state):
            notes.append("ends here")
        if table.needs_reason(state):
            notes.append("needs a reason")
        following = ", ".join(after.label for after in table.after(state))
        lines.append(
            f"| {state.label} | `{state.value}` | {following or '–'} | {', '.join(notes)} |"
        )
    return [*lines, ""]


# --- permissions ----------------------------------------------------------------------------------


def permissions(project: Path) -> str:
    """What each role may do unless a place says otherwise, both ways round."""
    from oneplace.vocabulary.terms import Role

    given = tomllib.loads((project / "oneplace" / "vocabulary" / "default_roles.toml").read_text())
    declared = declared_permissions(project)
    every = sorted(
        {permission for allowed in given.values() for permission in allowed} | set(declared)
    )
    lines = [
        "# Permissions",
        "",
        _WRITTEN.format(
            source="`oneplace/vocabulary/default_roles.toml` and each room's `permissions.py`"
        ),
        "",
        "What each role may do unless a place file adds or removes something (`[roles.<role>]`). A "
        "permission only makes an act possible: **which person's record opens is decided by "
        "relationship**, and every opening is audited.",
        "",
        "## By permission",
        "",
        "| Permission | Room | Roles |",
        "|---|---|---|",
    ]
    for permission in every:
        shown = _roles_shown(
            [Role(role).label for role, allowed in given.items() if permission in allowed],
            [Role(role).label for role in given],
        )
        lines.append(f"| `{permission}` | {declared.get(permission, 'a room to come')} | {shown} |")
    lines += ["", "## By role", "", "| Role | May |", "|---|---|"]
    for role, allowed in given.items():
        may = ", ".join(f"`{permission}`" for permission in allowed)
        lines.append(f"| {Role(role).label} | {may} |")
    return "\n".join([*lines, ""])


def _roles_shown(allowed: list[str], every: list[str]) -> str:
    without = [role for role in every if role not in allowed]
    if not allowed:
        return "no role"
    if len(without) > len(every) // 4:
        return ", ".join(allowed)
    return f"every role but {', '.join(without)}" if without else "every role"


def declared_permissions(project: Path) -> dict[str, str]:
    """Each permission a room declares, and that room's name, without importing the rooms."""
    found: dict[str, str] = {}
    for file in sorted((project / "oneplace").glob("*/permissions.py")):
        for node in ast.parse(file.read_text()).body:
            if (
                isinstance(node, ast.Assign)
                and isinstance(node.value, ast.Constant)
                and isinstance(node.value.value, str)
            ):
                found[node.value.value] = file.parent.name
    return found


# --- commands -------------------------------------------------------------------------------------


def commands() -> str:
    """The help of every command."""
    from oneplace.cli import COMMANDS, oneplace

    lines = [
        "# Commands",
        "",
        _WRITTEN.format(source="the commands' own help"),
        "",
        "Every command answers `--help`. With `--json` its last line is one JSON object. Exit "
        "codes: 0 done, 1 could not, 2 asked wrongly.",
        "",
        *_help("oneplace", oneplace),
    ]
    for name, (module, attribute, sentence) in COMMANDS.items():
        if importlib.util.find_spec(module) is None:
            lines += [f"## oneplace {name}", "", f"{sentence} *Not built yet.*", ""]
            continue
        lines += _help(f"oneplace {name}", getattr(importlib.import_module(module), attribute))
    return "\n".join(lines)


def context_of(name: str, command: click.Command) -> click.Context:
    """A context in which a command says its help as it does on a terminal of fixed width."""
    return click.Context(
        command,
        info_name=name,
        terminal_width=HELP_WIDTH,
        max_content_width=HELP_WIDTH,
        help_option_names=["-h", "--help"],
    )


def _help(name: str, command: click.Command) -> Iterator[str]:
    context = context_of(name, command)
    text = "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
    yield from (
        f"{'#' * min(3, max(2, 1 + name.count(' ')))} {name}",
        "",
        "```text",
        text,
        "```",
        "",
    )
    if isinstance(command, click.Group) and name != "oneplace":
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            if found is not None and not found.hidden:
                yield from _help(f"{name} {child}", found)


# --- hazards --------------------------------------------------------------------------------------


def hazards(project: Path) -> str:
    """The hazard log with its computed ratings, as a table and in full."""
    from oneplace.config.safety import HazardLogError, read_hazard_log

    try:
        log = read_hazard_log(project / "safety")
    except HazardLogError as error:
        raise Stop(str(error)) from error
    highest = log.grid.highest_to_sign
    lines = [
        "# Hazard log",
        "",
        _WRITTEN.format(source="`safety/hazards.toml`"),
        "",
        f"{len(log.hazards)} hazards. Ratings go from 1 to 5 and are computed from the grid in the "
        f"log; above {highest} no signature may cover a hazard. *Now* counts the controls that "
        "exist, so a room that is not built keeps its hazard rated as if it were in use.",
        "",
        "| | Hazard | First | Now | Status | Tests |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {hazard.id} | {hazard.hazard} | {hazard.initial.rating} | {hazard.residual.rating} "
        f"| {hazard.status} | {len(hazard.tests) or 'open'} |"
        for hazard in log.hazards
    ]
    lines += ["", "| Rating | Means |", "|---|---|"]
    lines += [f"| {rating} | {text} |" for rating, text in sorted(log.grid.meanings.items())]
    lines.append("")
    for hazard in log.hazards:
        lines += _hazard(hazard)
    return "\n".join(lines)


def _hazard(hazard: Any) -> list[str]:
    def listed(texts: tuple[str, ...]) -> str:
        return "; ".join(texts) or "none yet"

    def rated(risk: Any) -> str:
        return f"{risk.severity}, {risk.likelihood}: **{risk.rating}**"

    rows = (
        ("Could lead to", hazard.impact),
        ("Causes", listed(hazard.causes)),
        ("Controls now", listed(hazard.existing_controls)),
        ("First rating", rated(hazard.initial)),
        ("Controls to add", listed(hazard.additional_controls)),
        ("Rating now", rated(hazard.residual)),
        ("Why it stands", hazard.justification or "–"),
        ("Comes with", f"`{hazard.arises_with}` ({hazard.requirement})"),
        ("Owner", hazard.owner),
        ("Evidence", hazard.evidence),
        ("Control", f"`{hazard.control}`" if hazard.control != "open" else "open"),
        ("Tests", "<br>".join(f"`{test}`" for test in hazard.tests) or "open"),
    )
    return [
        f"## {hazard.id} {hazard.hazard}",
        "",
        hazard.description,
        "",
        "| | |",
        "|---|---|",
        *(f"| {title} | {text} |" for title, text in rows),
        "",
    ]

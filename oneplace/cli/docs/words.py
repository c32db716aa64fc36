"""States and permissions, from the vocabulary's tables and the rooms' declarations."""

import ast
import tomllib
from pathlib import Path
from typing import Any

from oneplace.cli.docs.pages import one_line, written_from


def states() -> str:
    """Every table of states the vocabulary has, as text tables."""
    from oneplace.vocabulary import terms

    lines = [
        "# States",
        "",
        written_from("the tables in `oneplace/vocabulary/terms/`"),
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
        f"{one_line((kind.__doc__ or '').strip())} (`{kind.__name__}`)",
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
        written_from("`oneplace/vocabulary/default_roles.toml` and each room's `permissions.py`"),
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

"""What the detail of each kind of entry holds, from the shapes in the vocabulary."""

import ast
from pathlib import Path

from oneplace.cli.docs.pages import one_line, written_from

SHAPES = "oneplace/vocabulary/rows/detail.py"


def entries(project: Path) -> str:
    """Every kind of entry, with the keys its detail may have, their shape and their meaning."""
    from oneplace.vocabulary.rows.detail import DETAIL_OF

    tree = ast.parse((project / SHAPES).read_text())
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    opening = (ast.get_docstring(tree) or "").split("\n\n")
    lines = [
        "# Entries",
        "",
        written_from(f"the shapes in `{SHAPES}`"),
        "",
        "An entry is one dated thing a source says of a person. Its columns are those of "
        "`EntrySaid` (`oneplace/vocabulary/rows/said.py`); what is particular to its kind stands "
        "in `detail`, as described here.",
        "",
        *(part for paragraph in opening[1:] for part in (paragraph, "")),
        "## Any entry",
        "",
        *_table(classes["AnyDetail"]),
    ]
    shown = {"AnyDetail"}
    for kind, shape in DETAIL_OF.items():
        node = classes[shape.__name__]
        shown.add(node.name)
        lines += [f"## {kind.label} (`{kind.value}`)", "", _says(node), "", *_table(node)]
    for name, title in (("IdentityDetail", "Identity"), ("AgentDetail", "Agent")):
        shown.add(name)
        lines += [f"## {title}", "", _says(classes[name]), "", *_table(classes[name])]
    lines += ["# Shapes within", ""]
    for name, node in classes.items():
        if name not in shown:
            lines += [f"## {name}", "", _says(node), "", *_table(node)]
    return "\n".join(lines).rstrip() + "\n"


def _says(node: ast.ClassDef) -> str:
    return one_line(ast.get_docstring(node) or "")


def _table(node: ast.ClassDef) -> list[str]:
    rows = ["| Key | Shape | |", "|---|---|---|"]
    for place, field in enumerate(node.body):
        if isinstance(field, ast.AnnAssign):
            after = node.body[place + 1] if place + 1 < len(node.body) else None
            shape = ast.unparse(field.annotation)
            rows.append(f"| `{ast.unparse(field.target)}` | `{shape}` | {_meaning(after)} |")
    return [*rows, ""]


def _meaning(node: ast.stmt | None) -> str:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return one_line(str(node.value.value)).replace("|", "\\|")
    return ""

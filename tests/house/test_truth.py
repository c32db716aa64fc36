"""A borough's truth is for tests and benches: nothing that serves people reads it (ADR 0011)."""

import ast
from collections.abc import Iterator
from pathlib import Path

from oneplace.borough import truth

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "oneplace"
FILES = {f"{name}.parquet" for name in truth._TABLES} | {
    "counts.json",
    "file_defects.json",
    "scripted.json",
}
"""What lies in the folder."""


def _joined(node: ast.AST) -> Iterator[ast.expr]:
    """What is put together to a path: the right of a `/`, the arguments of Path and joinpath."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        yield node.left
        yield node.right
    elif isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        called = node.func.id if isinstance(node.func, ast.Name) else called
        if called in {"Path", "PurePath", "PurePosixPath", "joinpath", "glob", "rglob", "join"}:
            yield from node.args


def _names_a_file(value: object) -> bool:
    return value in FILES or (
        isinstance(value, str) and value.startswith("truth/") and " " not in value
    )


def reads_truth(source: str) -> list[int]:
    """The lines that name the folder of the truth as a path, or one of its files, or its code."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("oneplace.borough"):
            names = {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
            if "oneplace.borough.truth" in names:
                found.append(node.lineno)
        elif isinstance(node, ast.Import):
            if any(alias.name == "oneplace.borough.truth" for alias in node.names):
                found.append(node.lineno)
        elif isinstance(node, ast.Constant) and _names_a_file(node.value):
            found.append(node.lineno)
        found += [
            part.lineno
            for part in _joined(node)
            if isinstance(part, ast.Constant) and str(part.value).strip("/") == "truth"
        ]
    return found


def test_the_search_sees_who_reads_the_truth() -> None:
    assert reads_truth('rows = read(borough / "truth" / "effects.parquet")')
    assert reads_truth('open("truth/counts.json")')
    assert reads_truth('Path(borough, "truth")')
    assert reads_truth("from oneplace.borough import truth")
    assert reads_truth("from oneplace.borough.truth import FOLDER")
    assert not reads_truth('"""Makes files; the folder truth/ says what is so."""')
    assert not reads_truth('TRUTH = Kind("truth", "yes or no")')
    assert not reads_truth('told = read(borough / "planted.json")')


def test_nothing_but_the_borough_itself_reads_its_truth() -> None:
    found = [
        f"{source.relative_to(ROOT)}:{line}"
        for source in sorted(PACKAGE.rglob("*.py"))
        if PACKAGE / "borough" not in source.parents
        for line in reads_truth(source.read_text("utf-8"))
    ]

    assert found == [], "read what the borough publishes in planted.json instead"

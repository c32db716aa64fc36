"""Tables in which somebody wrote by hand which test answers for a function, or why none need."""

import csv
import importlib
import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]


@dataclass(frozen=True)
class Row:
    """One function, the tests that answer for it, and a reason where one is needed."""

    name: str
    tests: tuple[str, ...]
    reason: str

    @property
    def fault(self) -> str | None:
        """What is wrong with the row, or None.

        A test must speak of the function, itself or through a factory it calls; where a reason
        stands beside it, the reason says how the test reaches it otherwise.
        """
        if not self.tests and not self.reason:
            return f"{self.name}: neither a test nor a reason"
        for node in self.tests:
            found = _find(node)
            if found is None:
                return f"{self.name}: there is no test {node}"
            word = self.name.rpartition(".")[2]
            if not self.reason and word not in re.findall(r"\w+", found):
                return f"{self.name}: {node} does not speak of it"
        return None


def read(table: str) -> list[Row]:
    """The rows of a table beside this file."""
    with (HERE / table).open(newline="") as file:
        return [
            Row(line["name"], tuple(line["tests"].split()), line["reason"].strip())
            for line in csv.DictReader(file)
        ]


def _find(node: str) -> str | None:
    """What a test says: its own words, those of what it calls in its module, and its parameter."""
    path, _, name = node.partition("::")
    name, _, parameter = name.partition("[")
    if not (PROJECT / path).is_file():
        return None
    module = importlib.import_module(path.removesuffix(".py").replace("/", "."))
    test = getattr(module, name, None)
    if not inspect.isfunction(test):
        return None
    if parameter and parameter.removesuffix("]") not in _parameters(test):
        return None
    said = inspect.getsource(test)
    for called in set(re.findall(r"\b(\w+)\(", said)):
        other = test.__globals__.get(called)
        if inspect.isfunction(other) and other.__module__.startswith("tests."):
            said += inspect.getsource(other)
    return f"{said} {parameter}"


def _parameters(test: Callable[..., object]) -> set[str]:
    marks = getattr(test, "pytestmark", [])
    return {str(value) for mark in marks if mark.name == "parametrize" for value in mark.args[1]}

"""A fault: what is wrong with something received, where exactly, and in plain words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, NamedTuple

Severity = Literal["fatal", "error", "warning", "information"]

IssueCode = Literal[
    "business-rule",
    "code-invalid",
    "conflict",
    "duplicate",
    "exception",
    "forbidden",
    "informational",
    "invalid",
    "invariant",
    "login",
    "multiple-matches",
    "not-found",
    "not-supported",
    "processing",
    "required",
    "structure",
    "throttled",
    "too-costly",
    "too-long",
    "transient",
    "value",
]
"""The codes of FHIR's issue types that this door uses."""

_REFUSING: Final = frozenset({"fatal", "error"})


class Fault(NamedTuple):
    """One thing wrong, with its place.

    `entry` is the index in the bundle (from 0), or None where the bundle itself, or a resource sent
    on its own, is at fault. `path` is the element's path, like `Patient.name[0].family`.
    """

    severity: Severity
    code: IssueCode
    words: str
    path: str = ""
    entry: int | None = None
    kind: str = ""
    id: str = ""
    line: int | None = None
    """The line of an NDJSON file, from 1."""

    @property
    def refuses(self) -> bool:
        """Whether what it speaks of may not be taken in."""
        return self.severity in _REFUSING

    def where(self) -> str:
        """Its place in words: `line 3, entry 2, Patient/abc, Patient.birthDate`."""
        parts = []
        if self.line is not None:
            parts.append(f"line {self.line}")
        if self.entry is not None:
            parts.append(f"entry {self.entry}")
        if self.kind:
            parts.append(f"{self.kind}/{self.id}" if self.id else self.kind)
        if self.path:
            parts.append(self.path)
        return ", ".join(parts)

    def __str__(self) -> str:
        place = self.where()
        return f"{place}: {self.words}" if place else self.words


def refusing(faults: Iterable[Fault]) -> bool:
    """Whether any of the faults refuses what they speak of."""
    return any(fault.refuses for fault in faults)

"""The pack: what a worker takes along on a phone, and what rooms take back from it.

A room puts a part in the pack (`put_in_the_pack`, called by `config.wiring` alone). A part answers
for each person the worker goes to with a `Leaf`: what is shown at the door, and the forms that can
be filled in there without signal. The phone knows the shapes below and nothing of any room, so a
room that wants something written at a visit adds a form and no line of script.

What comes back is one form of one kind at a time; the part that made the form takes it, by its own
verbs. It raises `Refused` for what may not be, and `Conflicted` where somebody else was quicker.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, Protocol

from oneplace.access.viewer import Viewer
from oneplace.kit.refusals import Refused

Json = dict[str, Any]
FieldKind = Literal["line", "words", "choice", "scale", "number", "date", "tick"]


@dataclass(frozen=True)
class PackLine:
    """One line to read."""

    text: str
    facts: str = ""
    mark: str = ""
    """A word that must not be missed, such as `late`."""


@dataclass(frozen=True)
class PackField:
    """One thing to fill in. A `scale` shows every number from `least` to `most` as a button."""

    name: str
    label: str
    kind: FieldKind = "line"
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()
    """Stored word and words shown, of a `choice`."""
    least: int = 0
    most: int = 10
    least_label: str = ""
    most_label: str = ""
    missing: str = ""
    """What is said where it is left empty; nothing where it may be."""
    value: str = ""


@dataclass(frozen=True)
class PackForm:
    """Something that can be written at a visit; `kind` is unique in the house."""

    kind: str
    title: str
    button: str
    fields: tuple[PackField, ...]
    lead: str = ""
    hidden: Mapping[str, str] = field(default_factory=dict)
    """Sent along unseen: which goal, which version."""
    is_for_person: bool = False
    """The phone is handed over: big text, one question at a time."""


@dataclass(frozen=True)
class Leaf:
    """What one part shows for one person."""

    title: str
    quote: str = ""
    quote_from: str = ""
    lines: tuple[PackLine, ...] = ()
    nothing: str = ""
    forms: tuple[PackForm, ...] = ()

    def as_json(self) -> Json:
        """As it travels to the phone."""
        return asdict(self)


class Conflicted(Refused):
    """Somebody else was quicker; `theirs` is what stands now, shown beside what was written."""

    def __init__(self, reason: str, *, theirs: str, field: str | None = None) -> None:
        super().__init__(reason, field=field)
        self.theirs = theirs


class Part(Protocol):
    """A room's part of the pack. `name` orders nothing; parts stand in the order they were put."""

    @property
    def name(self) -> str:
        """One word, unique in the house."""

    @property
    def permission(self) -> str:
        """What a role needs for it; nothing for everybody who makes visits."""

    @property
    def kinds(self) -> Sequence[str]:
        """The kinds of its forms."""

    def rows(
        self, person_ids: Sequence[uuid.UUID], *, viewer: Viewer, at: datetime
    ) -> Mapping[uuid.UUID, Json]:
        """A `Leaf.as_json()` for each person of whom it knows something, in few statements."""

    def take(
        self,
        kind: str,
        payload: Mapping[str, Any],
        *,
        person_id: uuid.UUID,
        by: Viewer,
        at: datetime,
    ) -> object:
        """Write what was filled in, as of `at`. `payload` has the fields, what was hidden, and

        `visit_id`, a word of 36 characters.
        """


_PARTS: Final[dict[str, Part]] = {}


def put_in_the_pack(*parts: Part) -> None:
    """Put parts in the pack, in this order; called by `config.wiring` alone."""
    for part in parts:
        _PARTS[part.name] = part


def parts(*, viewer: Viewer) -> Iterator[Part]:
    """The parts this viewer's role may take along."""
    return (part for part in _PARTS.values() if not part.permission or viewer.may(part.permission))


def part_for(kind: str) -> Part | None:
    """The part that takes back forms of this kind."""
    return next((part for part in _PARTS.values() if kind in part.kinds), None)

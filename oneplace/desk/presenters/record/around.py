"""People and sharing: who is close, who lives there, which numbers are this person and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from oneplace.access.viewer import Viewer
from oneplace.desk.presenters.record.banner import Contact, name_of
from oneplace.desk.presenters.record.line import Line, line_of, moment_of, said
from oneplace.desk.presenters.record.page import Frame, Made
from oneplace.desk.presenters.record.sharing import SharingShown
from oneplace.desk.queries.record import Record
from oneplace.desk.queries.sharing import Sharing
from oneplace.kit.formats import age, plural
from oneplace.kit.words import label_of
from oneplace.people.models import LinkedBy
from oneplace.people.permissions import MERGE_PEOPLE
from oneplace.vocabulary.terms import EntryKind, Role

_LIKE = "Name, date of birth, sex and place are alike, and nothing speaks against it."


@dataclass(frozen=True)
class Number:
    """One number a source has for this person: why it is theirs, and what hangs on it."""

    source: str
    value: str
    how: str
    why: str
    since_at: datetime | None
    lines: str
    name: str
    separate: str
    """Where the steward takes it away; empty where nobody here may, or it is the only one."""


@dataclass(frozen=True)
class OneMerge:
    """Two persons made one, or made two again."""

    why: str
    by: str
    at: datetime | None
    undone: str
    undone_at: datetime | None
    other_address: str
    undo: str
    again: str


@dataclass(frozen=True)
class Apart:
    """Somebody who looks alike and was decided to be another."""

    why: str
    at: datetime | None
    address: str
    make_one: str


@dataclass(frozen=True)
class Housemate:
    """Somebody who lives at the same address."""

    name: str
    age: str
    address: str
    is_dead: bool


@dataclass(frozen=True)
class Look:
    """One time the viewer looked."""

    at: datetime | None
    role: str
    pages: str


@dataclass(frozen=True)
class PeoplePage:
    """The tab People and sharing."""

    frame: Frame
    close: tuple[Contact, ...]
    involved: tuple[Contact, ...]
    household: tuple[Housemate, ...]
    numbers: tuple[Number, ...]
    merges: tuple[OneMerge, ...]
    apart: tuple[Apart, ...]
    looks: tuple[Look, ...]
    may_put_right: bool
    sharing: SharingShown

    @classmethod
    def of(
        cls, made: Made, record: Record, sharing: Sharing, *, viewer: Viewer, at: datetime
    ) -> "PeoplePage":
        """The tab of a record."""
        may_put_right = viewer.may(MERGE_PEOPLE)
        names = _names(record)
        can_part = may_put_right and len(sharing.links) > 1
        return cls(
            frame=made.frame,
            close=_everybody_close(record, made),
            involved=made.frame.banner.around,
            household=tuple(_housemate(row, at) for row in sharing.household),
            numbers=tuple(_number(row, made, names, record, can_part) for row in sharing.links),
            merges=tuple(_merge(row, record, may_put_right) for row in sharing.merges),
            apart=tuple(
                Apart(
                    row["why"],
                    moment_of(row["at"]),
                    reverse("desk:person", args=[row["other"]]),
                    _make_one(record, row["other"]) if may_put_right else "",
                )
                for row in sharing.apart
            ),
            looks=tuple(
                Look(
                    moment_of(row["at"]),
                    label_of(Role(row["role"])) if row["role"] else "",
                    plural(row["pages"], "page"),
                )
                for row in sharing.looks
            ),
            may_put_right=may_put_right,
            sharing=SharingShown.of(made.frame.shut.light),
        )


def _names(record: Record) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in record.identities:
        name = name_of(row)
        if name and len(name) > len(found.get(row["subject_id"], "")):
            found[row["subject_id"]] = name
    return found


def _everybody_close(record: Record, made: Made) -> tuple[Contact, ...]:
    """Each person once, though a source may name them under two of its numbers."""
    found: dict[tuple[str, str, str, str], Contact] = {}
    for row in record.also:
        line = line_of(row)
        if line.kind is EntryKind.TIE and not line.is_withdrawn:
            one = _close(line, made)
            found.setdefault((one.name, one.what, one.tel, one.source), one)
    return tuple(found.values())


def _close(line: Line, made: Made) -> Contact:
    from oneplace.desk.presenters.record.banner import first_phone, tie_words

    return Contact(
        tie_words(line),
        said(line.detail.get("name")) or line.title,
        first_phone(line.detail),
        made.lanes.source_word(line.source),
        str(line.id),
    )


def _housemate(row: Mapping[str, Any], at: datetime) -> Housemate:
    born = moment_of(f"{row['born_on']}T00:00:00+00:00") if row["born_on"] else None
    return Housemate(
        name_of(row),
        age(born.date(), at) if born and born <= at else "",
        reverse("desk:person", args=[row["id"]]),
        row["is_dead"],
    )


def _number(
    row: Mapping[str, Any], made: Made, names: Mapping[str, str], record: Record, can_part: bool
) -> Number:
    how = LinkedBy(row["linked_by"]) if row["linked_by"] else None
    sources = [made.lanes.source_name(source) for source in row["sources"] or ()]
    why = row["evidence"]
    if not why and how is LinkedBy.LIKENESS:
        why = _LIKE
    return Number(
        source=", ".join(dict.fromkeys(sources)) or _authority_word(row["authority"]),
        value=row["value"],
        how=how.label if how else "Not decided yet",
        why=why,
        since_at=moment_of(row["since_at"]),
        lines=plural(row["entries"], "line"),
        name=names.get(row["subject"], ""),
        separate=reverse("people:separate", args=[row["subject"]]) if can_part else "",
    )


def _authority_word(authority: str) -> str:
    return authority.replace(":", ", ").replace("_", " ")


def _make_one(record: Record, other: str) -> str:
    return reverse("people:merge", args=[record.person_id, other])


def _merge(row: Mapping[str, Any], record: Record, may: bool) -> OneMerge:
    other = row["given_up"] if row["kept"] == str(record.person_id) else row["kept"]
    undone_at = moment_of(row["undone_at"])
    return OneMerge(
        why=row["why"],
        by=row["by"],
        at=moment_of(row["at"]),
        undone=", ".join(filter(None, (row["undone_by"], row["undone_why"]))),
        undone_at=undone_at,
        other_address=reverse("desk:person", args=[other]) if undone_at else "",
        undo=reverse("people:undo_merge", args=[row["id"]]) if may and undone_at is None else "",
        again=_make_one(record, other) if may and undone_at is not None else "",
    )

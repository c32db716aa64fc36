"""What the pages of a mapping show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.forms import BoundField
from django.urls import reverse

from oneplace.feeds.mapping_pages.forms import Asked, ColumnsForm, label_of
from oneplace.feeds.presenters import to_feeds
from oneplace.feeds.queries import KnownMapping
from oneplace.feeds.tables.previewing import Preview, Shown
from oneplace.kit.formats import day, moment, nhs_number, plural, starting_capital
from oneplace.vocabulary.terms import EntryKind, EntryStatus

STEPS: Final = ("A file", "What a row is", "Columns", "The first rows", "Save")
_SUBJECT: Final = "subject"
_WORDS: Final = {"said_at": "Said", "key": "Their reference", "reach": "How to reach them"}
_HIDDEN: Final = {"what", "kind", "is_nhs_number_sound", "exactness", "born_exactness",
                  "died_exactness"}  # fmt: skip
_MOMENTS: Final = {"said_at", "starts_at", "ends_at", "recorded_at", "died_at"}
_GROUPS: Final = {
    "identity": "Who the person is",
    "entry": "What happened",
    "detail": "More of this kind",
}


def to_mappings() -> tuple[str, str]:
    """The way back to the list of mappings."""
    return "Mappings", reverse("feeds:mappings")


@dataclass(frozen=True)
class MappingRow:
    """One mapping in the list."""

    name: str
    address: str
    code: str
    version: str
    made: str
    feeds: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, known: KnownMapping) -> "MappingRow":
        """The row of a mapping."""
        newest = known.newest
        return cls(
            name=newest.name,
            address=reverse("feeds:mapping", args=[known.code]),
            code=known.code,
            version=f"Version {newest.version}",
            made=f"{moment(newest.made_at)}, by {newest.made_by_name}",
            feeds=_feeds(known),
        )


def _feeds(known: KnownMapping) -> tuple[tuple[str, str], ...]:
    return tuple(
        (each.name, reverse("feeds:feed", args=[each.pk]) if each.is_active else "")
        for each in known.sources
    )


@dataclass(frozen=True)
class Step:
    """Where a page stands among the steps."""

    number: int
    title: str
    send: str = "Continue"
    lead: str = ""
    back: str = ""
    keeps_typed: bool = False

    @property
    def caption(self) -> str:
        """The step in words."""
        return f"New mapping, step {self.number} of {len(STEPS)}"

    @property
    def cancel(self) -> str:
        """Where it is left."""
        return self.back or reverse("feeds:mappings")

    @property
    def crumbs(self) -> tuple[tuple[str, str], ...]:
        """Where the page stands."""
        return (to_feeds(), to_mappings())


@dataclass(frozen=True)
class AskedRow:
    """One field of ours with what may be chosen for it."""

    label: str
    holds: str
    columns: tuple[BoundField, ...]
    always: BoundField | None
    words: BoundField | None

    @classmethod
    def of(cls, asked: Asked, form: ColumnsForm) -> "AskedRow":
        """The row of a field."""
        return cls(
            label=asked.label,
            holds=asked.kind.words,
            columns=tuple(form[f"{asked.key}.{slot}"] for slot in range(1, asked.slots + 1)),
            always=form[f"{asked.key}.always"] if asked.has_always else None,
            words=form[f"{asked.key}.words"] if asked.has_words else None,
        )

    @property
    def is_used(self) -> bool:
        """Whether something is chosen or wrong here."""
        bound = [*self.columns, *(each for each in (self.always, self.words) if each)]
        return any(each.value() or each.errors for each in bound)


@dataclass(frozen=True)
class AskedGroup:
    """Fields that belong together."""

    title: str
    rows: tuple[AskedRow, ...]
    is_folded: bool


def groups_of(form: ColumnsForm) -> tuple[AskedGroup, ...]:
    """The fields of the page of columns, those seldom used folded away."""
    found: dict[tuple[str, bool], list[AskedRow]] = {}
    for asked in form.asked:
        found.setdefault((asked.group, asked.is_rare), []).append(AskedRow.of(asked, form))
    groups = []
    for (group, is_rare), rows in sorted(found.items(), key=lambda pair: pair[0][1]):
        title = "Seldom sent" if is_rare else _GROUPS[group]
        is_folded = is_rare and not any(row.is_used for row in rows)
        groups.append(AskedGroup(title, tuple(rows), is_folded))
    return tuple(groups)


@dataclass(frozen=True)
class SaidRow:
    """One thing a row tells."""

    title: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class MadeRow:
    """What one row of the file becomes."""

    place: str
    fault: str
    said: tuple[SaidRow, ...]


@dataclass(frozen=True)
class FirstRows:
    """What a mapping makes of the first rows of an example."""

    name: str
    refused: str
    summary: str
    rows: tuple[MadeRow, ...]
    unread: tuple[str, ...]

    @classmethod
    def of(cls, preview: Preview, name: str) -> "FirstRows":
        """What is shown of a preview."""
        wrong = sum(bool(row.fault) for row in preview.rows)
        summary = f"{plural(len(preview.rows), 'row')} of {name}: "
        summary += f"{wrong} would be kept aside." if wrong else "every one can be read."
        if not preview.rows:
            summary = f"{name} has no rows under its heading."
        return cls(
            name,
            preview.refused,
            summary,
            tuple(_made(row) for row in preview.rows),
            preview.unread,
        )


def _made(row: Shown) -> MadeRow:
    return MadeRow(starting_capital(row.place), row.fault, tuple(_said(each) for each in row.said))


def _said(told: Mapping[str, Any]) -> SaidRow:
    title, group = "Who the person is", "identity"
    if kind := told.get("kind"):
        title, group = EntryKind(kind).label, "entry"
    facts: list[tuple[str, str]] = []
    for name, value in told.items():
        if name in _HIDDEN:
            continue
        if name == _SUBJECT:
            facts.append(("Number", f"{value['value']} of {value['authority']}"))
        elif name == "detail":
            facts.extend(
                (label_of("detail", key), _text(key, each, told)) for key, each in value.items()
            )
        else:
            facts.append((_WORDS.get(name) or label_of(group, name), _text(name, value, told)))
    return SaidRow(title, tuple((label, text) for label, text in facts if text))


def _text(name: str, value: Any, told: Mapping[str, Any]) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, Mapping):
        return ", ".join(text for key, each in value.items() if (text := _text(key, each, told)))
    if isinstance(value, list):
        return "; ".join(text for each in value if (text := _text("", each, told)))
    return _in_words(name, str(value), told)


def _in_words(name: str, text: str, told: Mapping[str, Any]) -> str:
    if name == "status":
        return EntryStatus(text).label
    if name in _MOMENTS:
        at = datetime.fromisoformat(text)
        is_whole_day = name in {"starts_at", "ends_at"} and told.get("exactness") == "day"
        return day(at) if is_whole_day else moment(at)
    if name == "nhs_number":
        return nhs_number(text)
    return day(date.fromisoformat(text)) if name == "born_on" else text


@dataclass(frozen=True)
class MappingPage:
    """One mapping: its text, its versions, the feeds read by it."""

    title: str
    code: str
    version: int
    shown: int
    versions: tuple[tuple[str, str], ...]
    """What each version says of itself, and where it is shown."""
    feeds: tuple[tuple[str, str], ...]

    @property
    def crumbs(self) -> tuple[tuple[str, str], ...]:
        """Where the page stands."""
        return (to_feeds(), to_mappings())

    @classmethod
    def of(cls, known: KnownMapping, shown: int) -> "MappingPage":
        """The page of a mapping, with the version that is shown."""
        address = reverse("feeds:mapping", args=[known.code])
        return cls(
            title=known.newest.name,
            code=known.code,
            version=known.newest.version,
            shown=shown,
            versions=tuple(
                (
                    f"Version {each.version}, {moment(each.made_at)}, by {each.made_by_name}",
                    "" if each.version == shown else f"{address}?version={each.version}",
                )
                for each in known.versions
            ),
            feeds=_feeds(known),
        )


def rows_of(known: Sequence[KnownMapping]) -> tuple[MappingRow, ...]:
    """The list of mappings, by name."""
    return tuple(sorted((MappingRow.of(each) for each in known), key=lambda row: row.name.lower()))

"""Plans on pages of their own: two days side by side, and on paper. Asks the database nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from oneplace.access.viewer import Viewer
from oneplace.people.models import Person
from oneplace.plans.cards import LineShown, PlanShown, sections_of
from oneplace.plans.models import PlanEntry


def name_of(person: Person) -> str:
    """What the person is called."""
    return " ".join(filter(None, (person.known_as or person.given, person.family))) or "No name"


@dataclass(frozen=True)
class ComparedLine:
    """A line on one side, and whether the other side has it too."""

    line: LineShown
    mark: str


@dataclass(frozen=True)
class ComparedSection:
    """One heading with both sides."""

    title: str
    before: tuple[ComparedLine, ...]
    after: tuple[ComparedLine, ...]


@dataclass(frozen=True)
class Compared:
    """The plan at the end of two days."""

    person: Person
    name: str
    earlier: date
    later: date
    sections: tuple[ComparedSection, ...]
    days: Sequence[tuple[str, str]]

    @classmethod
    def of(
        cls,
        person: Person,
        earlier: date,
        later: date,
        before: Sequence[PlanEntry],
        after: Sequence[PlanEntry],
        *,
        choices: Sequence[tuple[str, str]],
    ) -> "Compared":
        """Both sides under their headings; headings empty on both sides are left out."""
        known_before = {entry.pk for entry in before}
        known_after = {entry.pk for entry in after}
        sections = []
        for one, other in zip(sections_of(before), sections_of(after), strict=True):
            if one.lines or other.lines:
                sections.append(
                    ComparedSection(
                        title=one.section.label,
                        before=tuple(
                            ComparedLine(line, "" if line.entry_id in known_after else "gone")
                            for line in one.lines
                        ),
                        after=tuple(
                            ComparedLine(line, "" if line.entry_id in known_before else "new")
                            for line in other.lines
                        ),
                    )
                )
        return cls(person, name_of(person), earlier, later, tuple(sections), choices)


@dataclass(frozen=True)
class PrintedPlan:
    """The plan on paper."""

    person: Person
    name: str
    called: str
    plan: PlanShown
    printed_by: str
    organisation: str
    at: datetime

    @classmethod
    def of(cls, person: Person, plan: PlanShown, *, viewer: Viewer, at: datetime) -> "PrintedPlan":
        """The plan of a person, as the viewer may read it."""
        called = person.known_as or person.given or name_of(person)
        return cls(person, name_of(person), called, plan, viewer.name, viewer.organisation_name, at)

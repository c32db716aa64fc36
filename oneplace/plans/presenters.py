"""Plans on pages of their own: two days side by side, answers, volunteers. Asks nothing."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from oneplace.kit.formats import day
from oneplace.people.models import Person
from oneplace.plans.answers import ScaleShown, number
from oneplace.plans.cards import LineShown, sections_of
from oneplace.plans.models import Measure, PlanEntry, Volunteer
from oneplace.plans.queries import Offered
from oneplace.plans.wording import Asked
from oneplace.vocabulary.terms import GoalCategory, Weekday


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
class NotDone:
    """A measure that was offered and not answered."""

    name: str
    why: str
    on: date


@dataclass(frozen=True)
class Sheet:
    """One answer sheet as it was written down."""

    measure_id: uuid.UUID
    name: str
    on: date
    how: str
    raw: str
    by: str
    struck: str


@dataclass(frozen=True)
class MeasuresPage:
    """How somebody is, in their own answers."""

    person: Person
    name: str
    scales: tuple[ScaleShown, ...]
    not_done: tuple[NotDone, ...]
    sheets: tuple[Sheet, ...]
    asked: Sequence[Asked]
    may_write: bool

    @classmethod
    def of(
        cls,
        person: Person,
        kept: Sequence[Measure],
        *,
        scales: tuple[ScaleShown, ...],
        asked: Sequence[Asked],
        may_write: bool,
    ) -> "MeasuresPage":
        """The page of everything that was answered, and what was not."""
        names = {one.instrument.code: one.instrument.name for one in asked}
        not_done = tuple(
            NotDone(names.get(one.instrument, one.instrument), one.not_done.label, one.measured_on)
            for one in kept
            if one.not_done and one.struck_at is None
        )
        sheets = tuple(
            _sheet(one, names.get(one.instrument, one.instrument))
            for one in kept
            if not one.not_done
        )
        return cls(person, name_of(person), scales, not_done, sheets, asked, may_write)


def _sheet(measure: Measure, name: str) -> Sheet:
    raw = [one for one in measure.scored if one.kind == "raw"]  # type: ignore[attr-defined]
    struck = ""
    if measure.struck_at is not None:
        struck = f"{measure.struck_by_name}: {measure.struck_why}"
    return Sheet(
        measure_id=measure.pk,
        name=name,
        on=measure.measured_on,
        how=measure.mode.label if measure.mode else "",
        raw=f"Sum before conversion {number(raw[0].value)}." if raw else "",
        by=measure.written_by_name,
        struck=struck,
    )


@dataclass(frozen=True)
class VolunteerRow:
    """One volunteer on the list."""

    volunteer_id: uuid.UUID
    name: str
    helps_with: str
    where: str
    people: str
    checks: str
    is_late: bool

    @classmethod
    def of(cls, volunteer: Volunteer, *, people: int, today: date) -> "VolunteerRow":
        """As it reads."""
        until = volunteer.vetted_until
        if until is None:
            checks = "Not vetted yet"
        else:
            checks = f"{'Held' if until < today else 'Hold'} until {day(until)}"
            checks += f", seen by {volunteer.vetted_by}"
        days = ", ".join(Weekday(word).label for word in volunteer.days)
        return cls(
            volunteer_id=volunteer.pk,
            name=volunteer.name,
            helps_with=", ".join(GoalCategory(word).label for word in volunteer.helps_with),
            where="; ".join(filter(None, (", ".join(volunteer.districts), days))),
            people=f"{people} of {volunteer.most_people}",
            checks=checks,
            is_late=until is None or until < today,
        )


@dataclass(frozen=True)
class VolunteersPage:
    """The list of volunteers."""

    rows: tuple[VolunteerRow, ...]
    unvetted: int
    may_keep: bool

    @classmethod
    def of(cls, offered: Sequence[Offered], *, may_keep: bool, today: date) -> "VolunteersPage":
        """Those without valid checks first."""
        rows = [VolunteerRow.of(one.volunteer, people=one.people, today=today) for one in offered]
        rows.sort(key=lambda row: (not row.is_late, row.name))
        return cls(tuple(rows), sum(row.is_late for row in rows), may_keep)


@dataclass(frozen=True)
class VolunteerPage:
    """One volunteer."""

    volunteer: Volunteer
    row: VolunteerRow
    may_keep: bool

    @classmethod
    def of(
        cls, volunteer: Volunteer, *, people: int, may_keep: bool, today: date
    ) -> "VolunteerPage":
        """As it reads."""
        return cls(volunteer, VolunteerRow.of(volunteer, people=people, today=today), may_keep)


def offered_in_words(offered: Offered) -> str:
    """A volunteer to choose: what speaks for them, and what against."""
    parts = [offered.volunteer.name]
    if offered.speaks_for:
        parts.append(", ".join(offered.speaks_for))
    if offered.why_not:
        parts.append(f"not now: {offered.why_not}")
    return ": ".join((parts[0], "; ".join(parts[1:]))) if len(parts) > 1 else parts[0]

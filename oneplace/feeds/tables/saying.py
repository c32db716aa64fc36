"""What a sheet's reader is given for each row: it reads cells and makes entries.

What cannot be read raises `Unreadable`, and the row is kept aside whole; what no row of ours has a
place for is counted by column.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from oneplace.feeds.tables import dates, values
from oneplace.feeds.tables.dates import Meaning
from oneplace.feeds.tables.refusing import Unreadable
from oneplace.vocabulary.rows import EntrySaid, Said, SubjectKey, Unmapped
from oneplace.vocabulary.rows.said import NOTHING
from oneplace.vocabulary.terms import EntryKind, EntryStatus, Exactness, QuarantineReason

_LONGEST_QUOTE: Final = 40


@dataclass
class Saying:
    """What all rows of one table have in common, and the row at hand."""

    source: str
    organisation: str
    said_at: datetime
    sheet: str
    habits: Mapping[str, Any] = field(default_factory=dict)
    youngest: int = 0
    """The age below which nobody in the sheet is: it settles the century of a birth."""
    place: str = ""
    version: str = ""
    also: list[Said] = field(default_factory=list)
    """Counts of what the row at hand has and we have no place for."""
    about: dict[str, Any] = field(default_factory=dict)
    """What a sheet's reader remembers from one row to the next."""

    def __post_init__(self) -> None:
        """The last day the export covers, by which years of two digits are understood."""
        last = self.said_at - timedelta(minutes=1)
        self.made_on: date = last.astimezone(dates.WALL_CLOCK).date()

    def need(self, column: str, text: str) -> str:
        """The text of a column without which the row says nothing."""
        if not text:
            raise Unreadable(
                column,
                f"{column} is empty, and without it the row cannot be placed. Put it in.",
                QuarantineReason.MISSING_FIELD,
            )
        return text

    def day(self, column: str, text: str, meaning: Meaning = Meaning.HAPPENING) -> date | None:
        """The day of a cell, None where it is empty."""
        if not text:
            return None
        found = dates.day(text, self.made_on, meaning, youngest=self.youngest)
        if found is None:
            moment = dates.moment(text, self.made_on)
            if moment is None or moment.exactness in (Exactness.MONTH, Exactness.YEAR):
                raise Unreadable(column, f"{column} holds {shown(text)}, which is no date.")
            found = moment.at.astimezone(dates.WALL_CLOCK).date()
        return found

    def born(self, column: str, text: str) -> date | None:
        """A day of birth; one that lies after the export is a fault."""
        found = self.day(column, text, Meaning.BIRTH)
        if found is not None and found > self.made_on:
            raise Unreadable(column, f"{column} holds {shown(text)}, a birth still to come.")
        return found

    def moment(self, column: str, text: str) -> datetime | None:
        """The moment of a cell in UTC, None where it is empty; a day is its midnight."""
        return self.exactly(column, text)[0]

    def exactly(self, column: str, text: str) -> tuple[datetime | None, Exactness]:
        """The moment of a cell and how exactly it was said."""
        if not text:
            return None, Exactness.SECOND
        found = dates.moment(text, self.made_on)
        if found is None:
            raise Unreadable(column, f"{column} holds {shown(text)}, which is no date or time.")
        return found

    def all_exactly(self, texts: Sequence[str]) -> list[tuple[datetime | None, Exactness] | None]:
        """The same of the cells of a column; None of what is no date or time."""
        if "" not in texts:
            return [*dates.moments(texts, self.made_on)]
        nothing = None, Exactness.SECOND
        found = iter(dates.moments([text for text in texts if text], self.made_on))
        return [next(found) if text else nothing for text in texts]

    def amount(self, column: str, text: str) -> Decimal | None:
        """The number in a cell, None where it is empty."""
        if not text:
            return None
        found = values.amount(text)
        if found is None:
            raise Unreadable(column, f"{column} holds {shown(text)}, which is no number.")
        return found

    def whole(self, column: str, text: str) -> int | None:
        """The whole number in a cell, None where it is empty."""
        if not text:
            return None
        found = values.whole(text)
        if found is None:
            raise Unreadable(column, f"{column} holds {shown(text)}, which is no whole number.")
        return found

    def truth(self, column: str, text: str) -> bool | None:
        """Yes or no; something else is counted and not taken."""
        found = values.truth(text)
        if found is None and text:
            self.pass_over(column, "neither yes nor no")
        return found

    def word(self, column: str, text: str, table: Mapping[str, Any]) -> Any:
        """Our word for a partner's, compared in small letters; one not known is counted, None."""
        if not text:
            return None
        found = table.get(text.casefold())
        if found is None:
            self.pass_over(column, "a word we do not know")
        return found

    def pass_over(self, column: str, why: str = "") -> None:
        """Count something the row has and no row of ours takes."""
        path = f"{self.sheet}: {column}" if self.sheet else column
        self.also.append(Unmapped(self.source, f"{path} ({why})" if why else path))

    def entry(
        self,
        kind: EntryKind,
        key: str,
        subject: SubjectKey,
        *,
        title: str,
        organisation: str,
        status: EntryStatus = EntryStatus.NOT_SAID,
        starts_at: datetime | None = None,
        ends_at: datetime | None = None,
        exactness: Exactness = Exactness.SECOND,
        recorded_at: datetime | None = None,
        code: str = "",
        code_system: str = "",
        words: str = "",
        value: Decimal | None = None,
        unit: str = "",
        by: str = "",
        by_agent: str = "",
        within: str = "",
        labels: tuple[str, ...] = (),
        detail: Mapping[str, Any] = NOTHING,
    ) -> EntrySaid:
        """An entry of this row; `detail` is left without what says nothing."""
        # Every row of every table passes here: a tuple made at once is four times as quick as one
        # made by names.
        return EntrySaid._make(
            (
                self.source, kind, key, subject, self.said_at, self.place, self.version, status,
                starts_at, ends_at, exactness, recorded_at, title, code, code_system, words, value,
                unit, organisation, by, by_agent, "", within, labels,
                without_nothing(detail) if detail else NOTHING,
            )
        )  # fmt: skip

    def status(self, starts: datetime | None, ends: datetime | None) -> EntryStatus:
        """Planned, current or ended, at the time the export speaks of."""
        if ends is not None and ends <= self.said_at:
            return EntryStatus.ENDED
        if starts is not None and starts > self.said_at:
            return EntryStatus.PLANNED
        return EntryStatus.CURRENT


def without_nothing(detail: Mapping[str, Any]) -> dict[str, Any]:
    """A detail without what says nothing; no and nought say something."""
    return {name: value for name, value in detail.items() if value or value is False or value == 0}


def shown(text: str) -> str:
    """A cell in a message, cut short."""
    return repr(text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE] + "...")


def text_of(amount: Decimal | None) -> str:
    """An amount as text, empty for none."""
    return "" if amount is None else str(amount)


def hours(amount: Decimal | None) -> float | None:
    """An amount that is only counted with."""
    return None if amount is None else float(amount)


def pounds(amount: Decimal | None) -> str:
    """Money as text in pounds with pence."""
    return "" if amount is None else f"{amount:.2f}"

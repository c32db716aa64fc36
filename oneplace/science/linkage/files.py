"""Links a user's own CSV files, without a borough: columns mapped, problems named by their place.

from oneplace.science.linkage import link_files
links = link_files([Path("a.csv"), Path("b.csv")], columns={"given": "Forename"})
"""

import calendar
import csv
import io
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from oneplace.science.linkage.batch import Decisions, link
from oneplace.science.linkage.model import Model
from oneplace.science.linkage.rules import RULES
from oneplace.science.linkage.settings import Settings
from oneplace.vocabulary.rows.linkage import SubjectRow
from oneplace.vocabulary.terms import MatchTier

MAPPABLE: Final = (
    "id", "nhs_number", "family", "given", "other_given", "known_as", "full_name", "title",
    "born_on", "gender", "postcode", "address_line", "uprn", "phone", "mobile", "email",
    "practice_code", "died_on", "previous_family", "previous_postcode",
)  # fmt: skip
"""What a column may be mapped to."""

OUTPUT: Final = (
    "left_file", "left_id", "right_file", "right_id", "tier", "weight", "rule", "evidence",
)  # fmt: skip
"""The columns of the result."""

_USUAL: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("id", "uniqueid", "personid", "patientid", "clientid", "recordid", "localid"),
    "nhs_number": ("nhsnumber", "nhsno", "nhs", "nhsnum"),
    "family": ("family", "familyname", "surname", "lastname"),
    "given": ("given", "givenname", "forename", "forenames", "firstname"),
    "other_given": ("othergiven", "middlename", "middlenames", "secondname"),
    "known_as": ("knownas", "preferredname", "likestobecalled"),
    "full_name": ("fullname", "name"),
    "title": ("title",),
    "born_on": ("bornon", "dateofbirth", "dob", "birthdate"),
    "gender": ("gender", "sex"),
    "postcode": ("postcode", "postalcode", "pcode"),
    "address_line": ("addressline", "address", "address1", "addressline1", "homeaddress"),
    "uprn": ("uprn",),
    "phone": ("phone", "telephone", "tel", "hometelephone", "landline"),
    "mobile": ("mobile", "mobilephone", "mobiletelephone", "mob"),
    "email": ("email", "emailaddress"),
    "practice_code": ("practicecode", "gpcode", "gppractice", "gppracticecode"),
    "died_on": ("diedon", "dateofdeath", "dod"),
    "previous_family": ("previousfamily", "previousfamilyname", "previoussurname", "maidenname"),
    "previous_postcode": ("previouspostcode",),
}
_ENOUGH: Final = ("nhs_number", "family", "full_name", "email")
_DATES: Final = frozenset({"born_on", "died_on"})
_SHOWN_PROBLEMS: Final = 5


class FilesRefused(ValueError):
    """What was given cannot be linked; the message names file, row and column, and what to do."""


@dataclass(frozen=True)
class Problem:
    """One value that cannot be read, and where it stands."""

    file: str
    row: int
    """Counted from 1, the line of headings being row 1."""
    column: str
    reason: str

    def __str__(self) -> str:
        """The place and the reason, in one line."""
        return f"{self.file}, row {self.row}, column {self.column!r}: {self.reason}"


@dataclass(frozen=True)
class FileLinks:
    """What was found between the files."""

    decisions: Decisions
    files: tuple[str, ...]
    rows: Mapping[str, int]
    """How many rows each file has."""
    mapped: Mapping[str, Mapping[str, str]]
    """By file: which column was taken for what."""
    left_out: tuple[Problem, ...] = ()
    """Dates that could not be read and were left out, where that was asked."""
    ids: Mapping[str, tuple[str, str]] = field(default_factory=dict, repr=False)
    """By subject: the file and the row's own identifier."""

    def found(self) -> Iterator[dict[str, Any]]:
        """A row for each pair linked or to be reviewed, the surest first, under `OUTPUT`."""
        for pair in self.decisions.pairs.to_pylist():
            if pair["tier"] == MatchTier.APART:
                continue
            left, right = self.ids[pair["subject_id"]], self.ids[pair["other_id"]]
            evidence = self.decisions.evidence(pair["subject_id"], pair["other_id"])
            words = evidence.words
            if pair["rule"] and pair["rule"] != evidence.rule:
                words = f"{words} {RULES[pair['rule']]}"
            values = (*left, *right, pair["tier"], round(pair["weight"], 1), pair["rule"], words)
            yield dict(zip(OUTPUT, values, strict=True))

    def write(self, out: Path) -> int:
        """Write the pairs as CSV; returns how many there are."""
        count = 0
        with out.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, OUTPUT)
            writer.writeheader()
            for count, row in enumerate(self.found(), 1):  # noqa: B007 - counted to the end
                writer.writerow(row)
        return count


def link_files(
    paths: Sequence[Path],
    *,
    columns: Mapping[str, str] | None = None,
    columns_of: Mapping[str, Mapping[str, str]] | None = None,
    model: Model | None = None,
    settings: Settings | None = None,
    leave_out_bad_dates: bool = False,
) -> FileLinks:
    """Link CSV files with headings; pairs are found between files and within each.

    `columns` says which column means what, such as `{"given": "Forename"}`, in every file;
    `columns_of` the same for one file by its name. Columns of usual names need no mapping. Raises
    `FilesRefused` with file, row and column.
    """
    if not paths:
        message = "Give at least one file to link."
        raise FilesRefused(message)
    rows: list[SubjectRow] = []
    ids: dict[str, tuple[str, str]] = {}
    counts: dict[str, int] = {}
    mapped: dict[str, Mapping[str, str]] = {}
    problems: list[Problem] = []
    names = _names(paths)
    for number, (name, path) in enumerate(zip(names, paths, strict=True)):
        of_file = (columns_of or {}).get(name) or (columns_of or {}).get(path.name) or {}
        table = _Table(name, path, {**(columns or {}), **of_file})
        before = len(rows)
        for own, row in table.subjects(f"{number + 1}", problems):
            rows.append(row)
            ids[row.subject_id] = (name, own)
        counts[name], mapped[name] = len(rows) - before, table.mapping
    if problems and not leave_out_bad_dates:
        raise FilesRefused(_told(problems))
    decisions = link(rows, model=model, settings=settings)
    return FileLinks(decisions, names, counts, mapped, tuple(problems), ids)


def read_mapping(path: Path) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """A mapping file's columns for every file and for single ones.

    TOML: `[columns]` with `given = "Forename"` for every file; `[files."a.csv"]` the same for one.
    """
    try:
        given = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        message = f"{path}: {error.strerror}. Give the path of a mapping file that can be read."
        raise FilesRefused(message) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{path}: this is not TOML: {error}."
        raise FilesRefused(message) from error
    unknown = sorted(set(given) - {"columns", "files"})
    if unknown:
        message = f'{path}: [{unknown[0]}] is not known; there are [columns] and [files."NAME"].'
        raise FilesRefused(message)
    sections = [given.get("columns", {}), *given.get("files", {}).values()]
    for section in sections:
        if not isinstance(section, dict) or not all(isinstance(v, str) for v in section.values()):
            message = f'{path}: each line must be like given = "Forename".'
            raise FilesRefused(message)
    return given.get("columns", {}), given.get("files", {})


def _names(paths: Sequence[Path]) -> tuple[str, ...]:
    """What each file is called: its name, or the whole path where two have one name."""
    names = [path.name for path in paths]
    return tuple(str(path) if names.count(path.name) > 1 else path.name for path in paths)


def _told(problems: Sequence[Problem]) -> str:
    shown = "\n".join(f"  {problem}" for problem in problems[:_SHOWN_PROBLEMS])
    more = len(problems) - _SHOWN_PROBLEMS
    rest = f"\n  and {more:,} more" if more > 0 else ""
    return (
        f"{len(problems):,} dates cannot be read:\n{shown}{rest}\n"
        "Mend them, or ask for unreadable dates to be left out (--leave-out-bad-dates)."
    )


class _Table:
    """One CSV file, its columns mapped."""

    def __init__(self, name: str, path: Path, columns: Mapping[str, str]) -> None:
        self.name = name
        text = self._text(path)
        self._reader = csv.reader(io.StringIO(text), self._dialect(text))
        try:
            self._headings = [heading.strip() for heading in next(self._reader)]
        except StopIteration:
            message = f"{name}: the file is empty. It needs a first row of column headings."
            raise FilesRefused(message) from None
        self.mapping = self._mapped(columns)

    def _text(self, path: Path) -> str:
        try:
            raw = path.read_bytes()
        except OSError as error:
            message = f"{path}: {error.strerror}. Check the path and that you may read it."
            raise FilesRefused(message) from error
        if b"\x00" in raw:
            message = f"{self.name}: this is not a CSV file. Save the sheet as CSV (UTF-8) first."
            raise FilesRefused(message)
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            return raw.decode("cp1252", errors="replace")

    def _dialect(self, text: str) -> type[csv.Dialect]:
        heading = text.split("\n", 1)[0]
        mark = max(",;\t|", key=heading.count)

        class _Own(csv.excel):
            delimiter = mark

        return _Own

    def _mapped(self, columns: Mapping[str, str]) -> dict[str, str]:
        for meaning, column in columns.items():
            if meaning not in MAPPABLE:
                message = (
                    f"{self.name}: nothing is called {meaning!r}. A column can be mapped to: "
                    f"{', '.join(MAPPABLE)}."
                )
                raise FilesRefused(message)
            if column not in self._headings:
                message = (
                    f"{self.name}, row 1: there is no column {column!r} (mapped to {meaning}). "
                    f"There are: {', '.join(self._headings)}."
                )
                raise FilesRefused(message)
        found = dict(columns)
        plain = {re.sub(r"[^a-z0-9]", "", each.lower()): each for each in self._headings}
        for meaning, usual in _USUAL.items():
            column = next((plain[name] for name in usual if name in plain), "")
            if meaning not in found and column and column not in found.values():
                found[meaning] = column
        if not set(found) & set(_ENOUGH):
            message = (
                f"{self.name}, row 1: no column tells who somebody is. Map at least the family "
                f"name, such as --map family=Surname. There are: {', '.join(self._headings)}."
            )
            raise FilesRefused(message)
        return {meaning: found[meaning] for meaning in MAPPABLE if meaning in found}

    def subjects(self, prefix: str, problems: list[Problem]) -> Iterator[tuple[str, SubjectRow]]:
        """Each row's own identifier and what linkage is told of it."""
        places = {name: self._headings.index(column) for name, column in self.mapping.items()}
        seen: dict[str, int] = {}
        for values in self._reader:
            number = self._reader.line_num
            if not any(value.strip() for value in values):
                continue
            if len(values) > len(self._headings):
                message = (
                    f"{self.name}, row {number}: {len(values)} values under "
                    f"{len(self._headings)} headings. Put values that hold a comma in quotation "
                    "marks."
                )
                raise FilesRefused(message)
            told = {
                name: values[place].strip() if place < len(values) else ""
                for name, place in places.items()
            }
            own = told.get("id") or f"row {number}"
            if own in seen:
                message = (
                    f"{self.name}, row {number}, column {self.mapping.get('id', '')!r}: {own!r} "
                    f"stands in row {seen[own]} already. Identifiers must be unique in a file."
                )
                raise FilesRefused(message)
            seen[own] = number
            for name in _DATES & told.keys():
                told[name] = self._date(told[name], number, name, problems)
            yield own, _subject(f"{prefix}:{own}", self.name, told)

    def _date(self, text: str, number: int, name: str, problems: list[Problem]) -> str:
        try:
            return read_date(text)
        except ValueError as error:
            problems.append(Problem(self.name, number, self.mapping[name], str(error)))
            return ""


_MONTHS: Final = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if number}
_DAY_FIRST: Final = re.compile(r"(\d{1,2})[-/. ]([a-z]+|\d{1,2})[-/. ,]+(\d{4}|\d{2})\b.*")
_YEAR_FIRST: Final = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2})\b.*)?)?")
_PLAIN: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")


def read_date(text: str) -> str:
    """A date as people in Britain write it, in ISO form; partial ones stay partial.

    Day before month: 21/06/1948, 21-Jun-48, 21 June 1948; or 1948-06-21, 19480621, 1948-06, 1948.
    A year of two digits is the last one that has begun. Raises `ValueError` with the reason.
    """
    plain = text.strip().lower()
    if not plain:
        return ""
    if found := _PLAIN.fullmatch(plain) or _YEAR_FIRST.fullmatch(plain):
        year, month, day = found.groups()
        if not day:
            return f"{year}-{int(month):02}" if month else year
        return _date(int(year), int(month), int(day), text)
    if found := _DAY_FIRST.fullmatch(plain):
        day, month, year = found.groups()
        number = int(month) if month.isdigit() else _MONTHS.get(month[:3], 0)
        whole = int(year)
        if len(year) == 2:
            whole += 2000 if 2000 + whole <= date.today().year else 1900  # noqa: DTZ011
        return _date(whole, number, int(day), text)
    message = f"{text!r} is not a date like 21/06/1948 or 1948-06-21."
    raise ValueError(message)


def _date(year: int, month: int, day: int, text: str) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        message = f"{text!r} is no day of the calendar; the day is read before the month."
        raise ValueError(message) from None


def _subject(subject_id: str, file: str, told: Mapping[str, str]) -> SubjectRow:
    given, family = told.get("given", ""), told.get("family", "")
    if whole := told.get("full_name", ""):
        first, last = _split(whole)
        given, family = given or first, family or last
    return SubjectRow(
        subject_id=subject_id,
        source=file,
        nhs_number=told.get("nhs_number", ""),
        family=family,
        given=given,
        other_given=told.get("other_given", ""),
        known_as=told.get("known_as", ""),
        title=told.get("title", ""),
        born_on=told.get("born_on", ""),
        gender=told.get("gender", ""),
        postcode=told.get("postcode", ""),
        address_line=told.get("address_line", ""),
        uprn=told.get("uprn", ""),
        phone=told.get("phone", ""),
        mobile=told.get("mobile", ""),
        email=told.get("email", ""),
        practice_code=told.get("practice_code", ""),
        died_on=told.get("died_on", ""),
        previous_families=_listed(told.get("previous_family", "")),
        previous_postcodes=_listed(told.get("previous_postcode", "")),
    )


def _split(name: str) -> tuple[str, str]:
    """First names and family name of a whole name: SMITH, Anne or Anne Smith."""
    if "," in name:
        family, _, given = name.partition(",")
        return given.strip(), family.strip()
    given, _, family = name.rpartition(" ")
    return given.strip(), family.strip()


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split(r"[;|]", text) if part.strip())

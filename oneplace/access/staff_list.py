"""Reads a list of people at work (or of organisations, or of a demo's people) from a CSV file.

A file is taken whole or not at all: every problem is reported with its file, row, field and reason.
"""

import csv
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from oneplace.partners.verbs import OutsideOrganisation, WantedPost
from oneplace.vocabulary.terms import AccountKind, OrganisationKind, Role, Term

PEOPLE_COLUMNS = (
    "email",
    "name",
    "registration",
    "role",
    "post_title",
    "post_organisation_code",
    "network_key",
    "team_keys",
    "employer_code",
    "line_manager_email",
    "professional_lead_email",
    "starts_on",
    "ends_on",
)
ORGANISATION_COLUMNS = ("code", "name", "short_word", "kind", "network_key")
DEMO_COLUMNS = ("role", "email", "name", "title", "why")
KINDS = (AccountKind.STAFF, AccountKind.RESIDENT, AccountKind.SUPPORTER)
MOST_PROBLEMS_SHOWN = 20

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
AnyTerm = TypeVar("AnyTerm", bound=Term)


@dataclass(frozen=True)
class PersonRow:
    """One row: somebody, and the post they hold; a resident holds none."""

    row: int
    email: str
    name: str
    registration: str
    kind: AccountKind
    post: WantedPost | None
    employer_code: str
    line_manager_email: str
    professional_lead_email: str
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True)
class DemoRow:
    """One row: whom to walk in as."""

    row: int
    role: Role
    email: str
    title: str
    why: str


@dataclass(frozen=True)
class Known:
    """What rows may refer to: codes and keys that are there."""

    organisations: Collection[str]
    networks: Collection[str]
    teams: Collection[str]
    emails: Collection[str] = ()


@dataclass(frozen=True)
class Fault:
    """One thing wrong in one row; row 1 is the line of column names."""

    row: int
    field: str
    reason: str


class ListRefused(Exception):
    """A file that cannot be taken; the message names the first twenty faults and how many more."""

    def __init__(self, file: Path, faults: Collection[Fault]) -> None:
        self.file, self.faults = file, tuple(faults)
        many = len(self.faults)
        lines = [f"{file} cannot be brought in: {many} problem{'' if many == 1 else 's'}."]
        for fault in self.faults[:MOST_PROBLEMS_SHOWN]:
            where = f"row {fault.row}" + (f", {fault.field}" if fault.field else "")
            lines.append(f"  {file}, {where}: {fault.reason}")
        if many > MOST_PROBLEMS_SHOWN:
            lines.append(f"  … and {many - MOST_PROBLEMS_SHOWN} more.")
        lines.append("Nothing was changed. Correct the file and run the same command again.")
        super().__init__("\n".join(lines))


def read_people(file: Path, known: Known) -> list[PersonRow]:
    """The people of a file, checked against what is there; raises `ListRefused`.

    Line managers and professional leads may stand in the file or be here already.
    """
    faults: list[Fault] = []
    rows = list(_rows(file, PEOPLE_COLUMNS, optional=("kind",), faults=faults))
    emails = {values["email"].lower() for _, values in rows} | {e.lower() for e in known.emails}
    people = []
    seen: dict[tuple[str, str], int] = {}
    for number, values in rows:
        reader = _Reader(number, values, faults)
        kind = reader.term("kind", AccountKind, default=AccountKind.STAFF, among=KINDS)
        email = reader.email("email", needed=True)
        post = _post(reader, known) if kind is AccountKind.STAFF else None
        employer = reader.among(
            "employer_code", known.organisations, "organisation", needed=post is not None
        )
        person = PersonRow(
            row=number,
            email=email,
            name=reader.text("name", needed=True, most=160),
            registration=reader.text("registration", most=60),
            kind=kind or AccountKind.STAFF,
            post=post,
            employer_code=employer,
            line_manager_email=_colleague(reader, "line_manager_email", email, emails),
            professional_lead_email=_colleague(reader, "professional_lead_email", email, emails),
            starts_on=reader.day("starts_on", needed=post is not None),
            ends_on=reader.day("ends_on"),
        )
        if person.starts_on and person.ends_on and person.ends_on < person.starts_on:
            faults.append(Fault(number, "ends_on", "the last day is before the first"))
        key = (email, repr(post))
        if key in seen:
            faults.append(
                Fault(number, "email", f"the same person in the same post as row {seen[key]}")
            )
        seen.setdefault(key, number)
        people.append(person)
    if faults:
        raise ListRefused(file, faults)
    return people


def read_organisations(file: Path, networks: Collection[str]) -> list[OutsideOrganisation]:
    """The organisations of a file; raises `ListRefused`."""
    faults: list[Fault] = []
    found: dict[str, OutsideOrganisation] = {}
    for number, values in _rows(file, ORGANISATION_COLUMNS, faults=faults):
        reader = _Reader(number, values, faults)
        kind = reader.term("kind", OrganisationKind)
        code = reader.text("code", needed=True, most=20)
        if code in found:
            faults.append(Fault(number, "code", f"“{code}” comes twice"))
        name = reader.text("name", needed=True, most=200)
        found[code] = OutsideOrganisation(
            code=code,
            name=name,
            short_word=reader.text("short_word", most=40) or name[:40],
            kind=kind or OrganisationKind.PUBLIC_BODY,
            network=reader.among("network_key", networks, "network"),
        )
    if faults:
        raise ListRefused(file, faults)
    return list(found.values())


def read_demo_people(file: Path, emails: Collection[str]) -> list[DemoRow]:
    """Whom a demo's visitor may walk in as; raises `ListRefused`."""
    faults: list[Fault] = []
    rows = []
    for number, values in _rows(file, DEMO_COLUMNS, faults=faults):
        reader = _Reader(number, values, faults)
        role = reader.term("role", Role)
        email = reader.email("email", needed=True)
        if email and email not in emails:
            faults.append(
                Fault(number, "email", f"nobody here has {email}; run `oneplace user import` first")
            )
        title, why = reader.text("title", most=160), reader.text("why", most=300)
        if role is not None:
            rows.append(DemoRow(number, role, email, title, why))
    if faults:
        raise ListRefused(file, faults)
    return rows


def _post(reader: "_Reader", known: Known) -> WantedPost | None:
    role = reader.term("role", Role)
    if role is Role.RESIDENT:
        reader.fault("role", "a resident holds no post: write resident in the column kind")
    organisation = reader.among(
        "post_organisation_code", known.organisations, "organisation", needed=True
    )
    teams = []
    for team in reader.text("team_keys").split(";"):
        if team.strip() and team.strip() not in known.teams:
            reader.fault("team_keys", f"there is no team “{team.strip()}” here")
        elif team.strip():
            teams.append(team.strip())
    network = reader.among("network_key", known.networks, "network")
    title = reader.text("post_title", most=160)
    if role is None:
        return None
    return WantedPost(
        role=role,
        organisation_code=organisation,
        title=title,
        network="" if teams else network,
        team_keys=tuple(sorted(set(teams))),
    )


def _colleague(reader: "_Reader", field: str, own: str, emails: Collection[str]) -> str:
    email = reader.email(field)
    if email and email == own:
        reader.fault(field, "nobody manages or leads themselves")
    elif email and email not in emails:
        reader.fault(field, f"{email} is neither in this file nor here already")
    return email


class _Reader:
    """Reads one row's fields and notes what is wrong with them."""

    def __init__(self, row: int, values: Mapping[str, str], faults: list[Fault]) -> None:
        self.row, self.values, self.faults = row, values, faults

    def fault(self, field: str, reason: str) -> None:
        self.faults.append(Fault(self.row, field, reason))

    def text(self, field: str, *, needed: bool = False, most: int = 1_000) -> str:
        value = (self.values.get(field) or "").strip()
        if needed and not value:
            self.fault(field, "it is empty")
        if len(value) > most:
            self.fault(field, f"it is longer than {most} characters")
        return value

    def email(self, field: str, *, needed: bool = False) -> str:
        value = self.text(field, needed=needed, most=254).lower()
        if value and _EMAIL.fullmatch(value) is None:
            self.fault(field, f"“{value}” is not an email address")
        return value

    def day(self, field: str, *, needed: bool = False) -> date | None:
        value = self.text(field, needed=needed)
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            self.fault(field, f"“{value}” is not a day; write it as 2026-03-31")
            return None

    def among(
        self, field: str, allowed: Collection[str], what: str, *, needed: bool = False
    ) -> str:
        value = self.text(field, needed=needed)
        if value and value not in allowed:
            self.fault(field, f"there is no {what} “{value}” here")
        return value

    def term(
        self,
        field: str,
        term: type[AnyTerm],
        *,
        default: AnyTerm | None = None,
        among: Collection[AnyTerm] | None = None,
    ) -> AnyTerm | None:
        value = self.text(field, needed=default is None)
        if not value:
            return default
        allowed = [member for member in term if among is None or member in among]
        for member in allowed:
            if member.value == value:
                return member
        words = ", ".join(member.value for member in allowed)
        self.fault(field, f"“{value}” is not a word known here; use one of: {words}")
        return default


def _rows(
    file: Path,
    columns: tuple[str, ...],
    *,
    optional: tuple[str, ...] = (),
    faults: list[Fault],
) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            reader = csv.DictReader(opened)
            names = tuple(name.strip() for name in reader.fieldnames or ())
            reader.fieldnames = list(names)
            missing = [name for name in columns if name not in names]
            unknown = [name for name in names if name not in columns + optional]
            if missing:
                faults.append(Fault(1, "", f"columns are missing: {', '.join(missing)}"))
            if unknown:
                faults.append(Fault(1, "", f"columns are not known: {', '.join(unknown)}"))
            if missing or unknown:
                return
            for values in reader:
                number = reader.line_num
                if None in values or None in values.values():
                    faults.append(
                        Fault(number, "", f"it does not have {len(names)} fields; check its commas")
                    )
                    continue
                if any(value.strip() for value in values.values()):
                    yield number, values
    except UnicodeDecodeError:
        faults.append(Fault(1, "", "it is not UTF-8; save it as “CSV UTF-8”"))

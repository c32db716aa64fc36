"""People at work, organisations, and whom a demo's visitor may walk in as: three CSV files.

These are the files `oneplace user organisations`, `oneplace user import` and `oneplace user demo`
bring in, so they keep those commands' columns. Employer and post are separate things: seconded
people are employed by one organisation and work in another; some people hold two posts and change
hats. Staff without a role of the vocabulary (receptionists, wards) do not sign in and are left out.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from oneplace.borough.feeds.calendar import ALWAYS
from oneplace.borough.feeds.shelf import Parcel, Shelf
from oneplace.borough.feeds.store import Store
from oneplace.vocabulary.place import Place
from oneplace.vocabulary.terms import AccountKind, OrganisationKind, Role

FEED = "people_at_work"
FOLDER = "people_at_work"

PEOPLE_COLUMNS = (
    "email", "name", "registration", "role", "post_title", "post_organisation_code",
    "network_key", "team_keys", "employer_code", "line_manager_email",
    "professional_lead_email", "starts_on", "ends_on", "kind",
)  # fmt: skip
ORGANISATION_COLUMNS = ("code", "name", "short_word", "kind", "network_key")
DEMO_COLUMNS = ("role", "email", "name", "title", "why")

_ROLE_OF = {"reablement_worker": Role.THERAPIST, "link_worker": Role.PIC}
"""Work that has no role of its own: the nearest one, with its own title."""

_TITLES = {"reablement_worker": "Reablement worker", "link_worker": "Link worker"}

_OWN_POST = frozenset({Role.VOLUNTARY_ORGANISATION, Role.CARE_HOME_MANAGER, Role.PRACTICE_MANAGER})
"""Roles whose post is always with the employer."""

_STORY_THERAPIST = "Sana"
"""The demonstration's story names her."""

Row = dict[str, str]


def write_people_at_work(store: Store, shelf: Shelf, place: Place) -> None:
    """Write the three files."""
    people = _people(store, place)
    demo = _demo(store, place, people)

    def put(name: str, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
        listed = list(rows)
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, columns, lineterminator="\r\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(listed)
        path = PurePosixPath(FOLDER) / name
        parcel = Parcel(path, FEED, ALWAYS, store.settings.now, store.settings.starts_at)
        shelf.put(parcel, text.getvalue().encode(), unit="rows", count=len(listed))

    put("organisations.csv", ORGANISATION_COLUMNS, _organisations(store))
    put("people_at_work.csv", PEOPLE_COLUMNS, people)
    put("demo_sign_ins.csv", DEMO_COLUMNS, demo)


def _organisations(store: Store) -> list[Row]:
    """Organisations the place file does not describe: homes, providers, groups."""
    rows = store.arrow(
        """SELECT o.ods_code AS code, o.name, o.kind, n.key AS network_key
        FROM organisations o LEFT JOIN addresses a ON a.address = o.address
        LEFT JOIN networks n ON n.network = a.network
        WHERE NOT o.is_partner AND o.kind <> 'gp_practice' ORDER BY o.organisation"""
    ).to_pylist()
    kinds = set(OrganisationKind)
    return [
        {
            "code": row["code"],
            "name": row["name"],
            "short_word": row["name"][:40],
            "kind": row["kind"] if row["kind"] in kinds else OrganisationKind.PUBLIC_BODY.value,
            "network_key": row["network_key"] or "",
        }
        for row in rows
    ]


def _people(store: Store, place: Place) -> list[Row]:
    known_teams = {team.code for team in place.teams}
    staff = store.arrow(
        """SELECT s.staff, s.email, s.given_name, s.family_name, s.role, s.registration,
            s.started_on, s.left_on, s.practice, w.network,
            CASE WHEN e.is_partner THEN e.key ELSE e.ods_code END AS employer_code,
            CASE WHEN h.is_partner THEN h.key ELSE h.ods_code END AS host_code,
            n.key AS network_key, m.email AS manager_email, m.role AS manager_role,
            p.email AS lead_email, p.role AS lead_role,
            (SELECT string_agg(k.key, ';' ORDER BY k.key) FROM team_members b
             JOIN teams k ON k.team = b.team WHERE b.staff = s.staff) AS team_keys
        FROM staff s JOIN organisations e ON e.organisation = s.employer
        JOIN teams t ON t.team = s.team JOIN organisations h ON h.organisation = t.organisation
        LEFT JOIN networks n ON n.network = s.network
        LEFT JOIN networks w ON w.network = s.network
        LEFT JOIN staff m ON m.staff = s.line_manager
        LEFT JOIN staff p ON p.staff = s.professional_lead ORDER BY s.staff"""
    ).to_pylist()
    listed = {row["email"] for row in staff if _role(row["role"]) is not None}
    rows: list[Row] = []
    for member in staff:
        role = _role(member["role"])
        if role is None:
            continue
        teams = [key for key in (member["team_keys"] or "").split(";") if key in known_teams]
        # A practice's, a home's or a group's own people belong there, whatever team they join.
        own = role in _OWN_POST or member["practice"] is not None or not teams
        rows.append(
            {
                "email": member["email"],
                "name": f"{member['given_name']} {member['family_name']}",
                "registration": member["registration"],
                "role": role.value,
                "post_title": _TITLES.get(member["role"]) or place.title_of(role),
                "post_organisation_code": member["employer_code" if own else "host_code"],
                "network_key": "" if teams and not own else member["network_key"] or "",
                "team_keys": "" if own else ";".join(teams),
                "employer_code": member["employer_code"],
                "line_manager_email": _colleague(member, "manager_email", listed),
                "professional_lead_email": _colleague(member, "lead_email", listed),
                "starts_on": member["started_on"].isoformat(),
                "ends_on": "" if member["left_on"] is None else member["left_on"].isoformat(),
                "kind": AccountKind.STAFF.value,
            }
        )
    return [*rows, *_second_posts(rows, place, store), *_residents(store)]


def _role(word: str) -> Role | None:
    if word in _ROLE_OF:
        return _ROLE_OF[word]
    return Role(word) if word in Role.stored_words() else None


def _colleague(member: Mapping[str, Any], field: str, listed: set[str]) -> str:
    email = member[field]
    return email if email in listed and email != member["email"] else ""


def _second_posts(rows: Sequence[Row], place: Place, store: Store) -> list[Row]:
    """A second hat for a few: network leads among GPs, stewards who also govern, and so on."""
    today = store.settings.now.date()
    staying = [row for row in rows if not row["ends_on"]]

    def first(role: Role, number: int = 0, network: str = "") -> Row | None:
        found = [
            row for row in staying if row["role"] == role and network in ("", row["network_key"])
        ]
        return found[number] if number < len(found) else None

    lead_of = _partner(place, OrganisationKind.GP_COLLABORATIVE)
    governing = _team(place, "records_team")
    home_first = place.title_of(Role.LIFE_COORDINATOR)
    discharge = place.title_of(Role.DISCHARGE_NURSE)
    deputy = f"Deputy {_small(place.title_of(Role.IG_OFFICER))}"
    seconds: list[tuple[Row | None, dict[str, str]]] = [
        (
            first(Role.GP, network=network.code),
            {
                "post_title": f"{_capital(place.words.network)} clinical lead",
                "post_organisation_code": lead_of, "network_key": network.code, "team_keys": "",
            },
        )
        for network in place.networks
    ]  # fmt: skip
    for number, role, other, title in (
        (1, Role.RECORD_STEWARD, Role.IG_OFFICER, deputy),
        (1, Role.ANALYST, Role.FINANCE_LEAD, "Costing analyst"),
        (0, Role.THERAPIST, Role.LIFE_COORDINATOR, f"{home_first} (weekends)"),
        (2, Role.COMMUNITY_NURSE, Role.DISCHARGE_NURSE, f"{discharge} (bank)"),
        (2, Role.SOCIAL_WORKER, Role.LIFE_COORDINATOR, f"{home_first} (seconded two days)"),
    ):
        team = governing if other is Role.IG_OFFICER else _team_of(rows, other)
        seconds.append(
            (
                first(role, number),
                {"role": other.value, "post_title": title, "network_key": "", "team_keys": team},
            )
        )
    hosts = {key: row["post_organisation_code"] for row in rows
             for key in row["team_keys"].split(";") if key}  # fmt: skip
    made = []
    for base, change in seconds:
        if base is None:
            continue
        row = {**base, **change}
        if not change.get("post_organisation_code") and row["team_keys"] in hosts:
            row["post_organisation_code"] = hosts[row["team_keys"]]
        started = max(dt.date.fromisoformat(base["starts_on"]), today - dt.timedelta(days=400))
        row["starts_on"] = started.isoformat()
        made.append(row)
    return made


def _partner(place: Place, kind: OrganisationKind) -> str:
    for partner in place.partners:
        if partner.kind == kind:
            return partner.code
    return place.partners[0].code


def _team(place: Place, kind: str) -> str:
    return next((team.code for team in place.teams if team.kind == kind), "")


def _team_of(rows: Sequence[Row], role: Role) -> str:
    """The first team in which somebody has this role."""
    return next(
        (
            row["team_keys"].split(";")[0]
            for row in rows
            if row["role"] == role and row["team_keys"]
        ),
        "",
    )


def _residents(store: Store) -> list[Row]:
    """Scripted residents with an account of their own."""
    persons = {key: person for key, person in store.lives.scripted.items() if key == "desmond"}
    rows = []
    for person in persons.values():
        email, given, family = store.rows(
            f"SELECT email, given_name, family_name FROM people WHERE person = {int(person)}"  # noqa: S608 - a number
        )[0]
        blank = dict.fromkeys(PEOPLE_COLUMNS, "")
        rows.append(
            {
                **blank,
                # Whoever has no address in their records still needs one to sign in with.
                "email": email or f"{given}.{family}@example.org".lower().replace(" ", ""),
                "name": f"{given} {family}",
                "kind": AccountKind.RESIDENT.value,
            }
        )
    return rows


def _demo(store: Store, place: Place, people: Sequence[Row]) -> list[Row]:
    """One person for each role: of the show practice and its network where that means something."""
    show = store.rows(
        """SELECT p.code, n.key FROM practices p JOIN networks n ON n.network = p.network
        ORDER BY p.is_show_practice DESC, p.practice LIMIT 1"""
    )[0]
    today = store.settings.now.date().isoformat()
    working = [
        row for row in people
        if not row["ends_on"] and (not row["starts_on"] or row["starts_on"] <= today)
    ]  # fmt: skip
    garden = {
        code for (code,) in store.rows(
            """SELECT w.ods_code FROM voluntary_services v
            JOIN voluntary_organisations o USING (voluntary_organisation)
            JOIN organisations w ON w.organisation = o.organisation
            WHERE v.category = 'garden'"""
        )
    }  # fmt: skip
    rows = []
    for role in Role:
        if role is Role.RESIDENT:
            chosen = [row for row in working if row["kind"] == AccountKind.RESIDENT]
        else:
            chosen = sorted(
                (row for row in working if row["role"] == role),
                key=lambda row: _fitness(row, show, garden),
            )
        if chosen:
            row = chosen[0]
            rows.append(
                {
                    "role": role.value, "email": row["email"], "name": row["name"],
                    "title": row["post_title"] or place.title_of(role),
                    "why": _why(role, row["name"], place),
                }
            )  # fmt: skip
    return rows


def _why(role: Role, name: str, place: Place) -> str:
    """What the story says of somebody it names; empty for everybody else, whom the door describes.

    A place that names no person of its story has nobody to say it of.
    """
    person = place.demo.story_person.split(" ")[0]
    if not person:
        return ""
    if role is Role.THERAPIST and name.split(" ", maxsplit=1)[0] == _STORY_THERAPIST:
        return f"{_STORY_THERAPIST} is the reablement worker twelve minutes from {person}'s door."
    if role is Role.RESIDENT:
        return f"{person}'s own page: the {place.words.plan}, who is helping, who looked."
    return ""


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _small(title: str) -> str:
    """A title within a sentence; one that begins with an abbreviation stays as it is."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def _fitness(row: Row, show: Sequence[str], garden: set[str]) -> tuple[bool, ...]:
    """Sorts the fittest person for a demo first."""
    practice, network = show
    name = row["name"].split()[0]
    return (
        row["role"] == Role.THERAPIST and name != _STORY_THERAPIST,
        row["role"] == Role.PIC and (row["post_title"] == _TITLES["link_worker"]),
        row["role"] == Role.PIC and name != "Jo",
        row["role"] == Role.VOLUNTARY_ORGANISATION and row["employer_code"] not in garden,
        row["post_organisation_code"] != practice,
        not (row["network_key"] == network or network in row["team_keys"]),
    )

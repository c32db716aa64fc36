"""People at work: enough of every role and team, each with employer, manager and lead."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from oneplace.borough.lives.columns import Coded, coded
from oneplace.borough.lives.ground import LANDLINES, MOBILES
from oneplace.borough.lives.moments import Array
from oneplace.borough.lives.names import GIVEN_NAMES, WORKING_FAMILY_NAMES
from oneplace.borough.lives.world import World
from oneplace.vocabulary.terms.work import OrganisationKind, Role, TeamKind

PEOPLE_PER_GP: Final = 1_900
PEOPLE_PER_PRACTICE_NURSE: Final = 3_500
PEOPLE_PER_RECEPTIONIST: Final = 1_800
LEAST_COORDINATORS: Final = 18
LEAST_PHARMACISTS: Final = 6
REABLEMENT_WORKERS: Final = 24
WARD_NURSES_PER_WARD: Final = 2
CONSULTANTS: Final = 24
LINK_WORKERS: Final = 12

FIRST_REABLEMENT_WORKER: Final = ("Sana", "Mirza")
"""The demo's story names her: she is twelve minutes away when Desmond goes home."""

_NOT_EMPLOYED_HERE = {Role.RESIDENT, Role.VOLUNTARY_ORGANISATION, Role.CARE_HOME_MANAGER, Role.GP,
                      Role.PRACTICE_MANAGER}  # fmt: skip

_LEAST: Final = {Role.PIC: LEAST_COORDINATORS, Role.PHARMACIST: LEAST_PHARMACISTS}

_USUAL_TEAM: Final = {
    Role.NETWORK_FACILITATOR: (TeamKind.NETWORK_TEAM, OrganisationKind.GP_COLLABORATIVE),
    Role.COMMUNITY_NURSE: (TeamKind.COMMUNITY_NURSING_TEAM, OrganisationKind.ACUTE_TRUST),
    Role.MENTAL_HEALTH_WORKER: (
        TeamKind.MENTAL_HEALTH_TEAM, OrganisationKind.MENTAL_HEALTH_TRUST),
    Role.PIC: (TeamKind.COORDINATOR_TEAM, OrganisationKind.CHARITY),
    Role.LIFE_COORDINATOR: (TeamKind.HOME_FIRST_TEAM, OrganisationKind.COUNCIL),
    Role.THERAPIST: (TeamKind.THERAPY_TEAM, OrganisationKind.ACUTE_TRUST),
    Role.DISCHARGE_NURSE: (TeamKind.DISCHARGE_TEAM, OrganisationKind.ACUTE_TRUST),
    Role.SOCIAL_WORKER: (TeamKind.SOCIAL_CARE_TEAM, OrganisationKind.COUNCIL),
    Role.PHARMACIST: (TeamKind.PHARMACY_TEAM, OrganisationKind.COMMISSIONER),
    Role.RECORD_STEWARD: (TeamKind.RECORDS_TEAM, OrganisationKind.ACUTE_TRUST),
    Role.IG_OFFICER: (TeamKind.RECORDS_TEAM, OrganisationKind.COUNCIL),
    Role.ANALYST: (TeamKind.ANALYTICS_TEAM, OrganisationKind.COMMISSIONER),
    Role.FINANCE_LEAD: (TeamKind.FINANCE_TEAM, OrganisationKind.COMMISSIONER),
    Role.PROGRAMME_DIRECTOR: (TeamKind.PROGRAMME_TEAM, OrganisationKind.COMMISSIONER),
    Role.BOARD_CHAIR: (TeamKind.PROGRAMME_TEAM, OrganisationKind.COUNCIL),
    Role.SCRUTINY_MEMBER: (TeamKind.PROGRAMME_TEAM, OrganisationKind.COUNCIL),
}  # fmt: skip
"""Where a role sits when the place file gives it no post: kind of team, kind of employer."""


class _Roll:
    """The rows of teams and staff while they are written."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.teams: list[dict[str, Any]] = []
        self.staff: list[dict[str, Any]] = []
        self.members: list[tuple[int, int]] = []
        """Teams people belong to beside their own."""
        self.random = world.random("staff")

    def team(self, key: str, name: str, kind: str, organisation: int, **area: int) -> int:
        index = len(self.teams)
        self.teams.append({
            "team": index, "key": key, "name": name, "kind": kind, "organisation": organisation,
            "network": area.get("network", -1), "practice": area.get("practice", -1),
        })  # fmt: skip
        return index

    def employ(self, role: str, employer: int, team: int, number: int = 1, **area: int) -> None:
        for _ in range(number):
            self.staff.append({
                "staff": len(self.staff), "role": role, "employer": employer, "team": team,
                "practice": area.get("practice", -1), "network": area.get("network", -1),
                "care_home": area.get("care_home", -1),
            })  # fmt: skip

    def find_team(self, kind: str) -> int | None:
        return next((row["team"] for row in self.teams if row["kind"] == kind), None)


def _partner_of(world: World, kind: OrganisationKind) -> int:
    """The first partner of that kind, else the first partner."""
    for index, partner in enumerate(world.place.partners):
        if partner.kind is kind:
            return index
    return 0


def make_staff(world: World) -> None:
    """Draft teams and staff from the place file's posts, practices, care homes and groups."""
    roll = _Roll(world)
    _place_teams(world, roll)
    _fill_missing_roles(world, roll)
    _extra_roles(world, roll)
    _practice_staff(world, roll)
    _care_home_staff(world, roll)
    _voluntary_staff(world, roll)
    _write(world, roll)


def _place_teams(world: World, roll: _Roll) -> None:
    """The place's teams. A role's own team employs; other teams borrow the same people first."""
    place = world.place
    partner = world.state["partner_index"]
    network_index = {row.code: index for index, row in enumerate(place.networks)}
    posts = []
    for row in place.teams:
        network = network_index[row.network] if row.network else -1
        team = roll.team(row.code, row.name, row.kind.value, partner[row.partner], network=network)
        for post in row.holds:
            if post.role not in _NOT_EMPLOYED_HERE:
                is_own = _USUAL_TEAM.get(post.role, (row.kind,))[0] is row.kind
                posts.append((not is_own, network >= 0, team, network, post))
    for is_guest, _, team, network, post in sorted(posts, key=lambda row: row[:3]):
        employer = partner[post.employer]
        lent = [
            row for row in roll.staff
            if is_guest and row["role"] == post.role.value and row["employer"] == employer
            and (network < 0 or row["network"] in {-1, network})
            and (row["staff"], team) not in roll.members
        ][: post.number]  # fmt: skip
        for person in lent:
            person["network"] = network if network >= 0 else person["network"]
            roll.members.append((person["staff"], team))
        roll.employ(post.role.value, employer, team, post.number - len(lent), network=network)


def _fill_missing_roles(world: World, roll: _Roll) -> None:
    for role in Role:
        if role in _NOT_EMPLOYED_HERE:
            continue
        have = sum(row["role"] == role.value for row in roll.staff)
        missing = _LEAST.get(role, 1) - have
        if missing <= 0:
            continue
        kind, employer_kind = _USUAL_TEAM[role]
        employer = _partner_of(world, employer_kind)
        existing = next((row["team"] for row in roll.staff if row["role"] == role.value), None)
        team = existing if existing is not None else roll.find_team(kind.value)
        if team is None:
            team = roll.team(f"own_{kind.value}", kind.label, kind.value, employer)
        roll.employ(role.value, employer, team, missing)


def _extra_roles(world: World, roll: _Roll) -> None:
    """Roles that feeds name although oneplace gives them no desk of their own."""
    council = _partner_of(world, OrganisationKind.COUNCIL)
    acute = _partner_of(world, OrganisationKind.ACUTE_TRUST)
    charity = _partner_of(world, OrganisationKind.CHARITY)
    reablement = roll.find_team("reablement_team")
    if reablement is None:
        reablement = roll.team("own_reablement", "Reablement team", "reablement_team", council)
    roll.employ("reablement_worker", council, reablement, REABLEMENT_WORKERS)
    link = roll.find_team("link_worker_team")
    if link is None:
        link = roll.team("own_link_workers", "Social prescribing team", "link_worker_team", charity)
    roll.employ("link_worker", charity, link, LINK_WORKERS)
    brokerage = roll.find_team("brokerage_team")
    if brokerage is None:
        brokerage = roll.team("own_brokerage", "Brokerage", "brokerage_team", council)
    roll.employ("broker", council, brokerage, 4)
    wards = roll.team("own_wards", "Wards", "discharge_team", acute)
    roll.employ("consultant", acute, wards, CONSULTANTS)
    number = sum(len(hospital.wards) for hospital in world.place.hospitals)
    roll.employ("ward_nurse", acute, wards, WARD_NURSES_PER_WARD * number)


def _practice_staff(world: World, roll: _Roll) -> None:
    practices = world["practices"]
    people = world.state["practice_shares"] * world.settings.people
    names = practices["name"].decoded()
    for index, organisation in enumerate(practices["organisation"].tolist()):
        network = int(practices["network"][index])
        area = {"network": network, "practice": index}
        team = roll.team(
            f"practice_team_{index:02d}", f"{names[index]} team", "practice_team", organisation,
            **area,
        )  # fmt: skip
        roll.employ("practice_manager", organisation, team, 1, **area)
        for role, ratio, least in (
            ("gp", PEOPLE_PER_GP, 2),
            ("practice_nurse", PEOPLE_PER_PRACTICE_NURSE, 1),
            ("receptionist", PEOPLE_PER_RECEPTIONIST, 2),
        ):
            number = max(least, round(float(people[index]) / ratio))
            roll.employ(role, organisation, team, number, **area)


def _care_home_staff(world: World, roll: _Roll) -> None:
    homes = world["care_homes"]
    names = homes["name"].decoded()
    for index, organisation in enumerate(homes["organisation"].tolist()):
        network = int(homes["network"][index])
        team = roll.team(
            f"care_home_team_{index:03d}", str(names[index]), "care_home_team", organisation,
            network=network,
        )  # fmt: skip
        roll.employ("care_home_manager", organisation, team, 1, care_home=index, network=network)


def _voluntary_staff(world: World, roll: _Roll) -> None:
    groups = world["voluntary_organisations"]
    link = roll.find_team("link_worker_team")
    for organisation in groups["organisation"].tolist():
        roll.employ("voluntary_organisation", organisation, int(link or 0))


def _names(world: World, rows: int) -> tuple[list[str], list[str], list[str]]:
    """Titles, given and family names of working people: varied, each pair used once."""
    random = world.random("staff names")
    pools = ["english_middle"] * 6 + ["caribbean", "african", "indian", "pakistani", "irish",
                                      "european", "tamil"]  # fmt: skip
    used: set[tuple[str, str]] = set()
    titles, given, family = [], [], []
    for _ in range(rows):
        while True:
            sex = "female" if random.random() < 0.68 else "male"
            pool = GIVEN_NAMES[pools[int(random.integers(len(pools)))]][sex]
            first = str(pool[int(random.integers(len(pool)))])
            last = str(WORKING_FAMILY_NAMES[int(random.integers(len(WORKING_FAMILY_NAMES)))])
            if (first, last) not in used:
                break
        used.add((first, last))
        titles.append("Mr" if sex == "male" else ("Ms", "Mrs", "Miss")[int(random.integers(3))])
        given.append(first)
        family.append(last)
    return titles, given, family


def _write(world: World, roll: _Roll) -> None:
    rows = roll.staff
    count = len(rows)
    random = roll.random
    titles, given, family = _names(world, count)
    first = next(row["staff"] for row in rows if row["role"] == "reablement_worker")
    titles[first], given[first], family[first] = ("Ms", *FIRST_REABLEMENT_WORKER)
    for row in rows:
        if row["role"] in {"gp", "consultant"}:
            titles[row["staff"]] = "Dr"
    role = np.array([row["role"] for row in rows])
    employer = np.array([row["employer"] for row in rows])
    team = np.array([row["team"] for row in rows])
    director = int(np.flatnonzero(role == "programme_director")[0])
    _, first_of_team, team_rank = np.unique(team, return_index=True, return_inverse=True)
    manager = first_of_team[team_rank]
    manager = np.where(manager == np.arange(count), director, manager)
    manager[director] = -1
    # Independent people answer to nobody's line.
    manager[np.isin(role, ["board_chair", "scrutiny_member", "voluntary_organisation"])] = -1
    profession = np.unique(role, return_inverse=True)[1].astype(np.int64) * 10_000 + employer
    _, first_of_profession, profession_rank = np.unique(
        profession, return_index=True, return_inverse=True
    )
    lead = first_of_profession[profession_rank]
    lead = np.where(lead == np.arange(count), -1, lead)
    clinical = np.isin(
        role, ["gp", "consultant", "community_nurse", "practice_nurse", "discharge_nurse",
               "ward_nurse", "therapist", "social_worker", "pharmacist", "mental_health_worker"]
    )  # fmt: skip
    slugs = [
        "".join(c for c in f"{a}.{b}".lower() if c.isalpha() or c == ".")
        for a, b in zip(given, family, strict=True)
    ]
    leaving = random.random(count) < 0.03
    leaving &= ~np.isin(role, ["programme_director", "board_chair", "scrutiny_member", "gp",
                               "practice_manager", "care_home_manager"])  # fmt: skip
    leaving[first] = False
    # Nobody leaves who is the only one of the role.
    for word in np.unique(role):
        of_role = np.flatnonzero(role == word)
        leaving[of_role[: max(1, len(of_role) - 1)]] &= len(of_role) > 3
        leaving[of_role[0]] = False
    leaves_on = world.now_day + random.integers(10, 110, count)
    world["teams"] = {
        "team": np.arange(len(roll.teams)),
        **{name: coded([row[name] for row in roll.teams]) for name in ("key", "name", "kind")},
        **{
            name: np.array([row[name] for row in roll.teams])
            for name in ("organisation", "network", "practice")
        },
    }
    _lend_doctors(world, roll)
    members = np.array(sorted({*roll.members, *enumerate(team.tolist())}))
    world["team_members"] = {"staff": members[:, 0], "team": members[:, 1]}
    world["staff"] = {
        "staff": np.arange(count),
        "title": coded(titles),
        "given_name": coded(given),
        "family_name": coded(family),
        "role": coded(role),
        "employer": employer,
        "team": team,
        "line_manager": manager,
        "professional_lead": lead,
        "practice": np.array([row["practice"] for row in rows]),
        "network": np.array([row["network"] for row in rows]),
        "care_home": np.array([row["care_home"] for row in rows]),
        "email": [f"{slug}{index}@example.org" for index, slug in enumerate(slugs)],
        "phone": Coded(random.integers(0, 2000, count), [*LANDLINES, *MOBILES]),
        "registration": [
            f"INV{index:05d}" if there else "" for index, there in enumerate(clinical.tolist())
        ],
        "started_on": world.start_day - random.integers(30, 4000, count),
        "left_on": np.where(leaving, leaves_on, np.iinfo(np.int32).min),
        "works_part_time": random.random(count) < 0.35,
    }


def _lend_doctors(world: World, roll: _Roll) -> None:
    """Two doctors of each network's practices sit in its network team."""
    for team in roll.teams:
        if team["kind"] != "network_team" or team["network"] < 0:
            continue
        doctors = [
            row["staff"] for row in roll.staff
            if row["role"] == "gp" and row["network"] == team["network"]
        ]  # fmt: skip
        roll.members.extend((doctor, team["team"]) for doctor in doctors[:2])
    del world


class Rota:
    """Who of a role serves a network or practice, for drawing staff for events."""

    def __init__(self, world: World, role: str, by: str | None = None, keep: int = 0) -> None:
        """Staff of `role`; `by` is "practice" or "network"; `keep` takes only the first few."""
        staff = world["staff"]
        chosen = world.staff_of(role)
        if keep:
            chosen = chosen[:keep]
        self.chosen = chosen
        areas = staff[by][chosen] if by is not None else np.full(len(chosen), -1)
        self._ordered = chosen[np.argsort(areas, kind="stable")]
        size = int(areas.max(initial=0)) + 1
        self._counts = np.bincount(areas[areas >= 0], minlength=size)
        self._starts = int((areas < 0).sum()) + np.cumsum(self._counts) - self._counts

    def draw(self, random: np.random.Generator, areas: Array) -> Array:
        """One of the staff for each area (practice or network index; -1 or none there: anybody)."""
        luck = random.random(len(areas))
        anybody = self.chosen[(luck * len(self.chosen)).astype(np.int64)]
        known = (areas >= 0) & (areas < len(self._counts))
        area = np.where(known, areas, 0)
        count = np.where(known, self._counts[area], 0)
        place = self._starts[area] + (luck * count).astype(np.int64)
        drawn = np.where(count > 0, self._ordered[np.minimum(place, len(self.chosen) - 1)], anybody)
        return drawn.astype(np.int32)

"""The viewer: who is looking, in which hat, for what purpose; set in the database per transaction.

Row policies read the viewer from PostgreSQL's own transaction-local settings, so that a query with
every filter forgotten still shows a stranger nothing.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.utils.crypto import constant_time_compare

from oneplace.access.models import Account
from oneplace.kit.clock import local_day
from oneplace.kit.kept_plans import array_text, cursor_of_deed
from oneplace.kit.words import label_of
from oneplace.vocabulary.ids import id_for
from oneplace.vocabulary.terms import AccountKind, Purpose, Role, TeamKind


@dataclass(frozen=True)
class Viewer:
    """Somebody or something that looks or acts. Frozen: a change of hat makes another viewer."""

    account_id: uuid.UUID | None
    kind: AccountKind
    name: str
    role: Role | None = None
    title: str = ""
    hat_id: uuid.UUID | None = None
    organisation_id: uuid.UUID | None = None
    organisation_name: str = ""
    organisation_word: str = ""
    employer_id: uuid.UUID | None = None
    network_id: uuid.UUID | None = None
    network_name: str = ""
    team_ids: tuple[uuid.UUID, ...] = ()
    other_hats: int = 0
    # An authenticator app or a passkey; recovery codes alone are none.
    has_second_step: bool = False
    purpose: Purpose = Purpose.DIRECT_CARE
    # Until when the purpose of keeping somebody safe is worn, for the one person asked about.
    worn_until: datetime | None = None
    permissions: frozenset[str] = field(default_factory=frozenset)
    request_id: uuid.UUID | None = None
    from_address: str | None = None
    door: str = "page"
    route: str = ""

    @property
    def parties(self) -> tuple[uuid.UUID, ...]:
        """Every party whose relationships are this viewer's: itself, hat, teams, organisation."""
        own = (self.account_id, self.hat_id, self.organisation_id, self.network_id)
        return tuple(party for party in own if party is not None) + self.team_ids

    @property
    def opens_for(self) -> Purpose:
        """For which purpose agreements open anybody's record; a worn one opens only its person's.

        That one opens by the relationship that wearing it made, and all else as for care.
        """
        return Purpose.DIRECT_CARE if self.worn_until else self.purpose

    @property
    def is_on_safeguarding_team(self) -> bool:
        """Whether the hat worn sits in a safeguarding team of this place."""
        return any(
            id_for("team", team.code) in self.team_ids
            for team in settings.PLACE.teams
            if team.kind is TeamKind.SAFEGUARDING_TEAM
        )

    @property
    def sees(self) -> frozenset[str]:
        """Which parts of a record the role needs in this place."""
        return frozenset() if self.role is None else frozenset(settings.PLACE.matrix[self.role])

    def may(self, permission: str) -> bool:
        """Whether the hat worn has been given this permission by the place."""
        return permission in self.permissions


NOBODY = Viewer(account_id=None, kind=AccountKind.LINK, name="somebody not signed in")


def system_viewer(name: str, *, purpose: Purpose, permissions: frozenset[str]) -> Viewer:
    """A background job as a named viewer: it carries a purpose and only what it needs."""
    return Viewer(
        account_id=id_for("background-job", name),
        kind=AccountKind.BACKGROUND_JOB,
        name=name,
        purpose=purpose,
        permissions=permissions,
        door="job",
    )


def permissions_of(role: Role | None) -> frozenset[str]:
    """What the place allows a role."""
    return frozenset() if role is None else frozenset(settings.PLACE.permissions_of(role))


# What policies read about the viewer, for the rest of the transaction.
TOLD = (
    "set_config('oneplace.viewer', %(told_viewer)s, true),"
    " set_config('oneplace.parties', %(told_parties)s, true),"
    " set_config('oneplace.permissions', %(told_permissions)s, true),"
    " set_config('oneplace.at', %(told_at)s, true),"
    " set_config('oneplace.sees', %(told_sees)s, true),"
    " set_config('oneplace.about', %(told_about)s, true),"
    " set_config('oneplace.opened', access_openings(%(told_organisation)s::uuid, %(told_purpose)s,"
    " %(told_sees)s::text[], %(told_on)s::date)::text, true)"
)


def told(viewer: Viewer, *, at: datetime, about: uuid.UUID | None = None) -> dict[str, str | None]:
    """The values `TOLD` asks for. `about` is whom most of what follows is about, if anybody.

    What opens does not hang on it: of that person policies ask once a statement, not once a row.
    """
    return {
        "told_viewer": str(viewer.hat_id or viewer.account_id or ""),
        "told_parties": "{" + ",".join(str(party) for party in viewer.parties) + "}",
        "told_permissions": array_text(sorted(viewer.permissions)),
        "told_at": at.isoformat(),
        "told_sees": array_text(sorted(viewer.sees)),
        "told_about": str(about or ""),
        "told_organisation": str(viewer.organisation_id) if viewer.organisation_id else None,
        "told_purpose": viewer.opens_for.value,
        "told_on": local_day(at).isoformat(),
    }


def tell_database(viewer: Viewer, *, at: datetime, about: uuid.UUID | None = None) -> None:
    """Set the viewer for the rest of this transaction; policies read nothing else."""
    if not connection.in_atomic_block:
        raise RuntimeError("A viewer lives in a transaction; open one first.")
    with cursor_of_deed() as cursor:
        cursor.execute(f"select {TOLD}", told(viewer, at=at, about=about))


@contextmanager
def viewing(viewer: Viewer, *, at: datetime, about: uuid.UUID | None = None) -> Iterator[Viewer]:
    """A transaction in which `viewer` looks and acts; for commands, jobs and tests."""
    with transaction.atomic():
        tell_database(viewer, at=at, about=about)
        yield viewer


_LOAD = """
select a.kind, a.name, a.is_active, a.password, a.sessions_valid_from,
       h.id, p.role, p.title, o.id, o.name, o.short_word,
       h.employer_id, n.id, n.name,
       coalesce((select array_agg(t.team_id) from partners_post_teams t
                  where t.post_id = p.id), '{}'),
       (select count(*) from access_hat other
         where other.account_id = a.id and other.id is distinct from h.id
           and other.ended_at is null and other.starts_on <= %(today)s
           and (other.ends_on is null or other.ends_on >= %(today)s)),
       exists (select from mfa_authenticator step
                where step.user_id = a.id and step.type in ('totp', 'webauthn')),
       case when %(person)s::uuid is not null
            then access_worn_until(a.id, h.id, %(person)s::uuid, %(at)s::timestamptz) end
from access_account a
left join access_hat h
  on h.account_id = a.id and h.id = %(hat)s and h.ended_at is null
 and h.starts_on <= %(today)s and (h.ends_on is null or h.ends_on >= %(today)s)
left join partners_post p on p.id = h.post_id
left join partners_organisation o on o.id = p.organisation_id
left join partners_network n on n.id = coalesce(p.network_id, o.network_id)
where a.id = %(account)s
"""


def load_viewer(
    account_id: uuid.UUID,
    hat_id: uuid.UUID | None,
    *,
    at: datetime,
    session_hash: str | None = None,
    person_id: uuid.UUID | None = None,
    request_id: uuid.UUID | None = None,
    from_address: str | None = None,
    route: str = "",
) -> Viewer | None:
    """The viewer behind a session, in one statement; None when the account has left.

    `session_hash` is what the session carries of the account's secrets: None too when they have
    changed since. `person_id` is whom the page asked for is about: a purpose worn for that person
    is the viewer's. A staff account without a valid hat becomes a viewer without role or
    permissions.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _LOAD,
            {
                "account": account_id,
                "hat": hat_id,
                "today": local_day(at).isoformat(),
                "person": person_id,
                "at": at,
            },
        )
        row = cursor.fetchone()
    if row is None or not row[2]:
        return None
    kind_word, name, _, password, valid_from, *row = row
    if session_hash is not None:
        account = Account(password=password, sessions_valid_from=valid_from)
        if not constant_time_compare(session_hash, account.get_session_auth_hash()):
            return None
    kind = AccountKind(kind_word)
    # A resident's own sign-in gives the resident's role; a supporter's reach is the same pages.
    own = kind in (AccountKind.RESIDENT, AccountKind.SUPPORTER)
    role = Role.RESIDENT if own else (Role(row[1]) if row[1] else None)
    return Viewer(
        account_id=account_id,
        kind=kind,
        name=name,
        role=role,
        title=row[2] or (label_of(role) if role else ""),
        hat_id=row[0],
        organisation_id=row[3],
        organisation_name=row[4] or "",
        organisation_word=row[5] or "",
        employer_id=row[6],
        network_id=row[7],
        network_name=row[8] or "",
        team_ids=tuple(row[9]),
        other_hats=row[10],
        has_second_step=row[11],
        purpose=Purpose.SAFEGUARDING if row[12] else Purpose.DIRECT_CARE,
        worn_until=row[12],
        permissions=permissions_of(role),
        request_id=request_id,
        from_address=from_address,
        route=route,
    )

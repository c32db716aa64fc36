"""What the room answers: hats, people at work, invitations, and where an account is signed in."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from allauth.mfa.models import Authenticator
from django.db.models import F, Prefetch, Q, QuerySet
from django.utils import timezone

from oneplace.access import rules
from oneplace.access.models import (
    Account,
    DemoPerson,
    Hat,
    Invitation,
    KnownPlace,
    Leaving,
    Session,
)
from oneplace.access.permissions import MANAGE_PEOPLE_AT_WORK
from oneplace.access.secrets import hash_of
from oneplace.access.viewer import Viewer, permissions_of
from oneplace.kit.clock import local_day
from oneplace.partners.models import Network, Organisation, Post, Team
from oneplace.vocabulary.terms import AccountKind, Role

# Whoever leaves within this is "leaving soon" in the filters and on the list.
LEAVING_SOON = timedelta(days=28)
PAGE = 50


def hats(account_id: uuid.UUID, *, on: date) -> QuerySet[Hat]:
    """The hats an account may wear on a day."""
    return (
        Hat.objects.filter(account_id=account_id, ended_at__isnull=True, starts_on__lte=on)
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on))
        .select_related("post__organisation", "post__network", "employer")
        .prefetch_related("post__teams")
    )


def hats_held_or_to_come(account_id: uuid.UUID, *, on: date) -> list[Hat]:
    """The hats of one's own account that are not over, those that begin later among them."""
    own = Hat.objects.filter(account_id=account_id).select_related("post__organisation", "employer")
    return [hat for hat in own if not rules.is_over(hat, on=on)]


def account(account_id: uuid.UUID) -> Account:
    """One's own account; raises `Account.DoesNotExist`."""
    return Account.objects.get(pk=account_id)


# --- people at work ---


@dataclass(frozen=True)
class Filters:
    """What somebody looks for among people at work; empty means everybody they look after."""

    text: str = ""
    organisation: uuid.UUID | None = None
    team: uuid.UUID | None = None
    network: uuid.UUID | None = None
    role: Role | None = None
    leaving_soon: bool = False
    has_left: bool = False


@dataclass(frozen=True)
class Found:
    """One page of people at work, and how many there are in all."""

    accounts: list[Account]
    total: int
    page: int
    pages: int


def people_at_work(
    *, viewer: Viewer, on: date, filters: Filters | None = None, page: int = 1
) -> Found:
    """People at work whom this viewer looks after, by name, with their open hats (`open_hats`)."""
    chosen = filters or Filters()
    held = _hats_in_scope(viewer)
    if not chosen.has_left:
        held = held.filter(_not_over(on))
    if chosen.organisation:
        held = held.filter(
            Q(post__organisation_id=chosen.organisation) | Q(employer_id=chosen.organisation)
        )
    if chosen.team:
        held = held.filter(post__teams=chosen.team)
    if chosen.network:
        held = held.filter(
            Q(post__network_id=chosen.network) | Q(post__organisation__network_id=chosen.network)
        )
    if chosen.role:
        held = held.filter(post__role=chosen.role)
    if chosen.leaving_soon:
        held = held.filter(ends_on__gte=on, ends_on__lte=on + LEAVING_SOON)
    found = Account.objects.filter(kind=AccountKind.STAFF, pk__in=held.values("account_id"))
    if chosen.has_left:
        working = _hats_in_scope(viewer).filter(_not_over(on))
        found = found.exclude(is_active=True, pk__in=working.values("account_id"))
    else:
        found = found.filter(is_active=True)
    for word in chosen.text.split():
        found = found.filter(Q(name__icontains=word) | Q(email__icontains=word))
    total = found.count()
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    open_hats = Hat.objects.select_related(
        "post__organisation", "post__network", "employer", "line_manager"
    ).prefetch_related("post__teams")
    if not chosen.has_left:
        open_hats = open_hats.filter(_not_over(on))
    rows = found.order_by("name", "email").prefetch_related(
        Prefetch("hats", queryset=open_hats, to_attr="open_hats")
    )[(page - 1) * PAGE : page * PAGE]
    return Found(list(rows), total, page, pages)


def person_at_work(account_id: uuid.UUID, *, viewer: Viewer) -> Account | None:
    """Somebody at work whom this viewer looks after, or None for anybody else."""
    return Account.objects.filter(
        pk=account_id,
        kind=AccountKind.STAFF,
        hats__in=_hats_in_scope(viewer),
    ).first()


def hats_of(person: Account) -> list[Hat]:
    """Every hat of somebody, open ones first, with what the page shows of each."""
    return list(
        person.hats.select_related(
            "post__organisation", "post__network", "employer", "line_manager", "professional_lead"
        )
        .prefetch_related("post__teams")
        .order_by(F("ended_at").desc(nulls_first=True), "-starts_on")
    )


def hat(hat_id: uuid.UUID, *, viewer: Viewer) -> Hat | None:
    """A hat this viewer looks after, or None."""
    return (
        _hats_in_scope(viewer)
        .filter(pk=hat_id)
        .select_related(
            "account", "post__organisation", "post__network", "employer", "line_manager",
            "professional_lead",
        )
        .first()
    )  # fmt: skip


def leaving_of(person: Account) -> Leaving | None:
    """Somebody's leaving that stands: to come, or come."""
    return person.leavings.filter(taken_back_at__isnull=True).first()


def manages_whom(person: Account) -> list[Hat]:
    """Open hats whose line manager this is: they need another when the person leaves."""
    return list(
        Hat.objects.filter(line_manager=person, ended_at__isnull=True)
        .select_related("account", "post")
        .order_by("account__name")
    )


@dataclass(frozen=True)
class Change:
    """One change in somebody's history at work."""

    at: datetime
    what: str
    by: str


def history_of(person: Account) -> list[Change]:
    """What changed for somebody at work, newest first, from the history the database keeps."""
    changes: list[Change] = []
    kept = Hat.pgh_event_model.objects.filter(account_id=person.pk)  # type: ignore[attr-defined]
    events = kept.select_related(
        "pgh_context", "post", "line_manager", "professional_lead", "employer"
    ).order_by("pgh_created_at", "pgh_id")
    before: dict[uuid.UUID, object] = {}
    for event in events:
        words = _hat_words(before.get(event.pgh_obj_id), event)
        changes += [Change(event.pgh_created_at, what, _by(event)) for what in words]
        before[event.pgh_obj_id] = event
    kept = Account.pgh_event_model.objects.filter(pgh_obj_id=person.pk)  # type: ignore[attr-defined]
    earlier = None
    for event in kept.select_related("pgh_context").order_by("pgh_created_at", "pgh_id"):
        words = _account_words(earlier, event)
        changes += [Change(event.pgh_created_at, what, _by(event)) for what in words]
        earlier = event
    return sorted(changes, key=lambda change: change.at, reverse=True)


def _hat_words(before, after) -> list[str]:  # type: ignore[no-untyped-def]
    title = after.post.title
    if before is None:
        return [f"Given the post {title}, employed by {after.employer.name}"]
    words = []
    if before.ended_at is None and after.ended_at is not None:
        words.append(f"The post {title} ended")
    if before.ended_at is not None and after.ended_at is None:
        words.append(f"The post {title} was given back")
    for field, name in (
        ("line_manager", "Line manager"),
        ("professional_lead", "Professional lead"),
    ):
        if getattr(before, f"{field}_id") != getattr(after, f"{field}_id"):
            who = getattr(after, field)
            words.append(f"{name} in {title}: {who.name if who else 'nobody'}")
    if before.ends_on != after.ends_on:
        until = f"{after.ends_on:%-d %B %Y}" if after.ends_on else "open"
        words.append(f"Last day in {title}: {until}")
    if before.employer_id != after.employer_id:
        words.append(f"Employer in {title}: {after.employer.name}")
    return words


def _account_words(before, after) -> list[str]:  # type: ignore[no-untyped-def]
    if before is None:
        return ["Account made"]
    words = []
    if before.is_active and not after.is_active:
        words.append("Access ended")
    if not before.is_active and after.is_active:
        words.append("Access given back")
    if before.name != after.name:
        words.append(f"Name: {before.name} became {after.name}")
    if before.email != after.email:
        words.append("Email address changed")
    if before.registration != after.registration:
        words.append(f"Registration: {after.registration or 'none'}")
    return words


def _by(event) -> str:  # type: ignore[no-untyped-def]
    context = event.pgh_context
    return str(context.metadata.get("name", "")) if context else ""


def colleagues(*, viewer: Viewer) -> list[Account]:
    """Active people at work whom this viewer looks after, to choose managers and leads from."""
    return list(
        Account.objects.filter(
            kind=AccountKind.STAFF,
            is_active=True,
            pk__in=_hats_in_scope(viewer).filter(ended_at__isnull=True).values("account_id"),
        ).order_by("name")[:300]
    )


def colleague_with(email: str) -> Account | None:
    """An active person at work by work address, for naming a line manager or lead."""
    return Account.objects.filter(
        email=email.strip().lower(), kind=AccountKind.STAFF, is_active=True
    ).first()


def organisations(*, viewer: Viewer) -> list[Organisation]:
    """Open organisations at which this viewer looks after people."""
    found = Organisation.objects.filter(closed_on__isnull=True)
    if not viewer.may(MANAGE_PEOPLE_AT_WORK):
        return []
    if not rules.manages_everybody(viewer):
        found = found.filter(pk__in=[viewer.organisation_id])
    return list(found)


def employers() -> list[Organisation]:
    """Every open organisation: whoever is seconded here is employed elsewhere."""
    return list(Organisation.objects.filter(closed_on__isnull=True))


def employer(code: str) -> Organisation:
    """An open organisation by its code; raises `Organisation.DoesNotExist`."""
    return Organisation.objects.get(code=code, closed_on__isnull=True)


def teams(*, viewer: Viewer) -> list[Team]:
    """Open teams somebody this viewer looks after may belong to."""
    if not viewer.may(MANAGE_PEOPLE_AT_WORK):
        return []
    found = Team.objects.filter(closed_on__isnull=True).select_related("host", "network")
    if not rules.manages_everybody(viewer):
        seats = Hat.objects.filter(_in_scope(viewer), ended_at__isnull=True)
        found = found.filter(
            Q(host_id=viewer.organisation_id)
            | Q(network_id=viewer.network_id, network__isnull=False)
            | Q(posts__hats__in=seats)
        ).distinct()
    return list(found)


def networks() -> list[Network]:
    """Every network."""
    return list(Network.objects.all())


def open_post(key: str) -> Post | None:
    """A post by its key."""
    return Post.objects.filter(key=key).select_related("organisation").first()


def _not_over(on: date) -> Q:
    """A hat that is held on a day or will be later."""
    return Q(ended_at__isnull=True) & (Q(ends_on__isnull=True) | Q(ends_on__gte=on))


def _in_scope(viewer: Viewer) -> Q:
    if rules.manages_everybody(viewer):
        return Q()
    return Q(post__organisation_id=viewer.organisation_id) | Q(employer_id=viewer.organisation_id)


def _hats_in_scope(viewer: Viewer) -> QuerySet[Hat]:
    """Hats this viewer looks after; none without the permission or without an organisation."""
    if not viewer.may(MANAGE_PEOPLE_AT_WORK):
        return Hat.objects.none()
    if not rules.manages_everybody(viewer) and viewer.organisation_id is None:
        return Hat.objects.none()
    return Hat.objects.filter(_in_scope(viewer))


def holders_of(permission: str, *, on: date) -> list[Account]:
    """Everybody at work whose roles carry a permission on a day: to tell them what waits for them.

    For rooms that write notices; who works in which post is known within the alliance.
    """
    roles = [role for role in Role if permission in permissions_of(role)]
    held = Hat.objects.filter(_not_over(on), post__role__in=roles)
    found = Account.objects.filter(is_active=True, kind=AccountKind.STAFF)
    return list(found.filter(pk__in=held.values("account_id")).order_by("name", "pk"))


def changes_at_work(*, viewer: Viewer, since: datetime) -> list[Hat]:
    """Posts taken up or given up since a moment among the people this viewer looks after.

    Those who left first, each the newest first, at most fifty; with account, post and organisation.
    """
    begun = Q(starts_on__gte=local_day(since), ended_at__isnull=True)
    changed = _hats_in_scope(viewer).filter(
        begun | Q(ended_at__gte=since), account__kind=AccountKind.STAFF
    )
    return list(
        changed.select_related("account", "post__organisation").order_by(
            F("ended_at").desc(nulls_last=True), "-starts_on", "pk"
        )[:50]
    )


def leaving_at_work(*, viewer: Viewer, on: date) -> list[Leaving]:
    """Who of the people this viewer looks after leaves on a day still to come, the first first."""
    if not viewer.may(MANAGE_PEOPLE_AT_WORK):
        return []
    found = Leaving.objects.filter(
        taken_back_at__isnull=True,
        took_effect_at__isnull=True,
        last_on__gte=on,
        account_id__in=_hats_in_scope(viewer).values("account_id"),
    )
    return list(found.select_related("account").order_by("last_on", "pk"))


# --- invitations ---


def open_invitations(*, viewer: Viewer) -> list[Invitation]:
    """Invitations not yet accepted or withdrawn, at organisations this viewer looks after."""
    if not viewer.may(MANAGE_PEOPLE_AT_WORK):
        return []
    found = Invitation.objects.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)
    return list(
        found.filter(_in_scope(viewer)).select_related(
            "post__organisation", "employer", "invited_by"
        )
    )


def invitation(invitation_id: uuid.UUID, *, viewer: Viewer) -> Invitation | None:
    """An invitation this viewer looks after."""
    if not viewer.may(MANAGE_PEOPLE_AT_WORK):
        return None
    return (
        Invitation.objects.filter(_in_scope(viewer), pk=invitation_id)
        .select_related("post__organisation", "employer")
        .first()
    )


def invitation_of_secret(secret: str) -> Invitation | None:
    """The invitation a link opens, whether or not it still does; the secret is the proof."""
    return (
        Invitation.objects.filter(secret_hash=hash_of(secret))
        .select_related(
            "post__organisation", "post__network", "employer", "line_manager",
            "professional_lead", "invited_by",
        )
        .first()
    )  # fmt: skip


def has_working_account(email: str) -> bool:
    """Whether somebody can already sign in with this address and a password of theirs."""
    found = Account.objects.filter(email=email, is_active=True).first()
    return found is not None and found.has_usable_password()


# --- one's own sign-in ---


@dataclass(frozen=True)
class SignedInAt:
    """One browser in which an account is signed in."""

    reference: str
    browser: str
    from_address: str
    opened_at: datetime | None
    seen_at: datetime | None
    is_this_one: bool


def session_reference(session_key: str) -> str:
    """How a session is named on a page: its key would let anybody take it over."""
    return hashlib.sha256(f"session:{session_key}".encode()).hexdigest()[:20]


def signed_in_at(account_id: uuid.UUID, *, this_key: str | None) -> list[SignedInAt]:
    """Where an account is signed in, this browser first, then by last use."""
    rows = Session.objects.filter(account_id=account_id, expire_date__gt=timezone.now())
    found = [
        SignedInAt(
            reference=session_reference(row.session_key),
            browser=row.browser or "Unknown browser",
            from_address=str(row.from_address or ""),
            opened_at=row.opened_at,
            seen_at=row.seen_at,
            is_this_one=row.session_key == this_key,
        )
        for row in rows
    ]
    oldest = datetime.min.replace(tzinfo=timezone.get_default_timezone())
    return sorted(
        found, key=lambda at: (at.is_this_one, at.seen_at or at.opened_at or oldest), reverse=True
    )


@dataclass(frozen=True)
class SecondSteps:
    """How an account proves itself beside its password."""

    app: Authenticator | None
    passkeys: tuple[Authenticator, ...]
    codes_left: int | None

    def __bool__(self) -> bool:
        return self.app is not None or bool(self.passkeys)


def second_steps(account_id: uuid.UUID) -> SecondSteps:
    """An account's authenticator app, passkeys and unused recovery codes."""
    app, passkeys, left = None, [], None
    for row in Authenticator.objects.filter(user_id=account_id).order_by("created_at"):
        if row.type == Authenticator.Type.TOTP:
            app = row
        elif row.type == Authenticator.Type.WEBAUTHN:
            passkeys.append(row)
        elif row.type == Authenticator.Type.RECOVERY_CODES:
            left = len(row.wrap().get_unused_codes())
    return SecondSteps(app, tuple(passkeys), left)


def known_place(email: str, *, browser_hash: str, from_address: str | None) -> str:
    """By what an account knows the place it is signed in to from: browser, address, or nothing.

    A browser known by its own cookie comes first: whoever sits behind the same address, in the same
    practice or ward, then cannot use up its count.
    """
    places = KnownPlace.objects.filter(account__email=email)
    if browser_hash and places.filter(browser_hash=browser_hash).exists():
        return f"browser:{browser_hash}"
    if from_address and places.filter(from_address=from_address).exists():
        return f"address:{from_address}"
    return ""


# --- demo ---


def demo_people() -> list[DemoPerson]:
    """Whom a visitor to a demo may walk in as, in the order of the list."""
    return list(DemoPerson.objects.select_related("account"))


def demo_person(role: Role) -> DemoPerson | None:
    """The demo's first person of a role."""
    return DemoPerson.objects.filter(role=role).select_related("account").first()


def demo_person_of(account_id: str) -> DemoPerson | None:
    """The demo's person with this account, if the account is one of theirs."""
    try:
        key = uuid.UUID(account_id)
    except ValueError:
        return None
    return DemoPerson.objects.filter(account_id=key).select_related("account").first()

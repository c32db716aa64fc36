"""What the sharing agreements say, for anybody signed in: they are no secret from anybody here.

There are a few dozen at most, so all of them are read at once and the rest is arithmetic.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Q

from oneplace.access import queries
from oneplace.access.models import Account, Hat, SharingAgreement
from oneplace.access.permissions import KEEP_AGREEMENTS
from oneplace.access.rules import agreements as agreement_rules
from oneplace.access.rules.agreements import HOLDS
from oneplace.access.viewer import Viewer
from oneplace.kit.formats import starting_capital
from oneplace.partners.models import Organisation, Post
from oneplace.vocabulary.place.agreements import EVERY_PARTY, KIND
from oneplace.vocabulary.rows.categories import NEVER_MENTAL_HEALTH
from oneplace.vocabulary.terms import (
    AgreementState,
    ConfidentialityBasis,
    DataCategory,
    DataProtectionBasis,
    OrganisationKind,
    Purpose,
    Role,
    SharingPolicy,
)


@dataclass(frozen=True)
class Names:
    """How parties are called: by their whole name, and by the short word of the place."""

    whole: Mapping[str, str]
    short: Mapping[str, str]

    def of(self, key: str) -> str:
        """The name of a party: the council; every GP practice."""
        return self.whole.get(key) or _of_kind(key)

    def word(self, key: str) -> str:
        """The short word of a party: Council; GP practices."""
        return self.short.get(key) or starting_capital(_of_kind(key).removeprefix("every ")) + "s"


def _of_kind(key: str) -> str:
    if not key.startswith(KIND):
        return key
    label = OrganisationKind(key.removeprefix(KIND)).label
    acronym = label.split(" ", 1)[0].isupper()
    return f"every {label if acronym else label[:1].lower() + label[1:]}"


@dataclass(frozen=True)
class PartyShown:
    """Who signed, or has not signed yet."""

    key: str
    name: str
    signed_on: date | None
    signed_by: str
    # Somebody of its own signs for it here.
    has_officer: bool
    is_own: bool

    @property
    def signs_here(self) -> bool:
        """Whether the viewer signs for it: for their own organisation, never for all of a kind."""
        return self.is_own and not self.key.startswith(KIND)


@dataclass(frozen=True)
class Line:
    """One party lets another see one part of a record; every party is spelt out."""

    giver: str
    receiver: str
    part: DataCategory
    needs_yes: bool


@dataclass(frozen=True)
class Flow:
    """Lines that belong together: these parties let those see these parts."""

    givers: tuple[str, ...]
    receivers: tuple[str, ...]
    parts: tuple[DataCategory, ...]
    needs_yes: bool


@dataclass(frozen=True)
class AgreementShown:
    """One version of an agreement, as it stands on a day."""

    code: str
    version: int
    name: str
    says: str
    purposes: tuple[Purpose, ...]
    data_protection_basis: DataProtectionBasis
    confidentiality_basis: ConfidentialityBasis
    policy: SharingPolicy
    starts_on: date
    review_on: date
    ends_on: date
    # The last day on which it shares: its own, or the one before it was stopped.
    last_day: date
    stopped_on: date | None
    stopped_why: str
    contact: str
    parties: tuple[PartyShown, ...]
    # As signed, `*` for every party; and with every party spelt out.
    terms: tuple[Line, ...]
    lines: tuple[Line, ...]
    state: AgreementState
    # On the day asked about: until its last day, negative once that has passed.
    days_left: int
    days_to_review: int
    why_not_keep: str | None

    @property
    def holds(self) -> bool:
        """Whether it shares today."""
        return self.state in HOLDS

    @property
    def unsigned(self) -> tuple[PartyShown, ...]:
        """The parties that have not signed."""
        return tuple(party for party in self.parties if party.signed_on is None)


@dataclass(frozen=True)
class Listed:
    """One agreement in the list: the version that stands, and one that may follow it."""

    stands: AgreementShown
    to_follow: AgreementShown | None


def can_be_parties() -> list[tuple[str, str]]:
    """Who can be a party: each partner, and every organisation of a kind there is; key and name."""
    called = names()
    kinds = Organisation.objects.filter(is_partner=False, closed_on__isnull=True).exclude(
        kind=OrganisationKind.ALLIANCE
    )
    of_kinds = {f"{KIND}{kind}" for kind in kinds.values_list("kind", flat=True).distinct()}
    partners = Organisation.objects.filter(is_partner=True, closed_on__isnull=True)
    return [
        *partners.values_list("code", "name"),
        *sorted((key, starting_capital(called.of(key))) for key in of_kinds),
    ]


def own_keys(viewer: Viewer) -> frozenset[str]:
    """The keys by which the viewer's organisation can be a party: its code and its kind."""
    found = (
        Organisation.objects.filter(pk=viewer.organisation_id).first()
        if viewer.organisation_id
        else None
    )
    return frozenset() if found is None else keys_of(found.code, found.kind)


def keys_of(code: str, kind: OrganisationKind | str) -> frozenset[str]:
    """The keys by which an organisation can be a party."""
    return frozenset({code, f"{KIND}{OrganisationKind(kind).value}"})


def names(keys: Iterable[str] = ()) -> Names:
    """How the partners are called, and organisations of these keys."""
    rows = Organisation.objects.filter(
        Q(is_partner=True) | Q(code__in=list(keys)) | Q(kind=OrganisationKind.ALLIANCE)
    )
    found = [
        # There is one alliance: nobody speaks of every one.
        (_ALLIANCE if kind is OrganisationKind.ALLIANCE else code, name, word)
        for code, name, word, kind in rows.values_list("code", "name", "short_word", "kind")
    ]
    return Names({key: name for key, name, _ in found}, {key: word for key, _, word in found})


_ALLIANCE = f"{KIND}{OrganisationKind.ALLIANCE.value}"


def versions(*, viewer: Viewer, on: date, code: str | None = None) -> list[AgreementShown]:
    """Every version of every agreement, or of one: by name, the newest first. Nobody sees none."""
    if viewer.account_id is None:
        return []
    rows = SharingAgreement.objects.prefetch_related("parties", "terms").order_by(
        "name", "code", "-version"
    )
    held = list(rows if code is None else rows.filter(code=code))
    keys = {party.key for row in held for party in row.parties.all()}
    called, mine, officers = names(keys), own_keys(viewer), parties_with_officer(keys, on=on)
    return [
        _shown(row, called=called, mine=mine, officers=officers, viewer=viewer, on=on)
        for row in held
    ]


def agreement(
    code: str, *, viewer: Viewer, on: date, version: int | None = None
) -> AgreementShown | None:
    """One version of an agreement; without a version, the one that stands."""
    found = versions(viewer=viewer, on=on, code=code)
    if version is not None:
        return next((each for each in found if each.version == version), None)
    return _standing(found)


def agreements(*, viewer: Viewer, on: date) -> list[Listed]:
    """Every agreement once, by name."""
    by_code: dict[str, list[AgreementShown]] = defaultdict(list)
    for each in versions(viewer=viewer, on=on):
        by_code[each.code].append(each)
    listed = []
    for held in by_code.values():
        stands = _standing(held)
        if stands is not None:
            newest = held[0]
            follows = newest.version > stands.version and newest.state in _AHEAD
            listed.append(Listed(stands, newest if follows else None))
    return listed


def expiring_agreements(*, viewer: Viewer, on: date, within: timedelta) -> list[AgreementShown]:
    """What an information governance officer must look at, soonest first; for others nothing.

    Agreements in force whose last day or review comes within a while or has come, those that have
    expired and stand for what was shared until then, and versions that wait for signatures.
    """
    if not viewer.may(KEEP_AGREEMENTS):
        return []
    until = on + within
    found = [
        each
        for listed in agreements(viewer=viewer, on=on)
        for each in (listed.stands, listed.to_follow)
        if each is not None and _needs_a_look(each, until)
    ]
    return sorted(found, key=lambda each: (next_day(each), each.name))


def next_day(agreement: AgreementShown) -> date:
    """The day by which somebody must look at an agreement."""
    if agreement.state is AgreementState.WAITING:
        return agreement.starts_on
    return min(agreement.review_on, agreement.last_day)


def _needs_a_look(agreement: AgreementShown, until: date) -> bool:
    if agreement.state in (AgreementState.WAITING, AgreementState.EXPIRED):
        return True
    return agreement.holds and next_day(agreement) <= until


_AHEAD = (AgreementState.WAITING, AgreementState.TO_COME)


def _standing(found: list[AgreementShown]) -> AgreementShown | None:
    """Of the versions of one agreement, the newest first: the one that holds, or held last."""
    holding = [each for each in found if each.holds]
    began = [
        each
        for each in found
        if each.state not in (*_AHEAD, AgreementState.WITHDRAWN, AgreementState.REPLACED)
    ]
    ahead = [each for each in found if each.state in _AHEAD]
    return next(iter(holding or began or ahead or found), None)


def parties_with_officer(keys: Iterable[str], *, on: date) -> frozenset[str]:
    """Which of these parties have an information governance officer who works here."""
    held = Hat.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=on),
        ended_at__isnull=True,
        starts_on__lte=on,
        account__is_active=True,
        post__role=agreement_rules.OFFICER,
        post__organisation__code__in=list(keys),
    )
    return frozenset(held.values_list("post__organisation__code", flat=True))


def officers_of_parties(
    agreement: SharingAgreement, *, on: date, but_not: uuid.UUID | None
) -> list[Account]:
    """The officers of an agreement's parties, by name: to tell them what was done to it.

    For rooms that write notices; who works in which post is known within the alliance.
    """
    keys = list(agreement.parties.values_list("key", flat=True))
    kinds = [key.removeprefix(KIND) for key in keys if key.startswith(KIND)]
    held = Hat.objects.filter(
        Q(post__organisation__code__in=keys)
        | Q(post__organisation__kind__in=kinds, post__organisation__is_partner=False),
        post__role=agreement_rules.OFFICER,
        starts_on__lte=on,
    )
    holders = queries.holders_of(KEEP_AGREEMENTS, on=on)
    theirs = set(held.values_list("account_id", flat=True)) - {but_not}
    return [account for account in holders if account.pk in theirs]


def _shown(
    row: SharingAgreement,
    *,
    called: Names,
    mine: frozenset[str],
    officers: frozenset[str],
    viewer: Viewer,
    on: date,
) -> AgreementShown:
    parties = tuple(
        PartyShown(
            key=party.key,
            name=called.of(party.key),
            signed_on=party.signed_on,
            signed_by=party.signed_by,
            has_officer=party.key in officers,
            is_own=party.key in mine,
        )
        for party in row.parties.all()
    )
    keys = [party.key for party in parties]
    is_signed = all(party.signed_on is not None for party in parties)
    last = agreement_rules.last_day(row)
    return AgreementShown(
        code=row.code,
        version=row.version,
        name=row.name,
        says=row.says,
        purposes=tuple(Purpose(word) for word in row.purposes),
        data_protection_basis=DataProtectionBasis(row.data_protection_basis),
        confidentiality_basis=ConfidentialityBasis(row.confidentiality_basis),
        policy=SharingPolicy(row.policy),
        starts_on=row.starts_on,
        review_on=row.review_on,
        ends_on=row.ends_on,
        last_day=last,
        stopped_on=row.stopped_on,
        stopped_why=row.stopped_why,
        contact=row.contact,
        parties=tuple(sorted(parties, key=lambda party: (party.key.startswith(KIND), party.name))),
        terms=tuple(
            Line(term.from_key, term.to_key, DataCategory(term.category), term.needs_yes)
            for term in row.terms.all()
        ),
        lines=tuple(_lines(row, keys)),
        state=agreement_rules.state_of(row, is_signed=is_signed, on=on),
        days_left=(last - on).days,
        days_to_review=(row.review_on - on).days,
        why_not_keep=agreement_rules.why_not_keep(viewer, parties=keys, own_keys=mine),
    )


def _lines(row: SharingAgreement, keys: list[str]) -> Iterable[Line]:
    for term in row.terms.all():
        for giver in keys if term.from_key == EVERY_PARTY else [term.from_key]:
            for receiver in keys if term.to_key == EVERY_PARTY else [term.to_key]:
                # One practice may let another see; one partner has nobody else to let.
                if giver != receiver or giver.startswith(KIND):
                    yield Line(giver, receiver, DataCategory(term.category), term.needs_yes)


def flows_of(terms: Iterable[Line]) -> list[Flow]:
    """The same lines with as few words: put together by part, then by receiver, then by giver."""
    parts: dict[tuple[str, str, bool], list[DataCategory]] = defaultdict(list)
    for line in terms:
        parts[line.giver, line.receiver, line.needs_yes].append(line.part)
    order = list(DataCategory)
    receivers: dict[tuple[str, bool, tuple[DataCategory, ...]], list[str]] = defaultdict(list)
    for (giver, receiver, asks), listed in parts.items():
        receivers[giver, asks, tuple(sorted(listed, key=order.index))].append(receiver)
    givers: dict[tuple[tuple[str, ...], bool, tuple[DataCategory, ...]], list[str]]
    givers = defaultdict(list)
    for (giver, asks, seen), to in receivers.items():
        givers[tuple(sorted(to)), asks, seen].append(giver)
    found = [
        Flow(tuple(sorted(given)), to, seen, asks) for (to, asks, seen), given in givers.items()
    ]
    return sorted(found, key=lambda flow: (flow.needs_yes, -len(flow.parts), flow.givers))


# --- who sees which part of a record ---


@dataclass(frozen=True)
class Cell:
    """What of one part of a record comes to a role at an organisation, beyond its own records."""

    is_needed: bool
    # Parties that share it, and those that share it once the person said yes.
    from_keys: tuple[str, ...] = ()
    asks_keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class RoleSees:
    """What one role sees at one party: the agreements and what the role needs, together."""

    key: str
    organisation: str
    role: Role
    title: str
    cells: Mapping[DataCategory, Cell]


def who_sees(lines: Iterable[Line], *, keys: Iterable[str] | None = None) -> list[RoleSees]:
    """For each role at each party (or at these only): which parts come to it by these lines.

    What the role's own organisation recorded it sees too, where the role needs that part.
    """
    kinds = {partner.code: partner.kind for partner in settings.PLACE.partners}
    held = [line for line in lines if not _is_kept_as_mental_health(line, kinds)]
    called = names()
    wanted = None if keys is None else set(keys)
    rows = []
    for key, roles in sorted(_workplaces().items(), key=lambda each: _order(each[0], called)):
        own = keys_of(key, kinds[key]) if key in kinds else frozenset({key})
        if wanted is not None and not wanted & own:
            continue
        coming = [line for line in held if line.receiver in own]
        rows += [_row(key, called.of(key), role, coming) for role in Role if role in roles]
    return rows


def _is_kept_as_mental_health(line: Line, kinds: Mapping[str, OrganisationKind]) -> bool:
    """Whether a line shares nothing: all a mental health trust records but what must be known is
    a part of its own, whatever it is about (`rows.categories`).
    """
    is_trust = {line.giver, f"{KIND}{kinds.get(line.giver, '')}"} & _MENTAL_HEALTH
    return bool(is_trust) and line.part not in (*NEVER_MENTAL_HEALTH, DataCategory.MENTAL_HEALTH)


_MENTAL_HEALTH = {f"{KIND}{OrganisationKind.MENTAL_HEALTH_TRUST.value}"}


def _row(key: str, organisation: str, role: Role, coming: list[Line]) -> RoleSees:
    needed = settings.PLACE.matrix[role]
    return RoleSees(
        key=key,
        organisation=organisation,
        role=role,
        title=settings.PLACE.title_of(role),
        cells={part: _cell(part, coming, part in needed) for part in DataCategory},
    )


def _cell(part: DataCategory, coming: list[Line], is_needed: bool) -> Cell:
    if not is_needed:
        return Cell(is_needed=False)
    free = {line.giver for line in coming if line.part is part and not line.needs_yes}
    asks = {line.giver for line in coming if line.part is part and line.needs_yes} - free
    return Cell(True, tuple(sorted(free)), tuple(sorted(asks)))


def _workplaces() -> dict[str, set[Role]]:
    """Which roles work at which party: as the place says, and as posts are held."""
    found: dict[str, set[Role]] = defaultdict(set)
    for partner in settings.PLACE.partners:
        found[partner.code] |= set(partner.employs)
    for team in settings.PLACE.team_rows:
        for post in team.holds:
            if post.employer == OrganisationKind.GP_PRACTICE.value:
                found[f"{KIND}{post.employer}"].add(post.role)
    posts = Post.objects.values_list(
        "organisation__code", "organisation__kind", "organisation__is_partner", "role"
    ).distinct()
    for code, kind, is_partner, role in posts:
        found[code if is_partner else f"{KIND}{OrganisationKind(kind).value}"].add(Role(role))
    return found


def _order(key: str, called: Names) -> tuple[bool, str]:
    return key.startswith(KIND), called.of(key)

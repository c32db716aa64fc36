"""The organisations' own sign-in providers: where they are, and what their claims mean here.

Described in one file of the installation (`sign-in.toml` in the data folder, or the one
`ONEPLACE_SIGN_IN` names), never in code: a claim's role at an organisation gives a post here, or
nothing. Read before Django starts, so this module knows no model.
"""

import functools
import os
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pydantic import Field, StringConstraints, ValidationError, model_validator

from oneplace.vocabulary.nhs_number import why_not_valid
from oneplace.vocabulary.place import Place, PlaceError
from oneplace.vocabulary.place.part import Key, Part, Words, WrongError
from oneplace.vocabulary.place.problems import Problem, problems_of, with_names
from oneplace.vocabulary.terms import OrganisationKind, Role

Address = Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$")]
ClaimPath = Annotated[str, StringConstraints(pattern=r"^[^.\s]+(\.[^.\s]+)*$", max_length=200)]
Vector = Annotated[str, StringConstraints(pattern=r"^[A-Z][a-z0-9]+(\.[A-Z][a-z0-9]+)*$")]
Domain = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$", max_length=253)]
# In `speaks_for`: a national identity proves people of every organisation.
EVERY_ORGANISATION = "*"
# What a shorter RSA key protects no longer (RFC 7518, section 3.3).
LEAST_RSA_BITS = 2048
# Which curve an algorithm is for (RFC 7518, section 3.4).
CURVES = {"ES256": "secp256r1", "ES384": "secp384r1"}
LOCAL = ("localhost", "127.0.0.1", "::1")


class Gives(Part):
    """One line of the mapping: this role of the provider is this post here."""

    when: Words
    # Only at these kinds of organisation, or at this one; empty means at any.
    at_kinds: tuple[OrganisationKind, ...] = ()
    at: str = ""
    role: Role
    title: str = ""
    teams: tuple[Key, ...] = ()
    network: Key | None = None


class Claims(Part):
    """Where in the claims the roles are, and the organisation each is held at."""

    # A list of objects (one per role held) or of plain words; dots step into objects.
    roles: ClaimPath | Literal[""] = ""
    role: str = ""
    # The part of a written role that counts when it is joined by colons: -1 is the last.
    role_part: int | None = None
    organisation: str = ""
    title: str = ""
    key: str = ""
    # The claim naming the one role chosen at sign-in; without it every role held counts.
    selected: str = ""
    groups: str = ""


class Residents(Part):
    """Where a resident's sign-in says who they are, in the claims' own names (NHS login's by
    themselves: `nhs_number`, `birthdate`, `identity_proofing_level`), and how surely it must know.
    """

    nhs_number: ClaimPath = "nhs_number"
    born_on: ClaimPath = "birthdate"
    level: ClaimPath = "identity_proofing_level"
    # P9: photo identity seen and the NHS number verified (NHS login, levels of verification).
    accepted_levels: tuple[Words, ...] = ("P9",)


class Provider(Part):
    """One provider."""

    key: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
    name: Words
    issuer: Address
    client_id: Words
    client_secret: str = ""
    # A file beside the installation's other secrets, so that this file may be shown to others.
    client_secret_file: str = ""
    # Or a private key (PEM) in a file of its own, with which this service proves that it is the one
    # registered there (`private_key_jwt`, OpenID Connect Core 1.0, section 9): no secret is shared.
    client_key_file: str = ""
    # The name under which the provider knows the key's public half, where it asks for one.
    client_key_id: str = ""
    client_key_algorithm: Literal[
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384"
    ] = "RS512"
    scopes: tuple[str, ...] = ("openid", "profile", "email")
    accepted_acr: tuple[str, ...] = ()
    asks_acr: str = ""
    # How surely somebody must be known and must have signed in, each line enough by itself (Vectors
    # of Trust, RFC 8485): asked for as `vtr`, and the identity's `vot` must fit one of them.
    asks_vectors: tuple[Vector, ...] = ()
    max_age_seconds: Annotated[int, Field(ge=0)] | None = None
    # Other origins a sign-in may pass through; the issuer's own is always among them.
    origins: tuple[Address, ...] = ()
    reads_userinfo: bool = True
    # The provider vouches that the address belongs to this person, so that a colleague brought in
    # from a staff list is recognised by it.
    vouches_for_email: bool = False
    # It says so for every address of its own and sends no `email_verified` with it; otherwise that
    # claim must be true each time.
    every_email_is_verified: bool = False
    # The address counts only in these domains, exactly as written: nobody vouches for the world.
    email_domains: tuple[Domain, ...] = ()
    # Our codes of the organisations whose people it proves, or "*" for all of them. Without it the
    # one named by `organisation`. Accounts with posts elsewhere are not recognised by an address,
    # and posts elsewhere are not worn in its sessions.
    speaks_for: tuple[str, ...] = ()
    # The provider asks for a second step itself; otherwise staff set one up here.
    has_second_factor: bool = False
    claims: Claims = Claims()
    # Residents come this way to their own pages, and nobody at work.
    residents: Residents | None = None
    # The organisation of everybody who comes this way, where no claim says it.
    organisation: str = ""
    # Its codes for organisations, where they are not ours.
    organisations: Mapping[str, str] = Field(default_factory=dict)
    employer: str = ""
    job_roles: bool = False
    gives: tuple[Gives, ...] = ()

    @model_validator(mode="after")
    def _usable(self) -> Self:
        if not self.issuer.startswith("https://") and urlsplit(self.issuer).hostname not in LOCAL:
            raise WrongError(
                f"the issuer {self.issuer} is not reached over https",
                "Write its https address; http is for a provider on this machine only.",
            )
        given = [
            name
            for name in ("client_secret", "client_secret_file", "client_key_file")
            if getattr(self, name)
        ]
        if len(given) > 1:
            raise WrongError(f"it gives {' and '.join(given)}", "Keep one of them.")
        if self.residents is not None:
            if self.gives or self.job_roles or self.claims.roles:
                raise WrongError(
                    "it is for residents and gives posts too",
                    "Describe people at work under a provider of their own.",
                )
            return self
        if not self.claims.roles:
            raise WrongError(
                "nothing says where the claims hold roles",
                "Write claims.roles; or residents = {}, where residents sign in this way.",
            )
        if not self.gives and not self.job_roles:
            raise WrongError(
                "no claim gives anybody a post",
                "Add rows under gives, or job_roles = true for the national job role codes.",
            )
        if not (self.claims.organisation or self.organisation):
            raise WrongError(
                "nothing says which organisation somebody comes from",
                "Write claims.organisation (a claim) or organisation (a code).",
            )
        if self.every_email_is_verified and not self.vouches_for_email:
            raise WrongError(
                "every_email_is_verified says nothing without vouches_for_email",
                "Write vouches_for_email = true too, or take both out.",
            )
        if self.vouches_for_email and not self.email_domains:
            raise WrongError(
                "it vouches for email addresses, but nothing says for which",
                'Write email_domains = ["example.gov.uk"]: the domains it gives addresses in.',
            )
        if self.claims.organisation and not self.speaks_for:
            raise WrongError(
                "a claim names the organisation, but nothing says which ones it may name",
                'Write speaks_for = ["code", …] with the codes of the place file, or ["*"] for a '
                "national identity that proves people of every organisation.",
            )
        if self.claims.selected and not self.claims.key:
            raise WrongError(
                "claims.selected names a chosen role, but nothing says how roles are told apart",
                "Write claims.key: the field that holds each role's own id.",
            )
        return self

    @property
    def rows(self) -> tuple[Gives, ...]:
        """The mapping, this file's own rows before those shipped for the national job roles."""
        return self.gives + (national_job_roles() if self.job_roles else ())

    def speaks_for_organisation(self, code: str) -> bool:
        """Whether it proves who the people of this organisation are, by our code."""
        spoken_for = self.speaks_for or (self.organisation,)
        return code in spoken_for or EVERY_ORGANISATION in spoken_for

    def vouches_for_email_in(self, claims: Mapping[str, Any]) -> bool:
        """Whether somebody may be recognised by the address in these claims.

        Only in the provider's own domains: one that may be set up to send any address would
        otherwise open any account here.

        Some providers write the claim as a word (OpenID Connect Core 1.0, section 5.1, asks for a
        truth value); anything else than true, a missing claim too, vouches for nothing.
        """
        name, _, domain = str(claims.get("email") or "").strip().lower().rpartition("@")
        if not name or domain not in self.email_domains:
            return False
        said = claims.get("email_verified")
        if said is None:
            return self.vouches_for_email and self.every_email_is_verified
        return self.vouches_for_email and (said is True or said == "true")

    def secret(self, folder: Path) -> str:
        """The client secret, from this file or from its own."""
        if not self.client_secret_file:
            return self.client_secret
        return (folder / self.client_secret_file).read_text(encoding="utf-8").strip()

    def private_key(self, folder: Path) -> rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | None:
        """The private key that proves this service to the provider; None where it has a secret.

        Raises `ValueError` with the reason where the file holds no key fit for the algorithm.
        """
        if not self.client_key_file:
            return None
        read = (folder / self.client_key_file).read_bytes()
        try:
            key = load_pem_private_key(read, password=None)
        except (TypeError, ValueError) as error:
            raise ValueError("it holds no private key in PEM without a password") from error
        wanted = self.client_key_algorithm
        if wanted in CURVES:
            if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != CURVES[wanted]:
                raise ValueError(f"its key is not on the curve of {wanted}")
            return key
        if not isinstance(key, rsa.RSAPrivateKey):
            raise ValueError(f"{wanted} signs with an RSA key, and this is another kind")
        if key.key_size < LEAST_RSA_BITS:
            raise ValueError(f"its key has {key.key_size} bits, which is too short")
        return key

    def why_vector_is_refused(self, claims: Mapping[str, Any]) -> str | None:
        """Why the way somebody was known and signed in is not enough; None where it is.

        Who signs in could have changed what the browser asked for, so the answer is what counts.
        """
        held = str(claims.get("vot") or "").split(".")
        if not self.asks_vectors or any(set(v.split(".")) <= set(held) for v in self.asks_vectors):
            return None
        return (
            f"Signing in at {self.name} this way is not strong enough for this service. Sign in "
            "again there with your second step, such as the code sent to your phone."
        )


class _JobRoles(Part):
    gives: tuple[Gives, ...]


@functools.cache
def national_job_roles() -> tuple[Gives, ...]:
    """The rows shipped for the NHS's national job role codes (`job_roles.toml`)."""
    text = (resources.files("oneplace.access") / "job_roles.toml").read_text("utf-8")
    return _JobRoles.model_validate(tomllib.loads(text)).gives


class SignIn(Part):
    """The whole file."""

    providers: tuple[Provider, ...] = ()

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        keys = [provider.key for provider in self.providers]
        for key in keys:
            if keys.count(key) > 1:
                raise WrongError(f"two providers have the key {key}", "Give each its own key.")
        return self


@dataclass(frozen=True)
class Providers:
    """The providers of this installation and the file that describes them."""

    file: Path
    providers: tuple[Provider, ...]

    def __iter__(self) -> Iterator[Provider]:
        return iter(self.providers)

    def __len__(self) -> int:
        return len(self.providers)

    def get(self, key: str) -> Provider | None:
        """The provider of this key, if there is one."""
        return next((provider for provider in self.providers if provider.key == key), None)

    def for_allauth(self) -> dict[str, Any]:
        """The same, as allauth's settings want it."""
        apps = [
            {
                "provider_id": provider.key,
                "name": provider.name,
                "client_id": provider.client_id,
                "secret": provider.secret(self.file.parent),
                "settings": {
                    "server_url": provider.issuer,
                    "scope": list(provider.scopes),
                    "fetch_userinfo": provider.reads_userinfo,
                    "oauth_pkce_enabled": True,
                },
            }
            for provider in self.providers
        ]
        return {"openid_connect": {"APPS": apps}} if apps else {}

    @property
    def origins(self) -> list[str]:
        """Every origin a sign-in form may lead to."""
        found = []
        for provider in self.providers:
            for address in (provider.issuer, *provider.origins):
                parts = urlsplit(address)
                found.append(f"{parts.scheme}://{parts.netloc}")
        return list(dict.fromkeys(found))


def read_providers(folder: Path, place: Place) -> Providers:
    """The installation's providers, none without a file.

    Raises `PlaceError` naming file, key, reason and remedy for whatever is wrong.
    """
    named = os.environ.get("ONEPLACE_SIGN_IN")
    file = Path(named) if named else folder / "sign-in.toml"
    if not file.exists():
        if named:
            problem = Problem("", "there is no such file", "Correct ONEPLACE_SIGN_IN or unset it.")
            raise PlaceError(file, [problem])
        return Providers(file, ())
    try:
        given = tomllib.loads(file.read_text(encoding="utf-8"))
        found = SignIn.model_validate(given)
    except tomllib.TOMLDecodeError as error:
        reason = f"it is not well-formed TOML: {error}"
        raise PlaceError(file, [Problem("", reason, "Correct that line.")]) from None
    except ValidationError as error:
        problems = with_names(problems_of(error, model=SignIn), given)
        raise PlaceError(file, problems) from None
    problems = list(_problems_with_place(found, file, place))
    if problems:
        raise PlaceError(file, problems)
    return Providers(file, found.providers)


def _problems_with_place(found: SignIn, file: Path, place: Place) -> Iterator[Problem]:
    networks = {network.code for network in place.networks}
    teams = {team.code for team in place.teams}
    for index, provider in enumerate(found.providers):
        where = f'providers[{index}] ("{provider.key}")'
        secret = provider.client_secret_file
        if secret and not (file.parent / secret).is_file():
            yield Problem(
                f"{where}.client_secret_file",
                f"there is no file {file.parent / secret}",
                "Put the secret there, readable by this user alone.",
            )
        yield from _problems_with_key(provider, f"{where}.client_key_file", file.parent)
        for row, gives in enumerate(provider.gives):
            if gives.network is not None and gives.network not in networks:
                yield Problem(
                    f"{where}.gives[{row}].network",
                    f'the place has no network "{gives.network}"',
                    f"Use one of: {', '.join(sorted(networks))}.",
                )
            for team in gives.teams:
                if team not in teams:
                    yield Problem(
                        f"{where}.gives[{row}].teams",
                        f'the place has no team "{team}"',
                        "Use a team's code from the place file.",
                    )


def _problems_with_key(provider: Provider, where: str, folder: Path) -> Iterator[Problem]:
    try:
        provider.private_key(folder)
    except FileNotFoundError:
        yield Problem(
            where,
            f"there is no file {folder / provider.client_key_file}",
            "Put the private key there, readable by this user alone.",
        )
    except (OSError, ValueError) as error:
        remedy = f"Make a key for {provider.client_key_algorithm}, or write its algorithm."
        yield Problem(where, str(error), remedy)


# --- from claims to a resident ---


@dataclass(frozen=True)
class ClaimedResident:
    """Whom a provider vouches for: what their record is found by."""

    nhs_number: str
    born_on: date
    level: str


def claimed_resident(provider: Provider, claims: Mapping[str, Any]) -> ClaimedResident:
    """Who signs in, as surely as an own page asks for.

    Raises `ClaimsRefused` where the provider does not know them surely enough, or says too little.
    """
    where = provider.residents or Residents()
    level = _word(claims, where.level)
    if level not in where.accepted_levels:
        raise ClaimsRefused(
            f"{provider.name} has not checked yet who you are. Prove who you are there, with a "
            "photo of your passport or licence, then come back."
        )
    number = _word(claims, where.nhs_number).replace(" ", "")
    try:
        born_on = date.fromisoformat(_word(claims, where.born_on))
    except ValueError:
        born_on = None
    if why_not_valid(number) or born_on is None:
        raise ClaimsRefused(
            f"{provider.name} did not give us your NHS number and birth date. Sign in again and "
            "agree to share them; we use them to find your record and for nothing else."
        )
    return ClaimedResident(number, born_on, level)


# --- from claims to posts ---


class ClaimsRefused(Exception):
    """The claims give nobody a post; the message says why, to the person who signs in."""


@dataclass(frozen=True)
class ClaimedRole:
    """One role somebody holds according to the provider, in the provider's own codes."""

    key: str
    role: str
    organisation: str
    title: str = ""


@dataclass(frozen=True)
class ClaimedPost:
    """One post the claims give here."""

    role: Role
    organisation_code: str
    title: str
    network: str
    teams: tuple[str, ...]
    is_selected: bool = False


def claimed_posts(
    provider: Provider,
    claims: Mapping[str, Any],
    *,
    kinds: Mapping[str, OrganisationKind],
) -> tuple[ClaimedPost, ...]:
    """The posts these claims give, the selected one marked where the provider lets one choose.

    `kinds` holds the kind of every open organisation by its code. Raises `ClaimsRefused` with the
    reason when the chosen role is missing, empty or unknown, or when no role leads to a post.
    """
    roles = _claimed_roles(provider, claims)
    if not roles:
        raise ClaimsRefused(
            f"{provider.name} says you hold no role. Ask whoever looks after your access there."
        )
    selected: ClaimedRole | None = None
    if provider.claims.selected:
        selected = _selected(provider, claims, roles)
        if selected.organisation not in kinds:
            raise ClaimsRefused(_unknown_organisation(selected.organisation))
    posts: dict[tuple[Role, str, str], ClaimedPost] = {}
    for role in roles:
        post = _post_of(provider, role, kinds, is_selected=role is selected)
        if post is None:
            if role is selected:
                raise ClaimsRefused(_not_in_mapping(provider, role))
            continue
        key = (post.role, post.organisation_code, post.network or ",".join(post.teams))
        if key not in posts or post.is_selected:
            posts[key] = post
    if not posts:
        unknown = [role.organisation for role in roles if role.organisation not in kinds]
        if len(unknown) == len(roles):
            raise ClaimsRefused(_unknown_organisation(unknown[0]))
        first = next(role for role in roles if role.organisation in kinds)
        raise ClaimsRefused(_not_in_mapping(provider, first))
    return tuple(posts.values())


def _unknown_organisation(code: str) -> str:
    shown = f"“{code}”" if code else "(no code given)"
    return (
        f"Your role is at organisation {shown}, which is not part of this place. Choose another "
        "role when you sign in, or ask your manager to invite you."
    )


def _not_in_mapping(provider: Provider, role: ClaimedRole) -> str:
    shown = f"“{role.title}” ({role.role})" if role.title else f"“{role.role}”"
    return (
        f"Your role {shown} at {provider.name} does not lead to any work here. Choose another role "
        "when you sign in, or ask your manager to invite you."
    )


def _claimed_roles(provider: Provider, claims: Mapping[str, Any]) -> list[ClaimedRole]:
    where = provider.claims
    listed = _at(claims, where.roles)
    if isinstance(listed, str | Mapping):
        listed = [listed]
    roles = []
    for item in listed if isinstance(listed, Sequence) else ():
        if isinstance(item, Mapping):
            written = _word(item, where.role)
            organisation = _word(item, where.organisation) or _word(claims, where.organisation)
            title = _word(item, where.title)
            key = _word(item, where.key)
        elif isinstance(item, str):
            written, title, key = item, "", item
            organisation = _word(claims, where.organisation)
        else:
            continue
        roles.append(
            ClaimedRole(
                key=key,
                role=_part(written, where.role_part),
                organisation=_our_code(provider, organisation),
                title=title,
            )
        )
    return roles


def _selected(
    provider: Provider, claims: Mapping[str, Any], roles: list[ClaimedRole]
) -> ClaimedRole:
    chosen = _at(claims, provider.claims.selected)
    if chosen is None:
        raise ClaimsRefused(
            f"{provider.name} did not say which of your roles you chose. Sign in again and choose "
            "the role you want to work in."
        )
    text = str(chosen).strip()
    if not text:
        raise ClaimsRefused("You chose no role. Sign in again and choose the one to work in.")
    for role in roles:
        if role.key == text:
            return role
    raise ClaimsRefused(
        f"The role you chose at {provider.name} is not among the roles you hold. Sign in again; if "
        "it happens twice, tell whoever looks after your access there."
    )


def _post_of(
    provider: Provider,
    claimed: ClaimedRole,
    kinds: Mapping[str, OrganisationKind],
    *,
    is_selected: bool,
) -> ClaimedPost | None:
    kind = kinds.get(claimed.organisation)
    if kind is None or not provider.speaks_for_organisation(claimed.organisation):
        return None
    for row in provider.rows:
        if row.when != claimed.role:
            continue
        if row.at and row.at != claimed.organisation:
            continue
        if row.at_kinds and kind not in row.at_kinds:
            continue
        return ClaimedPost(
            role=row.role,
            organisation_code=claimed.organisation,
            title=row.title,
            network=row.network or "",
            teams=row.teams,
            is_selected=is_selected,
        )
    return None


def _our_code(provider: Provider, code: str) -> str:
    return provider.organisations.get(code, code) or provider.organisation


def _part(written: str, index: int | None) -> str:
    if index is None:
        return written.strip()
    parts = written.split(":")
    try:
        return parts[index].strip()
    except IndexError:
        return ""


def _word(claims: Mapping[str, Any], path: str) -> str:
    found = _at(claims, path) if path else None
    return str(found).strip() if found is not None else ""


def _at(claims: Mapping[str, Any], path: str) -> Any:
    """What stands at a path; a claim whose own name holds dots is found whole first."""
    if path in claims:
        return claims[path]
    here: Any = claims
    for step in path.split("."):
        if not isinstance(here, Mapping) or step not in here:
            return None
        here = here[step]
    return here

"""Sign-in with an organisation's own provider (OpenID Connect, authorization code flow).

Stands on allauth's flow and adds what it leaves out: a nonce bound to the browser, the signature
checked against the provider's keys, the age of the token, the strength of the sign-in, and the same
subject in token and user info (OpenID Connect Core 1.0, sections 3.1.3.7 and 5.3.2). Where the
provider knows this service by a key instead of a secret, it proves itself with a signed word
(`private_key_jwt`, section 9; RFC 7523), as NHS login asks.
"""

import hmac
import json
import secrets
import time
import uuid
from typing import Any, Final

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base import ProviderException
from allauth.socialaccount.providers.oauth2.client import OAuth2Client
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpResponse
from django.urls import reverse
from requests import RequestException

from oneplace.access import verbs
from oneplace.access.guard import PROVEN_BY_PROVIDER
from oneplace.access.models import Account
from oneplace.access.providers import (
    ClaimsRefused,
    Provider,
    claimed_posts,
    claimed_resident,
)
from oneplace.access.sign_in import CHOSEN_AT_PROVIDER, PROVIDER_MARKS, SIGNED_IN_AT, as_account
from oneplace.access.viewer import tell_database
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.kit.request import Request
from oneplace.partners import queries as partner_queries
from oneplace.partners import verbs as partners
from oneplace.partners.verbs import WantedPost
from oneplace.vocabulary.ids import id_for
from oneplace.vocabulary.terms import AuditOutcome

# Only signatures made with a key pair: a shared secret or none at all is never taken.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
# A token made longer ago than this is not from this sign-in; clocks may differ by the leeway.
OLDEST_TOKEN_S = 600
LEEWAY_S = 60
# How long the word that proves this service may be used; each is made for one exchange.
ASSERTION_S = 120
ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class TokenRefused(ProviderException):  # type: ignore[misc]
    """The provider's answer cannot be trusted; the message says why, to the person who signs in."""


class _KeyHolder(OAuth2Client):  # type: ignore[misc]
    """Asks for a token with a word signed by this service's own key, in place of a secret."""

    described: Provider

    def get_access_token(
        self,
        code: str,
        pkce_code_verifier: str | None = None,
        extra_data: dict[str, str] | None = None,
    ) -> Any:
        """The token of this code."""
        more = {
            **(extra_data or {}),
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": self._assertion(),
        }
        return super().get_access_token(code, pkce_code_verifier, more)

    def _assertion(self) -> str:
        now = int(time.time())
        try:
            key = self.described.private_key(settings.PROVIDERS.file.parent)
        except (OSError, ValueError) as error:
            raise TokenRefused(
                f"We cannot prove to {self.described.name} who we are just now. It is our fault: "
                "tell us, or sign in another way."
            ) from error
        assert key is not None  # noqa: S101 - made for providers with a key only
        name = self.described.client_key_id
        return jwt.encode(
            {
                "iss": self.consumer_key,
                "sub": self.consumer_key,
                "aud": self.access_token_url,
                "jti": str(uuid.uuid4()),
                "iat": now,
                "exp": now + ASSERTION_S,
            },
            key,
            algorithm=self.described.client_key_algorithm,
            headers={"kid": name} if name else None,
        )


class Adapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Reads the provider's answer and refuses what it should not be."""

    state: dict[str, Any]

    def get_client(self, request: Request, app: Any) -> OAuth2Client:
        """Who asks the provider for a token: with a key where this service has one there."""
        described = provider_of(self.provider_id)
        if not described.client_key_file:
            return super().get_client(request, app)
        client = _KeyHolder(
            request,
            app.client_id,
            "",
            self.access_token_method,
            self.access_token_url,
            self.get_callback_url(request, app),
            scope_delimiter=self.scope_delimiter,
            headers=self.headers,
            # Two ways of proof at once are refused (RFC 6749, section 2.3).
            basic_auth=False,
        )
        client.described = described
        return client

    def complete_login(self, request: Request, app: Any, token: Any, **kwargs: Any) -> Any:
        """The login a good answer gives; raises `TokenRefused` for any other."""
        described = provider_of(self.provider_id)
        id_token = kwargs["response"].get("id_token")
        if not id_token:
            raise TokenRefused(f"{described.name} sent no identity.")
        claims = self._verified(described, app, id_token)
        if described.reads_userinfo:
            more = self._fetch_user_info(token.token)
            if more.get("sub") != claims["sub"]:
                raise TokenRefused(f"{described.name} described somebody else than it signed in.")
            claims = {**claims, **more}
        # allauth reads identity from "userinfo" first; ours are the verified claims of both.
        login = self.get_provider().sociallogin_from_response(request, {"userinfo": claims})
        login.claims = claims
        login.account.extra_data = {}
        return login

    def _verified(self, described: Provider, app: Any, id_token: str) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                id_token,
                self._key_of(id_token),
                algorithms=list(ALGORITHMS),
                audience=app.client_id,
                issuer=self.openid_config["issuer"],
                leeway=LEEWAY_S,
                options={"require": ["iss", "sub", "aud", "exp", "iat"]},
            )
        except jwt.ExpiredSignatureError as error:
            raise TokenRefused(
                f"The sign-in at {described.name} has expired. Sign in again."
            ) from error
        except jwt.InvalidIssuerError as error:
            raise TokenRefused(
                f"The answer came from another service than {described.name}. Begin again here; if "
                "it happens again, tell us."
            ) from error
        except jwt.InvalidAudienceError as error:
            raise TokenRefused(
                f"The answer of {described.name} was meant for another service than this one. "
                "Begin again here; if it happens again, tell us."
            ) from error
        except (jwt.PyJWTError, KeyError, ValueError) as error:
            raise TokenRefused(
                f"The answer of {described.name} is not signed as it should be, so we cannot trust "
                "it. Begin again here; if it happens again, tell us."
            ) from error
        if claims["iat"] < time.time() - OLDEST_TOKEN_S:
            raise TokenRefused(f"The sign-in at {described.name} has expired. Sign in again.")
        expected = str((self.state.get("data") or {}).get("nonce") or "")
        if not expected or not hmac.compare_digest(str(claims.get("nonce") or ""), expected):
            raise TokenRefused(
                f"The answer of {described.name} belongs to another sign-in. Begin again here."
            )
        if described.accepted_acr and claims.get("acr") not in described.accepted_acr:
            raise TokenRefused(
                f"Signing in at {described.name} this way is not strong enough for this service. "
                "Use your smartcard, security key or authenticator there."
            )
        if refused := described.why_vector_is_refused(claims):
            raise TokenRefused(refused)
        return claims

    def _key_of(self, id_token: str) -> jwt.PyJWK:
        """The key that signed a token: the one it names, or the provider's only one."""
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        keys = jwt.PyJWKSet.from_dict(answer.json()).keys
        name = jwt.get_unverified_header(id_token).get("kid")
        named = [key for key in keys if name is None or key.key_id == name]
        if len(named) != 1:
            raise jwt.InvalidKeyError("no key, or more than one")
        return named[0]


class _Callback(OAuth2CallbackView):  # type: ignore[misc]
    def _get_state(self, request: Request, provider: Any) -> Any:
        state, response = super()._get_state(request, provider)
        self.adapter.state = state or {}
        return state, response


def provider_of(key: str) -> Provider:
    """The provider of this key; raises `Http404`."""
    found = settings.PROVIDERS.get(key)
    if found is None:
        raise Http404
    provider: Provider = found
    return provider


def leave_for(request: Request, provider_key: str) -> HttpResponse:
    """Send the browser to the provider, with a nonce that only this browser's session knows."""
    described = provider_of(provider_key)
    nonce = secrets.token_urlsafe(24)
    asked: dict[str, str] = {"nonce": nonce}
    if described.asks_acr:
        asked["acr_values"] = described.asks_acr
    if described.asks_vectors:
        asked["vtr"] = json.dumps(described.asks_vectors, separators=(",", ":"))
    if described.max_age_seconds is not None:
        asked["max_age"] = str(described.max_age_seconds)
    try:
        provider = get_adapter().get_provider(request, provider_key)
        response: HttpResponse = provider.redirect(
            request,
            process="login",
            next_url=reverse(settings.LOGIN_REDIRECT_URL),
            data={"nonce": nonce},
            scope=list(described.scopes),
            auth_params=asked,
        )
    except SocialApp.DoesNotExist as error:
        raise Http404 from error
    except RequestException as error:
        from oneplace.access.sign_in import refusal_page

        return refusal_page(request, described.name, reason_of(error), outcome=AuditOutcome.FAILED)
    return response


def come_back(request: Request, provider_key: str) -> HttpResponse:
    """Take the provider's answer."""
    provider_of(provider_key)
    response: HttpResponse = _Callback.adapter_view(Adapter(request, provider_key))(request)
    return response


@transaction.atomic
def admit(request: Request, sociallogin: Any) -> None:
    """Make or recognise the account, bring its hats in step, and mark the one chosen there.

    Raises `Refused` with a sentence for whoever signs in; nothing is changed then.
    """
    provider = provider_of(sociallogin.account.provider)
    claims = sociallogin.claims
    if provider.residents is not None:
        _admit_resident(request, sociallogin, provider)
        return
    try:
        claimed = claimed_posts(provider, claims, kinds=partner_queries.kinds_by_code())
    except ClaimsRefused as refused:
        raise Refused(str(refused)) from refused
    if sociallogin.is_existing:
        account: Account = sociallogin.user
    else:
        account, link = verbs.admit_from_provider(
            provider_key=provider.key,
            provider_name=provider.name,
            subject=sociallogin.account.uid,
            name=str(claims.get("name") or claims.get("display_name") or ""),
            email=str(claims.get("email") or "").strip().lower(),
            is_email_vouched_for=provider.vouches_for_email_in(claims),
            speaks_for=provider.speaks_for_organisation,
            by=request.viewer,
            at=request.received_at,
        )
        sociallogin.account = link
        sociallogin.user = account
    verbs.close_due_leavers(account=account, by=request.viewer, at=request.received_at)
    account.refresh_from_db()
    refuse_if(
        None
        if account.is_active
        else "Your access here has ended. If you work here again, ask your manager to invite you."
    )
    by = as_account(request.viewer, account)
    wanted = {
        post: WantedPost(
            role=post.role,
            organisation_code=post.organisation_code,
            title=post.title,
            network="" if post.teams else post.network,
            team_keys=tuple(sorted(post.teams)),
        )
        for post in claimed
    }
    posts = partners.open_posts(
        wanted=wanted.values(), place=settings.PLACE, by=by, at=request.received_at
    )
    employer = provider.employer or None
    verbs.keep_hats_in_step(
        account=account,
        source=provider.key,
        posts=list(posts.values()),
        employers={
            post.pk: id_for("organisation", employer) if employer else post.organisation_id
            for post in posts.values()
        },
        by=by,
        at=request.received_at,
    )
    chosen = next((posts[wanted[post]] for post in claimed if post.is_selected), None)
    # Written into the session once it is opened: opening it may end an earlier one.
    marks = {
        SIGNED_IN_AT: provider.key,
        PROVEN_BY_PROVIDER: provider.has_second_factor,
        CHOSEN_AT_PROVIDER: {"provider": provider.key, "post": str(chosen.pk)} if chosen else None,
    }
    setattr(request, PROVIDER_MARKS, marks)


def _admit_resident(request: Request, sociallogin: Any, provider: Provider) -> None:
    """Make or recognise a resident's account, and open their own page to it."""
    try:
        claimed = claimed_resident(provider, sociallogin.claims)
    except ClaimsRefused as refused:
        raise Refused(str(refused)) from refused
    if sociallogin.is_existing:
        account: Account = sociallogin.user
    else:
        account, link = verbs.admit_resident_from_provider(
            provider_key=provider.key,
            provider_name=provider.name,
            subject=sociallogin.account.uid,
            name=_name_in(sociallogin.claims),
            by=request.viewer,
            at=request.received_at,
        )
        sociallogin.account = link
        sociallogin.user = account
    refuse_if(None if account.is_active else "Your own page has been closed. Please ring us.")
    by = as_account(request.viewer, account)
    tell_database(by, at=request.received_at)
    verbs.find_own_record(
        nhs_number=claimed.nhs_number,
        born_on=claimed.born_on,
        how=f"{provider.name}, {claimed.level}: NHS number and birth date",
        by=by,
        at=request.received_at,
    )
    marks = {
        SIGNED_IN_AT: provider.key,
        PROVEN_BY_PROVIDER: provider.has_second_factor,
        CHOSEN_AT_PROVIDER: None,
    }
    setattr(request, PROVIDER_MARKS, marks)


def _name_in(claims: Any) -> str:
    whole = str(claims.get("name") or "").strip()
    parts = (str(claims.get(part) or "").strip() for part in ("given_name", "family_name"))
    return whole or " ".join(filter(None, parts)) or "A resident"


def reason_of(error: Exception | None) -> str:
    """Why the provider's answer was refused, in words for whoever signs in."""
    if isinstance(error, TokenRefused):
        return str(error)
    if isinstance(error, RequestException):
        return "It does not answer just now. Try again in a few minutes, or sign in another way."
    return "Its answer could not be used, perhaps because this page stood open long. Begin again."

"""Signing in with an organisation's own provider, against a provider that really runs."""

import base64
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.test import Client
from oidc_provider_mock import User, run_server_in_thread

from oneplace.access import providers
from oneplace.access.models import Account, Hat
from oneplace.access.providers import ClaimsRefused, Provider, claimed_posts, read_providers
from oneplace.vocabulary.place import PlaceError
from oneplace.vocabulary.terms import AuditOutcome, OrganisationKind, Role
from tests.rooms.access.conftest import Borough, audited

PRACTICE = settings.PLACE.practices[0].code
OTHER_PRACTICE = settings.PLACE.practices[1].code
COUNCIL = next(p.code for p in settings.PLACE.partners if p.kind is OrganisationKind.COUNCIL)

CIS2 = """
[[providers]]
key = "cis2"
name = "NHS smartcard"
issuer = "{issuer}"
client_id = "oneplace"
client_secret = "a secret of the test"
scopes = ["openid", "profile", "email"]
vouches_for_email = true
email_domains = ["example.org"]
speaks_for = ["*"]
has_second_factor = true
job_roles = true

[providers.claims]
roles = "nhsid_nrbac_roles"
key = "person_roleid"
selected = "selected_roleid"
organisation = "org_code"
role = "role_code"
role_part = -1
title = "role_name"
"""
COUNCIL_SIGN_IN = """
[[providers]]
key = "council-entra"
name = "Council sign-in"
issuer = "{issuer}"
client_id = "oneplace"
client_secret = "a secret of the test"
organisation = "{council}"

[providers.claims]
roles = "realm_access.roles"

[[providers.gives]]
when = "oneplace-social-worker"
role = "social_worker"

[[providers.gives]]
when = "oneplace-life"
role = "life_coordinator"
title = "LIFE coordinator (council)"
"""


def _nrbac(key: str, code: str, organisation: str, name: str = "Job") -> dict[str, str]:
    return {
        "person_orgid": f"o{key}",
        "person_roleid": key,
        "org_code": organisation,
        "role_code": code,
        "role_name": name,
    }


GP_AND_PHARMACIST = [
    _nrbac("100", "S8000:G8000:R0260", PRACTICE, "General Medical Practitioner"),
    _nrbac("200", "S8000:G8004:R1290", OTHER_PRACTICE, "Pharmacist"),
]


@dataclass
class Running:
    """A provider that runs, and a browser that goes through it."""

    url: str
    users: dict[str, User]
    key: str = "cis2"

    def claims(self, **changed: Any) -> None:
        """What the provider says of Ruth from now on."""
        subject = "ruth"
        given = {
            "name": "Ruth Adeyemi",
            "email": "ruth@example.org",
            "email_verified": True,
            **changed,
        }
        answer = requests.put(f"{self.url}/users/{subject}", json=given, timeout=5)
        assert answer.ok, answer.text

    def authorise(self, browser: Client) -> str:
        """Press the button, sign in at the provider; the address it sends the browser back to."""
        leaving = browser.post(f"/sign-in/with/{self.key}/")
        assert leaving.status_code == 302, leaving.content.decode()
        back = requests.post(
            leaving["Location"], data={"sub": "ruth"}, allow_redirects=False, timeout=5
        )
        assert back.status_code == 302, back.text
        return back.headers["Location"]

    def sign_in(self, browser: Client) -> Any:
        """The whole way; the answer to coming back."""
        address = urlsplit(self.authorise(browser))
        return browser.get(f"{address.path}?{address.query}")


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """Makes this installation's sign-in file say something."""

    def configuring(text: str) -> None:
        (tmp_path / "sign-in.toml").write_text(text)
        found = read_providers(tmp_path, settings.PLACE)
        monkeypatch.setattr(settings, "PROVIDERS", found)
        monkeypatch.setattr(settings, "SOCIALACCOUNT_PROVIDERS", found.for_allauth())

    return configuring


@pytest.fixture(scope="module")
def provider_process() -> Iterator[str]:
    """One real provider for this file's tests."""
    with run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def cis2(borough: Borough, configure: Callable[[str], None], provider_process: str) -> Running:
    """A provider that speaks as the NHS's national one does."""
    configure(CIS2.format(issuer=provider_process))
    running = Running(provider_process, {})
    running.claims(nhsid_nrbac_roles=GP_AND_PHARMACIST, selected_roleid="100")
    return running


@pytest.fixture
def council(borough: Borough, configure: Callable[[str], None], provider_process: str) -> Running:
    """A provider that lists plain roles, as Entra and Keycloak do."""
    configure(COUNCIL_SIGN_IN.format(issuer=provider_process, council=COUNCIL))
    running = Running(provider_process, {}, key="council-entra")
    running.claims(realm_access={"roles": ["oneplace-social-worker", "offline_access"]})
    return running


def _refusal(answer: Any) -> str:
    assert answer.status_code == 403, answer.content.decode()[:500]
    text = re.search(r'class="lead">(.*?)</p>', answer.content.decode(), re.DOTALL)
    return text.group(1) if text else ""


# --- coming in ------------------------------------------------------------------------------------


def test_a_clinician_comes_in_with_the_role_chosen_at_the_provider(
    cis2: Running, client: Client
) -> None:
    answer = cis2.sign_in(client)
    day = client.get("/my-day/", follow=True)

    assert answer.status_code == 302, answer.content.decode()
    account = Account.objects.get(email="ruth@example.org")
    assert day.request["PATH_INFO"] == "/my-day/"
    assert not account.has_usable_password()
    worn = Hat.objects.get(pk=client.session["hat"])
    assert (worn.post.role, worn.post.organisation.code) == (Role.GP, PRACTICE)
    assert account.hats.count() == 2
    assert audited("sign_in")[-1].detail == {"by": ["socialaccount"]}


def test_the_other_roles_are_not_worn_without_choosing_them_at_the_provider(
    cis2: Running, client: Client
) -> None:
    cis2.sign_in(client)
    client.get("/hats/")
    other = Hat.objects.get(post__role=Role.PHARMACIST)

    answer = client.post(f"/hats/{other.pk}/wear/", follow=True)

    assert client.session["hat"] != str(other.pk)
    assert "sign in again and choose it there" in answer.content.decode()


def test_choosing_another_role_there_wears_it_here(cis2: Running, client: Client) -> None:
    cis2.sign_in(client)
    client.get("/hats/")
    client.post("/sign-out/")
    cis2.claims(nhsid_nrbac_roles=GP_AND_PHARMACIST, selected_roleid="200")

    cis2.sign_in(client)
    client.get("/hats/")

    assert Hat.objects.get(pk=client.session["hat"]).post.role is Role.PHARMACIST
    assert Account.objects.filter(email="ruth@example.org").count() == 1


def test_plain_roles_give_posts_and_a_choice_of_hats(council: Running, client: Client) -> None:
    council.claims(realm_access={"roles": ["oneplace-social-worker", "oneplace-life"]})
    council_wants_no_second_step = settings.SECOND_FACTOR_REQUIRED

    council.sign_in(client)
    account = Account.objects.get(name="Ruth Adeyemi")
    page = client.get("/hats/", follow=True)

    titles = set(account.hats.values_list("post__title", flat=True))
    assert council_wants_no_second_step
    assert "LIFE coordinator (council)" in titles and len(titles) == 2
    # This provider does not ask for a second step itself, so we do.
    assert page.request["PATH_INFO"] == "/hats/second-step/"


def test_somebody_from_the_staff_list_is_recognised_by_a_vouched_address(
    cis2: Running, borough: Borough, client: Client
) -> None:
    account = borough.account(email="ruth@example.org", password=None)

    cis2.sign_in(client)

    assert client.session["_auth_user_id"] == str(account.pk)


def test_a_post_elsewhere_is_not_worn_in_a_providers_session(
    council: Running, borough: Borough, client: Client, no_second_step: None
) -> None:
    council.claims(realm_access={"roles": ["oneplace-social-worker"]})
    council.sign_in(client)
    account = Account.objects.get(pk=client.session["_auth_user_id"])
    there = borough.hat(account, Role.GP, organisation=PRACTICE)
    lent = borough.hat(account, Role.GP, organisation=OTHER_PRACTICE, employer=COUNCIL)

    refused = client.post(f"/hats/{there.pk}/wear/", follow=True).content.decode()
    after_refusal = client.session.get("hat")
    client.post(f"/hats/{lent.pk}/wear/")

    assert "does not speak for" in refused
    assert after_refusal != str(there.pk)
    assert client.session["hat"] == str(lent.pk)


OWN_WAYS = (
    "password/", "password/first/", "app/", "app/remove/", "recovery-codes/",
    "recovery-codes/new/", "recovery-codes/file/", "passkeys/add/", "passkeys/1/name/",
    "passkeys/1/remove/",
)  # fmt: skip


def test_no_way_in_of_ones_own_opens_a_post_for_which_the_provider_does_not_speak(
    council: Running, borough: Borough, client: Client, no_second_step: None
) -> None:
    council.claims(realm_access={"roles": ["oneplace-social-worker"]})
    council.sign_in(client)
    account = Account.objects.get(pk=client.session["_auth_user_id"])
    there = borough.hat(account, Role.GP, organisation=PRACTICE)
    Hat.objects.filter(pk=there.pk).update(starts_on=date(2026, 9, 1))
    new = {"password1": "four words nobody joins", "password2": "four words nobody joins"}

    told = [client.get(f"/your-sign-in/{way}") for way in OWN_WAYS]
    refused = client.post("/your-sign-in/password/first/", new)

    assert {answer.status_code for answer in (*told, refused)} == {403}
    assert "Sign in with your own email and password first" in _refusal(refused)
    account.refresh_from_db()
    assert not account.has_usable_password()
    assert len(audited("change_ways_in")) == len(OWN_WAYS) + 1
    assert "does not speak" in client.get("/your-sign-in/").content.decode()


def test_who_holds_only_posts_for_which_the_provider_speaks_may_choose_a_password(
    council: Running, borough: Borough, client: Client, no_second_step: None
) -> None:
    council.claims(realm_access={"roles": ["oneplace-social-worker"]})
    council.sign_in(client)
    account = Account.objects.get(pk=client.session["_auth_user_id"])
    over = borough.hat(account, Role.GP, organisation=PRACTICE)
    Hat.objects.filter(pk=over.pk).update(ends_on=date(2026, 1, 31))
    new = {"password1": "four words nobody joins", "password2": "four words nobody joins"}

    answer = client.post("/your-sign-in/password/first/", new)

    account.refresh_from_db()
    assert answer.status_code == 302 and account.has_usable_password()


def test_a_role_at_an_organisation_it_does_not_speak_for_gives_no_post() -> None:
    kinds = {"home": OrganisationKind.CARE_HOME, "council": OrganisationKind.COUNCIL}
    provider = _provider(
        claims={"roles": "roles", "role": "r", "organisation": "o"},
        organisation="",
        speaks_for=["home"],
    )

    with pytest.raises(ClaimsRefused):
        claimed_posts(provider, {"roles": [{"r": "sw", "o": "council"}]}, kinds=kinds)
    here = claimed_posts(provider, {"roles": [{"r": "sw", "o": "home"}]}, kinds=kinds)

    assert [post.organisation_code for post in here] == ["home"]


def test_an_address_nobody_vouches_for_opens_no_account_that_is_there(
    council: Running, borough: Borough, client: Client
) -> None:
    borough.account(email="ruth@example.org")

    answer = council.sign_in(client)

    assert "does not vouch" in _refusal(answer)
    assert "_auth_user_id" not in client.session


def test_an_unproven_address_is_left_out_of_a_new_account_so_no_invitation_reaches_it(
    council: Running, client: Client
) -> None:
    council.claims(realm_access={"roles": ["oneplace-social-worker"]})

    council.sign_in(client)

    account = Account.objects.get(name="Ruth Adeyemi")
    assert client.session["_auth_user_id"] == str(account.pk)
    assert account.email is None


def test_nothing_of_the_claims_is_kept_but_the_providers_identifier(
    cis2: Running, client: Client
) -> None:
    from allauth.socialaccount.models import SocialAccount

    cis2.sign_in(client)

    link = SocialAccount.objects.get()
    assert (link.provider, link.uid, link.extra_data) == ("cis2", "ruth", {})


# --- in step --------------------------------------------------------------------------------------


def test_each_sign_in_brings_hats_in_step_and_leaves_those_given_here(
    cis2: Running, borough: Borough, client: Client
) -> None:
    cis2.sign_in(client)
    account = Account.objects.get(email="ruth@example.org")
    local = borough.hat(account, Role.PIC, source="given")
    cis2.claims(
        nhsid_nrbac_roles=[
            GP_AND_PHARMACIST[0],
            _nrbac("300", "S8001:G8005:R8000", OTHER_PRACTICE),
        ],
        selected_roleid="100",
    )

    cis2.sign_in(client)

    open_hats = account.hats.filter(ended_at__isnull=True)
    found = {(hat.post.role, hat.post.organisation.code, hat.source) for hat in open_hats}
    assert found == {
        (Role.GP, PRACTICE, "cis2"),
        (Role.GP, OTHER_PRACTICE, "cis2"),
        (local.post.role, PRACTICE, "given"),
    }
    assert account.hats.get(post__role=Role.PHARMACIST).ended_at is not None


def test_a_post_given_here_before_stays_given_here(
    cis2: Running, borough: Borough, client: Client
) -> None:
    account = borough.account(email="ruth@example.org", password=None)
    mine = borough.hat(account, Role.GP, source="given")
    cis2.sign_in(client)
    cis2.claims(nhsid_nrbac_roles=GP_AND_PHARMACIST[1:], selected_roleid="200")

    cis2.sign_in(client)

    mine.refresh_from_db()
    assert mine.ended_at is None and mine.source == "given"


# --- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"nhsid_nrbac_roles": GP_AND_PHARMACIST}, "did not say which of your roles"),
        ({"nhsid_nrbac_roles": GP_AND_PHARMACIST, "selected_roleid": ""}, "You chose no role"),
        (
            {"nhsid_nrbac_roles": GP_AND_PHARMACIST, "selected_roleid": "999"},
            "not among the roles you hold",
        ),
        (
            {
                "nhsid_nrbac_roles": [_nrbac("1", "S8000:G8000:R0260", "X26")],
                "selected_roleid": "1",
            },
            "organisation “X26”, which is not part of this place",
        ),
        (
            {
                "nhsid_nrbac_roles": [_nrbac("1", "S1:G1:R8009", PRACTICE, "Receptionist")],
                "selected_roleid": "1",
            },
            "“Receptionist” (R8009)",
        ),
        ({"selected_roleid": "1"}, "says you hold no role"),
        ({"nhsid_nrbac_roles": "nonsense", "selected_roleid": "1"}, "not among the roles"),
    ],
)
def test_claims_that_give_no_post_are_refused_with_a_sentence(
    cis2: Running, client: Client, claims: Mapping[str, Any], reason: str
) -> None:
    cis2.claims(**claims)

    answer = cis2.sign_in(client)

    assert reason in _refusal(answer)
    assert "_auth_user_id" not in client.session
    assert not Account.objects.filter(email="ruth@example.org").exists()
    assert audited("sign_in")[-1].outcome is AuditOutcome.REFUSED


def test_a_leaver_is_refused_whatever_the_provider_says(cis2: Running, client: Client) -> None:
    cis2.sign_in(client)
    client.post("/sign-out/")
    Account.objects.filter(email="ruth@example.org").update(is_active=False)

    answer = cis2.sign_in(client)

    assert "access here has ended" in _refusal(answer)
    assert "_auth_user_id" not in client.session


def test_an_answer_meant_for_another_browser_is_refused(cis2: Running, client: Client) -> None:
    address = urlsplit(cis2.authorise(client))

    answer = Client().get(f"{address.path}?{address.query}")

    assert "Begin again" in _refusal(answer)


def test_an_answer_with_another_nonce_is_refused(cis2: Running, client: Client) -> None:
    address = urlsplit(cis2.authorise(client))
    session = client.session
    states = session["socialaccount_states"]
    for state in states.values():
        state[0]["data"]["nonce"] = "another"
    session["socialaccount_states"] = states
    session.save()

    answer = client.get(f"{address.path}?{address.query}")

    assert "belongs to another sign-in" in _refusal(answer)
    assert "_auth_user_id" not in client.session


def test_the_same_answer_does_not_open_twice(cis2: Running, client: Client) -> None:
    address = urlsplit(cis2.authorise(client))
    client.get(f"{address.path}?{address.query}")
    client.post("/sign-out/")

    answer = client.get(f"{address.path}?{address.query}")

    assert answer.status_code == 403


def test_a_cancelled_sign_in_leads_back_to_the_page(cis2: Running, client: Client) -> None:
    leaving = client.post("/sign-in/with/cis2/")
    back = requests.post(
        leaving["Location"], data={"action": "deny"}, allow_redirects=False, timeout=5
    )
    address = urlsplit(back.headers["Location"])

    answer = client.get(f"{address.path}?{address.query}&{leaving_state(leaving['Location'])}")

    assert answer["Location"] == "/sign-in/"


def leaving_state(location: str) -> str:
    state = parse_qs(urlsplit(location).query)["state"][0]
    return f"state={state}"


def test_an_expired_token_is_refused(
    borough: Borough, configure: Callable[[str], None], client: Client
) -> None:
    with run_server_in_thread(access_token_max_age=timedelta(seconds=-120)) as server:
        running = Running(f"http://localhost:{server.server_port}", {})
        configure(CIS2.format(issuer=running.url).replace("[providers.claims]",
                  "reads_userinfo = false\n[providers.claims]"))  # fmt: skip
        running.claims(nhsid_nrbac_roles=GP_AND_PHARMACIST, selected_roleid="100")

        answer = running.sign_in(client)

    assert "has expired" in _refusal(answer)


def _key() -> Any:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


# What somebody between the provider and us might make of a token the provider signed. Each is given
# its claims, its header and the provider's own key, and returns the token we receive.
FORGERIES: dict[str, tuple[Callable[[dict[str, Any], dict[str, Any], Any], str], str]] = {
    "signed by another key": (
        lambda claims, header, _: jwt.encode(claims, _key(), "RS256", headers=header),
        "is not signed as it should be",
    ),
    "not signed at all": (
        lambda claims, header, _: jwt.encode(claims, None, "none", headers={"kid": header["kid"]}),
        "is not signed as it should be",
    ),
    "signed with the secret we share": (
        lambda claims, header, _: jwt.encode(
            claims,
            "a secret of the test, made long enough",
            "HS256",
            headers={"kid": header["kid"]},
        ),
        "is not signed as it should be",
    ),
    "naming a key nobody has": (
        lambda claims, header, key: jwt.encode(claims, key, "RS256", headers={"kid": "nobody's"}),
        "is not signed as it should be",
    ),
    "changed after it was signed": (
        lambda claims, header, key: _with_another_subject(
            jwt.encode(claims, key, "RS256", headers=header)
        ),
        "is not signed as it should be",
    ),
    "not a token": (lambda claims, header, _: "nonsense", "is not signed as it should be"),
    "from another issuer": (
        lambda claims, header, key: jwt.encode(
            {**claims, "iss": "https://elsewhere.example"}, key, "RS256", headers=header
        ),
        "came from another service than NHS smartcard",
    ),
    "for another service": (
        lambda claims, header, key: jwt.encode(
            {**claims, "aud": "another-service"}, key, "RS256", headers=header
        ),
        "was meant for another service than this one",
    ),
    "without an audience": (
        lambda claims, header, key: jwt.encode(
            {name: value for name, value in claims.items() if name != "aud"},
            key,
            "RS256",
            headers=header,
        ),
        "is not signed as it should be",
    ),
}


def _with_another_subject(token: str) -> str:
    header, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    changed = json.dumps({**claims, "sub": "somebody else"}).encode()
    body = base64.urlsafe_b64encode(changed).decode().rstrip("=")
    return ".".join((header, body, signature))


@pytest.fixture
def forge(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[..., str]], None]:
    """Makes the running provider send another token than the one it signed."""
    from oidc_provider_mock._app import OpenIDCode
    from oidc_provider_mock._storage import storage

    honest = OpenIDCode.process_token

    def forging(made_by: Callable[..., str]) -> None:
        def process_token(self: Any, grant: Any, response: Any) -> Any:
            token = honest(self, grant, response)
            signed = token["id_token"]
            claims = jwt.decode(signed, options={"verify_signature": False})
            header = {"kid": storage.jwk.as_dict()["kid"]}
            key = storage.jwk.as_pem(is_private=True)
            token["id_token"] = made_by(claims, header, key)
            return token

        monkeypatch.setattr(OpenIDCode, "process_token", process_token)

    return forging


def test_the_token_the_provider_signs_itself_is_taken(
    cis2: Running, client: Client, forge: Callable[[Callable[..., str]], None]
) -> None:
    # Without this, a forgery could be refused for how the test makes it.
    forge(lambda claims, header, key: jwt.encode(claims, key, "RS256", headers=header))

    cis2.sign_in(client)

    assert Account.objects.filter(email="ruth@example.org").exists()


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_token_opens_nothing_and_is_audited_as_failed(
    cis2: Running,
    client: Client,
    forge: Callable[[Callable[..., str]], None],
    forgery: str,
) -> None:
    made_by, words = FORGERIES[forgery]
    forge(made_by)

    answer = cis2.sign_in(client)

    assert words in _refusal(answer)
    assert "Begin again here" in _refusal(answer)
    assert "_auth_user_id" not in client.session
    assert not Account.objects.filter(email="ruth@example.org").exists()
    entry = audited("sign_in")[-1]
    assert entry.outcome is AuditOutcome.FAILED
    assert words in entry.reason
    assert entry.detail == {"by": "NHS smartcard"}


def test_a_sign_in_that_is_not_strong_enough_is_refused(
    cis2: Running, configure: Callable[[str], None], client: Client
) -> None:
    text = CIS2.format(issuer=cis2.url).replace(
        "job_roles = true", 'job_roles = true\naccepted_acr = ["AAL3"]'
    )
    configure(text)

    assert "not strong enough" in _refusal(cis2.sign_in(client))


def test_a_provider_that_does_not_answer_is_said_to(
    borough: Borough, configure: Callable[[str], None], client: Client
) -> None:
    configure(CIS2.format(issuer="http://localhost:9"))

    answer = client.post("/sign-in/with/cis2/")

    assert "does not answer just now" in _refusal(answer)


def test_leaving_for_a_provider_takes_a_press_of_the_button(cis2: Running, client: Client) -> None:
    assert client.get("/sign-in/with/cis2/").status_code == 404
    assert client.post("/sign-in/with/unknown/").status_code == 404
    assert "NHS smartcard" in client.get("/sign-in/").content.decode()


# --- the mapping, without a provider --------------------------------------------------------------


def _provider(**changes: Any) -> Provider:
    given = {
        "key": "some",
        "name": "X",
        "issuer": "https://x.example",
        "client_id": "c",
        "organisation": "council",
        "claims": {"roles": "groups"},
        "gives": [{"when": "sw", "role": "social_worker"}],
        **changes,
    }
    return Provider.model_validate(given)


def test_claims_are_found_along_a_path_or_under_a_name_with_dots() -> None:
    kinds = {"council": OrganisationKind.COUNCIL}

    for path in ("realm.roles", "https://x.example/roles"):
        claims: dict[str, Any] = {
            "realm": {"roles": ["sw"]},
            "https://x.example/roles": ["sw"],
        }
        found = claimed_posts(_provider(claims={"roles": path}), claims, kinds=kinds)
        assert [post.role for post in found] == [Role.SOCIAL_WORKER]


def test_a_providers_own_codes_for_organisations_become_ours() -> None:
    provider = _provider(
        claims={"roles": "roles", "role": "r", "organisation": "o"},
        speaks_for=["council"],
        organisations={"E5000": "council"},
    )
    claims = {"roles": [{"r": "sw", "o": "E5000"}, {"r": "sw", "o": "MOON"}]}

    found = claimed_posts(provider, claims, kinds={"council": OrganisationKind.COUNCIL})

    assert [post.organisation_code for post in found] == ["council"]


def test_a_row_for_one_kind_of_organisation_says_nothing_elsewhere() -> None:
    gives = [{"when": "sw", "role": "social_worker", "at_kinds": ["council"]}]
    provider = _provider(gives=gives)

    with pytest.raises(ClaimsRefused, match="does not lead to any work"):
        claimed_posts(provider, {"groups": ["sw"]}, kinds={"council": OrganisationKind.CHARITY})


def test_the_job_roles_shipped_are_all_well_formed() -> None:
    rows = providers.national_job_roles()

    assert len(rows) > 10
    assert all(re.fullmatch(r"R\d{4}", row.when) for row in rows)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[providers]", "not well-formed TOML"),
        ('[[providers]]\nkey = "some"', "it is missing"),
        (CIS2.format(issuer="http://cis2.example"), "not reached over https"),
        (CIS2.format(issuer="https://a") + CIS2.format(issuer="https://b"), "own key"),
        (
            COUNCIL_SIGN_IN.format(issuer="https://x", council="c")
            + 'network = "moon"\nteams = ["moon"]\n',
            'no network "moon"',
        ),
        (CIS2.format(issuer="https://a").replace('key = "person_roleid"\n', ""), "told apart"),
        (CIS2.format(issuer="https://a").replace('email_domains = ["example.org"]\n', ""),
         "nothing says for which"),
        (CIS2.format(issuer="https://a").replace('speaks_for = ["*"]\n', ""),
         "nothing says which ones it may name"),
        (CIS2.format(issuer="https://a").replace("client_secret =", "client_secret_file ="),
         "there is no file"),
    ],
)  # fmt: skip
def test_a_wrong_file_names_file_key_reason_and_remedy(
    tmp_path: Path, text: str, words: str
) -> None:
    (tmp_path / "sign-in.toml").write_text(text)

    with pytest.raises(PlaceError) as refused:
        read_providers(tmp_path, settings.PLACE)

    assert words in str(refused.value)
    assert "sign-in.toml" in str(refused.value)


def test_the_example_we_ship_is_right_once_its_secrets_are_there(tmp_path: Path) -> None:
    example = Path(providers.__file__).with_name("sign_in_example.toml")
    (tmp_path / "sign-in.toml").write_text(example.read_text())
    for name in ("cis2", "council"):
        (tmp_path / f"{name}.secret").write_text("secret\n")
    (tmp_path / "nhs-login.pem").write_bytes(
        _key().private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )

    found = read_providers(tmp_path, settings.PLACE)

    assert [provider.key for provider in found] == ["cis2", "council", "nhs-login"]
    apps = found.for_allauth()["openid_connect"]["APPS"]
    assert [app["secret"] for app in apps] == ["secret", "secret", ""]


def test_without_a_file_there_is_no_provider(tmp_path: Path) -> None:
    assert list(read_providers(tmp_path, settings.PLACE)) == []


def test_the_browser_is_let_go_to_the_providers_origin_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "sign-in.toml").write_text(CIS2.format(issuer="https://am.example:8443/openam"))

    assert read_providers(tmp_path, settings.PLACE).origins == ["https://am.example:8443"]

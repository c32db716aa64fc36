"""This service proves itself to a provider with a key instead of a secret, as NHS login asks.

The provider runs, and lets nobody exchange a code whose signed word it would not take.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import flask
import jwt
import oidc_provider_mock
import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.conf import settings
from django.test import Client
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.serving import make_server

from oneplace.access.models import Account, OwnRecord
from oneplace.access.oidc import ASSERTION_TYPE
from oneplace.access.providers import read_providers
from oneplace.config.database import Role as DatabaseRole
from oneplace.people.models import Person
from oneplace.vocabulary.place import PlaceError
from oneplace.vocabulary.terms import AccountKind
from tests.database import as_role
from tests.rooms.access.test_providers import Running, configure  # noqa: F401 - a fixture
from tests.rooms.access.test_residents_sign_in import (  # noqa: F401 - fixtures
    house,
    margaret,
    say,
)

pytestmark = pytest.mark.django_db
NHS_LOGIN = """
[[providers]]
key = "nhs-login"
name = "NHS login"
issuer = "{issuer}"
client_id = "oneplace"
client_key_file = "nhs-login.pem"
client_key_algorithm = "{algorithm}"
client_key_id = "{name}"
scopes = ["openid", "profile", "profile_extended"]
asks_vectors = ["P9.Cp.Cd", "P9.Cp.Ck", "P9.Cm"]
has_second_factor = true
residents = {{ }}
"""


@dataclass
class Issuer:
    """A provider that knows this service by its public key."""

    url: str
    key: Any
    algorithm: str = "RS512"
    asked: list[dict[str, str]] = field(default_factory=list)
    known: set[str] = field(default_factory=set)

    def refuses(self) -> flask.Response | None:
        """What a provider does with a request whose signed word is missing, wrong or used."""
        if flask.request.path != "/oauth2/token":
            return None
        form = flask.request.form.to_dict()
        self.asked.append(form)
        try:
            assert form["client_assertion_type"] == ASSERTION_TYPE
            assert "client_secret" not in form
            assert "Authorization" not in flask.request.headers
            said = jwt.decode(
                form["client_assertion"],
                self.key.public_key(),
                algorithms=[self.algorithm],
                audience=f"{self.url}/oauth2/token",
                issuer="oneplace",
                options={"require": ["iss", "sub", "aud", "exp", "jti", "iat"]},
            )
            assert said["sub"] == "oneplace"
            assert said["exp"] - said["iat"] <= 300
            assert said["jti"] not in self.known
        except (AssertionError, KeyError, jwt.PyJWTError):
            answer = flask.jsonify({"error": "invalid_client"})
            answer.status_code = 400
            return answer
        self.known.add(said["jti"])
        # What stands behind knows secrets only, and takes any.
        known = ImmutableMultiDict({**form, "client_secret": "proven by the key"})
        vars(flask.request._get_current_object())["form"] = known  # type: ignore[attr-defined]
        return None


@contextmanager
def issuing(key: Any, algorithm: str = "RS512") -> Iterator[Issuer]:
    """The provider, while it runs."""
    app = oidc_provider_mock.app()
    issuer = Issuer("", key, algorithm)
    app.before_request(issuer.refuses)
    server = make_server("localhost", 0, app, threaded=True)
    issuer.url = f"http://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    # The first answer makes the provider's own key, which takes a slow machine a while.
    requests.get(f"{issuer.url}/jwks", timeout=60)
    try:
        yield issuer
    finally:
        server.shutdown()
        thread.join(timeout=5)


def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    """A key of this service."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def put(folder: Path, key: Any) -> None:
    """Put it where the sign-in file says it is."""
    written = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "nhs-login.pem").write_bytes(written)


def describe(issuer: str, *, algorithm: str = "RS512", name: str = "") -> str:
    """The sign-in file."""
    return NHS_LOGIN.format(issuer=issuer, algorithm=algorithm, name=name)


@pytest.fixture
def nhs_login(
    margaret: Person,  # noqa: F811
    configure: Callable[[str], None],  # noqa: F811
    tmp_path: Path,
) -> Iterator[tuple[Issuer, Running]]:
    """NHS login's shape of provider, of Margaret, with two steps."""
    key = rsa_key()
    put(tmp_path, key)
    with issuing(key) as issuer:
        configure(describe(issuer.url))
        running = Running(issuer.url, {}, key="nhs-login")
        say(running, margaret, vot="P9.Cp.Cd")
        yield issuer, running


def nobody_came() -> bool:
    """Whether no resident has been admitted and no page been found."""
    with as_role(DatabaseRole.LOADER):
        return not (
            Account.objects.filter(kind=AccountKind.RESIDENT.value).exists()
            or OwnRecord.objects.exists()
        )


def test_a_resident_comes_through_a_provider_that_knows_this_service_by_its_key(
    nhs_login: tuple[Issuer, Running],
) -> None:
    issuer, running = nhs_login
    browser = Client()

    assert running.sign_in(browser).status_code == 302

    assert b"Margaret" in browser.get("/my-day/").content
    (asked,) = issuer.asked
    assert asked["grant_type"] == "authorization_code"
    assert "code_verifier" in asked


def test_each_sign_in_is_proven_by_a_word_of_its_own(nhs_login: tuple[Issuer, Running]) -> None:
    issuer, running = nhs_login

    running.sign_in(Client())
    running.sign_in(Client())

    assert len(issuer.known) == len(issuer.asked) == 2


def test_the_key_may_have_a_name_and_be_of_another_kind(
    margaret: Person,  # noqa: F811
    configure: Callable[[str], None],  # noqa: F811
    tmp_path: Path,
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    put(tmp_path, key)
    with issuing(key, "ES256") as issuer:
        configure(describe(issuer.url, algorithm="ES256", name="oneplace-2026"))
        running = Running(issuer.url, {}, key="nhs-login")
        say(running, margaret, vot="P9.Cm")

        assert running.sign_in(Client()).status_code == 302

    header = jwt.get_unverified_header(issuer.asked[0]["client_assertion"])
    assert (header["alg"], header["kid"]) == ("ES256", "oneplace-2026")


def test_a_key_the_provider_does_not_know_lets_nobody_in(
    nhs_login: tuple[Issuer, Running], tmp_path: Path
) -> None:
    _, running = nhs_login
    put(tmp_path, rsa_key())

    answer = running.sign_in(Client())

    assert answer.status_code == 403
    assert "invalid_client" not in answer.content.decode()
    assert nobody_came()


def test_a_key_that_is_gone_is_said_to_be_our_fault(
    nhs_login: tuple[Issuer, Running], tmp_path: Path
) -> None:
    _, running = nhs_login
    (tmp_path / "nhs-login.pem").unlink()

    answer = running.sign_in(Client())

    assert answer.status_code == 403
    assert "It is our fault" in answer.content.decode()
    assert nobody_came()


def test_a_new_key_is_used_from_the_moment_it_lies_there(
    nhs_login: tuple[Issuer, Running], tmp_path: Path
) -> None:
    issuer, running = nhs_login
    issuer.key = rsa_key()
    put(tmp_path, issuer.key)

    assert running.sign_in(Client()).status_code == 302


def test_two_steps_are_asked_for(nhs_login: tuple[Issuer, Running]) -> None:
    leaving = Client().post("/sign-in/with/nhs-login/")

    (asked,) = parse_qs(urlsplit(leaving["Location"]).query)["vtr"]
    assert json.loads(asked) == ["P9.Cp.Cd", "P9.Cp.Ck", "P9.Cm"]


@pytest.mark.parametrize("vot", ["P9.Cp", "P5.Cp.Cd", "P0.Cp", "P9", ""])
def test_who_signed_in_too_weakly_is_refused_whatever_the_browser_asked_for(
    margaret: Person,  # noqa: F811
    nhs_login: tuple[Issuer, Running],
    vot: str,
) -> None:
    _, running = nhs_login
    say(running, margaret, vot=vot)

    answer = running.sign_in(Client())

    assert answer.status_code == 403
    assert "not strong enough" in answer.content.decode()
    assert nobody_came()


def _wrong(folder: Path, text: str) -> str:
    (folder / "sign-in.toml").write_text(text)
    with pytest.raises(PlaceError) as caught:
        read_providers(folder, settings.PLACE)
    return str(caught.value)


def test_what_is_wrong_with_a_key_is_said_before_anybody_signs_in(tmp_path: Path) -> None:
    text = describe("https://a.example")

    assert "there is no file" in _wrong(tmp_path, text)
    (tmp_path / "nhs-login.pem").write_text("not a key")
    assert "holds no private key in PEM" in _wrong(tmp_path, text)
    put(tmp_path, ec.generate_private_key(ec.SECP256R1()))
    assert "RS512 signs with an RSA key" in _wrong(tmp_path, text)
    put(tmp_path, rsa_key(1024))
    assert "1024 bits, which is too short" in _wrong(tmp_path, text)
    put(tmp_path, rsa_key())
    wrong_curve = describe("https://a.example", algorithm="ES384")
    assert "not on the curve of ES384" in _wrong(tmp_path, wrong_curve)
    both = text.replace("client_key_file", 'client_secret = "x"\nclient_key_file')
    assert "client_secret and client_key_file" in _wrong(tmp_path, both)

"""People at work to test with: a borough's partners, accounts, hats and signed-in browsers."""

import base64
import hashlib
import hmac
import struct
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client

from oneplace.access.models import Account, AuditEntry, Hat
from oneplace.access.viewer import Viewer, load_viewer, system_viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.partners import verbs as partners
from oneplace.partners.models import Organisation
from oneplace.partners.verbs import WantedPost
from oneplace.vocabulary.ids import id_for
from oneplace.vocabulary.terms import AccountKind, Purpose, Role
from tests.database import as_role

PASSWORD = "four words nobody joins"
NOT_DEPENDENT_ON_CLOCK = date(2020, 1, 1)

SYSTEM = system_viewer("tests", purpose=Purpose.DIRECT_CARE, permissions=frozenset())


@dataclass
class Borough:
    """Makes people at work in the place's organisations."""

    at: datetime
    practice: str = settings.PLACE.practices[0].code
    other_practice: str = settings.PLACE.practices[1].code
    partner: str = settings.PLACE.partners[0].code
    made: list[Account] = field(default_factory=list)

    def account(
        self,
        name: str = "Ruth Adeyemi",
        *,
        email: str | None = None,
        kind: AccountKind = AccountKind.STAFF,
        password: str | None = PASSWORD,
    ) -> Account:
        """An account with a password."""
        account = Account(
            name=name,
            email=email or f"{name.lower().replace(' ', '.')}.{len(self.made)}@example.org",
            kind=kind,
        )
        account.set_password(password)
        account.save()
        self.made.append(account)
        return account

    def hat(
        self,
        account: Account,
        role: Role = Role.GP,
        *,
        organisation: str | None = None,
        employer: str | None = None,
        title: str = "",
        line_manager: Account | None = None,
        ends_on: date | None = None,
        source: str = "import",
    ) -> Hat:
        """A post held by an account since 2020."""
        code = organisation or self.practice
        wanted = WantedPost(role=role, organisation_code=code, title=title)
        post = partners.open_posts(wanted=[wanted], place=settings.PLACE, by=SYSTEM, at=self.at)[
            wanted
        ]
        hat = Hat(
            account=account,
            post=post,
            employer_id=id_for("organisation", employer or code),
            line_manager=line_manager,
            source=source,
            starts_on=NOT_DEPENDENT_ON_CLOCK,
            ends_on=ends_on,
        )
        hat.save()
        return hat

    def person(self, role: Role = Role.GP, name: str = "Ruth Adeyemi", **where: str) -> Account:
        """An account that holds one post."""
        account = self.account(name)
        self.hat(account, role, **where)  # type: ignore[arg-type]
        return account

    def viewer(self, account: Account) -> Viewer:
        """Somebody at work, their first hat on."""
        hat = Hat.objects.filter(account=account, ended_at__isnull=True).first()
        found = load_viewer(account.pk, hat.pk if hat else None, at=self.at)
        assert found is not None
        return found

    def manager(self, organisation: str | None = None) -> Viewer:
        """A practice manager."""
        account = self.person(
            Role.PRACTICE_MANAGER, "Mary Manager", organisation=organisation or self.practice
        )
        return self.viewer(account)

    def director(self) -> Viewer:
        """The programme director."""
        account = self.person(Role.PROGRAMME_DIRECTOR, "Dora Director", organisation=self.partner)
        return self.viewer(account)

    def organisation(self, code: str | None = None) -> Organisation:
        """An organisation by its code."""
        return Organisation.objects.get(code=code or self.practice)


@pytest.fixture
def borough(db: None, at: datetime) -> Borough:
    """The place's partners, practices and teams, with nobody in them yet."""
    partners.bring_in_place(place=settings.PLACE, by=SYSTEM, at=at)
    return Borough(at)


@pytest.fixture
def no_second_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Staff may come in by their password alone, as in a demo."""
    monkeypatch.setattr(settings, "SECOND_FACTOR_REQUIRED", False)


@pytest.fixture
def come_in(client: Client, no_second_step: None) -> Callable[[Account], Client]:
    """Signs an account in by email and password, through the page."""

    def coming_in(account: Account, browser: Client | None = None) -> Client:
        used = browser or client
        answer = used.post("/sign-in/", {"login": account.email, "password": PASSWORD})
        assert answer.status_code == 302, answer.content.decode()[:2000]
        return used

    return coming_in


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[mail.EmailMessage]]:
    """What was written to people, caught before the outbox."""
    monkeypatch.setattr(settings, "EMAIL_BACKEND", "django.core.mail.backends.locmem.EmailBackend")
    mail.outbox = []
    yield mail.outbox


def code_now(secret: str) -> str:
    """What an authenticator app shows now: RFC 6238 with SHA-1, six digits, half a minute."""
    key = base64.b32decode(secret)
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.new(key, counter, hashlib.sha1).digest()
    start = digest[-1] & 0xF
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def audited(action: str) -> list[AuditEntry]:
    """The audit's entries of one action, as the loader reads them."""
    with as_role(DatabaseRole.LOADER):
        return list(AuditEntry.objects.filter(action=action).order_by("id"))


@pytest.fixture
def broken_audit(monkeypatch: pytest.MonkeyPatch) -> None:
    """An audit that cannot be written: whatever it was to record must not happen either."""

    def refuse(**_: object) -> None:
        raise RuntimeError("the audit cannot be written")

    monkeypatch.setattr("oneplace.access.audit.record", refuse)


__all__ = ["PASSWORD", "SYSTEM", "Borough", "audited", "code_now", "viewing"]

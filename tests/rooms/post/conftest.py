"""People who write and people who are written to, and short ways to write."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from oneplace.access.models import Account, Relationship
from oneplace.access.viewer import Viewer
from oneplace.config.database import Role as DatabaseRole
from oneplace.post import verbs
from oneplace.post.models import Message
from oneplace.post.recipients import Recipient
from oneplace.post.verbs import Cause
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import AccountKind, RelationshipKind, Role
from tests.database import as_role

ENVELOPE = "14 Elm Rise\nThornton Heath\nCR7 9XX"


def staff(name: str) -> Viewer:
    account = Account.objects.create(
        kind=AccountKind.STAFF, name=name, email=f"{name.split(maxsplit=1)[0].lower()}@example.org"
    )
    return Viewer(account_id=account.pk, kind=AccountKind.STAFF, name=name, role=Role.GP)


@pytest.fixture
def jo(db: None) -> Viewer:
    """Somebody who writes."""
    return staff("Jo Bright")


@pytest.fixture
def sam(db: None) -> Viewer:
    """Somebody who is written to."""
    return staff("Sam Reed")


@pytest.fixture
def stranger(db: None) -> Viewer:
    """Somebody it does not concern."""
    return staff("Alex Other")


def account(viewer: Viewer) -> Account:
    return Account.objects.get(pk=viewer.account_id)


def relate(viewer: Viewer, person_id: uuid.UUID, at: datetime) -> None:
    with as_role(DatabaseRole.LOADER):
        Relationship(
            person_id=person_id,
            party_id=viewer.account_id,
            kind=RelationshipKind.CASELOAD,
            source="test",
            starts_at=at,
        ).save(force_insert=True)


def a_letter(by: Viewer, at: datetime, **more: Any) -> Message:
    given: dict[str, Any] = {
        "template": "plain_letter",
        "values": {
            "salutation": "Dear Mr Clarke",
            "subject": "Your visit on Friday",
            "words": "We will come on Friday.\n\n- Bring nothing\n- Stay warm",
            "signed_by": by.name,
            "role": "GP",
        },
        "to": Recipient.address(name="Mr Desmond Clarke", to=ENVELOPE),
        "cause": Cause("plans", "plan", new_id()),
        **more,
    }
    return verbs.write_message(by=by, at=at, **given)


def a_text_for_a_partner(by: Viewer, at: datetime) -> Message:
    return verbs.write_message(
        template="text_for_partner",
        values={"subject": "Visit", "words": "Seen today."},
        to=Recipient.address(name="Council", to=""),
        cause=Cause("plans", "plan"),
        by=by,
        at=at,
    )


def a_notice(by: Viewer, at: datetime, reader: Viewer, **more: Any) -> Message:
    given: dict[str, Any] = {
        "template": "notice",
        "values": {"subject": "Desmond fell", "words": "Please ring him today."},
        "to": Recipient.account(account(reader)),
        "cause": Cause("plans", "plan", new_id()),
        **more,
    }
    return verbs.write_message(by=by, at=at, **given)


def an_email(by: Viewer, at: datetime, to: Viewer, **more: Any) -> Message:
    given: dict[str, Any] = {
        "template": "something_waits",
        "values": {"name": to.name, "count": 3, "link": "/my-day/"},
        "to": Recipient.account(account(to)),
        "cause": Cause("desk", "my_day"),
        **more,
    }
    return verbs.write_message(by=by, at=at, **given)


def a_text(by: Viewer, at: datetime, **more: Any) -> Message:
    given: dict[str, Any] = {
        "template": "plain_text_message",
        "values": {"words": "Jo comes on Friday at 2."},
        "to": Recipient.address(name="Mr Clarke", to="020 7946 0018"),
        "cause": Cause("visits", "visit"),
        **more,
    }
    return verbs.write_message(by=by, at=at, **given)


@pytest.fixture
def broken_audit(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Break the audit from now on."""

    def broken(**_: object) -> None:
        raise RuntimeError("no audit")

    return lambda: monkeypatch.setattr("oneplace.access.audit.record", broken)

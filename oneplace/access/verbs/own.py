"""Let somebody come to an own page, close it to them at once, and send them the link to it.

Whoever helps a person is confirmed with the person alone. Functions of the database write, and
demand the entry in the audit; the database must have been told that `by` acts.
"""

import secrets
import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Protocol

import orjson
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.core.mail import send_mail
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from oneplace.access import audit
from oneplace.access.models import Account, OwnRecord
from oneplace.access.queries import choices as choice_queries
from oneplace.access.queries import own as own_queries
from oneplace.access.queries.looks import is_own_record
from oneplace.access.rules import own as rules
from oneplace.access.secrets import hash_of, new_secret
from oneplace.access.viewer import Viewer
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import AccountKind, AuditOutcome

LINK_STANDS: Final = timedelta(days=7)
# No letter or digit that is taken for another on the telephone.
_CODE_LETTERS: Final = "ACDEFGHJKMNPRTUVWXY3479"
_CODE_LENGTH: Final = 8


@dataclass(frozen=True)
class OwnLinkSent:
    """A link and the code told by another way; both are known here and once on the page only."""

    own: OwnRecord
    link: str
    code: str


@transaction.atomic
def let_in(
    *,
    person_id: uuid.UUID,
    name: str,
    is_supporter: bool,
    how: str,
    was_alone: bool,
    relation: str = "",
    email: str = "",
    account: Account | None = None,
    by: Viewer,
    at: datetime,
) -> OwnRecord:
    """Let a person, or somebody they chose to help them, come to the person's own page.

    `how` says where and how the person was asked, alone. `account` is one they have already;
    without it one is made that only a link opens. Raises `Refused`.
    """
    is_open = choice_queries.is_open(person_id, viewer=by)
    _refuse(rules.why_not_let_in(name=name, how=how, was_alone=was_alone, is_open=is_open, by=by))
    if account is None:
        account = Account(
            kind=AccountKind.SUPPORTER if is_supporter else AccountKind.RESIDENT, name=name.strip()
        )
        account.set_unusable_password()
        account.save(force_insert=True)
    elif own_queries.comes_to([person_id], viewer=by).filter(account=account).exists():
        raise Refused("They come to this page already.")
    own = OwnRecord(
        id=new_id(),
        account=account,
        person_id=person_id,
        is_supporter=is_supporter,
        relation=relation.strip(),
        email=email.strip().lower(),
        confirmed_at=at,
        confirmed_by_id=by.account_id,
        confirmed_by_name=by.name,
        confirmed_how=how.strip(),
        relationship_id=new_id(),
    )
    _record("open_own_record", own, by=by, at=at, detail={"is_supporter": is_supporter})
    written = {
        field.column: getattr(own, field.attname) for field in OwnRecord._meta.concrete_fields
    }
    given = {key: value for key, value in written.items() if value is not None}
    with connection.cursor() as cursor:
        cursor.execute("select access_open_own_record(%s::jsonb)", [orjson.dumps(given).decode()])
    return own


@transaction.atomic
def admit_resident_from_provider(
    *, provider_key: str, provider_name: str, subject: str, name: str, by: Viewer, at: datetime
) -> tuple[Account, SocialAccount]:
    """The account of a resident a provider vouches for: its own identifier and their name."""
    account = Account(kind=AccountKind.RESIDENT, name=name)
    account.set_unusable_password()
    account.save(force_insert=True)
    link = SocialAccount(user=account, provider=provider_key, uid=subject, extra_data={})
    link.save(force_insert=True)
    audit.record(
        by=by,
        at=at,
        action="admit_resident_from_provider",
        subject=("account", account.pk),
        detail={"provider": provider_key, "name": provider_name},
    )
    return account, link


class Finder(Protocol):
    """Opens the own page of the one person with this NHS number and birth date, as `how` says."""

    def __call__(
        self, *, nhs_number: str, born_on: date, how: str, by: Viewer, at: datetime
    ) -> uuid.UUID | None: ...


_finders: list[Finder] = []


def find_own_records_by(finder: Finder) -> None:
    """Say who knows whose record a resident's is; a later room does, once, at start-up."""
    _finders[:] = [finder]


@transaction.atomic
def find_own_record(
    *, nhs_number: str, born_on: date, how: str, by: Viewer, at: datetime
) -> uuid.UUID | None:
    """Open to a resident's account the page of the person their sign-in vouches they are.

    None where nobody here is known by that number and birth date: then the page says whom to ring.
    The database must have been told that the account looks.
    """
    opened = (
        finder(nhs_number=nhs_number, born_on=born_on, how=how, by=by, at=at) for finder in _finders
    )
    found = next(opened, None)
    audit.record(
        by=by,
        at=at,
        action="find_own_record",
        person_id=found,
        detail={"how": how, "found": found is not None},
    )
    return found


@transaction.atomic
def suspend_own_record(
    *, own: OwnRecord, why: str = "", for_good: bool = False, by: Viewer, at: datetime
) -> OwnRecord:
    """Close an own page to an account at once; whoever is signed in sees nothing more of it.

    By whoever keeps the person's choices; of a supporter by the person too, who need not say why.
    """
    is_own = is_own_record(own.person_id, viewer=by)
    is_open = choice_queries.is_open(own.person_id, viewer=by)
    refuse_if(
        rules.why_not_suspend(own, why=why, is_open=is_open, is_own=is_own, by=by), field="why"
    )
    _record("suspend_own_record", own, by=by, at=at, reason=why, detail={"for_good": for_good})
    with connection.cursor() as cursor:
        cursor.execute(
            "select access_suspend_own_record(%s, %s, %s, %s, %s, %s)",
            [own.pk, own.person_id, at, by.name, why.strip(), for_good],
        )
        closed = cursor.fetchall()[0][0]
    refuse_if(None if closed else "This is closed to them already.")
    own.suspended_at, own.suspended_by_name, own.suspended_why = at, by.name, why.strip()
    own.ended_at = at if for_good else None
    return own


@transaction.atomic
def resume_own_record(
    *, own: OwnRecord, how: str, was_alone: bool, by: Viewer, at: datetime
) -> OwnRecord:
    """Let them in again, once the person was asked alone once more."""
    is_open = choice_queries.is_open(own.person_id, viewer=by)
    refuse_if(rules.why_not_keep_own(is_open=is_open, by=by))
    _refuse(rules.why_not_confirmed(how=how, was_alone=was_alone))
    _record("resume_own_record", own, by=by, at=at)
    with connection.cursor() as cursor:
        cursor.execute(
            "select access_resume_own_record(%s, %s, %s, %s, %s, %s, %s)",
            [own.pk, own.person_id, at, by.account_id, by.name, how.strip(), new_id()],
        )
        opened = cursor.fetchall()[0][0]
    refuse_if(None if opened else "This is open to them, or has ended for good.")
    own.suspended_at = None
    return own


@transaction.atomic
def send_own_link(*, own: OwnRecord, by: Viewer, at: datetime) -> OwnLinkSent:
    """Make a link that opens once, with a code told by another way; earlier ones open no more.

    It is sent by email where an address is known; else it is handed over, printed or read aloud.
    """
    is_open = choice_queries.is_open(own.person_id, viewer=by)
    refuse_if(rules.why_not_keep_own(is_open=is_open, by=by))
    secret = new_secret()
    code = "".join(secrets.choice(_CODE_LETTERS) for _ in range(_CODE_LENGTH))
    _record("send_own_link", own, by=by, at=at)
    with connection.cursor() as cursor:
        cursor.execute(
            "select access_make_own_link(%s, %s, %s, %s, %s, %s)",
            [
                own.pk,
                own.person_id,
                new_id(),
                hash_of(secret),
                hash_of(code),
                timezone.now() + LINK_STANDS,
            ],
        )
        made = cursor.fetchall()[0][0]
    refuse_if(None if made else "Their way in is closed. Let them in again first.")
    link = f"{settings.PUBLIC_URL}{reverse('desk:own_link', args=[secret])}"
    if own.email:
        words = {"own": own, "link": link, "days": LINK_STANDS.days, "place": settings.PLACE}
        send_mail(
            f"Your link to {settings.PLACE.identity.wordmark}",
            render_to_string("access/email/own_link.txt", words).strip(),
            None,
            [own.email],
        )
    return OwnLinkSent(own, link, f"{code[:4]} {code[4:]}")


@transaction.atomic
def open_own_link(*, secret: str, code: str, by: Viewer, at: datetime) -> Account | None:
    """Whose account a link and its code open, once; None for a wrong code.

    Raises `Refused` for a link that is over, was used, or met too many wrong codes.
    """
    typed = "".join(letter for letter in code.upper() if letter.isalnum())
    with connection.cursor() as cursor:
        cursor.execute(
            "select standing, account_id from access_open_own_link(%s, %s)",
            [hash_of(secret), hash_of(typed) if typed else ""],
        )
        is_standing, account_id = cursor.fetchall()[0]
    if not is_standing:
        raise Refused(
            "This link does not open any more: each opens once, and for a week. Ask whoever sent "
            "it for a new one."
        )
    account = Account.objects.filter(pk=account_id, is_active=True).first()
    audit.record(
        by=by,
        at=at,
        action="open_own_link",
        outcome=AuditOutcome.DONE if account else AuditOutcome.FAILED,
        subject=("account", account.pk) if account else None,
    )
    return account


def _record(
    action: str,
    own: OwnRecord,
    *,
    by: Viewer,
    at: datetime,
    reason: str = "",
    detail: dict[str, bool] | None = None,
) -> None:
    audit.record(
        by=by,
        at=at,
        action=action,
        subject=("own_record", own.pk),
        person_id=own.person_id,
        reason=reason.strip(),
        detail=detail,
    )


def _refuse(reason: rules.Reason | None) -> None:
    if reason is not None:
        refuse_if(reason[0], field=reason[1])

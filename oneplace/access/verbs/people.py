"""People at work brought in from a list: set by set, everything or nothing, repeatable."""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from oneplace.access import audit
from oneplace.access.models import Account, DemoPerson, Hat
from oneplace.access.staff_list import DemoRow, Fault, ListRefused, PersonRow
from oneplace.access.verbs.names import in_the_name_of
from oneplace.access.viewer import Viewer
from oneplace.kit import formats
from oneplace.kit.refusals import refuse_if
from oneplace.partners import verbs as partners
from oneplace.partners.models import Post
from oneplace.partners.verbs import OutsideOrganisation, WantedPost
from oneplace.vocabulary.ids import id_for, new_id

SOURCE = "import"
_HAT_FIELDS = ("employer_id", "line_manager_id", "professional_lead_id", "starts_on", "ends_on")


@dataclass(frozen=True)
class BroughtIn:
    """What a list changed; all nought when it says what is already so."""

    accounts_new: int
    accounts_changed: int
    posts_new: int
    hats_new: int
    hats_changed: int


@transaction.atomic
def bring_in_people(
    *, rows: Collection[PersonRow], file: Path, by: Viewer, at: datetime
) -> BroughtIn:
    """Make accounts, posts and hats say what the rows say, or raise `ListRefused`.

    Nobody is ended by being absent from a list: a leaver is recorded as one. Passwords are not set:
    people come in by an invitation, by “forgotten password” or by their own sign-in provider.
    """
    with in_the_name_of(by, "bring_in_people"):
        known = Account.objects.in_bulk(
            list({email for row in rows for email in _emails(row)}), field_name="email"
        )
        _refuse_leavers(rows, known, file)
        new, changed = _accounts(rows, known)
        Account.objects.bulk_create(new, batch_size=2_000)
        Account.objects.bulk_update(changed, ["name", "registration"], batch_size=2_000)
        everybody = known | {str(account.email): account for account in new}
        before = Post.objects.count()
        posts = partners.open_posts(
            wanted=[row.post for row in rows if row.post], place=settings.PLACE, by=by, at=at
        )
        opened = Post.objects.count() - before
        hats_new, hats_changed = _hats(rows, everybody, posts)
        Hat.objects.bulk_create(hats_new, batch_size=2_000)
        Hat.objects.bulk_update(hats_changed, _HAT_FIELDS, batch_size=2_000)
    done = BroughtIn(len(new), len(changed), opened, len(hats_new), len(hats_changed))
    audit.record(
        by=by,
        at=at,
        action="bring_in_people",
        detail={
            "rows": len(rows),
            "accounts_new": done.accounts_new,
            "accounts_changed": done.accounts_changed,
            "hats_new": done.hats_new,
            "hats_changed": done.hats_changed,
        },
    )
    return done


@transaction.atomic
def bring_in_organisations(
    *, rows: Collection[OutsideOrganisation], by: Viewer, at: datetime
) -> int:
    """Make organisations outside the place file say what the rows say; how many changed."""
    changed = partners.bring_in_organisations(rows=rows, by=by, at=at)
    audit.record(
        by=by,
        at=at,
        action="bring_in_organisations",
        detail={"rows": len(rows), "changed": changed},
    )
    return changed


@transaction.atomic
def record_demo_people(*, rows: Collection[DemoRow], by: Viewer, at: datetime) -> int:
    """Say whom a demo's visitor walks in as, in the order of the rows."""
    refuse_if(
        None
        if settings.IS_DEMO
        else "Only a demo has people to walk in as; `oneplace demo` opens one."
    )
    accounts = Account.objects.in_bulk([row.email for row in rows], field_name="email")
    each = {(row.role, row.email): row for row in rows}
    DemoPerson.objects.all().delete()
    DemoPerson.objects.bulk_create(
        DemoPerson(
            id=id_for("demo-person", f"{row.role.value} {row.email}"),
            role=row.role,
            account=accounts[row.email],
            title=row.title,
            why=row.why,
            position=position,
        )
        for position, row in enumerate(each.values())
    )
    audit.record(by=by, at=at, action="record_demo_people", detail={"rows": len(each)})
    return len(each)


def _emails(row: PersonRow) -> Iterable[str]:
    return filter(None, (row.email, row.line_manager_email, row.professional_lead_email))


def _refuse_leavers(rows: Iterable[PersonRow], known: dict[str, Account], file: Path) -> None:
    faults = [
        Fault(
            row.row,
            "email",
            f"{row.email} left on {formats.day(known[row.email].left_at)}; take the row out, or "
            "invite them anew",
        )
        for row in rows
        if row.email in known and known[row.email].left_at is not None
    ]
    faults += [
        Fault(row.row, "kind", f"{row.email} is here as {known[row.email].kind.label.lower()}")
        for row in rows
        if row.email in known and known[row.email].kind is not row.kind
    ]
    if faults:
        raise ListRefused(file, faults)


def _accounts(
    rows: Iterable[PersonRow], known: dict[str, Account]
) -> tuple[list[Account], list[Account]]:
    new: dict[str, Account] = {}
    changed: dict[str, Account] = {}
    for row in rows:
        account = known.get(row.email)
        if account is None:
            new.setdefault(
                row.email,
                Account(
                    id=new_id(),
                    email=row.email,
                    kind=row.kind,
                    name=row.name,
                    registration=row.registration,
                    password=make_password(None),
                ),
            )
        elif (account.name, account.registration) != (row.name, row.registration):
            account.name, account.registration = row.name, row.registration
            changed[row.email] = account
    return list(new.values()), list(changed.values())


def _hats(
    rows: Collection[PersonRow], accounts: dict[str, Account], posts: dict[WantedPost, Post]
) -> tuple[list[Hat], list[Hat]]:
    open_hats = {
        (hat.account_id, hat.post_id): hat
        for hat in Hat.objects.filter(
            account_id__in=[accounts[row.email].pk for row in rows], ended_at__isnull=True
        )
    }
    new, changed = [], []
    for row in rows:
        if row.post is None:
            continue
        account, post = accounts[row.email], posts[row.post]
        says = {
            "employer_id": id_for("organisation", row.employer_code),
            "line_manager_id": _key(accounts, row.line_manager_email),
            "professional_lead_id": _key(accounts, row.professional_lead_email),
            "starts_on": row.starts_on,
            "ends_on": row.ends_on,
        }
        hat = open_hats.get((account.pk, post.pk))
        if hat is None:
            new.append(Hat(account=account, post=post, source=SOURCE, **says))
        elif any(getattr(hat, field) != value for field, value in says.items()):
            for field, value in says.items():
                setattr(hat, field, value)
            changed.append(hat)
    return new, changed


def _key(accounts: dict[str, Account], email: str) -> uuid.UUID | None:
    return accounts[email].pk if email else None

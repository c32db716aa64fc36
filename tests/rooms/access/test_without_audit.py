"""What is noted about signing in, ended or recorded: without its audit none of it happens."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client

from oneplace.access import commands, verbs
from oneplace.access.models import Account, AuditEntry, AuditPerson, Leaving, Session
from oneplace.access.queries import session_reference
from oneplace.access.staff_list import DemoRow
from oneplace.access.viewer import NOBODY
from oneplace.config.database import Role as DatabaseRole
from oneplace.partners.verbs import OutsideOrganisation
from oneplace.vocabulary.terms import OrganisationKind, Role
from tests.database import as_role
from tests.rooms.access.conftest import PASSWORD, SYSTEM, Borough

pytestmark = pytest.mark.django_db
ComeIn = Callable[..., Client]
ROOMS = {"access", "partners", "post", "kit", "socialaccount", "mfa"}


@pytest.fixture
def break_audit(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Break the audit from now on."""

    def refuse(**_: object) -> None:
        raise RuntimeError("the audit cannot be written")

    return lambda: monkeypatch.setattr("oneplace.access.audit.record", refuse)


def _everything() -> dict[str, list[object]]:
    """Every row the rooms up to access keep, but for the audit itself."""
    with as_role(DatabaseRole.LOADER):
        return {
            model._meta.label: list(model._default_manager.order_by("pk").values_list())
            for model in apps.get_models(include_auto_created=True)
            if model._meta.app_label in ROOMS and model not in {AuditEntry, AuditPerson}
        }


def _end_session(borough: Borough, account: Account) -> object:
    key = Session.objects.values_list("session_key", flat=True).get(account_id=account.pk)
    return verbs.end_session(
        account=account, reference=session_reference(key), by=SYSTEM, at=borough.at
    )


ATTEMPTS: dict[str, Callable[[Borough, Account], object]] = {
    "end_session": _end_session,
    "sign_out_everywhere": lambda b, a: verbs.sign_out_everywhere(account=a, by=SYSTEM, at=b.at),
    "close_due_leavers": lambda b, a: verbs.close_due_leavers(by=SYSTEM, at=b.at),
    "record_demo_people": lambda b, a: verbs.record_demo_people(
        rows=[DemoRow(1, Role.GP, a.email or "", "GP", "Why")], by=SYSTEM, at=b.at
    ),
    "move_clock": lambda b, a: verbs.move_clock(moved_by=timedelta(days=1), by=SYSTEM, at=b.at),
    "note_sign_in": lambda b, a: verbs.note_sign_in(
        account=a, methods=("password",), browser_hash="another", by=SYSTEM, at=b.at
    ),
    "note_failed_sign_in": lambda b, a: verbs.note_failed_sign_in(
        login_hash="x", known_place="", was_tried=True, by=NOBODY, at=b.at
    ),
    "note_failed_second_step": lambda b, a: verbs.note_failed_second_step(
        account_id=a.pk, method="code", by=NOBODY, at=b.at
    ),
    "note_sign_in_change": lambda b, a: verbs.note_sign_in_change(
        account=a, what="add_app", by=SYSTEM, at=b.at
    ),
    "note_walk_in": lambda b, a: verbs.note_walk_in(account=a, role=Role.GP, by=SYSTEM, at=b.at),
    "bring_in_organisations": lambda b, a: verbs.bring_in_organisations(
        rows=[OutsideOrganisation("ZH1", "Larkspur", "Larkspur", OrganisationKind.CARE_HOME)],
        by=SYSTEM,
        at=b.at,
    ),
}


@pytest.mark.parametrize("name", sorted(ATTEMPTS))
def test_without_its_audit_nothing_is_noted_ended_or_recorded(
    borough: Borough,
    come_in: ComeIn,
    monkeypatch: pytest.MonkeyPatch,
    break_audit: Callable[[], None],
    name: str,
) -> None:
    monkeypatch.setattr(settings, "IS_DEMO", True)
    account = borough.person(Role.GP)
    come_in(account)
    yesterday = borough.at.date() - timedelta(days=1)
    leaver = borough.person(Role.GP, "Lee Leaver")
    Leaving(account=leaver, last_on=yesterday, before={"ends_on": {}}).save()
    before = _everything()

    break_audit()
    with pytest.raises(RuntimeError, match="cannot be written"):
        ATTEMPTS[name](borough, account)

    assert _everything() == before


def test_nobody_signs_in_or_is_guessed_at_while_the_audit_is_broken(
    borough: Borough, client: Client, no_second_step: None, break_audit: Callable[[], None]
) -> None:
    account = borough.person(Role.GP)
    before = _everything()

    break_audit()
    for password in (PASSWORD, "wrong"):
        with pytest.raises(RuntimeError, match="cannot be written"):
            client.post("/sign-in/", {"login": account.email, "password": password})

    assert _everything() == before


def test_nobody_signs_out_or_changes_a_password_without_a_trace(
    borough: Borough, come_in: ComeIn, break_audit: Callable[[], None]
) -> None:
    browser = come_in(borough.person(Role.GP))
    changed = {"oldpassword": PASSWORD, "password1": "four new words now"}
    before = _everything()

    break_audit()
    for path, sent in (
        ("/sign-out/", {}),
        ("/your-sign-in/password/", {**changed, "password2": changed["password1"]}),
    ):
        with pytest.raises(RuntimeError, match="cannot be written"):
            browser.post(path, sent)

    assert _everything() == before


def test_a_post_is_not_opened_without_the_audit_of_what_it_is_for(
    borough: Borough, come_in: ComeIn, break_audit: Callable[[], None]
) -> None:
    person, manager = borough.person(Role.GP), borough.manager()
    browser = come_in(Account.objects.get(pk=manager.account_id))
    browser.get("/hats/")
    post = {
        "role": "pic",
        "organisation": borough.practice,
        "employer": borough.practice,
        "post_title": "A post of its own",
    }
    begins = {"starts_on_day": "1", "starts_on_month": "4", "starts_on_year": "2026"}
    before = _everything()

    break_audit()
    attempts: list[Callable[[], object]] = [
        lambda: browser.post(
            "/people-at-work/invite/", {**post, "name": "Nina New", "email": "nina@example.org"}
        ),
        lambda: browser.post(f"/people-at-work/{person.pk}/posts/", {**post, **begins}),
        lambda: commands.invite(
            email="nina@example.org",
            name="Nina New",
            role=Role.PIC,
            organisation=borough.practice,
            title="A post of its own",
        ),
    ]
    for attempt in attempts:
        with pytest.raises(RuntimeError, match="cannot be written"):
            attempt()

    assert _everything() == before

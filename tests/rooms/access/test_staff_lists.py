"""Lists of people at work: taken whole or not at all, repeatable, faults named by row and field."""

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from oneplace.access import commands, staff_list, verbs
from oneplace.access.models import Account, DemoPerson, Hat
from oneplace.access.staff_list import DEMO_COLUMNS, ORGANISATION_COLUMNS, PEOPLE_COLUMNS
from oneplace.kit.refusals import Refused
from oneplace.partners.models import Organisation, Post
from oneplace.vocabulary.terms import AccountKind, Role
from tests.rooms.access.conftest import SYSTEM, Borough, audited

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]
PRACTICE = settings.PLACE.practices[0].code
TEAM = settings.PLACE.teams[0]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def writing(
        *rows: dict[str, str], columns: tuple[str, ...] = PEOPLE_COLUMNS, name: str = "staff.csv"
    ) -> Path:
        file = tmp_path / name
        with file.open("w", newline="", encoding="utf-8") as opened:
            writer = csv.DictWriter(opened, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)
        return file

    return writing


def _row(**changes: str) -> dict[str, str]:
    return {
        "email": "ann@example.org",
        "name": "Ann One",
        "role": "gp",
        "post_organisation_code": PRACTICE,
        "employer_code": PRACTICE,
        "starts_on": "2024-05-01",
        **changes,
    }


def _boss() -> dict[str, str]:
    return _row(email="boss@example.org", name="Bea Boss", role="practice_manager")


def test_a_list_makes_accounts_posts_and_hats(borough: Borough, write: Write) -> None:
    file = write(
        _row(
            registration="GMC 0000001",
            line_manager_email="boss@example.org",
            professional_lead_email="BOSS@example.org",
            ends_on="2027-05-01",
        ),
        _row(role="pic", team_keys=TEAM.code, post_organisation_code=TEAM.partner),
        _boss(),
    )

    done = commands.bring_in_people(file)

    ann = Account.objects.get(email="ann@example.org")
    hat = ann.hats.get(post__role=Role.GP)
    assert (done.accounts_new, done.hats_new) == (2, 3)
    assert ann.registration == "GMC 0000001" and not ann.has_usable_password()
    assert hat.line_manager is not None and hat.line_manager.name == "Bea Boss"
    assert hat.professional_lead == hat.line_manager
    assert (hat.starts_on, hat.ends_on) == (date(2024, 5, 1), date(2027, 5, 1))
    assert [team.key for team in ann.hats.get(post__role=Role.PIC).post.teams.all()] == [TEAM.code]
    assert audited("bring_in_people")[-1].detail["rows"] == 3


def test_bringing_the_same_list_in_again_changes_nothing(borough: Borough, write: Write) -> None:
    file = write(_row(line_manager_email="boss@example.org"), _boss())
    commands.bring_in_people(file)
    before = list(Hat.objects.order_by("pk").values())

    again = commands.bring_in_people(file)

    assert (again.accounts_new, again.accounts_changed) == (0, 0)
    assert (again.hats_new, again.hats_changed, again.posts_new) == (0, 0, 0)
    assert list(Hat.objects.order_by("pk").values()) == before
    assert Hat.pgh_event_model.objects.count() == 2  # type: ignore[attr-defined]


def test_a_changed_list_changes_what_it_says(borough: Borough, write: Write) -> None:
    commands.bring_in_people(write(_row(), _boss()))

    done = commands.bring_in_people(
        write(_row(name="Ann Married", ends_on="2026-12-31", employer_code=TEAM.partner))
    )

    hat = Hat.objects.get(account__email="ann@example.org")
    assert (done.accounts_changed, done.hats_changed, done.hats_new) == (1, 1, 0)
    assert hat.account.name == "Ann Married" and hat.employer.code == TEAM.partner
    assert Hat.objects.filter(account__email="boss@example.org", ended_at__isnull=True).exists()


def test_a_post_of_the_place_file_is_the_post_of_the_list(borough: Borough, write: Write) -> None:
    before = Post.objects.count()

    commands.bring_in_people(write(_row()))

    assert Post.objects.count() == before


def test_a_resident_has_an_account_and_no_post(borough: Borough, write: Write) -> None:
    columns = (*PEOPLE_COLUMNS, "kind")
    row = {"email": "des@example.org", "name": "Desmond Clarke", "kind": "resident"}

    commands.bring_in_people(write(row, columns=columns))

    account = Account.objects.get(email="des@example.org")
    assert account.kind is AccountKind.RESIDENT and not account.hats.exists()


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"email": ""}, "email", "it is empty"),
        ({"email": "ann"}, "email", "is not an email address"),
        ({"role": "doctor"}, "role", "is not a word known here"),
        ({"role": "resident"}, "role", "a resident holds no post"),
        ({"post_organisation_code": "NOWHERE"}, "post_organisation_code", "no organisation"),
        ({"employer_code": ""}, "employer_code", "it is empty"),
        ({"network_key": "moon"}, "network_key", "no network"),
        ({"team_keys": f"{TEAM.code};moon"}, "team_keys", "no team “moon”"),
        ({"line_manager_email": "x@example.org"}, "line_manager_email", "neither in this file"),
        ({"line_manager_email": "ann@example.org"}, "line_manager_email", "themselves"),
        ({"starts_on": "01/05/2024"}, "starts_on", "is not a day"),
        ({"ends_on": "2023-01-01"}, "ends_on", "before the first"),
        ({"name": "A" * 200}, "name", "longer than 160"),
    ],
)
def test_each_fault_is_named_by_file_row_field_and_reason_and_nothing_is_changed(
    borough: Borough, write: Write, changes: dict[str, str], field: str, reason: str
) -> None:
    file = write(_boss(), _row(**changes))

    with pytest.raises(staff_list.ListRefused) as refused:
        commands.bring_in_people(file)

    message = str(refused.value)
    assert f"{file}, row 3, {field}: " in message
    assert reason in message
    assert "Nothing was changed" in message
    assert not Account.objects.filter(email__endswith="example.org").exists()


def test_every_fault_is_found_at_once(borough: Borough, write: Write) -> None:
    file = write(_row(email=""), _row(email="b@example.org", role="x", starts_on="y"))

    with pytest.raises(staff_list.ListRefused) as refused:
        commands.bring_in_people(file)

    assert [(fault.row, fault.field) for fault in refused.value.faults] == [
        (2, "email"),
        (3, "role"),
        (3, "starts_on"),
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"email,name\r\na@example.org,A\r\n", "columns are missing"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"", "columns are missing"),
    ],
)
def test_a_file_that_is_no_such_list_says_what_it_lacks(
    borough: Borough, tmp_path: Path, text: bytes, reason: str
) -> None:
    file = tmp_path / "staff.csv"
    file.write_bytes(text)

    with pytest.raises(staff_list.ListRefused, match=reason):
        commands.bring_in_people(file)


def test_a_row_with_too_many_fields_is_named(borough: Borough, write: Write) -> None:
    file = write(_row())
    file.write_text(file.read_text().rstrip() + ",one,two\n")

    with pytest.raises(staff_list.ListRefused, match="check its commas"):
        commands.bring_in_people(file)


def test_the_same_person_twice_in_one_post_is_named(borough: Borough, write: Write) -> None:
    with pytest.raises(staff_list.ListRefused, match="same post as row 2"):
        commands.bring_in_people(write(_row(), _row()))


def test_a_list_does_not_bring_a_leaver_back(borough: Borough, write: Write) -> None:
    file = write(_row())
    commands.bring_in_people(file)
    commands.leave("ann@example.org")

    with pytest.raises(staff_list.ListRefused, match="left on"):
        commands.bring_in_people(file)


def test_without_its_audit_a_list_changes_nothing(
    borough: Borough, write: Write, broken_audit: None
) -> None:
    with pytest.raises(RuntimeError):
        commands.bring_in_people(write(_row()))

    assert not Account.objects.filter(email="ann@example.org").exists()


def test_three_thousand_people_take_a_handful_of_statements(
    borough: Borough, write: Write, django_assert_max_num_queries: Callable[..., object]
) -> None:
    file = write(*[_row(email=f"p{n}@example.org", name=f"P {n}") for n in range(3_000)])

    with django_assert_max_num_queries(30):  # type: ignore[attr-defined]
        commands.bring_in_people(file)

    assert Hat.objects.count() == 3_000


def test_organisations_outside_the_place_come_by_a_list(borough: Borough, write: Write) -> None:
    row = {
        "code": "ZH001",
        "name": "Larkspur House",
        "short_word": "Larkspur",
        "kind": "care_home",
        "network_key": settings.PLACE.networks[0].code,
    }
    file = write(row, columns=ORGANISATION_COLUMNS)

    first, again = commands.bring_in_organisations(file), commands.bring_in_organisations(file)

    home = Organisation.objects.get(code="ZH001")
    assert (first, again) == (1, 0)
    assert home.network is not None and home.network.key == settings.PLACE.networks[0].code
    with pytest.raises(staff_list.ListRefused, match="row 2, kind"):
        commands.bring_in_organisations(
            write({**row, "kind": "castle"}, columns=ORGANISATION_COLUMNS)
        )


def test_demo_people_are_recorded_in_a_demo_and_nowhere_else(
    borough: Borough, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.bring_in_people(write(_row()))
    row = {"role": "gp", "email": "ann@example.org", "name": "Ann", "title": "GP", "why": "Why"}
    file = write(row, columns=DEMO_COLUMNS, name="demo.csv")

    with pytest.raises(Refused, match="Only a demo"):
        commands.record_demo_people(file)
    monkeypatch.setattr(settings, "IS_DEMO", True)
    rows = staff_list.read_demo_people(file, {"ann@example.org"})
    verbs.record_demo_people(rows=rows, by=SYSTEM, at=borough.at)
    verbs.record_demo_people(rows=rows, by=SYSTEM, at=borough.at)

    person = DemoPerson.objects.get()
    assert (person.name, person.role, person.why) == ("Ann One", Role.GP, "Why")


def test_the_command_line_invites_to_any_role_and_lists(borough: Borough, write: Write) -> None:
    sent = commands.invite(
        email="ig@example.org",
        name="Ida Gee",
        role=Role.IG_OFFICER,
        organisation=TEAM.partner,
    )
    commands.bring_in_people(write(_row()))

    assert sent.link.startswith(settings.PUBLIC_URL)
    assert sent.invitation.invited_by is None
    assert [(row.name, row.posts) for row in commands.people(text="ann")] == [("Ann One", 1)]
    with pytest.raises(Refused, match="no organisation"):
        commands.invite(email="x@example.org", name="X", role=Role.GP, organisation="MOON")
    with pytest.raises(Refused, match="Nobody here"):
        commands.leave("moon@example.org")

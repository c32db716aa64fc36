"""The four national social prescribing data sets: gathered, access-ruled, audited, taken away."""

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.urls import reverse

from oneplace.access.models import AuditEntry, AuditPerson
from oneplace.access.viewer import NOBODY, Viewer, viewing
from oneplace.cli import social_prescribing as command
from oneplace.cli.console import Stop
from oneplace.config.database import Role as DatabaseRole
from oneplace.kit.refusals import Refused
from oneplace.people.models import Person
from oneplace.plans import queries, verbs
from oneplace.plans.data_sets import DataSets
from oneplace.plans.models import DataSet
from oneplace.referrals import verbs as referrals
from oneplace.referrals.models import Signpost
from oneplace.vocabulary.place.social_prescribing import NOT_WANTED, REFERRED, SocialPrescribing
from oneplace.vocabulary.terms import GoalState, NeedKind, Role
from tests.database import as_role
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import arrive, bola, client_of, connected, unconnected
from tests.rooms.referrals.asking import NEED, garden, partner_service

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)


@pytest.fixture
def margaret(db: None) -> Person:
    return arrive()


@pytest.fixture
def pic(margaret: Person) -> Viewer:
    viewer = connected(Role.PIC, margaret, "Rosa Bell")
    service, other = garden(), partner_service("age_uk")
    with viewing(viewer, at=AT):
        referrals.make_referral(
            person_id=margaret.pk,
            service=service,
            need=NEED,
            need_kind=NeedKind.HOME_AND_GARDEN,
            concerns=["loneliness", "home_and_garden"],
            by=viewer,
            at=AT,
        )
        referrals.signpost(
            person_id=margaret.pk,
            service=other,
            how=Signpost.TALK,
            need_kind=NeedKind.MONEY,
            is_wanted=False,
            by=viewer,
            at=AT,
        )
        goal = verbs.set_goal(
            person_id=margaret.pk, in_their_words="=Sit in the garden", by=viewer, at=AT
        )
        verbs.review_goal(goal=goal, outcome=GoalState.ACHIEVED, by=viewer, at=AT)
        verbs.set_goal(person_id=margaret.pk, in_their_words="Not reviewed", by=viewer, at=AT)
        for day, answer in ((0, 3), (5, 6)):
            verbs.record_measure(
                person_id=margaret.pk,
                instrument="ons4",
                answers={"satisfied": answer, "worthwhile": 5, "happy": 5, "anxious": 4},
                by=viewer,
                at=AT + timedelta(days=day),
            )
        verbs.record_income(
            person_id=margaret.pk,
            what="Attendance allowance",
            pounds_a_year=Decimal(3800),
            confirmed_by="Saw the letter",
            confirmed_on=AT.date(),
            by=viewer,
            at=AT,
        )
    return viewer


@pytest.fixture
def cleared(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the national opt-out service had given everybody back."""
    monkeypatch.setattr(
        "oneplace.people.queries.may_use",
        lambda persons, purpose, viewer: frozenset(persons),
    )


def _sets(viewer: Viewer, *, with_names: bool = False) -> DataSets:
    with viewing(viewer, at=AT + timedelta(days=9)):
        return verbs.export_social_prescribing(
            from_on=FIRST,
            until_on=LAST,
            with_names=with_names,
            why="The network's own quarter",
            by=viewer,
            at=AT + timedelta(days=9),
        )


def test_all_four_sets_hold_what_was_offered_why_and_what_came_of_it(pic: Viewer) -> None:
    sets = _sets(pic, with_names=True)

    (person,) = sets.rows[DataSet.PEOPLE]
    assert (person["family_name"], person["practice"]) == ("Okafor", "ZZAS06")
    assert [(row["need"], row["is_main"]) for row in sets.rows[DataSet.NEEDS]] == [
        ("home_and_garden", True),
        ("loneliness", False),
        ("money", True),
    ]
    referral, told = sets.rows[DataSet.SUPPORT]
    assert (referral["taken_up"], referral["code"]) == ("waiting", REFERRED)
    assert (told["taken_up"], told["code"]) == ("no", NOT_WANTED)
    kinds = [row["kind"] for row in sets.rows[DataSet.OUTCOMES]]
    assert sorted(kinds) == ["goal", "income", *["wellbeing"] * 4]
    (satisfied,) = (r for r in sets.rows[DataSet.OUTCOMES] if r["what"] == "ons4.satisfied")
    assert (satisfied["before"], satisfied["value"]) == (3, 6)
    assert {row["reference"] for rows in sets.rows.values() for row in rows} == {
        person["reference"]
    }


@pytest.mark.usefixtures("cleared")
def test_without_names_nothing_says_who_it_is(pic: Viewer, margaret: Person) -> None:
    sets = _sets(pic)

    whole = "".join(sets.as_csv(which) for which in DataSet)
    assert "Garden friends" in whole
    for name in ("Okafor", "Margaret", margaret.nhs_number, str(margaret.pk)):
        assert name not in whole
    assert "born_on" not in sets.as_csv(DataSet.PEOPLE)


@pytest.mark.usefixtures("cleared")
def test_two_exports_cannot_be_joined(pic: Viewer) -> None:
    first, second = _sets(pic), _sets(pic)

    assert first.rows[DataSet.PEOPLE][0]["reference"] != second.rows[DataSet.PEOPLE][0]["reference"]


def test_whose_record_does_not_open_is_in_no_set(pic: Viewer, margaret: Person) -> None:
    other = connected(Role.PIC, bola(), "Ben Hall")

    assert all(not rows for rows in _sets(other).rows.values())


def test_a_stranger_sees_nothing(pic: Viewer) -> None:
    for stranger in (unconnected(Role.SOCIAL_WORKER), NOBODY):
        with viewing(stranger, at=AT):
            sets, shown = queries.social_prescribing(FIRST, LAST, with_names=False, viewer=stranger)
        assert shown == []
        assert all(not rows for rows in sets.rows.values())


@pytest.mark.usefixtures("cleared")
def test_the_audit_keeps_why_and_everybody_in_it(pic: Viewer, margaret: Person) -> None:
    _sets(pic)

    with as_role(DatabaseRole.LOADER):
        entry = AuditEntry.objects.get(action="export_social_prescribing")
        assert AuditPerson.objects.get(entry=entry).person_id == margaret.pk
    assert entry.reason == "The network's own quarter"
    assert entry.detail["with_names"] is False


def test_without_its_audit_nothing_leaves(pic: Viewer, broken_audit: Callable[[], None]) -> None:
    broken_audit()

    with pytest.raises(RuntimeError, match="no audit"):
        _sets(pic)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"until_on": date(2026, 2, 1)}, "before the first"),
        ({"from_on": date(2040, 1, 1), "until_on": date(2040, 2, 1)}, "still to come"),
        ({"from_on": date(2020, 1, 1)}, "at most two years"),
        ({"why": " "}, "what for"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_the_reason(
    change: dict[str, object], says: str, pic: Viewer
) -> None:
    asked = {"from_on": FIRST, "until_on": LAST, "why": "x", "with_names": False, **change}

    with viewing(pic, at=AT), pytest.raises(Refused, match=says):
        verbs.export_social_prescribing(by=pic, at=AT, **asked)  # type: ignore[arg-type]


def test_the_page_shows_how_whole_they_are_and_gives_four_tables(pic: Viewer) -> None:
    page, here = client_of(pic), reverse("plans:export_social_prescribing")
    typed = {
        "from_on_day": "1",
        "from_on_month": "3",
        "from_on_year": "2026",
        "until_on_day": "31",
        "until_on_month": "3",
        "until_on_year": "2026",
        "names": "with",
        "why": "For the practice",
    }

    assert "1. Who the person is" in page.get(here).content.decode()
    assert (
        "Write the first day." in page.post(here, {"csrfmiddlewaretoken": "token"}).content.decode()
    )
    shown = page.post(here, typed).content.decode()
    taken = page.post(here, {**typed, "take": "yes"})

    assert "1 person" in shown
    assert "Often missing" in shown
    assert taken.headers["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(taken.content)) as packed:
        assert sorted(packed.namelist()) == [
            "READ-ME.txt",
            *(f"{each}.csv" for each in ("needs", "outcomes", "people", "support")),
        ]
        rows = list(csv.DictReader(io.StringIO(packed.read("people.csv").decode())))
        read_me = packed.read("READ-ME.txt").decode()
    assert rows[0]["family_name"] == "Okafor"
    assert "version 1.1" in read_me
    assert settings.PLACE.notice in read_me


@pytest.mark.usefixtures("cleared")
def test_the_command_writes_them_without_names_to_an_empty_folder(
    pic: Viewer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = ["--from", "2026-03-01", "--until", "2026-03-31", "--why", "The quarter"]
    monkeypatch.setattr("oneplace.config.installation.join", lambda role: None)

    def said(folder: str, *options: str) -> str:
        with as_role(DatabaseRole.LOADER):
            done = CliRunner().invoke(
                command.social_prescribing,
                ["export", str(tmp_path / folder), *options],
                help_option_names=["-h", "--help"],
            )
        return str(done.exception) if isinstance(done.exception, Stop) else done.output

    written = said("out", *days)

    assert "support.csv" in written
    assert "Garden friends" in (tmp_path / "out" / "support.csv").read_text()
    assert "Okafor" not in (tmp_path / "out" / "people.csv").read_text()
    assert "is not empty" in said("out", *days)
    assert "is not a day" in said("new", "--from", "March", *days[2:])
    assert "before the first" in said("new", "--from", "2026-04-01", *days[2:])


def test_for_planning_whoever_the_national_service_has_not_cleared_is_left_out(
    pic: Viewer,
) -> None:
    sets = _sets(pic)

    assert (sets.left_out, len(sets.rows[DataSet.PEOPLE])) == (1, 0)


def test_words_a_spreadsheet_would_run_are_quoted() -> None:
    rows = dict.fromkeys(DataSet, ()) | {DataSet.OUTCOMES: [{"what": "=1+1", "value": -2}]}
    table = DataSets(FIRST, LAST, False, rows).as_csv(DataSet.OUTCOMES)

    assert "'=1+1" in table
    assert ",-2," in table


def test_a_code_for_a_word_that_is_none_of_ours_names_the_words_there_are() -> None:
    with pytest.raises(ValueError, match="none of our words") as wrong:
        SocialPrescribing(needs={"lonely": "123456"})

    assert "loneliness" in str(wrong.value)
    assert SocialPrescribing(needs={"loneliness": "123456"}).needs["loneliness"] == "123456"

"""The pages of huddles: with and without the script, and how few statements a screen costs."""

import json
import uuid
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oneplace.access.guard import HAT_IN_SESSION, PROVEN_BY_PROVIDER
from oneplace.access.models import Account
from oneplace.access.viewer import Viewer, viewing
from oneplace.actions.models import Action
from oneplace.huddles import queries, verbs
from oneplace.huddles.models import Case, Item, Line, Meeting, Member, Paragraph
from oneplace.kit.clock import now
from oneplace.vocabulary.terms import ActionState, MeetingState, Role
from tests.factories import make_account, make_hat
from tests.rooms.huddles.around_the_table import Team, begun

pytestmark = pytest.mark.django_db
JSON = {"HTTP_ACCEPT": "application/json"}
MOST_STATEMENTS = 12


def client_of(viewer: Viewer) -> Client:
    """A browser in which somebody has signed in."""
    client = Client()
    client.force_login(Account.objects.get(pk=viewer.account_id))
    session = client.session
    session[HAT_IN_SESSION] = str(viewer.hat_id)
    session[PROVEN_BY_PROVIDER] = True
    session.save()
    return client


@pytest.fixture
def facilitator(team: Team) -> Client:
    return client_of(team.facilitator)


@pytest.fixture
def live(team: Team, meeting: Meeting) -> Iterator[list[Item]]:
    yield begun(team, meeting)


def told(statements: CaptureQueriesContext) -> list[str]:
    """What was asked of the database, without the beginnings and ends of transactions."""
    begins = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")
    return [each["sql"] for each in statements if not each["sql"].startswith(begins)]


def test_a_screen_costs_twelve_statements_at_most(
    team: Team, meeting: Meeting, live: list[Item]
) -> None:
    client = client_of(team.pharmacist)
    address = reverse("huddles:room", args=[meeting.pk])
    client.get(address)

    with CaptureQueriesContext(connection) as statements:
        page = client.get(address)

    assert page.status_code == 200
    assert "Margaret O." in page.text
    assert "Okafor" not in page.text
    asked = told(statements)
    assert len(asked) <= MOST_STATEMENTS, "\n".join(sql[:120] for sql in asked)


def test_the_scribe_types_and_the_pharmacist_accepts_without_the_script(
    team: Team, facilitator: Client, meeting: Meeting, live: list[Item]
) -> None:
    first, *_ = live
    answer = facilitator.post(
        reverse("huddles:write_line", args=[first.pk]),
        {"kind": "action", "words": "@pharmacist Fri review BP tablets", "line": uuid.uuid4()},
        follow=True,
    )
    assert "Review BP tablets" in answer.text

    pharmacist = client_of(team.pharmacist)
    with viewing(team.pharmacist, at=now()):
        action = Action.objects.get()
    page = pharmacist.get(reverse("huddles:room", args=[meeting.pk]))
    assert "Accept" in page.text
    pharmacist.post(reverse("huddles:accept_action", args=[action.pk]))
    with viewing(team.pharmacist, at=now()):
        action.refresh_from_db()
        assert action.state == ActionState.ACCEPTED


def test_what_cannot_be_an_ask_comes_back_with_the_reason_and_the_words(
    facilitator: Client, meeting: Meeting, live: list[Item]
) -> None:
    address = reverse("huddles:write_line", args=[live[0].pk])
    said = {"kind": "action", "words": "review BP tablets"}

    page = facilitator.post(address, said)
    script = facilitator.post(address, said, **JSON)

    assert page.status_code == 422
    assert "Begin with @" in page.text
    assert 'value="review BP tablets"' in page.text
    assert "Begin with @" in json.loads(script.content)["reason"]


def test_a_line_sent_again_after_the_network_dropped_is_written_once(
    team: Team, facilitator: Client, meeting: Meeting, live: list[Item]
) -> None:
    address = reverse("huddles:write_line", args=[live[0].pk])
    said = {"kind": "note", "words": "Likes the window seat", "line": str(uuid.uuid4())}

    first = facilitator.post(address, said, **JSON)
    again = facilitator.post(address, said, **JSON)

    assert first.json()["line"] == again.json()["line"]
    with viewing(team.facilitator, at=now()):
        assert Line.objects.count() == 1


def test_whether_the_carer_was_asked_is_noted_without_the_script(
    facilitator: Client, meeting: Meeting, live: list[Item]
) -> None:
    first, *_ = live
    carer = reverse("huddles:note_carer", args=[first.pk])

    empty = facilitator.post(carer, {"said": "x"}, follow=True)
    asked = facilitator.post(carer, {"answer": "asked", "said": "One night’s sleep"}, follow=True)
    told = facilitator.post(
        reverse("huddles:note_told", args=[first.pk]), {"how": "phone"}, follow=True
    )

    assert "Say whether the carer was asked." in empty.text
    assert "“One night’s sleep”" in asked.text
    assert "Not told yet" in asked.text
    assert "Not told yet" not in told.text
    assert "Told today" not in told.text


def test_a_stale_outcome_page_shows_both_versions(
    team: Team, facilitator: Client, meeting: Meeting, live: list[Item]
) -> None:
    first = live[0]
    address = reverse("huddles:conclude_item", args=[first.pk])
    said = {
        "decided": "go_on",
        "lead": str(team.gp.hat_id),
        "version": first.version,
        "question": "",
        "safety_net": "",
        "reason": "",
    }
    facilitator.post(address, said)

    stale = facilitator.post(address, {**said, "decided": "bring_back"})

    assert "What stands now" in stale.text
    assert "Stays active" in stale.text
    assert "Somebody has changed this since" in stale.text


def test_a_meeting_is_closed_by_its_pages_and_its_paragraph_leaves(
    team: Team, facilitator: Client, meeting: Meeting, live: list[Item]
) -> None:
    first = live[0]
    facilitator.post(
        reverse("huddles:write_line", args=[first.pk]), {"kind": "decision", "words": "Falls class"}
    )
    with viewing(team.facilitator, at=now()):
        first.refresh_from_db()
    facilitator.post(
        reverse("huddles:conclude_item", args=[first.pk]),
        {"decided": "go_on", "lead": str(team.gp.hat_id), "version": first.version},
    )
    page = facilitator.post(reverse("huddles:end_meeting", args=[meeting.pk]), follow=True)
    assert "Approve the minutes" in page.text

    gp = client_of(team.gp)
    with viewing(team.gp, at=now()):
        paragraph = Paragraph.objects.get()
    unchecked = gp.get(reverse("huddles:paragraph_document", args=[paragraph.pk]))
    assert unchecked.status_code == 302
    gp.post(
        reverse("huddles:check_paragraph", args=[paragraph.pk]),
        {"words": paragraph.words, "version": 1},
    )
    document = gp.get(reverse("huddles:paragraph_document", args=[paragraph.pk])).json()
    assert document["resourceType"] == "Bundle"
    assert document["entry"][0]["resource"]["status"] == "final"
    kinds = [entry["resource"]["resourceType"] for entry in document["entry"]]
    assert "DocumentReference" in kinds
    paper = gp.get(reverse("huddles:paragraph_paper", args=[paragraph.pk]))
    assert "Checked by Dr Gita Gray" in paper.text

    facilitator.post(reverse("huddles:close_meeting", args=[meeting.pk]))
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.CLOSED
    minutes = facilitator.get(reverse("huddles:meeting", args=[meeting.pk]))
    assert "Falls class" in minutes.text


def test_the_pages_before_and_around_a_meeting_open(
    team: Team, facilitator: Client, meeting: Meeting
) -> None:
    with viewing(team.facilitator, at=now()):
        item = Item.objects.first()
        case = Case.objects.first()
        assert item is not None
        assert case is not None
    for name, args in (
        ("huddles", []),
        ("series", [meeting.series_id]),
        ("change_series", [meeting.series_id]),
        ("end_series", [meeting.series_id]),
        ("add_member", [meeting.series_id]),
        ("meeting", [meeting.pk]),
        ("move_meeting", [meeting.pk]),
        ("cancel_meeting", [meeting.pk]),
        ("bring_to_huddle", [meeting.pk]),
        ("prepare", [meeting.pk]),
        ("running_order", [meeting.pk]),
        ("read_back", [meeting.pk]),
        ("conclude_item", [item.pk]),
        ("caseload", []),
        ("case", [case.pk]),
        ("end_case", [case.pk]),
        ("roll_out", []),
        ("engagement", [team.practice.pk]),
        ("calendar", []),
        ("huddle_manual", []),
    ):
        page = facilitator.get(reverse(f"huddles:{name}", args=args))
        assert page.status_code == 200, name


def test_a_facilitator_of_several_practices_chooses_one_and_finds_it_again(
    team: Team, facilitator: Client, meeting: Meeting
) -> None:
    from datetime import date

    from oneplace.config.database import Role as DatabaseRole
    from oneplace.partners.models import Organisation
    from oneplace.vocabulary.ids import new_id
    from oneplace.vocabulary.terms import OrganisationKind
    from tests.database import as_role
    from tests.rooms.huddles.around_the_table import a_series

    with as_role(DatabaseRole.LOADER):
        other = Organisation.objects.create(
            id=new_id(), code="ZZOTHER", name="Otherways Surgery", short_word="GP",
            kind=OrganisationKind.GP_PRACTICE, network=team.practice.network,
        )  # fmt: skip
    second = a_series(team, host=other, at=now(), first_on=date(2026, 3, 10))
    home, caseload = reverse("huddles:huddles"), reverse("huddles:caseload")

    everywhere = facilitator.get(home)
    one = facilitator.get(home, {"series": str(second.pk)})
    again = facilitator.get(home)
    people = facilitator.get(caseload)
    all_of_them = facilitator.get(home, {"series": ""})

    assert "All of mine" in everywhere.text
    assert "Only Otherways Surgery" in one.text
    assert "Only Otherways Surgery" in again.text
    assert "Nobody is on this list" in people.text
    assert "Only Otherways Surgery" not in all_of_them.text


def test_a_question_is_asked_and_answered_beforehand(
    team: Team, facilitator: Client, meeting: Meeting
) -> None:
    with viewing(team.facilitator, at=now()):
        item = Item.objects.first()
        assert item is not None
    facilitator.post(
        reverse("huddles:ask_question", args=[item.pk]),
        {"to_role": "pharmacist", "words": "Are her tablets right?"},
    )
    pharmacist = client_of(team.pharmacist)
    page = pharmacist.get(reverse("huddles:prepare", args=[meeting.pk]))
    assert "3 people, 1 question for you" in page.text
    with viewing(team.pharmacist, at=now()):
        question = Line.objects.get()
    answer = pharmacist.post(
        reverse("huddles:answer_question", args=[question.pk]), {"words": "Two are doubled"},
        follow=True,
    )  # fmt: skip
    assert "Two are doubled" in answer.text


def test_a_private_link_tells_when_and_where_and_nobodys_name(
    team: Team, facilitator: Client, meeting: Meeting
) -> None:
    page = facilitator.post(reverse("huddles:make_calendar_link"), follow=True)
    address = page.text.split('value="http://testserver')[1].split('"')[0]

    text = Client().get(address).text
    assert "BEGIN:VCALENDAR" in text
    assert "Margaret" not in text
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75

    facilitator.post(reverse("huddles:withdraw_calendar_link"))
    assert Client().get(address).status_code == 404


def test_whoever_does_not_belong_finds_no_meeting(team: Team, meeting: Meeting) -> None:
    from oneplace.vocabulary.terms import Role
    from tests.factories import make_account, make_hat, viewer_in

    hat = make_hat(Role.THERAPIST, account=make_account(name="Else Where"))
    stranger = client_of(viewer_in(hat, at=now()))

    assert stranger.get(reverse("huddles:meeting", args=[meeting.pk])).status_code == 404
    assert stranger.get(reverse("huddles:room", args=[meeting.pk])).status_code == 404


def test_my_day_says_which_huddle_comes_and_what_is_asked(team: Team, meeting: Meeting) -> None:
    from oneplace.huddles.cards import NextHuddles
    from tests.rooms.huddles.around_the_table import LISTED

    with viewing(team.pharmacist, at=LISTED):
        rows = NextHuddles().rows(viewer=team.pharmacist, at=LISTED)

    assert next(row.what for row in rows).endswith("3 people")
    assert queries.days_until(meeting, LISTED) == 7


def test_my_day_says_once_of_all_huddles_without_anybody_that_they_are_to_come(
    team: Team, meeting: Meeting
) -> None:
    from oneplace.config.database import Role as DatabaseRole
    from oneplace.huddles.cards import NextHuddles
    from tests.database import as_role
    from tests.rooms.huddles.around_the_table import LISTED

    with as_role(DatabaseRole.LOADER):
        Item.objects.filter(meeting=meeting).update(state="taken_off")
    with viewing(team.pharmacist, at=LISTED):
        (row,) = NextHuddles().rows(viewer=team.pharmacist, at=LISTED)

    assert row.what.endswith("nobody on its list yet")
    assert row.button == "See it"
    assert not row.needs_you


def test_what_a_practice_asked_waits_until_it_is_answered_and_both_stand_together(
    team: Team, facilitator: Client, meeting: Meeting
) -> None:
    address = reverse("huddles:engagement", args=[team.practice.pk])
    on = {"on_day": "1", "on_month": "3", "on_year": "2026"}
    facilitator.post(address, {"kind": "asked", **on, "words": "Who types?"})
    waiting = facilitator.get(address).text
    with viewing(team.facilitator, at=now()):
        question = queries.engagements(team.practice, viewer=team.facilitator).get()
    answer = {"kind": "answered", **on, "words": "Whoever likes to"}

    nameless = facilitator.post(address, answer).text
    facilitator.post(address, {**answer, "answers": str(question.pk)})
    answered = facilitator.get(address).text

    assert "not answered" in waiting
    assert f"?answers={question.pk}" in waiting
    assert "Say which question this answers." in nameless
    assert "not answered" not in answered
    assert "Whoever likes to" in answered


def test_the_manual_stands_where_it_is_needed_and_says_its_versions(
    facilitator: Client, meeting: Meeting, live: list[Item]
) -> None:
    from oneplace.huddles.manual import manual

    whole = manual()
    before = whole.of("before")
    assert before is not None
    assert [one.since for one in whole.versions] == sorted(
        (one.since for one in whole.versions), reverse=True
    )
    agenda = facilitator.get(reverse("huddles:meeting", args=[meeting.pk])).text
    order = facilitator.get(reverse("huddles:running_order", args=[meeting.pk])).text
    page = facilitator.get(reverse("huddles:huddle_manual")).text

    assert before.says[0] in agenda
    assert "No change twice is a finding" in order
    assert "Version 1" in page


def test_of_several_nurses_in_a_core_team_one_is_named_who_comes(
    team: Team, facilitator: Client, meeting: Meeting
) -> None:
    nurse = make_hat(Role.COMMUNITY_NURSE, account=make_account(name="Nell Nurse"))
    with viewing(team.facilitator, at=now()):
        verbs.add_member(series=meeting.series, hat=nurse, by=team.facilitator, at=now())
        known = Member.objects.get(
            series=meeting.series, role=Role.COMMUNITY_NURSE, hat=team.hat(Role.COMMUNITY_NURSE)
        )
    address = reverse("huddles:series", args=[meeting.series_id])

    before = facilitator.get(address).text
    after = facilitator.post(reverse("huddles:name_core_member", args=[known.pk]), follow=True).text

    assert "2 people are here as" in before
    assert "people are here as" not in after
    with viewing(team.facilitator, at=now()):
        core = Member.objects.filter(series=meeting.series, role=Role.COMMUNITY_NURSE, is_core=True)
        assert [one.pk for one in core] == [known.pk]

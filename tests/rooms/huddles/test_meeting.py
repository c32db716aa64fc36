"""A meeting from its list to its minutes: what is typed, asked, decided and carried on."""

import re
import uuid
from datetime import date, timedelta

import pytest
from django.template.loader import render_to_string

from oneplace.access.viewer import viewing
from oneplace.actions.models import Action
from oneplace.huddles import presenters, queries, verbs
from oneplace.huddles.models import (
    Attendee,
    CarerAsked,
    Case,
    Decided,
    Item,
    ItemState,
    Line,
    LineKind,
    Meeting,
    Member,
    Paragraph,
    Series,
    WishesKept,
)
from oneplace.huddles.queries.since import keep_late_current
from oneplace.huddles.verbs.outcome import paragraph_words
from oneplace.kit.refusals import Refused
from oneplace.kit.words import label_of
from oneplace.people import queries as people
from oneplace.vocabulary.terms import (
    ActionState,
    AgendaSection,
    Attendance,
    CaseClosed,
    CaseState,
    EntryKind,
    EntryStatus,
    Exactness,
    MeetingState,
    Role,
)
from tests.rooms.huddles.around_the_table import EIGHT, LISTED, Team, begun, hat_at, items_of

pytestmark = pytest.mark.django_db
SOON = EIGHT + timedelta(minutes=5)


def test_listing_somebody_opens_them_to_the_core_team_in_the_same_transaction(
    team: Team, meeting: Meeting
) -> None:
    with viewing(team.pharmacist, at=LISTED):
        assert people.person(team.people[0].pk, viewer=team.pharmacist) is not None
        assert [item.why for item in items_of(meeting)] == [
            "Why Margaret", "Why Anil", "Why Bola",
        ]  # fmt: skip


def test_somebody_taken_off_the_list_and_brought_anew_stands_once_on_the_agenda(
    team: Team, meeting: Meeting
) -> None:
    person = team.people[0]
    given = {"person_id": person.pk, "practice_id": team.practice.pk, "by": team.gp, "at": LISTED}
    with viewing(team.gp, at=LISTED):
        verbs.unlist_case(**given, why="Pressed by mistake")
        again = verbs.bring_to_huddle(**given, meeting=meeting, why="Another fall")

        assert again is not None
        items = Item.objects.filter(meeting=meeting, person=person)
        assert [(each.pk, each.state, each.why) for each in items] == [
            (again.pk, ItemState.WAITING, "Another fall")
        ]
        case = Case.objects.get(person=person)
    assert (case.state, case.closed_reason, case.told_on) == (CaseState.LISTED, "", None)


def test_the_list_locks_a_day_before_and_tells_each_who_is_asked_numbers_alone(
    team: Team, meeting: Meeting
) -> None:
    from oneplace.post.models import Message

    with viewing(team.facilitator, at=LISTED):
        first = items_of(meeting)[0]
        verbs.ask_question(
            item=first, words="Are her tablets right?", to_role=Role.PHARMACIST,
            by=team.facilitator, at=LISTED,
        )  # fmt: skip
    locked_at = EIGHT - timedelta(hours=24)
    with viewing(team.facilitator, at=locked_at):
        verbs.lock_list(meeting=meeting, by=team.facilitator, at=locked_at)

    assert meeting.state == MeetingState.LIST_LOCKED
    with viewing(team.pharmacist, at=locked_at):
        (nudge,) = Message.objects.filter(recipient_id=team.pharmacist.account_id)
    assert "3 people, 1 question for you" in nudge.subject
    assert "Margaret" not in nudge.subject + nudge.body


def test_a_typed_line_becomes_an_ask_with_owner_day_and_text(team: Team, meeting: Meeting) -> None:
    first, *_ = begun(team, meeting)

    with viewing(team.facilitator, at=SOON):
        line = verbs.write_line(
            item=first, kind=LineKind.ACTION, words="@pharmacist Fri review BP tablets",
            by=team.facilitator, at=SOON,
        )  # fmt: skip
        action = Action.objects.get(pk=line.made_id)

    assert action.text == "Review BP tablets"
    assert action.due_on == date(2026, 3, 13)
    assert action.owner_account_id == team.pharmacist.account_id
    assert "Priya Shah" in line.made_words


def test_a_line_sent_twice_is_written_once_and_one_taken_back_takes_its_ask_back(
    team: Team, meeting: Meeting
) -> None:
    from oneplace.vocabulary.ids import new_id

    first, *_ = begun(team, meeting)
    mine = new_id()
    with viewing(team.facilitator, at=SOON):
        for _ in range(2):
            line = verbs.write_line(
                item=first, kind=LineKind.ACTION, words="@gp check bloods", line_id=mine,
                by=team.facilitator, at=SOON,
            )  # fmt: skip
        assert Action.objects.count() == 1
        verbs.take_back_line(line=line, by=team.facilitator, at=SOON)
        action = Action.objects.get(pk=line.made_id)

    assert action.taken_back_at is not None


def test_whoever_is_left_without_a_word_is_parked_and_next_pressed_twice_turns_once(
    team: Team, meeting: Meeting
) -> None:
    first, second, _third = begun(team, meeting)
    with viewing(team.facilitator, at=SOON):
        for _ in range(2):
            meeting = verbs.turn_to(
                meeting=meeting, item=None, seen=first.pk, by=team.facilitator, at=SOON
            )
        first.refresh_from_db()

        assert meeting.now_item_id == second.pk
        assert first.state == ItemState.PARKED


def test_a_third_no_change_asks_for_a_step_down_or_a_new_question(
    team: Team, meeting: Meeting
) -> None:
    first, *_ = begun(team, meeting)
    with viewing(team.facilitator, at=SOON):
        Case.objects.filter(pk=first.case_id).update(unchanged=2)
        first.case.refresh_from_db()
        with pytest.raises(Refused, match="Step down"):
            verbs.write_line(item=first, kind=LineKind.NO_CHANGE, by=team.facilitator, at=SOON)
        verbs.write_line(
            item=first, kind=LineKind.NO_CHANGE, words="Would day care suit her?",
            by=team.facilitator, at=SOON,
        )  # fmt: skip
        first.case.refresh_from_db()
    assert first.case.question == "Would day care suit her?"


def test_no_case_without_a_lead_no_closing_with_open_actions_no_step_down_without_a_net(
    team: Team, meeting: Meeting
) -> None:
    first, *_ = begun(team, meeting)
    given = {"item": first, "by": team.facilitator, "at": SOON}
    with viewing(team.facilitator, at=SOON):
        with pytest.raises(Refused, match="without a lead"):
            verbs.conclude_item(decided=Decided.GO_ON, lead=None, **given)
        lead = team.hat(Role.GP)
        with pytest.raises(Refused, match="safety net"):
            verbs.conclude_item(decided=Decided.STEP_DOWN, lead=lead, **given)
        verbs.write_line(
            item=first, kind=LineKind.ACTION, words="@gp ring the daughter",
            by=team.facilitator, at=SOON,
        )  # fmt: skip
        with pytest.raises(Refused, match="still open"):
            verbs.conclude_item(
                decided=Decided.CLOSE, lead=lead, reason=CaseClosed.GOALS_MET, **given
            )


def test_nobody_is_closed_at_the_end_with_an_action_asked_after_the_decision(
    team: Team, meeting: Meeting
) -> None:
    first, *_ = begun(team, meeting)
    closing = {
        "item": first,
        "decided": Decided.CLOSE,
        "lead": team.hat(Role.GP),
        "reason": CaseClosed.GOALS_MET,
        "by": team.facilitator,
        "at": SOON,
    }
    with viewing(team.facilitator, at=SOON):
        verbs.conclude_item(**closing)
        line = verbs.write_line(
            item=items_of(meeting)[0], kind=LineKind.ACTION, words="@gp ring the daughter",
            by=team.facilitator, at=SOON,
        )  # fmt: skip

        with pytest.raises(Refused, match=r"Margaret O\.: 1 action open"):
            verbs.end_meeting(meeting=meeting, by=team.facilitator, at=SOON)

        verbs.take_back_line(line=line, by=team.facilitator, at=SOON)
        verbs.conclude_item(**closing)
        verbs.end_meeting(meeting=meeting, by=team.facilitator, at=SOON)
        assert Case.objects.get(pk=first.case_id).state == CaseState.CLOSED


def test_whoever_is_to_be_brought_back_stands_on_the_next_agenda(
    team: Team, series: Series, meeting: Meeting
) -> None:
    first, *_ = begun(team, meeting)
    with viewing(team.facilitator, at=SOON):
        item = verbs.conclude_item(
            item=first, decided=Decided.BRING_BACK, lead=team.hat(Role.GP),
            next_review_on=date(2026, 4, 9), by=team.facilitator, at=SOON,
        )  # fmt: skip
        assert item.next_review_on == date(2026, 3, 19)

        verbs.end_meeting(meeting=meeting, by=team.facilitator, at=SOON)

        following = Meeting.objects.get(series=series, due_on=date(2026, 3, 19))
        (back,) = [one for one in items_of(following) if one.case_id == first.case_id]
        assert back.why == "Brought back from the huddle of 12 March 2026"
        assert Case.objects.get(pk=first.case_id).next_review_on == date(2026, 3, 19)

        # An agenda that is planned only later takes them up too.
        back.delete()
        verbs.build_agenda(meeting=following, by=team.facilitator, at=SOON)
        assert first.case_id in {one.case_id for one in items_of(following)}


def test_ending_carries_over_who_was_not_reached_and_closing_closes_who_was_stepped_down(
    team: Team, series: Series, meeting: Meeting
) -> None:
    first, second, third = begun(team, meeting)
    lead = team.hat(Role.GP)
    with viewing(team.facilitator, at=SOON):
        verbs.note_attendance(
            attendee=queries.attendees(meeting, viewer=team.facilitator)[0],
            attendance=Attendance.PRESENT, by=team.facilitator, at=SOON,
        )  # fmt: skip
        verbs.write_line(
            item=first, kind=LineKind.STEP_DOWN, words="A fall, or her daughter goes away",
            by=team.facilitator, at=SOON,
        )  # fmt: skip
        first.refresh_from_db()
        verbs.conclude_item(
            item=first, decided=Decided.STEP_DOWN, lead=lead, version=first.version,
            by=team.facilitator, at=SOON,
        )  # fmt: skip
        verbs.turn_to(meeting=meeting, item=second, by=team.facilitator, at=SOON)
        verbs.write_line(
            item=second, kind=LineKind.DECISION, words="Home visit", by=team.facilitator, at=SOON
        )
        with pytest.raises(Refused, match=r"Anil P\."):
            verbs.end_meeting(meeting=meeting, by=team.facilitator, at=SOON)
        verbs.conclude_item(
            item=second, decided=Decided.GO_ON, lead=lead, by=team.facilitator, at=SOON
        )
        meeting = verbs.end_meeting(meeting=meeting, by=team.facilitator, at=SOON)

        following = Meeting.objects.get(series=series, due_on=date(2026, 3, 19))
        assert [item.person_id for item in items_of(following)] == [third.person_id]
        assert Case.objects.get(pk=first.case_id).state == CaseState.STEPPED_DOWN
        assert Paragraph.objects.filter(item__meeting=meeting).count() == 2
        meeting = verbs.close_meeting(meeting=meeting, by=team.facilitator, at=SOON)
    assert meeting.state == MeetingState.CLOSED
    with viewing(team.pharmacist, at=SOON):
        assert people.person(first.person_id, viewer=team.pharmacist) is None
        # The minutes say that somebody is missing from what she reads.
        shown = queries.items(meeting, viewer=team.pharmacist)
        assert queries.not_open(meeting, shown, viewer=team.pharmacist) == 1
        assert presenters.not_open_words(1).startswith("1 more person is not open to you")
        assert people.person(second.person_id, viewer=team.pharmacist) is not None


def test_a_checked_paragraph_leaves_for_the_practice_in_the_clinicians_name(
    team: Team, meeting: Meeting
) -> None:
    from oneplace.post.models import Message

    first, *_ = begun(team, meeting)
    with viewing(team.facilitator, at=SOON):
        verbs.write_line(
            item=first, kind=LineKind.DECISION, words="Falls clinic", by=team.facilitator, at=SOON
        )
        verbs.conclude_item(
            item=first, decided=Decided.GO_ON, lead=team.hat(Role.PIC), by=team.facilitator, at=SOON
        )
        verbs.end_meeting(meeting=meeting, by=team.facilitator, at=SOON)
    with viewing(team.gp, at=SOON):
        paragraph = Paragraph.objects.get()
        assert "Falls clinic." in paragraph.words
        checked = verbs.check_paragraph(
            paragraph=paragraph, words=paragraph.words, version=1, by=team.gp, at=SOON
        )
        (message,) = Message.objects.filter(pk__in=checked.message_ids)

    assert message.recipient_id == team.practice.pk
    assert "Checked by Dr Gita Gray" in message.body


def test_a_stranger_sees_nobody_on_the_agenda(team: Team, meeting: Meeting) -> None:
    from tests.factories import make_account, make_hat, viewer_in

    stranger = viewer_in(make_hat(Role.COMMUNITY_NURSE, account=make_account(name="Else Where")))

    with viewing(stranger, at=LISTED):
        assert Item.objects.count() == 0
        assert Case.objects.count() == 0


def test_a_goal_typed_in_the_huddle_stands_in_the_plan_in_their_words(
    team: Team, meeting: Meeting
) -> None:
    from oneplace.plans import queries as plans

    first, *_ = begun(team, meeting)
    with viewing(team.gp, at=SOON):
        line = verbs.write_line(
            item=first, kind=LineKind.GOAL, words="I want to sit in the garden", by=team.gp,
            at=SOON,
        )  # fmt: skip
        (goal,) = plans.goals_of(first.person_id, viewer=team.gp)

    assert goal.pk == line.made_id


def test_a_goal_taken_back_stands_in_no_plan_any_more(team: Team, meeting: Meeting) -> None:
    from oneplace.plans import queries as plans

    first, *_ = begun(team, meeting)
    with viewing(team.gp, at=SOON):
        line = verbs.write_line(
            item=first, kind=LineKind.GOAL, words="I want a dog", by=team.gp, at=SOON
        )
        verbs.take_back_line(line=line, by=team.gp, at=SOON)

        assert plans.goals_of(first.person_id, viewer=team.gp) == []
        assert plans.goals_of_many([first.person_id], viewer=team.gp) == {}


def test_what_a_line_put_on_the_case_goes_with_it_and_what_stood_there_comes_back(
    team: Team, meeting: Meeting
) -> None:
    first, *_ = begun(team, meeting)
    case = Case.objects.get(pk=first.case_id)
    with viewing(team.gp, at=SOON):
        case.safety_net, case.question = "A fall", "Who brings the shopping?"
        case.save(update_fields=["safety_net", "question"])
        given = {"item": first, "by": team.gp, "at": SOON}

        one = verbs.write_line(kind=LineKind.STEP_DOWN, words="Two falls", **given)
        two = verbs.write_line(kind=LineKind.STEP_DOWN, words="Three falls", **given)
        asked = verbs.write_line(kind=LineKind.NO_CHANGE, words="Does he sleep?", **given)
        said = []
        for line in (two, one, asked):
            verbs.take_back_line(line=line, by=team.gp, at=SOON)
            case.refresh_from_db()
            said.append((case.safety_net, case.question))

    assert said == [
        ("Two falls", "Does he sleep?"),
        ("A fall", "Does he sleep?"),
        ("A fall", "Who brings the shopping?"),
    ]


def test_lines_of_one_moment_stand_in_the_order_they_came_and_undo_is_of_ones_own(
    team: Team, meeting: Meeting
) -> None:
    first, *_ = begun(team, meeting)
    wanted = []
    with viewing(team.gp, at=SOON):
        # Ids are the writer's choice: these run the other way.
        for number in range(9, 3, -1):
            line_id = uuid.UUID(int=number)
            wanted.append(line_id)
            verbs.write_line(
                item=first, kind=LineKind.NOTE, words=f"Note {number}", line_id=line_id,
                by=team.gp, at=SOON,
            )  # fmt: skip
    with viewing(team.facilitator, at=SOON):
        found = queries.lines([first.pk], viewer=team.facilitator)[first.pk]
        shown = [presenters.line_shown(line, viewer=team.facilitator) for line in found]

    assert [line.pk for line in found] == wanted
    assert {(one.may_take_back, one.is_own) for one in shown} == {(True, False)}


def test_events_of_four_weeks_stand_in_the_order_of_the_days_they_show() -> None:
    def event(starts: int, ends: int | None, title: str) -> queries.Event:
        begun_at = EIGHT + timedelta(days=starts)
        ended_at = None if ends is None else EIGHT + timedelta(days=ends)
        return queries.Event(
            uuid.uuid4(), EntryKind.CONTACT, EntryStatus.ENDED, title, begun_at, ended_at,
            Exactness.SECOND, "", "gp", "care",
        )  # fmt: skip

    shown = presenters.events_shown(
        [event(-28, -1, "Visits"), event(-17, None, "Call"), event(-20, 9, "Programme")], at=EIGHT
    )

    assert [(one.on, one.words) for one in shown] == [
        ("11 Mar", "Visits, since 12 Feb"),
        ("23 Feb", "Call"),
        ("20 Feb", "Programme"),
    ]


def test_a_late_promise_bears_no_sign_of_something_done(team: Team, meeting: Meeting) -> None:
    first, *_ = begun(team, meeting)
    with viewing(team.facilitator, at=SOON):
        verbs.write_line(
            item=first, kind=LineKind.ACTION, words="@gp Fri check bloods",
            by=team.facilitator, at=SOON,
        )  # fmt: skip
        Action.objects.update(state=ActionState.ACCEPTED, due_on=date(2026, 3, 2))
        around = queries.person_screen(meeting, first, viewer=team.facilitator, at=SOON)
        person = presenters.person_shown(around, viewer=team.facilitator, at=SOON)
    late = render_to_string("huddles/_actions.html", {"person": person})

    assert ">!</span>" in late
    assert "✓" not in late


def test_of_several_nurses_one_is_chosen_by_number_by_being_there_or_as_the_one_core_member(
    team: Team, meeting: Meeting
) -> None:
    first, *_ = begun(team, meeting)
    for name in ("Ada Nurse", "Bea Nurse"):
        hat = hat_at(team.practice, Role.COMMUNITY_NURSE, name)
        Attendee.objects.create(
            meeting=meeting, name=name, role=Role.COMMUNITY_NURSE, hat_id=hat.pk,
            account_id=hat.account_id,
        )  # fmt: skip
    nurses = Attendee.objects.filter(meeting=meeting, role=Role.COMMUNITY_NURSE)
    nurses.update(attendance="")
    given = {"item": first, "kind": LineKind.ACTION, "by": team.facilitator, "at": SOON}

    def owner(line: Line) -> str:
        return Action.objects.get(pk=line.made_id).owner_name

    with viewing(team.facilitator, at=SOON):
        # Nell Okoro alone is a core member of the series.
        sole = verbs.write_line(words="@nurse Fri check dressings", **given)
        Member.objects.filter(role=Role.COMMUNITY_NURSE).update(is_core=False)
        with pytest.raises(Refused) as refusal:
            verbs.write_line(words="@nurse Fri check dressings", **given)
        listed = re.findall(r"#(\d+) ([^(;]+?) \(", refusal.value.reason)
        number = next(number for number, name in listed if name == "Bea Nurse")
        chosen = verbs.write_line(words=f"@nurse #{number} Fri check dressings", **given)
        nurses.filter(name="Ada Nurse").update(attendance=Attendance.PRESENT)
        there = verbs.write_line(words="@nurse Fri take the key to flat #2", **given)
        same = verbs.write_line(words="@nurse #2 Fri is the flat", **given)

    assert "Nell Okoro" in owner(sole)
    assert "Bea Nurse" in owner(chosen)
    assert Action.objects.get(pk=chosen.made_id).text == "Check dressings"
    assert "Ada Nurse" in owner(there)
    assert Action.objects.get(pk=there.made_id).text == "Take the key to flat #2"
    assert "Ada Nurse" in owner(same)


def test_whoever_opens_the_screen_notes_that_they_are_here_by_one_press(
    team: Team, meeting: Meeting
) -> None:
    begun(team, meeting)
    with viewing(team.gp, at=SOON):
        board = queries.board(meeting, viewer=team.gp, at=SOON)
        before = presenters.screen(board, viewer=team.gp, at=SOON).mine
        if before is None:
            Attendee.objects.filter(meeting=meeting, account_id=team.gp.account_id).update(
                attendance=""
            )
            board = queries.board(meeting, viewer=team.gp, at=SOON)
            before = presenters.screen(board, viewer=team.gp, at=SOON).mine
        assert before is not None
        verbs.note_attendance(attendee=before, attendance=Attendance.PRESENT, by=team.gp, at=SOON)
        board = queries.board(meeting, viewer=team.gp, at=SOON)

    assert presenters.screen(board, viewer=team.gp, at=SOON).mine is None


def a_service(name: str) -> None:
    """A charity's offer, as its directory tells of it."""
    from django.contrib.postgres.search import SearchVector

    from oneplace.config.database import Role as DatabaseRole
    from oneplace.directory.models import Provider, Service, Source
    from oneplace.vocabulary.terms import ServiceCategory
    from tests.database import as_role

    with as_role(DatabaseRole.LOADER):
        given = {"source": Source.FEED, "source_code": "voluntary_directory"}
        provider = Provider.objects.create(
            **given, key="o1", name="Green Hands", email="office@example.org"
        )
        Service.objects.create(
            **given, provider=provider, key="s1", name=name, taken_at=LISTED,
            category=ServiceCategory.SOCIAL_PRESCRIBING,
        )  # fmt: skip
        Service.objects.update(search=SearchVector("name", config="english"))


def test_a_service_asked_by_mistake_is_taken_back_until_it_has_answered(
    team: Team, meeting: Meeting
) -> None:
    from oneplace.referrals.models import Referral
    from oneplace.vocabulary.terms import ConnectionState

    a_service("Lunch club")
    first, *_ = begun(team, meeting)
    with viewing(team.gp, at=SOON):
        given = {"item": first, "kind": LineKind.REFERRAL, "words": "Lunch club: company"}
        mistake = verbs.write_line(**given, by=team.gp, at=SOON)
        verbs.take_back_line(line=mistake, by=team.gp, at=SOON)
        assert Referral.objects.get(pk=mistake.made_id).state == ConnectionState.ENDED
        asked = verbs.write_line(**given, by=team.gp, at=SOON)
        Referral.objects.filter(pk=asked.made_id).update(state=ConnectionState.ACCEPTED)
        with pytest.raises(Refused, match="Lunch club has answered already"):
            verbs.take_back_line(line=asked, by=team.gp, at=SOON)


def test_the_carer_is_asked_and_the_person_told_on_the_screen(team: Team, meeting: Meeting) -> None:
    first, *_ = begun(team, meeting)
    with viewing(team.facilitator, at=SOON):
        verbs.note_carer(
            item=first, answer=CarerAsked.ASKED, said="One night’s sleep", by=team.facilitator,
            at=SOON,
        )  # fmt: skip
        verbs.note_told(item=first, by=team.facilitator, at=SOON)
        shown = presenters.screen(
            queries.board(meeting, viewer=team.facilitator, at=SOON),
            viewer=team.facilitator, at=SOON,
        ).person  # fmt: skip

        assert shown is not None
        assert shown.carer == "asked 12 Mar: “One night’s sleep”"
        assert shown.told == "told 12 Mar"
        with pytest.raises(Refused, match="noted already"):
            verbs.note_told(item=first, by=team.facilitator, at=SOON)
        with pytest.raises(Refused, match="Choose “Asked”"):
            verbs.note_carer(
                item=first, answer=CarerAsked.NO_CARER, said="x", by=team.facilitator, at=SOON
            )


def test_the_lead_is_named_in_a_line_and_whoever_led_before_leads_again_when_it_is_taken_back(
    team: Team, meeting: Meeting
) -> None:
    first, *_ = begun(team, meeting)
    given = {"item": first, "kind": LineKind.LEAD, "by": team.facilitator, "at": SOON}
    with viewing(team.facilitator, at=SOON):
        verbs.write_line(words="@pharmacist", **given)
        line = verbs.write_line(words="Gita", **given)
        case = Case.objects.get(pk=first.case_id)
        assert (case.lead_name, line.made_words) == ("Dr Gita Gray", "Dr Gita Gray leads")

        verbs.take_back_line(line=line, by=team.facilitator, at=SOON)
        case.refresh_from_db()
        assert case.lead_name == "Priya Shah"
        with pytest.raises(Refused, match="Nobody of this huddle is called “vet”"):
            verbs.write_line(words="@vet", **given)


def test_a_referral_to_nobody_known_says_what_to_do_next(team: Team, meeting: Meeting) -> None:
    first, *_ = begun(team, meeting)
    with viewing(team.gp, at=SOON), pytest.raises(Refused, match="No service in the directory"):
        verbs.write_line(
            item=first, kind=LineKind.REFERRAL, words="Zzyzx: company", by=team.gp, at=SOON
        )


def test_the_scribe_and_a_pressed_undo_leave_nothing_decided(team: Team, meeting: Meeting) -> None:
    first, *_ = begun(team, meeting)
    with viewing(team.gp, at=SOON):
        line = verbs.write_line(
            item=first, kind=LineKind.STEP_DOWN, words="If she falls", by=team.gp, at=SOON
        )
        first.refresh_from_db()
        assert first.decided == Decided.STEP_DOWN
        verbs.take_back_line(line=line, by=team.gp, at=SOON)
        first.refresh_from_db()
        assert first.decided == ""


def test_late_shows_to_others_after_48_hours_and_an_agenda_says_how_late_it_is_today(
    team: Team, series: Series, meeting: Meeting
) -> None:
    first, *_ = begun(team, meeting)
    with viewing(team.facilitator, at=SOON):
        verbs.write_line(
            item=first, kind=LineKind.ACTION, words="@gp ring the daughter",
            due_on=date(2026, 3, 18), by=team.facilitator, at=SOON,
        )  # fmt: skip
        action = Action.objects.get()
        Action.objects.filter(pk=action.pk).update(due_on=date(2026, 3, 18))
        action.refresh_from_db()
    on_19, on_21 = EIGHT + timedelta(days=7), EIGHT + timedelta(days=9)
    with viewing(team.facilitator, at=on_19):
        others = presenters.action_shown(action, viewer=team.facilitator, at=on_19)
        own = presenters.action_shown(action, viewer=team.gp, at=on_19)
        (row,) = [
            row
            for row in queries.caseload([series.pk], viewer=team.facilitator, at=on_19)
            if row.case.pk == first.case_id
        ]
    assert (others.is_late, own.is_late, row.late_actions) == (False, True, 0)

    items = [Item(person_id=first.person_id, section=AgendaSection.OVERDUE_ACTIONS)]
    items[0].why = "ring the daughter (Dr Gita Gray) is 1 day late"
    with viewing(team.facilitator, at=on_21):
        keep_late_current(items, at=on_21)
    assert items[0].why.endswith(" is 3 days late")
    with viewing(team.facilitator, at=on_19):
        keep_late_current(items, at=on_19)
    assert items[0].why.endswith("was late, and nothing is late now")


def test_the_paragraph_says_what_was_referred_what_is_a_goal_and_why_a_case_is_closed(
    team: Team, meeting: Meeting
) -> None:
    first, *_ = begun(team, meeting)
    first.section = AgendaSection.OVERDUE_ACTIONS
    first.why = "Review BP tablets (Priya Shah) is 8 days late"
    first.decided, first.lead_name = Decided.CLOSE, "Dr Gita Gray"
    first.case.closed_reason = CaseClosed.GOALS_MET
    said = [
        (LineKind.REFERRAL, "befriending: company", "Referred to Befriending: company"),
        (LineKind.GOAL, "I want to walk to the shop.", "Goal: I want to walk to the shop."),
        (LineKind.NOTE, "Her son parks badly", ""),
    ]
    lines = [Line(kind=kind, words=words, made_words=made) for kind, words, made in said]

    words = paragraph_words(first, lines)

    assert "Why: Why Margaret." in words
    assert "Referred to Befriending: company." in words
    assert "Goal, in their own words: “I want to walk to the shop.”" in words
    assert f"Decision: close ({label_of(CaseClosed.GOALS_MET).lower()})." in words
    assert "late" not in words
    assert "parks badly" not in words


def test_wishes_seen_stand_on_the_screen_with_their_day_and_where_they_are(
    team: Team, meeting: Meeting
) -> None:
    first, *_ = begun(team, meeting)
    given = {"item": first, "by": team.facilitator, "at": SOON}
    with viewing(team.facilitator, at=SOON):

        def shown() -> str:
            board = queries.board(meeting, viewer=team.facilitator, at=SOON)
            person = presenters.screen(board, viewer=team.facilitator, at=SOON).person
            assert person is not None
            return person.wishes

        assert shown() == "nobody has looked yet"
        verbs.note_wishes(wishes=WishesKept.WRITTEN, where="Red folder in the hall", **given)
        assert shown() == "written down, seen 12 Mar: Red folder in the hall"
        with pytest.raises(Refused, match="where there is a place"):
            verbs.note_wishes(wishes=WishesKept.NOT_WRITTEN, where="x", **given)
        verbs.note_wishes(wishes=WishesKept.NOT_WRITTEN, **given)
        assert shown() == "nothing is written down (12 Mar)"


def test_taking_a_line_back_leaves_what_was_kept_on_the_outcome_page_since(
    team: Team, meeting: Meeting
) -> None:
    first, *_ = begun(team, meeting)
    given = {"item": first, "by": team.facilitator, "at": SOON}
    with viewing(team.facilitator, at=SOON):
        lead = verbs.write_line(kind=LineKind.LEAD, words="@pharmacist", **given)
        net = verbs.write_line(kind=LineKind.STEP_DOWN, words="A fall", **given)
        verbs.conclude_item(
            decided=Decided.STEP_DOWN, lead=team.hat(Role.PHARMACIST), safety_net="A fall", **given
        )
        for line in (lead, net):
            verbs.take_back_line(line=line, by=team.facilitator, at=SOON)
        first.refresh_from_db()
        case = Case.objects.get(pk=first.case_id)
        assert first.decided == Decided.STEP_DOWN
        assert (case.lead_id, case.safety_net) == (team.hat(Role.PHARMACIST).pk, "A fall")

        # A line written afterwards decides anew; without it, the page's decision stands again.
        again = verbs.write_line(kind=LineKind.NO_CHANGE, **given)
        first.refresh_from_db()
        assert first.decided == Decided.NO_CHANGE
        verbs.take_back_line(line=again, by=team.facilitator, at=SOON)
        first.refresh_from_db()
        assert first.decided == Decided.STEP_DOWN


def test_a_paragraph_names_who_checks_it_and_another_says_so_who_does_it_instead(
    team: Team, meeting: Meeting
) -> None:
    first, second, *_ = begun(team, meeting)
    with viewing(team.facilitator, at=SOON):
        for item, role in ((first, Role.PHARMACIST), (second, Role.PIC)):
            verbs.turn_to(meeting=meeting, item=item, by=team.facilitator, at=SOON)
            verbs.write_line(
                item=item, kind=LineKind.DECISION, words="Falls clinic", by=team.facilitator,
                at=SOON,
            )  # fmt: skip
            verbs.conclude_item(
                item=item, decided=Decided.GO_ON, lead=team.hat(role), by=team.facilitator, at=SOON
            )
        verbs.end_meeting(meeting=meeting, by=team.facilitator, at=SOON)
    with viewing(team.gp, at=SOON):
        led, other = (Paragraph.objects.get(item=item) for item in (first, second))
        # Whoever leads, where they are a clinician; else the practice's own doctor.
        assert led.clinician_id == team.pharmacist.account_id
        assert (other.clinician_id, other.clinician_name) == (team.gp.account_id, team.gp.name)
        assert queries.paragraphs_to_check(viewer=team.gp) == 1
        given = {"paragraph": led, "words": led.words, "version": 1, "by": team.gp, "at": SOON}
        with pytest.raises(Refused, match="was named to check this one"):
            verbs.check_paragraph(**given)
        checked = verbs.check_paragraph(instead=True, **given)
        assert checked.clinician_name == team.gp.name

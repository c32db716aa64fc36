"""The pages of the agreement: each opens, each step can be taken by form, refusals are said."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from oneplace.access.guard import HAT_IN_SESSION, PROVEN_BY_PROVIDER
from oneplace.access.viewer import Viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.contracts import queries, verbs
from oneplace.contracts.models import (
    BoardMeeting,
    Decision,
    Interest,
    Item,
    Marking,
    Question,
    Seat,
)
from oneplace.vocabulary.terms import DecisionState, Role
from tests.database import as_role
from tests.factories import AT, make_hat, signed_in, viewer_in
from tests.rooms.contracts import board

pytestmark = pytest.mark.django_db


@pytest.fixture
def director(office: Viewer) -> Client:
    return signed_in(Role.PROGRAMME_DIRECTOR)


def as_seated(body: str, position: str, code: str, office: Viewer, role: Role) -> Client:
    """Somebody signed in who holds a seat."""
    hat = make_hat(role)
    with viewing(office, at=AT):
        verbs.take_seat(
            body=body, position=position, holder_id=hat.account_id, holder_name="A member",
            organisation=board.partner(code), from_on=date(2017, 4, 1), by=office, at=AT,
        )  # fmt: skip
    client = Client()
    client.force_login(hat.account)
    session = client.session
    session[HAT_IN_SESSION], session[PROVEN_BY_PROVIDER] = str(hat.pk), True
    session.save()
    assert viewer_in(hat).account_id == hat.account_id
    return client


def text(client: Client, name: str, *args: object) -> str:
    answer = client.get(reverse(f"contracts:{name}", args=args))
    assert answer.status_code == 200, name
    return " ".join(answer.content.decode().split())


def day_of(prefix: str, on: date) -> dict[str, str]:
    return {
        f"{prefix}_0": str(on.day),
        f"{prefix}_1": str(on.month),
        f"{prefix}_2": str(on.year),
        f"{prefix}_day": str(on.day),
        f"{prefix}_month": str(on.month),
        f"{prefix}_year": str(on.year),
    }


def test_the_agreement_says_its_term_its_clauses_and_who_is_bound(director: Client) -> None:
    shown = text(director, "agreement")

    assert "Not in force today: it ran until 31 March 2018." in shown
    assert "6 partners are bound by it." in shown
    assert "Who is paid" in shown
    assert reverse("contracts:decisions") in shown


def test_a_decision_page_answers_is_it_in_force_today(office: Viewer, director: Client) -> None:
    decision = board.ratified(board.sent(office), office, *board.PARTNERS[:4])

    shown = text(director, "decision", decision.pk)

    assert "No: ratified by 4 of 6; Age UK and Mental health still to decide." in shown
    assert "4 of 6 have ratified" in shown
    assert "What a partner’s board said" in shown
    assert "Case for Extension" in text(director, "decisions")


def test_a_decision_is_proposed_and_moved_on_by_form(office: Viewer, director: Client) -> None:
    answer = director.post(
        reverse("contracts:propose_decision"),
        {
            "body": board.BOARD,
            "matter": "strategy",
            "title": "A new plan",
            "proposal": "A plan for the next ten years.",
            "pence": "1,250.50",
        },
    )
    with viewing(office, at=AT):
        decision = Decision.objects.get(title="A new plan")
    assert answer.status_code == 302
    assert decision.pence == 125_050

    moved = reverse("contracts:move_decision", args=[decision.pk, "record_view"])
    assert director.get(moved).status_code == 200
    director.post(moved, {"words": "Supported.", **day_of("said_on", AT.date())})

    with viewing(office, at=AT):
        assert Decision.objects.get().state is DecisionState.PROFESSIONAL_REVIEW
        assert "Supported." in text(director, "decision", decision.pk)


def test_a_wrong_sum_is_said_beside_it(director: Client) -> None:
    answer = director.post(
        reverse("contracts:propose_decision"),
        {
            "body": board.BOARD,
            "matter": "strategy",
            "title": "A new plan",
            "proposal": "A plan for the next ten years.",
            "pence": "12.345",
        },
    )

    assert "no part of a penny" in answer.content.decode()


def test_a_ratification_without_a_minute_is_refused_on_the_form(
    office: Viewer, director: Client
) -> None:
    decision = board.sent(office)
    at = reverse("contracts:move_decision", args=[decision.pk, "record_ratification"])

    answer = director.post(
        at,
        {"organisation": "council", "answer": "ratified", **day_of("decided_on", AT.date())},
    )
    assert "Write where it is minuted" in answer.content.decode()

    director.post(
        at,
        {
            "organisation": "council",
            "answer": "ratified",
            "minute": "12",
            **day_of("decided_on", AT.date()),
        },
    )
    assert "1 of 6 have ratified" in text(director, "decision", decision.pk)


@pytest.mark.parametrize("act", ["send_for_ratification", "reject_decision", "replace_decision"])
def test_every_step_has_a_page(act: str, office: Viewer, director: Client) -> None:
    decision = board.proposed(office)

    address = reverse("contracts:move_decision", args=[decision.pk, act])
    assert director.get(address).status_code == 200
    unknown = reverse("contracts:move_decision", args=[decision.pk, "nothing"])
    assert director.get(unknown).status_code == 404


def test_a_meeting_is_called_and_run_by_form(office: Viewer, director: Client) -> None:
    director.post(
        reverse("contracts:plan_meeting"),
        {"body": board.BOARD, "clock": "14:00", **day_of("on", date(2026, 3, 20))},
    )
    with viewing(office, at=AT):
        meeting = BoardMeeting.objects.get()
    assert meeting.starts_at == datetime(2026, 3, 20, 14, tzinfo=UTC)

    def run(act: str, **typed: str) -> None:
        address = reverse("contracts:run_meeting", args=[meeting.pk, act])
        assert director.get(address).status_code == 200, act
        answer = director.post(address, typed)
        assert answer.status_code == 302, answer.content.decode()[:3000]

    run("add_item", title="The plan", purpose="discuss", asked="To discuss", minutes="10")
    with viewing(office, at=AT):
        item, seat = Item.objects.get(), Seat.objects.filter(body=board.BOARD)[1]

    def keep(act: str, **typed: str) -> None:
        address = reverse("contracts:keep_item", args=[item.pk, act])
        assert director.get(address).status_code == 200, act
        answer = director.post(address, typed)
        assert answer.status_code == 302, answer.content.decode()[:3000]

    keep("add_paper", title="Paper", words="Words.", marking="public")
    run("send_papers")
    run("record_presence", seat=str(seat.pk), said="present")
    keep("record_vote", seat=str(seat.pk), said="agrees")
    keep("write_minute", words="We spoke of it.")
    run("hold_meeting")
    shown = text(director, "item", item.pk)
    assert "We spoke of it." in shown
    assert "Held" in text(director, "meeting", meeting.pk)
    assert "20 March 2026" in text(director, "board", board.BOARD)


def test_the_chair_rules_on_an_interest_and_whoever_leaves_reads_nothing(
    office: Viewer, director: Client
) -> None:
    trust = board.partner("hospital_trust")
    item = board.on_the_agenda(None, office, body=board.DELIVERY, touches=(trust.pk,))
    member = as_seated(
        board.DELIVERY, "Director of integrated care", "hospital_trust", office, Role.ANALYST
    )
    chair = signed_in(Role.BOARD_CHAIR)
    assert "2 interests to rule on" in text(chair, "meeting", item.meeting_id)
    with viewing(office, at=AT):
        verbs.add_paper(
            item=item, title="Price", words="The price is 9.", marking=Marking.PUBLIC,
            by=office, at=AT,
        )  # fmt: skip
        seats = list(
            queries.seats_of(board.DELIVERY, viewer=office, on=AT.date()).filter(organisation=trust)
        )
    for seat in seats:
        chair.post(
            reverse("contracts:keep_item", args=[item.pk, "rule_on_interest"]),
            {"seat": str(seat.pk), "what": "Paid by it", "ruling": "leaves", "why": "Paid"},
        )

    assert "The price is 9." in text(chair, "item", item.pk)
    shown = text(member, "item", item.pk)
    assert "The price is 9." not in shown
    assert "You have an interest in this item." in shown
    assert "withheld from you" in text(member, "meeting", item.meeting_id)


def test_what_is_kept_among_few_is_no_page_for_others(
    office: Viewer, buyer: Viewer, director: Client
) -> None:
    with viewing(buyer, at=AT):
        decision, meeting, item = Decision.objects.get(), BoardMeeting.objects.get(), (
            Item.objects.get()
        )  # fmt: skip

    for name, key in (("decision", decision.pk), ("meeting", meeting.pk), ("item", item.pk)):
        assert director.get(reverse(f"contracts:{name}", args=[key])).status_code == 404
    assert "Weekend lot" not in text(director, "decisions")
    assert str(meeting.pk) not in text(director, "boards") + text(director, "board", board.FEW)
    member = as_seated(board.FEW, "Place executive", "commissioner", office, Role.FINANCE_LEAD)
    assert "Weekend lot" in text(member, "decisions")
    assert "kept among the commissioners" in text(member, "decision", decision.pk)


def test_an_interest_is_declared_and_said_to_be_over(director: Client, office: Viewer) -> None:
    answer = director.post(
        reverse("contracts:declare_interest"),
        {
            "what": "Shares in a home-care firm",
            "kind": "financial",
            "state": "actual",
            **day_of("began_on", date(2025, 1, 1)),
        },
    )
    assert answer.status_code == 302
    assert "Shares in a home-care firm" in text(director, "interests")
    with viewing(office, at=AT):
        interest = Interest.objects.get()

    director.post(reverse("contracts:end_interest", args=[interest.pk]))

    with viewing(office, at=AT):
        assert Interest.objects.get().ended_on is not None


def test_a_question_is_asked_in_public_and_answered(office: Viewer, director: Client) -> None:
    councillor = signed_in(Role.SCRUTINY_MEMBER)
    # A moment of the test's own day: a promise lies after the day it is made.
    from django.utils import timezone

    promised = timezone.localdate() + timezone.timedelta(days=14)
    councillor.post(
        reverse("contracts:ask_question"),
        {"question": "Of whom are the 95 % counted?", **day_of("promised_on", promised)},
    )
    with as_role(DatabaseRole.LOADER):
        question = Question.objects.get()
    assert "promised by" in text(director, "questions")

    director.post(
        reverse("contracts:answer_question", args=[question.pk]), {"answer": "Of those accepted."}
    )

    assert "Of those accepted." in text(councillor, "questions")
    assert director.get(reverse("contracts:ask_question")).status_code == 404


def test_a_nurse_has_none_of_these_pages(office: Viewer) -> None:
    nurse = signed_in(Role.COMMUNITY_NURSE)

    for name in ("agreement", "boards", "decisions", "interests", "questions"):
        assert nurse.get(reverse(f"contracts:{name}")).status_code == 404


def test_partners_sign_and_leave_and_seats_change_hands_by_form(
    office: Viewer, director: Client
) -> None:
    with viewing(office, at=AT):
        signatory = queries.signatory_of(board.partner("age_uk").pk, viewer=office)
        seat = queries.seats_of(board.BOARD, viewer=office, on=AT.date()).last()
    assert signatory is not None
    assert seat is not None
    director.post(
        reverse("contracts:leave_alliance"),
        {"signatory": str(signatory.pk), "why": "Merged", **day_of("left_on", AT.date())},
    )
    assert "Age UK Croydon" in text(director, "agreement").split("<h3>No longer</h3>")[1]

    director.post(
        reverse("contracts:join_alliance"),
        {
            "organisation": str(board.partner("age_uk").pk),
            "own_board": "Trustees",
            **day_of("joined_on", AT.date()),
        },
    )
    assert "answered for by its Trustees" in text(director, "agreement")

    director.post(
        reverse("contracts:leave_seat", args=[board.BOARD]),
        {"seat": str(seat.pk), **day_of("until_on", AT.date())},
    )
    unknown = director.post(
        reverse("contracts:take_seat"),
        {
            "seat": f"{board.BOARD}/1",
            "holder_name": "Nadia Frost",
            "holder_email": "nobody@example.org",
            **day_of("from_on", AT.date()),
        },
    )
    assert "Nobody here signs in with this address." in unknown.content.decode()
    director.post(
        reverse("contracts:take_seat"),
        {
            "seat": f"{board.BOARD}/1",
            "holder_name": "Nadia Frost",
            **day_of("from_on", AT.date()),
        },
    )
    assert "Nadia Frost" in text(director, "board", board.BOARD)

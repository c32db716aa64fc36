"""Requests of people about their own data: their month, who may do what, no step unaudited."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.conf import settings

from oneplace.access import verbs
from oneplace.access.models import OwnRecord, Right, RightHandover, RightItem, RightStep
from oneplace.access.models.right import (
    Covers,
    HandedHow,
    HowItCame,
    ItemDecision,
    RightKind,
    RightState,
    WhoAsks,
)
from oneplace.access.queries import rights as right_queries
from oneplace.access.rules import rights as right_rules
from oneplace.access.verbs import Decided, FoundItem, Link
from oneplace.access.viewer import NOBODY, Viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.kit.refusals import Refused
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import Role
from tests.database import as_role
from tests.rooms.access.conftest import Borough

pytestmark = pytest.mark.django_db

PERSON = new_id()


def _officer(borough: Borough, name: str = "Olive Officer", of: str | None = None) -> Viewer:
    with as_role(DatabaseRole.LOADER):
        account = borough.person(Role.IG_OFFICER, name, organisation=of or borough.partner)
    return borough.viewer(account)


def _received(by: Viewer, borough: Borough, **changed: object) -> Right:
    given: dict[str, object] = {
        "kind": RightKind.ACCESS,
        "asker_name": "Margaret Okafor",
        "asker_is": WhoAsks.PERSON,
        "words": "All of it",
        "came_by": HowItCame.LETTER,
        "received_on": date(2026, 3, 10),
    }
    return verbs.receive_right(by=by, at=borough.at, **{**given, **changed})  # type: ignore[arg-type]


def _identified(right: Right, by: Viewer, borough: Borough, **changed: object) -> Right:
    given: dict[str, object] = {
        "right": right,
        "person_id": PERSON,
        "person_name": "Margaret Okafor",
        "how": "Passport seen",
    }
    return verbs.confirm_identity(by=by, at=borough.at, **{**given, **changed})  # type: ignore[arg-type]


def _to(state: RightState, by: Viewer, second: Viewer, borough: Borough) -> Right:
    """A request for a copy brought as far as this."""
    at = borough.at
    steps: list[Callable[[Right], Right]] = [
        lambda right: _identified(right, by, borough),
        lambda right: verbs.gather_right(
            right=right, found=[FoundItem("entry", new_id(), "x", "0" * 64)], by=by, at=at
        ),
        lambda right: verbs.finish_review(right=right, by=by, at=at),
        lambda right: verbs.sign_right(right=right, by=second, at=at),
        lambda right: verbs.keep_copies(right=right, copies={"json": b"{}"}, by=by, at=at),
    ]
    with viewing(by, at=at):
        right = _received(by, borough)
    for step in steps:
        if right.state == state:
            break
        with viewing(second if "sign_right" in str(step.__code__.co_names) else by, at=at):
            right = step(right)
    assert right.state == state
    return right


def _is_working(day: date) -> bool:
    return settings.PLACE.calendar.is_working_day(day)


@pytest.mark.parametrize(
    ("received", "more", "due"),
    [
        (date(2026, 3, 10), 0, date(2026, 4, 10)),
        # The corresponding day is missing: the last of the month.
        (date(2026, 1, 30), 0, date(2026, 3, 2)),
        # Good Friday and Easter Monday 2026 are 3 and 6 April.
        (date(2026, 3, 3), 0, date(2026, 4, 7)),
        (date(2026, 3, 10), 2, date(2026, 6, 10)),
        (date(2026, 11, 30), 1, date(2027, 2, 1)),
    ],
)
def test_a_request_is_due_one_calendar_month_after_it_came(
    received: date, more: int, due: date
) -> None:
    assert right_rules.due_on(received, extended_by_months=more, is_working_day=_is_working) == due


def test_the_month_runs_from_the_day_identity_was_shown_where_it_was_in_doubt(
    borough: Borough,
) -> None:
    officer = _officer(borough)

    with viewing(officer, at=borough.at):
        right = _received(officer, borough, received_on=date(2026, 3, 2))
        right = _identified(right, officer, borough, shown_on=date(2026, 3, 11))

    assert right.due_on == date(2026, 4, 13)


def test_more_time_is_taken_once_and_before_the_month_is_over(borough: Borough) -> None:
    officer = _officer(borough)

    with viewing(officer, at=borough.at):
        right = _received(officer, borough)
        longer = verbs.extend_right(
            right=right, months=2, why="Six thousand entries", by=officer, at=borough.at
        )
        with pytest.raises(Refused, match="once"):
            verbs.extend_right(right=right, months=1, why="More", by=officer, at=borough.at)
        late = _received(officer, borough)
        with pytest.raises(Refused, match="before it ends"):
            verbs.extend_right(
                right=late, months=1, why="More", by=officer, at=borough.at + timedelta(days=60)
            )

    assert longer.due_on == date(2026, 6, 10)


def test_a_request_opens_to_officers_of_the_partner_asked_and_nobody_else(borough: Borough) -> None:
    officer = _officer(borough)
    other = _officer(borough, "Olga Other", of=settings.PLACE.partners[1].code)
    with as_role(DatabaseRole.LOADER):
        stranger = borough.viewer(borough.person(Role.GP))

    with viewing(officer, at=borough.at):
        right = _received(officer, borough)
        own = right_queries.open_requests(viewer=officer, on=borough.at.date())
    seen = {}
    for viewer in (other, stranger):
        with viewing(viewer, at=borough.at):
            seen[viewer.name] = (
                right_queries.open_requests(viewer=viewer, on=borough.at.date()),
                right_queries.closed_requests(viewer=viewer),
                right_queries.right(right.pk, viewer=viewer),
                right_queries.items(right, viewer=viewer),
                Right.objects.count(),
                RightStep.objects.count(),
            )

    assert [(one.right.pk, one.days_left) for one in own] == [(right.pk, 29)]
    assert not any(any(parts) for parts in seen.values())


def test_nobody_handles_a_request_about_their_own_record(borough: Borough) -> None:
    officer, colleague = _officer(borough), _officer(borough, "Sam Second")
    with as_role(DatabaseRole.LOADER):
        OwnRecord.objects.create(
            account_id=colleague.account_id, person_id=PERSON, confirmed_at=borough.at
        )

    with viewing(officer, at=borough.at):
        right = _identified(_received(officer, borough), officer, borough)
    with viewing(colleague, at=borough.at):
        seen = right_queries.right(right.pk, viewer=colleague)
    with viewing(officer, at=borough.at), pytest.raises(Refused, match="of their own"):
        _received(officer, borough, asker_name="officer OLIVE")

    assert seen is None


def test_what_is_gathered_anew_keeps_decisions_on_what_is_unchanged(borough: Borough) -> None:
    officer, second = _officer(borough), _officer(borough, "Sam Second")
    same, changed = new_id(), new_id()
    items = [FoundItem("entry", same, "x", "a" * 64), FoundItem("entry", changed, "x", "b" * 64)]
    right = _to(RightState.GATHERED, officer, second, borough)

    with viewing(officer, at=borough.at):
        verbs.gather_right(right=right, found=items, by=officer, at=borough.at)
        verbs.decide_items(
            right=right,
            decided={
                item.pk: Decided(ItemDecision.WITHHOLD, reason="About another")
                for item in right.items.all()
            },
            by=officer,
            at=borough.at,
        )
        items[1] = FoundItem("entry", changed, "x", "c" * 64, ("named",))
        verbs.gather_right(right=right, found=items, by=officer, at=borough.at)
        now = {item.thing_id: item.decision for item in right.items.all()}
        with pytest.raises(Refused, match="no decision"):
            verbs.finish_review(right=right, by=officer, at=borough.at)

    assert now == {same: ItemDecision.WITHHOLD, changed: ""}


def test_words_are_blacked_out_with_a_reason_or_not_at_all(borough: Borough) -> None:
    officer, second = _officer(borough), _officer(borough, "Sam Second")
    right = _to(RightState.GATHERED, officer, second, borough)

    with viewing(officer, at=borough.at):
        item = right.items.get()
        for wrong in (
            Decided(ItemDecision.BLACK_OUT, reason="About another"),
            Decided(ItemDecision.BLACK_OUT, black=("Ada",)),
            Decided(ItemDecision.WITHHOLD),
        ):
            with pytest.raises(Refused):
                verbs.decide_items(right=right, decided={item.pk: wrong}, by=officer, at=borough.at)

        assert RightItem.objects.get(pk=item.pk).decision == ""


def test_a_link_opens_with_its_code_only_and_closes_after_five_wrong_ones(
    borough: Borough,
) -> None:
    officer, second = _officer(borough), _officer(borough, "Sam Second")
    right = _to(RightState.MADE, officer, second, borough)
    with viewing(officer, at=borough.at):
        link = verbs.hand_over_right(
            right=right, how=HandedHow.LINK, to="Her telephone", by=officer, at=borough.at
        )
    assert isinstance(link, Link)

    def opened(code: str, secret: str = link.secret) -> bytes | None:
        found = right_queries.copy_by_link(
            verbs.hash_of(secret), verbs.hash_of(code), form="json", viewer=NOBODY, at=borough.at
        )
        return found.content if found else None

    assert opened(link.code) == b"{}"
    assert opened(link.code, "another") is None
    for _ in range(5):
        assert opened("WRONG") is None
    assert opened(link.code) is None


def test_a_closed_link_opens_nothing(borough: Borough) -> None:
    officer, second = _officer(borough), _officer(borough, "Sam Second")
    right = _to(RightState.MADE, officer, second, borough)

    with viewing(officer, at=borough.at):
        link = verbs.hand_over_right(
            right=right, how=HandedHow.LINK, to="Her telephone", by=officer, at=borough.at
        )
        assert isinstance(link, Link)
        verbs.close_right_link(handover=link.handover, by=officer, at=borough.at)

    hashes = verbs.hash_of(link.secret), verbs.hash_of(link.code)
    assert right_queries.copy_by_link(*hashes, form="json", viewer=NOBODY, at=borough.at) is None


Attempt = Callable[[Right, Viewer, Viewer, Borough], object]
ATTEMPTS: dict[str, tuple[RightState, Attempt]] = {
    "receive_right": (RightState.RECEIVED, lambda r, o, s, b: _received(o, b)),
    "confirm_identity": (RightState.RECEIVED, lambda r, o, s, b: _identified(r, o, b)),
    "extend_right": (
        RightState.RECEIVED,
        lambda r, o, s, b: verbs.extend_right(right=r, months=1, why="Complex", by=o, at=b.at),
    ),
    "gather_right": (
        RightState.GATHERED,
        lambda r, o, s, b: verbs.gather_right(right=r, found=[], by=o, at=b.at),
    ),
    "decide_items": (
        RightState.GATHERED,
        lambda r, o, s, b: verbs.decide_items(
            right=r,
            decided={r.items.get().pk: Decided(ItemDecision.KEEP)},
            by=o,
            at=b.at,
        ),
    ),
    "finish_review": (
        RightState.GATHERED,
        lambda r, o, s, b: verbs.finish_review(right=r, by=o, at=b.at),
    ),
    "sign_right": (
        RightState.REVIEWED,
        lambda r, o, s, b: verbs.sign_right(right=r, by=s, at=b.at),
    ),
    "send_back_right": (
        RightState.REVIEWED,
        lambda r, o, s, b: verbs.send_back_right(right=r, why="Look again", by=o, at=b.at),
    ),
    "call_for_copy": (
        RightState.SIGNED,
        lambda r, o, s, b: verbs.call_for_copy(right=r, by=o, at=b.at),
    ),
    "keep_copies": (
        RightState.SIGNED,
        lambda r, o, s, b: verbs.keep_copies(right=r, copies={"json": b"1"}, by=o, at=b.at),
    ),
    "take_copy": (
        RightState.MADE,
        lambda r, o, s, b: verbs.take_copy(right=r, form="json", by=o, at=b.at),
    ),
    "hand_over_right": (
        RightState.MADE,
        lambda r, o, s, b: verbs.hand_over_right(
            right=r, how=HandedHow.IN_HAND, to="Her", by=o, at=b.at
        ),
    ),
    "refuse_right": (
        RightState.RECEIVED,
        lambda r, o, s, b: verbs.refuse_right(right=r, why="Manifestly unfounded", by=o, at=b.at),
    ),
    "withdraw_right": (
        RightState.RECEIVED,
        lambda r, o, s, b: verbs.withdraw_right(right=r, why="She rang", by=o, at=b.at),
    ),
}


def _kept() -> list[list[object]]:
    with as_role(DatabaseRole.LOADER):
        return [
            list(model._default_manager.order_by("pk").values_list())
            for model in (Right, RightItem, RightStep, RightHandover)
        ]


@pytest.mark.parametrize("name", ATTEMPTS)
def test_without_its_audit_nothing_is_kept_of_a_step(
    name: str, borough: Borough, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer, second = _officer(borough), _officer(borough, "Sam Second")
    state, attempt = ATTEMPTS[name]
    right = _to(state, officer, second, borough)
    before = _kept()

    def refuse(**_: object) -> None:
        raise RuntimeError("the audit cannot be written")

    monkeypatch.setattr("oneplace.access.audit.record", refuse)
    actor = second if name == "sign_right" else officer
    with viewing(actor, at=borough.at), pytest.raises(RuntimeError, match="audit"):
        attempt(right, officer, second, borough)

    assert _kept() == before


def test_without_its_audit_a_link_stays_open(
    borough: Borough, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer, second = _officer(borough), _officer(borough, "Sam Second")
    right = _to(RightState.MADE, officer, second, borough)
    with viewing(officer, at=borough.at):
        link = verbs.hand_over_right(
            right=right, how=HandedHow.LINK, to="Her telephone", by=officer, at=borough.at
        )
    assert isinstance(link, Link)

    def refuse(**_: object) -> None:
        raise RuntimeError("the audit cannot be written")

    monkeypatch.setattr("oneplace.access.audit.record", refuse)
    with viewing(officer, at=borough.at), pytest.raises(RuntimeError, match="audit"):
        verbs.close_right_link(handover=link.handover, by=officer, at=borough.at)

    with as_role(DatabaseRole.LOADER):
        assert RightHandover.objects.get(pk=link.handover.pk).closed_at is None


def test_covers_everything_only_when_said(borough: Borough) -> None:
    officer = _officer(borough)

    with viewing(officer, at=borough.at):
        right = _identified(_received(officer, borough), officer, borough)

    assert right.covers == Covers.OWN
    assert isinstance(right.pk, uuid.UUID)


ITEM = FoundItem("entry", new_id(), "x", "0" * 64)


def _standing(kind: RightKind, state: RightState, by: Viewer, borough: Borough) -> Right:
    """A request of a kind that has come so far."""
    with viewing(by, at=borough.at):
        right = _identified(_received(by, borough, kind=kind), by, borough)
    with as_role(DatabaseRole.LOADER):
        Right.objects.filter(pk=right.pk).update(state=state)
    return right


Answer = Callable[[Right, Viewer, Borough], object]
ANSWERS: dict[str, tuple[RightKind, RightState, Answer]] = {
    "ask_partner": (
        RightKind.CORRECTION,
        RightState.IDENTIFIED,
        lambda r, o, b: verbs.ask_partner(
            right=r, found=[ITEM], asked_id=r.organisation_id, words="Never fell", by=o, at=b.at
        ),
    ),
    "answer_correction": (
        RightKind.CORRECTION,
        RightState.ASKED,
        lambda r, o, b: verbs.answer_correction(
            right=r, is_agreed=False, why="It was seen", by=o, at=b.at
        ),
    ),
    "grant_restriction": (
        RightKind.RESTRICTION,
        RightState.IDENTIFIED,
        lambda r, o, b: verbs.grant_restriction(
            right=r, found=[ITEM], why="Looked into", by=o, at=b.at
        ),
    ),
    "propose_erasure": (
        RightKind.ERASURE,
        RightState.IDENTIFIED,
        lambda r, o, b: verbs.propose_erasure(
            right=r,
            found=[ITEM],
            ground=right_rules.ErasureGround.ORDER,
            why="Court",
            by=o,
            at=b.at,
        ),
    ),
    "finish_right": (
        RightKind.CORRECTION,
        RightState.ACCEPTED,
        lambda r, o, b: verbs.finish_right(right=r, words="Corrected", by=o, at=b.at),
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_without_its_audit_nothing_is_kept_of_an_answer(
    name: str, borough: Borough, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = _officer(borough)
    kind, state, attempt = ANSWERS[name]
    right = _standing(kind, state, officer, borough)
    before = _kept()

    def refuse(**_: object) -> None:
        raise RuntimeError("the audit cannot be written")

    monkeypatch.setattr("oneplace.access.audit.record", refuse)
    with viewing(officer, at=borough.at), pytest.raises(RuntimeError, match="audit"):
        attempt(right, officer, borough)

    assert _kept() == before


def test_the_partner_whose_entry_it_is_answers_and_only_that_one(borough: Borough) -> None:
    officer = _officer(borough)
    other = _officer(borough, "Olga Other", of=settings.PLACE.partners[1].code)
    right = _standing(RightKind.CORRECTION, RightState.IDENTIFIED, officer, borough)
    assert other.organisation_id is not None

    with viewing(officer, at=borough.at):
        verbs.ask_partner(
            right=right,
            found=[ITEM],
            asked_id=other.organisation_id,
            words="She never fell",
            by=officer,
            at=borough.at,
        )
        with pytest.raises(Refused, match="partner who recorded it"):
            verbs.answer_correction(
                right=right, is_agreed=True, why="It is wrong", by=officer, at=borough.at
            )
    with viewing(other, at=borough.at):
        seen = right_queries.right(right.pk, viewer=other)
        assert seen is not None
        answered = verbs.answer_correction(
            right=seen, is_agreed=False, why="The ambulance saw it", by=other, at=borough.at
        )

    assert (answered.state, answered.decided_why) == (RightState.DECLINED, "The ambulance saw it")


def test_nobody_signs_an_erasure_they_proposed(borough: Borough) -> None:
    officer, second = _officer(borough), _officer(borough, "Sam Second")
    right = _standing(RightKind.ERASURE, RightState.IDENTIFIED, officer, borough)

    with viewing(officer, at=borough.at):
        verbs.propose_erasure(
            right=right,
            found=[ITEM],
            ground=right_rules.ErasureGround.ORDER,
            why="A court orders it",
            by=officer,
            at=borough.at,
        )
        with pytest.raises(Refused, match="second officer"):
            verbs.sign_right(right=right, by=officer, at=borough.at)
    with viewing(second, at=borough.at):
        signed = verbs.sign_right(right=right, by=second, at=borough.at)

    assert signed.state == RightState.SIGNED


def test_a_practice_answers_requests_made_to_it_with_a_gp_as_second_and_sees_no_others(
    borough: Borough,
) -> None:
    practice = settings.PLACE.practices[0].code
    with as_role(DatabaseRole.LOADER):
        manager = borough.viewer(
            borough.person(Role.PRACTICE_MANAGER, "Mina Manager", organisation=practice)
        )
        doctor = borough.viewer(borough.person(Role.GP, "Gita GP", organisation=practice))
    officer = _officer(borough)
    with viewing(officer, at=borough.at):
        _received(officer, borough)

    right = _to(RightState.SIGNED, manager, doctor, borough)

    assert (right.handled_by_name, right.signed_by_name) == ("Mina Manager", "Gita GP")
    with viewing(manager, at=borough.at):
        assert list(Right.objects.all()) == [right]

"""A copy of everything: each partner's officer reviews what their own partner recorded."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import transaction

from oneplace.access import verbs
from oneplace.access.models import Right, RightItem, RightPart, SourceOwner
from oneplace.access.models.right import Covers, ItemDecision, RightState
from oneplace.access.queries import rights as right_queries
from oneplace.access.verbs import Decided, FoundItem
from oneplace.access.viewer import Viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused
from oneplace.post.models import Message
from oneplace.vocabulary.ids import new_id
from tests.database import as_role
from tests.rooms.access.conftest import Borough
from tests.rooms.access.test_rights import _identified, _officer, _received

pytestmark = pytest.mark.django_db
LEAD, OTHER, WITHOUT = "hospital_trust", "council", "age_uk"


@dataclass
class Asked:
    """A request for everything, gathered, with the officers of two partners."""

    borough: Borough
    right: Right
    lead: Viewer
    second: Viewer
    other: Viewer
    items: dict[str, uuid.UUID]

    def part(self) -> RightPart:
        with as_role(DatabaseRole.LOADER):
            return RightPart.objects.get()

    def do(self, by: Viewer, act: Callable[..., object], **given: object) -> object:
        with viewing(by, at=self.borough.at):
            return act(right=self.right, by=by, at=self.borough.at, **given)

    def decide(self, by: Viewer, owner: str) -> None:
        decided = {self.items[owner]: Decided(ItemDecision.WITHHOLD, reason="About her daughter")}
        self.do(by, verbs.decide_items, decided=decided)


def _found(owner: str, sha: str = "0", thing: uuid.UUID | None = None) -> FoundItem:
    return FoundItem("entry", thing or new_id(), owner, sha * 64, ("others_name",))


@pytest.fixture
def asked(borough: Borough) -> Asked:
    lead, second = (_officer(borough, name, LEAD) for name in ("Olive Lead", "Sam Second"))
    other = _officer(borough, "Kim Council", OTHER)
    with as_role(DatabaseRole.LOADER):
        for owner, code in (("h", LEAD), ("c", OTHER), ("a", WITHOUT)):
            SourceOwner.objects.create(owner=owner, organisation=borough.organisation(code))
    with viewing(lead, at=borough.at):
        right = _received(lead, borough)
        right = _identified(right, lead, borough, covers=Covers.ALL)
        right = verbs.gather_right(
            right=right, found=[_found(owner) for owner in "hca"], by=lead, at=borough.at
        )
        items = dict(RightItem.objects.values_list("owner", "pk"))
    return Asked(borough, right, lead, second, other, items)


def test_a_partner_with_an_officer_has_a_part_and_one_without_has_none(asked: Asked) -> None:
    part = asked.part()

    assert part.organisation.code == OTHER
    assert part.is_waiting


def test_its_officers_are_told_and_the_notice_names_nobody(asked: Asked) -> None:
    with as_role(DatabaseRole.LOADER):
        (notice,) = Message.objects.filter(cause_kind="right")

    assert notice.recipient_id == asked.other.account_id
    assert "Margaret" not in f"{notice.subject} {notice.body}"


def test_it_sees_what_its_own_recorded_and_nothing_of_the_others(asked: Asked) -> None:
    with viewing(asked.other, at=asked.borough.at):
        seen = right_queries.items(asked.right, viewer=asked.other)
    with viewing(asked.lead, at=asked.borough.at):
        every = right_queries.items(asked.right, viewer=asked.lead)

    assert [item.owner for item in seen] == ["c"]
    assert [item.owner for item in every] == ["a", "c", "h"]


def test_each_decides_what_is_its_own(asked: Asked) -> None:
    asked.decide(asked.other, "c")
    asked.decide(asked.lead, "h")
    # Nobody answers for the charity here but the partner who was asked.
    asked.decide(asked.lead, "a")

    with pytest.raises(Refused, match="is decided by its own officer"):
        asked.decide(asked.lead, "c")
    with as_role(DatabaseRole.LOADER):
        by = dict(RightItem.objects.values_list("owner", "decided_by_name"))
    assert by == {"h": "Olive Lead", "a": "Olive Lead", "c": "Kim Council"}


def test_no_copy_is_released_before_every_partner_reviewed_its_part(asked: Asked) -> None:
    asked.decide(asked.lead, "h")
    asked.decide(asked.lead, "a")

    with pytest.raises(Refused, match="has still to review what they recorded"):
        asked.do(asked.lead, verbs.finish_review)
    with pytest.raises(Refused, match="no decision yet"):
        asked.do(asked.other, verbs.review_part)
    asked.decide(asked.other, "c")
    asked.do(asked.other, verbs.review_part)
    asked.do(asked.lead, verbs.finish_review)

    with as_role(DatabaseRole.LOADER):
        assert Right.objects.get().state == RightState.REVIEWED
    assert asked.part().reviewed_by_name == "Kim Council"


def test_what_was_reviewed_is_decided_no_more_until_it_is_sent_back(asked: Asked) -> None:
    for owner, by in (("h", asked.lead), ("a", asked.lead), ("c", asked.other)):
        asked.decide(by, owner)
    asked.do(asked.other, verbs.review_part)

    with pytest.raises(Refused, match="has reviewed what"):
        asked.decide(asked.other, "c")
    asked.do(asked.lead, verbs.finish_review)
    asked.do(asked.second, verbs.send_back_right, why="Look at the note of May")

    assert asked.part().is_waiting
    asked.decide(asked.other, "c")


@pytest.mark.parametrize(
    ("act", "given"),
    [
        (verbs.finish_review, {}),
        (verbs.gather_right, {"found": []}),
        (verbs.refuse_right, {"why": "No time"}),
        (verbs.withdraw_right, {"why": "No time"}),
        (verbs.extend_right, {"months": 1, "why": "Complex"}),
    ],
)
def test_it_does_nothing_else_about_a_request_made_to_another(
    asked: Asked, act: Callable[..., object], given: dict[str, object]
) -> None:
    with pytest.raises(Refused, match="The partner who was asked answers this request"):
        asked.do(asked.other, act, **given)


def test_a_part_is_taken_over_with_a_reason_so_that_the_month_does_not_pass(asked: Asked) -> None:
    def take_over(by: Viewer, why: str) -> None:
        with viewing(by, at=asked.borough.at):
            part = right_queries.parts(asked.right, viewer=by)[0]
            verbs.take_over_part(part=part, why=why, by=by, at=asked.borough.at)

    with pytest.raises(Refused, match="Say why its own officer"):
        take_over(asked.lead, "")
    with pytest.raises(Refused, match="The partner who was asked"):
        take_over(asked.other, "I would rather not")
    take_over(asked.lead, "Nobody answered for three weeks")
    for owner in "hca":
        asked.decide(asked.lead, owner)
    asked.do(asked.lead, verbs.finish_review)

    with pytest.raises(Refused, match="nothing to review"):
        asked.do(asked.other, verbs.review_part)


def test_gathered_anew_a_part_is_reviewed_again_only_where_something_of_it_is_new(
    asked: Asked,
) -> None:
    asked.decide(asked.other, "c")
    asked.do(asked.other, verbs.review_part)
    with as_role(DatabaseRole.LOADER):
        things = dict(RightItem.objects.values_list("owner", "thing_id"))
    same = [_found(owner, thing=things[owner]) for owner in "hca"]

    asked.do(asked.lead, verbs.gather_right, found=[*same, _found("h")])
    unchanged = asked.part().is_waiting
    asked.do(asked.lead, verbs.gather_right, found=[*same, _found("c")])
    changed = asked.part().is_waiting
    asked.do(asked.lead, verbs.gather_right, found=[same[0]])

    assert (unchanged, changed) == (False, True)
    with as_role(DatabaseRole.LOADER):
        assert not RightPart.objects.exists()
        assert Right.objects.get().source_ids == []


def test_it_is_in_their_list_while_it_waits_for_them_and_no_copy_of_it_opens_to_them(
    asked: Asked,
) -> None:
    def listed() -> int:
        with viewing(asked.other, at=asked.borough.at):
            on = local_day(asked.borough.at)
            return len(right_queries.open_requests(viewer=asked.other, on=on))

    before = listed()
    for owner, by in (("h", asked.lead), ("a", asked.lead), ("c", asked.other)):
        asked.decide(by, owner)
    asked.do(asked.other, verbs.review_part)
    after = listed()
    asked.do(asked.lead, verbs.finish_review)
    asked.do(asked.second, verbs.sign_right)
    asked.do(asked.lead, verbs.keep_copies, copies={"json": b"{}"})

    assert (before, after) == (1, 0)
    with viewing(asked.other, at=asked.borough.at):
        assert not Right.objects.get(pk=asked.right.pk).copies.exists()
    with viewing(asked.lead, at=asked.borough.at):
        assert Right.objects.get(pk=asked.right.pk).copies.count() == 1


def test_an_officer_of_a_partner_that_recorded_nothing_knows_of_no_such_request(
    asked: Asked,
) -> None:
    stranger = _officer(asked.borough, "Sue Stranger", "mental_health_trust")

    with viewing(stranger, at=asked.borough.at):
        assert right_queries.right(asked.right.pk, viewer=stranger) is None
        assert right_queries.parts(asked.right, viewer=stranger) == []
        assert right_queries.whose_part(asked.right, viewer=stranger) == {}
        assert right_queries.part(asked.part().pk, viewer=stranger) is None


@pytest.mark.parametrize("verb", ["review_part", "take_over_part"])
def test_without_its_audit_no_part_is_reviewed_or_taken_over(
    asked: Asked, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    asked.decide(asked.other, "c")

    def broken(**_: object) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr("oneplace.access.audit.record", broken)
    part = asked.part()
    with pytest.raises(RuntimeError, match="no audit"), transaction.atomic():
        if verb == "review_part":
            asked.do(asked.other, verbs.review_part)
        else:
            with viewing(asked.lead, at=asked.borough.at):
                verbs.take_over_part(part=part, why="No answer", by=asked.lead, at=asked.borough.at)

    assert asked.part().is_waiting

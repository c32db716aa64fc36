"""On the pages of requests each partner's officer reviews what their own partner recorded."""

import re
import uuid
from typing import Any

import pytest
from django.test import Client

from oneplace.access.models import Right, RightPart, SourceOwner
from oneplace.access.models.right import RightState
from oneplace.config.database import Role as DatabaseRole
from oneplace.partners.models import Organisation
from tests.database import as_role
from tests.rooms.desk.test_rights import (
    OTHER_PARTNER,
    identified,
    items_on,
    margaret,
    officer,
    read_from_memory,
    received,
    said,
    state,
    still_clock,
)

__all__ = ["margaret", "read_from_memory", "still_clock"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def other(margaret: uuid.UUID) -> Client:
    """An officer of the partner who answers for what the practice said of Margaret."""
    with as_role(DatabaseRole.LOADER):
        SourceOwner.objects.update_or_create(
            owner="practice",
            defaults={"organisation": Organisation.objects.get(code=OTHER_PARTNER)},
        )
    return officer("Kim Council", of=OTHER_PARTNER)[0]


@pytest.fixture
def lead(other: Client) -> Client:
    """The officer of the hospital trust, who was asked for everything."""
    return officer("Olive Officer")[0]


def gathered(lead: Client) -> Right:
    """A request for everything, gathered and decided by whoever answers it."""
    right = received(lead)
    identified(lead, right, covers="all")
    lead.post(f"/rights/{right.pk}/gather/")
    keep(lead, right)
    return right


def keep(client: Client, right: Right) -> Any:
    """Every item an officer decides is given as it is."""
    review = client.get(f"/rights/{right.pk}/review/")
    own = re.findall(r'name="([0-9a-f-]{36})-reason"', review.content.decode())
    answer = client.post(f"/rights/{right.pk}/review/", {f"{key}-decision": "keep" for key in own})
    assert answer.status_code == 302, said(answer)[:1500]
    return answer


def test_an_officer_reviews_their_own_part_and_then_the_copy_goes_on(
    lead: Client, other: Client
) -> None:
    right = gathered(lead)

    asked = said(lead.get(f"/rights/{right.pk}/"))
    lead.post(f"/rights/{right.pk}/review/done/")
    before = state(right)
    theirs = said(other.get(f"/rights/{right.pk}/"))
    titles = {title for _, title in items_on(other.get(f"/rights/{right.pk}/review/"))}
    keep(other, right)
    other.post(f"/rights/{right.pk}/review/our-part/")
    left = said(other.get(f"/rights/{right.pk}/"))
    lead.post(f"/rights/{right.pk}/review/done/")

    assert "waits since 12 March 2026" in asked and "The review is done" not in asked
    assert before is RightState.GATHERED
    assert "You review what your own organisation recorded" in theirs
    assert "Refuse it" not in theirs and "Gather anew" not in theirs
    assert "High blood pressure" in titles
    assert not titles & {"Seen at home", "Next of kin", "Osteoarthritis"}
    assert "Nothing is left for you to do" in left
    assert state(right) is RightState.REVIEWED


def test_the_one_who_was_asked_sees_what_others_decide_and_cannot_decide_it(
    lead: Client, other: Client
) -> None:
    right = gathered(lead)
    review = lead.get(f"/rights/{right.pk}/review/")
    item = {title: key for key, title in items_on(review)}["High blood pressure"]

    refused = lead.post(
        f"/rights/{right.pk}/review/",
        {f"{item}-decision": "withhold", f"{item}-reason": "I would rather not"},
    )

    assert "decides this: it recorded it" in said(review)
    assert "is decided by its own officer" in said(refused)
    assert "Nothing on this page was saved" in said(refused)


def test_a_part_nobody_reviews_is_taken_over_with_a_reason(lead: Client, other: Client) -> None:
    right = gathered(lead)
    with as_role(DatabaseRole.LOADER):
        part = RightPart.objects.get(right=right)
    address = f"/rights/parts/{part.pk}/take-over/"

    offered = lead.get(f"/rights/{right.pk}/").content.decode()
    empty = lead.post(address, {"why": ""})
    hidden = officer("Sue Stranger", of="mental_health_trust")[0].get(address)
    taken = lead.post(address, {"why": "Nobody answered for three weeks"})
    keep(lead, right)
    lead.post(f"/rights/{right.pk}/review/done/")

    assert address in offered
    assert empty.status_code == 200 and "There is a problem" in said(empty)
    assert hidden.status_code == 404
    assert taken.status_code == 302
    assert state(right) is RightState.REVIEWED


def test_its_page_waits_in_the_list_of_who_reviews_a_part(lead: Client, other: Client) -> None:
    right = gathered(lead)

    waiting = said(other.get("/rights/"))
    keep(other, right)
    other.post(f"/rights/{right.pk}/review/our-part/")
    after = said(other.get("/rights/"))

    assert "Margaret Okafor" in waiting
    assert "Margaret Okafor" not in after

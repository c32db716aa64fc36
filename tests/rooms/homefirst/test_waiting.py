"""Who is waiting on whom: every kind of thing, on the page of whoever is to act, longest first."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse

from oneplace.access.viewer import NOBODY, Viewer, viewing
from oneplace.homefirst import queries, verbs
from oneplace.homefirst.models import Arranged
from oneplace.homefirst.queries.waiting import NOBODY_NAMED, PANEL, PERSON, slug_of
from oneplace.kit import clock
from oneplace.vocabulary.terms import BlockerType, Pathway, Role
from tests.rooms.homefirst.around_a_desk import SPELL, World, asked
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import client_of, unconnected

pytestmark = pytest.mark.django_db


def _council() -> tuple[str, str]:
    row = next(each for each in settings.PLACE.partners if "ouncil" in each.name)
    return row.code, row.short_word


def _held_up(world: World) -> None:
    """She waits for the council, for her own choice, for medicines and a panel."""
    code, word = _council()
    with viewing(world.nurse, at=AT) as by:
        plan = verbs.plan_discharge(person_id=world.margaret.pk, spell=SPELL, by=by, at=AT)
        verbs.open_blocker(
            discharge=plan, kind=BlockerType.FUNDING, holder=code, holder_name=word,
            seen_to_by="Ravi, brokerage", opened_at=AT - timedelta(days=3), by=by, at=AT,
        )  # fmt: skip
        verbs.open_blocker(
            discharge=plan, kind=BlockerType.CHOICE, holder_name="The person or family", by=by,
            at=AT,
        )  # fmt: skip
        over = verbs.open_blocker(
            discharge=plan, kind=BlockerType.HOUSING, holder=code, holder_name=word, by=by, at=AT
        )
        verbs.close_blocker(blocker=over, by=by, at=AT)
        parent = verbs.add_task(
            discharge=plan, kind=Arranged.EQUIPMENT, whose=word, due_at=AT - timedelta(days=1),
            by=by, at=AT - timedelta(days=5),
        )  # fmt: skip
        verbs.add_task(
            discharge=plan, kind=Arranged.OTHER, words="Measure the doors", part_of=parent,
            by=by, at=AT - timedelta(days=4),
        )  # fmt: skip
        verbs.add_task(discharge=plan, kind=Arranged.TRANSPORT, by=by, at=AT)
        verbs.set_pathway(discharge=plan, proposed=Pathway.P3, by=by, at=AT)


def test_each_thing_stands_with_whoever_is_to_act_the_longest_first(world: World) -> None:
    _held_up(world)
    code, _ = _council()

    with viewing(world.nurse, at=AT) as by:
        found = queries.waiting_on(viewer=by, at=AT)

    ours = [(each.what, each.part_of) for each in found if each.holder == slug_of(code)]
    # The smaller thing is with whoever has the larger; what is over stands nowhere.
    assert ours == [
        ("Equipment", ""),
        ("Something else: Measure the doors", "Equipment"),
        ("A funding decision", ""),
    ]
    others = {each.holder: each.what for each in found if each.holder != slug_of(code)}
    assert others[PERSON] == "The person's or family's choice"
    assert others[PANEL].startswith("Round-the-clock care")
    assert others[NOBODY_NAMED] == "Transport"
    assert len(found) == 6


def test_a_question_of_the_desk_waits_on_whoever_asked(world: World) -> None:
    case = asked(world)
    with viewing(world.coordinator, at=AT) as by:
        verbs.wait_for_information(case=case, words="Who has the key?", by=by, at=AT)
        found = queries.waiting_on(viewer=by, at=AT)

    question = next(each for each in found if each.kind == "A question of the desk")
    assert (question.what, question.ring) == ("Who has the key?", "Nina Ward")
    assert question.holder


def test_the_page_of_a_partner_names_who_to_ring_and_no_other_partner(
    monkeypatch: pytest.MonkeyPatch, world: World
) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)
    _held_up(world)
    code, word = _council()
    ward = client_of(world.nurse)

    index = ward.get(reverse("homefirst:waiting")).content.decode()
    page = ward.get(reverse("homefirst:waiting_on", args=[slug_of(code)])).content.decode()

    assert reverse("homefirst:waiting_on", args=[slug_of(code)]) in index
    assert "3 days" not in index
    for words in (word, "Margaret Okafor", "Ravi, brokerage", "3 days", "part of: Equipment"):
        assert words in page
    assert page.index("5 days") < page.index("4 days") < page.index("3 days")
    assert "Transport" not in page
    assert "late</span>" in page


@pytest.mark.parametrize("viewer", [NOBODY, None])
def test_a_stranger_sees_nothing_waiting_and_nobody_to_ring(
    viewer: Viewer | None, world: World
) -> None:
    _held_up(world)
    stranger = viewer or unconnected(Role.DISCHARGE_NURSE)

    with viewing(stranger, at=AT):
        assert queries.waiting_on(viewer=stranger, at=AT) == []


def test_who_to_ring_is_for_those_who_plan_the_way_home(world: World) -> None:
    slugs = [slug_of(each.code) for each in settings.PLACE.partners]
    gp = unconnected(Role.GP)

    with viewing(gp, at=AT):
        assert not any(queries.to_ring(each, viewer=gp) for each in slugs)
    with viewing(world.nurse, at=AT):
        assert any(queries.to_ring(each, viewer=world.nurse) for each in slugs)

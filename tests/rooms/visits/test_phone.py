"""What a phone takes along, what it sends, and that nothing is taken twice and nothing is lost."""

import random
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from oneplace.access.models import AuditEntry
from oneplace.access.viewer import viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.people.models import Concern
from oneplace.visits import pack, sealing, verbs
from oneplace.visits.models import CameBack, Sent, Visit, VisitState
from oneplace.vocabulary.terms import Role
from tests.database import as_role
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import client_of, unconnected
from tests.rooms.visits.around_a_visit import CLOSES, World, booked

pytestmark = pytest.mark.django_db
SENT_AT = "2026-03-12T12:00:00+00:00"


def written(
    world: World, kind: str, payload: Mapping[str, Any] | None = None, *, minutes_ago: int = 5
) -> verbs.Written:
    return verbs.Written(
        id=uuid.uuid4(),
        kind=kind,
        person_id=world.margaret.pk,
        visit_id=world.visit.pk,
        payload=payload or {},
        ago=timedelta(minutes=minutes_ago),
    )


def take(world: World, *entries: verbs.Written, at: Any = CLOSES) -> list[verbs.Answer]:
    with viewing(world.pic, at=at):
        return verbs.take_back(written=entries, by=world.pic, at=at)


def test_the_frame_the_worker_and_the_manifest_open_to_anyone_and_name_nobody() -> None:
    stranger = Client()
    for name in ("phone", "phone_worker", "phone_manifest"):
        answer = stranger.get(reverse(f"visits:{name}"))
        assert answer.status_code == 200, name
        assert not answer.cookies, name
    worker = stranger.get(reverse("visits:phone_worker")).content.decode()
    assert "&#" not in worker
    assert '"/phone/"' in worker
    assert "/phone/pack/" not in worker


def test_the_pack_needs_a_sign_in_and_a_role_that_goes_to_doors(world: World) -> None:
    assert Client().post(reverse("visits:phone_pack")).status_code == 302
    gp = unconnected(Role.GP)
    assert client_of(gp).post(reverse("visits:phone_pack")).status_code == 404


def test_the_pack_holds_todays_visits_and_its_taking_is_in_the_audit(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from oneplace.kit import clock

    monkeypatch.setattr(clock, "now", lambda: AT)

    answer = client_of(world.pic).post(reverse("visits:phone_pack")).json()

    (visit,) = answer["visits"]
    assert visit["person"]["id"] == str(world.margaret.pk)
    assert visit["why"] == "To plan what comes next"
    assert visit["prompts"]
    assert next(leaf["part"] for leaf in visit["leaves"]) == "visits"
    assert answer["lives_s"] == 24 * 3600
    assert answer["duty"]["phone"]
    with as_role(DatabaseRole.LOADER):
        (taken,) = AuditEntry.objects.filter(action="take_pack")
        assert taken.shown == 1


def test_what_was_written_without_signal_is_saved_as_of_when_it_was_written(world: World) -> None:
    answers = take(
        world,
        written(world, "arrive", minutes_ago=25),
        written(world, "note", {"words": "Tea"}, minutes_ago=5),
        written(world, "finish", minutes_ago=4),
    )

    assert [answer.outcome for answer in answers] == [CameBack.TAKEN] * 3
    made = world.as_it_stands()
    assert made.arrived_at == CLOSES - timedelta(minutes=25)
    assert made.finished_at == CLOSES - timedelta(minutes=4)
    assert made.note == "Tea"


def test_what_is_sent_twice_is_taken_once(world: World) -> None:
    entry = written(world, "arrive")
    take(world, entry)

    (again,) = take(world, entry)

    assert again.outcome is CameBack.TAKEN
    with as_role(DatabaseRole.LOADER):
        assert Sent.objects.count() == 1


def test_one_thing_that_cannot_be_saved_stops_no_other(world: World) -> None:
    refused, taken = take(
        world, written(world, "finish"), written(world, "arrive", {"unknown": "x"})
    )

    assert refused.outcome is CameBack.REFUSED
    assert "it cannot become done" in refused.why
    assert taken.outcome is CameBack.TAKEN
    with as_role(DatabaseRole.LOADER):
        assert Sent.objects.get(pk=refused.id).why == refused.why


@pytest.mark.parametrize("kind", ["nonsense", "door_step", "check_in"])
def test_what_no_phone_of_ours_writes_is_refused_and_breaks_nothing(
    world: World, kind: str
) -> None:
    (answer,) = take(world, written(world, kind, {"step": "fly", "minutes": "soon"}))

    assert answer.outcome is CameBack.REFUSED


def test_a_visit_cancelled_meanwhile_is_a_conflict_and_whoever_came_can_say_so(
    world: World,
) -> None:
    with viewing(world.pic, at=AT):
        verbs.cancel(visit=world.visit, why="In hospital", by=world.pic, at=AT)

    (conflict,) = take(world, written(world, "arrive"))
    assert conflict.outcome is CameBack.CONFLICT
    assert conflict.theirs == "Cancelled: In hospital"

    (came,) = take(world, written(world, "came_anyway"))
    assert came.outcome is CameBack.TAKEN
    with viewing(world.pic, at=AT):
        assert Visit.objects.get(origin_id=world.visit.pk).state == VisitState.ARRIVED
    assert world.as_it_stands().state == VisitState.CANCELLED


def test_two_notes_of_one_visit_are_both_shown_and_none_is_written_over(world: World) -> None:
    take(world, written(world, "arrive"))
    take(world, written(world, "note", {"words": "Theirs", "seen": ""}))

    (conflict,) = take(world, written(world, "note", {"words": "Mine", "seen": ""}))

    assert (conflict.outcome, conflict.theirs) == (CameBack.CONFLICT, "Theirs")
    assert world.as_it_stands().note == "Theirs"
    with as_role(DatabaseRole.LOADER):
        assert Sent.objects.get(pk=conflict.id).words["words"] == "Mine"
    (after,) = take(world, written(world, "note", {"words": "Theirs\n\nMine", "seen": "Theirs"}))
    assert after.outcome is CameBack.TAKEN


def test_a_worry_from_the_phone_reaches_the_team_on_duty(world: World) -> None:
    payload = {"what": "Bruises", "who": "Margaret", "is_safe_now": "not_sure", "wishes": ""}

    (answer,) = take(world, written(world, "concern", payload))

    assert answer.outcome is CameBack.TAKEN
    with as_role(DatabaseRole.LOADER):
        assert Concern.objects.get().what == "Bruises"


def test_a_part_takes_back_its_own_forms(world: World) -> None:
    class Part:
        name, permission, kinds = "test_part", "", ("test_kind",)
        taken: list[tuple[str, Mapping[str, Any]]] = []

        def rows(self, person_ids: Any, *, viewer: Any, at: Any) -> dict[uuid.UUID, pack.Json]:
            return {}

        def take(self, kind: str, payload: Any, *, person_id: Any, by: Any, at: Any) -> None:
            self.taken.append((kind, payload))

    part = Part()
    pack.put_in_the_pack(part)
    try:
        (answer,) = take(world, written(world, "test_kind", {"x": "1"}))
    finally:
        pack._PARTS.pop("test_part")

    assert answer.outcome is CameBack.TAKEN
    assert part.taken == [("test_kind", {"x": "1", "visit_id": str(world.visit.pk)})]


def _posted(client: Client, entries: list[dict[str, str]]) -> list[dict[str, str]]:
    answer = client.post(
        reverse("visits:phone_sent"),
        {"sent_at": SENT_AT, "entries": entries},
        content_type="application/json",
    )
    assert answer.status_code == 200, answer.content
    found: list[dict[str, str]] = answer.json()["answers"]
    return found


def _sealed(world: World, kind: str, account: str) -> dict[str, str]:
    entry_id = str(uuid.uuid4())
    opened = {
        "account": account,
        "kind": kind,
        "person_id": str(world.margaret.pk),
        "visit_id": str(world.visit.pk),
        "payload": {},
        "made_at": "2026-03-12T11:50:00+00:00",
    }
    return {"id": entry_id, "sealed": sealing.seal(opened, entry_id=entry_id, nonce=b"n" * 12)}


def test_what_the_phone_sealed_is_opened_and_taken(world: World) -> None:
    page = client_of(world.pic)
    account = page.get(reverse("visits:phone_hello")).json()["account"]

    (answer,) = _posted(page, [_sealed(world, "arrive", account)])

    assert answer["outcome"] == "taken"
    assert world.as_it_stands().state == VisitState.ARRIVED


def test_what_somebody_else_wrote_on_the_same_phone_waits_for_them(world: World) -> None:
    (answer,) = _posted(client_of(world.pic), [_sealed(world, "arrive", "somebody else")])

    assert answer["outcome"] == "not_yours"
    assert world.as_it_stands().state == VisitState.BOOKED


def test_what_was_damaged_or_put_under_another_name_is_refused(world: World) -> None:
    page = client_of(world.pic)
    account = page.get(reverse("visits:phone_hello")).json()["account"]
    good = _sealed(world, "arrive", account)
    other = {**good, "id": str(uuid.uuid4())}
    cut = {**good, "sealed": good["sealed"][:-8]}
    junk = {"id": "x", "sealed": "%%%"}

    answers = _posted(page, [other, cut, junk, {}])

    assert {answer["outcome"] for answer in answers} == {"refused"}
    assert (
        page.post(
            reverse("visits:phone_sent"), "not json", content_type="application/json"
        ).status_code
        == 400
    )


def test_a_day_of_twelve_visits_loses_nothing_over_two_hundred_drop_outs(world: World) -> None:
    """The phone's half is played here: it sends until an answer comes, and knows no other answer.

    A drop-out takes away the request, or the answer to one that was taken.
    """
    chance = random.Random(2026)
    with viewing(world.pic, at=AT):
        visits = [world.visit, *(booked(world.margaret, world.pic) for _ in range(11))]
    outbox = []
    for visit in visits:
        for kind, payload in (
            ("arrive", {}),
            ("note", {"words": f"Note of {visit.pk}"}),
            ("finish", {}),
        ):
            outbox.append(
                verbs.Written(
                    uuid.uuid4(), kind, world.margaret.pk, visit.pk, payload, timedelta(minutes=1)
                )
            )
    drops = 0
    waiting = list(outbox)
    while waiting:
        some = waiting[: chance.randint(1, 4)]
        if drops < 200 and chance.random() < 0.92:
            drops += 1
            if chance.random() < 0.5:
                continue
            take(world, *some)
            continue
        answers = take(world, *some)
        assert {answer.outcome for answer in answers} == {CameBack.TAKEN}
        done = {answer.id for answer in answers}
        waiting = [entry for entry in waiting if entry.id not in done]

    assert drops == 200 or not waiting
    with viewing(world.pic, at=AT):
        notes = {visit.pk: visit.note for visit in Visit.objects.all()}
        assert notes == {visit.pk: f"Note of {visit.pk}" for visit in visits}
        assert {visit.state for visit in Visit.objects.all()} == {VisitState.FINISHED}
    with as_role(DatabaseRole.LOADER):
        assert Sent.objects.count() == len(outbox)

"""Entries kept right: owners' one click, proposals, doubles, files with every fault, versions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from oneplace.access.viewer import Viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.directory import queries, verbs
from oneplace.directory.likeness import Entry, likeness
from oneplace.directory.models import (
    Capacity,
    CheckLink,
    Import,
    Likeness,
    Location,
    Proposal,
    Provider,
    Service,
    Source,
)
from oneplace.directory.reading_csv import NotATable, read_table
from oneplace.kit.refusals import Refused
from oneplace.post.models import Message
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import Role, ServiceCategory
from tests.database import as_role
from tests.factories import bring_in_place
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import client_of, unconnected
from tests.rooms.plans.test_without_audit import kept

pytestmark = pytest.mark.django_db
TABLE = (
    "Name,Organisation,Description,Postcode,Days,Opens,Closes,Cost,Email,Minimum age,Colour\n"
    "Chair yoga,Movers,Gentle stretching,CR7 8AB,Mon; Wed,10am,11:00,£2,hi@example.org,50,red\n"
    ",Movers,No name here,,,,,,,,\n"
    "Tea,,A cup,ZZ1,Someday,noon,,ask,nowhere,old,\n"
).encode()


@dataclass
class World:
    """Two entries that are one service, and an editor."""

    editor: Viewer
    first: Service
    second: Service

    def pair(self) -> Likeness:
        """The two as found alike."""
        with as_role(DatabaseRole.LOADER):
            found = Likeness.objects.first()
        assert found is not None
        return found

    def link(self) -> CheckLink:
        """The last link sent."""
        with as_role(DatabaseRole.LOADER):
            return CheckLink.objects.latest("asked_at", "pk")

    def proposal(self) -> Proposal:
        """The last proposal."""
        with as_role(DatabaseRole.LOADER):
            return Proposal.objects.latest("made_at", "pk")


def _entry(source: str, *, name: str = "Garden friends", **more: object) -> Service:
    with as_role(DatabaseRole.LOADER):
        provider = Provider.objects.create(
            source=Source.FEED, source_code=source, key=str(new_id()), name="Green Hands",
            email="office@example.org", phone="020 7946 0177",
        )  # fmt: skip
        return Service.objects.create(
            provider=provider, source=Source.FEED, source_code=source, key=str(new_id()),
            name=name, category=ServiceCategory.SOCIAL_PRESCRIBING, taken_at=AT, **more,
        )  # fmt: skip


@pytest.fixture
def world(db: None) -> World:
    bring_in_place()
    editor = unconnected(Role.NETWORK_FACILITATOR, "Ed Itor")
    return World(editor, _entry("one"), _entry("other"))


def _asked(w: World) -> None:
    with viewing(w.editor, at=AT):
        verbs.ask_owner(service=w.first, by=w.editor, at=AT)


def _proposed(w: World) -> None:
    with viewing(w.editor, at=AT):
        verbs.propose(
            name="Tea", provider_name="St Paul's", says={"what": "Tea on Mondays"},
            from_name="Ola", by=w.editor, at=AT,
        )  # fmt: skip


def _alike(w: World) -> None:
    with viewing(w.editor, at=AT):
        verbs.find_likenesses(by=w.editor, at=AT)


BEFORE: dict[str, Callable[[World], None]] = {
    "confirm_by_link": _asked,
    "correct_by_link": _asked,
    "take_proposal": _proposed,
    "refuse_proposal": _proposed,
    "put_services_together": _alike,
    "keep_services_apart": _alike,
}
ACTS: dict[str, Callable[[World], object]] = {
    "ask_owner": lambda w: verbs.ask_owner(service=w.first, by=w.editor, at=AT),
    "confirm_by_link": lambda w: verbs.confirm_by_link(link=w.link(), by=w.editor, at=AT),
    "correct_by_link": lambda w: verbs.correct_by_link(
        link=w.link(), words="New number", by=w.editor, at=AT
    ),
    "propose": lambda w: verbs.propose(
        service=w.first, name="x", words="It moved", from_name="Ola", by=w.editor, at=AT
    ),
    "take_proposal": lambda w: verbs.take_proposal(proposal=w.proposal(), by=w.editor, at=AT),
    "refuse_proposal": lambda w: verbs.refuse_proposal(
        proposal=w.proposal(), why="Closed for good", by=w.editor, at=AT
    ),
    "find_likenesses": lambda w: verbs.find_likenesses(by=w.editor, at=AT),
    "put_services_together": lambda w: verbs.put_services_together(
        pair=w.pair(), keep=w.first, by=w.editor, at=AT
    ),
    "keep_services_apart": lambda w: verbs.keep_services_apart(pair=w.pair(), by=w.editor, at=AT),
    "import_services": lambda w: verbs.import_services(
        name="x.csv", content=TABLE, by=w.editor, at=AT
    ),
}


@pytest.mark.parametrize("name", list(ACTS))
def test_without_its_audit_nothing_is_saved(
    name: str, world: World, broken_audit: Callable[[], None]
) -> None:
    BEFORE.get(name, lambda w: None)(world)
    before = kept("directory")
    broken_audit()

    with viewing(world.editor, at=AT), pytest.raises(RuntimeError, match="no audit"):
        ACTS[name](world)

    assert kept("directory") == before


@pytest.mark.parametrize("name", list(ACTS))
def test_with_its_audit_something_is_saved(name: str, world: World) -> None:
    BEFORE.get(name, lambda w: None)(world)
    before = kept("directory")

    with viewing(world.editor, at=AT):
        ACTS[name](world)

    assert kept("directory") != before


def _secret() -> str:
    with as_role(DatabaseRole.LOADER):
        body = Message.objects.filter(template="check_entry").latest("written_at", "pk").body
    return body.split("/find-help/check/")[1].split("/")[0]


def test_an_owner_says_with_one_click_that_everything_is_right(world: World) -> None:
    _asked(world)
    here, phone = reverse("directory:check_entry", args=[_secret()]), Client()

    page = phone.get(here)
    thanks = phone.post(here, {"capacity": "full"})
    again = phone.get(here)

    assert "Garden friends" in page.content.decode()
    assert "Thank you" in thanks.content.decode()
    assert again.status_code == 410
    found = Service.objects.get(pk=world.first.pk)
    assert (found.checked_by, found.capacity) == ("Green Hands", Capacity.FULL)
    assert found.checked_on is not None


def test_what_an_owner_says_has_changed_waits_for_an_editor(world: World) -> None:
    _asked(world)
    secret = _secret()

    Client().post(reverse("directory:change_entry", args=[secret]), {"words": "We moved"})

    page = client_of(world.editor).get(reverse("directory:keep_directory")).content.decode()
    assert "We moved" in page


def test_an_expired_link_of_an_owner_opens_nothing(world: World) -> None:
    _asked(world)
    CheckLink.objects.update(expires_at=timezone.now() - timedelta(days=1))

    answer = Client().get(reverse("directory:check_entry", args=[_secret()]))

    assert answer.status_code == 410
    assert "Garden friends" not in answer.content.decode()


def test_only_what_nobody_checked_lately_is_asked_about_and_not_twice_in_a_month(
    world: World,
) -> None:
    with as_role(DatabaseRole.LOADER):
        Service.objects.filter(pk=world.second.pk).update(checked_on=date(2026, 3, 1))
    with viewing(world.editor, at=AT):
        before = {one.pk for one in queries.owners_to_ask(viewer=world.editor, at=AT)}
        verbs.ask_owner(service=world.first, by=world.editor, at=AT)
        after = {one.pk for one in queries.owners_to_ask(viewer=world.editor, at=AT)}

    assert before == {world.first.pk}
    assert after == set()


def test_somebody_without_an_account_tells_of_a_service_and_an_editor_takes_it(
    world: World,
) -> None:
    given = {
        "name": "Tuesday tea", "provider_name": "St Paul's", "what": "Tea and company",
        "from_name": "Ola",
    }  # fmt: skip
    Client().post(reverse("directory:propose_service"), given)
    editor = client_of(world.editor)

    assert "Tuesday tea" not in Client().get(reverse("directory:find_help")).content.decode()
    editor.post(reverse("directory:take_proposal", args=[world.proposal().pk]))

    found = Client().post(reverse("directory:find_help"), {"words": "tea"}).content.decode()
    assert "Tuesday tea" in found


def test_two_entries_of_one_service_are_found_and_put_together_and_apart_again(
    world: World,
) -> None:
    _alike(world)
    pair = world.pair()
    editor = client_of(world.editor)
    settle = reverse("directory:settle_likes", args=[pair.pk])

    assert "the same name" in pair.reasons
    editor.post(settle, {"keep": "one"})
    with viewing(world.editor, at=AT):
        once = queries.search(text="garden", viewer=world.editor, at=AT).total
    editor.post(settle, {"keep": ""})
    with viewing(world.editor, at=AT):
        twice = Service.objects.filter(same_as=None, name="Garden friends").count()

    assert Service.objects.get(pk=pair.other_id).same_as_id is None
    assert once <= 1
    assert twice == 2


def test_names_alone_make_no_double() -> None:
    one = Entry(new_id(), "Lunch club", "St Paul's", postcodes=frozenset({"CR78AB"}))
    other = Entry(new_id(), "Lunch club", "Mosque hall", postcodes=frozenset({"CR01AA"}))
    same = Entry(new_id(), "The lunch club", "St Pauls", postcodes=frozenset({"CR78AB"}))

    assert likeness(one, other) is None
    assert likeness(one, same) is not None


def test_every_fault_of_a_table_is_told_and_no_row_is_lost_without_a_word() -> None:
    said = read_table(TABLE)

    assert [one.name for one in said.services] == ["Chair yoga", "Tea"]
    yoga = said.services[0]
    assert (yoga.cost_pence, yoga.min_age, yoga.places[0].postcode) == (200, 50, "CR7 8AB")
    assert yoga.times[0].weekdays == (0, 2)
    places = " | ".join(place for place, _ in said.faults)
    for wrong in ("column “Colour”", "row 3, name", "row 4, organisation", "row 4, postcode",
                  "row 4, days", "row 4, opens", "row 4, email", "row 4, age"):  # fmt: skip
        assert wrong in places, wrong


@pytest.mark.parametrize("content", [b"", b"\n\n", b"Colour,Size\nred,big\n"])
def test_what_is_no_table_is_refused_with_what_to_do(content: bytes) -> None:
    with pytest.raises(NotATable):
        read_table(content)


def test_a_file_brought_in_twice_stands_once_and_its_report_names_the_unknown_postcode(
    world: World,
) -> None:
    with viewing(world.editor, at=AT):
        made = verbs.import_services(name="a.csv", content=TABLE, by=world.editor, at=AT)
        verbs.import_services(name="a.csv", content=TABLE, by=world.editor, at=AT)

    assert Service.objects.filter(name="Chair yoga").count() == 1
    assert Location.objects.filter(source_code="import").count() == 1
    report = client_of(world.editor).get(reverse("directory:import_report", args=[made.pk]))
    assert "CR7 8AB is no postcode we know" in report.content.decode()
    assert Import.objects.count() == 2


def test_whoever_is_no_editor_brings_nothing_in(world: World) -> None:
    nurse = unconnected(Role.COMMUNITY_NURSE)

    with viewing(nurse, at=AT), pytest.raises(Refused, match="editors"):
        verbs.import_services(name="a.csv", content=TABLE, by=nurse, at=AT)


def test_an_entry_says_what_it_said_before(world: World) -> None:
    with viewing(world.editor, at=AT):
        service = Service.objects.select_related("provider").get(pk=world.first.pk)
        verbs.correct_service(
            service=service, what="Digging and tea", who_for="", how_to_refer="", phone="",
            email="new@example.org", by=world.editor, at=AT,
        )  # fmt: skip

    page = client_of(world.editor).get(reverse("directory:versions", args=[world.first.pk]))

    assert "Digging and tea" in page.content.decode()


def test_the_public_pages_need_no_account_and_print_a_list(world: World) -> None:
    anybody = Client()
    one = reverse("directory:service_page", args=[world.first.pk])

    assert "Garden friends" in anybody.get(one).content.decode()
    printed = anybody.post(reverse("directory:print_help"), {"services": str(world.first.pk)})
    assert "Garden friends" in printed.content.decode()
    unknown = anybody.post(reverse("directory:find_help"), {"near": "ZZ99 9ZZ"})
    assert "We do not know this postcode" in unknown.content.decode()

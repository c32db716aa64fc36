"""Coming back to an own page by a number, in a browser that stays known until the page closes."""
# ruff: noqa: F811 - the fixtures of that name

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from oneplace.access import verbs as access_verbs
from oneplace.access.models import AuditEntry, OwnDevice, OwnRecord
from oneplace.access.queries import own as own_queries
from oneplace.access.viewer import NOBODY, Viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.desk.own_device_views import DEVICE_COOKIE
from oneplace.kit.refusals import Refused
from oneplace.people.models import Person
from oneplace.vocabulary.terms import Role
from tests.database import as_role
from tests.rooms.desk.test_own_page import (  # noqa: F401 - fixtures
    ada,
    browser,
    house,
    jo,
    main,
    margaret,
)
from tests.rooms.people.conftest import broken_audit  # noqa: F401 - a fixture
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import unconnected

pytestmark = pytest.mark.django_db
NUMBER = {"number": "482 915", "again": "482 915"}
EMPTY = {"csrfmiddlewaretoken": "token"}


@pytest.fixture
def known(ada: Viewer) -> Client:
    """A browser that is known to Ada's way in, in which nobody is signed in any more."""
    signed_in = browser(ada)
    signed_in.post("/my-page/this-browser/", NUMBER)
    later = Client()
    later.cookies[DEVICE_COOKIE] = signed_in.cookies[DEVICE_COOKIE].value
    return later


def _own(ada: Viewer) -> OwnRecord:
    with as_role(DatabaseRole.LOADER):
        return OwnRecord.objects.get(account_id=ada.account_id or "")


def test_a_supporter_comes_back_with_a_number_and_without_a_link(known: Client) -> None:
    asks = main(known.get("/come-back/"))

    gone = known.post("/come-back/", {"number": "482915"})

    assert "Your number, please" in asks
    assert "Margaret" not in asks
    assert gone.status_code == 302
    assert known.get("/my-page/plan/").status_code == 200
    with as_role(DatabaseRole.LOADER):
        assert AuditEntry.objects.filter(action="open_by_device").exists()


def test_five_wrong_numbers_forget_the_browser(known: Client) -> None:
    for _ in range(5):
        said = main(known.post("/come-back/", {"number": "111222"}))
    over = known.post("/come-back/", {"number": "482915"})

    assert "not the number you chose" in said
    assert over.status_code == 410
    assert "not known any more" in main(over)


def test_closing_the_page_forgets_every_browser_at_once(
    known: Client,
    margaret: Person,
    ada: Viewer,
    jo: Viewer,
) -> None:
    with viewing(jo, at=AT):
        own = own_queries.own_record(_own(ada).pk, viewer=jo)
        assert own is not None
        access_verbs.suspend_own_record(own=own, why="Margaret asked", by=jo, at=AT)

    assert known.get("/come-back/").status_code == 410

    with viewing(jo, at=AT):
        access_verbs.resume_own_record(
            own=own, how="Asked her alone again", was_alone=True, by=jo, at=AT
        )

    assert known.get("/come-back/").status_code == 410


def test_they_forget_their_browsers_themselves(known: Client, ada: Viewer) -> None:
    page = browser(ada)

    page.post("/my-page/this-browser/forget/", EMPTY)

    assert known.get("/come-back/").status_code == 410


def test_a_browser_that_is_none_opens_nothing(margaret: Person) -> None:
    stranger = Client()
    assert stranger.get("/come-back/").status_code == 410
    stranger.cookies[DEVICE_COOKIE] = "no-such-secret"

    assert stranger.post("/come-back/", {"number": "482915"}).status_code == 410
    assert not own_queries.is_device_known("no-such-secret")
    with viewing(NOBODY, at=AT), pytest.raises(Refused, match="not known any more"):
        access_verbs.open_by_device(secret="no", number="482915", by=NOBODY, at=AT)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({}, "Choose six digits."),
        ({"number": "482915", "again": "482916"}, "not the same six digits"),
        ({"number": "4829", "again": "4829"}, "Choose six digits."),
        ({"number": "123456", "again": "123456"}, "first anybody would try"),
        ({"number": "000000", "again": "000000"}, "first anybody would try"),
    ],
)
def test_a_number_anybody_would_guess_is_refused(
    typed: dict[str, str],
    says: str,
    ada: Viewer,
) -> None:
    answer = browser(ada).post("/my-page/this-browser/", {**EMPTY, **typed})

    assert says in main(answer)
    with as_role(DatabaseRole.LOADER):
        assert not OwnDevice.objects.exists()


def test_staff_see_how_many_browsers_stay_known_and_a_stranger_none(
    known: Client,
    margaret: Person,
    jo: Viewer,
    ada: Viewer,
) -> None:
    stranger = unconnected(Role.GP)

    shown = main(browser(jo).get(f"/person/{margaret.pk}/own-page/"))

    assert "Comes back with a number in 1 browser" in shown
    with viewing(stranger, at=AT):
        assert own_queries.devices_of(margaret.pk, viewer=stranger) == {}
        assert not OwnDevice.objects.exists()
    with viewing(ada, at=AT):
        assert own_queries.devices_of(margaret.pk, viewer=ada) == {}
        assert not OwnDevice.objects.exists()


ACTS: dict[str, Callable[[Viewer, Person, str], object]] = {
    "remember_device": lambda v, p, s: access_verbs.remember_device(
        person_id=p.pk, number="482915", browser="Firefox", by=v, at=AT + timedelta(days=1)
    ),
    "open_by_device": lambda v, p, s: access_verbs.open_by_device(
        secret=s, number="482915", by=v, at=AT
    ),
    "forget_devices": lambda v, p, s: access_verbs.forget_devices(by=v, at=AT),
}


@pytest.mark.parametrize("name", list(ACTS))
def test_without_its_audit_nothing_is_saved(
    name: str,
    known: Client,
    margaret: Person,
    ada: Viewer,
    broken_audit: Callable[[], None],
) -> None:
    secret = known.cookies[DEVICE_COOKIE].value
    with as_role(DatabaseRole.LOADER):
        before = list(OwnDevice.objects.values())
    broken_audit()

    with viewing(ada, at=AT), pytest.raises(RuntimeError, match="no audit"):
        ACTS[name](ada, margaret, secret)

    with as_role(DatabaseRole.LOADER):
        assert list(OwnDevice.objects.values()) == before

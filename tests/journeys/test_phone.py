"""A phone lost, guessed at, forgotten or a day old: nothing is read and nothing is lost."""

import pytest

from tests.journeys.conftest import axe_faults
from tests.journeys.test_desmond import PIN

pytestmark = pytest.mark.journey


@pytest.fixture
def phone(chromium, service):  # type: ignore[no-untyped-def]
    """A coordinator's phone with today's visits on it, at Desmond's door."""
    context = chromium.new_context(
        base_url=service.url, viewport={"width": 390, "height": 844}, locale="en-GB"
    )
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.goto("/")
    page.get_by_role("button", name="Follow Desmond").click()
    for _ in range(6):
        page.get_by_role("button", name="Next").first.click()
    _take_along(page)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    yield page
    context.close()


def _take_along(phone) -> None:  # type: ignore[no-untyped-def]
    phone.get_by_label("Choose a PIN of six digits").fill(PIN)
    phone.get_by_label("The same PIN again").fill(PIN)
    phone.get_by_role("button", name="Take them along").click()
    phone.get_by_role("link", name="Desmond Clarke").last.wait_for()


def _write_a_note(phone, words: str) -> None:  # type: ignore[no-untyped-def]
    phone.get_by_role("link", name="Desmond Clarke").last.click()
    phone.get_by_label("What happened, in five minutes").fill(words)
    phone.get_by_role("button", name="Save the note").click()


def test_five_wrong_pins_take_the_visits_off_and_what_was_written_still_arrives(phone) -> None:  # type: ignore[no-untyped-def]
    phone.context.set_offline(True)
    _write_a_note(phone, "Wrote this before the phone was lost")
    phone.get_by_text("Offline: 1 thing saved on this phone").wait_for()
    phone.get_by_role("button", name="Lock").click()

    for left in ("4 tries left", "3 tries left", "2 tries left", "1 try left"):
        phone.get_by_label("Your PIN").fill("000000")
        phone.get_by_role("button", name="Open").first.click()
        phone.get_by_text(left).wait_for()
    phone.get_by_label("Your PIN").fill("000000")
    phone.get_by_role("button", name="Open").first.click()
    phone.get_by_text("the visits are gone from this phone").wait_for()
    assert phone.get_by_text("1 thing saved on this phone").is_visible()
    assert phone.get_by_text("Desmond").count() == 0
    assert axe_faults(phone) == []

    phone.context.set_offline(False)
    phone.reload()
    _take_along(phone)
    phone.get_by_role("link", name="Desmond Clarke").last.click()
    note = phone.get_by_label("What happened, in five minutes")
    assert note.input_value() == "Wrote this before the phone was lost"


def test_a_day_later_the_visits_are_gone_and_what_was_written_is_not(phone) -> None:  # type: ignore[no-untyped-def]
    phone.context.set_offline(True)
    _write_a_note(phone, "Before the night")
    phone.get_by_text("Offline: 1 thing saved on this phone").wait_for()
    # A day passes for this browser.
    phone.add_init_script("const now = Date.now; Date.now = () => now() + 25 * 3600 * 1000;")
    phone.reload()
    phone.get_by_label("Your PIN").fill(PIN)
    phone.get_by_role("button", name="Open").first.click()

    phone.get_by_role("heading", level=1, name="Take your visits along").wait_for()
    assert phone.get_by_text("1 thing saved on this phone").is_visible()
    assert phone.get_by_text("Desmond").count() == 0
    phone.get_by_role("link", name="Written").click()
    phone.get_by_text("Before the night").count()


def test_a_worry_that_is_not_sent_fills_the_screen_until_somebody_was_rung(phone) -> None:  # type: ignore[no-untyped-def]
    phone.context.set_offline(True)
    phone.get_by_role("link", name="Desmond Clarke").last.click()
    phone.get_by_role("link", name="Worried about").click()
    phone.get_by_role("button", name="Send it now").click()
    assert phone.get_by_text("Write what you saw or heard.").is_visible()
    phone.get_by_label("What worries you?").fill("A bruise on his arm he will not speak of")
    phone.get_by_label("I am not sure").check()
    assert axe_faults(phone) == []
    phone.get_by_role("button", name="Send it now").click()

    phone.get_by_role("heading", level=1, name="NOT SENT").wait_for()
    assert phone.get_by_role("link", name="Ring 020").first.is_visible()
    assert axe_faults(phone) == []
    phone.reload()
    phone.get_by_role("heading", level=1, name="NOT SENT").wait_for()
    phone.get_by_role("button", name="I have rung them").click()
    phone.get_by_role("heading", level=1, name="Locked").wait_for()

    phone.context.set_offline(False)
    phone.get_by_text("Everything you wrote is sent").wait_for(timeout=40_000)


def _somebody_writes_at_the_desk(chromium, service, words: str) -> None:  # type: ignore[no-untyped-def]
    """The same visit's note, written in another browser while the phone has no signal."""
    context = chromium.new_context(base_url=service.url, locale="en-GB")
    desk = context.new_page()
    desk.set_default_timeout(30_000)
    desk.goto("/demo/walk-in/pic/")
    desk.goto("/visits/")
    desk.get_by_role("link", name="Clarke").last.click()
    desk.get_by_role("link", name="I am there").click()
    desk.get_by_role("button", name="I am there").click()
    desk.get_by_role("link", name="Write the note").click()
    desk.get_by_label("What happened, in five minutes").fill(words)
    desk.get_by_role("button", name="Write the note").click()
    desk.get_by_text("Written down").wait_for()
    context.close()


def test_a_note_somebody_else_wrote_is_shown_beside_mine(phone, chromium, service) -> None:  # type: ignore[no-untyped-def]
    phone.context.set_offline(True)
    _write_a_note(phone, "Mine, at the table")
    phone.get_by_text("Offline: 1 thing saved on this phone").wait_for()
    _somebody_writes_at_the_desk(chromium, service, "Theirs, at the desk")
    phone.context.set_offline(False)

    phone.get_by_role("link", name="Written").click()
    phone.get_by_text("somebody else was quicker").wait_for(timeout=40_000)
    both = phone.locator("main").inner_text()
    assert "Theirs, at the desk" in both
    assert "Mine, at the table" in both
    assert axe_faults(phone) == []
    phone.get_by_role("button", name="Put mine below theirs").click()
    phone.get_by_text("Everything you wrote is sent").wait_for(timeout=40_000)


def test_signing_out_with_work_unsent_asks_first(phone) -> None:  # type: ignore[no-untyped-def]
    phone.context.set_offline(True)
    _write_a_note(phone, "Not sent yet")
    phone.get_by_text("Offline: 1 thing saved on this phone").wait_for()
    phone.get_by_role("link", name="Visits", exact=True).click()
    phone.get_by_role("button", name="Sign out").click()

    question = phone.get_by_role("heading", level=1, name="1 thing is not sent yet")
    question.wait_for()
    _something_happens(phone)
    assert question.is_visible(), "only an answer takes the question away"
    assert axe_faults(phone) == []
    phone.get_by_role("button", name="Stay signed in").click()
    phone.get_by_role("link", name="Desmond Clarke").last.wait_for()


def _something_happens(phone) -> None:  # type: ignore[no-untyped-def]
    """The outbox has news, and the time passes in which a page would be drawn anew."""
    phone.evaluate("window.dispatchEvent(new Event('offline'))")
    phone.wait_for_timeout(800)


def test_a_press_arrives_whatever_changes_under_the_finger(phone) -> None:  # type: ignore[no-untyped-def]
    phone.context.set_offline(True)
    _write_a_note(phone, "Saved while a finger is on the glass")
    phone.get_by_role("link", name="Visits", exact=True).click()
    phone.get_by_role("button", name="Sign out").hover()

    phone.mouse.down()
    _something_happens(phone)
    phone.mouse.up()

    phone.get_by_role("heading", level=1, name="1 thing is not sent yet").wait_for()


def test_what_changes_by_itself_leaves_the_reader_where_they_are(phone) -> None:  # type: ignore[no-untyped-def]
    phone.get_by_role("link", name="Desmond Clarke").last.click()
    phone.get_by_text("Things to talk about").click()
    worried = phone.get_by_role("link", name="Worried about")
    worried.focus()
    before = worried.bounding_box()
    phone.locator("main h1").evaluate("heading => heading.dataset.before = 'yes'")

    _something_happens(phone)

    assert phone.locator("[data-before]").count() == 0, "the page was drawn anew"
    assert worried.bounding_box()["y"] == pytest.approx(before["y"], abs=2)
    assert phone.evaluate("window.scrollY") > 0
    assert phone.locator("details.prompts li").first.is_visible()
    assert worried.evaluate("link => link === document.activeElement")


def test_a_pin_half_typed_is_not_emptied(phone) -> None:  # type: ignore[no-untyped-def]
    phone.context.set_offline(True)
    # News comes, and within the moment after which a page is drawn anew somebody locks and types.
    typed = phone.evaluate("""async () => {
      const sleep = (time) => new Promise((done) => setTimeout(done, time));
      window.dispatchEvent(new Event("offline"));
      const from = performance.now();
      document.querySelector("[data-locks]").click();
      while (!document.getElementById("pin")) await sleep(5);
      await sleep(Math.max(0, 151 - (performance.now() - from)));
      document.getElementById("pin").focus();
      document.getElementById("pin").value = "258";
      await sleep(800);
      return document.getElementById("pin").value;
    }""")

    assert typed == "258"

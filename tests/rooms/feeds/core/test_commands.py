"""`oneplace feeds add`: a feed of a system the place file does not name."""

import pytest
from click.testing import CliRunner

from oneplace.cli.console import Stop
from oneplace.cli.feeds import feeds
from oneplace.config.database import Role
from oneplace.feeds.models import Source
from tests.database import as_role
from tests.factories import bring_in_place

pytestmark = pytest.mark.django_db


def _said(*words: str) -> str:
    with as_role(Role.LOADER):
        done = CliRunner().invoke(feeds, ["add", *words], help_option_names=["-h", "--help"])
    return str(done.exception) if isinstance(done.exception, Stop) else done.output


def test_a_feed_is_added_with_who_may_send_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oneplace.cli.feeds._become_loader", lambda: None)
    bring_in_place()
    given = ("second_hospital", "--name", "Second hospital", "--reader", "hl7")

    made = _said(*given, "--sender", "RSECOND/PAS", "--organisation", "hospital_trust")
    again = _said(*given)
    unread = _said("third", "--name", "Third", "--reader", "fax")
    nobody = _said("third", "--name", "Third", "--reader", "fhir", "--organisation", "nobody")
    unsaid = _said("third", "--name", "Third", "--reader", "hl7", "--every-days", "1")

    assert "is known as second_hospital" in made
    assert "There is a feed" in again
    assert "There is no reader" in unread
    assert "There is no organisation" in nobody
    assert "oneplace feeds senders third FACILITY" in unsaid
    source = Source.objects.get(pk="second_hospital")
    assert (source.senders, source.organisation_code) == (["RSECOND/PAS"], "hospital_trust")

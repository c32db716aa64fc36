"""The door's reader of a directory: counts what came and keeps aside what is wrong with it.

It gives no row of a record, because nothing here is about a person; the directory takes the
services themselves from the delivery (`feeds.queries.services_in`).
"""

from collections.abc import Iterator
from typing import Final

import orjson

from oneplace.feeds.open_referral.page import NotAPage, read_page
from oneplace.feeds.reading import Fault, Received, Unit
from oneplace.vocabulary.terms import QuarantineReason

SERVICES: Final = "services"
# What a service holds already, fully nested, is counted and not read twice.
_NESTED: Final = ("organizations", "service_at_locations", "taxonomies", "taxonomy_terms", "index")


def is_services(name: str) -> bool:
    """Whether something of this name is a page of services: `services_page_1.json`."""
    file = name.replace("\\", "/").rsplit("/", 1)[-1]
    return file.startswith(SERVICES)


class OpenReferralReader:
    """Reads pages of Open Referral UK."""

    def recognises(self, name: str, head: bytes) -> bool:
        """A JSON page with contents, or the index of an Open Referral feed."""
        start = head.lstrip()[:400]
        return start.startswith(b"{") and (b"total_items" in start or b"openapi_url" in start)

    def count(self, received: Received) -> int | None:
        """How many entities the page holds."""
        try:
            page = orjson.loads(received.read())
        except orjson.JSONDecodeError:
            return None
        if isinstance(page, list):
            return len(page)
        rows = page.get("contents") if isinstance(page, dict) else None
        return len(rows) if isinstance(rows, list) else 1

    def units(self, received: Received) -> Iterator[Unit]:
        """A unit for each service, and one for each thing that is wrong."""
        if not is_services(received.name):
            yield Unit("page", counts=self.count(received) or 1)
            return
        try:
            page = read_page(received.read())
        except NotAPage as why:
            words = f"{why} Ask whoever keeps the directory for the page again."
            fault = Fault("page", QuarantineReason.UNREADABLE, words, is_whole=True)
            yield Unit("page", fault=fault)
            return
        for service in page.services:
            yield Unit(service.name)
        for place, words in page.faults:
            said = f"{words} What could be read is in the directory; tell its editor."
            yield Unit(place, fault=Fault(place, QuarantineReason.IMPOSSIBLE_VALUE, said), counts=0)


READER: Final = OpenReferralReader()

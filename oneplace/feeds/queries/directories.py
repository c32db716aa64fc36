"""The services of directories that came in, for the room that keeps them; asked as the loader."""

import uuid
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from oneplace.access.viewer import Viewer
from oneplace.feeds.models import Delivery
from oneplace.feeds.open_referral.page import NotAPage, read_page
from oneplace.feeds.open_referral.reader import is_services
from oneplace.feeds.open_referral.rows import PageSaid
from oneplace.feeds.queries.deliveries import content_of
from oneplace.files.store import NotKept
from oneplace.kit.clock import local_day


class DirectoryPage(NamedTuple):
    """One page of services, the feed it came by, and the release of the directory it is of."""

    source: str
    release: str
    page: PageSaid


def services_in(delivery_ids: Sequence[uuid.UUID], *, viewer: Viewer) -> Iterator[DirectoryPage]:
    """The pages of services among these deliveries, in the order they came."""
    if viewer.account_id is None:
        return
    for delivery in Delivery.objects.filter(pk__in=delivery_ids).order_by("id"):
        if not is_services(delivery.name):
            continue
        try:
            page = read_page(content_of(delivery))
        except (NotAPage, NotKept):
            continue
        folder = PurePosixPath(delivery.name.replace("\\", "/")).parent.name
        release = folder or local_day(delivery.arrived_at).isoformat()
        yield DirectoryPage(delivery.source_id, release[:40], page)

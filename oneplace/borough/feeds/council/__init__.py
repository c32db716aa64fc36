"""The council's two feeds: quarterly Client Level Data, and its case system's nightly export."""

from oneplace.borough.feeds.council.case_system import write_case_system
from oneplace.borough.feeds.council.client_level import FIELDS, write_client_level_data
from oneplace.borough.feeds.council.clients import make_clients
from oneplace.borough.feeds.shelf import Shelf
from oneplace.borough.feeds.store import Store
from oneplace.vocabulary.terms import FeedKind

__all__ = ["FIELDS", "write_council"]


def write_council(store: Store, shelf: Shelf, multiplier: float) -> None:
    """Write those of the two feeds that the place names."""
    make_clients(store)
    if shelf.takes(FeedKind.COUNCIL_CLIENT_LEVEL):
        write_client_level_data(store, shelf, multiplier)
    if shelf.takes(FeedKind.COUNCIL_CASES):
        write_case_system(store, shelf, multiplier)

"""Hospital messages: HL7 v2.4 ADT as UK acute hospitals send it, from stays and attendances.

The rules are those of the HL7 UK standard A.3 and the Interoperability Toolkit's ADT
specification: every identifier in PID-3 with its authority and type, the spell in PV1-19, NHS
admission method in PV1-4, source of admission in PV1-14, discharge destination in PV1-36, expected
discharge in PV2-9, the tracing status of the NHS number in PID-32, merges paired position by
position. Times are UK local time without offset. Segments end with a carriage return; a file holds
message after message, without MLLP frames. Two segments are the supplier's own, as suppliers have
them: `ZDR` (ready to leave, pathway, discharge method) and `ZED` (how they came, what came of it).
"""

from __future__ import annotations

from itertools import pairwise

from oneplace.borough.feeds.calendar import message_parcels, register_parcels
from oneplace.borough.feeds.hospital.events import make_events
from oneplace.borough.feeds.hospital.messages import make_people, messages
from oneplace.borough.feeds.hospital.sendings import make_sent
from oneplace.borough.feeds.hospital.visits import make_visits
from oneplace.borough.feeds.shelf import Shelf
from oneplace.borough.feeds.store import Store
from oneplace.vocabulary.terms import FeedKind

FEED = FeedKind.HOSPITAL_MESSAGES
FOLDER = "hospital/adt"

MESSAGES_PER_ROUND = 150_000
"""How many messages are put together at once: bounds the memory."""


def write_hospital(store: Store, shelf: Shelf, multiplier: float) -> None:
    """Write every file of messages, and keep `adt_sent` and `message_defects` for the truth.

    Where the place names no such feed nothing is sent, and both tables are empty.
    """
    parcels = message_parcels(store.settings, FOLDER, FEED) if shelf.takes(FEED) else []
    register_parcels(store, "hospital_parcels", parcels)
    make_visits(store)
    make_events(store, multiplier)
    make_sent(store, multiplier)
    make_people(store)
    count = store.one("SELECT count(*) FROM adt_sent")
    rounds = max(1, -(-count // MESSAGES_PER_ROUND))
    edges = [len(parcels) * number // rounds for number in range(rounds + 1)]
    with shelf.filling(parcels, unit="messages", keep_empty=False) as filling:
        for first, end in pairwise(edges):
            filling.add(store.batches(messages(first, end)))
    for name in ("spells", "attendances", "places", "adt", "adt_people"):
        store.run(f"DROP TABLE {name}")

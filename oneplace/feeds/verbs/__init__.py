"""What is done with feeds: received, read, kept aside and settled, erased; and sources kept."""

from oneplace.feeds.verbs.cutting import CutOut, blank, cut_out
from oneplace.feeds.verbs.erasing import erase_delivery
from oneplace.feeds.verbs.mappings import add_mapped_feed, map_feed, save_mapping
from oneplace.feeds.verbs.messages import MessageIn, MessageKept, receive_messages
from oneplace.feeds.verbs.quarantine import (
    dismiss,
    keep_aside,
    mend,
    read_again,
    read_delivery_again,
)
from oneplace.feeds.verbs.receiving import receive, unknown_sender
from oneplace.feeds.verbs.refusing import note_refusal
from oneplace.feeds.verbs.resources import Kept, PlanRefused, receive_resources
from oneplace.feeds.verbs.silence import tell_of_silence
from oneplace.feeds.verbs.sources import add_source, change_source, keep_sources_in_step
from oneplace.feeds.verbs.taking import mark_read

__all__ = [
    "CutOut",
    "Kept",
    "MessageIn",
    "MessageKept",
    "PlanRefused",
    "add_mapped_feed",
    "add_source",
    "blank",
    "change_source",
    "cut_out",
    "dismiss",
    "erase_delivery",
    "keep_aside",
    "keep_sources_in_step",
    "map_feed",
    "mark_read",
    "mend",
    "note_refusal",
    "read_again",
    "read_delivery_again",
    "receive",
    "receive_messages",
    "receive_resources",
    "save_mapping",
    "tell_of_silence",
    "unknown_sender",
]

"""What is done to the record: taken in from feeds, said whose it is, entered and mended by hand."""

from oneplace.records.rules import Draft
from oneplace.records.verbs.by_hand import (
    cancel_by_hand,
    correct_by_hand,
    enter_by_hand,
    identify_by_hand,
)
from oneplace.records.verbs.counting import count_fields
from oneplace.records.verbs.erasing import apply_ledger, erase_entries
from oneplace.records.verbs.on_both import OnBoth, show_on_both, stand_where_placed
from oneplace.records.verbs.own_words import add_own_words, put_beside, restrict_entries
from oneplace.records.verbs.restricting import lift_restriction, restrict_entry
from oneplace.records.verbs.taking import TakenIn, say_whose, take_in

__all__ = [
    "Draft",
    "OnBoth",
    "TakenIn",
    "add_own_words",
    "apply_ledger",
    "cancel_by_hand",
    "correct_by_hand",
    "count_fields",
    "enter_by_hand",
    "erase_entries",
    "identify_by_hand",
    "lift_restriction",
    "put_beside",
    "restrict_entries",
    "restrict_entry",
    "say_whose",
    "show_on_both",
    "stand_where_placed",
    "take_in",
]

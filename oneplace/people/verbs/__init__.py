"""What is done about who is who, by thing; the only modules of the room that write."""

from oneplace.people.verbs.adding import Newcomer, add_person
from oneplace.people.verbs.coded import read_codes
from oneplace.people.verbs.concerns import raise_concern, receive_concern, tell_again
from oneplace.people.verbs.deaths import record_death, undo_death
from oneplace.people.verbs.finding import find_people, look_up_person, take_referral
from oneplace.people.verbs.following import keep_in_step, write_findings
from oneplace.people.verbs.marks import mark_not_this_person, note_look, settle_doubt
from oneplace.people.verbs.matches import settle_match, undo_reading
from oneplace.people.verbs.merging import merge, separate, undo_merge
from oneplace.people.verbs.national import ask_national_opt_out
from oneplace.people.verbs.own_page import admit_resident
from oneplace.people.verbs.placing import Placed, count_matched, place, relink
from oneplace.people.verbs.pseudonyms import give_pseudonyms
from oneplace.people.verbs.telling import PeopleTold, tell_people
from oneplace.people.verbs.written import (
    follow_placing,
    place_written,
    show_written,
    unplace_written,
)

__all__ = [
    "Newcomer",
    "PeopleTold",
    "Placed",
    "add_person",
    "admit_resident",
    "ask_national_opt_out",
    "count_matched",
    "find_people",
    "follow_placing",
    "give_pseudonyms",
    "keep_in_step",
    "look_up_person",
    "mark_not_this_person",
    "merge",
    "note_look",
    "place",
    "place_written",
    "raise_concern",
    "read_codes",
    "receive_concern",
    "record_death",
    "relink",
    "separate",
    "settle_doubt",
    "settle_match",
    "show_written",
    "take_referral",
    "tell_again",
    "tell_people",
    "undo_death",
    "undo_merge",
    "undo_reading",
    "unplace_written",
    "write_findings",
]

"""What is done in the room, by thing; the only modules that write."""

from oneplace.casefinding.verbs.asking_oneself import ask_to_be_looked_at, suggest_who_asked
from oneplace.casefinding.verbs.deciding import (
    accept,
    decline,
    leave_list,
    list_person,
    not_now,
    put_back,
    record_objection,
    screen,
    take_back,
    tell,
)
from oneplace.casefinding.verbs.joining import join_huddle_list, leave_huddle_list
from oneplace.casefinding.verbs.leaving import let_lapse, put_back_all, take_off
from oneplace.casefinding.verbs.lists import (
    ask_names,
    close_list,
    close_names,
    count_list,
    note_count,
    open_names,
    refuse_names,
    save_list,
)
from oneplace.casefinding.verbs.local_models import (
    Training,
    ask_training,
    keep_model,
    quality_of,
    sign_model,
    withdraw_model,
)
from oneplace.casefinding.verbs.runs import Kept, forget_runs, keep_run
from oneplace.casefinding.verbs.suggesting import (
    NewReason,
    NewScore,
    Sbar,
    raise_worry,
    suggest,
)

__all__ = [
    "Kept",
    "NewReason",
    "NewScore",
    "Sbar",
    "Training",
    "accept",
    "ask_names",
    "ask_to_be_looked_at",
    "ask_training",
    "close_list",
    "close_names",
    "count_list",
    "decline",
    "forget_runs",
    "join_huddle_list",
    "keep_model",
    "keep_run",
    "leave_huddle_list",
    "leave_list",
    "let_lapse",
    "list_person",
    "not_now",
    "note_count",
    "open_names",
    "put_back",
    "put_back_all",
    "quality_of",
    "raise_worry",
    "record_objection",
    "refuse_names",
    "save_list",
    "screen",
    "sign_model",
    "suggest",
    "suggest_who_asked",
    "take_back",
    "take_off",
    "tell",
    "withdraw_model",
]

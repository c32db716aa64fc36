"""Why something may not be done with a suggestion or a list: the reason in words, or nothing."""

import uuid
from datetime import date, datetime, timedelta
from typing import Final

from oneplace.access.viewer import Viewer
from oneplace.casefinding.models import (
    LocalModel,
    ModelState,
    NamesAsked,
    SavedList,
    Step,
    Suggestion,
)
from oneplace.casefinding.models.terms import MODEL
from oneplace.casefinding.permissions import (
    BUILD_LISTS,
    OPEN_NAMES,
    RAISE_WORRY,
    SCREEN_SUGGESTIONS,
    SIGN_LOCAL_MODEL,
)
from oneplace.kit.clock import local_day
from oneplace.kit.formats import day
from oneplace.vocabulary.terms import SuggestionState
from oneplace.vocabulary.terms.finding import SUGGESTION

LONGEST_WORDS: Final = 2000
LONGEST_ASK: Final = 440
"""What a person writes who asks for themselves: it stands in an ask, which holds 500 letters."""
TAKE_BACK_WITHIN: Final = timedelta(minutes=30)
"""Afterwards a decision is changed by a new one, which others see."""
LONGEST_PUT_OFF: Final = timedelta(days=366)
FEWEST: Final = 8
"""Fewer people than this are never counted exactly for somebody who may not know their names."""
SHORTEST_SITUATION: Final = 15
LONGEST_UNSIGNED: Final = timedelta(days=366)
"""A model that learnt from a time longer ago is trained anew before anybody signs it."""

Refusal = tuple[str, str | None]
"""The reason, and the field of the form it is about."""


def account_of(by: Viewer) -> uuid.UUID:
    """The account under which something is written down; whoever acts here has one."""
    if by.account_id is None:
        message = "Nobody is acting: somebody signed in, or a named job, must."
        raise ValueError(message)
    return by.account_id


def is_waiting(suggestion: Suggestion, *, on: date) -> bool:
    """Whether the practice has still to decide, and the day it was put off to has come."""
    is_open = suggestion.left_at is None and suggestion.state in (
        SuggestionState.SUGGESTED,
        SuggestionState.GP_SCREENED,
    )
    return is_open and (suggestion.returns_on is None or suggestion.returns_on <= on)


def _why_not_here(suggestion: Suggestion, by: Viewer) -> str | None:
    if not by.may(SCREEN_SUGGESTIONS):
        return "The person’s own GP decides who goes on the practice’s list."
    if by.organisation_id != suggestion.practice_id:
        return "This person is registered with another practice, which decides."
    return None


def why_not_move(
    suggestion: Suggestion, after: SuggestionState, by: Viewer, *, reason: object = None
) -> str | None:
    """Why a suggestion may not be taken on to this state by this viewer."""
    if reason_here := _why_not_here(suggestion, by):
        return reason_here
    if suggestion.left_at is not None:
        return f"This suggestion is over: {suggestion.left_why or 'it left the list'}."
    return SUGGESTION.why_not(suggestion.state, after, reason=reason)


def why_not_decide(suggestion: Suggestion, by: Viewer) -> str | None:
    """Why this viewer may not accept, decline or put off this suggestion now."""
    if reason_here := _why_not_here(suggestion, by):
        return reason_here
    if suggestion.left_at is not None:
        return f"This suggestion is over: {suggestion.left_why or 'it left the list'}."
    if suggestion.state not in (SuggestionState.SUGGESTED, SuggestionState.GP_SCREENED):
        who = suggestion.decided_by_name or "Somebody"
        return f"{who} has decided this already: {suggestion.state.label.lower()}."
    return None


def why_not_put_off(returns_on: date, *, at: datetime) -> str | None:
    """Why "not now" may not name this day."""
    today = local_day(at)
    if returns_on <= today:
        return "Choose a day after today: on it the person comes back to be looked at."
    if returns_on > today + LONGEST_PUT_OFF:
        return "Choose a day within a year. For longer, say that they are not suitable."
    return None


def why_not_take_back(step: Step | None, by: Viewer, *, at: datetime) -> str | None:
    """Why the last step may not be taken back."""
    if step is None or step.undone_at is not None:
        return "There is nothing to take back."
    if step.by_id != by.account_id:
        return f"{step.by_name} did this: only they can take it back."
    if at - step.at > TAKE_BACK_WITHIN:
        return "This was more than half an hour ago. Others have seen it: decide anew instead."
    return None


def why_not_worry(  # noqa: PLR0911 - one reason after another reads best flat
    situation: str, by: Viewer, *, has_practice: bool, is_open: bool, is_dead: bool
) -> Refusal | None:
    """Why somebody may not bring a person to the practice's attention."""
    if not by.may(RAISE_WORRY):
        return "Somebody who knows the person and works here raises a worry.", None
    if not is_open:
        return "You may not open this person’s record: ask somebody around them to do it.", None
    if is_dead:
        return "This person has died.", None
    if not has_practice:
        return (
            "We do not know which practice this person is registered with. Ring the record "
            "steward, and for anything urgent the person’s GP."
        ), None
    if len(situation.strip()) < SHORTEST_SITUATION:
        return "Say in a sentence what is happening now.", "situation"
    if len(situation) > LONGEST_WORDS:
        return f"Say it in at most {LONGEST_WORDS:,} characters.", "situation"
    return None


def why_not_ask_oneself(
    words: str, *, has_practice: bool, asked_on: date | None, due_on: date | None
) -> Refusal | None:
    """Why somebody may not ask to be looked at: in words to them."""
    if not has_practice:
        return "We do not know your GP practice yet. Please ring us.", None
    if asked_on is not None and due_on is not None:
        return (
            f"You asked this on {day(asked_on)}. They answer by {day(due_on)}. "
            "If it cannot wait, ring them."
        ), None
    if not words.strip():
        return "Write what is hard at the moment.", "words"
    if len(words) > LONGEST_ASK:
        return f"Say it in at most {LONGEST_ASK:,} characters.", "words"
    return None


def why_not_save_list(name: str, blocks: object, by: Viewer) -> Refusal | None:
    """Why a list may not be saved."""
    if not by.may(BUILD_LISTS):
        return "Facilitators build lists.", None
    if not name.strip():
        return "Give the list a name others will understand.", "name"
    return None if blocks else ("Add at least one block first.", None)


def why_not_change_list(saved: SavedList, by: Viewer) -> str | None:
    """Why this viewer may not change a saved list: others copy it under a name of their own."""
    if saved.made_for_id != by.organisation_id and saved.made_by_id != by.account_id:
        return f"This list is {saved.made_by_name}’s. Save it under a name of your own."
    return None


def why_not_close_names(asked: NamesAsked, by: Viewer, *, at: datetime) -> str | None:
    """Why this viewer may not close names again."""
    if not by.may(OPEN_NAMES) or by.organisation_id != asked.practice_id:
        return "The practice that opened the names closes them."
    if asked.open_until_at is None or asked.open_until_at <= at:
        return "These names are not open."
    return None


def why_not_open_names(asked: NamesAsked, by: Viewer) -> str | None:
    """Why this viewer may not open the names of a practice."""
    if not by.may(OPEN_NAMES) or by.organisation_id != asked.practice_id:
        return "A GP of the practice opens the names of its own patients."
    if asked.opened_at is not None:
        return f"{asked.opened_by_name} has opened them already."
    return "The practice has said no to this." if asked.refused_at is not None else None


def why_not_clinical_lead(by: Viewer, *, is_practice: bool) -> str | None:
    """Why this viewer may neither sign nor withdraw a local model."""
    if not by.may(SIGN_LOCAL_MODEL):
        return "The clinical lead signs and withdraws a model."
    if is_practice:
        return (
            "A GP of one practice signs nothing for the whole place. Put on your hat as clinical "
            "lead, if you have one."
        )
    return None


def why_not_sign_model(model: LocalModel, *, on: date) -> str | None:
    """Why nobody may sign this model now."""
    if model.state is ModelState.REFUSED:
        said = " ".join(each["words"] for each in model.failings)
        return f"It was refused when it was trained. {said}"
    if reason := MODEL.why_not(model.state, ModelState.SIGNED):
        return reason
    if on - model.index_on > LONGEST_UNSIGNED:
        return "It learnt from a time more than a year ago. Have it trained anew, and sign that."
    return None


def why_not_withdraw_model(model: LocalModel, why: str) -> Refusal | None:
    """Why this model may not be withdrawn."""
    if not MODEL.may(model.state, ModelState.WITHDRAWN):
        return MODEL.why_not(model.state, ModelState.WITHDRAWN, reason=why) or "", None
    return None if why.strip() else ("Say why, in a sentence: everybody reads it.", "why")

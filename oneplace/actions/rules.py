"""Why something may not be done with an action or a clock, in words for whoever tries."""

from datetime import date, datetime, timedelta
from typing import Final

from oneplace.access.viewer import Viewer
from oneplace.actions.models import Action, Away, Clock
from oneplace.actions.models.action import OPEN
from oneplace.actions.permissions import ASK_ACTION, SEE_ACTIONS
from oneplace.kit.clock import local_day
from oneplace.kit.words import say
from oneplace.vocabulary.terms import AccountKind, ActionOrigin, ActionState, NotNeeded

LONGEST_TEXT: Final = 500
LONGEST_WORDS: Final = 1000
TAKE_BACK_WITHIN: Final = timedelta(minutes=10)
"""So long a slip can be undone by whoever made it."""
OTHERS_SEE_LATE_AFTER: Final = timedelta(hours=48)
"""The owner sees at once that something is late; others only after this."""
LONGEST_AWAY: Final = timedelta(days=366)


def _is_job(by: Viewer) -> bool:
    return by.kind is AccountKind.BACKGROUND_JOB


def why_not_ask(  # noqa: PLR0911 - one reason after another
    text: str, due: date, due_from: date | None, *, is_open: bool, by: Viewer, today: date
) -> tuple[str, str | None] | None:
    """Why somebody may not ask this, and the field it is about.

    `is_open` is whether whoever asks may open the person it is for; true where it is for nobody.
    """
    if not (by.may(ASK_ACTION) or _is_job(by)):
        return "Your role asks nothing of others here.", None
    if not is_open:
        return "You can ask only for somebody whose record opens to you.", None
    if not text.strip():
        return "Say what is asked.", "text"
    if len(text) > LONGEST_TEXT:
        return f"Say it in at most {LONGEST_TEXT} characters: an ask is one thing.", "text"
    if due < today:
        return "The day is past. Say a day from today on.", "due"
    if due_from is not None and due_from > due:
        return "It cannot begin after the day by which it is due.", "due_from"
    return None


def why_not_ask_on_own_page(text: str, *, is_own: bool) -> tuple[str, str | None] | None:
    """Why somebody may not ask this on their own page, and the field it is about."""
    if not is_own:
        return "Only the person asks here. You can add your own words to the plan.", None
    if not text.strip():
        return "Write what has changed, or what you would like.", "text"
    if len(text) > LONGEST_TEXT:
        return (
            f"Write at most {LONGEST_TEXT} letters. You can tell us the rest when we talk.",
            "text",
        )
    return None


def why_not_tell_person(action: Action, words: str, by: Viewer) -> str | None:
    """Why the person may not be told of this on their own page."""
    if action.person_id is None:
        return "This is for nobody in particular."
    if not (by.may(ASK_ACTION) or is_owner(action, by)):
        return "Your role does not write on people's own pages."
    if action.taken_back_at is not None:
        return "Whoever asked this has taken it back."
    if len(words) > LONGEST_WORDS:
        return f"Say it in at most {LONGEST_WORDS:,} characters."
    return None


def is_owner(action: Action, viewer: Viewer) -> bool:
    """Whether this viewer is whom it is asked of, in person or as one of the team."""
    return action.asked_id in viewer.parties


def is_colleague(action: Action, viewer: Viewer) -> bool:
    """Whether it is asked of somebody in the viewer's own team: colleagues stand in."""
    return action.owner_team_id is not None and action.owner_team_id in viewer.team_ids


def is_asker(action: Action, viewer: Viewer) -> bool:
    """Whether this viewer asked it."""
    return action.asked_by_id == viewer.account_id


def _why_not_owner(action: Action, by: Viewer) -> str | None:
    if not (by.may(SEE_ACTIONS) or _is_job(by)):
        return "Your role does not answer actions."
    if is_owner(action, by) or is_colleague(action, by) or _is_job(by):
        return None
    return f"This is asked of {action.owner_name}: they answer it."


def _why_not_open(action: Action) -> str | None:
    if action.taken_back_at is not None:
        return "Whoever asked this has taken it back."
    if action.state not in OPEN:
        return (
            f"{action.moved_by_name} has settled this already: "
            f"{ActionState(action.state).label.lower()}."
        )
    return None


def _why_not_said(words: str, what: str) -> str | None:
    if not words.strip():
        return what
    if len(words) > LONGEST_WORDS:
        return f"Say it in at most {LONGEST_WORDS:,} characters."
    return None


def why_not_accept(action: Action, by: Viewer, *, is_in_the_room: bool) -> str | None:
    """Why an ask may not become a promise now.

    `is_in_the_room` is where the owner said yes aloud in a huddle and the scribe writes it down.
    """
    if reason := _why_not_open(action):
        return reason
    if action.state == ActionState.ACCEPTED:
        return f"{action.accepted_by_name} has accepted this already."
    if is_in_the_room:
        if action.origin == ActionOrigin.HUDDLE and by.may(ASK_ACTION):
            return None
        return say("Only in a {huddle} is a yes written down for somebody else.")
    if not (is_owner(action, by) or is_colleague(action, by)):
        return f"Only {action.owner_name} can promise this."
    return _why_not_owner(action, by)


def why_not_decline(action: Action, reason: str, by: Viewer) -> tuple[str, str | None] | None:
    """Why somebody may not say no."""
    if found := _why_not_open(action) or _why_not_owner(action, by):
        return found, None
    if action.state == ActionState.ACCEPTED:
        return "This was promised: pass it on, or say that it is no longer needed.", None
    if found := _why_not_said(reason, "Say why, so that whoever asked can find another way."):
        return found, "reason"
    return None


def why_not_pass_on(
    action: Action, to: object, words: str, by: Viewer
) -> tuple[str, str | None] | None:
    """Why it may not go to somebody else; `to` is the party it would go to."""
    if found := _why_not_open(action) or _why_not_owner(action, by):
        return found, None
    if to == action.asked_id:
        return "It is theirs already. Choose somebody else.", "owner"
    if len(words) > LONGEST_WORDS:
        return f"Say it in at most {LONGEST_WORDS:,} characters.", "words"
    return None


def why_not_take_on(action: Action, by: Viewer) -> str | None:
    """Why somebody may not make it their own."""
    if reason := _why_not_open(action):
        return reason
    if action.owner_account_id == by.account_id and action.state == ActionState.ACCEPTED:
        return "It is yours already."
    return _why_not_owner(action, by)


def why_not_finish(action: Action, what_changed: str, by: Viewer) -> tuple[str, str | None] | None:
    """Why it may not be called done."""
    if found := _why_not_open(action) or _why_not_owner(action, by):
        return found, None
    if found := _why_not_said(
        what_changed, "Say what changed for the person, in a few words. “Nothing yet” is an answer."
    ):
        return found, "what_changed"
    return None


def why_not_no_longer_needed(
    action: Action, why: NotNeeded | str, words: str, by: Viewer
) -> tuple[str, str | None] | None:
    """Why it may not be let go: by who owns it or who asked it."""
    if found := _why_not_open(action):
        return found, None
    if not is_asker(action, by) and (found := _why_not_owner(action, by)):
        return found, None
    if not why:
        return "Choose why it is no longer needed.", "why"
    if len(words) > LONGEST_WORDS:
        return f"Say it in at most {LONGEST_WORDS:,} characters.", "words"
    return None


def why_not_could_not_reach(
    action: Action, reason: str, by: Viewer
) -> tuple[str, str | None] | None:
    """Why it may not end with the person not reached."""
    if found := _why_not_open(action) or _why_not_owner(action, by):
        return found, None
    if action.person_id is None:
        return "This is for nobody in particular: say that it is done, or no longer needed.", None
    if found := _why_not_said(reason, "Say what was tried, and when."):
        return found, "reason"
    return None


def why_not_take_back(action: Action, by: Viewer, *, at: datetime) -> str | None:
    """Why an ask may not be undone: only whoever asked, within minutes, unless it is settled."""
    if reason := _why_not_open(action):
        return reason
    if not is_asker(action, by):
        return f"{action.asked_by_name} asked this: only they can take it back."
    if at - action.asked_at > TAKE_BACK_WITHIN:
        return "It has been more than ten minutes: say that it is no longer needed instead."
    return None


def why_not_undo(
    action: Action, taken_by_id: object, taken_at: datetime, by: Viewer, *, at: datetime
) -> str | None:
    """Why the last answer may not be undone: only by whoever gave it, within minutes."""
    if action.taken_back_at is not None:
        return "Whoever asked this has taken it back."
    if taken_by_id != by.account_id:
        return f"{action.moved_by_name} said this: only they can take it back."
    if at - taken_at > TAKE_BACK_WITHIN:
        return "It has been more than ten minutes. Ask anew if it is still to be done."
    return None


def why_not_go_away(
    from_on: date, until_on: date, absences: list[Away], *, is_own: bool, today: date
) -> tuple[str, str | None] | None:
    """Why an absence may not be told; `absences` are those told already that are not over."""
    if not is_own:
        return "Everybody tells their own absence; whoever leaves is recorded as a leaver.", None
    if until_on < from_on:
        return "The last day lies before the first.", "until_on"
    if until_on < today:
        return "This is past. An absence is told for today or later.", "until_on"
    if until_on - from_on > LONGEST_AWAY:
        return "This is more than a year. Ask whoever keeps your post.", "until_on"
    if any(each.from_on <= until_on and from_on <= each.until_on for each in absences):
        return "You have told an absence for some of these days already.", "from_on"
    return None


def is_late(action: Action, *, on: date) -> bool:
    """Whether its day has passed and somebody still owes it; the owner sees it at once."""
    return action.is_open and action.due_on < on


def shows_late(action: Action, viewer: Viewer, *, at: datetime) -> bool:
    """Whether this viewer sees that it is late: others do 48 hours after the owner."""
    if not is_late(action, on=local_day(at)):
        return False
    if is_owner(action, viewer):
        return True
    return local_day(at - OTHERS_SEE_LATE_AFTER) > action.due_on


def why_not_stop_clock(clock: Clock, because: str, stops_at: datetime) -> str | None:
    """Why a clock may not stop at a moment."""
    if clock.stopped_at is not None:
        return "This clock has stopped already."
    if stops_at < clock.started_at:
        return "A clock cannot stop before it started. Check both times."
    return _why_not_said(because, "Say what stopped it.")


def why_not_pause_clock(
    clock: Clock, rule: str, *, allowed: tuple[str, ...], is_paused: bool
) -> str | None:
    """Why a clock may not stand still: only by a rule the place lists for it."""
    if clock.stopped_at is not None:
        return "This clock has stopped already."
    if is_paused:
        return "This clock stands still already."
    if rule not in allowed:
        return "A clock stands still only by a rule of this place, and this is none of its rules."
    return None

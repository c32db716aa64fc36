"""An action as one sentence, the way somebody would tell it. Asks the database nothing."""

from datetime import date, datetime, timedelta
from typing import Final

from oneplace.access.viewer import Viewer
from oneplace.actions import rules
from oneplace.actions.models import Action
from oneplace.kit.clock import local_day
from oneplace.kit.formats import clock_time, day, plural, starting_capital
from oneplace.kit.words import say
from oneplace.vocabulary.terms import ActionOrigin, ActionState

_NEAR = timedelta(days=6)


def near_day(value: date, today: date) -> str:
    """A day as it is said: today, tomorrow, Friday, 20 March; the year where it is another."""
    if value == today:
        return "today"
    if value == today + timedelta(days=1):
        return "tomorrow"
    if today < value <= today + _NEAR:
        return f"{value:%A}"
    if value.year == today.year:
        return f"{value.day} {value:%B}"
    return day(value)


def due_words(value: date, today: date) -> str:
    """By when, within a sentence: "today", "by Friday"."""
    near = near_day(value, today)
    return near if value == today else f"by {near}"


def within(words: str) -> str:
    """Words within a sentence: no capital and no full stop, unless the first word is capitals."""
    words = words.strip().rstrip(".")
    first = words.split(" ", 1)[0]
    is_capitals = len(first) > 1 and first.upper() == first
    return words if is_capitals else words[:1].lower() + words[1:]


_DOING: Final = frozenset(
    """
    accompany act add address adjust advise agree answer apply arrange ascertain ask assess
    assist attend authorise begin book bring buy call cancel carry change chase check clarify
    clean clear close collect complete confirm consider contact continue convene cook coordinate
    create decide deliver describe develop discuss do document draft email encourage ensure
    escalate establish examine explain explore fetch fill find finish fit fix follow get give go
    hear help hold identify inform install introduce investigate invite involve issue join keep
    learn leave let liaise listen look make measure meet monitor move note notify observe offer
    open order organise pass pay perform phone pick prepare prescribe prevent print prompt
    propose provide pursue put raise reach read reassess recommend reconcile reduce refer
    register remind remove repeat replace reply report request resolve restart return review
    revisit ring rule schedule see seek sell send set share show sign sit sort speak start stop
    submit suggest switch take talk teach telephone tell think titrate track transfer treat try
    turn update use verify visit wait walk warn watch weigh work write
    """.split()  # noqa: SIM905 - a list of words reads as one
)
"""Words an ask that says what to do begins with; those more often a thing are left out."""


def what_words(text: str) -> str:
    """What was asked, to end "You asked the GP": " to review BP tablets", or as it was written.

    Whatever does not begin with something to do stands in quotation marks: "to carer's assessment"
    is no English.
    """
    first, _, rest = text.strip().lower().partition(" ")
    is_thing = rest.split(" ", 1)[0] in ("", "of", "by", "from")
    if first.rstrip(",.;:") in _DOING and not is_thing:
        return f" to {within(text)}"
    return f": “{text.strip().rstrip('.')}”"


def origin_words(action: Action) -> str:  # noqa: PLR0911 - one origin after another
    """In what connection it was asked: "in the huddle of 12 March"."""
    asked_on = local_day(action.asked_at)
    on = f"{asked_on.day} {asked_on:%B}"
    match ActionOrigin(action.origin):
        case ActionOrigin.HUDDLE:
            return say("in the {huddle} of {on}", on=on)
        case ActionOrigin.VISIT:
            return f"on the visit of {on}"
        case ActionOrigin.PLAN:
            return f"for the plan, on {on}"
        case ActionOrigin.REFERRAL:
            return f"with the referral of {on}"
        case ActionOrigin.BOARD:
            return f"by the board, on {on}"
        case ActionOrigin.OWN_PAGE:
            return f"on their own page, on {on}"
        case _:
            return f"on {on}"


def when(moment: datetime, today: date) -> str:
    """The time of today's, else the day: "12:40", "12 March"."""
    on = local_day(moment)
    return clock_time(moment) if on == today else near_day(on, today)


def state_words(action: Action, today: date) -> str:  # noqa: PLR0911 - one state after another
    """Where it stands, to end the sentence: "accepted 12:40"."""
    moved = when(action.moved_at, today)
    match ActionState(action.state):
        case ActionState.ASKED:
            return "not answered yet"
        case ActionState.PASSED_ON:
            return f"passed on by {action.passed_on_by_name}, not taken yet"
        case ActionState.ACCEPTED:
            return f"accepted {when(action.accepted_at or action.moved_at, today)}"
        case ActionState.DECLINED:
            return f"declined {moved}: {within(action.reason)}"
        case ActionState.DONE:
            return f"done {moved}: {within(action.what_changed)}"
        case ActionState.NO_LONGER_NEEDED:
            return f"no longer needed since {moved}: {within(action.reason)}"
        case _:
            return f"could not reach them, {moved}: {within(action.reason)}"


def sentence(action: Action, *, viewer: Viewer, at: datetime) -> str:
    """The whole ask and its answer: "The network pharmacist was asked to review BP tablets by
    Friday, in the huddle of 12 March; accepted 12:40".
    """
    today = local_day(at)
    is_mine = action.owner_account_id is not None and action.owner_account_id == viewer.account_id
    is_asker = action.asked_by_id == viewer.account_id
    if is_mine and is_asker:
        asked = "You set out"
    elif is_mine:
        asked = f"{action.asked_by_name} asked you"
    elif is_asker:
        asked = f"You asked {action.owner_name}"
    else:
        asked = f"{starting_capital(action.owner_name)} was asked"
    asked += what_words(action.text)
    asked += f" {due_words(action.due_on, today)}"
    if action.due_from is not None and action.due_from != action.due_on:
        asked += f", from {near_day(action.due_from, today)}"
    return f"{asked}, {origin_words(action)}; {state_words(action, today)}"


def late_words(action: Action, *, viewer: Viewer, at: datetime) -> str:
    """How late it is, where this viewer sees that it is; the owner 48 hours before others."""
    if not rules.shows_late(action, viewer, at=at):
        return ""
    return f"{plural((local_day(at) - action.due_on).days, 'day')} late"


def person_words(action: Action) -> str:
    """Whom it is for."""
    if action.person_id is None:
        return "The alliance"
    if action.person is None:
        return "Somebody whose record does not open to you"
    person = action.person
    return " ".join(filter(None, (person.given, person.family))) or "No name"

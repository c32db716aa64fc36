"""Why something may not be done in a huddle: the reason in words, or nothing."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from oneplace.access.viewer import Viewer
from oneplace.huddles.models import (
    ITEM,
    OPEN_CASES,
    PARAGRAPH,
    PARTS,
    CarerAsked,
    Case,
    Decided,
    Item,
    ItemState,
    Line,
    LineKind,
    Meeting,
    Member,
    Paragraph,
    ParagraphState,
    Series,
    WishesKept,
)
from oneplace.kit.clock import local_day
from oneplace.kit.formats import day, moment, plural, weekday
from oneplace.kit.words import label_of, say
from oneplace.vocabulary.terms import CASE, MEETING, CaseClosed, CaseState, MeetingState, Role

LONGEST_WHY: Final = 300
LONGEST_LINE: Final = 500
LONGEST_PART: Final = 2000
LONGEST_CARER: Final = 200
MOST_ON_AGENDA: Final = 60
UNDO_WITHIN: Final = timedelta(hours=2)
"""How long a line may be taken back by whoever wrote it; afterwards another line says better."""
ASKS_AT_UNCHANGED: Final = 2
"""So many times nothing had changed: the next time asks for a step down or a new question."""
CORE: Final = (
    Role.NETWORK_FACILITATOR,
    Role.GP,
    Role.COMMUNITY_NURSE,
    Role.SOCIAL_WORKER,
    Role.PHARMACIST,
    Role.PIC,
    Role.MENTAL_HEALTH_WORKER,
)
"""Who belongs to a core team (care model 4.4); the mental-health worker is one of it here."""
CLINICIANS: Final = frozenset(
    {Role.GP, Role.COMMUNITY_NURSE, Role.MENTAL_HEALTH_WORKER, Role.PHARMACIST}
)
NOT_YET: Final = frozenset({MeetingState.PLANNED, MeetingState.LIST_LOCKED})
HELD: Final = (MeetingState.LIVE, MeetingState.MINUTED, MeetingState.CLOSED)


def account_of(by: Viewer) -> uuid.UUID:
    """The account under which something is written down; whoever acts here has one."""
    if by.account_id is None:
        message = "Nobody is acting: somebody signed in, or a named job, must."
        raise ValueError(message)
    return by.account_id


# --- series and meetings ---


def why_not_open_series(*, has_one: str, minutes: int, is_working_weekday: bool) -> str | None:
    """Why a practice may not begin a series; `has_one` names the one it is in already."""
    if has_one:
        return f"This practice is in “{has_one}” already. Change that one, or end it first."
    return why_not_slot(minutes=minutes, is_working_weekday=is_working_weekday)


def why_not_name_core_member(member: Member, standing: Collection[Member]) -> str | None:
    """Why a member may not be the only one of their profession; `standing` are all who are now."""
    if member.pk not in {one.pk for one in standing}:
        return say("They have left this {huddle} already.")
    if member.role == Role.GP:
        return "Every doctor of these practices belongs to the core team."
    return None


def why_not_slot(*, minutes: int, is_working_weekday: bool) -> str | None:
    """Why a huddle may not be held so."""
    if not 15 <= minutes <= 180:
        return say("A {huddle} lasts between 15 and 180 minutes.")
    if not is_working_weekday:
        return "Offices are closed on this weekday. Choose another."
    return None


def why_not_change_series(series: Series) -> str | None:
    """Why a series may not be changed."""
    return "This series has ended." if series.ended_on is not None else None


def why_not_move(meeting: Meeting, to: datetime, *, why: str, at: datetime) -> str | None:
    """Why a meeting may not be held at another time."""
    if meeting.state not in NOT_YET:
        return f"{_stands(meeting)}: it cannot be moved."
    if to <= at:
        return "Choose a time that is still to come."
    return _why_not_said(why)


def why_not_cancel(meeting: Meeting, *, why: str) -> str | None:
    """Why a meeting may not be cancelled."""
    if not MEETING.may(MeetingState(meeting.state), MeetingState.CANCELLED):
        return f"{_stands(meeting)}."
    return _why_not_said(why)


def locks_at(meeting: Meeting, lock: timedelta) -> datetime:
    """When a meeting's list locks: so long before it begins, in hours that have passed."""
    return meeting.starts_at - lock


def state_at(meeting: Meeting, lock: timedelta, *, at: datetime) -> MeetingState:
    """Where a meeting stands at a moment: its list locks by the clock, whoever looks."""
    if meeting.state == MeetingState.PLANNED and at >= locks_at(meeting, lock):
        return MeetingState.LIST_LOCKED
    return MeetingState(meeting.state)


def why_not_start(meeting: Meeting, *, state: MeetingState, at: datetime) -> str | None:
    """Why a meeting may not begin now."""
    if state is MeetingState.LIVE:
        return None
    if state is MeetingState.CANCELLED:
        return say("This {huddle} was cancelled: {why}", why=meeting.why)
    if local_day(at) < local_day(meeting.starts_at):
        return f"It begins on {weekday(meeting.starts_at)}. Start it on the day."
    if not MEETING.may(state, MeetingState.LIVE):
        return f"{_stands(meeting)}."
    return None


def why_not_live(meeting: Meeting) -> str | None:
    """Why nothing is written in a meeting now."""
    if meeting.state == MeetingState.LIVE:
        return None
    if meeting.state in NOT_YET:
        return say("This {huddle} has not begun. Press Start the {huddle} first.")
    if meeting.state == MeetingState.CANCELLED:
        return say("This {huddle} was cancelled: {why}", why=meeting.why)
    return say("This {huddle} is over. Write it on the person’s page, or bring it to the next one.")


def why_not_end(items: Sequence[Item], *, open_actions: Mapping[uuid.UUID, int]) -> str | None:
    """Why a meeting may not be ended: somebody discussed has no lead, or is closed too soon.

    `open_actions` counts what is open for each person. Who died or objected after they were spoken
    of needs no lead any more.
    """
    spoken = [item for item in items if item.state in (ItemState.DONE, ItemState.NOW)]
    without = [item for item in spoken if item.case.lead_id is None and not is_closed(item.case)]
    if without:
        names = ", ".join(short_name(item.person) for item in without[:5])
        more = f" and {len(without) - 5} more" if len(without) > 5 else ""
        return f"No case without a lead: name one for {names.rstrip('.')}{more}."
    owed = [item for item in spoken if is_closed_too_soon(item, open_actions)]
    if owed:
        told = "; ".join(_owed_words(item, open_actions) for item in owed[:5])
        return (
            "Nobody is closed with something promised. Finish or end the actions, or change the "
            f"decision: {told}."
        )
    return None


def _owed_words(item: Item, open_actions: Mapping[uuid.UUID, int]) -> str:
    count = open_actions[item.person.current_id]
    return f"{short_name(item.person)}: {plural(count, 'action')} open"


def is_closed_too_soon(item: Item, open_actions: Mapping[uuid.UUID, int]) -> bool:
    """Whether an item's decision would close a case while something is still promised.

    What was promised to whoever died or objects ends by itself.
    """
    if item.decided != Decided.CLOSE or is_closed(item.case):
        return False
    if item.case.closed_reason in (CaseClosed.DIED, CaseClosed.OBJECTION):
        return False
    return open_actions.get(item.person.current_id, 0) > 0


def why_not_close(meeting: Meeting) -> str | None:
    """Why the minutes may not be approved."""
    if not MEETING.may(MeetingState(meeting.state), MeetingState.CLOSED):
        return f"{_stands(meeting)}: end it first."
    return None


def short_name(person: object) -> str:
    """`Margaret O.`: enough across a table, too little for the street outside."""
    given = str(getattr(person, "known_as", "") or getattr(person, "given", "")).strip()
    family = str(getattr(person, "family", "")).strip()
    return f"{given} {family[:1]}.".strip() if family else given or "No name"


# --- listing ---


def why_not_list(*, is_dead: bool, has_series: bool, objects: bool, why: str) -> str | None:
    """Why somebody may not come onto a huddle's list."""
    if is_dead:
        return "This person has died."
    if objects:
        return say(
            "They object to their information being shared between organisations, so they are not "
            "spoken of in a {huddle}. Talk with them first."
        )
    if not has_series:
        return say(
            "This practice has no {huddle} yet. Ask the {network}’s facilitator to begin one."
        )
    return _why_not_said(why)


def why_not_unheard(*, is_read: bool) -> str | None:
    """Why somebody may not be brought by whoever could not read what the huddle makes of it."""
    if is_read:
        return None
    return say(
        "What this practice’s {huddle} writes is not open to you: your role does not need it, no "
        "agreement shares it with your organisation, or the person limits it. Ring the practice."
    )


def _why_not_said(why: str) -> str | None:
    if not why.strip():
        return "Say why, in one line."
    if len(why) > LONGEST_WHY:
        return f"Say it in at most {LONGEST_WHY} characters."
    return None


def why_not_bring(meeting: Meeting, *, on_agenda: int) -> str | None:
    """Why somebody may not be put on a meeting's agenda."""
    if meeting.state not in (*NOT_YET, MeetingState.LIVE):
        return f"{_stands(meeting)}."
    if on_agenda >= MOST_ON_AGENDA:
        return f"There are {MOST_ON_AGENDA} people on this agenda. Park some of them first."
    return None


def _stands(meeting: Meeting) -> str:
    return say("This {huddle} is {state}", state=MeetingState(meeting.state).label.lower())


def why_not_step(item: Item, after: ItemState, *, why: str = "") -> str | None:
    """Why an item may not move on so."""
    if not ITEM.may(ItemState(item.state), after):
        return f"{short_name(item.person)} is “{label_of(ItemState(item.state)).lower()}” here."
    if after in ITEM.with_reason and not why.strip():
        return "Say why, in one line."
    return None


# --- lines ---


def why_not_write(item: Item, kind: LineKind, words: str) -> str | None:
    """Why a line may not be written of somebody."""
    if item.state in (ItemState.TAKEN_OFF,):
        return f"{short_name(item.person)} was taken off this agenda: {item.state_why}"
    if kind is LineKind.NO_CHANGE:
        return _why_not_no_change(item, words)
    if not words.strip():
        return {
            LineKind.STEP_DOWN: "Say what would bring them back: that is their safety net.",
            LineKind.ACTION: "Say who and what, like “@pharmacist Fri review BP tablets”.",
            LineKind.GOAL: "Say the goal in the person’s words.",
            LineKind.LEAD: "Say who leads, like “@nurse” or a name.",
            LineKind.REFERRAL: "Say to which service, and what for.",
        }.get(kind, "Write something first.")
    longest = LONGEST_PART if kind in PARTS else LONGEST_LINE
    if len(words) > longest:
        return f"Keep it under {longest} characters."
    return None


def _why_not_no_change(item: Item, words: str) -> str | None:
    if item.case.unchanged >= ASKS_AT_UNCHANGED and not words.strip():
        return (
            f"Nothing had changed the last {plural(item.case.unchanged, 'time')} either. Step down "
            "(S), or type a new question for next time and press 0 again."
        )
    return None


def why_not_take_back(line: Line, *, by: Viewer, at: datetime) -> str | None:
    """Why a line may not be taken back."""
    if line.taken_back_at is not None:
        return "It has been taken back already."
    if line.author_id != by.account_id and not by.may("run_huddle"):
        return f"{line.author_name} wrote it: " + say(
            "they, or who runs the {huddle}, can take it back."
        )
    if at - line.written_at > UNDO_WITHIN:
        return "It was written more than two hours ago. Write a line that says it better."
    return None


def why_not_note_told(case: Case, item: Item) -> str | None:
    """Why nobody notes now that somebody was told."""
    if item.state == ItemState.TAKEN_OFF:
        return f"{short_name(item.person)} was taken off this agenda: {item.state_why}"
    if case.told_on is not None:
        return f"It is noted already that they were told on {day(case.told_on)}."
    return None


def why_not_note_carer(item: Item, answer: CarerAsked, said: str) -> str | None:
    """Why what the carer said may not be noted so."""
    if item.state == ItemState.TAKEN_OFF:
        return f"{short_name(item.person)} was taken off this agenda: {item.state_why}"
    if len(said.strip()) > LONGEST_CARER:
        return f"Say it in at most {LONGEST_CARER} characters."
    if answer is CarerAsked.NO_CARER and said.strip():
        return "Choose “Asked” where a carer said something, or leave the line empty."
    return None


def why_not_note_wishes(item: Item, wishes: WishesKept, where: str) -> str | None:
    """Why it may not be noted so whether somebody's wishes are written down."""
    if item.state == ItemState.TAKEN_OFF:
        return f"{short_name(item.person)} was taken off this agenda: {item.state_why}"
    if len(where.strip()) > LONGEST_CARER:
        return f"Say it in at most {LONGEST_CARER} characters."
    if wishes is not WishesKept.WRITTEN and where.strip():
        return "Choose “Written down, and seen” where there is a place, or leave the line empty."
    return None


# --- outcomes ---


def why_not_conclude(
    *,
    decided: Decided,
    has_lead: bool,
    safety_net: str,
    open_actions: int,
    reason: CaseClosed | None,
    next_review_on: date | None,
    at: datetime,
) -> str | None:
    """Why an outcome may not stand: a case needs a lead, an end needs its conditions."""
    if not has_lead:
        return "No case without a lead: choose who leads."
    if decided is Decided.STEP_DOWN and not safety_net.strip():
        return "Say what would bring them back: nobody is stepped down without a safety net."
    if decided is Decided.CLOSE:
        if reason is None:
            return "Say why the case is closed."
        if open_actions and reason not in (CaseClosed.DIED, CaseClosed.OBJECTION):
            return (
                f"{plural(open_actions, 'action is', 'actions are')} still open. Finish or end "
                "them first: nobody is closed with something promised."
            )
    if next_review_on is not None and next_review_on < local_day(at):
        return f"{day(next_review_on)} is past. Choose a day to come."
    return None


def state_after(case: Case, decided: Decided) -> CaseState:
    """Where a case stands after it was spoken of."""
    return {
        Decided.STEP_DOWN: CaseState.STEPPED_DOWN,
        Decided.CLOSE: CaseState.CLOSED,
    }.get(decided, CaseState.ACTIVE)


def way_to(before: CaseState, after: CaseState) -> Sequence[CaseState]:
    """The states a case goes through to `after`, in order; raises `ValueError` where there is none.

    Whoever is spoken of is discussed first; then they are active, stepped down or closed. Whoever
    had been stepped down and is spoken of all the same is listed again before.
    """
    ways: list[tuple[CaseState, ...]] = [()]
    seen = {before}
    for way in ways:
        here = way[-1] if way else before
        if here is after:
            return way
        further = [state for state in CASE.after(here) if state not in seen]
        seen.update(further)
        ways += [(*way, state) for state in further]
    message = f"no way from {before} to {after}"
    raise ValueError(message)


def is_open(case: Case) -> bool:
    """Whether the case is on a list."""
    return CaseState(case.state) in OPEN_CASES


def is_closed(case: Case) -> bool:
    """Whether the case has been closed, for which there is no way back but being brought anew."""
    return CaseState(case.state) is CaseState.CLOSED


def why_not_settle(item: Item) -> str | None:
    """Why nothing can be decided of somebody any more: their case was closed meanwhile."""
    if is_closed(item.case) and item.decided != Decided.CLOSE:
        return f"Their case was closed meanwhile. {item.state_why}".strip()
    return None


def why_not_approve_paragraph(
    paragraph: Paragraph, words: str, *, by: Viewer, instead: bool = False
) -> str | None:
    """Why this clinician may not let a paragraph go."""
    if not PARAGRAPH.may(ParagraphState(paragraph.state), ParagraphState.CHECKED):
        return f"This paragraph is settled: {ParagraphState(paragraph.state).label.lower()}."
    if is_named_to_another(paragraph, by=by) and not instead:
        return (
            f"{paragraph.clinician_name} was named to check this one. Say that you check it in "
            "their place, or leave it to them."
        )
    if not words.strip():
        return "There is nothing to send."
    if len(words) > LONGEST_PART:
        return f"Keep it under {LONGEST_PART} characters: one paragraph, for a busy GP."
    return None


def is_named_to_another(paragraph: Paragraph, *, by: Viewer) -> bool:
    """Whether another clinician was named to check a paragraph."""
    return paragraph.clinician_id is not None and paragraph.clinician_id != by.account_id


def too_late(line_at: datetime, at: datetime) -> str:
    """What is said where something came after its time."""
    return f"It was written {moment(line_at)}, and it is {moment(at)} now."

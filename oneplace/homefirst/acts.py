"""What may be done with a case from where it stands: one table for pages and tests."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from oneplace.access.viewer import Viewer
from oneplace.homefirst import forms, rules, verbs
from oneplace.homefirst.models import DESK, DeskCase, DeskState
from oneplace.homefirst.queries import CaseShown
from oneplace.vocabulary.terms import LifeStream


@dataclass(frozen=True)
class Act:
    """One thing to do: its word in the address, its button, its form, its verb."""

    key: str
    label: str
    title: str
    form: type[forms.AtForm]
    verb: Callable[..., Any]
    done: str
    lead: str = ""
    after: DeskState | None = None
    is_first: bool = False
    """The likely next thing, shown as the button."""


ACTS: Final = (
    Act(
        "triage", "Look at it", "Look at it", forms.NothingForm, verbs.triage,
        "It is yours to look at; everybody at the desk sees that.", after=DeskState.TRIAGE,
        lead="Everybody at the desk sees that you are looking at it.",
    ),
    Act(
        "accept", "Accept", "Accept", forms.AcceptForm, verbs.accept,
        "Accepted. Whoever asked has been told.", after=DeskState.ACCEPTED, is_first=True,
    ),
    Act(
        "wait", "Ask something first", "Ask whoever referred", forms.WaitForm,
        verbs.wait_for_information, "Asked. The person’s clock runs on.",
        after=DeskState.WAITING, lead="The person’s clock runs on while you wait for the answer.",
    ),
    Act(
        "redirect", "Send on", "Send it on to a better place", forms.RedirectForm,
        verbs.redirect, "Sent on. Whoever asked has been told.", after=DeskState.REDIRECTED,
    ),
    Act(
        "reject", "Cannot", "Not accepted", forms.RejectForm, verbs.reject,
        "Written down. Whoever asked has been told.", after=DeskState.REJECTED,
        lead="Name the criterion or the capacity. What is refused for want of capacity is counted "
        "as need nobody met.",
    ),
    Act(
        "expect-home", "Home from", "When are they home?", forms.HomeForm, verbs.expect_home,
        "Written down. Nobody is offered before.",
    ),
    Act(
        "take-back", "Somebody else must go", "Somebody else must go", forms.WhyForm,
        verbs.take_back_allocation, "Taken back. Choose somebody else.", after=DeskState.ACCEPTED,
    ),
    Act(
        "begin-wait", "A listed wait began", "Our part leaves this out", forms.BeginWaitForm,
        verbs.begin_wait, "Written down. The person’s clock runs on.",
        lead="Only what the place lists may be left out of our part. The person’s own clock never "
        "stands still.",
    ),
    Act(
        "end-wait", "The wait is over", "The wait is over", forms.EndWaitForm, verbs.end_wait,
        "Written down.",
    ),
    Act(
        "confirm-left", "Confirm when they left", "When did they leave?", forms.LeftForm,
        verbs.confirm_left, "The promise counts from there now.",
        lead="Ring the ward. What you write here counts, with your name beside it.",
    ),
    Act(
        "why-late", "Say why it took longer", "Why did it take longer?", forms.ReasonForm,
        verbs.say_why_late, "Kept with the clock.",
    ),
    Act(
        "disposition", "Where they are now", "After the visit", forms.DispositionForm,
        verbs.record_disposition, "Written down.",
    ),
    Act(
        "close", "Close", "Close it", forms.CloseForm, verbs.close,
        "Closed. Whoever asked, and the practice, have been told.", after=DeskState.CLOSED,
    ),
)  # fmt: skip
BY_KEY: Final[Mapping[str, Act]] = {act.key: act for act in ACTS}


def acts_for(row: CaseShown, *, by: Viewer) -> tuple[Act, ...]:
    """What the viewer may do with a case now, in the order of the work."""
    if not rules.runs_desk(row.case, by=by):
        return ()
    return tuple(act for act in ACTS if _fits(act, row))


def _fits(act: Act, row: CaseShown) -> bool:
    case, clock = row.case, row.clock
    if act.after is not None and act.key != "take-back":
        return DESK.may(case.state, act.after) and not (
            act.key == "accept" and case.state == DeskState.ALLOCATED
        )
    fits: Mapping[str, Callable[[], bool]] = {
        "take-back": lambda: case.state == DeskState.ALLOCATED,
        "expect-home": lambda: case.is_open and case.first_seen_at is None and _is_home(case),
        "begin-wait": lambda: clock is not None and clock.is_running and not _waits(case),
        "end-wait": lambda: _waits(case),
        "confirm-left": lambda: case.left_at is not None and case.is_open,
        "why-late": lambda: clock is not None and clock.is_late,
        "disposition": lambda: (
            case.first_seen_at is not None and case.stream == LifeStream.RAPID_RESPONSE
        ),
    }
    return fits[act.key]()


def _is_home(case: DeskCase) -> bool:
    return bool(case.stream == LifeStream.DISCHARGE)


def _waits(case: DeskCase) -> bool:
    return any(wait.until_at is None for wait in case.waits.all())

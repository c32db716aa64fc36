"""What may be done with a visit from where it stands, for its plain pages: one table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django import forms as django_forms

from oneplace.access.viewer import Viewer
from oneplace.kit.forms import Refused
from oneplace.people.rules import account_of
from oneplace.visits import forms, rules, verbs
from oneplace.visits.models import OPEN, TO_COME, VISIT, Outing, Visit, VisitState


def _set_out(*, visit: Visit, by: Viewer, at: datetime) -> object:
    return verbs.set_out(visit=visit, by=by, at=at)


def _arrive(*, visit: Visit, by: Viewer, at: datetime) -> object:
    return verbs.arrive(visit=visit, by=by, at=at)


def _no_answer(*, visit: Visit, by: Viewer, at: datetime) -> object:
    return verbs.note_no_answer(visit=visit, by=by, at=at)


def _check_in(*, visit: Visit, minutes: int, phone: str, by: Viewer, at: datetime) -> object:
    out_by = at + timedelta(minutes=minutes)
    return verbs.check_in(visit=visit, out_by_at=out_by, phone=phone, by=by, at=at)


def _check_out(*, visit: Visit, by: Viewer, at: datetime) -> object:
    outing = Outing.objects.filter(visit=visit, worker_id=account_of(by), out_at=None).first()
    if outing is None:
        raise Refused("You are not checked in for this visit.")
    return verbs.check_out(outing=outing, by=by, at=at)


def _finish(*, visit: Visit, words: str, by: Viewer, at: datetime) -> object:
    return verbs.finish(visit=visit, note=words, by=by, at=at)


class _FinishForm(forms.NoteForm):
    """The note may be written later."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["words"].required = False


@dataclass(frozen=True)
class Act:
    """One thing to do: its word in the address, its button, its form, what it says afterwards."""

    key: str
    label: str
    title: str
    form: type[django_forms.Form]
    verb: Callable[..., Any]
    done: str
    lead: str = ""
    after: VisitState | None = None
    """Where it leads; nothing for what leaves the visit where it stands."""
    is_first: bool = False


ACTS: Final = (
    Act(
        "set_out", "On my way", "On the way", django_forms.Form, _set_out, "Noted.",
        after=VisitState.SET_OUT, is_first=True,
    ),
    Act(
        "arrive", "I am there", "At the door", django_forms.Form, _arrive, "Noted.",
        after=VisitState.ARRIVED, is_first=True,
    ),
    Act(
        "say_late", "Running late", "Running late", forms.LateForm, verbs.say_late,
        "Told. What was planned and promised stays as it was.",
        lead="Whoever arranges your visits is told, and the person by a text if you want.",
    ),
    Act(
        "finish", "Done", "The visit is done", _FinishForm, _finish, "Done.",
        after=VisitState.FINISHED, is_first=True, lead="The note may be written later too.",
    ),
    Act(
        "no_answer", "Nobody answers", "Nobody answers the door", django_forms.Form, _no_answer,
        "Noted. It stays open until they are found.", after=VisitState.NO_ANSWER,
        lead="Then ring them, ring somebody close, try the key safe, tell the coordinator, and ask "
        "for a welfare check.",
    ),
    Act(
        "door_step", "What was done", "Nobody answered: what was done", forms.DoorForm,
        verbs.at_the_door, "Written down.", is_first=True,
    ),
    Act(
        "check_in", "I go in alone", "In alone", forms.CheckInForm, _check_in,
        "Somebody watches the clock for you now.",
        lead="If you do not say that you are out, you are asked, and then your team is told.",
    ),
    Act(
        "check_out", "I am out, and well", "Out again", django_forms.Form, _check_out, "Good.",
    ),
    Act(
        "note", "Write the note", "The note", forms.NoteForm, verbs.write_note, "Written down.",
    ),
)  # fmt: skip


def acts_for(visit: Visit, *, is_in: bool, by: Viewer) -> tuple[Act, ...]:
    """What this viewer may do with it now, in the order of the work."""
    if not rules.goes(visit, by=by):
        return ()
    return tuple(act for act in ACTS if _fits(act, visit, is_in=is_in))


_FITS_IN: Final[Mapping[str, Sequence[VisitState]]] = {
    "door_step": (VisitState.NO_ANSWER,),
    "finish": (VisitState.ARRIVED,),
    "say_late": TO_COME,
}
"""What fits where a visit stands, and leads nowhere or by one way only."""


def _fits(act: Act, visit: Visit, *, is_in: bool) -> bool:
    if act.key in _FITS_IN:
        return visit.state in _FITS_IN[act.key]
    if act.after is not None:
        return VISIT.may(visit.state, act.after)
    if act.key == "check_in":
        return not is_in and visit.state in (VisitState.SET_OUT, VisitState.ARRIVED)
    if act.key == "check_out":
        return is_in
    return visit.state not in TO_COME and (visit.state in OPEN or not visit.ended_why)

"""What may be done with a referral from where it stands, by whoever was asked and whoever asked.

One table: the pages, the answering link and the tests read it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms as django_forms

from oneplace.access.viewer import Viewer
from oneplace.referrals import forms, rules, verbs
from oneplace.referrals.models import REFERRAL, Referral, WaitsFor
from oneplace.vocabulary.terms import ConnectionState


@dataclass(frozen=True)
class Act:
    """One thing to do: its word in the address, its button, its form, its verb."""

    key: str
    label: str
    title: str
    form: type[django_forms.Form]
    verb: Callable[..., Any]
    done: str
    lead: str = ""
    # Where it leads; nothing for what leaves the referral where it stands.
    after: ConnectionState | None = None
    is_ours: bool = True
    """Done by whoever was asked; else by whoever asked."""
    is_by_link: bool = True
    is_first: bool = False
    """The likely next thing, shown as the button."""
    is_one_tap: bool = False
    """Needs no word: on a phone one tap says it."""
    form_by_link: type[django_forms.Form] | None = None
    """Asked instead of whoever answers by link and does not know yet who it is."""


ACTS: Final = (
    Act(
        "accept", "Yes", "Say yes", forms.YesForm, verbs.accept,
        "Thank you. Whoever asked has been told.", after=ConnectionState.ACCEPTED, is_first=True,
        is_one_tap=True,
    ),
    Act(
        "ask_back", "Ask", "Ask something first", forms.QuestionForm, verbs.ask_back,
        "Asked. It is their turn now.", lead="Whoever asked for help sees it at once.",
    ),
    Act(
        "decline", "Not us", "Say no", forms.NoForm, verbs.decline,
        "Thank you for saying so. Whoever asked has been told.", after=ConnectionState.DECLINED,
        form_by_link=forms.NoByLinkForm,
    ),
    Act(
        "allocate", "Give it to somebody", "Who takes it?", forms.AllocateForm, verbs.allocate,
        "Written down.", after=ConnectionState.ALLOCATED, is_by_link=False, is_first=True,
    ),
    Act(
        "first_contact", "Spoke with them", "The first word", forms.NoteForm,
        verbs.first_contact, "Written down.", after=ConnectionState.FIRST_CONTACT, is_first=True,
        is_one_tap=True,
    ),
    Act(
        "not_reached", "Could not reach them", "Tried without success", forms.NoteForm,
        verbs.not_reached, "Written down; whoever asked has been told.",
    ),
    Act(
        "connect", "Started", "It has started", forms.NoteForm, verbs.connect,
        "Lovely. Whoever asked has been told.", after=ConnectionState.CONNECTED, is_first=True,
        is_one_tap=True,
    ),
    Act(
        "attended", "They came", "They came, or were visited", forms.NoteForm, verbs.attended,
        "Written down.", after=ConnectionState.ATTENDED, is_one_tap=True,
    ),
    Act(
        "end_referral", "Helped, or ended", "What came of it?", forms.EndForm, verbs.end_referral,
        "Written down. Whoever asked, and the practice, have been told.",
        after=ConnectionState.ENDED,
    ),
    Act(
        "send_back", "Send them back", "Send them back", forms.SendBackForm, verbs.send_back,
        "Whoever asked has been told, and can ask somebody else.",
        after=ConnectionState.SENT_BACK,
    ),
    Act(
        "raise_worry", "Worried about them", "Worried about them", forms.WorryForm,
        verbs.raise_worry, "Whoever asked and the practice have been told.",
        lead="If somebody is in danger now, ring 999 first.",
    ),
    Act(
        "reply", "Answer the question", "Answer the question", forms.ReplyForm, verbs.reply,
        "Sent. It is their turn now.", is_ours=False, is_by_link=False, is_first=True,
    ),
    Act(
        "take_back", "Take it back", "Take it back", forms.TakeBackForm, verbs.take_back,
        "Taken back.", is_ours=False, is_by_link=False,
    ),
)  # fmt: skip
BY_KEY: Final[Mapping[str, Act]] = {act.key: act for act in ACTS}
_YES: Final = (
    ConnectionState.ACCEPTED,
    ConnectionState.ALLOCATED,
    ConnectionState.FIRST_CONTACT,
    ConnectionState.CONNECTED,
    ConnectionState.ATTENDED,
)


def acts_for(referral: Referral, *, by: Viewer, by_link: bool = False) -> tuple[Act, ...]:
    """What this viewer may do with it now, in the order of the work."""
    return tuple(
        act for act in ACTS if (act.is_by_link or not by_link) and _fits(act, referral, by)
    )


def _fits(act: Act, referral: Referral, by: Viewer) -> bool:  # noqa: PLR0911 - one case each
    if not referral.is_open:
        return False
    if not act.is_ours:
        if not rules.asked_for(referral, by=by):
            return False
        return act.key != "reply" or referral.waits_for is WaitsFor.ASKER
    if not rules.answers_for(referral, by=by):
        return False
    if act.key in ("connect", "attended"):
        # What stands between is implied: a charity says started, and has spoken with the person.
        return referral.state in _YES and not (
            act.key == "connect"
            and referral.state in (ConnectionState.CONNECTED, ConnectionState.ATTENDED)
        )
    if act.after is not None:
        return REFERRAL.may(referral.state, act.after) and not (
            act.after is ConnectionState.ENDED and referral.state not in _YES
        )
    if act.key == "ask_back":
        return bool(referral.state == ConnectionState.OFFERED)
    return act.key == "raise_worry" or referral.state in _YES

"""What is typed about huddles, checked in the reader's words."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone

from oneplace.access.models import Hat, HowTold
from oneplace.huddles.models import (
    PARTS,
    CarerAsked,
    Decided,
    Depth,
    Engagement,
    LineKind,
    Member,
    Series,
    VisitKind,
    WishesKept,
)
from oneplace.huddles.rules import LONGEST_CARER, LONGEST_LINE, LONGEST_PART, LONGEST_WHY
from oneplace.kit.formats import day
from oneplace.kit.forms import DateField
from oneplace.kit.words import label_of
from oneplace.vocabulary.terms import AgendaSection, Attendance, CaseClosed, Rhythm, Role, Weekday

_TYPED = (
    LineKind.NOTE,
    LineKind.ACTION,
    LineKind.DECISION,
    LineKind.NO_CHANGE,
    LineKind.STEP_DOWN,
    LineKind.GOAL,
    LineKind.REFERRAL,
    LineKind.LEAD,
)
_PROFESSIONS = (
    Role.GP,
    Role.COMMUNITY_NURSE,
    Role.SOCIAL_WORKER,
    Role.PHARMACIST,
    Role.PIC,
    Role.MENTAL_HEALTH_WORKER,
    Role.THERAPIST,
    Role.LIFE_COORDINATOR,
    Role.NETWORK_FACILITATOR,
)
_REASONS = [("", "Not closed"), *CaseClosed.choices()]
TOLD_BY = (HowTold.IN_PERSON, HowTold.PHONE, HowTold.LETTER)


def _professions() -> list[tuple[str, str]]:
    return [(role.value, label_of(role)) for role in _PROFESSIONS]


def _one_line(label: str, help_text: str = "", *, required: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=LONGEST_WHY,
        required=bool(required),
        error_messages={"required": required or "Fill this in."},
    )


class SeriesForm(forms.Form):
    """When and where a series meets."""

    every = forms.ChoiceField(label="How often", choices=Rhythm.choices(), widget=forms.RadioSelect)
    weekday = forms.ChoiceField(label="On which day", choices=Weekday.choices())
    starts = forms.TimeField(
        label="From",
        help_text="By the 24-hour clock, like 8:00.",
        input_formats=["%H:%M", "%H.%M", "%H%M"],
        widget=forms.TextInput(attrs={"width": 5}),
        error_messages={"invalid": "Write a time like 8:00.", "required": "Write a time."},
    )
    minutes = forms.IntegerField(
        label="For how many minutes", error_messages={"required": "Write the minutes."}
    )
    place = forms.CharField(label="Room", max_length=200, required=False)
    video_link = forms.URLField(
        label="Video link",
        max_length=300,
        required=False,
        assume_scheme="https",
        error_messages={"invalid": "Write the whole link, from https:// on."},
    )

    def verb_values(self) -> dict[str, Any]:
        """What the verbs take."""
        found = dict(self.cleaned_data)
        return {**found, "every": Rhythm(found["every"]), "weekday": Weekday(found["weekday"])}

    @classmethod
    def of(cls, series: Series) -> dict[str, Any]:
        """The values of a series, to begin with."""
        return {
            "every": series.rhythm,
            "weekday": series.weekday,
            "starts": f"{series.starts:%H:%M}",
            "minutes": series.minutes,
            "place": series.place,
            "video_link": series.video_link,
        }


class NewSeriesForm(SeriesForm):
    """A new series: also from when, and who joins."""

    first_on = DateField(
        label="First meeting on or after",
        error_messages={"required": "Enter the day of the first meeting."},
    )
    also = forms.MultipleChoiceField(
        label="Small practices that join",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Their people are spoken of here too.",
    )

    def __init__(
        self, *args: Any, others: Iterable[tuple[uuid.UUID, str]] = (), **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.fields["also"].choices = [(str(pk), name) for pk, name in others]  # type: ignore[attr-defined]


class MemberForm(forms.Form):
    """Who comes to belong to a series."""

    hat = forms.ChoiceField(
        label="Who", error_messages={"required": "Choose who.", "invalid_choice": "Choose who."}
    )
    is_core = forms.TypedChoiceField(
        label="As what",
        choices=[
            ("core", "Core team: sees everybody on this list"),
            ("invited", "Invited: comes when asked, sees whom they are connected with"),
        ],
        coerce=lambda value: value == "core",
        widget=forms.RadioSelect,
        initial="core",
    )
    covers = forms.ChoiceField(label="Stands in for", required=False)
    until_on = DateField(
        label="Until", required=False, help_text="For cover: the last day. Empty: for good."
    )

    def __init__(
        self, *args: Any, hats: Iterable[Hat], members: Iterable[Member], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.fields["hat"].choices = [  # type: ignore[attr-defined]
            ("", "Choose"),
            *((str(hat.pk), f"{hat.account.name}, {hat.post.title}") for hat in hats),
        ]
        self.fields["covers"].choices = [  # type: ignore[attr-defined]
            ("", "Nobody"),
            *((str(one.pk), one.hat.account.name) for one in members),
        ]


class MoveForm(forms.Form):
    """When and where one meeting is held instead."""

    on = DateField(label="On", error_messages={"required": "Enter the day."})
    starts = forms.TimeField(
        label="From",
        input_formats=["%H:%M", "%H.%M", "%H%M"],
        widget=forms.TextInput(attrs={"width": 5}),
        error_messages={"invalid": "Write a time like 8:00.", "required": "Write a time."},
    )
    place = forms.CharField(label="Room", max_length=200, required=False)
    video_link = forms.URLField(
        label="Video link", max_length=300, required=False, assume_scheme="https"
    )
    why = _one_line("Why", "Everybody invited reads it.", required="Say why, in one line.")

    def verb_values(self) -> dict[str, Any]:
        """What the verb takes."""
        found = dict(self.cleaned_data)
        return {
            "starts_at": moment_of(found.pop("on"), found.pop("starts")),
            **found,
        }


def moment_of(on: date, starts: time) -> datetime:
    """The moment of a time on the wall."""
    return timezone.make_aware(datetime.combine(on, starts))


class WhyForm(forms.Form):
    """A reason in one line."""

    why = _one_line("Why", required="Say why, in one line.")


class BringForm(forms.Form):
    """Whom somebody brings, and why."""

    person = forms.ChoiceField(
        label="Who",
        help_text="People you looked for lately. Not here? Search for them first.",
        error_messages={"required": "Choose who.", "invalid_choice": "Choose who."},
        widget=forms.RadioSelect,
    )
    why = _one_line(
        "Why, in one line", "It opens the discussion.", required="Say why, in one line."
    )
    section = forms.ChoiceField(
        label="As", choices=AgendaSection.choices(), initial=AgendaSection.NEW_CASES.value
    )
    question = _one_line("Your one question to the table")

    def __init__(self, *args: Any, people: Iterable[tuple[uuid.UUID, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["person"].choices = [(str(pk), name) for pk, name in people]  # type: ignore[attr-defined]


class LineForm(forms.Form):
    """One line of the scribe's."""

    kind = forms.ChoiceField(choices=[(kind.value, kind.label) for kind in _TYPED])
    words = forms.CharField(required=False, max_length=LONGEST_LINE)
    line = forms.UUIDField(required=False)
    is_sensitive = forms.BooleanField(required=False)

    def verb_values(self) -> dict[str, Any]:
        """What the verb takes."""
        found = self.cleaned_data
        return {
            "kind": LineKind(found["kind"]),
            "words": found["words"],
            "line_id": found["line"],
            "is_sensitive": found["is_sensitive"],
        }


class PartForm(forms.Form):
    """One part of an outcome."""

    part = forms.ChoiceField(choices=[(part.value, part.label) for part in PARTS])
    words = forms.CharField(max_length=LONGEST_PART, error_messages={"required": "Write it."})
    based_on = forms.IntegerField(min_value=0)
    line = forms.UUIDField(required=False)

    def verb_values(self) -> dict[str, Any]:
        """What the verb takes."""
        found = self.cleaned_data
        return {
            "part": LineKind(found["part"]),
            "words": found["words"],
            "based_on": found["based_on"],
            "line_id": found["line"],
        }


class OutcomeForm(forms.Form):
    """What was decided, who leads, when again."""

    decided = forms.ChoiceField(
        label="Decision", choices=Decided.choices(), widget=forms.RadioSelect,
        error_messages={"required": "Choose what was decided."},
    )  # fmt: skip
    lead = forms.ChoiceField(label="Who leads", required=False, help_text="No case without a lead.")
    next_review_on = DateField(
        label="Next review", required=False, help_text="Empty: in four weeks."
    )
    reason = forms.ChoiceField(
        label="Why it is closed",
        required=False,
        choices=[("", "Not closed"), *CaseClosed.choices()],
    )
    safety_net = forms.CharField(
        label="What would bring them back", required=False, max_length=600,
        widget=forms.Textarea(attrs={"rows": 2}), help_text="Needed to step down.",
    )  # fmt: skip
    question = _one_line("The question for next time")
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, leads: Iterable[tuple[uuid.UUID, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        for name in ("lead", "reason", "safety_net"):
            self.fields[name].is_needed_sometimes = True  # type: ignore[attr-defined]
        self.fields["lead"].choices = [  # type: ignore[attr-defined]
            ("", "Nobody yet"),
            *((str(pk), name) for pk, name in leads),
        ]


class QuestionForm(forms.Form):
    """A question to one profession."""

    to_role = forms.ChoiceField(label="To whom", choices=_professions)
    words = _one_line("The question", required="Type the question.")


class WordsForm(forms.Form):
    """An answer in one line."""

    words = _one_line("Your answer", required="Type your answer.")


class DepthForm(forms.Form):
    """How long somebody is spoken of."""

    depth = forms.ChoiceField(choices=Depth.choices())
    minutes = forms.IntegerField(min_value=1, max_value=60)


class AttendanceForm(forms.Form):
    """Whether somebody came."""

    attendance = forms.ChoiceField(choices=Attendance.choices())


class ToldForm(forms.Form):
    """By which way somebody was told of the huddle."""

    how = forms.ChoiceField(
        choices=[(way.value, way.label) for way in TOLD_BY],
        error_messages={
            "required": "Say how they were told: face to face, by phone or by letter.",
            "invalid_choice": "Say how they were told: face to face, by phone or by letter.",
        },
    )


class CarerForm(forms.Form):
    """Whether whoever cares for somebody was asked, and in a line what they said."""

    answer = forms.ChoiceField(
        choices=CarerAsked.choices(),
        error_messages={
            "required": "Say whether the carer was asked.",
            "invalid_choice": "Say whether the carer was asked.",
        },
    )
    said = forms.CharField(
        required=False,
        max_length=LONGEST_CARER,
        error_messages={"max_length": f"Say it in at most {LONGEST_CARER} characters."},
    )


class WishesForm(forms.Form):
    """Whether somebody's wishes in an emergency are written down, and where."""

    wishes = forms.ChoiceField(
        choices=WishesKept.choices(),
        error_messages={
            "required": "Say whether their wishes are written down.",
            "invalid_choice": "Say whether their wishes are written down.",
        },
    )
    where = forms.CharField(
        required=False,
        max_length=LONGEST_CARER,
        error_messages={"max_length": f"Say it in at most {LONGEST_CARER} characters."},
    )


class GuestForm(forms.Form):
    """A guest in the room."""

    name = forms.CharField(
        label="Name", max_length=160, error_messages={"required": "Say who they are."}
    )
    role = forms.ChoiceField(label="Profession", choices=_professions)


class ParagraphForm(forms.Form):
    """The paragraph as it leaves."""

    words = forms.CharField(
        label="The paragraph",
        help_text="For the GP’s record, and for who asked. It leaves in your name.",
        max_length=LONGEST_PART,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "There is nothing to send."},
    )
    instead = forms.BooleanField(required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, named: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["instead"].label = f"I check it in place of {named}"
        if not named:
            del self.fields["instead"]


class EndCaseForm(forms.Form):
    """How a case ends outside a meeting."""

    decided = forms.ChoiceField(
        label="What happens",
        choices=[("stepped_down", "Step down"), ("closed", "Close")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one."},
    )
    reason = forms.ChoiceField(
        label="Why it is closed",
        required=False,
        choices=[("", "Not closed"), *CaseClosed.choices()],
    )
    safety_net = forms.CharField(
        label="What would bring them back", required=False, max_length=600,
        widget=forms.Textarea(attrs={"rows": 2}), help_text="Needed to step down.",
    )  # fmt: skip


class EngagementForm(forms.Form):
    """A visit, a question of a practice, or the answer to it."""

    kind = forms.ChoiceField(
        label="What", choices=VisitKind.choices(), widget=forms.RadioSelect,
        error_messages={"required": "Choose what it was."},
    )  # fmt: skip
    answers = forms.ChoiceField(
        label="Which question it answers",
        required=False,
        help_text="Only for an answer. Questions that wait stand here.",
        error_messages={"invalid_choice": "Somebody has answered this question meanwhile."},
    )
    on = DateField(label="When", error_messages={"required": "Enter the day."})
    words = forms.CharField(
        label="What was said", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say in a few words what was said."},
    )  # fmt: skip

    def __init__(self, *args: Any, open_questions: Iterable[Engagement], **more: Any) -> None:
        super().__init__(*args, **more)
        self.waiting = {str(one.pk): one for one in open_questions}
        self.fields["answers"].choices = [  # type: ignore[attr-defined]
            ("", "None of them"),
            *((key, f"{day(one.on)}: {one.words[:80]}") for key, one in self.waiting.items()),
        ]
        if not self.waiting:
            del self.fields["answers"]

    def clean(self) -> dict[str, Any]:
        """An answer names its question, where one waits; nothing else does."""
        said = super().clean() or {}
        is_answer = said.get("kind") == VisitKind.ANSWERED.value
        if is_answer and self.waiting and not said.get("answers"):
            self.add_error("answers", "Say which question this answers.")
        if said.get("answers") and not is_answer:
            self.add_error("kind", "Choose “Answered the practice”, or no question.")
        return said

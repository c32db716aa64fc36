"""What is typed at the desk and on the way home; forms check words and times, and save nothing."""

from datetime import datetime, timedelta
from typing import Any, Final

from django import forms
from django.utils import timezone

from oneplace.homefirst.models import (
    Arranged,
    ClosedBecause,
    FamilyView,
    GoesBy,
    Package,
    ReviewView,
    RoundSkill,
)
from oneplace.homefirst.rules import LONGEST_WORDS
from oneplace.kit.forms import DateField
from oneplace.vocabulary.place import Place
from oneplace.vocabulary.terms import (
    AvoidedAdmissionOpinion,
    BlockerType,
    CriteriaToReside,
    DeclaredCapacity,
    Disposition,
    Gender,
    Pathway,
    RapidResponseReason,
    ReferralRejected,
    Sequel,
    StatusAt91Days,
    Term,
    WeeklyDecision,
)

_DAY: Final = timedelta(days=1)


class ClockField(forms.CharField):
    """A time on the wall, as 09:40 or 0940; becomes a moment of today, or the nearest day asked."""

    def __init__(self, *, is_past: bool, **options: Any) -> None:
        options.setdefault("max_length", 5)
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric", "width": 5}))
        super().__init__(**options)
        self.is_past = is_past
        self.at: datetime | None = None

    def clean(self, value: Any) -> Any:
        """The moment; raises `ValidationError` for what is no time."""
        text = super().clean(value)
        if not text:
            return None
        digits = text.replace(":", "").replace(".", "").zfill(4)
        try:
            clock = datetime.strptime(digits, "%H%M").time()  # noqa: DTZ007 - a time alone
        except ValueError:
            raise forms.ValidationError("Write a time like 09:40.", code="time") from None
        at = self.at or timezone.now()
        made = timezone.make_aware(datetime.combine(timezone.localtime(at).date(), clock))
        if self.is_past and made > at:
            return made - _DAY
        if not self.is_past and made < at:
            return made + _DAY
        return made


class AtForm(forms.Form):
    """A form that knows what the time is for the people cared for."""

    def __init__(self, *args: Any, at: datetime | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            if isinstance(field, ClockField):
                field.at = at


def _words(label: str, *, required: bool = True, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST_WORDS,
        required=required,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": f"{label} Write it in a few words."},
        **more,
    )


def _choice(term: type[Term], label: str, *, required: bool = True, **more: Any) -> Any:
    first = [] if required else [("", "Not said")]
    return forms.TypedChoiceField(
        label=label,
        choices=[*first, *term.choices()],
        coerce=lambda word: term(word) if word else None,
        empty_value=None,
        required=required,
        error_messages={"required": "Choose one."},
        **more,
    )


class NothingForm(AtForm):
    """Nothing to type: a press is enough."""


class AcceptForm(AtForm):
    """The first question, the pathway, what the crisis is."""

    package = forms.TypedChoiceField(
        label="Is there a package of help at home that could start again?",
        choices=[(each.value, each.label) for each in Package if each is not Package.NOT_ASKED],
        coerce=Package,
        widget=forms.RadioSelect,
        error_messages={"required": "Ask this first; then choose what was answered."},
    )
    pathway = _choice(Pathway, "Pathway", required=False)
    reason = _choice(RapidResponseReason, "What is the crisis at home?", required=False)
    is_double_handed = forms.BooleanField(label="Two people must come together", required=False)
    words = _words("Anything whoever asked should know", required=False)


class WaitForm(AtForm):
    """A question to whoever asked."""

    words = _words("What would you like to know?")


class RedirectForm(AtForm):
    """Where else, and why."""

    to = forms.CharField(
        label="Where is it sent on to?",
        max_length=200,
        error_messages={"required": "Write where it is sent on to."},
    )
    words = _words("Why is that the better place?", required=False)


class RejectForm(AtForm):
    """No, naming capacity or criteria."""

    because = _choice(ReferralRejected, "Why not?", widget=forms.RadioSelect)
    words = _words("Which criterion is not met, or what capacity is missing?")


class CloseForm(AtForm):
    """Why it is over."""

    because = _choice(ClosedBecause, "Why is it over?", widget=forms.RadioSelect)
    words = _words("What should whoever asked know?", required=False)


class WhyForm(AtForm):
    """A reason."""

    why = _words("Why?")


class HomeForm(AtForm):
    """When they are expected at home."""

    home_from = ClockField(
        label="At home from",
        is_past=False,
        help_text="A time like 11:30",
        error_messages={"required": "Write a time like 11:30."},
    )


class LeftForm(AtForm):
    """When they truly left, and who says so."""

    left_at = ClockField(
        label="When did they leave?",
        is_past=True,
        help_text="A time like 10:15",
        error_messages={"required": "Write a time like 10:15."},
    )
    because = forms.CharField(
        label="Who said so, and how do they know?",
        max_length=300,
        error_messages={"required": "Write who said so."},
    )


class BeginWaitForm(AtForm):
    """A wait the place lists."""

    def __init__(self, *args: Any, rules: list[tuple[str, str]] | None = None, **options: Any):
        super().__init__(*args, **options)
        field = self.fields["rule"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
        field.choices = rules or []

    rule = forms.ChoiceField(
        label="What is waited for?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of the waits the place lists."},
    )
    from_at = ClockField(
        label="Since when?",
        is_past=True,
        help_text="A time like 10:20",
        error_messages={"required": "Write a time like 10:20."},
    )
    words = forms.CharField(label="What was said", max_length=300, required=False)


class EndWaitForm(AtForm):
    """When the wait was over."""

    until_at = ClockField(
        label="Until when?",
        is_past=True,
        help_text="A time like 10:35",
        error_messages={"required": "Write a time like 10:35."},
    )


class ReasonForm(AtForm):
    """Why a promise was not kept."""

    reason = _words("Why did it take longer?")


class SendForm(AtForm):
    """Who was offered, when they would be there, and which state of the case was looked at."""

    worker_id = forms.UUIDField()
    arrives_at = forms.DateTimeField(input_formats=["%Y-%m-%dT%H:%M:%S%z"])
    version = forms.IntegerField(min_value=1)
    late_because = forms.CharField(max_length=300, required=False)


class DispositionForm(AtForm):
    """Where the person was after a crisis visit, and a clinician's opinion, never a saving."""

    disposition = _choice(Disposition, "Where is the person now?", widget=forms.RadioSelect)
    opinion = _choice(
        AvoidedAdmissionOpinion,
        "In your opinion, was a hospital admission avoided?",
        required=False,
        help_text="A clinician’s opinion. It is never counted as a saving.",
    )


# --- Episodes and providers ----------------------------------------------------------------------


def _hours(label: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, min_value=0, max_digits=5, decimal_places=2, required=False
    )


class EpisodeForm(AtForm):
    """How things were, how they are, what is given."""

    function_before = _words("What could they do before?", required=False)
    function_at_start = _words("What can they do now?")
    hours_before = _hours("Hours of help a week before")
    hours_at_start = _hours("Hours of help a week now")
    home_and_access = _words("The home, and how to get in", required=False)
    equipment = _words("Equipment ordered or there", required=False)
    medicines = _words("Medicines, and what is time-critical", required=False)


class ReviewForm(AtForm):
    """One week's review, the whole form."""

    is_working = _choice(ReviewView, "Is the plan working?", widget=forms.RadioSelect)
    progress = _words("How far has each thing come?")
    person_view = _words("What does the person say?", required=False)
    carer_view = _words("What do those who care say?", required=False)
    who_did_what = _words("Who did what this week?", required=False)
    issues = _words("What is in the way?", required=False)
    decision = _choice(WeeklyDecision, "Go on, change or end?", widget=forms.RadioSelect)
    decision_why = _words("Why?", required=False)
    likely_needs = _words("What will they need afterwards?", required=False)
    next_on = DateField(label="Next review", required=False)


class CarerForm(AtForm):
    """Whom of those close was asked, by whom and when."""

    view = _choice(FamilyView, "What do those who care say?", widget=forms.RadioSelect)
    by_whom = forms.CharField(
        label="Who asked them?",
        max_length=160,
        error_messages={"required": "Write who asked them."},
    )
    on = DateField(label="On which day?", error_messages={"required": "Write the day."})


class DayForm(AtForm):
    """A day."""

    on = DateField(label="On which day?", error_messages={"required": "Write the day."})


class BridgingForm(AtForm):
    """Longer help is not there yet."""

    since = DateField(label="Since when?", error_messages={"required": "Write the day."})
    holder = forms.CharField(
        label="Who pays for the days between?",
        max_length=160,
        error_messages={"required": "Write who pays."},
    )
    pounds_a_day = forms.DecimalField(
        label="Pounds a day", min_value=0, max_digits=7, decimal_places=2, required=False
    )

    def clean(self) -> dict[str, Any]:
        """Pounds as pence, exactly."""
        cleaned: dict[str, Any] = super().clean() or {}
        pounds = cleaned.pop("pounds_a_day", None)
        cleaned["pence_a_day"] = int(pounds * 100) if pounds is not None else None
        return cleaned


class EndEpisodeForm(AtForm):
    """How it ended, and what follows."""

    sequel = _choice(Sequel, "What follows?", widget=forms.RadioSelect)
    function_at_exit = _words("What can they do now?", required=False)
    hours_at_exit = _hours("Hours of help a week now")
    words = _words("More about what follows", required=False)


class StatusForm(AtForm):
    """Where somebody was on day 91."""

    status = _choice(StatusAt91Days, "Where were they on day 91?", widget=forms.RadioSelect)
    said_by = forms.CharField(
        label="Who says so?", max_length=160, error_messages={"required": "Write who says so."}
    )


class AskProviderForm(AtForm):
    """A provider to ask, and for how many hours."""

    provider = forms.CharField(
        label="Which provider?",
        max_length=160,
        error_messages={"required": "Write which provider is asked."},
    )
    hours = forms.DecimalField(
        label="Hours a week",
        min_value=0,
        max_digits=5,
        decimal_places=2,
        error_messages={"required": "Write how many hours a week."},
    )

    def clean(self) -> dict[str, Any]:
        """The provider by name, and by the word it is known under."""
        cleaned: dict[str, Any] = super().clean() or {}
        name = str(cleaned.get("provider", "")).strip()
        cleaned["provider_name"] = name
        cleaned["provider"] = name.casefold().replace(" ", "-")[:20]
        return cleaned


class AnswerAskForm(AtForm):
    """What the provider said."""

    answer = forms.TypedChoiceField(
        label="What did they say?",
        choices=[
            (each.value, each.label)
            for each in DeclaredCapacity
            if each is not DeclaredCapacity.ASKED
        ],
        coerce=DeclaredCapacity,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one."},
    )
    why = _words("Why not?", required=False)


class CapacityForm(AskProviderForm):
    """Hours a provider can give in a district on a day."""

    zone = forms.CharField(
        label="District", max_length=60, error_messages={"required": "Write the district."}
    )
    on = DateField(label="On which day?", error_messages={"required": "Write the day."})


# --- The way home ---------------------------------------------------------------------------------


class ReadyForm(AtForm):
    """Since when no acute bed is needed."""

    ready_on = DateField(label="Ready since", error_messages={"required": "Write the day."})
    ready_at = ClockField(label="At what time?", is_past=True, required=False)

    def clean(self) -> dict[str, Any]:
        """Day and time put together."""
        cleaned: dict[str, Any] = super().clean() or {}
        on = cleaned.pop("ready_on", None)
        clock = cleaned.get("ready_at")
        if on is not None:
            time = timezone.localtime(clock).time() if clock else datetime.min.time()
            cleaned["ready_at"] = timezone.make_aware(datetime.combine(on, time))
        return cleaned


class ResidenceForm(AtForm):
    """Today's look."""

    found = _choice(CriteriaToReside, "Does the person need an acute bed today?",
                    widget=forms.RadioSelect)  # fmt: skip
    reason = forms.CharField(label="Which criterion is met?", max_length=200, required=False)


class PathwayForm(AtForm):
    """Pathway, destination, expected day."""

    proposed = _choice(Pathway, "Pathway proposed", required=False)
    actual = _choice(Pathway, "Pathway as it is", required=False)
    destination = forms.CharField(label="Where to?", max_length=160, required=False)
    expected_on = DateField(label="Expected to leave on", required=False)


class PanelForm(AtForm):
    """What the panel decided."""

    decision = forms.CharField(
        label="What did the panel decide?",
        max_length=300,
        error_messages={"required": "Write what the panel decided."},
    )
    on = DateField(label="On which day?", error_messages={"required": "Write the day."})


PERSON_DECIDES: Final = "person"


class BlockerForm(AtForm):
    """What is waited for, and whose it is."""

    kind = _choice(BlockerType, "What is waited for?")
    holder = forms.ChoiceField(label="Who is to act?")
    seen_to_by = forms.CharField(label="Who sees to it there?", max_length=160, required=False)
    words = _words("What exactly", required=False)

    def __init__(self, *args: Any, place: Place, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["holder"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
        self.holders = {
            PERSON_DECIDES: "The person or family",
            **{row.code: row.short_word for row in place.joint_services},
            **{row.code: row.short_word for row in place.partners},
        }
        field.choices = list(self.holders.items())

    def clean(self) -> dict[str, Any]:
        """The holder by code and by name."""
        cleaned: dict[str, Any] = super().clean() or {}
        code = cleaned.pop("holder", "")
        cleaned["holder"] = "" if code == PERSON_DECIDES else code
        cleaned["holder_name"] = self.holders.get(code, "")
        return cleaned


class WordsForm(AtForm):
    """A few words, or none."""

    words = _words("What happened?", required=False)


class TaskForm(AtForm):
    """Something to arrange."""

    kind = _choice(Arranged, "What is to be arranged?")
    words = forms.CharField(label="In words", max_length=300, required=False)
    whose = forms.CharField(label="Who does it?", max_length=160, required=False)


class FamilyForm(AtForm):
    """Who of those close was spoken with."""

    view = _choice(FamilyView, "What do those close to them say?", widget=forms.RadioSelect)
    name = forms.CharField(label="Whom did you speak with?", max_length=160, required=False)


TRANSFER_HEADINGS: Final = (
    ("contacts", "Contacts, and who may decide"),
    ("reason", "Why they came into hospital, and what was done"),
    ("baseline", "How they managed before"),
    ("function", "What they can do now"),
    ("cognition", "Understanding, memory and talking"),
    ("skin", "Skin, continence, eating and drinking"),
    ("medicines", "Medicines, and what is time-critical"),
    ("equipment", "Equipment"),
    ("home", "The home, and how to get in"),
    ("support", "Who helps already"),
    ("wishes", "What the person wants"),
    ("family", "What family or carers want"),
    ("risks", "Risks"),
    ("pathway", "What is asked for"),
)
"""The content of a transfer of care, as the guidance on discharge lists it, in our own words."""


class TransferForm(AtForm):
    """The Transfer of Care form: every heading, none of them twice."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for key, label in TRANSFER_HEADINGS:
            self.fields[key] = _words(label, required=False)


class AskLifeForm(AtForm):
    """Bring them home: the need, when they are home, what they want."""

    need = _words("What do they need at home?", help_text="Describe needs, not services.")
    home_from = ClockField(
        label="At home from about",
        is_past=False,
        required=False,
        help_text="A time like 11:30; leave empty if transport is not known",
    )
    pathway = _choice(Pathway, "Pathway", required=False)
    words = _words("For those who come", required=False)
    safety = forms.CharField(label="What must a visitor mind?", max_length=300, required=False)
    is_wanted = forms.BooleanField(label="The person knows and wants it", required=False)


class SuggestForm(forms.Form):
    """For which day the rounds are reckoned."""

    on = forms.DateField(required=False)


class PutAwayForm(AtForm):
    """Why a suggestion is put away."""

    because = _words("Why is it put away?")


class GiveForm(forms.Form):
    """Who goes, at which minute, and why where it is against something."""

    worker = forms.ChoiceField(label="Who goes?")
    begins = forms.TimeField(
        label="At the door at",
        help_text="For example 10:40",
        error_messages={
            "required": "Write a time, such as 10:40.",
            "invalid": "Write it as 10:40.",
        },
    )
    is_locked = forms.BooleanField(label="Lock it: no new plan moves it", required=False)
    because = forms.CharField(
        label="Why, where it goes against a rule or the suggestion",
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, workers: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["worker"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
        field.choices = workers


class RoundWorkerForm(forms.Form):
    """What matters of somebody who goes out."""

    skills = forms.TypedMultipleChoiceField(
        label="What can they do?",
        choices=RoundSkill.choices(),
        coerce=RoundSkill,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    goes_by = forms.TypedChoiceField(
        label="How do they get about?",
        choices=GoesBy.choices(),
        coerce=GoesBy,
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether by car or on foot."},
    )
    gender = forms.TypedChoiceField(
        label="Woman or man?",
        help_text="Only for people who ask for one or the other.",
        choices=[("", "Would not say"), ("female", "Woman"), ("male", "Man")],
        coerce=lambda word: Gender(word) if word else None,
        empty_value=None,
        required=False,
    )
    base = forms.CharField(
        label="Postcode where their day begins", max_length=10, required=False,
        help_text="A place of work, not their home.",
    )  # fmt: skip
    is_back_at_base = forms.BooleanField(label="The day ends there too", required=False)


class ShiftForm(forms.Form):
    """When somebody works on a day."""

    on = DateField(label="On which day?", error_messages={"required": "Write the day."})
    begins = forms.TimeField(
        label="From",
        error_messages={
            "required": "Write a time, such as 08:00.",
            "invalid": "Write it as 08:00.",
        },
    )
    ends = forms.TimeField(
        label="Until",
        error_messages={
            "required": "Write a time, such as 16:00.",
            "invalid": "Write it as 16:00.",
        },
    )
    break_minutes = forms.IntegerField(
        label="Minutes of break", min_value=0, max_value=120, initial=30, required=False
    )
    break_from = forms.TimeField(
        label="The break begins from",
        required=False,
        error_messages={"invalid": "Write it as 11:30."},
    )
    break_until = forms.TimeField(
        label="and at the latest at",
        required=False,
        error_messages={"invalid": "Write it as 13:00."},
    )


class CarerWishForm(forms.Form):
    """Whom somebody wants at their door."""

    gender = forms.TypedChoiceField(
        label="Who may come?",
        choices=[("", "Anybody"), ("female", "A woman"), ("male", "A man")],
        coerce=lambda word: Gender(word) if word else None,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    is_must = forms.BooleanField(
        label="Only so: nobody else is let in", required=False, initial=True
    )
    words = forms.CharField(label="In their words", max_length=300, required=False)

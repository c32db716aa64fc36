"""Back within 72 hours: a list, how often for which reason, and what is asked."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django import forms
from django.conf import settings
from django.urls import reverse

from oneplace.access.viewer import Viewer
from oneplace.homefirst import rules
from oneplace.homefirst.models import FailedBecause, FailedDischarge
from oneplace.homefirst.naming import name_of
from oneplace.homefirst.rules import LONGEST_WORDS
from oneplace.homefirst.way_home import organisation_word
from oneplace.kit.formats import moment, plural

COUNTED: Final = timedelta(days=90)


class WhyBackForm(forms.Form):
    """The reason, for the ward that let them go."""

    because = forms.TypedChoiceField(
        label="Why were they back so soon?",
        choices=FailedBecause.choices(),
        coerce=FailedBecause,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the reason that weighs most."},
    )
    words = forms.CharField(
        label="What happened, in a few words",
        max_length=LONGEST_WORDS,
        required=False,
        help_text="Without a name: the ward knows the referral by its number.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    for_the_ward = forms.CharField(
        label="What could the ward do differently next time?",
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@dataclass(frozen=True)
class FailedRow:
    """One return."""

    name: str
    address: str
    left: str
    back: str
    after: str
    because: str
    words: str
    for_the_ward: str
    told: str
    say_address: str
    """Where the reason is said; empty where it was, or the viewer may not."""

    @classmethod
    def of(cls, failed: FailedDischarge, *, by: Viewer) -> "FailedRow":
        """A return as a row."""
        hours = (failed.back_at - failed.left_at) // timedelta(hours=1)
        place = settings.PLACE
        may_say = failed.explained_at is None and rules.runs_desk(failed.case, by=by)
        back = organisation_word(place, failed.back_hospital)
        return cls(
            name=name_of(failed.person),
            address=reverse("homefirst:journey", args=[failed.person.current_id]),
            left=f"{moment(failed.left_at)}, {organisation_word(place, failed.hospital)}",
            back=f"{moment(failed.back_at)}{f', {back}' if back else ''}",
            after=plural(hours, "hour") if hours else "within the hour",
            because=FailedBecause(failed.because).label if failed.because else "",
            words=failed.words,
            for_the_ward=failed.for_the_ward,
            told=(
                f"{failed.told} was told {moment(failed.explained_at)}"
                if failed.told
                else "nobody on the ward could be told"
                if failed.explained_at
                else ""
            ),
            say_address=reverse("homefirst:say_why_back", args=[failed.pk]) if may_say else "",
        )


@dataclass(frozen=True)
class FailedPage:
    """Everybody back within 72 hours, those without a reason first."""

    rows: tuple[FailedRow, ...]
    waiting: int
    counts: tuple[tuple[str, int], ...]
    counted: int
    days: int = COUNTED.days

    @classmethod
    def of(cls, found: Sequence[FailedDischarge], *, by: Viewer, at: datetime) -> "FailedPage":
        """Of the returns the viewer may read."""
        lately = [
            each
            for each in found
            if each.back_at >= at - COUNTED and each.because != FailedBecause.NOT_A_FAILURE
        ]
        counts = Counter(
            FailedBecause(each.because).label if each.because else "No reason said yet"
            for each in lately
        )
        return cls(
            rows=tuple(FailedRow.of(each, by=by) for each in found),
            waiting=sum(1 for each in found if each.explained_at is None),
            counts=tuple(sorted(counts.items(), key=lambda each: (-each[1], each[0]))),
            counted=len(lately),
        )

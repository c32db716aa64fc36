"""The search page and what was found."""

from dataclasses import dataclass

from django import forms

from oneplace.access.viewer import Viewer
from oneplace.desk.queries import Answers


@dataclass(frozen=True)
class SearchPage:
    """The search page and what was found."""

    viewer: Viewer
    form: forms.Form
    found: tuple[Answers, ...] | None

    @property
    def words(self) -> str:
        """What was searched for, shown back to who typed it."""
        return str(self.form.cleaned_data.get("words", "")) if self.form.is_bound else ""

    @property
    def count(self) -> int:
        """How many answers there are in all."""
        return sum(len(kind.found) + kind.more for kind in self.found or ())

    @property
    def may_find_people(self) -> bool:
        """Whether this hat will ever find people here."""
        return self.viewer.may("open_person")

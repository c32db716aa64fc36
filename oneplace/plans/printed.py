"""The plan on paper, for whoever prints it: those who help, or the person on their own page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.http import HttpResponse

from oneplace.access.viewer import Viewer
from oneplace.files.pdf import make_pdf, why_no_pdf
from oneplace.people.models import Person
from oneplace.plans import print_words
from oneplace.plans.cards import PlanShown
from oneplace.plans.print_words import PrintWords

LARGE: Final = "large"
EASY: Final = "easy"
FORMS: Final = (LARGE, EASY, "fridge")


@dataclass(frozen=True)
class PrintedPlan:
    """The plan on paper: in large print, in easy words, or one page for the fridge."""

    name: str
    called: str
    plan: PlanShown
    printed_by: str
    organisation: str
    at: datetime
    form: str
    words: PrintWords
    languages: Mapping[str, str]
    can_pdf: bool
    here: str
    """The address of this sheet, without its choices."""
    back: str
    """Where the plan itself is."""

    @classmethod
    def of(
        cls,
        person: Person,
        plan: PlanShown,
        *,
        viewer: Viewer,
        at: datetime,
        form: str,
        words: PrintWords,
        here: str,
        back: str,
    ) -> "PrintedPlan":
        """The plan of a person, as the viewer may read it."""
        called = person.known_as or person.given
        name = " ".join(filter(None, (called, person.family))) or "No name"
        return cls(
            name=name,
            called=called or name,
            plan=plan,
            printed_by=viewer.name,
            organisation=viewer.organisation_name,
            at=at,
            form=form if form in FORMS else LARGE,
            words=words,
            languages=print_words.languages(),
            can_pdf=not why_no_pdf(),
            here=here,
            back=back,
        )

    @property
    def template(self) -> str:
        """What lays it out."""
        return "plans/print_easy.html" if self.form == EASY else "plans/print.html"


def page_or_pdf(shown: HttpResponse, *, wanted: str, name: str) -> HttpResponse:
    """A sheet as it stands, or as PDF where that is wanted and can be made here."""
    if wanted != "pdf" or why_no_pdf():
        return shown
    made = HttpResponse(make_pdf(shown.content.decode()), content_type="application/pdf")
    made["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return made

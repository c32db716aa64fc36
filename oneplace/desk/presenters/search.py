"""The search page and what was found."""

from dataclasses import dataclass

from django import forms
from django.urls import reverse

from oneplace.access.viewer import Viewer
from oneplace.desk.permissions import OPEN_PERSON
from oneplace.desk.queries import Answers
from oneplace.kit.formats import day, sentence_list
from oneplace.people.permissions import ADD_PERSON, FIND_PERSON
from oneplace.people.queries.searching import MOST, Found
from oneplace.people.queries.searching import Answer as PeopleFound


@dataclass(frozen=True)
class PersonFound:
    """One person found: what tells namesakes apart, and why the record may be opened."""

    name: str
    what: str
    nhs_number: str
    why: str
    address: str
    is_dead: bool


@dataclass(frozen=True)
class People:
    """The people found, or why none were looked for."""

    found: tuple[PersonFound, ...]
    has_more: bool
    spellings: str
    remark: str
    refusal: str
    most: int = MOST

    @classmethod
    def of(cls, answer: PeopleFound | None, viewer: Viewer, *, refusal: str = "") -> "People":
        """What a search for people found, for one viewer."""
        if answer is None:
            return cls((), False, "", "", refusal)
        return cls(
            found=tuple(_person(one, viewer) for one in answer.people),
            has_more=answer.has_more,
            spellings=sentence_list([name.capitalize() for name in answer.spellings[:12]]),
            remark=answer.asked.remark,
            refusal=refusal,
        )


def _person(found: Found, viewer: Viewer) -> PersonFound:
    may_open = found.is_open and viewer.may(OPEN_PERSON)
    born = f"born {day(found.born_on)}" if found.born_on else ""
    if not born and found.born_year:
        born = f"born in {found.born_year}"
    reasons = sentence_list(
        [
            reason.label if number == 0 else reason.label[:1].lower() + reason.label[1:]
            for number, reason in enumerate(found.why)
        ]
    )
    return PersonFound(
        name=found.name or "Somebody without a name",
        what=" · ".join(filter(None, (born, found.part_of_address, found.practice))),
        nhs_number=found.nhs_number,
        why=f"You may open it: {reasons[:1].lower()}{reasons[1:]}"
        if may_open
        else "You have no reason on record to open this",
        address=reverse("desk:person", args=[found.person_id]) if may_open else "",
        is_dead=found.is_dead,
    )


@dataclass(frozen=True)
class SearchPage:
    """The search page and what was found."""

    viewer: Viewer
    form: forms.Form
    found: tuple[Answers, ...] | None
    people: People | None = None

    @property
    def words(self) -> str:
        """What was searched for, shown back to who typed it."""
        return str(self.form.cleaned_data.get("words", "")) if self.form.is_bound else ""

    @property
    def count(self) -> int:
        """How many answers there are in all."""
        people = len(self.people.found) if self.people else 0
        return people + sum(len(kind.found) + kind.more for kind in self.found or ())

    @property
    def may_find_people(self) -> bool:
        """Whether this hat finds people here."""
        return self.viewer.may(FIND_PERSON)

    @property
    def may_add_person(self) -> bool:
        """Whether this hat may add somebody nobody knows yet."""
        return self.viewer.may(ADD_PERSON)

"""What a person is called, and where their record opens."""

from django.urls import NoReverseMatch, reverse

from oneplace.people.models import Person


def name_of(person: Person) -> str:
    """What a person is called."""
    return " ".join(filter(None, (person.known_as or person.given, person.family))) or "No name"


def person_address(person: Person) -> str:
    """Where the person's record opens."""
    try:
        return reverse("desk:person", args=[person.current_id])
    except NoReverseMatch:
        return ""

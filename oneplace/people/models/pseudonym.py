"""The one place where a pseudonym and the person behind it stand side by side."""

import secrets
from typing import Final

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from oneplace.people.models.person import Person

BITS: Final = 60


def new_pseudonym() -> int:
    """A number nobody can guess, which says nothing of the person: 60 random bits, never 0."""
    return secrets.randbelow((1 << BITS) - 1) + 1


class Pseudonym(models.Model):
    """By which number the snapshot and every analysis know a person; it leaves here nowhere else.

    It stays for as long as the person is known, so that what was found at different times can be
    compared. `event_salt` makes the numbers of the person's entries, so that an entry's number in
    the snapshot cannot be worked out from what its source calls it.
    """

    reaches_person_by = "person_id"

    person = models.OneToOneField(
        Person, primary_key=True, on_delete=models.CASCADE, related_name="pseudonym"
    )
    number = models.BigIntegerField(unique=True, default=new_pseudonym)
    event_salt = models.BigIntegerField(default=new_pseudonym)
    given_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(number__gt=0) & Q(number__lt=1 << BITS) & ~Q(number=F("event_salt")),
                name="people_pseudonym_is_a_number_of_its_own",
            )
        ]

    def __str__(self) -> str:
        return f"pseudonym of {self.person_id}"

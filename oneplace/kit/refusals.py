"""How a rule's reason travels from a verb to the page: `Refused`, shown beside what was typed."""

from collections.abc import Iterator
from contextlib import contextmanager

from django import forms


class Refused(Exception):
    """A rule said no. `reason` is a sentence for the person at the keyboard."""

    def __init__(self, reason: str, *, field: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        # The form field the reason is about, when it is about one.
        self.field = field


def refuse_if(reason: str | None, *, field: str | None = None) -> None:
    """Raise `Refused` with a rule's reason; nothing when the rule has none."""
    if reason is not None:
        raise Refused(reason, field=field)


@contextmanager
def refusals_on(form: forms.BaseForm) -> Iterator[None]:
    """Put a refused verb's reason on the form, so that the page shows it with what was typed."""
    try:
        yield
    except Refused as refused:
        known = refused.field if refused.field in form.fields else None
        form.add_error(known, refused.reason)

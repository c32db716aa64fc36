"""How a rule's reason reaches the person who was refused: raised by the verb, shown on the form."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.forms import Form


class Refused(Exception):
    """A rule refused; the message is the reason, in words for the person who asked."""

    def __init__(self, reason: str, *, field: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field


def refuse_if(reason: str | None, *, field: str | None = None) -> None:
    """Raise `Refused` when a rule gave a reason."""
    if reason is not None:
        raise Refused(reason, field=field)


@contextmanager
def refusals_on(form: Form) -> Iterator[None]:
    """Show a refusal as an error of the form, at its field if it names one."""
    try:
        yield
    except Refused as refused:
        field = refused.field if refused.field in form.fields else None
        form.add_error(field, refused.reason)

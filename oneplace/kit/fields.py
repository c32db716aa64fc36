"""Model fields of our own: a term of the vocabulary, a time-ordered id, a transaction id."""

from typing import Any

from django.db import models

from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import Term


class TermField(models.CharField):  # type: ignore[type-arg]
    """Stores one `Term`; Python sees the enum, the database its value, held by a check constraint.

    The allowed values are checked in Python on every write; a word the vocabulary no longer has
    raises `ValueError` on reading, so that a stale word is never shown as if it were known.
    """

    def __init__(self, term: type[Term] | None = None, **options: Any) -> None:
        self.term = term
        options.setdefault("max_length", 48)
        super().__init__(**options)

    def deconstruct(self) -> Any:
        # Migrations store the words' length only: adding a word is not a change of schema.
        name, _path, args, kwargs = super().deconstruct()
        kwargs.pop("choices", None)
        return name, "django.db.models.CharField", args, kwargs

    def from_db_value(self, value: str | None, *_: Any) -> Term | str | None:
        """The enum for a stored word."""
        return self.to_python(value)  # type: ignore[no-any-return]

    def to_python(self, value: Any) -> Any:
        """The enum for a word; empty stays empty."""
        if value in (None, "") or self.term is None:
            return value
        return self.term(value)

    def get_prep_value(self, value: Any) -> Any:
        """The word to store; raises `ValueError` for one the vocabulary does not have."""
        if value in (None, "") or self.term is None:
            return value
        return self.term(value).value

    def value_to_string(self, obj: models.Model) -> str:
        """The stored word, for serialisers."""
        return str(self.get_prep_value(self.value_from_object(obj)))


class IdField(models.UUIDField):  # type: ignore[type-arg]
    """A primary key nobody can guess, ordered by time so that indexes stay compact."""

    def __init__(self, **options: Any) -> None:
        # History tables copy this field as an ordinary column: an explicit False is respected.
        options.setdefault("primary_key", True)
        options.setdefault("default", new_id)
        options.setdefault("editable", False)
        super().__init__(**options)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs["primary_key"] = self.primary_key
        kwargs.pop("default", None)
        kwargs.pop("editable", None)
        return name, path, args, kwargs


class TransactionIdField(models.Field):  # type: ignore[type-arg]
    """PostgreSQL's 64-bit transaction id (`xid8`) of the transaction that wrote the row."""

    def db_type(self, connection: Any) -> str:
        """The column's type."""
        return "xid8"

"""What is wrong with a place file: each problem with its file, key, reason and remedy."""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from oneplace.vocabulary.place.part import WrongError


@dataclass(frozen=True)
class Problem:
    """One thing wrong: where in the file, why, and what to do.

    An empty key is the file itself. `called` is the name of the row the key leads to, so that
    nobody has to count rows.
    """

    key: str
    reason: str
    remedy: str
    called: str = ""

    def sentence(self, file: Path) -> str:
        """The problem as one line."""
        where = f"{file}, {self.key}" if self.key else f"{file}"
        if self.called:
            where += f" (“{self.called}”)"
        return f"{where}: {self.reason}. {self.remedy}"


class PlaceError(ValueError):
    """A place file that cannot be used; the message lists every problem found."""

    def __init__(self, file: Path, problems: Iterable[Problem]) -> None:
        self.file = file
        self.problems: tuple[Problem, ...] = tuple(problems)
        count = len(self.problems)
        heading = f"{file} cannot be used: {count} problem{'' if count == 1 else 's'}."
        lines = [f"  {problem.sentence(file)}" for problem in self.problems]
        super().__init__("\n".join([heading, *lines]))


def problems_of(error: ValidationError, *, model: type[BaseModel]) -> list[Problem]:
    """What pydantic found, as problems a person who edits the file can act on."""
    return [_problem(details, model) for details in error.errors(include_url=False)]


def with_names(problems: Iterable[Problem], given: Mapping[str, Any]) -> list[Problem]:
    """The problems, each with the name of its innermost row in the file as it was written."""
    return [replace(problem, called=_called(problem.key, given)) for problem in problems]


def dotted(location: Sequence[str | int]) -> str:
    """A location as it is written in prose: `practices[3].huddle.weekday`, first row 0."""
    key = ""
    for step in location:
        if isinstance(step, int):
            key += f"[{step}]"
        elif step != "[key]":
            key += f".{step}" if key else step
    return key


_STEP: Final = re.compile(r"([a-z_0-9]+)|\[([0-9]+)\]")

_EXPECTED: Final = {
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "string_type": "words in quotes",
    "tuple_type": "a list in square brackets",
    "model_type": "a table of its own",
    "model_attributes_type": "a table of its own",
    "mapping_type": "a table of its own",
    "dict_type": "a table of its own",
    "date_type": "a date like 2026-03-12",
    "date_from_datetime_parsing": "a date like 2026-03-12",
    "date_from_datetime_inexact": "a date like 2026-03-12",
    "date_parsing": "a date like 2026-03-12",
    "time_type": "a time like 09:40:00",
    "time_parsing": "a time like 09:40:00",
    "datetime_type": "a date and time like 2026-03-12T09:40:00",
    "datetime_parsing": "a date and time like 2026-03-12T09:40:00",
    "datetime_from_date_parsing": "a date and time like 2026-03-12T09:40:00",
}


def _problem(details: ErrorDetails, model: type[BaseModel]) -> Problem:
    location = details["loc"]
    reason, remedy = _reason_and_remedy(details, model)
    return Problem(dotted(location), reason, remedy)


def _reason_and_remedy(  # noqa: PLR0911 (one answer per kind of mistake reads best flat)
    details: ErrorDetails, model: type[BaseModel]
) -> tuple[str, str]:
    kind, context, value = details["type"], details.get("ctx", {}), details["input"]
    location = details["loc"]
    cause = context.get("error")
    if isinstance(cause, WrongError):
        return cause.reason, cause.remedy
    if kind == "missing":
        return "it is missing", "Add it; `oneplace place new` writes a file that shows every key."
    if kind == "extra_forbidden":
        word = str(location[-1])
        near = difflib.get_close_matches(word, _keys_beside(model, location), n=1)
        hint = f'Did you mean "{near[0]}"?' if near else "Take it out."
        return "a place file has no such key here", hint
    if kind == "enum":
        allowed = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
        near = difflib.get_close_matches(str(value), allowed.split(", "), n=1)
        hint = f'Did you mean "{near[0]}"? ' if near else ""
        return f'"{value}" is not a word known here', f"{hint}Use one of: {allowed}."
    if kind == "string_pattern_mismatch":
        return f'"{value}" is not written as this must be', _in_words(str(context["pattern"]))
    if kind in {"string_too_short", "too_short"}:
        return "it is empty or too short", f"Give at least {context['min_length']}."
    if kind in {"string_too_long", "too_long"}:
        return "it is too long", f"Keep it within {context['max_length']}."
    if kind == "timezone_naive":
        return "it carries an offset from UTC", "Leave the offset out: time_zone says it."
    for bound, words in (
        ("gt", "more than"),
        ("ge", "at least"),
        ("lt", "less than"),
        ("le", "at most"),
    ):
        if bound in context:
            return f"{value} is out of range", f"It must be {words} {context[bound]}."
    expected = _EXPECTED.get(kind)
    if expected is not None:
        return f"{value!r} is not {expected}", f"Write {expected}."
    return details["msg"], "Correct it; `oneplace place new` writes a file to compare with."


def _in_words(pattern: str) -> str:
    words = {
        r"^[a-z][a-z0-9_]*$": "Use small letters, digits and _, beginning with a letter.",
        r"^[A-Z0-9]{2,12}$": "Use 2 to 12 capital letters and digits, without spaces.",
        r"^[A-Z]{1,2}[0-9][0-9A-Z]?$": "Write a postcode's first half, like AB1.",
        r"^[A-Z][A-Z0-9]*-[0-9]+$": "Write capital letters, a hyphen and a number, like LIFE-1.",
        r"^[a-z]{2,3}$": "Write a language code of two or three small letters, like en.",
    }
    return words.get(pattern, f"It must match {pattern}.")


def _called(key: str, given: Mapping[str, Any]) -> str:
    value: Any = given
    name = ""
    for word, index in _STEP.findall(key):
        try:
            value = value[int(index) if index else word]
        except (KeyError, IndexError, TypeError):
            break
        if index and isinstance(value, dict):
            found = value.get("code") or value.get("key") or value.get("name")
            name = found if isinstance(found, str) else name
    return name


def _keys_beside(model: type[BaseModel], location: Sequence[str | int]) -> list[str]:
    """The keys that may stand where an unknown one was found, by walking the models."""
    here: type[BaseModel] | None = model
    for step in location[:-1]:
        if here is None:
            return []
        if isinstance(step, str):
            here = _model_of(here, step)
    if here is None:
        return []
    return [field.alias or name for name, field in here.model_fields.items()]


def _model_of(model: type[BaseModel], key: str) -> type[BaseModel] | None:
    for name, field in model.model_fields.items():
        if key in {name, field.alias}:
            return _first_model(field.annotation)
    # A step that is no field is a key of a table of tables (roles, sharing): same model.
    return model


def _first_model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _first_model(argument)
        if found is not None:
            return found
    return None

"""Reads one template file and checks it: what it is for, which fields it takes, its words."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from jinja2 import StrictUndefined, TemplateError, UndefinedError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from oneplace.kit import formats
from oneplace.post.links import PLACEHOLDER
from oneplace.post.models import Channel
from oneplace.vocabulary import nhs_number
from oneplace.vocabulary.terms import Term


class WordingProblem(Exception):
    """A template, or what was given to it, is wrong; names template, field and remedy."""


class Audience(Term):
    """For whom a template is written."""

    STAFF = "staff", "People at work"
    PERSON = "person", "Residents and those close to them"
    PARTNER = "partner", "Partner organisations"


class FieldKind(Term):
    """What a template's field holds; some kinds say who somebody is and may not leave by email."""

    RECIPIENT_NAME = "recipient_name", "The name of whom the message is for"
    COLLEAGUE_NAME = "colleague_name", "The name of somebody who works here"
    HOUSE_NAME = "house_name", "The name of an organisation, team, network or role"
    NUMBER = "number", "A count"
    DAY = "day", "A date"
    MOMENT = "moment", "A date and time"
    LINK = "link", "An address of this service"
    DEVICE = "device", "A browser and a computer"
    SIGN_IN_WORDS = "sign_in_words", "The sign-in pages' own words"
    PERSON_NAME = "person_name", "A resident's name"
    NHS_NUMBER = "nhs_number", "An NHS number"
    BIRTH_DATE = "birth_date", "A birth date"
    HOME_ADDRESS = "home_address", "Where somebody lives"
    WORDS = "words", "Free words"

    @property
    def is_personal(self) -> bool:
        """Whether the field could say who a resident is, or anything about them."""
        return self in _PERSONAL


_PERSONAL: Final = frozenset(
    {
        FieldKind.PERSON_NAME,
        FieldKind.NHS_NUMBER,
        FieldKind.BIRTH_DATE,
        FieldKind.HOME_ADDRESS,
        FieldKind.WORDS,
    }
)
# Whole texts; every other field is one line.
_LONG: Final = frozenset({FieldKind.WORDS, FieldKind.SIGN_IN_WORDS, FieldKind.HOME_ADDRESS})
_LONGEST_LINE: Final = 200
_LONGEST_TEXT: Final = 20_000
_DEVICE: Final = re.compile(r"^[A-Za-z0-9 ._/-]{1,60}$")
_NAME: Final = re.compile(r"^[a-z][a-z0-9_]{2,59}$")
_NEEDED: Final = ("name", "version", "channel", "audience", "why", "words")
_KEYS: Final = {*_NEEDED, "hold", "choices", "fields"}
# The house's own words, there in every template beside its fields.
_GIVEN: Final = frozenset({"place", "public_url", "notice"})

# Plain words, not HTML: nothing here is ever put on a page without being escaped there.
_environment: Final = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
)


@dataclass(frozen=True)
class Wording:
    """One template: a message's words with fields to fill in."""

    name: str
    version: int
    channel: Channel
    audience: Audience
    why: str
    fields: Mapping[str, FieldKind]
    words: Mapping[str, tuple[str, str]]
    choices: tuple[str, ...] = ()
    # Whether what it writes waits in the time to take it back; sign-in messages and alarms do not.
    hold: bool = True

    def render(self, values: Mapping[str, Any], *, language: str = "en") -> tuple[str, str]:
        """Subject and body; raises `WordingProblem` naming the field that is missing or wrong."""
        for field in self.fields:
            if field not in values:
                raise self._problem(f"its field '{field}' was not given: pass {field}=…")
        for field in values:
            if field not in self.fields:
                raise self._problem(
                    f"it has no field '{field}': leave it out, or declare it under [fields]"
                )
        shown = {field: self._shown(field, values[field]) for field in self.fields}
        subject, body = self.words.get(language) or self.words["en"]
        return (
            " ".join(self._fill(subject, shown).split()),
            re.sub(r"\n{3,}", "\n\n", self._fill(body, shown)).strip() + "\n",
        )

    def _fill(self, text: str, shown: Mapping[str, str]) -> str:
        try:
            return _environment.from_string(text).render(
                **shown,
                place=settings.PLACE,
                public_url=settings.PUBLIC_URL,
                notice=settings.PLACE.notice,
            )
        except UndefinedError as error:
            raise self._problem(f"its words use something that is not there ({error})") from error

    def _shown(self, field: str, value: Any) -> str:
        """A field's value as it is written, checked to be what its kind says."""
        kind = self.fields[field]
        if kind in (FieldKind.DAY, FieldKind.BIRTH_DATE):
            if not isinstance(value, date):
                raise self._problem(f"its field '{field}' must be a date")
            return formats.day(value)
        if kind is FieldKind.MOMENT:
            if not isinstance(value, datetime) or value.tzinfo is None:
                raise self._problem(f"its field '{field}' must be a time with its zone")
            return formats.moment(value)
        if kind is FieldKind.NUMBER:
            if not isinstance(value, int) or isinstance(value, bool):
                raise self._problem(f"its field '{field}' must be a whole number")
            return f"{value:,}"
        if not isinstance(value, str) or not value.strip():
            raise self._problem(f"its field '{field}' must be some words")
        return self._shown_text(field, kind, value.strip())

    def _shown_text(self, field: str, kind: FieldKind, text: str) -> str:
        longest = _LONGEST_TEXT if kind in _LONG else _LONGEST_LINE
        if len(text) > longest:
            raise self._problem(f"its field '{field}' is longer than {longest} letters")
        if kind not in _LONG and any(not sign.isprintable() for sign in text):
            raise self._problem(f"its field '{field}' must be one line")
        if kind is FieldKind.LINK and text != PLACEHOLDER:
            self._check_link(field, text)
            return text if text.startswith(settings.PUBLIC_URL) else settings.PUBLIC_URL + text
        if kind is FieldKind.DEVICE and not _DEVICE.match(text):
            raise self._problem(
                f"its field '{field}' must be a browser and a computer, like Firefox on Linux"
            )
        if kind is FieldKind.NHS_NUMBER:
            if reason := nhs_number.why_not_valid(text):
                raise self._problem(f"its field '{field}' is no NHS number: {reason}")
            return nhs_number.spoken(nhs_number.tidy(text))
        return text

    def _check_link(self, field: str, text: str) -> None:
        path = text.removeprefix(settings.PUBLIC_URL)
        if not path.startswith("/") or path.startswith("//"):
            raise self._problem(f"its field '{field}' must lead to a page of this service")
        if "?" in path or "#" in path:
            raise self._problem(
                f"its field '{field}' may have no ? or #: what follows them is kept in logs"
            )

    def _problem(self, what: str) -> WordingProblem:
        return WordingProblem(
            f"Template '{self.name}' (version {self.version}, {self.channel.label.lower()}): "
            f"{what}."
        )


def read_wording(path: Path) -> Wording:
    """Read and check one file; raises `WordingProblem` naming the file, the key and the remedy."""
    try:
        rows = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WordingProblem(f"{path.name}: this is not TOML ({error}).") from error
    _check_keys(path, rows)
    channel = _term(path, "channel", rows["channel"], Channel)
    audience = _term(path, "audience", rows["audience"], Audience)
    made = Wording(
        name=rows["name"],
        version=rows["version"],
        channel=channel,
        audience=audience,
        why=rows["why"],
        hold=rows.get("hold", True),
        choices=tuple(rows.get("choices", ())),
        fields={
            field: _term(path, f"fields.{field}", kind, FieldKind)
            for field, kind in rows.get("fields", {}).items()
        },
        words={
            language: (text["subject"], text["body"]) for language, text in rows["words"].items()
        },
    )
    for language, texts in made.words.items():
        for part, text in zip(("subject", "body"), texts, strict=True):
            _check_words(path, made, f"words.{language}.{part}", text)
    return made


def _check_keys(path: Path, rows: Mapping[str, Any]) -> None:
    def problem(key: str, what: str) -> WordingProblem:
        return WordingProblem(f"{path.name}, {key}: {what}.")

    for key in rows:
        if key not in _KEYS:
            raise problem(key, f"there is no such key; use {', '.join(sorted(_KEYS))}")
    for key in _NEEDED:
        if key not in rows:
            raise problem(key, "it is missing")
    if not isinstance(rows["name"], str) or not _NAME.match(rows["name"]):
        raise problem("name", "write small letters, digits and _ only")
    if path.stem != rows["name"]:
        raise problem("name", f"the file is called {path.stem}; name and file must agree")
    if not isinstance(rows["version"], int) or rows["version"] < 1:
        raise problem("version", "write a whole number from 1; raise it with each change of words")
    if "en" not in rows["words"]:
        raise problem("words", "English words [words.en] are missing")
    for language, text in rows["words"].items():
        for part in ("subject", "body"):
            if not isinstance(text.get(part), str) or not text[part].strip():
                raise problem(f"words.{language}.{part}", "it is missing")


def _check_words(path: Path, wording: Wording, key: str, text: str) -> None:
    try:
        used = meta.find_undeclared_variables(_environment.parse(text))
    except TemplateError as error:
        raise WordingProblem(f"{path.name}, {key}: {error}.") from error
    for name in sorted(used - _GIVEN - set(wording.fields)):
        raise WordingProblem(
            f"{path.name}, {key}: '{name}' is used but not declared under [fields]."
        )


def _term(path: Path, key: str, word: Any, term: Any) -> Any:
    try:
        return term(word)
    except ValueError:
        known = ", ".join(term.stored_words())
        raise WordingProblem(f"{path.name}, {key}: '{word}' is not one of {known}.") from None

"""What is typed and chosen on the steps of a mapping."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django import forms
from django.utils.text import slugify

from oneplace.feeds.mapping_pages.examples import LARGEST
from oneplace.feeds.mapping_pages.writing import Chosen, Layout, as_toml
from oneplace.feeds.models import Source
from oneplace.feeds.tables.dates import Order
from oneplace.feeds.tables.mapping import (
    ENTRY_FIELDS,
    IDENTITY_FIELDS,
    OTHERWISE,
    TEXT,
    Kind,
    MappingWrong,
    detail_fields,
    read_mapping,
)
from oneplace.feeds.tables.previewing import Column
from oneplace.files.store import in_words
from oneplace.kit.formats import starting_capital
from oneplace.vocabulary.rows.detail import AnyDetail
from oneplace.vocabulary.terms import EntryKind

ONLY_WHO: Final = "identity"
"""What a row tells where it is no entry."""
_A_NEW_FEED: Final = "new"
# Addresses beside those of feeds: a feed of such a word would have no page.
_TAKEN: Final = frozenset({"add", "mappings", "bring-in", "brought-in", "kept-aside"})
_SLOTS: Final = {"identity.address": 4, "identity.phones": 3, "entry.labels": 2}
"""How many columns a field offers where it may take several; others one."""
_TRANSLATED: Final = frozenset(
    f"identity.{name}" for name in ("gender", "ethnicity", "marital_status", "nhs_number_status")
) | {"entry.status", "entry.unit", "entry.organisation", "entry.code", "entry.title"}
_LABELS: Final = {
    "identity.nhs_number": "NHS number", "identity.nhs_number_status": "State of the NHS number",
    "identity.full_name": "Whole name", "identity.family": "Family name",
    "identity.given": "Given name", "identity.other_given": "Other given names",
    "identity.born_on": "Date of birth", "identity.died_at": "Date of death",
    "identity.uprn": "UPRN of the address", "identity.practice_code": "Code of the GP practice",
    "identity.phones": "Phone numbers", "identity.previous_families": "Earlier family name",
    "entry.starts_at": "When it was, or began", "entry.ends_at": "When it ended",
    "entry.recorded_at": "When it was written down", "entry.title": "What it is, in a few words",
    "entry.words": "Longer words: a note", "entry.by": "Who did it",
    "entry.organisation": "Where: the organisation",
    "entry.labels": "Who may see it, in their words",
}  # fmt: skip
_OTHERWISE: Final = {
    "leave out": "Leave it out and count it",
    "keep": "Keep it as it is",
    "refuse": "Keep the row aside",
}
_ORDERS: Final = {
    Order.DAY_FIRST.value: "Day, month, year: 7/3/2026 is the seventh of March",
    "month/day/year": "Month, day, year: 3/7/2026 is the seventh of March",
    "year/month/day": "Year, month, day: 2026/3/7",
}
_EVERY: Final = {"": "It comes when it comes", "1": "Every day", "7": "Every week",
                 "31": "Every month"}  # fmt: skip
_LATE: Final = {"": "Nobody is told", "1": "A day", "3": "3 days", "7": "A week",
                "14": "Two weeks"}  # fmt: skip


class ExampleForm(forms.Form):
    """The example file a mapping is made from."""

    example = forms.FileField(
        label="A file as the partner sends it",
        help_text="CSV or XLSX, up to 20 MB; its first part is enough. It is used to make the "
        "mapping, and is not brought in.",
        error_messages={"required": "Choose a file.", "empty": "This file is empty."},
    )
    sheet = forms.CharField(
        label="Name of the sheet",
        required=False,
        max_length=100,
        help_text="Of a workbook, where it is not the first.",
    )

    def clean_example(self) -> Any:
        """The file, if it is not too large."""
        return _not_too_large(self.cleaned_data["example"])


def _not_too_large(given: Any) -> Any:
    if given and given.size > LARGEST:
        raise forms.ValidationError(
            f"This file has {in_words(given.size)}. Take a part of it: up to {in_words(LARGEST)}."
        )
    return given


class RowForm(forms.Form):
    """What one row is, and whose."""

    name = forms.CharField(
        label="What this layout is called",
        max_length=200,
        help_text="Such as “Falls clinic visits”.",
        error_messages={"required": "Give the layout a name."},
    )
    kind = forms.ChoiceField(
        label="What one row tells",
        choices=[(ONLY_WHO, "Only who the person is"), *EntryKind.choices()],
    )
    number = forms.ChoiceField(
        label="The column with their number of the person",
        error_messages={"required": "Choose the column with the number."},
    )
    authority = forms.CharField(
        label="Who gives that number",
        max_length=100,
        help_text="In a word no other partner uses, such as falls_clinic. Feeds that say the same "
        "word share their numbers. A column may stand in braces: practice:{Practice Code}.",
        error_messages={"required": "Say who gives the number, in one word."},
    )
    dates = forms.ChoiceField(
        label="How dates in numbers are written", choices=list(_ORDERS.items())
    )
    says_at = forms.ChoiceField(
        label="The column with the day a row was said",
        required=False,
        help_text="Of two rows about one thing the later one counts.",
    )
    youngest = forms.IntegerField(
        label="The age below which nobody is",
        required=False,
        min_value=0,
        max_value=100,
        help_text="It settles the century of a birth such as 26 Oct 31.",
    )

    def __init__(self, *args: Any, columns: Sequence[Column], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        number: Any = self.fields["number"]
        says_at: Any = self.fields["says_at"]
        number.choices = [("", "Choose a column"), *_choices(columns)]
        says_at.choices = [("", "None"), *_choices(columns)]


def _choices(columns: Sequence[Column]) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for column in columns:
        example = f" ({column.examples[0][:40]})" if column.examples else ""
        found.setdefault(column.name, f"{column.name}{example}")
    return list(found.items())


@dataclass(frozen=True)
class Asked:
    """One field of ours on the page of columns."""

    group: str
    """`identity`, `entry` or `detail`."""
    name: str
    kind: Kind
    is_rare: bool

    @property
    def key(self) -> str:
        """Its name among the form's fields."""
        return f"{self.group}.{self.name}"

    @property
    def label(self) -> str:
        """What it is called."""
        return label_of(self.group, self.name)

    @property
    def slots(self) -> int:
        """How many columns may be chosen."""
        return _SLOTS.get(self.key, 1)

    @property
    def has_always(self) -> bool:
        """Whether the same text may stand on every row."""
        return self.kind == TEXT and (self.group != "identity" or self.name == "practice_code")

    @property
    def has_words(self) -> bool:
        """Whether their words may be translated."""
        return self.kind == TEXT and (self.group == "detail" or self.key in _TRANSLATED)


def label_of(group: str, name: str) -> str:
    """What a field of ours is called on these pages."""
    return _LABELS.get(f"{group}.{name}") or starting_capital(name.replace("_", " "))


def asked_of(kind: str) -> list[Asked]:
    """Every field a row of this kind may fill; of `ONLY_WHO` who the person is."""
    found = [Asked("identity", name, of, is_rare=False) for name, of in IDENTITY_FIELDS.items()]
    if kind != ONLY_WHO:
        found += [Asked("entry", name, of, is_rare=False) for name, of in ENTRY_FIELDS.items()]
        found += [
            Asked("detail", name, of, is_rare=name in AnyDetail.__annotations__)
            for name, of in detail_fields(EntryKind(kind)).items()
        ]
    return found


class ColumnsForm(forms.Form):
    """Which column goes where; `layout` and `toml` are what comes of it, once valid."""

    key = forms.ChoiceField(
        label="The column with their own reference of the row",
        required=False,
        help_text="By it a corrected row takes the place of the first. Without one, a corrected "
        "row becomes a second entry.",
    )
    only_if = forms.ChoiceField(
        label="Only of rows where this column is filled",
        required=False,
        help_text="A row without it still tells who the person is.",
    )
    only_if_is = forms.CharField(
        label="and holds one of these words", required=False, max_length=500,
        help_text="With commas between. Leave it empty for anything.",
    )  # fmt: skip
    otherwise = forms.ChoiceField(
        label="Where a word is in no table of words",
        choices=[(word, _OTHERWISE[word]) for word in ("leave out", "keep", "refuse")],
    )

    def __init__(
        self,
        *args: Any,
        columns: Sequence[Column],
        row: Mapping[str, Any],
        sheet: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._row, self._sheet = row, sheet
        self.asked = asked_of(row["kind"])
        offered = [("", "–"), *_choices(columns)]
        if row["kind"] == ONLY_WHO:
            for name in ("key", "only_if", "only_if_is"):
                del self.fields[name]
        for name in {"key", "only_if"} & set(self.fields):
            of_one: Any = self.fields[name]
            of_one.choices = [("", "None"), *offered[1:]]
        for asked in self.asked:
            for slot in range(1, asked.slots + 1):
                label = asked.label + (f", column {slot}" if asked.slots > 1 else "")
                self.fields[f"{asked.key}.{slot}"] = forms.ChoiceField(
                    label=label, choices=offered, required=False
                )
            if asked.has_always:
                self.fields[f"{asked.key}.always"] = forms.CharField(
                    label=f"{asked.label}: the same on every row", required=False, max_length=200
                )
            if asked.has_words:
                self.fields[f"{asked.key}.words"] = forms.CharField(
                    label=f"{asked.label}: their words and ours",
                    required=False,
                    max_length=20_000,
                    widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
                )
        self.toml = ""

    def clean(self) -> dict[str, Any]:
        """Everything, as a mapping that is sound."""
        given = super().clean() or self.cleaned_data
        layout = self._layout({asked.key: self._chosen(asked) for asked in self.asked})
        if not self.errors:
            self.toml = as_toml(layout)
            try:
                read_mapping(self.toml, layout.name)
            except MappingWrong as wrong:
                for problem in wrong.problems:
                    self._say(problem.key, problem.reason)
        return given

    def _layout(self, chosen: Mapping[str, Chosen]) -> Layout:
        row, given = self._row, self.cleaned_data

        def of(group: str) -> dict[str, Chosen]:
            return {each.name: chosen[each.key] for each in self.asked if each.group == group}

        words = (word.strip() for word in given.get("only_if_is", "").split(","))
        return Layout(
            name=row["name"],
            authority=row["authority"],
            number=row["number"],
            kind="" if row["kind"] == ONLY_WHO else row["kind"],
            sheet=self._sheet,
            dates="" if row["dates"] == Order.DAY_FIRST.value else row["dates"],
            says_at=row["says_at"],
            youngest=row["youngest"] or 0,
            key=(given["key"],) if given.get("key") else (),
            only_if=given.get("only_if", ""),
            only_if_is=tuple(word for word in words if word),
            otherwise=given.get("otherwise", OTHERWISE[1]),
            identity=of("identity"),
            entry=of("entry"),
            detail=of("detail"),
        )

    def _chosen(self, asked: Asked) -> Chosen:
        given = self.cleaned_data
        slots = (given.get(f"{asked.key}.{slot}", "") for slot in range(1, asked.slots + 1))
        columns = tuple(dict.fromkeys(column for column in slots if column))
        always = given.get(f"{asked.key}.always", "")
        if columns and always:
            self.add_error(
                f"{asked.key}.always",
                f"{asked.label}: choose a column, or write a text, not both.",
            )
        words = self._words(asked, given.get(f"{asked.key}.words", ""))
        if words and not columns:
            self.add_error(
                f"{asked.key}.words", f"{asked.label}: choose the column these words come from."
            )
        return Chosen(columns, always, words)

    def _words(self, asked: Asked, text: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for number, line in enumerate(text.splitlines(), start=1):
            if not line.strip():
                continue
            theirs, sign, ours = (part.strip() for part in line.rpartition("="))
            if not (theirs and sign and ours):
                self.add_error(
                    f"{asked.key}.words",
                    f"{asked.label}, line {number}: write their word, an equals sign and ours, "
                    "such as DNA = did_not_attend.",
                )
                continue
            found[theirs] = ours
        return found

    def _say(self, key: str, reason: str) -> None:
        """Put what is wrong with the mapping beside the field it is about, where there is one."""
        ours = key.replace("entries[1].detail.", "detail.").replace("entries[1].", "entry.")
        name = ".".join(ours.split(".")[:2])
        label = next((each.label for each in self.asked if each.key == name), "")
        if label:
            self.add_error(f"{name}.1", f"{label}: {reason}")
        else:
            place = "" if ours in {"entries", "file"} else f"{key}: "
            self.add_error(None, f"{place}{reason}")


class TextForm(forms.Form):
    """A mapping as the text of its file, and a file to try it on."""

    toml = forms.CharField(
        label="The mapping file",
        strip=False,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false"}),
        error_messages={"required": "Write the mapping, or go back to the columns."},
    )
    example = forms.FileField(
        label="A file to try it on",
        required=False,
        help_text="CSV or XLSX, up to 20 MB. It is not brought in.",
        error_messages={"empty": "This file is empty."},
    )

    def clean_toml(self) -> str:
        """The text, if it is a sound mapping; else all that is wrong with it."""
        text: str = self.cleaned_data["toml"].replace("\r\n", "\n")
        try:
            read_mapping(text)
        except MappingWrong as wrong:
            raise forms.ValidationError(
                [f"{each.key}: {each.reason}" for each in wrong.problems]
            ) from None
        return text

    def clean_example(self) -> Any:
        """The file, if it is not too large."""
        return _not_too_large(self.cleaned_data["example"])


class NewFeedForm(forms.Form):
    """A feed the place file does not name: what it is called, who sends it, and how often."""

    name = forms.CharField(
        label="Name of the new feed",
        required=False,
        max_length=200,
        help_text="As it stands on the Feeds page.",
    )
    code = forms.SlugField(
        label="A short word for it",
        required=False,
        max_length=60,
        help_text="Small letters, figures and _. Left empty, it is made from the name. It stands "
        "in every row this feed brings and cannot be changed later.",
        error_messages={"invalid": "Use letters, figures, _ and - only."},
    )
    organisation_code = forms.ChoiceField(
        label="Who sends it",
        required=False,
        help_text="What it brings is theirs, and is shared as their agreements say.",
    )
    every = forms.ChoiceField(
        label="How often it comes", required=False, choices=list(_EVERY.items())
    )
    agreed_lateness = forms.ChoiceField(
        label="How late it may be before somebody is told",
        required=False,
        choices=list(_LATE.items()),
    )
    ring = forms.CharField(
        label="Whom to ring when it is late",
        required=False,
        max_length=200,
        help_text="A team or a post, not a person who may leave.",
    )
    phone = forms.CharField(label="Their phone number", required=False, max_length=60)

    def __init__(self, *args: Any, partners: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organisation: Any = self.fields["organisation_code"]
        organisation.choices = [
            ("", "Not said"),
            *sorted(partners.items(), key=lambda pair: pair[1]),
        ]

    def clean_code(self) -> str:
        """The short word, in small letters."""
        code: str = self.cleaned_data["code"]
        return code.lower()

    def clean_every(self) -> timedelta | None:
        """How often, as a span; None where nothing regular was agreed."""
        days = self.cleaned_data["every"]
        return timedelta(days=int(days)) if days else None

    def clean_agreed_lateness(self) -> timedelta | None:
        """How late, as a span; None where nobody is told."""
        days = self.cleaned_data["agreed_lateness"]
        return timedelta(days=int(days)) if days else None

    def is_new(self, given: Mapping[str, Any]) -> bool:
        """Whether a new feed is asked for."""
        return True

    def clean(self) -> dict[str, Any]:
        """A new feed has a name, a word and a sender."""
        given = super().clean() or self.cleaned_data
        if self.is_new(given):
            if not given.get("name"):
                self.add_error("name", "Give the new feed a name.")
            elif "code" in given and not given["code"]:
                given["code"] = slugify(given["name"]).replace("-", "_")[:60]
                if not given["code"]:
                    self.add_error("code", "Give it a short word in letters a to z.")
            if not given.get("organisation_code"):
                self.add_error(
                    "organisation_code",
                    "Say who sends it: what belongs to nobody is shown to nobody.",
                )
            if given.get("code") in _TAKEN:
                self.add_error("code", "This word is taken by a page: choose another.")
        return given


class SaveForm(NewFeedForm):
    """The feed a mapping is saved with: one that is known, or a new one."""

    feed = forms.ChoiceField(label="Which feed it is for")
    field_order = ("feed",)

    def __init__(self, *args: Any, sources: Sequence[Source], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        feed: Any = self.fields["feed"]
        feed.choices = [(_A_NEW_FEED, "A new feed"), *((each.pk, each.name) for each in sources)]

    def is_new(self, given: Mapping[str, Any]) -> bool:
        """Whether the mapping is for a new feed."""
        return given.get("feed") == _A_NEW_FEED


_READ_AS: Final = (
    ("fhir", "FHIR R4: resources over HTTPS or in files"),
    ("hl7", "Hospital messages: HL7 v2"),
    ("gp_extract", "GP bulk extract"),
    ("council_client_level", "Council: client level data"),
    ("council_cases", "Council: cases"),
    ("charity_cases", "A charity’s cases"),
    ("community_services", "Community services"),
    ("open_referral", "A directory of services: Open Referral UK"),
)
_SENDER: Final = re.compile(r"[^\s/|^~&]{1,60}(?:/[^\s/|^~&]{1,60})?")


class SendersField(forms.CharField):
    """Who may send a feed's messages, one a line: FACILITY or FACILITY/APPLICATION."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            label="Who may send its messages",
            required=False,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text="For hospital messages: what stands in MSH-4, or MSH-4/MSH-3, one a line. "
            "Messages of anybody else are kept aside. A FHIR system has a client of its own "
            "instead: oneplace client new.",
            **options,
        )

    def clean(self, value: Any) -> Any:
        """The senders, each once, in the order written."""
        lines = [line.strip() for line in str(super().clean(value)).splitlines() if line.strip()]
        for number, line in enumerate(lines, start=1):
            if _SENDER.fullmatch(line) is None:
                raise forms.ValidationError(
                    f"Line {number} is no sender: write FACILITY or FACILITY/APPLICATION."
                )
        return tuple(dict.fromkeys(lines))


class AddFeedForm(NewFeedForm):
    """A feed of a layout we read already."""

    reader = forms.ChoiceField(label="What it sends", choices=list(_READ_AS))
    senders = SendersField()
    field_order = ("name", "code", "organisation_code", "reader", "senders")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        needed = {
            "name": "Give the new feed a name.",
            "organisation_code": "Say who sends it: what belongs to nobody is shown to nobody.",
        }
        for name, words in needed.items():
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = words

    def clean(self) -> dict[str, Any]:
        """What is missing is said once, beside its field."""
        given = forms.Form.clean(self) or self.cleaned_data
        if given.get("name") and given.get("code") == "":
            given["code"] = slugify(given["name"]).replace("-", "_")[:60]
            if not given["code"]:
                self.add_error("code", "Give it a short word in letters a to z.")
        if given.get("code") in _TAKEN:
            self.add_error("code", "This word is taken by a page: choose another.")
        return given


class SendersForm(forms.Form):
    """Who may send messages for a feed."""

    senders = SendersField()

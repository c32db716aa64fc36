"""The columns of the four national social prescribing data sets, and their files.

What each column means is written once here; the page, the export and its own reading-me say it.
"""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from oneplace.plans.models import DataSet
from oneplace.vocabulary.place.social_prescribing import SocialPrescribing

Row = Mapping[str, object]

COLUMNS: Final[Mapping[DataSet, Mapping[str, str]]] = {
    DataSet.PEOPLE: {
        "reference": "the same in all four files of one export, and in no other export",
        "nhs_number": "only with names",
        "family_name": "only with names",
        "given_name": "only with names",
        "born_on": "only with names",
        "age_band": "ten years, on the last day of the period",
        "gender": "as the person's practice says, else any source",
        "ethnicity": "in the source's own words or code",
        "language": "spoken",
        "needs_interpreter": "yes or no",
        "communication_needs": "how to talk with them, divided by semicolons",
        "lives_alone": "yes or no",
        "accommodation": "in the source's own words",
        "is_carer": "cares for somebody, as their plan says",
        "postcode": "only with names, and never of who must not be found",
        "district": "the first half of the postcode, never of who must not be found",
        "practice": "the code of the practice",
    },
    DataSet.NEEDS: {
        "reference": "of the person",
        "support_reference": "of the offer it was said with",
        "noted_on": "",
        "need": "our word",
        "need_label": "",
        "code": "SNOMED CT, where the place was given one",
        "is_main": "yes for what help was asked for; no for what weighs on them besides",
        "asked_from": "who referred",
    },
    DataSet.SUPPORT: {
        "reference": "of the person",
        "support_reference": "of the offer",
        "offered_on": "",
        "kind": "referral, told of, or coordinator",
        "service": "as it was called then",
        "provider": "",
        "category": "our word for what it mostly offers",
        "code": "SNOMED CT: of the category, else of the referral or of a no",
        "taken_up": "yes, no, or waiting",
        "not_taken_up_because": "",
        "answered_on": "the first yes or no of whoever was asked",
        "state": "where it stood on the last day",
    },
    DataSet.OUTCOMES: {
        "reference": "of the person",
        "support_reference": "of the offer, where it belongs to one",
        "kind": "support, goal, wellbeing, or income",
        "what": "the outcome, the statement of the goal, or the scale",
        "what_label": "",
        "code": "SNOMED CT, where the place was given one",
        "on": "",
        "before": "the first answer of a scale",
        "value": "the latest answer of a scale; pounds a year",
        "answered_by": "for scales: the person, with help, or somebody for them",
    },
}
_NAMED: Final = frozenset({"nhs_number", "family_name", "given_name", "born_on", "postcode"})
_MAY_BE_EMPTY: Final = frozenset(
    {*_NAMED, "code", "communication_needs", "not_taken_up_because", "before", "answered_by"}
    | {"support_reference", "answered_on", "asked_from"}
)
# A spreadsheet takes these for the beginning of a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Filled:
    """How many rows of a set say something in one column."""

    column: str
    filled: int
    rows: int

    @property
    def share(self) -> float:
        """0 to 1; 1 where there is no row."""
        return self.filled / self.rows if self.rows else 1.0


@dataclass(frozen=True)
class DataSets:
    """The four sets of one period."""

    from_on: date
    until_on: date
    with_names: bool
    rows: Mapping[DataSet, Sequence[Row]] = field(default_factory=dict)
    left_out: int = 0
    """People whose record may not be used for this, because of what they chose."""

    def columns(self, which: DataSet) -> list[str]:
        """The columns of one set; those that say who somebody is only with names."""
        return [name for name in COLUMNS[which] if self.with_names or name not in _NAMED]

    def filled(self) -> Mapping[DataSet, tuple[Filled, ...]]:
        """How far each column that ought to say something does, the emptiest first."""
        return {
            which: tuple(
                sorted(
                    (
                        Filled(
                            name, sum(row.get(name) not in ("", None) for row in rows), len(rows)
                        )
                        for name in self.columns(which)
                        if name not in _MAY_BE_EMPTY
                    ),
                    key=lambda one: one.share,
                )
            )
            for which, rows in self.rows.items()
        }

    def as_csv(self, which: DataSet) -> str:
        """One set as a table: UTF-8, with a heading; words a spreadsheet would run are quoted."""
        out = io.StringIO()
        columns = self.columns(which)
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(columns)
        for row in self.rows[which]:
            writer.writerow([_cell(row.get(name)) for name in columns])
        return out.getvalue()

    def files(self, standard: SocialPrescribing, *, by: str, notice: str) -> Mapping[str, str]:
        """The four tables and what they are, by file name."""
        return {
            "READ-ME.txt": self._read_me(standard, by=by, notice=notice),
            **{f"{which.value}.csv": self.as_csv(which) for which in DataSet},
        }

    def as_zip(self, standard: SocialPrescribing, *, by: str, notice: str) -> bytes:
        """All files in one."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, text in self.files(standard, by=by, notice=notice).items():
                packed.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), text)
        return out.getvalue()

    def _read_me(self, standard: SocialPrescribing, *, by: str, notice: str) -> str:
        who = "with names" if self.with_names else "without names"
        lines = [
            *([notice, ""] if notice else []),
            f"Social prescribing from {self.from_on} to {self.until_on}, {who}.",
            f"After: {standard.standard}, version {standard.version}.",
            f"Taken by {by}. One row is about one person: keep it as you keep a record.",
        ]
        if self.left_out:
            lines.append(
                f"Left out (they chose so, or the national service has not cleared them yet): "
                f"{self.left_out}."
            )
        for which in DataSet:
            lines += ["", f"{which.value}.csv: {which.label.lower()}, {len(self.rows[which])} rows"]
            said = COLUMNS[which]
            lines += [
                f"  {name}: {said[name]}" if said[name] else f"  {name}"
                for name in self.columns(which)
            ]
        return "\n".join(lines) + "\n"


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = value.isoformat() if isinstance(value, date) else str(value)
    is_number = text.lstrip("-").replace(".", "", 1).isdigit()
    return f"'{text}" if text.startswith(_FORMULA) and not is_number else text

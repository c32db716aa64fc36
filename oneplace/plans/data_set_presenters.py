"""The four national data sets on a page: how many rows, and what is often missing."""

from dataclasses import dataclass

from oneplace.kit.formats import day
from oneplace.plans.data_sets import COLUMNS, DataSets
from oneplace.plans.models import DataSet
from oneplace.vocabulary.place.social_prescribing import SocialPrescribing

_TITLES = {
    DataSet.PEOPLE: "From the record: kept right where people are registered",
    DataSet.NEEDS: "Said with a referral, or when somebody is told of a service",
    DataSet.SUPPORT: "Every referral to community support, told-of and coordinator",
    DataSet.OUTCOMES: "What came of support, goals people reviewed, their own answers, income",
}
_WHOLE = 0.95


@dataclass(frozen=True)
class Missing:
    """One column that says too little."""

    name: str
    share: str


@dataclass(frozen=True)
class SetShown:
    """One of the four sets."""

    name: str
    about: str
    rows: int | None
    missing: tuple[Missing, ...]
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class DataSetsPage:
    """All four, and by which standard."""

    sets: tuple[SetShown, ...]
    standard: str
    period: str
    people: int
    left_out: int
    coded: str

    @classmethod
    def of(cls, sets: DataSets | None, *, standard: SocialPrescribing) -> "DataSetsPage":
        """The page, with or without a period looked at."""
        filled = sets.filled() if sets else {}
        shown = tuple(
            SetShown(
                which.label,
                _TITLES[which],
                len(sets.rows[which]) if sets else None,
                tuple(
                    Missing(_plain(one.column), f"{one.share:.0%}")
                    for one in filled.get(which, ())
                    if one.share < _WHOLE
                ),
                tuple((_plain(name), said) for name, said in COLUMNS[which].items()),
            )
            for which in DataSet
        )
        codes = sum(len(each) for each in (standard.needs, standard.support, standard.outcomes))
        return cls(
            shown,
            f"{standard.standard}, version {standard.version}",
            f"{day(sets.from_on)} to {day(sets.until_on)}" if sets else "",
            len(sets.rows[DataSet.PEOPLE]) if sets else 0,
            sets.left_out if sets else 0,
            f"{codes} of our words have a national code here"
            if codes
            else "None of our words has a national code here yet: they go out by their labels",
        )


def _plain(column: str) -> str:
    return column.replace("_", " ").replace("nhs", "NHS").capitalize().replace("Nhs", "NHS")

"""Lists in blocks: who matches, as numbered rows without names; saved lists; names to be opened."""

import hashlib
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet

from oneplace.access.viewer import Viewer
from oneplace.casefinding import found_files
from oneplace.casefinding.apart import GROUPS, Listed
from oneplace.casefinding.blocks import Chosen, as_blocks
from oneplace.casefinding.coverage import Line, rounded, small, told_coverage, told_total
from oneplace.casefinding.models import ListVersion, NamesAsked, NotChosen, Run, SavedList
from oneplace.casefinding.permissions import BUILD_LISTS, OPEN_NAMES, SEE_COVERAGE
from oneplace.casefinding.queries.counted import held_against
from oneplace.casefinding.rules import FEWEST
from oneplace.insight.reasons import REASONS
from oneplace.insight.segments import SEGMENTS
from oneplace.insight.suppression import told
from oneplace.partners.models import Organisation
from oneplace.people import queries as people
from oneplace.vocabulary.terms import EthnicCategory, OrganisationKind

MOST_ROWS: Final = 100
_IN_ROW: Final = ("pseudonym", "age_band", "frailty_band", *GROUPS)


@dataclass(frozen=True)
class NumberedRow:
    """One of a list's people without a name: a number of this list alone, and why."""

    number: int
    age_band: str
    frailty: str
    reasons: Sequence[str]
    """Each with the month of what lies behind it, never the day."""


@dataclass(frozen=True)
class Group:
    """How many of a list in one group, as it may be said."""

    name: str
    told: str


@dataclass(frozen=True)
class Matched:
    """What a list finds: a count as it may be told, and rows where there are enough of them."""

    count: str
    why_not: str
    listed: Listed
    rows: Sequence[NumberedRow]
    by: Mapping[str, Sequence[Group]]
    """By key of `apart.GROUPS`; without those that would tell of few beside a list of before."""

    @property
    def is_told(self) -> bool:
        """Whether the count was given."""
        return not self.why_not


def current_run(*, viewer: Viewer) -> Run | None:
    """The run lists are asked of; it says how many there are and names nobody."""
    return Run.objects.filter(is_current=True).first() if viewer.account_id else None


def can_be_asked(run: Run) -> bool:
    """Whether the tables of a run are there to be asked."""
    return found_files.is_there(run.pk)


def all_practices(*, viewer: Viewer) -> dict[str, str]:
    """Every practice by its code, with its name."""
    found = Organisation.objects.filter(kind=OrganisationKind.GP_PRACTICE, closed_on=None)
    return dict(found.values_list("code", "name")) if viewer.account_id else {}


def matched(run: Run, chosen: Iterable[Chosen], *, viewer: Viewer) -> Matched | None:
    """Who of a run's people satisfies every block: pseudonyms, a count that may be told, rows.

    None for whoever builds no lists. Raises `BlockNotUnderstood`.
    """
    if not viewer.may(BUILD_LISTS):
        return None
    blocks = as_blocks(chosen)
    with found_files.Asking(run.pk) as asking:
        found = asking.matching(blocks)
        scores = asking.rows("scores", found, _IN_ROW)
        listed = Listed.of(scores)
        against = held_against(listed, run=run, asking=asking, viewer=viewer)
        if against.why_not or len(found) < FEWEST:
            count = "" if against.why_not else told(len(found), FEWEST)
            return Matched(count, against.why_not, listed, (), {})
        reasons = asking.rows("reasons", found, ("pseudonym", "code", "on"))
    names = all_practices(viewer=viewer)
    return Matched(
        count=told(len(found), FEWEST),
        why_not="",
        listed=listed,
        rows=_numbered(scores, reasons),
        by={key: _groups(scores, key, names) for key in against.by},
    )


def _numbered(
    scores: Sequence[Mapping[str, Any]], reasons: Sequence[Mapping[str, Any]]
) -> list[NumberedRow]:
    why: dict[int, list[str]] = {}
    for row in reasons:
        if row["code"] in REASONS:
            why.setdefault(row["pseudonym"], []).append(_reason(row["code"], row["on"]))
    ordered = sorted(scores, key=lambda row: _shuffled(row["pseudonym"]))[:MOST_ROWS]
    return [
        NumberedRow(
            number=number,
            age_band=row["age_band"] or "Age not known",
            frailty=row["frailty_band"] or "",
            reasons=tuple(why.get(row["pseudonym"], ())),
        )
        for number, row in enumerate(ordered, start=1)
    ]


def _reason(code: str, on: date | None) -> str:
    label = REASONS[code].label
    return label if on is None else f"{label} ({on:%B %Y})"


def _shuffled(pseudonym: int) -> str:
    # A number of a list says nothing of the order in which people were found.
    return hashlib.sha256(str(pseudonym).encode()).hexdigest()


def _groups(scores: Sequence[Mapping[str, Any]], key: str, names: Mapping[str, str]) -> list[Group]:
    counts = Counter("" if row[key] is None else str(row[key]) for row in scores)
    hidden = small(counts, FEWEST)
    return [
        Group(_named(key, value, names), _told(n, is_hidden=value in hidden))
        for value, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]


def _told(count: int, *, is_hidden: bool) -> str:
    """A group's count: one that is left out for the sake of another is not called small."""
    if not is_hidden:
        return f"{count:,}"
    return told(count, FEWEST) if count < FEWEST else "not told"


def _named(key: str, value: str, names: Mapping[str, str]) -> str:
    if not value:
        return "Not known"
    if key == "practice":
        return names.get(value, value)
    if key == "ethnicity":
        return next((each.label for each in EthnicCategory if each.value == value), value)
    return f"Tenth {value}"


def coverage(run: Run, *, viewer: Viewer) -> dict[str, list[Line]]:
    """Who is found and who is missed, in counts that may be told; nothing to who may not see it."""
    if not viewer.may(SEE_COVERAGE):
        return {}
    names = all_practices(viewer=viewer) | {each.value: each.label for each in EthnicCategory}
    return told_coverage(run.coverage, names, FEWEST, _step())


@dataclass(frozen=True)
class Totals:
    """How many people a run looked at, as it may be said."""

    people: str
    eligible: str
    suggested: str


def coverage_totals(run: Run, *, viewer: Viewer) -> Totals | None:
    """The totals of a run as they may be told; None to who may not see its coverage."""
    if not viewer.may(SEE_COVERAGE):
        return None
    counts = (run.people, run.eligible, run.suggested)
    return Totals(*(told_total(count, FEWEST, _step()) for count in counts))


def _step() -> int:
    """To what the place rounds what it publishes."""
    step: int = settings.PLACE.thresholds.small_numbers.round_to
    return step


def not_chosen(run: Run, *, viewer: Viewer) -> list[Group]:
    """Why people with a reason were not suggested in a run, in counts that may be told."""
    if not viewer.may(SEE_COVERAGE):
        return []
    counts = run.settings.get("not_chosen", {})
    hidden = small(counts, FEWEST)
    return [
        Group(
            each.label,
            "not told"
            if each.value in hidden and counts[each.value] >= FEWEST
            else told_total(counts[each.value], FEWEST, _step()),
        )
        for each in NotChosen
        if each.value in counts
    ]


@dataclass(frozen=True)
class SegmentLine:
    """How many of a group of people there are, in the place and at one practice, as told."""

    name: str
    people: str
    with_reasons: str
    here: str
    here_with_reasons: str


def segments(run: Run, *, practice: str = "", viewer: Viewer) -> list[SegmentLine]:
    """Everybody living here by what sort of care they need, in counts that may be told.

    Small ones, and those that would give them away, were left out when they were counted; the rest
    is rounded as the place publishes. Nothing to whoever may not see it, or without a run's files.
    """
    if not viewer.may(SEE_COVERAGE) or not found_files.is_there(run.pk):
        return []
    with found_files.Asking(run.pk) as asking:
        rows = asking.everything("segments")
    found = {(row["segment"], row["practice"] or ""): row for row in rows}
    lines = []
    for key, name in SEGMENTS.items():
        whole, here = found.get((key, "")), found.get((key, practice)) if practice else None
        lines.append(
            SegmentLine(
                name,
                *(_rounded(whole, column) for column in ("people", "with_reasons")),
                *(_rounded(here, column) for column in ("people", "with_reasons")),
            )
        )
    return lines


def _rounded(row: Mapping[str, Any] | None, column: str) -> str:
    """A count as it may be said: what was left out is few, or would tell of few."""
    if row is None:
        return "0"
    if row[column] is None:
        return "not told"
    return f"{rounded(row[column], _step()):,}"


def saved_lists(*, viewer: Viewer) -> QuerySet[SavedList]:
    """Lists this viewer's organisation made, and those shared with everybody who builds them."""
    if not viewer.may(BUILD_LISTS):
        return SavedList.objects.none()
    mine = Q(made_for_id=viewer.organisation_id) | Q(is_shared=True)
    versions = Prefetch("versions", queryset=ListVersion.objects.order_by("-number"))
    return SavedList.objects.filter(mine, closed_at=None).prefetch_related(versions)


def saved_list(list_id: uuid.UUID, *, viewer: Viewer) -> SavedList | None:
    """One of those lists."""
    return saved_lists(viewer=viewer).filter(pk=list_id).first()


def names_asked(*, viewer: Viewer) -> QuerySet[NamesAsked]:
    """What facilitators asked of the viewer's practice and it has not answered."""
    found = NamesAsked.objects.filter(opened_at=None, refused_at=None)
    found = found.select_related("version__saved_list", "practice")
    if not viewer.may(OPEN_NAMES):
        return found.none()
    return found.filter(practice_id=viewer.organisation_id)


def asked_by(saved: SavedList, *, viewer: Viewer) -> QuerySet[NamesAsked]:
    """What was asked of practices about a list, and what they said; for who builds lists."""
    found = NamesAsked.objects.filter(version__saved_list=saved).select_related("practice")
    return found if viewer.may(BUILD_LISTS) else found.none()


def people_of(asked: NamesAsked, *, viewer: Viewer) -> list[uuid.UUID]:
    """Who stands behind a list at the viewer's own practice, under the policies."""
    if not viewer.may(OPEN_NAMES) or viewer.organisation_id != asked.practice_id:
        return []
    chosen = [Chosen(**each) for each in asked.version.blocks]
    chosen.append(Chosen("practice", asked.practice.code))
    with found_files.Asking(asked.run_id) as asking:
        found = asking.matching(as_blocks(chosen))
    return sorted(set(people.people_behind(found, viewer=viewer).values()))

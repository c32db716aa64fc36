"""Who waits for a practice, who is on its list, why now: read under the row policies."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import (
    Case,
    Exists,
    F,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from oneplace.access.viewer import Viewer
from oneplace.actions import queries as actions
from oneplace.actions.models import Action
from oneplace.casefinding.models import Reason as ReasonRow
from oneplace.casefinding.models import ScoreShown, Step, Suggestion, Worry
from oneplace.kit.clock import day_begins
from oneplace.kit.together import NOTHING, Asked, MadeOnce
from oneplace.vocabulary.ids import id_for
from oneplace.vocabulary.terms import (
    ActionOrigin,
    CaseFindingSource,
    DataCategory,
    SuggestionState,
)

TO_DECIDE = (SuggestionState.SUGGESTED, SuggestionState.GP_SCREENED)
# Somebody asked for them by name: that goes before whom a rule found.
ASKED_FOR = (
    CaseFindingSource.PROFESSIONAL_WORRY,
    CaseFindingSource.SELF,
    CaseFindingSource.HOME_FIRST,
    CaseFindingSource.CARE_HOME,
)


@dataclass(frozen=True)
class Reason:
    """One reason why now, dated, and who says so."""

    text: str
    on: date | None
    source: str
    code: str
    part: DataCategory | None = None
    entry_id: uuid.UUID | None = None
    suggestion_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Listed:
    """Somebody on a practice's list."""

    person_id: uuid.UUID
    suggestion_id: uuid.UUID
    route: CaseFindingSource
    listed_at: datetime
    told: bool
    # Why, in one line: as much of it as the viewer may read.
    line: str


def suggestion(suggestion_id: uuid.UUID, *, viewer: Viewer) -> Suggestion | None:
    """One suggestion; None where the viewer may not open the person."""
    if viewer.account_id is None:
        return None
    found = Suggestion.objects.select_related("person__current", "practice")
    return found.filter(pk=suggestion_id).first()


def waiting_for_practice(
    *practice_ids: uuid.UUID, viewer: Viewer, on: date
) -> QuerySet[Suggestion]:
    """Whom these practices have still to look at: asked for by name first, then the newest reason.

    No score is part of the order.
    """
    if viewer.account_id is None:
        return Suggestion.objects.none()
    found = Suggestion.objects.filter(
        practice_id__in=practice_ids, left_at=None, state__in=TO_DECIDE
    )
    return _in_order(found.filter(Q(returns_on=None) | Q(returns_on__lte=on)))


@dataclass(frozen=True)
class OfPractice:
    """Everybody a practice's list speaks of, by what comes next."""

    waiting: Sequence[Suggestion]
    to_tell: Sequence[Suggestion]
    listed: Sequence[Suggestion]
    put_off: Sequence[Suggestion]
    declined: Sequence[Suggestion]

    @property
    def everybody(self) -> list[Suggestion]:
        """All of them."""
        return [*self.waiting, *self.to_tell, *self.listed, *self.put_off, *self.declined]


MOST_DECLINED: Final = 10
_LATELY: Final = timedelta(days=92)


def of_practice(practice_id: uuid.UUID, *, viewer: Viewer, on: date) -> OfPractice:
    """Who waits, is to be told, is on the list, was put off or lately declined; one statement."""
    if viewer.account_id is None:
        return OfPractice((), (), (), (), ())
    found = Suggestion.objects.filter(practice_id=practice_id, left_at=None).exclude(
        state=SuggestionState.DECLINED, decided_at__lt=day_begins(on - _LATELY)
    )
    rows = list(_in_order(found))
    to_decide = [each for each in rows if each.state in TO_DECIDE]
    off = [each for each in to_decide if each.returns_on is not None and each.returns_on > on]
    declined = [each for each in rows if each.state is SuggestionState.DECLINED]
    return OfPractice(
        waiting=[each for each in to_decide if each not in off],
        to_tell=[
            each
            for each in rows
            if each.state in (SuggestionState.ACCEPTED, SuggestionState.INFORMED)
        ],
        listed=sorted(
            (each for each in rows if each.state is SuggestionState.LISTED),
            key=lambda each: each.listed_at or each.suggested_at,
        ),
        put_off=sorted(off, key=lambda each: each.returns_on or on),
        declined=sorted(declined, key=lambda each: each.decided_at or each.suggested_at)[
            : -MOST_DECLINED - 1 : -1
        ],
    )


def _in_order(found: QuerySet[Suggestion]) -> QuerySet[Suggestion]:
    worries = Worry.objects.filter(suggestion=OuterRef("pk"))
    asked = Case(
        # A fall or a carer's strain may be a rule's finding: told by a colleague it goes first too.
        When(Exists(worries), then=Value(0)),
        When(source__in=[each.value for each in ASKED_FOR], then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    found = found.annotate(asked=asked, newest=Max("reasons__on"))
    return found.select_related("person__current").order_by(
        "asked", F("newest").desc(nulls_last=True), "suggested_at", "pk"
    )


def on_the_list(practice_id: uuid.UUID, *, viewer: Viewer) -> QuerySet[Suggestion]:
    """The practice's list, in the order they came on it."""
    found = Suggestion.objects.filter(
        practice_id=practice_id, left_at=None, state=SuggestionState.LISTED
    ).select_related("person__current")
    return found.order_by("listed_at", "pk") if viewer.account_id else found.none()


def listed(practice_id: uuid.UUID, *, viewer: Viewer) -> list[Listed]:
    """Who is on the practice's list, each with as much of the why as the viewer may read."""
    found = list(on_the_list(practice_id, viewer=viewer))
    reasons = reasons_of([each.pk for each in found], viewer=viewer)
    return [
        Listed(
            person_id=each.person.current_id,
            suggestion_id=each.pk,
            route=each.source,
            listed_at=each.listed_at or each.suggested_at,
            told=each.told_at is not None,
            line="; ".join(reason.text for reason in reasons.get(each.pk, ())[:4]),
        )
        for each in found
    ]


def why_now(person_ids: Sequence[uuid.UUID], *, viewer: Viewer) -> dict[uuid.UUID, list[Reason]]:
    """The reasons of each person's open suggestion, in one statement; of present people.

    Reasons the viewer may not read are not among them; a person without any is missing.
    """
    found: dict[uuid.UUID, list[Reason]] = defaultdict(list)
    for row in reasons_now(person_ids, viewer=viewer):
        found[row.whose].append(reason_of(row))
    return dict(found)


def reasons_now(person_ids: Sequence[uuid.UUID], *, viewer: Viewer) -> QuerySet[Any]:
    """The rows behind `why_now`, each with the present person it is `whose`, in their order."""
    if viewer.account_id is None or not person_ids:
        return ReasonRow.objects.none()
    return _reasons_now(person_ids)


def reasons_asked(person_id: uuid.UUID, *, viewer: Viewer) -> Asked:
    """The read behind `reasons_now` of one person, to be made together with others."""
    return _REASONS.of(person_id) if viewer.account_id is not None else NOTHING


def _reasons_now(person_ids: Sequence[uuid.UUID]) -> QuerySet[Any]:
    rows = ReasonRow.objects.filter(
        suggestion__person__current_id__in=list(person_ids), suggestion__left_at=None
    ).exclude(suggestion__state=SuggestionState.DECLINED)
    rows = rows.annotate(whose=F("suggestion__person__current_id"))
    return rows.order_by("suggestion_id", "position", "pk")


_REASONS: Final = MadeOnce(lambda person_id: _reasons_now([person_id]))


def reasons_of(
    suggestion_ids: Sequence[uuid.UUID], *, viewer: Viewer
) -> dict[uuid.UUID, list[Reason]]:
    """The reasons of these suggestions, as far as the viewer may read them."""
    if viewer.account_id is None or not suggestion_ids:
        return {}
    found: dict[uuid.UUID, list[Reason]] = defaultdict(list)
    rows = ReasonRow.objects.filter(suggestion_id__in=list(suggestion_ids))
    for row in rows.order_by("suggestion_id", "position", "pk"):
        found[row.suggestion_id].append(reason_of(row))
    return dict(found)


def scores_of(suggestion_id: uuid.UUID, *, viewer: Viewer) -> list[ScoreShown]:
    """The scores as they were when the person was suggested, with what they were made of."""
    if viewer.account_id is None:
        return []
    return list(ScoreShown.objects.filter(suggestion_id=suggestion_id))


def worries_of(suggestion_ids: Sequence[uuid.UUID], *, viewer: Viewer) -> list[Worry]:
    """What colleagues said who asked for the person, the newest first."""
    if viewer.account_id is None:
        return []
    return list(Worry.objects.filter(suggestion_id__in=list(suggestion_ids)))


def open_of(person_id: uuid.UUID, *, viewer: Viewer) -> Suggestion | None:
    """The suggestion of a person that stands, listed ones too; None where there is none."""
    if viewer.account_id is None:
        return None
    found = Suggestion.objects.filter(person__current__was__pk=person_id, left_at=None)
    found = found.exclude(state=SuggestionState.DECLINED)
    return found.select_related("practice", "person__current").first()


def own_ask_id(person_id: uuid.UUID) -> uuid.UUID:
    """By what an ask to be looked at is told from whatever else a person asks on their page."""
    return id_for("casefinding-own-ask", str(person_id))


def own_ask(person_id: uuid.UUID, *, viewer: Viewer) -> Action | None:
    """The person's own ask to be looked at that waits for its answer; None where none does."""
    if viewer.account_id is None:
        return None
    found = actions.of_origin(ActionOrigin.OWN_PAGE, own_ask_id(person_id), viewer=viewer)
    return next((one for one in found if one.is_open and one.taken_back_at is None), None)


def last_step(suggestion_id: uuid.UUID, *, viewer: Viewer) -> Step | None:
    """The last thing done with a suggestion that stands."""
    if viewer.account_id is None:
        return None
    steps = Step.objects.filter(suggestion_id=suggestion_id, undone_at=None)
    return steps.order_by("-at", "-pk").first()


def last_decided_by(viewer: Viewer, *, practice_id: uuid.UUID, since: datetime) -> Step | None:
    """What this viewer decided last at a practice since a moment, to be taken back."""
    if viewer.account_id is None:
        return None
    steps = Step.objects.filter(
        by_id=viewer.account_id,
        suggestion__practice_id=practice_id,
        undone_at=None,
        at__gte=since,
    )
    return steps.select_related("suggestion__person__current").order_by("-at", "-pk").first()


def reason_of(row: ReasonRow) -> Reason:
    """A row of a reason as it is said."""
    return Reason(row.text, row.on, row.source, row.code, row.part, row.entry_id, row.suggestion_id)

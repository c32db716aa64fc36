"""Ways in by name: somebody suggested by hand, and a worry raised by whoever knows the person."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction

from oneplace.access import audit
from oneplace.access import verbs as access_verbs
from oneplace.access.queries import choices as choice_queries
from oneplace.access.viewer import Viewer
from oneplace.casefinding import rules
from oneplace.casefinding.models import Reason, ScoreShown, Suggestion, Worry
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import refuse_if
from oneplace.partners.models import Organisation
from oneplace.people.models import Person
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import CaseFindingSource, DataCategory, SuggestionState

WORRY: Final = "worry"
"""The code of the reason that a worry is."""


@dataclass(frozen=True)
class NewReason:
    """A reason to be written with a suggestion, of the part of the record it comes from."""

    code: str
    text: str
    on: date | None
    source: str
    owner: str
    part: DataCategory
    entry_id: uuid.UUID | None = None


@dataclass(frozen=True)
class NewScore:
    """A score to be written with a suggestion."""

    code: str
    name: str
    value: float | None
    owner: str
    band: str = ""
    version: str = ""
    contributions: Sequence[Any] = ()
    incomplete: str = ""
    part: DataCategory = DataCategory.HEALTH


@dataclass(frozen=True)
class Sbar:
    """What a colleague says: situation, background, assessment, what they ask for."""

    situation: str
    background: str = ""
    assessment: str = ""
    recommendation: str = ""
    own_words: str = ""
    is_person_told: bool = False


@transaction.atomic
def suggest(
    *,
    person_id: uuid.UUID,
    practice_id: uuid.UUID,
    source: CaseFindingSource,
    reasons: Sequence[NewReason],
    scores: Sequence[NewScore] = (),
    leaves_on: date | None = None,
    by: Viewer,
    at: datetime,
) -> Suggestion:
    """Suggest one person to a practice with the reasons; whoever is suggested stays as they are."""
    known = _open_suggestion(person_id)
    if known is not None:
        return known
    suggestion = Suggestion(
        id=new_id(),
        person_id=person_id,
        practice_id=practice_id,
        source=source,
        suggested_at=at,
        leaves_on=leaves_on,
    )
    suggestion.save(force_insert=True)
    for position, reason in enumerate(reasons):
        _write_reason(suggestion, reason, position)
    for position, score in enumerate(scores):
        ScoreShown(suggestion=suggestion, position=position, **vars(score)).save(force_insert=True)
    audit.record(
        by=by,
        at=at,
        action="suggest",
        subject=("suggestion", suggestion.pk),
        person_id=person_id,
        detail={"source": source.value},
    )
    return suggestion


@transaction.atomic
def raise_worry(
    *, person: Person, source: CaseFindingSource, sbar: Sbar, by: Viewer, at: datetime
) -> Worry:
    """Bring somebody to their practice's attention; it names them, because it is direct care.

    Whoever waits or is on the list already gains the worry as a reason; whoever was put off comes
    back at once.
    """
    practice = Organisation.objects.filter(code=person.practice_code).first()
    refused = rules.why_not_worry(
        sbar.situation,
        by,
        has_practice=bool(person.practice_code) and practice is not None,
        is_open=choice_queries.is_open(person.pk, viewer=by),
        is_dead=person.is_dead,
    )
    if refused is not None:
        refuse_if(refused[0], field=refused[1])
    if practice is None:
        raise AssertionError
    access_verbs.own_by_hand(by=by)
    owner = _owner(by)
    reason = NewReason(
        code=WORRY,
        text=in_a_line(f"{by.title or 'A colleague'} is worried", sbar.situation),
        on=local_day(at),
        source=by.organisation_name or by.name,
        owner=owner,
        part=DataCategory.SUPPORT,
    )
    suggestion = add_reason(
        person_id=person.pk, practice_id=practice.pk, source=source, reason=reason, by=by, at=at
    )
    worry = Worry(
        id=new_id(),
        person=person,
        suggestion=suggestion,
        source=source,
        **vars(sbar),
        raised_by_id=rules.account_of(by),
        raised_by_name=by.name,
        raised_by_title=by.title,
        raised_for=by.organisation_name,
        raised_at=at,
        owner=owner,
    )
    worry.save(force_insert=True)
    audit.record(
        by=by, at=at, action="raise_worry", subject=("worry", worry.pk), person_id=person.pk
    )
    return worry


def add_reason(
    *,
    person_id: uuid.UUID,
    practice_id: uuid.UUID,
    source: CaseFindingSource,
    reason: NewReason,
    by: Viewer,
    at: datetime,
) -> Suggestion:
    """Suggest somebody by name; whoever waits gains the reason, whoever was put off is back.

    Part of the verb that says who asks, which writes the audit of it.
    """
    suggestion = _open_suggestion(person_id)
    if suggestion is None:
        return suggest(
            person_id=person_id,
            practice_id=practice_id,
            source=source,
            reasons=[reason],
            by=by,
            at=at,
        )
    _write_reason(suggestion, reason, 0)
    if suggestion.returns_on is not None:
        suggestion.returns_on = None
        suggestion.save(update_fields=["returns_on"])
    return suggestion


def _open_suggestion(person_id: uuid.UUID) -> Suggestion | None:
    return (
        Suggestion.objects.filter(person__current__was__pk=person_id, left_at=None)
        .exclude(state=SuggestionState.DECLINED)
        .first()
    )


def _write_reason(suggestion: Suggestion, reason: NewReason, position: int) -> None:
    Reason(suggestion=suggestion, position=position, **vars(reason)).save(force_insert=True)


def _owner(by: Viewer) -> str:
    organisation = Organisation.objects.filter(pk__in=[by.organisation_id]).first()
    return f"oneplace:{organisation.code if organisation else ''}"


_LINE: Final = 140


def in_a_line(who: str, words: str) -> str:
    """Who says what, in one line of a list."""
    said = " ".join(words.split())
    if len(said) > _LINE:
        said = f"{said[:_LINE].rsplit(' ', 1)[0]} …"
    return f"{who}: {said}"

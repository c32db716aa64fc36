"""What a practice does with a suggestion: looks, accepts, declines, puts off, tells, undoes."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.db import models, transaction

from oneplace.access import audit
from oneplace.access import verbs as access_verbs
from oneplace.access.models import Choice, ChoiceKind, HowTold
from oneplace.access.queries import choices as choice_queries
from oneplace.access.rules.choices import ChoiceDraft
from oneplace.access.viewer import Viewer
from oneplace.casefinding import rules
from oneplace.casefinding.announcements import PersonListed, PersonUnlisted
from oneplace.casefinding.models import Step, StepTaken, Suggestion
from oneplace.kit.announcing import announce
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import (
    ChoiceAboutSharing,
    RelationshipKind,
    SuggestionDeclined,
    SuggestionState,
)

SOURCE: Final = "casefinding"
"""Whose relationships they are that let the network's team open whoever is on a practice's list."""

# What a step may change, kept beside it so that taking it back is whole.
_KEPT: Final = (
    "state", "decided_at", "decided_by_id", "decided_by_name", "declined", "words", "told_at",
    "listed_at", "returns_on", "left_at", "left_why",
)  # fmt: skip
_TOLD: Final = (ChoiceAboutSharing.TOLD, ChoiceAboutSharing.CONSENTED)


@transaction.atomic
def screen(*, suggestion: Suggestion, by: Viewer, at: datetime) -> Suggestion:
    """Note that the GP has looked at somebody suggested; deciding is a step of its own."""
    held = _held(suggestion)
    refuse_if(rules.why_not_move(held, SuggestionState.GP_SCREENED, by))
    was = state_kept(held)
    held.state = SuggestionState.GP_SCREENED
    return note_step(held, StepTaken.SCREENED, was, by=by, at=at)


@transaction.atomic
def accept(*, suggestion: Suggestion, by: Viewer, at: datetime) -> Suggestion:
    """Take somebody on. Whoever was told already is on the list at once; others once they are."""
    held = _held(suggestion)
    refuse_if(rules.why_not_decide(held, by))
    was = state_kept(held)
    _screened(held, by)
    _move(held, SuggestionState.ACCEPTED, by)
    _decided(held, by, at)
    held.returns_on, held.declined, held.words = None, "", ""
    is_told = choice_queries.sharing_state([held.person_id], viewer=by) in _TOLD
    if is_told:
        _move(held, SuggestionState.INFORMED, by)
        held.told_at = held.told_at or at
        _put_on(held, by, at)
    return note_step(held, StepTaken.ACCEPTED, was, by=by, at=at)


@transaction.atomic
def decline(
    *,
    suggestion: Suggestion,
    reason: SuggestionDeclined,
    words: str = "",
    by: Viewer,
    at: datetime,
) -> Suggestion:
    """Say that somebody is not for the huddle, with the reason."""
    held = _held(suggestion)
    refuse_if(rules.why_not_decide(held, by))
    was = state_kept(held)
    _screened(held, by)
    _move(held, SuggestionState.DECLINED, by, reason=reason)
    _decided(held, by, at)
    held.declined, held.words, held.returns_on = reason, words.strip(), None
    return note_step(held, StepTaken.DECLINED, was, by=by, at=at)


@transaction.atomic
def not_now(
    *, suggestion: Suggestion, returns_on: date, words: str = "", by: Viewer, at: datetime
) -> Suggestion:
    """Put somebody off to a later day, on which they come back by themselves."""
    held = _held(suggestion)
    refuse_if(rules.why_not_decide(held, by))
    refuse_if(rules.why_not_put_off(returns_on, at=at), field="returns_on")
    was = state_kept(held)
    _screened(held, by)
    _decided(held, by, at)
    held.returns_on, held.words = returns_on, words.strip()
    return note_step(held, StepTaken.NOT_NOW, was, by=by, at=at)


@transaction.atomic
def tell(*, suggestion: Suggestion, how: HowTold, by: Viewer, at: datetime) -> Suggestion:
    """Record that the person was told; whoever was accepted already is on the list with this."""
    held = _held(suggestion)
    refuse_if(None if held.left_at is None else "This suggestion is over.")
    was = state_kept(held)
    told = access_verbs.record_told(
        person_ids=[held.person_id], how=how, said_on=local_day(at), by=by, at=at
    )
    refuse_if(
        None if held.person_id in told.person_ids else "You may not open this person’s record."
    )
    held.told_at = at
    if held.state is SuggestionState.ACCEPTED:
        _move(held, SuggestionState.INFORMED, by)
        _put_on(held, by, at)
    return note_step(held, StepTaken.TOLD, was, by=by, at=at)


@transaction.atomic
def list_person(*, suggestion: Suggestion, by: Viewer, at: datetime) -> Suggestion:
    """Put somebody who was accepted and told on the practice's list."""
    held = _held(suggestion)
    was = state_kept(held)
    _put_on(held, by, at)
    return note_step(held, StepTaken.LISTED, was, by=by, at=at)


@transaction.atomic
def record_objection(
    *, suggestion: Suggestion, how: HowTold, words: str, by: Viewer, at: datetime
) -> Suggestion:
    """The person does not want their information shared: their choice is recorded and stands.

    It ends this suggestion, keeps them out of later ones, and stops sharing at once.
    """
    held = _held(suggestion)
    refuse_if(None if held.left_at is None else "This suggestion is over.")
    was = state_kept(held)
    draft = ChoiceDraft(ChoiceKind.OBJECTION, how, local_day(at), words=words)
    if _standing(held.person_id, ChoiceKind.OBJECTION, by) is None:
        access_verbs.record_choice(person_id=held.person_id, draft=draft, by=by, at=at)
    if held.state is SuggestionState.LISTED:
        return _off(held, was, "The person objects to sharing", by=by, at=at)
    held.state = SuggestionState.DECLINED
    _decided(held, by, at)
    held.declined, held.words, held.returns_on = SuggestionDeclined.OBJECTED, "", None
    return note_step(held, StepTaken.DECLINED, was, by=by, at=at)


@transaction.atomic
def leave_list(*, suggestion: Suggestion, why: str, by: Viewer, at: datetime) -> Suggestion:
    """Take somebody off a practice's list, or out of its suggestions, with the reason in words."""
    held = _held(suggestion)
    refuse_if(None if held.left_at is None else "They have left the list already.")
    refuse_if(None if why.strip() else "Say why, in a few words.", field="why")
    return _off(held, state_kept(held), why.strip(), by=by, at=at)


@transaction.atomic
def take_back(*, suggestion: Suggestion, by: Viewer, at: datetime) -> Suggestion:
    """Undo the last thing this viewer did with a suggestion; everything it led to is undone too."""
    held = _held(suggestion)
    step = Step.objects.filter(suggestion=held, undone_at=None).order_by("-at", "-pk").first()
    refuse_if(rules.why_not_take_back(step, by, at=at))
    if step is None:
        raise AssertionError
    return _undo("take_back", held, step, by=by, at=at)


@transaction.atomic
def put_back(*, suggestion: Suggestion, by: Viewer, at: datetime) -> Suggestion:
    """Let somebody stand again where they stood before they left for a reason that did not hold.

    However long ago that was. Raises `Refused` where anything has been done with them since.
    """
    held = _held(suggestion)
    step = Step.objects.filter(suggestion=held, undone_at=None).order_by("-at", "-pk").first()
    if step is None or step.what is not StepTaken.LEFT:
        raise Refused("They have not left, or something was decided since.")
    return _undo("put_back", held, step, by=by, at=at)


def _undo(action: str, held: Suggestion, step: Step, *, by: Viewer, at: datetime) -> Suggestion:
    was_listed = held.state is SuggestionState.LISTED
    for name, value in step.was.items():
        setattr(held, name, _column(name).to_python(value))
    held.save(update_fields=_KEPT)
    if step.what is StepTaken.TOLD:
        _untell(held, step, by=by, at=at)
    if was_listed and held.state is not SuggestionState.LISTED:
        _close(held, "Taken back", by=by, at=at)
    if held.state is SuggestionState.LISTED and not was_listed:
        _open(held, by=by, at=at)
    step.undone_at = at
    step.save(update_fields=["undone_at"])
    _audit(action, held, by=by, at=at)
    return held


# --- how each is done ---


def _held(suggestion: Suggestion) -> Suggestion:
    return (
        Suggestion.objects.select_for_update(of=("self",))
        .select_related("practice", "person")
        .get(pk=suggestion.pk)
    )


def state_kept(held: Suggestion) -> Mapping[str, Any]:
    """What a step may change, as it stands before the step."""
    return {
        name: None if getattr(held, name) is None else _column(name).value_to_string(held)
        for name in _KEPT
    }


def _column(name: str) -> "models.Field[Any, Any]":
    found = Suggestion._meta.get_field(name)
    if not isinstance(found, models.Field):
        raise TypeError(name)
    return found


def _screened(held: Suggestion, by: Viewer) -> None:
    if held.state is SuggestionState.SUGGESTED:
        _move(held, SuggestionState.GP_SCREENED, by)


def _move(held: Suggestion, after: SuggestionState, by: Viewer, *, reason: object = None) -> None:
    refuse_if(rules.why_not_move(held, after, by, reason=reason))
    held.state = after


def _decided(held: Suggestion, by: Viewer, at: datetime) -> None:
    held.decided_at, held.decided_by_id = at, rules.account_of(by)
    held.decided_by_name = by.name


def _put_on(held: Suggestion, by: Viewer, at: datetime) -> None:
    _move(held, SuggestionState.LISTED, by)
    held.listed_at = at
    _open(held, by=by, at=at)


def _open(held: Suggestion, *, by: Viewer, at: datetime) -> None:
    """Let the network's team open whoever is on the list, and tell later rooms."""
    if held.practice.network_id is not None:
        access_verbs.open_relationship(
            person_id=held.person_id,
            party_id=held.practice.network_id,
            kind=RelationshipKind.HUDDLE_LIST,
            source=SOURCE,
            source_id=held.pk,
            by=by,
            at=at,
        )
    announce(PersonListed(held.person_id, held.practice_id, held.pk, at=at, by=by))


def _close(held: Suggestion, why: str, *, by: Viewer, at: datetime) -> None:
    access_verbs.keep_relationships(
        persons=[held.person_id], wanted=[], source=SOURCE, by=by, at=at
    )
    announce(PersonUnlisted(held.person_id, held.practice_id, held.pk, at=at, by=by, why=why))


def _off(
    held: Suggestion, was: Mapping[str, Any], why: str, *, by: Viewer, at: datetime
) -> Suggestion:
    was_listed = held.state is SuggestionState.LISTED
    held.left_at, held.left_why = at, why
    kept = note_step(held, StepTaken.LEFT, was, words=why, by=by, at=at)
    if was_listed:
        _close(held, why, by=by, at=at)
    return kept


def _standing(person_id: uuid.UUID, kind: ChoiceKind, by: Viewer) -> Choice | None:
    found = (row for row in choice_queries.standing(person_id, viewer=by) if row.kind is kind)
    return next((row for row in found if row.party_id is None), None)


def _untell(held: Suggestion, step: Step, *, by: Viewer, at: datetime) -> None:
    """Take back what this step recorded of the person having been told, and nothing older."""
    choice = _standing(held.person_id, ChoiceKind.TOLD, by)
    if choice is not None and choice.recorded_at == step.at:
        access_verbs.end_choice(choice=choice, why="Recorded by mistake", by=by, at=at)


def note_step(
    held: Suggestion,
    what: StepTaken,
    was: Mapping[str, Any],
    *,
    words: str = "",
    by: Viewer,
    at: datetime,
) -> Suggestion:
    """Save a suggestion with the step that changed it, audited; in the verb's transaction."""
    held.save(update_fields=_KEPT)
    Step(
        id=new_id(),
        suggestion=held,
        what=what,
        before=was["state"],
        after=held.state,
        was=dict(was),
        words=words,
        by_id=rules.account_of(by),
        by_name=by.name,
        at=at,
    ).save(force_insert=True)
    _audit(what.value, held, by=by, at=at)
    return held


def _audit(action: str, held: Suggestion, *, by: Viewer, at: datetime) -> None:
    audit.record(
        by=by,
        at=at,
        action=f"{action}_suggestion",
        subject=("suggestion", held.pk),
        person_id=held.person_id,
        detail={"state": held.state.value},
    )

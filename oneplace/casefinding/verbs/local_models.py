"""Keeps what a training came to, signs and withdraws: a model is on while it is signed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Max
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.casefinding import rules
from oneplace.casefinding.models import LocalModel, ModelState
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import refuse_if
from oneplace.partners.models import Organisation
from oneplace.science.admission_risk import Failing, Quality, Trained, failings
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.place import RiskModel
from oneplace.vocabulary.terms import OrganisationKind

TRAIN: Final = "oneplace.config.training.train_model"
"""The job's name; `config.training` does it."""


@dataclass(frozen=True)
class Training:
    """What a training came to: a model with its card, or why there is none."""

    snapshot: str
    index_on: date
    seed: int
    counts: Sequence[Mapping[str, Any]]
    trained: Trained | None = None
    refused: Failing | None = None
    """Why it was never fitted."""


def quality_of(wanted: RiskModel) -> Quality:
    """What a place asks of a model, as the training takes it."""
    return Quality(
        least_people=wanted.least_people,
        least_outcomes=wanted.least_outcomes,
        least_auc=wanted.least_auc,
        slope=(wanted.slope_least, wanted.slope_most),
        ratio=(wanted.ratio_least, wanted.ratio_most),
    )


@transaction.atomic
def keep_model(*, training: Training, wanted: RiskModel, by: Viewer, at: datetime) -> LocalModel:
    """Keep what a training came to, good enough or not: a refusal is kept with its reasons."""
    found: list[Failing] = [training.refused] if training.refused is not None else []
    params: dict[str, Any] = {}
    card: dict[str, Any] = {}
    if training.trained is not None:
        model = training.trained.model
        found += failings(model.card, quality_of(wanted))
        params = model.as_plain()
        card = params.pop("card")
    last = LocalModel.objects.aggregate(last=Max("version"))["last"] or 0
    kept = LocalModel(
        id=new_id(),
        version=last + 1,
        state=ModelState.REFUSED if found else ModelState.TRAINED,
        trained_at=at,
        trained_by_name=by.name,
        snapshot=training.snapshot,
        index_on=training.index_on,
        seed=training.seed,
        counts=[dict(each) for each in training.counts],
        params=params,
        card=card,
        thresholds=wanted.model_dump(),
        failings=[each._asdict() for each in found],
        high_chance=wanted.high_chance,
    )
    kept.save(force_insert=True)
    _audit("keep_model", kept, by=by, at=at)
    return kept


@transaction.atomic
def sign_model(*, model: LocalModel, words: str, by: Viewer, at: datetime) -> LocalModel:
    """The clinical lead puts their name under a model's card: from the next run on it is used.

    Whichever was signed before is withdrawn with it.
    """
    held = LocalModel.objects.select_for_update().get(pk=model.pk)
    refuse_if(_why_not_lead(by))
    refuse_if(rules.why_not_sign_model(held, on=local_day(at)))
    said = words.strip()
    refuse_if(
        None if len(said) >= rules.SHORTEST_SITUATION else "Say in a sentence what you conclude.",
        field="words",
    )
    for before in LocalModel.objects.select_for_update().filter(state=ModelState.SIGNED):
        _withdraw(before, f"Version {held.version} was signed in its place", by=by, at=at)
    held.state = ModelState.SIGNED
    held.signed_at, held.signed_by_id = at, rules.account_of(by)
    held.signed_by_name, held.signed_by_title, held.signed_words = by.name, by.title, said
    held.save(
        update_fields=[
            "state", "signed_at", "signed_by_id", "signed_by_name", "signed_by_title",
            "signed_words",
        ]
    )  # fmt: skip
    _audit("sign_model", held, reason=said, by=by, at=at)
    return held


@transaction.atomic
def withdraw_model(*, model: LocalModel, why: str, by: Viewer, at: datetime) -> LocalModel:
    """The clinical lead takes a model out of use, or says that it will not be signed."""
    held = LocalModel.objects.select_for_update().get(pk=model.pk)
    refuse_if(_why_not_lead(by))
    if refused := rules.why_not_withdraw_model(held, why):
        refuse_if(refused[0], field=refused[1])
    _withdraw(held, why.strip(), by=by, at=at)
    return held


@transaction.atomic
def ask_training(*, by: Viewer, at: datetime) -> None:
    """Ask that a model is trained anew, in the background; one that is asked for serves."""
    audit.record(by=by, at=at, action="ask_training")
    try:
        # In a savepoint: a lock that is taken breaks no more than itself.
        with transaction.atomic():
            app.configure_task(TRAIN, queueing_lock=TRAIN).defer()
    except AlreadyEnqueued:
        return


def _withdraw(held: LocalModel, why: str, *, by: Viewer, at: datetime) -> None:
    held.state = ModelState.WITHDRAWN
    held.withdrawn_at, held.withdrawn_by_name, held.withdrawn_why = at, by.name, why[:500]
    held.save(update_fields=["state", "withdrawn_at", "withdrawn_by_name", "withdrawn_why"])
    _audit("withdraw_model", held, reason=why, by=by, at=at)


def _why_not_lead(by: Viewer) -> str | None:
    own = Organisation.objects.filter(pk__in=[by.organisation_id]).first()
    return rules.why_not_clinical_lead(
        by, is_practice=own is None or own.kind is OrganisationKind.GP_PRACTICE
    )


def _audit(action: str, held: LocalModel, *, reason: str = "", by: Viewer, at: datetime) -> None:
    audit.record(
        by=by,
        at=at,
        action=action,
        subject=("model", held.pk),
        reason=reason,
        detail={"version": held.version, "state": held.state.value},
    )

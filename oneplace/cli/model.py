"""`oneplace model`: train the local model of admission risk, list what was trained, show a card."""

from typing import TYPE_CHECKING

import click

from oneplace.cli.console import Console, Stop, speaks

if TYPE_CHECKING:
    from oneplace.casefinding.models import LocalModel

_HELP = {"help_option_names": ["-h", "--help"]}


@click.group(context_settings=_HELP)
def model() -> None:
    """Train the local model of admission risk, and see how each training did.

    A model is off until the clinical lead has signed its card, which is done on its page alone.
    """


@model.command()
@click.option("--seed", type=int, help="Of the training, to make the same model again.")
@speaks
def train(*, seed: int | None, console: Console) -> None:
    """Train on this place's own past, as the place file asks, and keep what came of it.

    Takes a snapshot, learns from three days half a year apart, and judges itself on the latest. A
    model below the quality set in [risk_model] of the place file is kept as refused, with why.
    """
    _begin()
    from oneplace.casefinding.jobs import MODEL_KEEPER
    from oneplace.config.training import train as train_here
    from oneplace.kit import clock

    with console.progress("Training"):
        kept = train_here(by=MODEL_KEEPER, at=clock.now(), seed=seed)
    console.say(f"Version {kept.version}: {kept.state.label.lower()}.")
    for each in kept.counts:
        console.say(f"  {each['on']}: {each['people']:,} people, {each['outcomes']:,} outcomes")
    for each in kept.failings:
        console.say(f"  {each['words']}")
    if not kept.failings:
        console.say("It is off. The clinical lead reads and signs its card on its page.")
    console.result(
        done=True, version=kept.version, state=kept.state.value,
        auc=kept.card.get("auc"), slope=kept.card.get("slope"), counts=kept.counts,
        failings=[each["threshold"] for each in kept.failings],
    )  # fmt: skip


@model.command("list")
@speaks
def list_models(*, console: Console) -> None:
    """List every training: its state, how well it did, and who signed it."""
    rows = _all()
    for row in rows:
        did = f"AUC {row.card['auc']:.3f}, slope {row.card['slope']:.2f}" if row.card else "–"
        console.say(f"version {row.version:<4} {row.state.label:<10} {did}")
        for each in row.failings:
            console.say(f"  {each['words']}")
    if not rows:
        console.say("No model was trained here yet: oneplace model train")
    console.result(
        models=[
            {"version": row.version, "state": row.state.value, "signed_by": row.signed_by_name}
            for row in rows
        ]
    )


@model.command()
@click.argument("version", type=int)
@speaks
def show(*, version: int, console: Console) -> None:
    """Show the card of one training, and every number the model has."""
    row = next((each for each in _all() if each.version == version), None)
    if row is None:
        raise Stop(f"There is no version {version}. See: oneplace model list", 2)
    console.say(f"Version {row.version}, {row.label}: {row.state.label.lower()}")
    for each in row.failings:
        console.say(f"  {each['words']}")
    if row.card:
        card = row.card
        console.say(
            f"  AUC {card['auc']:.3f} ({card['auc_low']:.3f} to {card['auc_high']:.3f}), "
            f"calibration slope {card['slope']:.2f}, intercept {card['intercept']:.2f}"
        )
        for effect in row.as_model().effects():
            console.say(f"  {effect.label:<36} {effect.value:>10}  odds × {effect.times:.2f}")
    console.result(
        version=row.version, state=row.state.value, card=row.card, params=row.params,
        thresholds=row.thresholds, failings=row.failings,
    )  # fmt: skip


def _begin() -> None:
    from oneplace.cli.audit import become_loader_unless_told
    from oneplace.config.database import Role
    from oneplace.config.installation import join

    become_loader_unless_told(join, Role.LOADER)


def _all() -> "list[LocalModel]":
    _begin()
    from oneplace.casefinding import queries
    from oneplace.casefinding.jobs import MODEL_KEEPER

    return queries.local_models(viewer=MODEL_KEEPER)

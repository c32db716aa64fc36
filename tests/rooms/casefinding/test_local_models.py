"""The local model: trained on the place's own past, off until signed, one reason among several."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse

from oneplace.access.models import AuditEntry
from oneplace.access.viewer import viewing
from oneplace.casefinding import queries, verbs
from oneplace.casefinding.choosing import Candidate, choose
from oneplace.casefinding.jobs import MODEL_KEEPER
from oneplace.casefinding.models import LocalModel, ModelState, Reason, ScoreShown
from oneplace.casefinding.presenters import score_lines
from oneplace.casefinding.presenters.local_models import card_page
from oneplace.cli.model import model as commands
from oneplace.config.database import Role as DatabaseRole
from oneplace.config.finding import settings_here
from oneplace.config.training import trained_on
from oneplace.insight.risk import chance_of
from oneplace.insight.shapes import SCORES
from oneplace.insight.snapshot import Snapshot
from oneplace.kit.refusals import Refused
from oneplace.partners.models import Organisation
from oneplace.science.admission_risk import Failing, Quality, Trained, train
from oneplace.vocabulary.terms import Role
from tests.benches.casefinding_world import make
from tests.database import as_role
from tests.rooms.casefinding.finding import (
    AT,
    FINDER,
    ON,
    PRACTICE,
    fell,
    found,
    pseudonym,
    somebody,
    stays,
    worker,
)
from tests.rooms.casefinding.test_pages import signed_in_at
from tests.science.admission_risk.planted import planted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("partners", "found_folder")]
DAYS = ("2024-09-12", "2025-03-13", "2025-09-11")
LEAD = "gp_collaborative"


@pytest.fixture
def found_folder(tmp_path: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The tables of runs lie in a folder of this test's own; the clock stands still."""
    settings.DATA_FOLDER = tmp_path
    monkeypatch.setattr("oneplace.kit.clock.now", lambda: AT)
    yield


@pytest.fixture(scope="module")
def trained() -> Trained:
    (early, _), (later, _), (latest, _) = (
        planted(12_000, seed=number, on=day) for number, day in enumerate(DAYS, start=1)
    )
    easy = Quality(least_people=500, least_outcomes=50, ratio=(0.5, 2.0))
    return train(early=early, later=later, latest=latest, quality=easy, seed=1)


def lead_organisation() -> Organisation:
    return Organisation.objects.get(code=LEAD)


def lead() -> Any:
    """A GP who wears the hat of the clinical lead."""
    return worker(Role.GP, LEAD, name="Dr Leila Lead", title="Network clinical lead")


def kept(trained: Trained | None, *, on: date = ON, **wanted: Any) -> LocalModel:
    """What a training came to, kept as the job keeps it."""
    asked = {"ratio_least": 0.5, "ratio_most": 2.0, "least_people": 500, **wanted}
    training = verbs.Training(
        snapshot="sha",
        index_on=on,
        seed=1,
        counts=[{"on": day, "people": 12_000, "outcomes": 900} for day in DAYS],
        trained=trained,
        refused=None if trained else Failing("least_people", "There are too few people."),
    )
    place = django_settings.PLACE.risk_model.model_copy(update=asked)
    with as_role(DatabaseRole.LOADER), viewing(MODEL_KEEPER, at=AT):
        return verbs.keep_model(training=training, wanted=place, by=MODEL_KEEPER, at=AT)


def signed(model: LocalModel) -> LocalModel:
    by = lead()
    with viewing(by, at=AT):
        return verbs.sign_model(model=model, words="Good enough beside others.", by=by, at=AT)


def in_use() -> LocalModel | None:
    with viewing(FINDER, at=AT):
        return queries.model_in_use(viewer=FINDER)


def test_a_model_is_off_until_the_clinical_lead_signs_and_off_again_when_withdrawn(
    trained: Trained,
) -> None:
    model = kept(trained)

    assert model.state is ModelState.TRAINED
    assert in_use() is None
    assert in_use() != signed(model)
    assert in_use() == model
    by = lead()
    with viewing(by, at=AT):
        verbs.withdraw_model(model=model, why="The ward moved", by=by, at=AT)
    assert in_use() is None


def test_it_is_kept_as_plain_numbers_and_gives_the_same_chances(trained: Trained) -> None:
    model = signed(kept(trained))

    again = LocalModel.objects.get(pk=model.pk).as_model()

    assert again.coefficients == trained.model.coefficients
    assert again.card == trained.model.card
    assert again.is_signed


def test_each_threshold_of_the_place_that_failed_is_kept_and_nobody_may_sign(
    trained: Trained,
) -> None:
    model = kept(trained, least_auc=0.99, slope_least=0.999, slope_most=1.0)

    assert model.state is ModelState.REFUSED
    assert {each["threshold"] for each in model.failings} >= {"least_auc"}
    with pytest.raises(Refused, match=r"refused when it was trained.*AUC"):
        signed(model)


def test_a_training_on_too_few_is_kept_with_the_reason() -> None:
    model = kept(None)

    assert model.state is ModelState.REFUSED
    assert model.failings == [{"threshold": "least_people", "words": "There are too few people."}]
    page = card_page(model, None)
    assert page.card is None
    assert next(each.is_met for each in page.thresholds) is False


@pytest.mark.parametrize(
    ("role", "organisation", "says"),
    [(Role.GP, PRACTICE, "hat as clinical lead"), (Role.ANALYST, LEAD, "clinical lead signs")],
)
def test_nobody_but_the_clinical_lead_signs_or_withdraws(
    trained: Trained, role: Role, organisation: str, says: str
) -> None:
    model = kept(trained)
    by = worker(role, organisation)

    with viewing(by, at=AT):
        with pytest.raises(Refused, match=says):
            verbs.sign_model(model=model, words="Good enough beside others.", by=by, at=AT)
        with pytest.raises(Refused, match=says):
            verbs.withdraw_model(model=model, why="No", by=by, at=AT)


def test_a_model_that_learnt_long_ago_is_trained_anew_first(trained: Trained) -> None:
    with pytest.raises(Refused, match="more than a year ago"):
        signed(kept(trained, on=ON - timedelta(days=400)))


def test_signing_another_withdraws_the_one_before(trained: Trained) -> None:
    first, second = signed(kept(trained)), kept(trained)

    signed(second)

    first.refresh_from_db()
    assert first.state is ModelState.WITHDRAWN
    assert first.withdrawn_why == "Version 2 was signed in its place"
    assert in_use() == second
    with pytest.raises(Refused, match="nothing follows"):
        signed(first)


def test_signing_and_withdrawing_are_in_the_audit_with_the_words(trained: Trained) -> None:
    model = signed(kept(trained))
    by = lead()
    with viewing(by, at=AT):
        verbs.withdraw_model(model=model, why="The ward moved", by=by, at=AT)

    with as_role(DatabaseRole.LOADER):
        told = dict(AuditEntry.objects.filter(subject_id=model.pk).values_list("action", "reason"))
    assert told == {
        "keep_model": "",
        "sign_model": "Good enough beside others.",
        "withdraw_model": "The ward moved",
    }


def row_of(**more: Any) -> dict[str, Any]:
    return {**dict.fromkeys(SCORES.names), "age": 84, "falls_12m": 3, "gender": "female", **more}


def keep(model: LocalModel, *rows: dict[str, Any]) -> verbs.Kept:
    """A run with the model on, in which each chance is told with its parts."""
    plain = model.as_model()

    def explain(numbers: Any) -> Any:
        return {
            n: {"admission_risk": chance_of(plain, row_of(), version=model.label)} for n in numbers
        }

    with as_role(DatabaseRole.LOADER), viewing(FINDER, at=AT):
        return verbs.keep_run(found=found(*rows), explain=explain, model=model, by=FINDER, at=AT)


def hint() -> dict[str, Any]:
    return {"code": "admission_risk", "number": 0.42}


def test_a_chance_stands_beside_other_reasons_with_parts_that_recompute_to_it(
    trained: Trained,
) -> None:
    person = somebody()

    keep(signed(kept(trained)), {"pseudonym": pseudonym(person), "reasons": [fell(), hint()]})

    with as_role(DatabaseRole.LOADER):
        reasons = list(Reason.objects.order_by("position"))
        score = ScoreShown.objects.get()
    assert [reason.code for reason in reasons] == ["falls", "admission_risk"]
    assert reasons[1].text.startswith("Of 100 people like this, 42 have an emergency stay")
    assert "What raises it most: age 84, " in reasons[1].text
    assert reasons[1].source.startswith("Local model, version 1")
    chance = chance_of(trained.model, row_of(), version="")
    assert score.value == pytest.approx(chance.value)
    assert chance.recomputed == pytest.approx(chance.value, abs=1e-12)
    line = score_lines([score])[0]
    assert line.words == f"{100 * (chance.value or 0):.0f} of 100"
    assert line.parts[1].points.startswith("odds × ")


def test_a_chance_alone_suggests_nobody_and_beside_one_need_counts_as_another() -> None:
    alone, beside = Candidate(1, "P", 0, 2, ON, hints=1), Candidate(2, "P", 1, 0, ON, hints=1)
    need = Candidate(3, "P", 1, 0, ON)

    chosen, _ = choose(
        [alone, beside, need], known={}, waiting={}, practices=frozenset({"P"}), on=ON
    )

    assert list(chosen) == [2]


def test_a_chance_moves_nobody_in_the_order() -> None:
    rest = [Candidate(n, "P", 2 + n % 2, n % 3, ON - timedelta(days=n)) for n in range(1, 6)]
    asked: dict[str, Any] = {"known": {}, "waiting": {}, "practices": frozenset({"P"}), "on": ON}

    without, _ = choose(rest, **asked)
    with_it, _ = choose([replace(each, hints=each.pseudonym % 2) for each in rest], **asked)

    assert with_it == without


def test_a_run_without_the_model_says_so() -> None:
    somebody()
    with as_role(DatabaseRole.LOADER), viewing(FINDER, at=AT):
        verbs.keep_run(found=found({"pseudonym": 5, "reasons": [stays()]}), by=FINDER, at=AT)
        run = queries.current_run(viewer=FINDER)

    assert run is not None and run.model_id is None


VERBS: dict[str, Callable[[LocalModel], Any]] = {
    "keep_model": lambda _: kept(None),
    "sign_model": signed,
    "withdraw_model": lambda model: verbs.withdraw_model(
        model=model, why="No longer", by=lead(), at=AT
    ),
    "ask_training": lambda _: verbs.ask_training(by=worker(Role.ANALYST, LEAD), at=AT),
}


@pytest.mark.parametrize("name", VERBS)
def test_without_its_audit_nothing_is_saved(
    name: str, broken_audit: Callable[[], None], trained: Trained
) -> None:
    model = kept(trained)
    before = list(LocalModel.objects.values())
    broken_audit()

    with pytest.raises(RuntimeError), viewing(lead(), at=AT):
        VERBS[name](model)

    assert list(LocalModel.objects.values()) == before


def test_whoever_may_not_see_models_sees_none(trained: Trained) -> None:
    model = kept(trained)
    stranger = worker(Role.COMMUNITY_NURSE)

    with viewing(stranger, at=AT):
        assert queries.local_models(viewer=stranger) == []
        assert queries.local_model(1, viewer=stranger) is None
        assert queries.judged_before(model, viewer=stranger) is None
        assert queries.why_not_lead(viewer=stranger)


def test_the_card_tells_all_that_must_be_known_before_signing(trained: Trained) -> None:
    signed(kept(trained))
    kept(trained)
    client = signed_in_at(Role.GP, lead_organisation())

    page = client.get(reverse("casefinding:model", args=[2])).content.decode()

    for words in (
        "What it is for", "What it is not for", "Does it tell people apart?", "Calibration plot",
        "Decision curve", "Is it fair?", "Most deprived fifth", "Every number of it",
        "Against version 1", "Reached", "Read and sign",
    ):  # fmt: skip
        assert words in page, words


def test_signing_on_its_page_needs_every_tick_and_a_sentence(trained: Trained) -> None:
    kept(trained)
    client = signed_in_at(Role.GP, lead_organisation())
    address = reverse("casefinding:sign_model", args=[1])

    refused = client.post(address, {"read": ["purpose"], "words": "Good enough beside others."})
    done = _sign(client, address)

    assert "do not sign it" in refused.content.decode()
    assert done.status_code == 302
    assert in_use() is not None


def _sign(client: Client, address: str) -> Any:
    return client.post(
        address,
        {"read": ["purpose", "quality", "fairness"], "words": "Good enough beside others."},
    )


def test_the_list_of_models_says_why_one_was_refused() -> None:
    kept(None)

    page = (
        signed_in_at(Role.ANALYST, lead_organisation())
        .get(reverse("casefinding:models"))
        .content.decode()
    )

    assert "No model is on" in page
    assert "There are too few people." in page
    assert "Train it anew" in page


def test_a_small_place_is_trained_on_and_told_which_threshold_it_misses(tmp_path: Any) -> None:
    make(tmp_path / "world", people=400, events=8_000, seed=3)
    opened = Snapshot.open(tmp_path / "world", memory="500MB")

    training = trained_on(opened, wanted=django_settings.PLACE.risk_model, seed=1)

    assert training.trained is None
    assert training.refused is not None
    assert training.refused.threshold == "least_people"
    assert [each["on"] for each in training.counts] == ["2024-09-12", "2025-03-13", "2025-09-11"]
    assert all(0 < each["people"] <= 400 for each in training.counts)


def test_from_which_chance_on_it_is_a_reason_stands_as_it_was_signed(trained: Trained) -> None:
    model = signed(kept(trained, high_chance=0.17))

    assert settings_here(model).high_risk == 0.17
    assert settings_here(None).high_risk == django_settings.PLACE.risk_model.high_chance


def test_the_command_has_its_three_words() -> None:
    helped = CliRunner().invoke(commands, ["--help"])

    assert helped.exit_code == 0
    assert {"train", "list", "show"} <= set(helped.output.split())

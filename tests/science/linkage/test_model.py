"""What was learnt is kept as JSON and decides alike when it is read again."""

import json
from pathlib import Path

import pytest

from oneplace.science.linkage import Model, ModelRefused, Settings, explain
from tests.science.linkage.people import DESMOND, said


def test_a_model_read_again_is_the_same_and_decides_alike(tmp_path: Path) -> None:
    model = Model(2e-6, Model.shipped().shares, {"family": {"CLARKE": 0.01}}, rows=7).sealed()

    model.write(tmp_path / "model.json")
    again = Model.read(tmp_path / "model.json")

    assert again == model
    one, other = DESMOND, said("x:1")
    assert explain(one, other, model, Settings()) == explain(one, other, again, Settings())


def test_a_version_is_made_of_the_content() -> None:
    assert Model.shipped(1e-6).version == Model.shipped(1e-6).version
    assert Model.shipped(1e-6).version != Model.shipped(2e-6).version


def test_a_common_name_weighs_less_than_a_rare_one() -> None:
    shares = Model.shipped().shares
    common = Model(2e-6, shares, {"family": {"CLARKE": 0.02}}).sealed()
    rare = Model(2e-6, shares, {}).sealed()

    assert (
        explain(DESMOND, said("x:1"), common, Settings()).weight
        < explain(DESMOND, said("x:1"), rare, Settings()).weight
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [("nonsense", "not JSON"), ("[]", "format"), ('{"format": 99}', "format")],
)
def test_what_is_no_model_is_refused_with_its_name(
    tmp_path: Path, content: str, reason: str
) -> None:
    path = tmp_path / "model.json"
    path.write_text(content)

    with pytest.raises(ModelRefused, match=rf"model\.json.*{reason}"):
        Model.read(path)


def test_a_model_of_other_comparisons_is_refused(tmp_path: Path) -> None:
    told = Model.shipped().plain()
    told["shares"].pop("reach")
    path = tmp_path / "model.json"
    path.write_text(json.dumps(told))

    with pytest.raises(ModelRefused, match="reach"):
        Model.read(path)

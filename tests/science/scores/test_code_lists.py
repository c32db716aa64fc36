"""Code lists: ours are sound, a place's stand in for them, and what cannot be read says where."""

from pathlib import Path

import pytest

from oneplace.borough.lives.concepts import CONCEPT, CONDITIONS, concept_code
from oneplace.science.code_lists import OWN, CodeListRefused, read_code_lists
from oneplace.science.scores.charlson import WEIGHTS
from oneplace.science.scores.frailty_index import DEFICITS, POLYPHARMACY


def place(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def test_there_is_a_list_for_every_deficit_and_every_charlson_condition():
    lists = read_code_lists()

    assert len({*lists.keys("frailty"), POLYPHARMACY}) == DEFICITS
    assert set(lists.keys("charlson")) == set(WEIGHTS)


def test_hospital_frailty_has_the_109_published_categories():
    points = read_code_lists().points

    assert len(points) == 109
    assert points["F00"] == 71
    assert points["R50"] == 1
    assert sum(points.values()) == 1732


def test_every_deficit_of_the_invented_borough_is_known():
    lists = read_code_lists()

    for condition in CONDITIONS:
        if condition.deficit:
            ideas = lists.ideas("snomed", concept_code(CONCEPT[condition.key]))
            assert f"frailty/{condition.deficit}" in ideas


def test_no_licensed_content_is_shipped():
    """SNOMED CT codes in our lists lie in the namespace assigned to nobody."""
    for path in OWN.glob("*/*.csv"):
        for line in path.read_text().splitlines()[1:]:
            system, code, *_ = line.split(",")
            assert system in ("icd10", "oneplace") or "9999999" in code, (path.name, line)


def test_icd10_is_compared_without_its_dot_and_by_its_beginning():
    lists = read_code_lists()

    assert "charlson/dementia" in lists.ideas("icd10", "f00.1")
    assert "charlson/diabetes" in lists.ideas("icd10", "E11")
    assert "charlson/diabetes-complicated" not in lists.ideas("icd10", "E11")


def test_a_places_own_list_stands_in_for_ours(tmp_path):
    folder = place(tmp_path, "frailty/falls.csv", "system,code\nread2,16D..\n")

    lists = read_code_lists(folder)

    assert lists.ideas("read2", "16D..") == {"frailty/falls"}
    assert lists.ideas("read2", "16d..") == frozenset()
    assert "frailty/falls" not in lists.ideas("icd10", "W19")
    assert "frailty/dizziness" in lists.ideas("icd10", "R42")
    assert lists.version != read_code_lists().version


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("frailty/falls.csv", "code\nx\n", "falls.csv lacks the column 'system' in line 1"),
        ("frailty/falls.csv", "system,code\nsnomed,\n", "line 2, lacks a system or a code"),
        ("frailty/falls.csv", b"system,code\nsnomed,\xff\n", "cannot be read as UTF-8"),
        ("frailty/falls.csv", "system,code,match\nsnomed,1,like\n", "line 2, has match 'like'"),
        ("frailty/falls.csv", "system,code\nsnomed,1,2\n", "line 2, has not as many cells"),
        ("frailty/fall.csv", "system,code\nsnomed,1\n", "which is none of the lists there are"),
        ("hospital_frailty.csv", "code,points\nF00,seven\n", "line 2: points 'seven'"),
        ("hospital_frailty.csv", "code,points\nF00,7.15\n", "line 2: points have one decimal"),
        ("measures/weight.csv", "system,code\noneplace,must\n", "one code measures one thing"),
    ],
)
def test_an_unreadable_list_is_refused_with_the_place_and_the_reason(tmp_path, name, text, said):
    folder = place(tmp_path, name, text)

    with pytest.raises(CodeListRefused, match=said):
        read_code_lists(folder)


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CodeListRefused, match="is no folder"):
        read_code_lists(tmp_path / "nowhere")

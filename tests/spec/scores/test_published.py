"""Scores as published: each table shows what somebody lives with and what the score says of it.

Where a published worked example exists it stands first and names its source.
"""

from dataclasses import replace

import pytest

from oneplace.science.scores import INSTRUMENTS, State, every_score
from oneplace.science.scores.lace import comorbidity_points, length_points
from oneplace.science.scores.lately import lately
from tests.spec.scores.lives import LISTS, a_life

MEDICINES = "; ".join(f"medicine 11{number} 30" for number in range(5))
FOUR = "; ".join(f"medicine 11{number} 30" for number in range(4))
OLD = "; ".join(f"medicine 11{number} 6000" for number in range(6))
ISSUED = "; ".join(f"issue 11{number} 30" for number in range(5))
CODED = "condition hypertension 900"


def score(name: str, age: int | None, text: str, gender: str = "female"):
    return every_score(a_life(age, text, gender), LISTS.points)[name]


@pytest.mark.parametrize(
    ("text", "value", "band"),
    [
        # A dementia in Alzheimer's disease and an unspecified fall make 7.1 + 3.2 = 10.3: the
        # example of the NHP model's description of the score.
        ("stay:emergency 400; diagnosis:emergency F00.1 400; stay:emergency 90;"
         " diagnosis:emergency W19 90", 10.3, "intermediate"),
        # Each category once, however often.
        ("stay:emergency 90; diagnosis:emergency N39.0 90; diagnosis:emergency N39.9 80", 3.2,
         "low"),
        # Exactly 5 is intermediate (2.5 + 2.5 is not made; 3.2 + 1.8 is).
        ("stay:emergency 90; diagnosis:emergency N39 90; diagnosis:emergency N17 90", 5.0,
         "intermediate"),
        # Exactly 15 is still intermediate: 7.1 + 4.4 + 3.5 is not made; 7.1 + 3.7 + 3.2 + 1.0 is.
        ("stay:emergency 9; diagnosis:emergency F00 9; diagnosis:emergency I69 9;"
         " diagnosis:emergency N39 9; diagnosis:emergency R47 9", 15.0, "intermediate"),
        ("stay:emergency 9; diagnosis:emergency F00 9; diagnosis:emergency I69 9;"
         " diagnosis:emergency N39 9; diagnosis:emergency R47 9; diagnosis:emergency R50 9", 15.1,
         "high"),
        # Planned stays and those of more than two years ago do not count.
        ("stay:emergency 9; diagnosis:emergency I10 9; diagnosis:planned F00 9;"
         " diagnosis:emergency F00 731", 0.0, "low"),
    ],
)  # fmt: skip
def test_hospital_frailty_risk(text, value, band):
    found = score("hospital_frailty", 80, text)

    assert (found.state, found.value, found.band) == (State.COMPLETE, value, band)
    assert found.recomputed == pytest.approx(value)


@pytest.mark.parametrize(
    ("age", "text", "state"),
    [
        (74, "stay:emergency 9; diagnosis:emergency F00 9", State.OUTSIDE_AGES),
        (75, "stay:emergency 9; diagnosis:emergency F00 9", State.COMPLETE),
        (80, "", State.NOT_RECORDED),
        (80, "stay:emergency 9", State.INCOMPLETE),
        (None, "stay:emergency 9; diagnosis:emergency F00 9", State.INCOMPLETE),
    ],
)
def test_hospital_frailty_is_told_only_where_it_may_be(age, text, state):
    found = score("hospital_frailty", age, text)

    assert found.state is state
    assert (found.value is None) == (state is not State.COMPLETE)
    assert bool(found.why) == (state is not State.COMPLETE)


DEFICITS = (
    "arthritis", "atrial-fibrillation", "chd", "diabetes", "dizziness", "dyspnoea",
    "foot-problems", "hearing-loss", "heart-failure", "hypertension", "hypotension",
    "osteoporosis", "parkinsons", "peptic-ulcer",
)  # fmt: skip


@pytest.mark.parametrize(
    ("deficits", "band"),
    [(1, "fit"), (4, "fit"), (5, "mild"), (8, "mild"), (9, "moderate"), (12, "moderate"),
     (13, "severe"), (14, "severe")],
)  # fmt: skip
def test_frailty_index_bands_compare_whole_deficits(deficits, band):
    text = "; ".join(f"condition {key} 3000" for key in DEFICITS[:deficits])

    found = score("frailty_index", 80, text)

    assert (found.value, found.band) == (deficits, band)


@pytest.mark.parametrize(
    ("text", "gender", "value"),
    [
        (CODED, "female", 1),
        # A deficit counts once, ever recorded.
        ("condition hypertension 900; condition hypertension 30", "female", 1),
        # Polypharmacy only while five different medicines were given within twelve months.
        (f"{CODED}; {MEDICINES}", "female", 2),
        (f"{CODED}; {FOUR}; medicine 110 20", "female", 1),
        (f"{CODED}; {FOUR}; medicine 999 800 for 400", "female", 1),
        (f"{CODED}; {FOUR}; medicine 999 800 for 440", "female", 2),
        # Measurements meet a deficit too; haemoglobin in either unit, by sex.
        (f"{CODED}; observation haemoglobin=129 40", "male", 2),
        (f"{CODED}; observation haemoglobin=130 40", "male", 1),
        (f"{CODED}; observation haemoglobin=12.9 40", "male", 2),
        (f"{CODED}; observation haemoglobin=115 40", "female", 1),
        (f"{CODED}; observation haemoglobin=11.4 40", "female", 2),
        (f"{CODED}; observation egfr=59 40", "female", 2),
        (f"{CODED}; observation egfr=60 40", "female", 1),
        (f"{CODED}; observation barthel=18 40", "female", 2),
        (f"{CODED}; observation six-cit=8 40", "female", 2),
        (f"{CODED}; observation six-cit=7 40", "female", 1),
        (f"{CODED}; observation tsh=5.5 40", "female", 1),
        (f"{CODED}; observation tsh=5.6 40", "female", 2),
        (f"{CODED}; observation abpi=0.94 40", "female", 2),
        (f"{CODED}; observation t-score=-2.5 40", "female", 2),
        (f"{CODED}; observation must=1 40", "female", 2),
        (f"{CODED}; observation falls=1 40", "female", 2),
        (f"{CODED}; observation falls=0 40", "female", 1),
        (f"{CODED}; observation atrial-fibrillation-risk=0 40", "female", 2),
        (f"{CODED}; observation urine-protein-24h=151 40", "female", 2),
        (f"{CODED}; observation urine-protein-24h=150 40", "female", 1),
        (f"{CODED}; observation urine-albumin-24h=21 40", "female", 2),
        (f"{CODED}; observation urine-albumin-24h=20 40", "female", 1),
        (f"{CODED}; observation protein-creatinine=51 40", "female", 2),
        (f"{CODED}; observation protein-creatinine=50 40", "female", 1),
        (f"{CODED}; observation albumin-creatinine=3.1 40", "female", 2),
        (f"{CODED}; observation albumin-creatinine=3 40", "female", 1),
        (f"{CODED}; observation microalbumin=3.1 40", "female", 2),
        (f"{CODED}; observation microalbumin=3 40", "female", 1),
        ("condition chd 900; observation systolic-24h=136 40", "female", 2),
        ("condition chd 900; observation systolic-24h=135 40", "female", 1),
        ("condition chd 900; observation diastolic-24h=86 40", "female", 2),
        ("condition chd 900; observation diastolic-24h=85 40", "female", 1),
        (f"{CODED}; observation copd-contacts-12m=1 40", "female", 2),
        (f"{CODED}; observation copd-contacts-12m=0 40", "female", 1),
        # A fall an ambulance tells of is none of general practice's deficits; a coded one is.
        (f"{CODED}; fall 4000", "female", 1),
        (f"{CODED}; condition falls 4000", "female", 2),
        # That nobody ended a medicine does not say that it was issued in these twelve months.
        (f"{CODED}; {OLD}", "female", 1),
        (f"{CODED}; {OLD}; {ISSUED}", "female", 2),
        (f"{CODED}; {OLD}; issue 110 30; issue 111 30; issue 112 400", "female", 1),
        # What a hospital coded of a stay is none of general practice's deficits.
        (f"{CODED}; diagnosis:emergency I50 40", "female", 1),
    ],
)
def test_frailty_index_counts_deficits(text, gender, value):
    found = score("frailty_index", 80, text, gender)

    assert found.value == value
    assert found.recomputed == value


@pytest.mark.parametrize(
    ("age", "text", "state"),
    [
        (64, CODED, State.OUTSIDE_AGES),
        (65, CODED, State.COMPLETE),
        (95, CODED, State.COMPLETE),
        (96, CODED, State.OUTSIDE_AGES),
        (80, "stay:emergency 20", State.INCOMPLETE),
        (None, CODED, State.INCOMPLETE),
    ],
)
def test_frailty_index_is_told_from_65_to_95_and_never_as_a_quiet_nought(age, text, state):
    found = score("frailty_index", age, text)

    assert found.state is state
    assert (found.value is None) == (state is not State.COMPLETE)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("diagnosis I10 40", 0),
        # Myocardial infarction, heart failure, diabetes with complications: 1 + 1 + 2.
        ("diagnosis I21.4 40; diagnosis I50.0 40; diagnosis E11.2 40", 4),
        # The severer form stands for the milder.
        ("diagnosis E11.9 40; diagnosis E11.2 40", 2),
        ("diagnosis K70.3 40; diagnosis K72.1 40", 3),
        ("diagnosis C50.9 40; diagnosis C78.0 40", 6),
        ("condition dementia 400; diagnosis F03 40", 1),
        ("diagnosis B20 40; diagnosis G81.9 40", 8),
    ],
)
def test_charlson(text, value):
    found = score("charlson", 70, text)

    assert (found.state, found.value, found.recomputed) == (State.COMPLETE, value, value)


def test_charlson_without_any_code_is_incomplete():
    assert score("charlson", 70, "stay:emergency 9").state is State.INCOMPLETE
    assert score("charlson", 17, "diagnosis I10 40").state is State.OUTSIDE_AGES


@pytest.mark.parametrize(
    ("text", "value", "band"),
    [
        # Five days, acute, comorbidity over 3, two emergency visits before: 4 + 3 + 5 + 2 = 14,
        # the first example of the R package cliot's documentation of the index.
        ("stay:emergency 15 for 5; diagnosis I50 400; diagnosis F03 400; attendance 30;"
         " attendance 60", 14, "high"),
        # Two days, planned, nothing else: 2, its second example.
        ("stay:planned 12 for 2; diagnosis I10 12", 2, "low"),
        # The visit that led to the stay does not count, nor one of more than six months ago.
        ("stay:emergency 15 for 1; diagnosis I10 15; attendance 15; attendance 300", 4, "low"),
        ("stay:emergency 20 for 14; diagnosis I10 20", 10, "high"),
        ("stay:emergency 20 for 13; diagnosis I10 20", 8, "moderate"),
        # Only four visits count.
        ("stay:planned 9 for 0; diagnosis I10 9; attendance 20; attendance 21; attendance 22;"
         " attendance 23; attendance 24; attendance 25", 4, "low"),
    ],
)  # fmt: skip
def test_lace(text, value, band):
    found = score("lace", 70, text)

    assert (found.state, found.value, found.band) == (State.COMPLETE, value, band)
    assert found.recomputed == value


def test_lace_points_are_those_of_the_paper():
    assert [length_points(days) for days in (0, 1, 2, 3, 4, 6, 7, 13, 14, 90)] == [
        0, 1, 2, 3, 4, 4, 5, 5, 7, 7,
    ]  # fmt: skip
    assert comorbidity_points(["dementia"]) == 3
    assert comorbidity_points(["dementia", "diabetes"]) == 5


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("stay:emergency 40 for 9", State.NOT_RECORDED),
        ("stay:emergency 40 for 10; diagnosis I10 40", State.COMPLETE),
        # No coded condition at all is not the same as no illness.
        ("stay:emergency 40 for 10", State.INCOMPLETE),
        ("stay:unknown 15 for 5", State.INCOMPLETE),
        ("stay:emergency 15", State.NOT_RECORDED),
    ],
)
def test_lace_is_told_for_thirty_days_after_leaving(text, state):
    assert score("lace", 70, text).state is state


def test_lace_is_incomplete_where_nobody_tells_of_attendances():
    of = replace(a_life(70, "stay:emergency 40 for 10; diagnosis I10 40"), covers_attendances=False)

    found = every_score(of, LISTS.points)["lace"]

    assert (found.state, found.value) == (State.INCOMPLETE, None)
    assert "attendances" in found.why


def test_frailty_index_says_where_old_medicines_are_left_out():
    found = score("frailty_index", 80, f"{CODED}; {OLD}")

    assert found.why.startswith("6 medicines are on the list, but of 6 no record says")
    assert score("frailty_index", 80, f"{CODED}; {OLD}; {ISSUED}").why == ""


@pytest.mark.parametrize(
    ("text", "taken", "points"),
    [
        (FOUR, 4, 1),
        # Never ended, and neither begun nor issued within the year: nobody knows it is taken.
        (OLD, 0, 0),
        (f"{OLD}; issue 110 20; issue 111 20; issue 112 20", 3, 0),
        (f"{OLD}; issue 110 20; issue 111 20; issue 112 20; issue 113 366", 3, 0),
        (f"{OLD}; issue 110 20; issue 111 20; issue 112 20; issue 113 365", 4, 1),
        # Ended lately is prescribed within the year, and no longer taken.
        (f"{FOUR}; medicine 999 800 for 790", 4, 1),
        ("; ".join(f"medicine 11{number} 300 for 200" for number in range(6)), 0, 0),
    ],
)
def test_only_what_was_prescribed_within_the_year_is_taken_now(text, taken, points):
    found = score("falls_risk", 80, text)

    assert lately(a_life(80, text)).medicines_now == taken
    assert found.value == points


def test_falls_risk_says_where_old_medicines_are_left_out():
    assert "6 medicines are on the list, but of 6 no record" in score("falls_risk", 80, OLD).why
    assert "medicines" not in score("falls_risk", 80, FOUR).why


@pytest.mark.parametrize(
    ("age", "text", "state", "value"),
    [
        (70, "observation clinical-frailty=6 30", State.COMPLETE, 6),
        (70, "observation clinical-frailty=4 300; observation clinical-frailty=6 30",
         State.COMPLETE, 6),
        (64, "observation clinical-frailty=6 30", State.OUTSIDE_AGES, None),
        (70, "observation clinical-frailty=6 731", State.NOT_RECORDED, None),
        (70, "observation clinical-frailty=12 30", State.INCOMPLETE, None),
    ],
)  # fmt: skip
def test_clinical_frailty_is_repeated_as_recorded(age, text, state, value):
    found = score("clinical_frailty", age, text)

    assert (found.state, found.value) == (state, value)


@pytest.mark.parametrize(
    ("text", "points", "band"),
    [
        ("fall 30", 1, None),
        (f"fall 30; {FOUR}", 2, None),
        (f"fall 30; {FOUR}; condition parkinsons 900", 3, "higher"),
        ("fall 400", 0, None),
    ],
)
def test_falls_risk_says_higher_and_never_lower(text, points, band):
    found = score("falls_risk", 80, text)

    assert (found.state, found.value, found.band) == (State.INCOMPLETE, points, band)


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("observation weight=80 200; observation weight=76 20", 5.0),
        ("observation weight=80 20", None),
        ("observation weight=80 400; observation weight=76 200", None),
        ("observation weight=70 200; observation weight=77 20", -10.0),
    ],
)
def test_weight_is_compared_only_where_it_was_measured_twice(text, lost):
    assert lately(a_life(80, text)).weight_loss == (None if lost is None else pytest.approx(lost))


@pytest.mark.parametrize(
    ("text", "now", "before"),
    [
        ("care_package home=14 20", 14, 0),
        ("care_package home=7 300; care_package home=7 20", 14, 7),
        ("care_package home=7 300 for 200; care_package home=10.5 20", 10.5, 7),
        ("care_package home=7 300; care_package 20", None, 7),
        ("fall 20", None, None),
    ],
)
def test_hours_of_care_now_and_half_a_year_ago(text, now, before):
    found = lately(a_life(80, text))

    assert (found.package_hours, found.package_hours_before) == (now, before)


def test_every_instrument_says_for_whom_what_for_and_where_it_comes_from():
    for instrument in INSTRUMENTS.values():
        assert instrument.purpose.endswith(".")
        assert instrument.citation
        assert instrument.version
        assert instrument.ages

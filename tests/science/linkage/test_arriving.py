"""One arriving subject: decided beside its candidates as the batch would."""

from oneplace.science.linkage import Candidate, Model, decide, keys_of_row
from oneplace.vocabulary.terms import MatchTier
from tests.science.linkage.people import DESMOND, NUMBERS, said

MODEL = Model.shipped(2e-6)

DES = Candidate(DESMOND, "k1")
WINSTON = Candidate(
    said("gp:3", given="Winston", nhs_number=NUMBERS[5], nhs_status="verified"), "k2"
)


def test_a_newcomer_joins_the_person_it_is_and_not_the_twin() -> None:
    found = decide(said("hospital:1", given="Des"), [DES, WINSTON], MODEL)

    assert found.joins == ("k1",)
    assert [pair.other_id for pair in found.pairs] == ["gp:1"]
    assert found.reviews == ()


def test_somebody_new_joins_nobody() -> None:
    found = decide(said("gp:7", given="Ada", family="Obi", born_on="1999-09-09"), [DES], MODEL)

    assert (found.joins, found.pairs) == ((), ())


def test_a_row_that_shares_no_key_is_not_compared_though_its_cluster_is_a_candidate() -> None:
    far = Candidate(said("x:1", given="Ann", family="Far", born_on="1960-01-01", postcode="",
                         mobile=""), "k1")  # fmt: skip

    found = decide(said("hospital:1"), [DES, far], MODEL)

    assert found.joins == ("k1",)
    assert [pair.other_id for pair in found.pairs] == ["gp:1"]


def test_a_row_may_show_that_two_clusters_are_one_person() -> None:
    moved = Candidate(said("council:1", postcode="SE25 5AA", address_line="9 Low Road",
                           mobile="", family="Okafor"), "k5")  # fmt: skip
    both = said("hospital:1", nhs_number=NUMBERS[3], nhs_status="verified", family="Okafor",
                previous_families=("Clarke",), postcode="SE25 5AA",
                address_line="9 Low Road")  # fmt: skip

    found = decide(both, [DES, moved], MODEL)

    assert set(found.joins) == {"k1", "k5"}


def test_a_row_never_joins_two_people_who_must_stay_apart() -> None:
    son = Candidate(said("gp:9", born_on="1979-11-03", nhs_number=NUMBERS[4],
                         nhs_status="verified"), "k3")  # fmt: skip

    found = decide(said("charity:1", born_on=""), [DES, son], MODEL)

    assert found.joins == ()
    assert {pair.tier for pair in found.pairs} == {MatchTier.REVIEW}


def test_what_sources_and_stewards_say_stands_above() -> None:
    same = decide(
        said("hospital:1", given="Ada", born_on="1999-09-09"), [DES], MODEL, same=["gp:1"]
    )
    apart = decide(said("hospital:1"), [DES], MODEL, apart=["gp:1"])

    assert same.joins == ("k1",)
    assert apart.joins == ()


def test_the_row_itself_is_no_candidate() -> None:
    assert decide(DESMOND, [DES], MODEL).joins == ()


def test_keys_are_plain_text_and_one_wrong_thing_leaves_one_in_common() -> None:
    keys = set(keys_of_row(DESMOND))
    changed = [
        said("x:1", given="Des"),
        said("x:1", family="Okafor"),
        said("x:1", postcode="SE25 5AA", mobile=""),
        said("x:1", born_on="1938-06-21"),
        said("x:1", born_on="1948-06-12"),
        said("x:1", born_on=""),
        said("x:1", given="Clarke", family="Desmond"),
    ]

    assert all(isinstance(key, str) and key for key in keys)
    for row in changed:
        assert keys & set(keys_of_row(row)), row
    assert not keys & set(keys_of_row(said("x:1", is_identity_unknown=True)))

"""The synthetic borough's exports are read whole, and say what was lived."""

import json
import random
from dataclasses import replace
from datetime import UTC, date, timedelta
from typing import Any, get_type_hints

import pytest

from oneplace.feeds.reading import READER_OF_KIND, Tally, read, readers
from oneplace.feeds.tables.council_cases import ADDRESSES
from oneplace.feeds.tables.sheets import said_at
from oneplace.vocabulary.rows import AgentSaid, EntrySaid, IdentitySaid, SameSaid, SubjectKey
from oneplace.vocabulary.rows.detail import DETAIL_OF, IdentityDetail
from oneplace.vocabulary.terms import EntryKind, FeedKind, ReachKind

from .conftest import Borough, latest, rows_of

FEEDS = {
    "gp_history": "gp_extract", "council_cases": "council_cases", "charity_cases": "charity_cases",
    "community_services": "community_services", "council_client_level": "council_client_level",
}  # fmt: skip


@pytest.fixture(scope="module")
def taken(borough: Borough) -> dict[str, list[Any]]:
    return {feed: borough.units(feed, reader) for feed, reader in FEEDS.items()}


def test_every_feed_of_tables_has_its_reader() -> None:
    assert {feed: READER_OF_KIND[FeedKind(feed)] for feed in FEEDS} == FEEDS


@pytest.mark.parametrize("feed", FEEDS)
def test_every_row_is_taken(feed: str, borough: Borough, taken: dict[str, list[Any]]) -> None:
    tally = Tally()
    for unit in taken[feed]:
        tally.take(unit)

    assert tally.faults == []
    assert tally.units == sum(row["count"] for row in borough.manifest if row["feed"] == feed) > 0


@pytest.mark.parametrize("feed", FEEDS)
def test_what_detail_holds_has_a_shape(feed: str, taken: dict[str, list[Any]]) -> None:
    for row in rows_of(taken[feed]):
        if isinstance(row, EntrySaid):
            assert set(row.detail) <= set(get_type_hints(DETAIL_OF[row.kind])), row
        elif isinstance(row, IdentitySaid):
            assert set(row.detail) <= set(IdentityDetail.__annotations__)
        # Plain JSON, and nothing empty in it.
        if hasattr(row, "detail"):
            assert json.loads(json.dumps(dict(row.detail))) == row.detail
            assert "" not in row.detail.values()


@pytest.mark.parametrize("feed", FEEDS)
def test_each_row_names_its_place_and_when_it_was_said(
    feed: str, borough: Borough, taken: dict[str, list[Any]]
) -> None:
    for unit in taken[feed]:
        for row in unit.rows:
            if isinstance(row, EntrySaid | IdentitySaid | SameSaid | AgentSaid):
                assert row.place == unit.place
                assert row.source.partition("/")[0] == feed
                assert row.said_at.tzinfo is UTC


def test_different_rows_of_the_gp_extract_are_different_entries(borough: Borough) -> None:
    for received in borough.received("gp_history"):
        keys = {
            (row.kind, row.key)
            for unit in read(received, "gp_extract")
            for row in unit.rows
            if isinstance(row, EntrySaid)
        }
        with received.open() as opened:
            rows = set(opened.read().splitlines()[1:])
        # A row sent twice is one; two different ones are two.
        assert not keys or len(keys) == len(rows), received.name


@pytest.mark.parametrize(
    ("feed", "source"),
    [
        ("gp_history", "gp"),
        ("council_cases", "council"),
        ("charity_cases", "charity"),
        ("community_services", "community"),
    ],
)
def test_births_and_numbers_are_those_lived_but_for_what_was_planted(
    feed: str, source: str, borough: Borough, taken: dict[str, list[Any]]
) -> None:
    lived = {row["person"]: row for row in borough.truth("people")}
    spoiled = {
        (row["identifier"], row["field"])
        for row in borough.truth("defects")
        if row["source"] == source
    }
    who = {
        row["identifier"]: row["person"]
        for row in borough.truth("who_is_who")
        if row["source"] == source
    }
    compared = 0
    for row in rows_of(taken[feed]):
        if not isinstance(row, IdentitySaid) or not row.family or row.subject.value not in who:
            continue
        person = lived[who[row.subject.value]]
        if (row.subject.value, "born_on") not in spoiled:
            assert row.born_on == person["born_on"], row
        if (row.subject.value, "nhs_number") not in spoiled:
            assert row.nhs_number == person["nhs_number"]
            assert row.is_nhs_number_sound
        compared += 1

    assert compared >= 20


def test_a_mistyped_nhs_number_is_kept_and_known_to_be_unsound(
    borough: Borough, taken: dict[str, list[Any]]
) -> None:
    mistyped = {
        row["identifier"]: row["written"]
        for row in borough.truth("defects")
        if row["field"] == "nhs_number" and row["kind"] == "mistyped"
    }
    found = [
        row
        for feed in FEEDS
        for row in rows_of(taken[feed])
        if isinstance(row, IdentitySaid) and row.subject.value in mistyped and row.nhs_number
    ]

    assert found
    for row in found:
        if row.nhs_number == mistyped[row.subject.value]:
            assert not row.is_nhs_number_sound


def test_cases_and_episodes_are_those_of_the_truth(
    borough: Borough, taken: dict[str, list[Any]]
) -> None:
    who = {(row["source"], row["identifier"]): row["person"] for row in borough.truth("who_is_who")}
    covered = max(
        received.covers_until
        for received in borough.received("community_services")
        if received.covers_until
    )
    episodes = {
        key: row
        for (kind, key), row in latest(taken["community_services"]).items()
        if kind == "episode" and key.startswith("life:")
    }
    expected = {
        row["life_id"]: row
        for row in borough.truth("life_episodes")
        if row["referred_at"].replace(tzinfo=UTC) < covered
    }

    assert {key.removeprefix("life:") for key in episodes} == set(expected)
    for key, row in episodes.items():
        truth = expected[key.removeprefix("life:")]
        assert who["community", row.subject.value] == truth["person"]
        first = truth["first_visit_at"]
        if first is not None and first.replace(tzinfo=UTC) < covered - timedelta(days=8):
            assert (
                row.detail["first_seen_at"] == first.replace(tzinfo=UTC, microsecond=0).isoformat()
            )


def test_a_goal_finds_whose_it_is_through_its_case(taken: dict[str, list[Any]]) -> None:
    rows = rows_of(taken["charity_cases"])
    same = {row.given_up: row.kept for row in rows if isinstance(row, SameSaid)}
    goals = [row for row in rows if isinstance(row, EntrySaid) and row.kind is EntryKind.GOAL]

    assert goals
    assert all(same[goal.subject].authority == "charity:Z00" for goal in goals)


def test_what_names_a_stay_or_referral_finds_whose_it_is(taken: dict[str, list[Any]]) -> None:
    rows = rows_of(taken["community_services"])
    same = {row.given_up: row.kept for row in rows if isinstance(row, SameSaid)}
    orphans = {
        row.kind
        for row in rows
        if isinstance(row, EntrySaid)
        and row.subject.authority.count(":") > 1
        and row.subject not in same
    }
    blockers = [row for row in rows if isinstance(row, EntrySaid) if row.kind == "blocker"]

    # Reviews of those who never came onto the hub's list are all that name nobody.
    assert orphans <= {EntryKind.REVIEW}
    assert all(row.detail["spell"] == row.subject.value for row in blockers)
    assert any(key.authority == "hospital:Z03" for key in same.values())


def test_where_somebody_is_reached_never_stands_in_an_entry(
    borough: Borough, taken: dict[str, list[Any]]
) -> None:
    ways = {
        way.text
        for feed in FEEDS
        for row in rows_of(taken[feed])
        if isinstance(row, IdentitySaid)
        for way in row.reach
        if way.kind is not ReachKind.ADDRESS or len(way.text) > 12
    }

    assert len(ways) > 100
    for feed in FEEDS:
        for row in rows_of(taken[feed])[::7]:
            if isinstance(row, EntrySaid):
                said = json.dumps([row.title, row.words, row.by, dict(row.detail)])
                assert not any(way in said for way in _near(ways, said))


def _near(ways: set[str], said: str) -> set[str]:
    # Only ways that share their first six signs with some place of the text can be in it.
    starts = {said[place : place + 6] for place in range(len(said))}
    return {way for way in ways if way[:6] in starts}


def test_the_address_now_stands_whatever_the_order_of_the_exports(
    borough: Borough, taken: dict[str, list[Any]]
) -> None:
    said = [
        row
        for row in rows_of(taken["council_cases"])
        if isinstance(row, IdentitySaid) and row.source.endswith(ADDRESSES)
    ]
    standing: dict[SubjectKey, IdentitySaid] = {}
    for row in random.Random(5).sample(said, len(said)):
        stands = standing.get(row.subject)
        if stands is None or (row.said_at, row.version) > (stands.said_at, stands.version):
            standing[row.subject] = row
    current: dict[SubjectKey, set[str]] = {}
    for row in said:
        (way,) = row.reach
        if way.ends_on is None:
            current.setdefault(row.subject, set()).add(way.text)

    assert len(standing) > 100
    ended = {row.subject for row in said if row.reach[0].ends_on}
    assert ended
    for subject in ended & set(current):
        # The one that began last, or the only one without an end.
        begun = max(
            (row.reach[0] for row in said if row.subject == subject),
            key=lambda way: way.starts_on or date.min,
        )
        assert standing[subject].reach[0].text == begun.text


def test_each_file_is_recognised_by_its_own_reader_and_no_other(borough: Borough) -> None:
    there = {name: reader for name, reader in readers().items() if name in FEEDS.values()}
    for feed, expected in FEEDS.items():
        for received in borough.received(feed):
            with received.open() as opened:
                head = opened.read(8192)
            found = [name for name, each in there.items() if each.recognises("x", head)]
            assert found == [expected], received.name


def test_exports_read_without_a_manifest_are_said_in_the_same_order(borough: Borough) -> None:
    pairs = [
        (said_at(received), said_at(replace(received, covers_until=None)))
        for feed in ("council_cases", "charity_cases", "community_services")
        for received in borough.received(feed)
    ]

    assert all(first == second for first, second in pairs)

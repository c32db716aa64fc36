"""Each indicator equals an independent SQL statement over the same snapshot."""

import random
from datetime import UTC, date, datetime, timedelta

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from oneplace.insight.before_and_after import before_and_after
from oneplace.insight.indicators import DEFINITIONS, definition, measure
from oneplace.insight.indicators.asked import Asked
from oneplace.insight.indicators.definition import (
    Counted,
    Definition,
    DefinitionRefused,
    Months,
    month_after,
)
from oneplace.insight.indicators.measuring import months_until
from oneplace.insight.shapes import TABLES
from oneplace.insight.snapshot import Manifest, Snapshot
from oneplace.insight.waiting import waited_longer
from oneplace.vocabulary.terms import BetterDirection, MeasureUnit, Role

ON = date(2026, 3, 12)
PRACTICES = ("A1", "A2", "B1", None)
NETWORKS = {"A1": "north", "A2": "north", "B1": "south"}
WHATS = [
    (1, "stay", "emergency", "", ""),
    (2, "stay", "planned", "", ""),
    (3, "diagnosis", "emergency", "icd10", "S72"),
    (4, "diagnosis", "emergency", "icd10", "J18"),
    (5, "diagnosis", "emergency", "icd10", "W19"),
    (6, "care_plan", "huddle list", "", ""),
    (7, "questionnaire", "", "oneplace", "satisfied"),
    (8, "attendance", "", "", ""),
]


def _day(luck, first=date(2024, 1, 1)):
    return first + timedelta(days=luck.randrange((ON - first).days))


def _people(luck):
    rows = []
    for number in range(1, 601):
        old = luck.random() < 0.7
        born = date(luck.randrange(1930, 1962) if old else luck.randrange(1962, 2015),
                    luck.randrange(1, 13), 1)  # fmt: skip
        died = _day(luck) if old and luck.random() < 0.15 else None
        rows.append((number, None if luck.random() < 0.02 else born, "female", luck.choice("ABZ"),
                     luck.choice(PRACTICES), luck.choice((1, 5, None)), None, died))  # fmt: skip
    return rows


def _events(luck):
    rows, event = [], 0
    for _ in range(3000):
        event += 1
        person, day, source = luck.randrange(1, 601), _day(luck), luck.randrange(2)
        ended = None if luck.random() < 0.03 else day + timedelta(days=luck.randrange(20))
        kind = luck.choice((1, 1, 2, 8))
        rows.append((person, event, kind, day, ended, None, source))
        if kind == 1 and luck.random() < 0.5:
            rows.append((person, event, luck.choice((3, 4, 5)), day, ended, None, source))
            rows.append((person, event, luck.choice((3, 4)), day, ended, None, source))
    for _ in range(400):
        event += 1
        rows.append((luck.randrange(1, 601), event, 7, _day(luck), None, luck.randrange(11), 0))
    for person in range(1, 200):
        event += 1
        rows.append((person, event, 6, _day(luck), None, None, 0))
    return rows


def _work(luck):
    rows, work = [], 0

    def add(kind, mark="", state="", note="", **more):
        nonlocal work
        work += 1
        began = _day(luck)
        row = {
            "work": work, "pseudonym": luck.randrange(1, 601), "kind": kind, "mark": mark,
            "state": state, "note": note, "started_on": began, "due_on": None, "ended_on": None,
            "value": None, "other": None, "practice": None, "source": "feed_a",
        }  # fmt: skip
        rows.append(row | {key: found(began) if callable(found) else found
                           for key, found in more.items()})  # fmt: skip

    for _ in range(400):
        mark = luck.choice(("discharge", "rapid_response", "reablement", "rehab"))
        add("life", mark, luck.choice(("", "independent", "community_help", "died", "care_home")),
            luck.choice(("accepted", "accepted", "accepted", "rejected")),
            value=luck.choice((None, 30.0, 119.0, 120.0, 121.0, 900.0, 2000.0)),
            other=float(luck.randrange(1440)))  # fmt: skip
        add("day_91", "discharge", luck.choice(("at_home", "hospital", "")),
            due_on=lambda day: day + timedelta(days=91))  # fmt: skip
        days = luck.choice((0, 1, 5, 40))
        add("delay", ended_on=None if luck.random() < 0.05
            else lambda day, days=days: day + timedelta(days=days))  # fmt: skip
        late = luck.choice((-2, 0, 3))
        add("action", "huddle", luck.choice(("done", "asked", "no_longer_needed", "declined")),
            due_on=lambda day: day + timedelta(days=7),
            ended_on=lambda day, late=late: day + timedelta(days=7 + late))  # fmt: skip
        add("told", state=luck.choice(("told", "not_told")))
        add("goal", value=float(luck.random() < 0.5))
        over = luck.random() < 0.4
        add("plan", value=float(luck.random() < 0.5),
            ended_on=(lambda day: day + timedelta(days=200)) if over else None)  # fmt: skip
        add("pair", "satisfied", value=float(luck.randrange(11)), other=float(luck.randrange(11)),
            ended_on=lambda day: day + timedelta(days=60))  # fmt: skip
    for _ in range(80):
        add("huddle", pseudonym=None, practice=luck.choice(PRACTICES[:3]),
            value=float(luck.random() < 0.5), source="oneplace")  # fmt: skip
    # Told by a feed and by this house: the house's row counts.
    for row in [row for row in rows if row["kind"] == "life"][:40]:
        work += 1
        rows.append(row | {"work": work, "source": "oneplace", "value": 60.0})
    return rows


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory):
    luck = random.Random(2026)
    folder = tmp_path_factory.mktemp("measured")
    tables = {
        "people": [dict(zip(TABLES["people"].names, row, strict=True)) for row in _people(luck)],
        "events": [dict(zip(TABLES["events"].names, row, strict=True)) for row in _events(luck)],
        "whats": [dict(zip(TABLES["whats"].names, (*row, ""), strict=True)) for row in WHATS],
        "sources": [{"source": 0, "name": "feed_a"}, {"source": 1, "name": "feed_b"}],
        "work": _work(luck),
        "uncounted": [{"pseudonym": number} for number in range(590, 601)],
    }
    for name, rows in tables.items():
        pq.write_table(pa.Table.from_pylist(rows, schema=TABLES[name]), folder / f"{name}.parquet")
    Manifest(
        datetime(2026, 3, 12, 9, tzinfo=UTC), "test", {},
        {name: (f"{name}.parquet",) for name in tables},
        as_of={"feed_a": "2026-03-01T00:00:00+00:00", "feed_b": "2026-03-12T00:00:00+00:00"},
    ).write(folder)  # fmt: skip
    opened = Snapshot.open(folder)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def measures(snapshot):
    return measure(snapshot, networks=NETWORKS)


def tables_of(snapshot, found):
    """A snapshot's files as tables of a store of their own, as the statements ask them."""
    months = months_until(snapshot.manifest.made_on)
    for name in TABLES:
        files = [str(snapshot.folder / each) for each in snapshot.manifest.files[name]]
        found.execute(f"create view all_{name} as select * from read_parquet({files})")
    found.execute(f"""
        create view people as select * from all_people
         where pseudonym not in (select pseudonym from all_uncounted);
        create view events as select e.*, w.* exclude (what) from all_events e
          join all_whats w using (what) join people using (pseudonym);
        create view work as select * from all_work w
         where (pseudonym is null or pseudonym in (select pseudonym from people))
           and (source = 'oneplace' or pseudonym is null or not exists (
             select 1 from all_work o where o.pseudonym = w.pseudonym and o.kind = w.kind
                and o.started_on = w.started_on and o.source = 'oneplace'));
        create view months as
        select month::date as month, (month + interval 1 month)::date as ends
          from range(date '{months.first}', date '{months.last}' + interval 1 day,
                     interval 1 month) t(month);
    """)


@pytest.fixture(scope="module")
def store(snapshot):
    with duckdb.connect() as found:
        tables_of(snapshot, found)
        yield found


_OLD = "p.born_month + interval 65 year"
_LIFE = "kind = 'life' and mark in ('discharge', 'rapid_response')"
_HELP = "kind = 'life' and mark in ('discharge', 'reablement', 'rehab') and value is not null"
_WITHOUT = "state in ('independent', 'community_help')"
_OVER = f"""
select m.month, (select count(*) from people p where p.practice is not null
                   and date_trunc('month', {_OLD}) <= m.month
                   and (p.died_on is null or date_trunc('month', p.died_on) >= m.month)) as bottom
  from months m
"""


def _of_work(day, top, where):
    return f"""
    select date_trunc('month', {day})::date as month,
           sum(case when {top} then 1 else 0 end) as top, count(*) as bottom
      from work where {where} group by 1
    """


def _rate(tops):
    return f"""
    select o.month, coalesce(t.top, 0) as top, o.bottom from ({_OVER}) o
      left join ({tops}) t using (month)
    """


SQL = {
    "emergency_admissions": _rate(f"""
        select date_trunc('month', happened_on)::date as month, count(*) as top
          from events e join people p using (pseudonym)
         where kind = 'stay' and mark = 'emergency' and {_OLD} <= happened_on
           and p.practice is not null group by 1"""),
    "falls_admissions": _rate("""
        select date_trunc('month', day)::date as month, count(*) as top from (
            select e.pseudonym, event, min(happened_on) as day, any_value(p.born_month) as born
              from events e join people p using (pseudonym)
             where kind = 'diagnosis' and mark = 'emergency'
               and p.practice is not null
               and (code like 'S%' or code similar to 'T(0|10|11|12|13|14).*' or code like 'W0%'
                    or code like 'W1%')
             group by all) where born + interval 65 year <= day group by 1"""),
    "deaths": _rate(f"""
        select date_trunc('month', died_on)::date as month, count(*) as top from people p
         where {_OLD} <= died_on and p.practice is not null group by 1"""),
    "readmission": f"""
        select date_trunc('month', e.ended_on)::date as month,
               sum(case when exists (
                 select 1 from events o where o.pseudonym = e.pseudonym and o.kind = 'stay'
                    and o.mark = 'emergency' and o.event <> e.event
                    and o.happened_on between e.ended_on and e.ended_on + 30)
               then 1 else 0 end) as top, count(*) as bottom
          from events e join people p using (pseudonym)
         where e.kind = 'stay' and e.mark = 'emergency' and {_OLD} <= e.ended_on
           and (p.died_on is null or p.died_on > e.ended_on) group by 1""",
    "life_two_hours": _of_work("started_on", "value <= 120", f"{_LIFE} and note = 'accepted'"),
    "life_two_hours|by_day": _of_work(
        "started_on", "value <= 120",
        f"{_LIFE} and note = 'accepted' and other between 480 and 1080",
    ),
    "life_two_hours|same_day": _of_work(
        "started_on", "value <= 120", f"{_LIFE} and note = 'accepted' and other + value < 1440"
    ),
    "life_two_hours|left_hospital": _of_work(
        "started_on", "value <= 120", "kind = 'life' and mark = 'discharge' and note = 'accepted'"
    ),
    "life_two_hours|all_asked": _of_work("started_on", "value <= 120", _LIFE),
    "life_two_hours|accepted_of_asked": _of_work("started_on", "note = 'accepted'", _LIFE),
    "no_long_term_package": _of_work("started_on", _WITHOUT, _HELP),
    "no_long_term_package|completers": _of_work(
        "started_on", _WITHOUT, f"{_HELP} and state not in ('', 'hospital', 'died', 'declined')"
    ),
    "home_on_day_91": _of_work(
        "started_on", "state = 'at_home'", f"kind = 'day_91' and due_on <= date '{ON}'"
    ),
    "delayed_bed_days": """
        select date_trunc('month', ended_on)::date as month, sum(ended_on - started_on) as top,
               count(*) as bottom from work where kind = 'delay' and ended_on is not null group by 1
    """,
    "delayed_bed_days|delayed_only": """
        select date_trunc('month', ended_on)::date as month, sum(ended_on - started_on) as top,
               count(*) as bottom
          from work where kind = 'delay' and ended_on > started_on group by 1
    """,
    "delayed_bed_days|of_the_month": f"""
        select m.month, coalesce(sum(case when started_on is not null then
                                       least(coalesce(ended_on, date '{ON}'), m.ends)
                                       - greatest(started_on, m.month) end), 0) as top, 1 as bottom
          from months m left join work on kind = 'delay' and started_on < m.ends
           and coalesce(ended_on, date '{ON}') > m.month
           and coalesce(ended_on, date '{ON}') >= started_on group by m.month""",
    "actions_in_time": _of_work(
        "due_on", "state = 'done' and ended_on <= due_on",
        "kind = 'action' and state <> 'no_longer_needed'",
    ),
    "huddle_whole": _of_work("started_on", "value = 1", "kind = 'huddle'"),
    "told_before": _of_work("started_on", "state = 'told'", "kind = 'told'"),
    "goals_achieved": _of_work("started_on", "value > 0", "kind = 'goal'"),
    "plans_in_own_words": """
        select m.month, sum(case when w.started_on >= m.ends - interval 6 month and w.value > 0
                                 then 1 else 0 end) as top, count(*) as bottom
          from months m join work w on w.kind = 'plan' and w.started_on < m.ends
           and (w.ended_on is null or w.ended_on >= m.ends)
         where not exists (select 1 from work o where o.kind = 'plan' and o.pseudonym = w.pseudonym
                  and o.started_on < m.ends and (o.ended_on is null or o.ended_on >= m.ends)
                  and (o.started_on > w.started_on
                       or (o.started_on = w.started_on and o.work < w.work)))
         group by m.month""",
    "wellbeing": """
        select date_trunc('month', last_on)::date as month, sum(after - before) as top,
               count(*) as bottom from (
          select ended_on as last_on, value as before, other as after from work
           where kind = 'pair' and mark in ('satisfied', 'life_satisfaction')
          union all
          select max(happened_on), arg_min(value, happened_on * 100 + value::int),
                 arg_max(value, happened_on * 100 + value::int) from (
              select pseudonym, (happened_on - date '2000-01-01')::bigint as happened_on, value
                from events where code = 'satisfied' and pseudonym not in (
                  select pseudonym from work
                   where kind = 'pair' and mark in ('satisfied', 'life_satisfaction')))
           group by pseudonym having max(happened_on) > min(happened_on)
        ) group by 1""",
}  # fmt: skip
SQL["wellbeing"] = SQL["wellbeing"].replace(
    "select max(happened_on), arg", "select date '2000-01-01' + max(happened_on)::int, arg"
)


def measured_of(measures, name):
    """What was measured of the whole place by an indicator, or `indicator|reading`."""
    key, _, variant = name.partition("|")
    return {
        row["month"]: (row["top"], row["bottom"])
        for row in measures.cells.to_pylist()
        if row["indicator"] == key and row["variant"] == variant and row["grouping"] == "place"
        and (row["top"] or row["bottom"])
    }  # fmt: skip


def stated_of(store, name, on):
    """The same by the statement, for a snapshot of a day."""
    months = months_until(on)
    statement = SQL[name].replace(f"date '{ON}'", f"date '{on}'")
    rows = store.execute(
        f"select month, top, bottom from ({statement}) x"
        f" where month between date '{months.first}' and date '{months.last}'"
    ).fetchall()
    return {month: (float(top), float(bottom)) for month, top, bottom in rows if top or bottom}


@pytest.mark.parametrize("name", list(SQL))
def test_an_indicator_equals_its_independent_statement(name, measures, store):
    assert measured_of(measures, name) == stated_of(store, name, ON)


@pytest.mark.parametrize("key", list(DEFINITIONS))
def test_an_indicator_measured_alone_is_the_same(key, snapshot, measures):
    alone = measure(snapshot, [definition(key)], networks=NETWORKS, with_variants=False)

    assert alone.cells.to_pylist() == [
        row for row in measures.cells.to_pylist() if row["indicator"] == key and not row["variant"]
    ]


def test_every_definition_and_variant_has_its_statement():
    every = set(DEFINITIONS) | {
        f"{key}|{variant}" for key, each in DEFINITIONS.items() for variant in each.variants
    }

    assert every == set(SQL)


@pytest.mark.parametrize("grouping", ["network", "practice", "deprivation", "ethnicity"])
def test_groups_add_up_to_the_whole(grouping, measures):
    with duckdb.connect() as store:
        store.register("cells", measures.cells)
        found = store.execute(
            "select indicator, sum(top), sum(bottom) from cells where grouping = ?"
            " and variant = '' group by 1 order by 1", [grouping],
        ).fetchall()  # fmt: skip
        whole = store.execute(
            "select indicator, sum(top), sum(bottom) from cells where grouping = 'place'"
            " and variant = '' group by 1 order by 1"
        ).fetchall()

    named = {key: (top, bottom) for key, top, bottom in found}
    assert {key: (top, bottom) for key, top, bottom in whole}.keys() == named.keys()
    for key, top, bottom in whole:
        assert named[key][1] == bottom, key
        assert named[key][0] == pytest.approx(top), key


def test_how_far_each_is_known_is_what_its_feed_told_last(measures):
    assert measures.known_until["home_on_day_91"] == date(2026, 3, 1)
    assert measures.known_until["emergency_admissions"] == date(2026, 3, 12)
    assert "huddle_whole" not in measures.known_until


def test_one_month_alone_is_measured_the_same(snapshot, measures):
    month = date(2026, 2, 1)
    alone = measure(snapshot, networks=NETWORKS, months=Months(month, month))

    wanted = [row for row in measures.cells.to_pylist() if row["month"] == month]
    assert alone.cells.to_pylist() == wanted


def test_who_waited_longer_adds_up_to_those_not_seen_in_time(snapshot, store):
    first = months_until(ON).first
    late = store.execute(
        f"select count(*) from work where {_LIFE} and note = 'accepted'"
        f" and started_on >= date '{first}' and started_on < date '2026-03-01'"
        " and (value is null or value > 120)"
    ).fetchone()

    found = waited_longer(snapshot)
    assert sum(sum(by_month.values()) for by_month in found.values()) == late[0]
    assert {day[8:] for by_month in found.values() for day in by_month} == {"01"}


def test_who_is_in_no_denominator_is_in_no_numerator(snapshot, measures, store):
    registered, everybody = store.execute(
        "select count(*) filter (practice is not null), count(*) from people p"
        f" where {_OLD} <= died_on and died_on >= date '2024-03-01' and died_on < date '2026-03-01'"
    ).fetchone()

    dead = [row["top"] for row in measures.cells.to_pylist()
            if row["indicator"] == "deaths" and row["grouping"] == "place"]  # fmt: skip
    assert sum(dead) == registered < everybody


def test_a_before_and_after_brings_the_fall_to_be_expected(snapshot):
    found = before_and_after(snapshot, "emergency_stays")

    assert found is not None
    assert found.people >= 8
    assert found.fall.before == found.before
    assert -1 <= found.fall.correlation <= 1


def _definition(**but):
    said = {
        "key": "x", "version": 1, "changed": "", "statement": "clinical", "title": "",
        "sentence": "",
        "cohort": "", "numerator": "", "denominator": "", "unit": MeasureUnit.RATE,
        "better": BetterDirection.LOWER, "source": "", "owner": Role.GP, "refresh": "",
        "provisional_months": 0, "provisional_because": "", "counted": Counted(("stay",)),
        "per_people_from_age": 0,
    }  # fmt: skip
    return Definition(**(said | but))


def test_a_definition_with_an_unknown_column_is_refused(snapshot):
    def tell(asked: Asked) -> object:
        return asked.facts(asked.work("life"), day="born_on", top=1, bottom=1)

    with pytest.raises(DefinitionRefused, match="no column 'born_on'"):
        told = {"counted": None, "tell": tell, "per_people_from_age": None}
        measure(snapshot, [_definition(unit=MeasureUnit.PER_CENT, **told)])


@pytest.mark.parametrize(
    ("but", "says"),
    [
        ({"counted": None}, "either which events"),
        ({"per_people_from_age": None}, "need people"),
        ({"unit": MeasureUnit.PER_CENT}, "a rate, never a per cent"),
        ({"counted": None, "tell": len, "per_people_from_age": None}, "a rate is over everybody"),
        ({"target": 5.0}, "where its target comes from"),
    ],
)
def test_a_definition_that_could_not_be_said_is_refused(but, says):
    with pytest.raises(DefinitionRefused, match=says):
        _definition(**but)


def test_an_unknown_indicator_or_grouping_is_refused(snapshot):
    with pytest.raises(DefinitionRefused, match="no indicator 'magic'"):
        definition("magic")
    with pytest.raises(DefinitionRefused, match="no grouping 'colour'"):
        measure(snapshot, groupings=["colour"])


def test_months_in_disorder_are_refused():
    with pytest.raises(DefinitionRefused, match="comes after"):
        Months(date(2026, 2, 1), date(2026, 1, 1))
    assert month_after(date(2026, 12, 1)) == date(2027, 1, 1)

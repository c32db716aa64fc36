"""Figures, charts, groups through the gate, claims, signals, publications."""

from datetime import UTC, date, datetime

import pytest

from oneplace.access.viewer import viewing
from oneplace.actions.models import Action
from oneplace.config.database import Role as DatabaseRole
from oneplace.insight.before_and_after import BeforeAfter
from oneplace.insight.indicators.definition import Months
from oneplace.kit.refusals import Refused
from oneplace.outcomes import day_cards, queries, verbs
from oneplace.outcomes.models import Behind, Measured, Measuring, Publication, Signal
from oneplace.outcomes.models.terms import SignalEnd
from oneplace.science.regression_to_the_mean import expected_fall
from oneplace.science.spc.xmr import Variation
from oneplace.vocabulary.terms import ActionState, Role
from tests.database import as_role
from tests.factories import AT, bring_in_place, make_hat, viewer_in
from tests.rooms.outcomes.conftest import FIRST, LAST, cell, keep, somebody, two_hours

pytestmark = pytest.mark.django_db
CHAIR, DIRECTOR = Role.BOARD_CHAIR, Role.PROGRAMME_DIRECTOR
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def test_a_figure_names_its_denominator_its_months_and_its_definition(measured: Measuring) -> None:
    chair = somebody(CHAIR)
    with viewing(chair, at=AT):
        found = queries.charted("life_two_hours", viewer=chair)

    assert found is not None and found.figure is not None
    assert found.figure.of == "437 of 480 people"
    assert (found.figure.first, found.figure.last) == (date(2025, 3, 1), LAST)
    assert found.figure.definition.label == "life_two_hours v1"
    assert found.figure.words == "91 %"


def test_what_a_partner_has_not_told_is_missing_and_no_nought(db: None) -> None:
    keep(two_hours(), known_until={"life_two_hours": date(2026, 1, 14)})
    chair = somebody(CHAIR)
    with viewing(chair, at=AT):
        found = queries.charted("life_two_hours", viewer=chair)

    assert found is not None
    assert [row.status for row in found.months[-3:]] == ["final", "provisional", "missing"]
    assert found.months[-1].value is None
    assert "1 month is not told yet" in found.sentence


def test_wellbeing_of_fewer_than_thirty_pairs_is_told_of_nobody(db: None) -> None:
    few = [cell("wellbeing", date(2026, month, 1), 9, 10) for month in (1, 2)]
    keep([*few, cell("wellbeing", LAST, 9, 10, "network", "thornton_heath")])
    chair = somebody(CHAIR)
    with viewing(chair, at=AT):
        found = queries.charted("wellbeing", viewer=chair)
        assert found is not None
        groups = queries.groups(found, "network", viewer=chair)

    assert found.figure is None and found.chart is None
    assert "fewer than 30" in found.why_no_figure
    assert {row.status for row in found.months[-2:]} == {"few"}
    assert groups is not None
    assert [(line.value, line.why[:18]) for line in groups.lines] == [
        ("left out", "Of fewer than 30: ")
    ]

    keep([*few, cell("wellbeing", date(2025, 12, 1), 8, 10)], snapshot="b" * 64)
    with viewing(chair, at=AT):
        found = queries.charted("wellbeing", viewer=chair)
    assert found is not None and found.figure is not None
    assert (found.figure.bottom, found.chart) == (30, None)


def test_groups_pass_the_gate(measured: Measuring) -> None:
    chair = somebody(CHAIR)
    with viewing(chair, at=AT):
        charted = queries.charted("life_two_hours", viewer=chair)
        assert charted is not None
        found = queries.groups(charted, "practice", viewer=chair)

    assert found is not None
    by_key = {line.key: line for line in found.lines}
    assert by_key["ZZTH04"].value == "left out"
    assert by_key["ZZTH04"].why
    assert by_key["ZZTH04"].denominator == "*"


def test_groups_are_of_the_months_and_the_reading_of_the_figure_beside_them(db: None) -> None:
    months = Months(FIRST, LAST).every()
    cells = two_hours()
    cells += [cell("life_two_hours", month, 35, 38, "deprivation", "1") for month in months]
    cells.append(cell("life_two_hours", LAST, 40, 40, "deprivation", "1", variant="by_day"))
    keep(cells, known_until={"life_two_hours": date(2026, 1, 14)})
    chair = somebody(CHAIR)
    with viewing(chair, at=AT):
        told = queries.groups(_charted(), "deprivation", viewer=chair)
        by_day = queries.groups(_charted(variant="by_day"), "deprivation", viewer=chair)

    # January may still change and February is not told: neither is in a figure or a group.
    assert told is not None
    assert (told.first, told.last) == (date(2025, 1, 1), date(2025, 12, 1))
    assert [(line.denominator, line.interval) for line in told.lines] == [("455", "89.5 to 94.4")]
    assert by_day is None


def test_the_people_behind_a_rate_are_counted_and_not_their_months(db: None) -> None:
    months = [date(2025, month, 1) for month in range(3, 13)] + [date(2026, 1, 1)]
    cells = [cell("emergency_admissions", month, 60, 2400) for month in months]
    cells += [cell("emergency_admissions", month, 59, 2396, "ethnicity", "A") for month in months]
    cells += [cell("emergency_admissions", month, 1, 4, "ethnicity", "B") for month in months]
    keep(cells)
    chair = somebody(CHAIR)
    charted = _charted("emergency_admissions")
    with viewing(chair, at=AT):
        found = queries.groups(charted, "ethnicity", viewer=chair)

    assert charted.figure is not None
    assert charted.figure.of == ("660 in 11 months among 2,400 people of 65 and over on average")
    assert charted.figure.words == "25.0 per 1,000 people a month"
    assert found is not None
    by_key = {line.key: line for line in found.lines}
    assert (by_key["B"].denominator, by_key["B"].value) == ("*", "left out")
    assert by_key["B"].numerator == "*"


def test_who_waited_longer_are_those_of_the_months_of_the_figure(measured: Measuring) -> None:
    chair = somebody(CHAIR)
    with viewing(chair, at=AT):
        found = queries.waited(_charted(), viewer=chair)

    # Twenty in January count; five of March 2024 are of a month before the figure.
    assert found["2 to 4 hours"].shown == 20


def test_people_a_huddle_took_on_pass_the_gate(db: None) -> None:
    found = BeforeAfter(
        "stay_days", 43, 3, 9.0, 4.0, expected_fall(everybody=1.0, picked=9.0, correlation=0.3),
        date(2024, 3, 12), date(2026, 3, 12),
    )  # fmt: skip
    made = keep(two_hours(), before_and_after={"stay_days": found})

    told = made.before_and_after["stay_days"]
    assert (told["people"], told["died"]) == ("45", "1 to 7")


def test_a_claim_is_read_in_three_ways(measured: Measuring) -> None:
    chair = somebody(CHAIR)
    with viewing(chair, at=AT):
        claim = queries.claim("two_hours", viewer=chair)
        assert claim is not None
        shown = queries.readings(claim, viewer=chair)

    assert [each.key for each in shown] == ["accepted", "by_day", "all_asked"]
    assert shown[0].figure is not None and shown[1].figure is not None
    assert shown[0].figure.words != "" and shown[1].figure.variant == "by_day"
    assert shown[2].cannot


def test_a_concern_becomes_somebodys_duty_once(db: None) -> None:
    bring_in_place()
    hat = make_hat(Role.LIFE_COORDINATOR)
    keep(two_hours(last_top=10))
    keep(two_hours(last_top=10), snapshot="b" * 64)

    with as_role(DatabaseRole.LOADER):
        signal = Signal.objects.get(indicator="life_two_hours")
        assert signal.variation == Variation.CONCERN_LOW
        assert Action.objects.get(pk=signal.action_id).owner_account_id == hat.account_id
        assert Action.objects.count() == 1


def test_a_signal_closes_only_with_evidence(db: None) -> None:
    keep(two_hours(last_top=10))
    signal = Signal.objects.get(indicator="life_two_hours")
    director = somebody(DIRECTOR)

    with viewing(director, at=AT):
        with pytest.raises(Refused, match="Say what shows it"):
            verbs.end_signal(
                signal=signal, end=SignalEnd.CAUSE_FOUND, evidence="done", by=director, at=AT
            )
        verbs.end_signal(
            signal=signal, end=SignalEnd.CAUSE_FOUND,
            evidence="Two coordinators were away; rota of 3 March, minute 7", by=director, at=AT,
        )  # fmt: skip

    signal.refresh_from_db()
    assert signal.ended_by_name == director.name


def test_whoever_owes_the_answer_settles_the_ask_by_the_same_evidence(db: None) -> None:
    bring_in_place()
    hat = make_hat(Role.PROGRAMME_DIRECTOR)
    cells = [cell("emergency_admissions", month, 20, 800) for month in Months(FIRST, LAST).every()]
    cells[-2]["top"] = 90.0
    keep(cells)
    signal = Signal.objects.get(indicator="emergency_admissions")
    owner, other = viewer_in(hat), somebody(DIRECTOR)
    evidence = "Two wards told the same stays twice until 9 March; put right, minute 7"

    with viewing(owner, at=AT):
        verbs.end_signal(
            signal=signal, end=SignalEnd.DATA_WRONG, evidence=evidence, by=owner, at=AT
        )
    with as_role(DatabaseRole.LOADER):
        duty = Action.objects.get(pk=signal.action_id)
    assert (duty.state, duty.what_changed) == (ActionState.DONE, evidence)

    # Somebody else's evidence ends a signal too, but answers for nobody.
    keep(two_hours(last_top=10), snapshot="b" * 64)
    second = Signal.objects.get(indicator="life_two_hours")
    with viewing(other, at=AT):
        verbs.end_signal(
            signal=second, end=SignalEnd.DATA_WRONG, evidence=evidence, by=other, at=AT
        )
    with as_role(DatabaseRole.LOADER):
        assert Action.objects.get(pk=second.action_id).state is not ActionState.DONE


def test_a_signal_stands_on_the_day_of_whoever_keeps_the_measures(db: None) -> None:
    keep(two_hours(last_top=10))
    analyst = somebody(Role.ANALYST)
    now = Signal.objects.get(indicator="life_two_hours").raised_at

    with viewing(analyst, at=now):
        (row,) = day_cards.OpenSignals().rows(viewer=analyst, at=now)
        assert list(day_cards.SignalsRaised().rows(viewer=analyst, at=now)) == []
        with as_role(DatabaseRole.LOADER):
            Signal.objects.update(ended_at=now, ended_by_name="A director")
        assert list(day_cards.OpenSignals().rows(viewer=analyst, at=now)) == []
        (closed,) = day_cards.SignalsRaised().rows(viewer=analyst, at=now)

    assert row.address == "/board/figures/life_two_hours/"
    assert (closed.why_you, closed.needs_you) == ("Closed by A director", False)


def test_limits_begin_anew_only_within_the_series_and_once_a_month(measured: Measuring) -> None:
    director = somebody(DIRECTOR)
    said = {"indicator": "life_two_hours", "cause": "A second team", "minute": "Board, minute 4",
            "decided_on": date(2025, 5, 1), "by": director, "at": AT}  # fmt: skip

    with viewing(director, at=AT):
        verbs.keep_rebase(month=date(2025, 6, 1), **said)
        with pytest.raises(Refused, match="already"):
            verbs.keep_rebase(month=date(2025, 6, 1), **said)
        with pytest.raises(Refused, match="within"):
            verbs.keep_rebase(month=date(2030, 6, 1), **said)
        found = queries.charted("life_two_hours", viewer=director)

    assert found is not None and found.chart is not None
    assert len(found.chart.limits) == 2


def test_a_publication_is_frozen_and_says_why_a_number_is_left_out(measured: Measuring) -> None:
    director = somebody(DIRECTOR)
    with viewing(director, at=AT):
        first = verbs.publish_figures(by=director, at=AT)
    keep(two_hours(last_top=20), snapshot="b" * 64)
    with viewing(director, at=AT):
        second = verbs.publish_figures(
            corrects=first, correction="Visits of one week were told twice until 9 March.",
            by=director, at=AT,
        )  # fmt: skip

    first.refresh_from_db()
    assert (first.number, second.number) == (1, 2)
    assert second.corrects_id == first.pk
    told = next(each for each in first.content["figures"] if each["key"] == "life_two_hours")
    assert told["definition"] == "life_two_hours v1"
    assert told["lines"][0]["denominator"] == "480"
    assert Behind.objects.filter(publication=first).exists()


def test_a_publication_may_not_differ_from_the_last_by_a_few_people(measured: Measuring) -> None:
    director = somebody(DIRECTOR)
    with viewing(director, at=AT):
        verbs.publish_figures(by=director, at=AT)
    cells = two_hours()
    cells[0] = cells[0]
    changed = [
        cell("life_two_hours", each["month"], each["top"] + 3, each["bottom"])
        if each["month"] == LAST and each["grouping"] == "place" and not each["variant"]
        and each["indicator"] == "life_two_hours"
        else each
        for each in cells
    ]  # fmt: skip
    keep(changed, snapshot="b" * 64)
    with viewing(director, at=AT):
        second = verbs.publish_figures(by=director, at=AT)

    told = next(each for each in second.content["figures"] if each["key"] == "life_two_hours")
    assert "earlier publication" in told["lines"][0]["why"]


def test_a_correction_says_what_was_wrong(measured: Measuring) -> None:
    director = somebody(DIRECTOR)
    with viewing(director, at=AT):
        first = verbs.publish_figures(by=director, at=AT)
        with pytest.raises(Refused, match="what was wrong"):
            verbs.publish_figures(corrects=first, by=director, at=AT)


def test_measuring_again_keeps_one_measuring(measured: Measuring) -> None:
    keep(two_hours(), snapshot="b" * 64)

    assert Measuring.objects.count() == 1
    assert Measured.objects.filter(measuring__snapshot="a" * 64).count() == 0


def _charted(key: str = "life_two_hours", variant: str = "") -> queries.Charted:
    """What a chair sees charted."""
    chair = somebody(CHAIR)
    with viewing(chair, at=AT):
        found = queries.charted(key, variant=variant, viewer=chair)
    assert found is not None
    return found


STRANGERS = {
    "current": lambda v: queries.current(viewer=v),
    "rebases": lambda v: list(queries.rebases("life_two_hours", viewer=v)),
    "charted": lambda v: queries.charted("life_two_hours", viewer=v),
    "every_chart": lambda v: queries.every_chart(viewer=v),
    "figure_of": lambda v: queries.figure_of("life_two_hours", "", viewer=v),
    "groups": lambda v: queries.groups(_charted(), "practice", viewer=v),
    "claims": lambda v: queries.claims(viewer=v),
    "claim": lambda v: queries.claim("two_hours", viewer=v),
    "waited": lambda v: queries.waited(_charted(), viewer=v),
    "open_signals": lambda v: list(queries.open_signals(viewer=v)),
    "signals_of": lambda v: list(queries.signals_of("life_two_hours", viewer=v)),
    "signals_raised": lambda v: list(queries.signals_raised(since=LONG_AGO, viewer=v)),
    "signal": lambda v: queries.signal(
        Signal.objects.values_list("pk", flat=True).first(), viewer=v
    ),
    "stories": lambda v: list(queries.stories("life_two_hours", viewer=v)),
    "counts_behind": lambda v: queries.counts_behind(viewer=v),
}


@pytest.mark.parametrize("name", list(STRANGERS))
def test_a_stranger_sees_no_figure(name: str, db: None) -> None:
    keep(two_hours(last_top=10))
    director = somebody(DIRECTOR)
    with viewing(director, at=AT):
        verbs.publish_figures(by=director, at=AT)

    nurse = somebody(Role.COMMUNITY_NURSE)
    with viewing(nurse, at=AT):
        assert not STRANGERS[name](nurse)


def test_a_stranger_reads_no_reading(measured: Measuring) -> None:
    nurse, chair = somebody(Role.COMMUNITY_NURSE), somebody(CHAIR)
    claim = queries.claim("two_hours", viewer=chair)
    assert claim is not None
    with viewing(nurse, at=AT):
        assert all(each.figure is None for each in queries.readings(claim, viewer=nurse))


def test_everybody_reads_publications(measured: Measuring) -> None:
    director = somebody(DIRECTOR)
    with viewing(director, at=AT):
        made = verbs.publish_figures(by=director, at=AT)
    nurse = somebody(Role.COMMUNITY_NURSE)
    with viewing(nurse, at=AT):
        assert queries.publication(made.number, viewer=nurse) == made
        assert list(queries.publications(viewer=nurse)) == list(Publication.objects.all())

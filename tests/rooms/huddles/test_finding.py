"""What the finder knows of whom a huddle looks after."""

import pytest

from oneplace.access.viewer import viewing
from oneplace.casefinding import queries as casefinding
from oneplace.casefinding.models import Suggestion
from oneplace.casefinding.on_huddle_lists import on_huddle_lists
from oneplace.casefinding.presenters import in_place
from oneplace.config.database import Role as DatabaseRole
from oneplace.huddles import queries, verbs
from oneplace.huddles.models import Meeting, Series
from oneplace.vocabulary.terms import (
    CaseFindingSource,
    CaseState,
    ChoiceAboutSharing,
    Role,
    SuggestionState,
)
from tests.database import as_role
from tests.factories import make_account, make_hat, viewer_in
from tests.rooms.huddles.around_the_table import LISTED, Team

pytestmark = pytest.mark.django_db


def test_whoever_the_huddle_looks_after_waits_no_more_and_leaves_with_their_case(
    team: Team, series: Series
) -> None:
    person = team.people[0]
    with as_role(DatabaseRole.LOADER):
        suggestion = Suggestion(
            person=person,
            practice=team.practice,
            source=CaseFindingSource.FALL,
            suggested_at=LISTED,
        )
        suggestion.save(force_insert=True)

    with viewing(team.gp, at=LISTED):
        case = verbs.list_case(
            person_id=person.pk, practice_id=team.practice.pk, why="Two falls",
            told_on=LISTED.date(), by=team.gp, at=LISTED,
        )  # fmt: skip
        suggestion.refresh_from_db()
        assert suggestion.state is SuggestionState.LISTED
        assert on_huddle_lists([person.pk], viewer=team.gp)[person.pk].is_open
        told = casefinding.told_states([person.pk], viewer=team.gp)
        assert told[person.pk] is ChoiceAboutSharing.TOLD
        standing = casefinding.in_place(person.pk, viewer=team.gp, at=LISTED)
        assert in_place(standing)[0].what == "On the huddle’s list"

        verbs.end_case(
            case=case, state=CaseState.STEPPED_DOWN, safety_net="Falls again",
            by=team.gp, at=LISTED,
        )  # fmt: skip

    with as_role(DatabaseRole.LOADER):
        suggestion.refresh_from_db()
    assert suggestion.left_why == "Stepped down by the huddle"


def test_a_stranger_reads_no_case_through_the_finder(team: Team, meeting: Meeting) -> None:
    with viewing(team.gp, at=LISTED):
        assert queries.on_huddle_lists(None, team.gp)
    stranger = viewer_in(make_hat(Role.COMMUNITY_NURSE, account=make_account(name="Sam Sand")))
    with viewing(stranger, at=LISTED):
        assert queries.on_huddle_lists(None, stranger) == {}

"""What stands in the navigation: one row per page of the house, shown to who may open it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from oneplace.access.permissions import (
    EXPLAIN_ACCESS,
    KEEP_AGREEMENTS,
    MANAGE_PEOPLE_AT_WORK,
    SEE_AUDIT,
)
from oneplace.access.viewer import Viewer
from oneplace.actions.permissions import SEE_ACTIONS
from oneplace.casefinding.permissions import BUILD_LISTS, SEE_COVERAGE, SEE_PRACTICE_LIST
from oneplace.community.permissions import SEE_COMMUNITY
from oneplace.contracts.permissions import SEE_DECISIONS
from oneplace.desk.permissions import (
    OPEN_MY_DAY,
    SEE_HELP,
    SEE_PARTNERS,
    SEE_SENT,
    SEE_SERVICES,
)
from oneplace.feeds.permissions import SEE_FEEDS
from oneplace.finance.permissions import SEE_MONEY
from oneplace.homefirst.permissions import SEE_DISCHARGES, SEE_LIFE_DESK
from oneplace.huddles.permissions import SEE_HUDDLES, SEE_ROLL_OUT
from oneplace.outcomes.permissions import SEE_BOARD
from oneplace.people.permissions import RAISE_CONCERN, SEE_WHO_IS_WHO
from oneplace.plans.permissions import SEE_CASELOAD
from oneplace.referrals.permissions import SEE_REFERRALS
from oneplace.visits.permissions import SEE_VISITS
from oneplace.vocabulary.terms import Role


@dataclass(frozen=True)
class Entry:
    """One page in the navigation."""

    label: str
    route: str
    permission: str
    # Other routes that stand under this entry, by their beginning.
    holds: tuple[str, ...] = ()
    only_in_demo: bool = False
    label_for_resident: str = ""


@dataclass(frozen=True)
class NavigationLink:
    """An entry as one viewer sees it."""

    label: str
    address: str
    is_current: bool


ENTRIES = (
    Entry("My day", "desk:my_day", OPEN_MY_DAY, label_for_resident="My page"),
    Entry(
        "LIFE desk",
        "homefirst:desk",
        SEE_LIFE_DESK,
        (
            *("homefirst:case", "homefirst:clock", "homefirst:act_on"),
            *("homefirst:handover", "homefirst:wallboard", "homefirst:episode"),
            *("homefirst:open_episode", "homefirst:write_episode", "homefirst:providers"),
            *("homefirst:ask_provider", "homefirst:answer_ask", "homefirst:declare"),
        ),
    ),
    Entry(
        "In hospital",
        "homefirst:discharges",
        SEE_DISCHARGES,
        (
            *("homefirst:journey", "homefirst:ask_life", "homefirst:set_", "homefirst:clear_"),
            *("homefirst:review_", "homefirst:record_panel", "homefirst:open_blocker"),
            *(
                "homefirst:close_blocker",
                "homefirst:add_task",
                "homefirst:tell_",
                "homefirst:write_",
            ),
        ),
    ),
    Entry("Huddles", "huddles:huddles", SEE_HUDDLES, ("huddles:",)),
    Entry("Actions", "actions:actions", SEE_ACTIONS, ("actions:",)),
    Entry(
        "Who works together",
        "desk:partners",
        SEE_PARTNERS,
        ("desk:network", "desk:team", "desk:organisation"),
    ),
    Entry(
        "People to look at",
        "casefinding:practice_list",
        SEE_PRACTICE_LIST,
        ("casefinding:suggestion", "casefinding:record_objection", "casefinding:leave_list"),
    ),
    Entry("Lists", "casefinding:build_list", BUILD_LISTS),
    Entry("Who is missed", "casefinding:coverage", SEE_COVERAGE),
    Entry("Roll-out", "huddles:roll_out", SEE_ROLL_OUT, ("huddles:engagement",)),
    Entry("Services", "desk:services", SEE_SERVICES, ("desk:service", "directory:")),
    Entry("Referrals", "referrals:referrals", SEE_REFERRALS, ("referrals:",)),
    Entry("Community", "community:community", SEE_COMMUNITY, ("community:",)),
    Entry(
        "Caseload",
        "plans:caseload",
        SEE_CASELOAD,
        (
            *("plans:work", "plans:act_on_work", "plans:volunteer", "plans:add_volunteer"),
            *("plans:vet_volunteer", "plans:return_form", "plans:changes"),
        ),
    ),
    Entry("Visits", "visits:visits", SEE_VISITS, ("visits:",)),
    Entry("The agreement", "contracts:agreement", SEE_DECISIONS, ("contracts:",)),
    Entry("Shared money", "finance:money", SEE_MONEY, ("finance:",)),
    Entry("The board", "outcomes:board", SEE_BOARD, ("outcomes:",)),
    Entry("Feeds", "feeds:feeds", SEE_FEEDS, ("feeds:",)),
    Entry(
        "People at work",
        "access:people_at_work",
        MANAGE_PEOPLE_AT_WORK,
        (
            "access:colleague",
            *("access:give_hat", "access:change_hat", "access:end_hat"),
            *("access:invit", "access:resend_invitation", "access:withdraw_invitation"),
            *("access:record_leaver", "access:take_back_leaver"),
        ),
    ),
    Entry(
        "Agreements",
        "access:agreements",
        KEEP_AGREEMENTS,
        (
            *("access:agreement", "access:compare_agreement", "access:who_sees_what"),
            *("access:renew_agreement", "access:change_agreement", "access:stop_agreement"),
            *("access:sign_agreement", "access:record_signature"),
        ),
    ),
    Entry(
        "Privacy",
        "desk:officer",
        SEE_AUDIT,
        (
            *("desk:emergencies", "desk:review_emergency", "desk:who_looked", "desk:ask_about"),
            *("desk:unusual", "desk:settle_unusual"),
        ),
    ),
    Entry(
        "Who is who",
        "people:who_is_who",
        SEE_WHO_IS_WHO,
        (
            *("people:match", "people:merge", "people:undo_merge", "people:separate"),
            *("people:doubts", "people:settle_doubt"),
        ),
    ),
    Entry("What would they see?", "desk:explain_access", EXPLAIN_ACCESS),
    Entry("Sent", "post:sent", SEE_SENT, ("post:sent_message",), only_in_demo=True),
    # From anywhere: somebody may be at risk while the page of something else is open.
    Entry("Worried?", "people:raise_concern", RAISE_CONCERN, ("people:raise_c", "people:concern")),
    Entry("Help", "desk:help", SEE_HELP, ("desk:help_topic",)),
)


def navigation(viewer: Viewer, route: str) -> Iterator[NavigationLink]:
    """The links a viewer may follow; a page that is not built yet has no address and no link."""
    for entry in ENTRIES:
        if not viewer.may(entry.permission) or (entry.only_in_demo and not settings.IS_DEMO):
            continue
        try:
            address = reverse(entry.route)
        except NoReverseMatch:
            continue
        is_current = route == entry.route or bool(entry.holds and route.startswith(entry.holds))
        is_own = viewer.role is Role.RESIDENT and entry.label_for_resident
        label = entry.label_for_resident if is_own else entry.label
        yield NavigationLink(label, address, is_current)

"""What stands in the navigation: one row per page of the house, shown to who may open it.

Pages of one kind of work stand together: their group is one word in the bar, and its pages stand in
a second row while one of them is open. Whoever may open one page of a group sees that page's name.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.urls import NoReverseMatch

from oneplace.access.permissions import (
    EXPLAIN_ACCESS,
    KEEP_AGREEMENTS,
    MANAGE_PEOPLE_AT_WORK,
    SEE_AUDIT,
)
from oneplace.access.viewer import Viewer
from oneplace.actions.permissions import SEE_ACTIONS
from oneplace.casefinding.permissions import (
    BUILD_LISTS,
    SEE_COVERAGE,
    SEE_LOCAL_MODEL,
    SEE_PRACTICE_LIST,
)
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
from oneplace.kit.addresses import address_of
from oneplace.kit.words import say
from oneplace.outcomes.permissions import SEE_BOARD
from oneplace.people.permissions import RAISE_CONCERN, SEE_WHO_IS_WHO
from oneplace.plans.permissions import EXPORT_SOCIAL_PRESCRIBING, SEE_CASELOAD
from oneplace.referrals.permissions import SEE_REFERRALS
from oneplace.visits.permissions import SEE_VISITS
from oneplace.vocabulary.terms import Role


@dataclass(frozen=True)
class Entry:
    """One page in the navigation."""

    label: str
    route: str
    permission: str
    # The kind of work it belongs to, which one word in the bar stands for.
    group: str = ""
    # Other routes that stand under this entry, by their beginning.
    holds: tuple[str, ...] = ()
    only_in_demo: bool = False
    label_for_resident: str = ""


@dataclass(frozen=True)
class NavigationLink:
    """An entry, or a group of them, as one viewer sees it."""

    label: str
    address: str
    is_current: bool
    # The pages of a group, where there is more than one.
    pages: tuple["NavigationLink", ...] = ()


HOME_FIRST, HUDDLES, HELP_NEARBY, ALLIANCE, HOUSE, PRIVACY, RECORDS = (
    "Home first",
    "{Huddles}",
    "Services",
    "Alliance",
    "Partners",
    "Privacy",
    "Records",
)
"""The groups, by the word that stands in the bar; in braces the place's own words."""

ENTRIES = (
    Entry("My day", "desk:my_day", OPEN_MY_DAY, label_for_resident="My page"),
    Entry(
        "{Home_first} desk",
        "homefirst:desk",
        SEE_LIFE_DESK,
        HOME_FIRST,
        (
            *("homefirst:case", "homefirst:clock", "homefirst:act_on"),
            *("homefirst:handover", "homefirst:wallboard", "homefirst:episode"),
            *("homefirst:open_episode", "homefirst:write_episode", "homefirst:providers"),
            *("homefirst:ask_provider", "homefirst:answer_ask", "homefirst:declare"),
            *("homefirst:rounds", "homefirst:give_visit", "homefirst:drop_rounds"),
            *("homefirst:roster", "homefirst:keep_round", "homefirst:set_shift"),
            *("homefirst:take_off_shift", "homefirst:wish_for_carer"),
            *("homefirst:better_offer", "homefirst:rounds_progress"),
            *("homefirst:find_for_", "homefirst:look_up_for_", "homefirst:take_phone"),
        ),
    ),
    Entry(
        "In hospital",
        "homefirst:discharges",
        SEE_DISCHARGES,
        HOME_FIRST,
        (
            *("homefirst:journey", "homefirst:ask_life", "homefirst:set_r", "homefirst:set_p"),
            *("homefirst:clear_",),
            *("homefirst:review_", "homefirst:record_panel", "homefirst:open_blocker"),
            *("homefirst:close_blocker", "homefirst:add_task"),
            *("homefirst:tell_", "homefirst:write_", "homefirst:waiting"),
            *("homefirst:sitrep", "homefirst:failed", "homefirst:say_why"),
        ),
    ),
    Entry(
        "Caseload",
        "plans:caseload",
        SEE_CASELOAD,
        HOME_FIRST,
        (
            *("plans:work", "plans:act_on_work", "plans:volunteer", "plans:add_volunteer"),
            *("plans:vet_volunteer", "plans:return_form", "plans:changes"),
        ),
    ),
    Entry("Visits", "visits:visits", SEE_VISITS, HOME_FIRST, ("visits:",)),
    Entry("All {huddles}", "huddles:huddles", SEE_HUDDLES, HUDDLES, ("huddles:",)),
    Entry(
        "People to look at",
        "casefinding:practice_list",
        SEE_PRACTICE_LIST,
        HUDDLES,
        ("casefinding:suggestion", "casefinding:record_objection", "casefinding:leave_list"),
    ),
    Entry("Lists", "casefinding:build_list", BUILD_LISTS, HUDDLES),
    Entry("Who is missed", "casefinding:coverage", SEE_COVERAGE, HUDDLES),
    Entry("Who lives here", "casefinding:segments", SEE_COVERAGE, HUDDLES),
    Entry(
        "Local model",
        "casefinding:models",
        SEE_LOCAL_MODEL,
        HUDDLES,
        ("casefinding:model", "casefinding:sign_model", "casefinding:withdraw_model"),
    ),
    Entry("Roll-out", "huddles:roll_out", SEE_ROLL_OUT, HUDDLES, ("huddles:engagement",)),
    Entry("Actions", "actions:actions", SEE_ACTIONS, holds=("actions:",)),
    Entry(
        "Find help",
        "desk:services",
        SEE_SERVICES,
        HELP_NEARBY,
        ("desk:service", "directory:"),
    ),
    Entry("Referrals", "referrals:referrals", SEE_REFERRALS, HELP_NEARBY, ("referrals:",)),
    Entry(
        "National data sets",
        "plans:export_social_prescribing",
        EXPORT_SOCIAL_PRESCRIBING,
        HELP_NEARBY,
    ),
    Entry("Community", "community:community", SEE_COMMUNITY, HELP_NEARBY, ("community:",)),
    Entry("The board", "outcomes:board", SEE_BOARD, ALLIANCE, ("outcomes:",)),
    Entry("The agreement", "contracts:agreement", SEE_DECISIONS, ALLIANCE, ("contracts:",)),
    Entry("Shared money", "finance:money", SEE_MONEY, ALLIANCE, ("finance:",)),
    Entry(
        "Who works together",
        "desk:partners",
        SEE_PARTNERS,
        HOUSE,
        ("desk:network", "desk:team", "desk:organisation"),
    ),
    Entry(
        "People at work",
        "access:people_at_work",
        MANAGE_PEOPLE_AT_WORK,
        HOUSE,
        (
            "access:colleague",
            *("access:give_hat", "access:change_hat", "access:end_hat"),
            *("access:invit", "access:resend_invitation", "access:withdraw_invitation"),
            *("access:record_leaver", "access:take_back_leaver"),
        ),
    ),
    Entry("Feeds", "feeds:feeds", SEE_FEEDS, RECORDS, ("feeds:",)),
    Entry(
        "Who is who",
        "people:who_is_who",
        SEE_WHO_IS_WHO,
        RECORDS,
        (
            *("people:match", "people:merge", "people:undo_merge", "people:separate"),
            *("people:doubts", "people:settle_doubt"),
        ),
    ),
    Entry(
        "Who looked and why",
        "desk:officer",
        SEE_AUDIT,
        PRIVACY,
        (
            *("desk:emergencies", "desk:review_emergency", "desk:who_looked", "desk:ask_about"),
            *("desk:unusual", "desk:settle_unusual"),
        ),
    ),
    Entry(
        "Agreements",
        "access:agreements",
        KEEP_AGREEMENTS,
        PRIVACY,
        (
            *("access:agreement", "access:compare_agreement", "access:who_sees_what"),
            *("access:renew_agreement", "access:change_agreement", "access:stop_agreement"),
            *("access:sign_agreement", "access:record_signature"),
        ),
    ),
    Entry("What would they see?", "desk:explain_access", EXPLAIN_ACCESS, PRIVACY),
    Entry("Sent", "post:sent", SEE_SENT, holds=("post:sent_message",), only_in_demo=True),
    # From anywhere: somebody may be at risk while the page of something else is open.
    Entry(
        "Worried?",
        "people:raise_concern",
        RAISE_CONCERN,
        holds=("people:raise_c", "people:concern"),
    ),
    Entry("Help", "desk:help", SEE_HELP, holds=("desk:help_topic",)),
)


def navigation(viewer: Viewer, route: str) -> Iterator[NavigationLink]:
    """The links a viewer may follow, the pages of a group under one word.

    A page that is not built yet has no address and no link.
    """
    groups: dict[str, list[NavigationLink]] = {}
    for entry in ENTRIES:
        link = _link(entry, viewer, route)
        if link is not None:
            groups.setdefault(entry.group or entry.label, []).append(link)
    for word, pages in groups.items():
        if len(pages) == 1:
            yield pages[0]
        else:
            is_current = any(page.is_current for page in pages)
            yield NavigationLink(say(word), pages[0].address, is_current, tuple(pages))


def _link(entry: Entry, viewer: Viewer, route: str) -> NavigationLink | None:
    if not viewer.may(entry.permission) or (entry.only_in_demo and not settings.IS_DEMO):
        return None
    try:
        address = address_of(entry.route)
    except NoReverseMatch:
        return None
    is_current = route == entry.route or bool(entry.holds and route.startswith(entry.holds))
    is_own = viewer.role is Role.RESIDENT and entry.label_for_resident
    label = entry.label_for_resident if is_own else entry.label
    return NavigationLink(say(label), address, is_current)

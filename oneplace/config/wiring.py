"""Who listens to which announcement, and what later rooms put before earlier ones: all of it, here.

Read top to bottom it says everything that happens by itself.
"""

from collections.abc import Mapping, Sequence

from oneplace.kit.announcing import Listener, wire


def listeners() -> Mapping[type, Sequence[Listener]]:
    """Who listens to what."""
    from oneplace.access.announcements import (
        AgreementChanged,
        ChoicesChanged,
        CopyWanted,
        EmergencyOpened,
        EmergencyReviewed,
        LeaverRecorded,
        LookAnswered,
        LookAsked,
        PartsAsked,
        RightSigned,
    )
    from oneplace.actions.aftermath import reassign_what_was_owed, stop_clocks
    from oneplace.actions.announcements import ActionMoved
    from oneplace.casefinding.aftermath import (
        put_back_after_mistake,
        take_off_who_died,
        take_off_who_objects,
    )
    from oneplace.casefinding.announcements import PersonListed, PersonUnlisted
    from oneplace.community import aftermath as community
    from oneplace.desk import agreement_notices, emergency_notices, rights_notices
    from oneplace.desk.jobs import make_wanted_copy
    from oneplace.directory.aftermath import take_services
    from oneplace.feeds.announcements import DirectoriesRead
    from oneplace.homefirst import aftermath as homefirst
    from oneplace.homefirst.announcements import (
        DischargeFailed,
        FirstSeen,
        PromiseRuns,
        VisitInVain,
    )
    from oneplace.huddles import aftermath as huddles
    from oneplace.people.aftermath import (
        ask_to_ring_first,
        find_again,
        show_written,
        stop_letters,
        tell_of_mistake,
    )
    from oneplace.people.announcements import (
        DeathsUndone,
        MergeUndone,
        PeopleDied,
        PersonsMerged,
        ReferralTaken,
        SayingsFollowed,
    )
    from oneplace.plans import aftermath as plans
    from oneplace.records.jobs import erase_what_was_signed
    from oneplace.referrals.aftermath import (
        keep_call,
        start_referrals_again,
        stop_referrals,
    )
    from oneplace.referrals.announcements import ReferralMade, ReferralMoved
    from oneplace.visits.aftermath import start_visits_again, stop_visits
    from oneplace.visits.announcements import (
        NobodyAnswered,
        PersonFound,
        VisitArrived,
        VisitCancelled,
        VisitRunsLate,
        VisitSetOut,
    )

    return {
        CopyWanted: (make_wanted_copy,),
        # Services that partners' directories tell of can be found and asked.
        DirectoriesRead: (take_services,),
        # Whoever takes on somebody looked up has a referral that ends, as any other.
        ReferralTaken: (keep_call,),
        PartsAsked: (rights_notices.tell_of_parts,),
        RightSigned: (erase_what_was_signed,),
        # What a leaver had promised is asked of their team at once; it stays there if the leaving
        # is taken back.
        LeaverRecorded: (reassign_what_was_owed, huddles.name_other_leads),
        # Nobody is bound by other words than they know of.
        AgreementChanged: (agreement_notices.tell_of_agreement,),
        # Whoever need hide no longer is found again.
        ChoicesChanged: (find_again, take_off_who_objects, huddles.close_for_objection),
        # No record opens in an emergency unless officers and the person have been written to.
        EmergencyOpened: (emergency_notices.tell_of_emergency,),
        EmergencyReviewed: (emergency_notices.tell_of_review,),
        LookAsked: (emergency_notices.tell_of_question,),
        LookAnswered: (emergency_notices.tell_of_answer,),
        # Later rooms stop their clocks and visits too; each starts its own again below.
        PeopleDied: (
            stop_letters,
            ask_to_ring_first,
            stop_clocks,
            stop_referrals,
            plans.stop_works,
            stop_visits,
            take_off_who_died,
            huddles.close_for_death,
            homefirst.close_for_death,
        ),
        # Nobody died: what was stopped goes on, and everybody who was told hears of it.
        DeathsUndone: (
            tell_of_mistake,
            start_referrals_again,
            plans.start_works_again,
            start_visits_again,
            put_back_after_mistake,
            huddles.reopen_after_mistake,
            homefirst.start_again_after_mistake,
        ),
        # Whoever a practice lists is taken up by its huddle, and let go when it takes them off.
        PersonListed: (huddles.take_up_listed,),
        PersonUnlisted: (huddles.let_go_unlisted,),
        # The screens of a huddle show at once that what was asked there was answered.
        ActionMoved: (huddles.show_moved_action,),
        # The huddle hears what a charity answered; a no for want of room is unmet need.
        ReferralMoved: (
            huddles.show_moved_referral,
            community.note_refusal,
            homefirst.follow_referral,
        ),
        # What is asked of LIFE stands at its desk at once, whoever asked and by whatever way.
        ReferralMade: (homefirst.take_up_referral,),
        # The ward's message starts the promise to the person, and takes it back.
        SayingsFollowed: (homefirst.follow_stays, homefirst.notice_failed_discharges),
        # Whoever was home three days at most: the desk is asked why, and the ward hears it.
        DischargeFailed: (homefirst.ask_why_back,),
        # Whoever stands at the door keeps the promise; nobody opening puts it before all else.
        VisitSetOut: (homefirst.follow_set_out,),
        VisitArrived: (homefirst.follow_arrival,),
        VisitRunsLate: (homefirst.follow_late,),
        NobodyAnswered: (homefirst.follow_no_answer,),
        PersonFound: (homefirst.follow_found,),
        VisitCancelled: (homefirst.follow_cancelled,),
        FirstSeen: (homefirst.tell_started,),
        # Nobody is sent to an empty home.
        VisitInVain: (homefirst.tell_in_vain,),
        # Two hours are promised and nobody goes yet: the day is planned anew around them.
        PromiseRuns: (homefirst.plan_around,),
        # Two who are one are spoken of once.
        PersonsMerged: (huddles.put_together,),
        # What was written in between stands on both records until the steward places it.
        MergeUndone: (show_written, huddles.part_again),
    }


def wire_the_house() -> None:
    """Connect announcements with their listeners and pages with rooms' cards, once, at start-up."""
    wire(listeners())
    _supply()
    _put_on_my_day()
    _put_on_person_page()
    _put_on_board()
    _put_on_officers_pages()


def _supply() -> None:
    """What later rooms answer for earlier ones."""
    from oneplace.access import open_work
    from oneplace.access.verbs import find_own_records_by
    from oneplace.actions.queries import open_work as owed_by
    from oneplace.casefinding.on_huddle_lists import supply as supply_cases
    from oneplace.directory.asking_page import supply as supply_asking_page
    from oneplace.directory.figures import supply as supply_figures
    from oneplace.huddles.queries import on_huddle_lists as cases_of_huddles
    from oneplace.people.verbs import admit_resident
    from oneplace.plans.pack import PlanPart
    from oneplace.referrals.queries.figures import figures_of_services
    from oneplace.visits.own_part import OwnPart
    from oneplace.visits.pack import put_in_the_pack

    supply_figures(figures_of_services)
    # Whom huddles look after: the finder suggests nobody of them as new.
    supply_cases(cases_of_huddles)
    # Where somebody asks a service by themselves, from its public page.
    supply_asking_page("referrals:ask_yourself")
    open_work.supply("actions", owed_by)
    # Whose page a resident comes to, as their sign-in's provider vouches.
    find_own_records_by(admit_resident)
    # What is taken along without signal, and taken back by whoever put it in.
    put_in_the_pack(OwnPart(), PlanPart())


def _put_on_my_day() -> None:
    """Rows of My day, in the order in which they stand."""
    from oneplace.actions import cards as actions
    from oneplace.casefinding import cards as casefinding
    from oneplace.contracts import cards as contracts
    from oneplace.desk import officer_cards as officers
    from oneplace.desk import work_cards as work
    from oneplace.desk.cards import put_on_my_day
    from oneplace.feeds.cards import KeptAside, SilentFeeds
    from oneplace.finance import cards as finance
    from oneplace.homefirst import cards as homefirst
    from oneplace.homefirst.waiting import put_on_waiting_page
    from oneplace.huddles import cards as huddles
    from oneplace.outcomes import day_cards as outcomes
    from oneplace.people.cards import ConcernsToReceive, NewsOfMyPeople, PairsToLookAt
    from oneplace.plans.cards import CaseloadDue, ReviewsDue
    from oneplace.post.cards import Messages
    from oneplace.referrals import cards as referrals
    from oneplace.visits import cards as visits

    put_on_my_day(ConcernsToReceive(), actions.Owed(), actions.DueNext(), actions.AnswersToYou())
    put_on_my_day(Messages(), KeptAside(), SilentFeeds(), PairsToLookAt())
    put_on_my_day(NewsOfMyPeople())
    put_on_my_day(
        casefinding.PeopleToLookAt(),
        casefinding.PeopleToTell(),
        casefinding.NamesToOpen(),
        casefinding.NewOnTheLists(),
    )
    put_on_my_day(
        huddles.NextHuddles(),
        huddles.HuddlesToClose(),
        huddles.ParagraphsToCheck(),
        huddles.QuietPractices(),
    )
    put_on_my_day(officers.OwnEmergencies(), officers.OwnSafetyLooks())
    put_on_my_day(officers.QuestionsToAnswer(), officers.ForOfficers())
    put_on_my_day(officers.RequestsToPractice())
    put_on_my_day(work.InvitationsWaiting(), work.Leaving(), work.CameAndWent())
    put_on_my_day(work.AgreementsNext(), work.LooksFoundLately())
    put_on_my_day(referrals.AskedByThemselves(), referrals.AskedOfUs(), referrals.AnswersMissing())
    put_on_my_day(referrals.InHand(), referrals.ReferralNews(), CaseloadDue(), ReviewsDue())
    put_on_my_day(homefirst.PromisesRunning(), homefirst.WhyBackToSay(), homefirst.ReadyToLeave())
    put_on_my_day(homefirst.LeavingSoon(), homefirst.ReviewsDue())
    put_on_waiting_page(contracts.RatificationsWaited())
    put_on_my_day(visits.ColleaguesOverdue(), visits.DoorsUnanswered(), visits.TodaysVisits())
    put_on_my_day(contracts.QuestionsToAnswer(), contracts.InterestsToRuleOn())
    put_on_my_day(contracts.NextBoards(), contracts.DecisionsWaiting())
    put_on_my_day(contracts.AnswersLate(), contracts.AnswersPromised(), contracts.AnswersGiven())
    put_on_my_day(outcomes.OpenSignals(), outcomes.SignalsRaised())
    put_on_my_day(finance.TransfersToAgree(), finance.ReportsDue())


def _put_on_person_page() -> None:
    """Parts and buttons of a person's page, in the order in which they stand."""
    from oneplace.actions import cards as actions
    from oneplace.casefinding import cards as casefinding
    from oneplace.community.cards import WEEKLY_CALL
    from oneplace.desk.cards import put_buttons_on_person_page, put_on_person_page
    from oneplace.homefirst import cards as homefirst
    from oneplace.huddles import cards as huddles
    from oneplace.people.cards import WORRY_FROM_PERSON
    from oneplace.plans.cards import OpenGoals, WhatMatters
    from oneplace.referrals.cards import REFER, OpenReferrals
    from oneplace.visits import cards as visits

    put_on_person_page(homefirst.AtTheDesk())
    put_buttons_on_person_page(homefirst.WAY_HOME)
    put_on_person_page(WhatMatters(), casefinding.WhyNow(), actions.OpenActions())
    put_on_person_page(OpenGoals(), OpenReferrals())
    put_buttons_on_person_page(REFER, actions.ASK_FROM_PERSON, casefinding.BRING_TO_HUDDLE)
    put_buttons_on_person_page(visits.BOOK, WEEKLY_CALL, WORRY_FROM_PERSON)
    put_on_person_page(visits.ComingVisits())
    put_on_person_page(huddles.InTheHuddle())


def _put_on_board() -> None:
    """What stands beside claims, decisions and on the board."""
    from oneplace.contracts import cards as contracts
    from oneplace.contracts.beside import put_beside_decision
    from oneplace.desk.board_cards import PackOnBoard
    from oneplace.finance import cards as finance
    from oneplace.outcomes.cards import put_beside_claim, put_on_board

    put_beside_decision(finance.TransfersOnDecision(), finance.FundsOnDecision())
    put_on_board(finance.FundsOnBoard(), contracts.DecisionsOnBoard(), PackOnBoard())
    put_beside_claim(finance.MoneyBesideClaim(), contracts.DecisionsBesideClaim())


def _put_on_officers_pages() -> None:
    """What waits for officers, and what feeds' pages count."""
    from oneplace.desk import officer_cards as officers
    from oneplace.feeds.figures import put_on_feeds_page
    from oneplace.people.cards import Matched
    from oneplace.records.cards import Filled

    put_on_feeds_page(Matched(), Filled())
    officers.put_on_officers_page(
        officers.EmergenciesToReview(),
        officers.QuestionsWaiting(),
        officers.Requests(),
        officers.Overrides(),
        officers.Objections(),
        officers.UnusualLooks(),
        officers.SafetyLooks(),
        officers.AgreementsExpiring(),
        officers.NationalOptOuts(),
        officers.Leavers(),
    )

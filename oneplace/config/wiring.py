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
        LookAnswered,
        LookAsked,
        PartsAsked,
        RightSigned,
    )
    from oneplace.desk import agreement_notices, emergency_notices, rights_notices
    from oneplace.desk.jobs import make_wanted_copy
    from oneplace.people.aftermath import ask_to_ring_first, find_again, stop_letters
    from oneplace.people.announcements import PeopleDied
    from oneplace.records.jobs import erase_what_was_signed

    return {
        CopyWanted: (make_wanted_copy,),
        PartsAsked: (rights_notices.tell_of_parts,),
        RightSigned: (erase_what_was_signed,),
        # LeaverRecorded and LeaverTakenBack (access): the ledger of actions will reassign what the
        # leaver had promised, when the room exists.
        # Nobody is bound by other words than they know of.
        AgreementChanged: (agreement_notices.tell_of_agreement,),
        # Whoever need hide no longer is found again.
        ChoicesChanged: (find_again,),
        # No record opens in an emergency unless officers and the person have been written to.
        EmergencyOpened: (emergency_notices.tell_of_emergency,),
        EmergencyReviewed: (emergency_notices.tell_of_review,),
        LookAsked: (emergency_notices.tell_of_question,),
        LookAnswered: (emergency_notices.tell_of_answer,),
        # Later rooms stop their clocks and visits too, and start them again on DeathsUndone.
        PeopleDied: (stop_letters, ask_to_ring_first),
        # PersonsMerged and MergeUndone (people): rooms with one thing a person allow two, and ask
        # the record steward which stands.
    }


def wire_the_house() -> None:
    """Connect announcements with their listeners and pages with rooms' cards, once, at start-up."""
    from oneplace.desk import officer_cards as officers
    from oneplace.desk.cards import put_on_my_day
    from oneplace.feeds.cards import KeptAside, SilentFeeds
    from oneplace.feeds.figures import put_on_feeds_page
    from oneplace.people.cards import Matched, NewsOfMyPeople, PairsToLookAt
    from oneplace.post.cards import Messages
    from oneplace.records.cards import Filled

    wire(listeners())
    put_on_my_day(Messages(), KeptAside(), SilentFeeds(), PairsToLookAt())
    put_on_my_day(NewsOfMyPeople())
    put_on_my_day(officers.OwnEmergencies(), officers.OwnSafetyLooks())
    put_on_my_day(officers.QuestionsToAnswer(), officers.ForOfficers())
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

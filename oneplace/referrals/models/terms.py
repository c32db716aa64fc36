"""What can happen to a referral, on what occasion it is made, and who waits for whom."""

from typing import Final

from oneplace.vocabulary.terms import CONNECTION, ConnectionState, Term, Transitions

REFERRAL: Final[Transitions[ConnectionState]] = Transitions(
    start=CONNECTION.start,
    allowed={
        **CONNECTION.allowed,
        # Whoever is asked may say after looking closer that it is not for them, and why.
        ConnectionState.ACCEPTED: (
            ConnectionState.ALLOCATED,
            ConnectionState.FIRST_CONTACT,
            ConnectionState.SENT_BACK,
        ),
        # Taken back by whoever asked, before anybody answered.
        ConnectionState.OFFERED: (
            ConnectionState.DECLINED,
            ConnectionState.ACCEPTED,
            ConnectionState.ENDED,
        ),
        ConnectionState.CONNECTED: (
            ConnectionState.ATTENDED,
            ConnectionState.ENDED,
            ConnectionState.SENT_BACK,
        ),
    },
    with_reason=frozenset(
        {ConnectionState.DECLINED, ConnectionState.ENDED, ConnectionState.SENT_BACK}
    ),
)
"""Which state of a referral may follow which: the national words, and what a borough needs besides.
"""


class Happened(Term):
    """One thing that happened to a referral."""

    OFFERED = "offered", "Asked"
    QUESTION = "question", "Asked back"
    REPLY = "reply", "Answered the question"
    ACCEPTED = "accepted", "Said yes"
    DECLINED = "declined", "Said no"
    OPENED = "opened", "Saw the name and how to reach them"
    ALLOCATED = "allocated", "Given to somebody"
    NOT_REACHED = "not_reached", "Tried to reach them, without success"
    FIRST_CONTACT = "first_contact", "Spoke with them"
    CONNECTED = "connected", "Started"
    ATTENDED = "attended", "Came"
    WORRIED = "worried", "Worried about them"
    ENDED = "ended", "Ended"
    SENT_BACK = "sent_back", "Sent back"
    TAKEN_BACK = "taken_back", "Taken back by whoever asked"
    REMINDED = "reminded", "Asked again for an answer"
    STARTED_AGAIN = "started_again", "Goes on: a death was recorded by mistake"


class ReferralOrigin(Term):
    """On what occasion a referral was made."""

    RECORD = "record", "On the person's page"
    HUDDLE = "huddle", "In a huddle", "In a {huddle}"
    PLAN = "plan", "From the person's plan"
    VISIT = "visit", "At a visit"
    CALL = "call", "Somebody rang us"
    SELF = "self", "The person asked themselves"


class WaitsFor(Term):
    """Who owes the next word."""

    THEM = "them", "Whoever was asked"
    ASKER = "asker", "Whoever asked"
    NOBODY = "nobody", "Nobody"


class Signpost(Term):
    """How somebody was told of a service they go to by themselves."""

    PAPER = "paper", "On paper"
    LETTER = "letter", "By letter"
    SMS = "sms", "By text message"
    EMAIL = "email", "By email"
    TALK = "talk", "In conversation"


class AskedFor(Term):
    """For whom somebody asks on the public pages."""

    SELF = "self", "For myself"
    FAMILY = "family", "For somebody in my family, or I care for"
    NEIGHBOUR = "neighbour", "For a friend or neighbour"
    WORK = "work", "For somebody I help in my work"


class SelfAnswer(Term):
    """How somebody who asked on the public pages was answered."""

    TAKEN_UP = "taken_up", "Taken up as a referral"
    TOLD_OF_OTHER = "told_of_other", "Told of something that fits better"
    CANNOT_HELP = "cannot_help", "Told that this service cannot help, and why"
    NOT_NEEDED = "not_needed", "They need it no longer"
    DOES_NOT_WANT = "does_not_want", "They did not know of it, or do not want it"
    COULD_NOT_REACH = "could_not_reach", "Could not be reached on three days"
    NOT_REAL = "not_real", "Not meant: nobody by that name or number"

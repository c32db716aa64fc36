"""The help pages: one per question somebody really asks, in the order they are asked."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """One help page; its words are in `jinja2/desk/help/<key>.html`."""

    key: str
    title: str
    says: str
    # Other words people use for it, so that search finds it.
    also: str = ""
    only_in_demo: bool = False
    # The permission without which the question never comes up; nothing stands for everybody.
    needs: str = ""


TOPICS = (
    Topic(
        "first-day",
        "Find your way on the first day",
        "What the parts of a page are for, and where to begin.",
        "start begin tour new introduction",
    ),
    Topic(
        "my-day",
        "Use My day",
        "What comes up by itself, and why it may be empty.",
        "home page dashboard tasks work list empty",
        needs="see_partners",
    ),
    Topic(
        "own-page",
        "Use your own page",
        "Your plan, who helps you, what comes next, who looked; and how to choose a helper.",
        "resident my page NHS login supporter carer daughter son plan",
    ),
    Topic(
        "helpers",
        "Let a person, or somebody they chose, come to their own page",
        "Ask them alone, send the link, tell the code; close it at once.",
        "supporter carer family access resident link code own page",
        needs="keep_choices",
    ),
    Topic(
        "actions",
        "Ask somebody, and keep what you promised",
        "How something asked becomes a promise, and what happens when it is late or you are away.",
        "task to do follow up assign delegate accept decline overdue leave holiday",
        needs="see_actions",
    ),
    Topic(
        "worried",
        "Say that you are worried about somebody",
        "Four answers, at once to the team on duty; who reads them, and who does not.",
        "safeguarding concern abuse neglect danger harm risk report",
        needs="raise_concern",
    ),
    Topic(
        "search",
        "Find a person, a team or a service",
        "One box for everything, and why some people cannot be found.",
        "look for lookup NHS number name spelling",
    ),
    Topic(
        "emergency",
        "Open a record in an emergency",
        "When care cannot wait: how it opens, who is told, and what happens afterwards.",
        "break glass urgent locked closed cannot open record access",
        needs="open_emergency",
    ),
    Topic(
        "services",
        "Find a service and ask for it",
        "Filter, read who it is for, print it for somebody.",
        "refer referral directory signpost",
    ),
    Topic(
        "hats",
        "Work in more than one role",
        "Change your hat, and what changes with it.",
        "role switch hat post employer",
        needs="see_partners",
    ),
    Topic(
        "signing-in",
        "Sign in, and stay signed in",
        "Passwords, the second step, passkeys, and what to do when locked out.",
        "login password locked code authenticator passkey mfa",
    ),
    Topic(
        "typed-words",
        "Keep what you typed",
        "What happens to your words when a session ends or the network goes.",
        "session expired timeout lost text draft form",
    ),
    Topic(
        "keys",
        "Work without the mouse",
        "The keys, and how to see them on any page.",
        "keyboard shortcuts accessibility",
    ),
    Topic(
        "agreements",
        "Keep a sharing agreement up to date",
        "Renew, change, sign and stop one, and what happens when nobody does.",
        "sharing agreement renew expire expired sign signature version review contradiction",
        needs="keep_agreements",
    ),
    Topic(
        "refused-requests",
        "Help a partner whose requests are refused",
        "Where to see why, whom to ring, and how to know that it is mended.",
        "feed FHIR API error refused rejected OperationOutcome system integration",
        needs="see_feeds",
    ),
    Topic(
        "printing",
        "Print a page",
        "What is on paper, and how to get it in larger letters.",
        "paper pdf large print",
    ),
    Topic(
        "sent",
        "See what would have been sent",
        "In a demonstration every letter, text and email is kept here instead.",
        "email letter text message sms",
        only_in_demo=True,
        needs="see_sent",
    ),
    Topic(
        "get-help",
        "Get help from a person",
        "Who to ring, and what to do when somebody is at risk now.",
        "phone contact support emergency safeguarding risk",
    ),
)


def topics(*, is_demo: bool) -> tuple[Topic, ...]:
    """The help pages there are here."""
    return tuple(topic for topic in TOPICS if is_demo or not topic.only_in_demo)

"""Writes post of every kind into a demo, for its pictures; the last line is the link to answer by.

Rooms that write letters come later; until then nothing in a demo would show these pages at work.
"""

import sys
from datetime import timedelta


def main() -> int:
    """Write as the demo's GP; returns an exit code."""
    from oneplace.config.database import Role as DatabaseRole
    from oneplace.config.installation import become

    become(DatabaseRole.WEB)

    from oneplace.access import queries
    from oneplace.access.viewer import Viewer, viewing
    from oneplace.kit import clock
    from oneplace.post import links, verbs
    from oneplace.post.links import LinkWanted
    from oneplace.post.recipients import Recipient
    from oneplace.post.verbs import Cause
    from oneplace.vocabulary.terms import AccountKind, Role

    at = clock.now()
    account = queries.demo_person(Role.GP).account
    writer = Viewer(account_id=account.pk, kind=AccountKind.STAFF, name=account.name)
    with viewing(writer, at=at):
        cause = Cause("plans", "plan")
        letter = verbs.write_message(
            template="plain_letter",
            values={
                "salutation": "Dear Mr Clarke",
                "subject": "Your visit on Friday",
                "words": "Your coordinator will come on Friday at two o’clock.\n\n"
                "- Have your medicines at hand\n- Your daughter is welcome too\n\n"
                "Tell us if you would rather have another day.",
                "signed_by": account.name,
                "role": "GP",
            },
            to=Recipient.address(
                name="Mr Desmond Clarke", to="14 Elm Rise\nThornton Heath\nCR7 9XX"
            ),
            choices=["Yes, that suits me", "Another day, please"],
            link=LinkWanted("answer", timedelta(days=7)),
            hold=False,
            cause=cause,
            by=writer,
            at=at,
        )
        verbs.write_message(
            template="plain_text_message",
            values={"words": "Jo comes on Friday at 2."},
            to=Recipient.address(name="Mr Clarke", to="020 7946 0018"),
            cause=cause,
            by=writer,
            at=at,
        )
        verbs.write_message(
            template="text_for_partner",
            values={
                "subject": "Befriending for Mr Clarke",
                "words": "He would like company on Sundays and a lift to church.",
            },
            to=Recipient.address(name="The charity", to="office@example.org"),
            hold=False,
            cause=cause,
            by=writer,
            at=at,
        )
        for subject, words in (
            ("Mr Clarke is home from hospital", "Please ring him this afternoon."),
            ("The huddle moved to 10:30", "Same room, same list."),
        ):
            verbs.write_message(
                template="notice",
                values={"subject": subject, "words": words},
                to=Recipient.account(account),
                opens="/services/",
                cause=cause,
                by=writer,
                at=at,
            )
    sys.stdout.write(f"{links.address_of(letter.pk)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Nothing that could say who a resident is leaves by email, or by text to people at work."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from oneplace.access.viewer import Viewer
from oneplace.kit.refusals import Refused
from oneplace.post import rules, verbs
from oneplace.post.models import Channel, Message, RecipientKind
from oneplace.post.recipients import Recipient
from oneplace.post.wording import Audience, FieldKind, Wording, all_wordings, wording
from oneplace.vocabulary import nhs_number
from tests.rooms.post.conftest import a_text, account

NUMBER = nhs_number.spoken(nhs_number.as_text(nhs_number.synthetic_numbers(1, seed=1))[0])
NAME, STREET, BORN = "Desmond Clarke", "14 Elm Rise", date(1948, 6, 3)
CANARIES: dict[FieldKind, Any] = {
    FieldKind.PERSON_NAME: NAME,
    FieldKind.NHS_NUMBER: NUMBER,
    FieldKind.BIRTH_DATE: BORN,
    FieldKind.HOME_ADDRESS: STREET,
    FieldKind.WORDS: f"{NAME} of {STREET}, {NUMBER}",
    FieldKind.RECIPIENT_NAME: NAME,
    FieldKind.COLLEAGUE_NAME: NAME,
    FieldKind.HOUSE_NAME: NAME,
    FieldKind.NUMBER: 3,
    FieldKind.DAY: date(2026, 3, 12),
    FieldKind.MOMENT: datetime(2026, 3, 12, tzinfo=UTC),
    FieldKind.LINK: "/my-day/",
    FieldKind.DEVICE: "Firefox on Linux",
    FieldKind.SIGN_IN_WORDS: "Choose a new password",
}
TO_STAFF = Recipient(RecipientKind.ACCOUNT, "Jo Bright", None, "jo@example.org")


def _why_not(made: Wording, values: dict[str, Any], **more: Any) -> str | None:
    subject, body = made.render(values)
    return rules.why_not_email(
        made, values, f"{subject}\n{body}", **{"to": TO_STAFF, "known_names": (), **more}
    )


def _made(channel: Channel, audience: Audience, kind: FieldKind) -> Wording:
    return Wording(
        name="made",
        version=1,
        channel=channel,
        audience=audience,
        why="To test.",
        fields={"field": kind},
        words={"en": ("Subject", "Words: {{ field }}")},
    )


@pytest.mark.parametrize("kind", list(FieldKind))
@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.SMS])
def test_a_canary_planted_in_any_kind_of_field_never_reaches_staff_by_email_or_text(
    kind: FieldKind, channel: Channel
) -> None:
    made = _made(channel, Audience.STAFF, kind)
    values = {"field": CANARIES[kind]}
    holds_canary = kind.is_personal or CANARIES[kind] == NAME

    refusal = _why_not(made, values)

    assert (refusal is not None) == holds_canary


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, made in all_wordings().items()
        if made.channel in (Channel.EMAIL, Channel.SMS) and made.audience is Audience.STAFF
    ],
)
def test_no_template_we_ship_can_carry_a_canary_to_staff(name: str) -> None:
    made = wording(name)

    assert not any(kind.is_personal for kind in made.fields.values())
    for field, kind in made.fields.items():
        values = {
            f: "Jo Bright" if k is FieldKind.RECIPIENT_NAME else CANARIES[k]
            for f, k in made.fields.items()
        }
        values |= {field: CANARIES[kind]}
        known = {NAME} if kind is not FieldKind.COLLEAGUE_NAME else set()
        if CANARIES[kind] == NAME and kind is not FieldKind.HOUSE_NAME:
            assert _why_not(made, values, known_names=known) is not None


def test_an_nhs_number_is_found_however_it_is_written() -> None:
    made = _made(Channel.EMAIL, Audience.STAFF, FieldKind.SIGN_IN_WORDS)

    for written in (NUMBER, NUMBER.replace(" ", ""), NUMBER.replace(" ", "-")):
        refusal = _why_not(made, {"field": f"about {written}."})

        assert refusal == "What looks like an NHS number is in an email: leave it out."


def test_ten_digits_that_are_no_nhs_number_and_our_own_links_may_leave() -> None:
    made = _made(Channel.EMAIL, Audience.STAFF, FieldKind.SIGN_IN_WORDS)
    digits = NUMBER.replace(" ", "")
    wrong = digits[:9] + str((int(digits[9]) + 1) % 10)

    assert _why_not(made, {"field": f"Ring {wrong}"}) is None
    assert _why_not(made, {"field": f"http://localhost:8000/x/{digits}/"}) is None


def test_the_names_of_the_person_it_is_about_are_kept_out() -> None:
    made = _made(Channel.EMAIL, Audience.STAFF, FieldKind.SIGN_IN_WORDS)

    assert "named in an email" in str(
        _why_not(made, {"field": "see clarke today"}, keep_out=("Desmond", "Clarke"))
    )
    assert _why_not(made, {"field": "see the clarkes"}, keep_out=("Desmond", "Clarke")) is None


def test_a_text_to_the_person_themselves_may_speak_to_them_but_bears_no_number() -> None:
    made = wording("plain_text_message")
    to = Recipient.address(name=NAME, to="02079460018")

    assert _why_not(made, {"words": f"Hello {NAME}"}, to=to, keep_out=("Clarke",)) is None
    assert _why_not(made, {"words": f"Number {NUMBER}"}, to=to) is not None
    assert "has at most 612" in str(_why_not(made, {"words": "x" * 700}, to=to))


@pytest.mark.django_db
def test_a_name_in_an_email_is_looked_up_among_colleagues_and_organisations(
    jo: Viewer, sam: Viewer, at: datetime
) -> None:
    values = {
        "name": "Sam Reed",
        "inviter": "Jo Bright",
        "role": "GP",
        "organisation": "GP",
        "link": "/x/",
        "expires_on": date(2026, 3, 19),
    }

    def invite(**changed: str) -> Message:
        return verbs.write_message(
            template="invitation",
            values={**values, **changed},
            to=Recipient.account(account(sam)),
            cause=verbs.Cause("access", "invitation"),
            by=jo,
            at=at,
        )

    from oneplace.access.viewer import viewing

    with viewing(jo, at=at):
        assert invite().channel is Channel.EMAIL
        for changed in ({"inviter": NAME}, {"organisation": NAME}, {"name": NAME}):
            with pytest.raises(Refused):
                invite(**changed)


@pytest.mark.django_db
def test_a_refused_email_is_not_written_at_all(jo: Viewer, at: datetime) -> None:
    from oneplace.access.viewer import viewing

    with viewing(jo, at=at):
        with pytest.raises(Refused, match="NHS number"):
            a_text(jo, at, values={"words": f"Your number is {NUMBER}"})

        assert Message.objects.count() == 0

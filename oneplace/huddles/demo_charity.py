"""A demonstration's charity: asked in the story's huddle, as its facilitator writes it there.

Whoever follows the story finds the ask in the charity's mailbox; asked once, and by the verbs.
"""

from datetime import datetime
from typing import Final

from django.conf import settings

from oneplace.access.models import DemoPerson, Hat
from oneplace.access.viewer import Viewer, load_viewer, viewing
from oneplace.directory.models import Service
from oneplace.huddles.models import Item
from oneplace.kit.refusals import Refused
from oneplace.partners.models import Organisation
from oneplace.people.models import Person
from oneplace.referrals import verbs as referral_verbs
from oneplace.referrals.models import Referral, ReferralOrigin
from oneplace.referrals.queries.referral import OVER
from oneplace.vocabulary.terms import MeetingState, NeedKind, ReferralSource, Role

_NEED: Final = "Company, and help to make a garden fit to sit in again"
_WORDS: Final = (
    "His wife Joyce planted it. He would like to sit there by the summer; a path to the bench "
    "comes first."
)

_SPOKEN: Final = (
    MeetingState.PLANNED,
    MeetingState.LIST_LOCKED,
    MeetingState.LIVE,
    MeetingState.MINUTED,
    MeetingState.CLOSED,
)


def ask_garden_charity(*, at: datetime) -> Referral | None:
    """The ask of the story's charity that stands, made now where there is none; None before that.

    Nothing outside a demonstration.
    """
    if not settings.IS_DEMO:
        return None
    asker, service = _viewer_of(Role.NETWORK_FACILITATOR, at), _garden_service()
    if asker is None or service is None:
        return None
    with viewing(asker, at=at):
        person = _story_person()
        if person is None:
            return None
        standing = Referral.objects.filter(person=person, service=service).exclude(state__in=OVER)
        if found := standing.first():
            return found
        spoken = Item.objects.filter(
            person=person, meeting__state__in=[state.value for state in _SPOKEN]
        )
        item = spoken.order_by("-meeting__starts_at").first()
        try:
            return referral_verbs.make_referral(
                person_id=person.pk,
                service=service,
                need=_NEED,
                need_kind=NeedKind.HOME_AND_GARDEN,
                words=_WORDS,
                safety="Speak to the left ear; ring the bell twice",
                asked_from=ReferralSource.HUDDLE if item else None,
                origin=ReferralOrigin.HUDDLE if item else ReferralOrigin.PLAN,
                origin_id=item.meeting_id if item else None,
                by=asker,
                at=at,
            )
        except Refused:
            return None


def _story_person() -> Person | None:
    given, _, family = settings.PLACE.demo.story_person.partition(" ")
    practice = settings.PLACE.demo.show_practice
    return Person.objects.filter(given=given, family=family, practice_code=practice).first()


def _viewer_of(role: Role, at: datetime) -> Viewer | None:
    person = DemoPerson.objects.filter(role=role).select_related("account").first()
    if person is None or person.account is None:
        return None
    hat = Hat.objects.filter(account=person.account, post__role=role, ended_at__isnull=True).first()
    return load_viewer(person.account.pk, hat.pk, at=at) if hat else None


def _garden_service() -> Service | None:
    """What the charity of the demonstration's visitor offers in gardens."""
    person = DemoPerson.objects.filter(role=Role.VOLUNTARY_ORGANISATION).first()
    hats = Hat.objects.filter(account=person.account, ended_at__isnull=True) if person else ()
    codes = [hat.employer.code for hat in hats]
    organisations = Organisation.objects.filter(code__in=codes)
    offered = Service.objects.filter(is_listed=True, needs__contains=["home_and_garden"])
    own = offered.filter(provider__organisation__in=organisations).order_by("pk").first()
    return own or offered.exclude(provider__email="").order_by("pk").first()

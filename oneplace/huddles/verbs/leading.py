"""Names who leads somebody's care, typed on the screen: `L`, then `@nurse` or a name."""

from datetime import date, datetime

from django.db.models import Q

from oneplace.actions.quick_line import ROLE_WORDS, folded
from oneplace.huddles.models import Case, CaseEvent, Item, Line, Member
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused
from oneplace.kit.words import label_of, say
from oneplace.vocabulary.terms import Role


def name_lead(item: Item, line: Line, *, at: datetime) -> None:
    """Let whoever the line names lead; raises `Refused` for nobody, or several, called so."""
    member = _named(item, line.words, on=local_day(at))
    name = member.hat.account.name
    case = Case.objects.select_for_update(of=("self",)).get(pk=item.case_id)
    case.lead, case.lead_name = member.hat, name
    case.version += 1
    case.save(update_fields=["lead", "lead_name", "version"])
    line.made_id, line.made_words = member.hat_id, f"{name} leads"
    item.lead_name = name
    _changed(item)


def take_back_lead(line: Line) -> None:
    """Whoever led before the line leads again, if nobody was named since."""
    case = Case.objects.select_for_update(of=("self",)).get(pk=line.item.case_id)
    if line.made_id is None or case.lead_id != line.made_id:
        return
    past = CaseEvent.objects.filter(pgh_obj_id=case.pk).exclude(lead_id=line.made_id)
    before = past.order_by("-pgh_id").first()
    case.lead_id = before.lead_id if before else None
    case.lead_name = before.lead_name if before else ""
    case.version += 1
    case.save(update_fields=["lead", "lead_name", "version"])
    line.item.lead_name = case.lead_name
    _changed(line.item)


def _changed(item: Item) -> None:
    # An outcome page that was open meanwhile must not put back whoever led when it was opened.
    item.version += 1
    item.save(update_fields=["lead_name", "version"])


def _named(item: Item, words: str, *, on: date) -> Member:
    wanted = folded(words.lstrip("@"))
    members = list(
        Member.objects.filter(
            Q(until_on__isnull=True) | Q(until_on__gte=on),
            series_id=item.meeting.series_id,
            from_on__lte=on,
        )
        .select_related("hat__account")
        .order_by("role", "hat__account__name")
    )
    found = [one for one in members if wanted in _called(one)]
    if not found:
        found = [one for one in members if wanted in folded(one.hat.account.name).split()]
    if not found:
        names = "; ".join(f"{one.hat.account.name}, {label_of(one.role)}" for one in members[:8])
        raise Refused(
            say("Nobody of this {huddle} is called ")
            + f"“{words.lstrip('@')}”. There are: {names}.",
            field="words",
        )
    if len(found) > 1:
        names = "; ".join(one.hat.account.name for one in found)
        raise Refused(f"“{words}” may be several: {names}. Type a name.", field="words")
    return found[0]


def _called(member: Member) -> set[str]:
    role = Role(member.role)
    words = (label_of(role), *ROLE_WORDS.get(role, ()), member.hat.account.name)
    return {folded(each) for each in words}

"""The four national data sets leave the house: gathered, and written down of whom and for what."""

from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.plans.data_sets import DataSets
from oneplace.plans.permissions import EXPORT_SOCIAL_PRESCRIBING
from oneplace.plans.queries.social_prescribing import social_prescribing

LONGEST: Final = timedelta(days=731)


@transaction.atomic
def export_social_prescribing(
    *,
    from_on: date,
    until_on: date,
    with_names: bool,
    why: str,
    by: Viewer,
    at: datetime,
) -> DataSets:
    """The four sets of a period, of people whose record opens to whoever takes them.

    Without names it is for planning, and whoever opted out of that is left out; with names it is
    for the people's own care, within the network. The audit keeps why, and everybody in it.
    """
    refuse_if(
        None
        if by.may(EXPORT_SOCIAL_PRESCRIBING)
        else "Your role does not take the national data sets."
    )
    if until_on < from_on:
        raise Refused("The last day is before the first. Check the two.", field="until_on")
    if from_on > local_day(at):
        raise Refused("This period is still to come.", field="from_on")
    if until_on - from_on > LONGEST:
        raise Refused("Take at most two years at once.", field="until_on")
    if not why.strip():
        raise Refused("Write who gets it and what for.", field="why")
    sets, shown = social_prescribing(from_on, until_on, with_names=with_names, viewer=by)
    audit.record(
        by=by,
        at=at,
        action="export_social_prescribing",
        persons_shown=shown,
        reason=why.strip(),
        detail={
            "from": from_on.isoformat(),
            "until": until_on.isoformat(),
            "with_names": with_names,
        },
    )
    return sets

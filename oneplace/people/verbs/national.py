"""Asks about everybody's national data opt-out, under every sound NHS number they are known by."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from oneplace.access import verbs as access_verbs
from oneplace.access.viewer import Viewer
from oneplace.people.verbs.statements import FEW, run

# Each identifier of somebody put together stands for the numbers of all.
_NUMBERS: Final = """
with known as (
    select s.person_id as whose, array_agg(distinct i.nhs_number order by i.nhs_number) as numbers
      from records_subject s
      join records_identity i on i.subject_id = s.id
     where s.person_id is not null and i.is_nhs_number_sound and i.nhs_number <> ''
     group by s.person_id
)
select p.id, p.id = p.current_id, known.numbers
  from people_person p left join known on known.whose = p.current_id
 order by p.id
"""


@transaction.atomic
def ask_national_opt_out(*, by: Viewer, at: datetime) -> Sequence[str]:
    """Note that everybody with a sound number is asked about; returns the numbers to send.

    The dead are asked about too: their opt-out outlives them. Whoever has no sound number cannot be
    asked about and is counted. Works as the loader.
    """
    rows = run(_NUMBERS, {}, things=FEW + 1)
    asked = [(person, numbers) for person, _, numbers in rows if numbers]
    access_verbs.open_national_check(
        asked=asked,
        without_number=sum(is_current and not numbers for _, is_current, numbers in rows),
        by=by,
        at=at,
    )
    return sorted({number for _, numbers in asked for number in numbers})

"""How to reach a person, as far as whoever refers them may read it themselves."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection

from oneplace.access.viewer import Viewer
from oneplace.kit.clock import local_day

_REACH: Final = """
with me as (
    select p.id, coalesce(f.part_of_address, '') = '' as is_secret
      from people_person p left join people_finding f on f.person_id = p.id
     where p.id = %(person)s
), said as (
    select i.*, case when o.id is not null then 0 else 1 end
              + case when i.is_deleted then 10 else 0 end as trust
      from records_subject s join records_identity i on i.subject_id = s.id
      left join partners_organisation o on o.code = i.organisation and o.kind = 'gp_practice'
     where s.person_id = %(person)s
), reach as (
    select distinct on (r.kind = 'address') r.kind = 'address' as is_home, r.text, r.postcode
      from said join records_reach r on r.identity_id = said.id
     where (r.ends_on is null or r.ends_on >= %(today)s)
       and lower(r.use) not in ('previous', 'old', 'temporary', 'temp', 'billing', 'mailing')
       and r.kind in ('address', 'landline', 'mobile')
     order by r.kind = 'address', trust, said_at desc, said.id, r.rank, r.position
)
select coalesce((select text from reach where not is_home), ''),
       case when me.is_secret then '' else coalesce((select text from reach
                                                       where is_home), '') end,
       case when me.is_secret then '' else coalesce((select postcode from reach
                                                       where is_home), '') end,
       coalesce((select string_agg(distinct need, '; ' order by need)
                   from said, unnest(said.communication_needs) as need), ''),
       coalesce((select string_agg(distinct 'Speaks ' || language, '; ')
                   from said where needs_interpreter), ''),
       coalesce((select string_agg(s.says, '; ' order by s.says)
                   from records_safety(%(person)s) s), '')
  from me
"""


@dataclass(frozen=True)
class HowToReach:
    """What may be passed on about a person."""

    phone: str = ""
    address: str = ""
    postcode: str = ""
    """Nothing where the address is kept secret."""
    how_to_talk: str = ""
    safety: str = ""

    @property
    def district(self) -> str:
        """The first half of the postcode."""
        return self.postcode.split(" ", 1)[0].upper()


def how_to_reach(person_id: uuid.UUID, *, viewer: Viewer, at: datetime) -> HowToReach:
    """Phone, address, how to talk, what to mind; empty where the viewer may not read it."""
    if viewer.account_id is None:
        return HowToReach()
    with connection.cursor() as cursor:
        cursor.execute(_REACH, {"person": person_id, "today": local_day(at)})
        row = cursor.fetchone()
    if row is None:
        return HowToReach()
    phone, address, postcode, needs, speaks, safety = row
    if postcode and postcode not in address:
        address = f"{address}, {postcode}" if address else postcode
    # Sources write codes of words, such as `hearing_loop`.
    talk = "; ".join(filter(None, (needs.replace("_", " "), speaks)))
    return HowToReach(phone, address, postcode, talk, safety)

"""Who goes to whose door, and when: visits booked and made, the pack taken along, who works alone.

Keeps: visits with what was promised and what happened, tries at a door nobody opened, who is out
alone and when they should be back, and what came back from phones.
Receives from: `people`, whom a visit is for; later rooms, which book visits and put parts in the
pack.
Hands on: to `plans`, `homefirst` and the person's page, that somebody arrived, finished, or stood
before a closed door.
"""

"""What may be allowed to roles by this room; the words of `default_roles.toml`."""

from oneplace.directory import permissions as directory

OPEN_MY_DAY = "open_my_day"
SEARCH = "search"
SEE_PARTNERS = "see_partners"
SEE_SERVICES = directory.SEE_SERVICES
SEE_HELP = "see_help"
SEE_SENT = "see_sent"
OPEN_PERSON = "open_person"
# Their own page, for residents and whom they chose to help them.
OPEN_OWN_RECORD = "open_own_record"

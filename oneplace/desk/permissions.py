"""What may be allowed to roles by this room."""

OPEN_MY_DAY = "open_my_day"
SEARCH = "search"
SEE_SENT = "see_sent"

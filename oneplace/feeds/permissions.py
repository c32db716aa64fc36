"""What may be allowed to roles by this room."""

SEE_FEEDS = "see_feeds"
# Opens what partners sent as it was sent, and decides what becomes of what was kept aside.
SETTLE_QUARANTINE = "settle_quarantine"
BRING_IN_FILES = "bring_in_files"
MANAGE_FEEDS = "manage_feeds"
# What partners' systems do at the FHIR door; no role has these, a client's scopes are asked there.
SEND_FHIR = "send_fhir"
READ_FHIR = "read_fhir"

"""What may be allowed to roles by this room."""

SEE_FEEDS = "see_feeds"
# Opens what partners sent as it was sent, and decides what becomes of what was kept aside.
SETTLE_QUARANTINE = "settle_quarantine"
BRING_IN_FILES = "bring_in_files"
MANAGE_FEEDS = "manage_feeds"
# What partners' systems come in with; no role has it, and a token's scopes say what they may do.
USE_FHIR_DOOR = "use_fhir_door"

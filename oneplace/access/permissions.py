"""What may be allowed to roles by this room."""

WEAR_HAT = "wear_hat"
MANAGE_PEOPLE_AT_WORK = "manage_people_at_work"
INVITE_COLLEAGUE = "invite_colleague"
RECORD_LEAVER = "record_leaver"
SEE_AUDIT = "see_audit"

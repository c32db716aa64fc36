"""What may be allowed to roles by this room."""

WEAR_HAT = "wear_hat"
MANAGE_PEOPLE_AT_WORK = "manage_people_at_work"
INVITE_COLLEAGUE = "invite_colleague"
RECORD_LEAVER = "record_leaver"
SEE_AUDIT = "see_audit"
KEEP_CHOICES = "keep_choices"
KEEP_PROTECTIONS = "keep_protections"
KEEP_AGREEMENTS = "keep_agreements"
# Opens a record in an emergency, for an hour at most; and says afterwards what to make of it.
OPEN_EMERGENCY = "open_emergency"
REVIEW_EMERGENCY = "review_emergency"
# Looks into a safeguarding concern about one person, for a few hours, with a reason; only somebody
# of a safeguarding team, and only who may open a record in an emergency.
WEAR_SAFEGUARDING = "wear_safeguarding"
# Asks what somebody else would see of a person, and why; sees nothing of the record itself.
EXPLAIN_ACCESS = "explain_access"
HANDLE_RIGHTS = "handle_rights"
# Answers for looks of colleagues at the same practice, which has no officer of its own.
ANSWER_LOOKS = "answer_looks"

"""What may be allowed to roles by this room; the words of `default_roles.toml`."""

# Reads the plans of people whose record opens to them.
SEE_PLAN = "see_plan"
# Writes lines, goals, steps, reviews and measures, with the person.
WRITE_PLAN = "write_plan"
# Sees the coordinators' caseload: whose turn it is, who waits, how much room there is.
SEE_CASELOAD = "see_caseload"
# Takes people on, gives them to coordinators, and writes down each step; keeps volunteers.
KEEP_CASELOAD = "keep_caseload"
# Says with the person what each level of a goal would look like, and where it stands: the
# therapists' scale, learned and taught; for everybody else the person's own word counts.
SCORE_GOALS = "score_goals"
# Takes the four national social prescribing data sets of people whose record opens to them.
EXPORT_SOCIAL_PRESCRIBING = "export_social_prescribing"

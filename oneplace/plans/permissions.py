"""What may be allowed to roles by this room; the words of `default_roles.toml`."""

# Reads the plans of people whose record opens to them.
SEE_PLAN = "see_plan"
# Writes lines, goals, steps and reviews, with the person.
WRITE_PLAN = "write_plan"

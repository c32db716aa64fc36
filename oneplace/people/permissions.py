"""What may be allowed to roles by this room; the words of `default_roles.toml`."""

# Looks for anybody in the borough, to open them or before adding them; finds what tells two
# namesakes apart, and no more.
FIND_PERSON = "find_person"
ADD_PERSON = "add_person"
# The record steward's: reads whoever is being put together, and decides.
SEE_WHO_IS_WHO = "see_who_is_who"
SETTLE_MATCH = "settle_match"
MERGE_PEOPLE = "merge_people"
RECORD_DEATH = "record_death"
# Whoever reads a line of somebody's record may say that it is about another.
MARK_NOT_THIS_PERSON = "mark_not_this_person"

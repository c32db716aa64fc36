"""What may be allowed to roles by this room; the words of `default_roles.toml`."""

# Searches among the people one may open.
FIND_PERSON = "find_person"
# Looks one person up in the whole borough by number, or by name and birth date, with a reason: for
# intake staff of statutory bodies.
LOOK_UP_PERSON = "look_up_person"
ADD_PERSON = "add_person"
# The record steward's: reads whoever is being put together, and decides.
SEE_WHO_IS_WHO = "see_who_is_who"
SETTLE_MATCH = "settle_match"
MERGE_PEOPLE = "merge_people"
RECORD_DEATH = "record_death"
# Whoever reads a line of somebody's record may say that it is about another.
MARK_NOT_THIS_PERSON = "mark_not_this_person"
# Says that they are worried about somebody's safety; the team on duty receives it.
RAISE_CONCERN = "raise_concern"

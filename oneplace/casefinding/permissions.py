"""What may be allowed to roles by this room; the words of `default_roles.toml`."""

# Opens the lists of a practice or network: who is suggested, who is on the list.
SEE_PRACTICE_LIST = "see_practice_list"
# Decides who goes on the practice's list. The practice's own GP.
SCREEN_SUGGESTIONS = "screen_suggestions"
# "I think this person needs the huddle": anybody who knows them.
RAISE_WORRY = "raise_worry"
# Asks for lists of the whole borough by blocks; sees counts and numbered rows, no names.
BUILD_LISTS = "build_lists"
# Lets a facilitator see the names behind the rows of one practice. The practice's own GP.
OPEN_NAMES = "open_names"
# Who is found and who is missed, by deprivation, ethnicity and practice: counts only.
SEE_COVERAGE = "see_coverage"
# Reads how well the local model of admission risk does, whether it is on, and who signed it.
SEE_LOCAL_MODEL = "see_local_model"
# Has it trained anew on what partners have sent by now.
TRAIN_LOCAL_MODEL = "train_local_model"
# Signs it, and withdraws it: the clinical lead. A GP's hat at one practice does not.
SIGN_LOCAL_MODEL = "sign_local_model"

"""What may be allowed to roles by this room; the words of `default_roles.toml`."""

# Sees groups, points of access, local money and what was asked for and not there: no names.
SEE_COMMUNITY = "see_community"
# Opens groups, writes down who came, keeps weekly calls.
KEEP_GROUPS = "keep_groups"
# Writes down what people asked at a point of access or on the telephone.
LOG_CONTACT = "log_contact"
# Keeps the money of a network: funds, grants, their conditions and reports.
KEEP_LOCAL_MONEY = "keep_local_money"

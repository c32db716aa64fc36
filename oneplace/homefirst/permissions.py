"""What may be allowed to roles by this room; the words of `default_roles.toml`."""

# Sees the desk’s queue: referrals to LIFE of people whose record opens, with their clocks.
SEE_LIFE_DESK = "see_life_desk"
# Takes referrals on, sends them elsewhere, allocates, finds providers.
RUN_LIFE_DESK = "run_life_desk"
# Sees people in hospital whose record opens: ready or not, and what they wait for.
SEE_DISCHARGES = "see_discharges"
# Writes what holds somebody up, when they were ready, what is arranged, and who was told.
PLAN_DISCHARGE = "plan_discharge"
# Writes episodes of short-term help: baseline, hours, weekly reviews, exit.
KEEP_EPISODES = "keep_episodes"
# Says what a provider can take on, and answers for it.
KEEP_PROVIDERS = "keep_providers"

"""What may be allowed to roles by this room; the words of `default_roles.toml`."""

# Reads the agreement, the boards' agendas and decisions; commissioners' own only from their seats.
SEE_DECISIONS = "see_decisions"
# Proposes, calls meetings, puts papers in, minutes, records what partners' own boards decided.
KEEP_DECISIONS = "keep_decisions"
# Rules on interests: who stays, who leaves, who gets no papers. The independent chair.
CHAIR_MEETINGS = "chair_meetings"
# Says what else they hold, earn or care for that an item could touch.
DECLARE_INTEREST = "declare_interest"
# Asks the alliance in public, and is promised a day for the answer.
ASK_ALLIANCE = "ask_alliance"
# Answers what was asked.
ANSWER_ALLIANCE = "answer_alliance"

"""What may be allowed to roles by this room; the words of `default_roles.toml`."""

# Sees the meetings of one's own series, the agenda and the screen; writes lines as anybody there.
SEE_HUDDLES = "see_huddles"
WRITE_IN_HUDDLE = "write_in_huddle"
# Puts the agenda in order, starts and ends the meeting, moves it on, approves the minutes.
RUN_HUDDLE = "run_huddle"
# Says when and where a series meets and who belongs to it.
KEEP_HUDDLE_SERIES = "keep_huddle_series"
# Brings somebody to the huddle, also on the day.
BRING_TO_HUDDLE = "bring_to_huddle"
# The named clinician's: checks the paragraph that leaves for the GP record.
CHECK_PARAGRAPH = "check_paragraph"
# Which practices meet and which do not; counts, no names.
SEE_ROLL_OUT = "see_roll_out"

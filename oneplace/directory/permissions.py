"""What may be allowed to roles by this room; the words of `default_roles.toml`."""

# Looks through the directory; everybody has it.
SEE_SERVICES = "see_services"
# Checks entries with whoever offers a service, closes and opens them, says how much room there is.
KEEP_DIRECTORY = "keep_directory"

"""What may be allowed to roles by this room; the words of `default_roles.toml`.

Reading the directory is `see_services`, which everybody has.
"""

# Checks entries with whoever offers a service, closes and opens them, says how much room there is.
KEEP_DIRECTORY = "keep_directory"

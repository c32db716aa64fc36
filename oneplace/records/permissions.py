"""What may be allowed to roles by this room; the words of `default_roles.toml`."""

# Writes into the record of somebody whose record opens to them, and corrects what was written here.
ADD_TO_RECORD = "add_to_record"

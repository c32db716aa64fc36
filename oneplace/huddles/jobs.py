"""The work that is done behind the pages."""

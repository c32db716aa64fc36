"""Directories of services as Open Referral UK pages (HSDS-UK 3.0): read, judged, never lost."""

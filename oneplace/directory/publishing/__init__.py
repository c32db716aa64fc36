"""The directory as an open feed: Open Referral UK (HSDS-UK 3.0), for anybody, without a key."""

"""Pages about one's own sign-in, hats, people at work, invitations and leavers."""

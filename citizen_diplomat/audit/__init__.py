"""The log of who did what to which thing and when; it can be added to, never changed."""

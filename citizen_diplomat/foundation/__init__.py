"""What every room stands on: the database, the clock, calendars, text, tokens and paging."""

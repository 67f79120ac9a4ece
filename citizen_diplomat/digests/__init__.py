"""What is new, for whom, and when they hear of it."""

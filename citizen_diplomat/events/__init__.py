"""Meetings and festivals: when and where, who has a seat or waits for one, what came of it."""

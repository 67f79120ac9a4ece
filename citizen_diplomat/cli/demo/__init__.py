"""Invented people and what they wrote, so that every page of a new installation shows something."""

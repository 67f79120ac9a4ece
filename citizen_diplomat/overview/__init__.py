"""Figures over all that happens: what the public is told each month, and what staff see daily."""

"""Pages of a signed-in member, behind one guard."""

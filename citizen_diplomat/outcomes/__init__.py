"""What becomes of an accepted proposal: who helps, and who was asked to."""

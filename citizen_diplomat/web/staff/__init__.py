"""Pages of municipal staff, behind one guard that knows the duty of each."""

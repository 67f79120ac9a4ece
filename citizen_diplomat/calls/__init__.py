"""Calls for solutions: what Isfahan asks its cities, whom it asks, and when it answers them."""

"""Exhibits of Forms 8-K and 6-K: their kind and the figures they state."""

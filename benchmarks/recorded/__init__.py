"""Recorded devices compared with the real ones: what kitscan reads of them, and what of the real ones is left in them."""

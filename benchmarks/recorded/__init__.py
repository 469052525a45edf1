"""Recorded devices beside the real ones: what kitscan reads of both, and what of the real ones is left."""

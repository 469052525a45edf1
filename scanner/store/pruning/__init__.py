"""Deleting old runs: which stay, and what goes with those that do not."""

"""Whole generated operators, served by one process and scanned: how fast, how large, and what is right."""

"""Runs in one signed file: what an auditor receives, and another store takes in."""

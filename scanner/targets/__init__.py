"""Targets: what the user names, read into addresses. One module for each kind of inventory."""

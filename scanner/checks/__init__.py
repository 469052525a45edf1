"""Checks before a scan: this machine, and each credential."""

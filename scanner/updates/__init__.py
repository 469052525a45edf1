"""Newer data than those that ship: fetched, read, checked, and put in place in one step."""

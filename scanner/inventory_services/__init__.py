"""Inventories that are no files: servers that answer by HTTPS, and the user's own `ansible-inventory`."""

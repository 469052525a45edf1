"""Ansible's inventories: INI, YAML, and the JSON that `ansible-inventory --list` prints."""

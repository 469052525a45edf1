"""A regime as data: its file, actions and vocabulary."""

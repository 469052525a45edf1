"""How kitscan writes to a terminal: its signs, its colour, its messages, and a live line while it works."""

"""How kitscan writes to a terminal: signs that its encoding has, colour where it is wanted, messages, and a live line."""

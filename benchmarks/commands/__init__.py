"""How well kitscan reads command output, one line a platform."""

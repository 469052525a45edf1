"""How long a report takes to write and to open, by format and size."""

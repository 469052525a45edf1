"""How well kitscan tells core nodes from the shape of a network alone: a benchmark (docs/suggest.md)."""

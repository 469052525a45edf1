"""Two runs of a store compared, and the history of its devices: what `diff`, `history` and `serve` share."""

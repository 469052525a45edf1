"""What `kitscan audit` does at its edges: how it collects, judges and tells."""

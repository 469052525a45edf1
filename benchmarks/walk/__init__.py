"""Walking simulated agents: kitscan beside the libraries that one would take instead."""

"""Real devices as device files: what is kept of their evidence, under pseudonyms, and the check that nothing is left."""

"""Real devices as device files: what is kept of their evidence, with stand-ins, and the check that nothing is left."""

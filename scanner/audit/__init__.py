"""A night: collect, judge, compare with the last complete run, keep what was said, tell whom it concerns."""

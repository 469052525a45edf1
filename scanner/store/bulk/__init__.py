"""Evidence of many subjects at once, in the form that a run's own writer leaves."""

"""The centre of a fleet: what it orders when, what it does with what comes, and how it ends a run."""

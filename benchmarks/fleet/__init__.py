"""Many sites on one machine: how long a night takes, and what of the promises of a fleet holds when things break."""

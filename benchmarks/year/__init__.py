"""A simulated year: an audit a night of a made-up network that changes by a script."""

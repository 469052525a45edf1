"""What changed of a network from one run to the next, and of a device over the years."""

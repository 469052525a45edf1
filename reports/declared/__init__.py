"""What the operator declares of devices in a list of its own."""

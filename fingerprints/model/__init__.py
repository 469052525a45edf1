"""The values that everything else speaks of: observations, devices, and evidence as JSON lines."""

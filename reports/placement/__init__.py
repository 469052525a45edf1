"""Where a device stands: zones, the topology, and suggestions of both."""

"""The time that it takes to identify the devices of a whole network."""

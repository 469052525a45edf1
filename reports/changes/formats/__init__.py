"""What happened between two runs, in the formats that people and programs read."""

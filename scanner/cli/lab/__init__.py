"""`kitscan lab`: labs of simulated devices."""

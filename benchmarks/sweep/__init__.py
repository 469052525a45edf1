"""How the sweep compares with compiled tools, in one run on one machine."""

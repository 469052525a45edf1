"""Whole operators, invented: networks of thousands of simulated devices, drawn from a seed."""

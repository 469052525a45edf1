"""Invented networks of many shapes, drawn at random from a seed, with the truth of which nodes are core."""

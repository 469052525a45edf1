"""Asks the network, keeps its answers as evidence, and runs the whole."""

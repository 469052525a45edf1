"""Asks the network, keeps what it said, and runs the whole."""

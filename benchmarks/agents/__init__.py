"""Simulated SNMP agents: a fast one that makes its devices up (in C), and one that serves recordings."""

"""Peers that break the rules: SNMP agents and SSH servers on loopback, each with the outcome that it must lead to."""

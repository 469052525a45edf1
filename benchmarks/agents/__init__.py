"""Hundreds of thousands of simulated SNMP agents on 127.0.0.0/8, one C program, and how to start and end it."""

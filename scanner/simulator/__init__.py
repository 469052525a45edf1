"""Simulated devices: agents and command lines that say what a device file says. They play; they scan nothing."""

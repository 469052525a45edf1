"""Command output: its layout, the meaning of its labels, and what it says about the device and its parts."""

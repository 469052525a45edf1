"""The words of reasons: what a rule can do, when a maker ends its support, and why addresses are one device."""

"""The words of the reasons of a finding: what a rule can do, and when a maker ends its support."""

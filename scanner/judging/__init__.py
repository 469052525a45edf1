"""Runs of a store read and judged by several processes side by side."""

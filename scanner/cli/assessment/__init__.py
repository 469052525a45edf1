"""What `scan`, `assess` and the commands that print in their own way share: from a run in the store to a report."""

"""The evidence store: runs, their subjects, and what was observed. Rows are only added."""

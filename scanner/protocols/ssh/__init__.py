"""The secure shell, read-only: who answers, whether it is still the same host, and what it may be asked."""

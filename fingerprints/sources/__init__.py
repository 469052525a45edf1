"""What each source suggests: who may be behind a box, and which model, version and serial; one module a source."""

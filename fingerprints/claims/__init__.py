"""What one observation supports: claims (which company, in which role) and attributes (model, version, serial)."""

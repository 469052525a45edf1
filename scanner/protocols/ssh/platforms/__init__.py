"""The SSH command lines that kitscan knows: one YAML file a platform, beside the code that reads it."""

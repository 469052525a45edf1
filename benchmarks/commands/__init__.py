"""How well the output of commands is read, a platform a line."""

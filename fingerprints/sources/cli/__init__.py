"""Command output: how it is laid out, what its labels mean, and what it says of the box and its parts."""

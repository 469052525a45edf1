"""The files that `kitscan init` starts a working folder with."""

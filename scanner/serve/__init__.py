"""The report over a store, served to browsers on this machine: `kitscan serve`."""

"""What a shell and `man` know of kitscan: completion scripts and manual pages, made from the command line itself."""

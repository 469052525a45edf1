"""The version of this distribution, read by setup.cfg and printed by `kitscan --version`."""

VERSION = "0.1.0"

"""The parts of a device in command output: cards, optics, modems, power supplies and fans."""

"""How kitscan asks devices: one folder a protocol, one registry of all probes."""

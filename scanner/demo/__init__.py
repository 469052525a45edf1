"""A small operator's network on loopback: simulated devices that speak SNMP and SSH."""

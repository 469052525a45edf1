"""NetBox's and Nautobot's answers: devices, virtual machines and prefixes."""

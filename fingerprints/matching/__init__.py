"""Which addresses are one device, and what devices report of their neighbours."""

"""The neighbours of a device in command output: LLDP (IEEE 802.1AB), CDP and the protocols that are like them."""

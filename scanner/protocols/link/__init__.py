"""Layer 2: ARP, ND, LLDP and CDP on attached segments, through the helper process."""

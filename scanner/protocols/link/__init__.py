"""Layer 2: ARP, ND, LLDP and CDP on attached segments, asked through the helper process."""

"""Labs of simulated devices: brought up, scanned, and compared with what their topology expects."""

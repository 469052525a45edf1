"""What an inventory says of devices against what answered."""

"""What commands share that ask a network."""

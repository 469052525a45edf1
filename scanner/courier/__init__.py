"""What a centre and its collectors tell each other, sealed, and the couriers that carry it."""

"""How long it takes to say who made a whole network's devices."""

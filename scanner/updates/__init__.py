"""Updates of the shipped data: fetch a newer snapshot, read it, check it, and install it in one step."""

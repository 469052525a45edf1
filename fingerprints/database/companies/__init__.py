"""Companies: their names, numbers, owners, badges and what policies watch of them."""
